package complete

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/testdata"
)

// network is a Bayesian network of the BIF text format, as much of it as the
// files of the test need.
type network struct {
	vars    []formula.Variable
	parents [][]int
	claims  []struct {
		then, cond string
		p          float64
	}
}

// readBIF reads names, states and tables, one claim a number of a table.
func readBIF(t *testing.T, data string) *network {
	t.Helper()
	n := &network{}
	words := strings.FieldsFunc(data, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;{}[]", r) })
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "variable":
			v := formula.Variable{ID: words[i+1], Kind: "event"}
			size, err := strconv.Atoi(words[i+4])
			if err != nil {
				t.Fatal(err)
			}
			v.States = words[i+5 : i+5+size]
			n.vars = append(n.vars, v)
			n.parents = append(n.parents, nil)
			i += 4 + size
		case "probability":
			var names []string
			for i += 2; words[i] != ")"; i++ {
				if words[i] != "|" {
					names = append(names, words[i])
				}
			}
			v := n.index(names[0])
			for _, p := range names[1:] {
				n.parents[v] = append(n.parents[v], n.index(p))
			}
			for i+1 < len(words) && words[i+1] != "probability" {
				i++
				var cond []string
				if words[i] != "table" {
					for i++; words[i] != ")"; i++ { // after "("
						cond = append(cond, names[1+len(cond)]+"="+words[i])
					}
				}
				for _, st := range n.vars[v].States {
					i++
					p, err := strconv.ParseFloat(words[i], 64)
					if err != nil {
						t.Fatal(err)
					}
					n.claims = append(n.claims, struct {
						then, cond string
						p          float64
					}{names[0] + "=" + st, strings.Join(cond, " and "), p})
				}
			}
		}
	}
	return n
}

func (n *network) index(name string) int {
	return slices.IndexFunc(n.vars, func(v formula.Variable) bool { return v.ID == name })
}

// Full tables said as claims and completed in the order of influence are the
// network: its marginals and posteriors come out, and impossible evidence is
// named. Networks of the bnlearn repository (CC BY-SA 3.0); asia is Lauritzen and
// Spiegelhalter 1988. Tolerance of the data: 1e-8.
func TestBayesianNetworks(t *testing.T) {
	dir := testdata.Dir(t, "cases-external/bayes-nets")
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]struct {
		Prior     map[string]map[string]float64
		Posterior []struct {
			Evidence map[string]string
			P        float64 `json:"probability_of_evidence"`
			Given    map[string]map[string]float64
		}
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	const tolerance = 1e-8
	for name, net := range want {
		data, err := os.ReadFile(filepath.Join(dir, name+".bif"))
		if err != nil {
			t.Fatal(err)
		}
		n := readBIF(t, strings.ReplaceAll(strings.ReplaceAll(string(data), "(", " ( "), ")", " ) "))
		if len(n.vars) == 0 {
			t.Fatal(name)
		}
		space, err := formula.NewSpace(n.vars)
		if err != nil {
			t.Fatal(err)
		}
		ws, err := space.Enumerate(nil, formula.MaxWorlds)
		if err != nil {
			t.Fatal(err)
		}
		f, err := belief.NewFrame(ws, space, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var claims []belief.Claim
		for i, c := range n.claims {
			claims = append(claims, level(t, f, strconv.Itoa(i), c.then, c.cond, c.p, c.p))
		}
		c := complete(t, read(t, f, claims...), uniform(f), Options{Parents: n.parents})
		if !c.Converged || len(c.Silent) > 0 {
			t.Errorf("%s: residual %v, silent %v", name, c.Residual, c.Silent)
		}
		all := f.Worlds.Select(space.True())
		check := func(what string, given formula.Set, dist map[string]map[string]float64) {
			for v, states := range dist {
				for st, p := range states {
					got, ok := Given(f, c.Weight, 0, f.Worlds.Select(prop(t, f, v+"="+st)), given)
					if !ok || math.Abs(got-p) > tolerance {
						t.Errorf("%s %s: P(%s=%s) = %v (%v), want %v", name, what, v, st, got, ok, p)
					}
				}
			}
		}
		check("prior", all, net.Prior)
		for _, post := range net.Posterior {
			given := all
			for v, st := range post.Evidence {
				given = given.And(f.Worlds.Select(prop(t, f, v+"="+st)))
			}
			if got := Chance(f, c.Weight, 0, given); math.Abs(got-post.P) > tolerance {
				t.Errorf("%s: P(%v) = %v, want %v", name, post.Evidence, got, post.P)
			}
			check("posterior", given, post.Given)
		}
		if name == "asia" {
			given := f.Worlds.Select(prop(t, f, "either=yes and lung=no and tub=no"))
			if p, ok := Given(f, c.Weight, 0, all, given); ok {
				t.Errorf("impossible evidence gives %v", p)
			}
		}
	}
	if len(want) != 3 {
		t.Errorf("%d networks, want 3", len(want))
	}
}
