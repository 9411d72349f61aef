package assign_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/internal/testdata"
)

// The Belgian demo of NODUS (jourquin/Nodus, GPL-3, read from outside the
// repository): 11 zones, road, waterway and rail, commodity group 0. The README
// beside the data gives costs and rules, its expected.md the figures asserted
// here, which two independent computations found. The share rules stand in
// freight/assign, the paths in graph.

// Tolerances the data's own notes ask for.
const (
	sharePoints = 0.005  // percentage points
	pairCost    = 1e-4   // EUR/t
	rounded     = 0.5e-4 // of the R2 figures as printed
)

var nodusModes = []string{"road", "waterway", "rail"}

type nodus struct {
	zones    []string
	cost     [3][][]float64 // mode, origin, destination: EUR/t, +Inf without a path
	observed [][3]float64   // tonnes by pair in file order
	pair     [][2]int
	value    map[string]float64 // item,mode or item,mode,vehicle
}

func rows(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, rec := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = rec[i]
		}
		out = append(out, m)
	}
	return out
}

func num(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func loadNodus(t *testing.T) *nodus {
	dir := testdata.Dir(t, "cases-external/nodus-belgium")
	n := &nodus{value: map[string]float64{}}
	for _, r := range rows(t, filepath.Join(dir, "costs.csv")) {
		key := r["item"] + "," + r["mode"]
		if r["vehicle"] != "" {
			key += "," + r["vehicle"]
		}
		n.value[key] = num(t, r["value"])
	}
	node := map[string]int32{}
	for _, r := range rows(t, filepath.Join(dir, "node.csv")) {
		node[r["node_id"]] = int32(len(node))
	}
	zone := map[string]int{}
	for _, r := range rows(t, filepath.Join(dir, "zone.csv")) {
		zone[r["zone_id"]] = len(n.zones)
		n.zones = append(n.zones, r["zone_id"])
	}
	links := rows(t, filepath.Join(dir, "link.csv"))
	vehicles := [][]string{{"truck"}, {"barge2", "barge4"}, {"train"}}
	for m, mode := range nodusModes {
		n.cost[m] = make([][]float64, len(n.zones))
		for o := range n.zones {
			n.cost[m][o] = make([]float64, len(n.zones))
			for d := range n.cost[m][o] {
				n.cost[m][o][d] = math.Inf(1)
			}
		}
		for _, v := range vehicles[m] {
			n.addVehicle(t, m, mode, v, links, node)
		}
	}
	for _, r := range rows(t, filepath.Join(dir, "od_group0.csv")) {
		var q [3]float64
		for m, mode := range nodusModes {
			q[m] = num(t, r[mode+"_t"])
		}
		n.observed = append(n.observed, q)
		n.pair = append(n.pair, [2]int{zone[r["o"]], zone[r["d"]]})
	}
	return n
}

func (n *nodus) addVehicle(t *testing.T, m int, mode, vehicle string, links []map[string]string, node map[string]int32) {
	var tail, head []int32
	var cost []float64
	for _, r := range links {
		if r["mode"] != mode {
			continue
		}
		if mode == "waterway" && r["kind"] == "line" {
			if class := num(t, r["max_barge_class"]); vehicle == "barge4" && class < 4 || vehicle == "barge2" && class < 2 {
				continue
			}
		}
		c := n.get(t, "mean_speed,"+mode) / num(t, r["speed_kmh"]) * num(t, r["length_km"]) * n.get(t, "move,"+mode+","+vehicle)
		u, v := node[r["from"]], node[r["to"]]
		tail, head, cost = append(tail, u, v), append(head, v, u), append(cost, c, c)
	}
	g, err := graph.New(len(node), tail, head)
	if err != nil {
		t.Fatal(err)
	}
	s := graph.NewSearch(g)
	s.NoThrough = make([]bool, len(node))
	for _, z := range n.zones {
		s.NoThrough[node[z]] = true
	}
	ends := n.get(t, "load,"+mode+","+vehicle) + n.get(t, "unload,"+mode+","+vehicle)
	for o, z := range n.zones {
		s.From(node[z], cost)
		for d, y := range n.zones {
			if d != o {
				n.cost[m][o][d] = math.Min(n.cost[m][o][d], ends+s.Dist(node[y]))
			}
		}
	}
}

func (n *nodus) get(t *testing.T, key string) float64 {
	t.Helper()
	x, ok := n.value[key]
	if !ok {
		t.Fatalf("costs.csv has no %s", key)
	}
	return x
}

// split shares each pair's tonnes by utility of mode and cost; it returns shares
// in per cent and the squared correlation with the observed tonnes by mode.
func (n *nodus) split(utility func(m int, cost float64) float64) (share, r2 [3]float64) {
	predicted := make([][3]float64, len(n.pair))
	total := 0.0
	for i, p := range n.pair {
		q := n.observed[i][0] + n.observed[i][1] + n.observed[i][2]
		u := make([]float64, 3)
		for m := range u {
			u[m] = math.Inf(-1)
			if c := n.cost[m][p[0]][p[1]]; !math.IsInf(c, 1) {
				u[m] = utility(m, c)
			}
		}
		assign.Logit(u, u)
		for m := range u {
			predicted[i][m] = q * u[m]
			share[m] += q * u[m]
		}
		total += q
	}
	for m := range share {
		share[m] *= 100 / total
		var sx, sy, sxx, syy, sxy float64
		for i := range predicted {
			x, y := predicted[i][m], n.observed[i][m]
			sx, sy, sxx, syy, sxy = sx+x, sy+y, sxx+x*x, syy+y*y, sxy+x*y
		}
		k := float64(len(predicted))
		c := sxy - sx*sy/k
		r2[m] = c * c / ((sxx - sx*sx/k) * (syy - sy*sy/k))
	}
	return share, r2
}

func TestNodusBelgium(t *testing.T) {
	n := loadNodus(t)
	if len(n.pair) != 110 {
		t.Fatalf("%d pairs, want 110", len(n.pair))
	}
	paths := [3]int{}
	at := map[string]int{}
	for i, z := range n.zones {
		at[z] = i
	}
	for m := range paths {
		for _, p := range n.pair {
			if !math.IsInf(n.cost[m][p[0]][p[1]], 1) {
				paths[m]++
			}
		}
	}
	if paths != [3]int{110, 72, 110} {
		t.Errorf("paths of %v found for %v pairs, want 110 72 110", nodusModes, paths)
	}
	none := math.Inf(1)
	for _, c := range []struct {
		o, d string
		cost [3]float64
	}{
		{"1020201", "1020302", [3]float64{13.4543, 5.0999, 24.3827}},
		{"1020100", "1020201", [3]float64{9.2289, none, 22.4196}},
		{"1020203", "1020303", [3]float64{15.1761, 5.7385, 24.1572}},
		{"1020205", "1020304", [3]float64{21.8158, none, 26.8343}},
		{"1020301", "1020305", [3]float64{10.4374, 5.3992, 22.0031}},
		{"1020202", "1020205", [3]float64{16.9990, 6.2335, 25.0623}},
	} {
		for m, mode := range nodusModes {
			for _, way := range [][2]string{{c.o, c.d}, {c.d, c.o}} {
				got, want := n.cost[m][at[way[0]]][at[way[1]]], c.cost[m]
				if got != want && !(math.Abs(got-want) <= pairCost) {
					t.Errorf("%s to %s by %s: %.4f EUR/t, want %.4f", way[0], way[1], mode, got, want)
				}
			}
		}
	}
	for _, c := range []struct {
		name      string
		utility   func(m int, cost float64) float64
		share, r2 [3]float64
	}{
		{"fitted logit", func(m int, cost float64) float64 {
			u := n.get(t, "logit_b,"+nodusModes[m]) * math.Log(cost)
			if m > 0 {
				u += n.get(t, "logit_constant,"+nodusModes[m])
			}
			return u
		}, [3]float64{90.0781, 8.8197, 1.1022}, [3]float64{0.9615, 0.5144, 0.0404}},
		{"exp(-cost)", func(m int, cost float64) float64 {
			return -n.get(t, "expcost_multiplier,"+nodusModes[m]) * cost
		}, [3]float64{90.0338, 8.8553, 1.1110}, [3]float64{0.9653, 0.5280, 0.0011}},
	} {
		share, r2 := n.split(c.utility)
		for m, mode := range nodusModes {
			t.Logf("%s, %s: share %.4f %%, R2 %.4f", c.name, mode, share[m], r2[m])
			if math.Abs(share[m]-c.share[m]) > sharePoints {
				t.Errorf("%s: share of %s is %.4f %%, want %.4f", c.name, mode, share[m], c.share[m])
			}
			if math.Abs(r2[m]-c.r2[m]) > rounded {
				t.Errorf("%s: R2 of %s is %.5f, want %.4f", c.name, mode, r2[m], c.r2[m])
			}
		}
	}
}
