package interchange

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// GMNSProblem is a GMNS network as an assignment problem. Times are in minutes,
// lengths in kilometres, volumes as in the demand table.
type GMNSProblem struct {
	*assign.Problem
	Zones []string // id of each zone, in order of first mention in zone.csv, then node.csv
	// Row is the row of Links behind each link of the problem; a link usable both
	// ways stands twice, Backward says for which direction.
	Row      []int
	Backward []bool
}

// Problem turns g into a problem. Time is length over free speed; GMNS has no
// volume-delay function, so B and power of the BPR form are the caller's choice
// (B 0: times do not depend on volume). Capacity is that of a lane times lanes, one where there is no
// number of them. A link with a delay function of its own has that.
// The centroid of a zone is the node of that zone_id whose node_id is the same,
// or whose node_type is centroid, or which is its only node; "0" is no zone. A zone
// without such a node is the node of that id whatever its zone, with a warning. Movements become turns.
// What prevents a problem is reported and gives nil; so does an error that l holds
// already, after everything else that is wrong has been reported, too.
func (g *GMNS) Problem(b, power float64, l *diag.List) *GMNSProblem {
	metres, okL := lengthUnits[strings.ToLower(g.Config.LongLength)]
	perHour, okS := speedUnits[strings.ToLower(g.Config.Speed)]
	if !okL || !okS {
		l.Report(ruleGMNSMissing, g.Config.Pos, "", "times need known units of length and speed; declared are %q and %q", g.Config.LongLength, g.Config.Speed)
		return nil
	}
	node := make(map[string]int32, len(g.Nodes))
	for i, n := range g.Nodes {
		node[n.ID] = int32(i)
	}
	out := &GMNSProblem{}
	net := &assign.Network{}
	var tail, head []int32
	for row, k := range g.Links {
		if k.wrong || !g.open(&k) {
			continue
		}
		b, power := k.function(b, power)
		if !(k.FreeSpeed > 0) || math.IsNaN(k.Length) {
			l.Report(ruleGMNSNoSpeed, k.Pos, k.ID, "link %q has length %s and free speed %s", k.ID, show(k.Length), show(k.FreeSpeed))
			continue
		}
		if x := 60 * k.Length * metres / (k.FreeSpeed * perHour); math.IsInf(x, 0) || math.IsInf(k.Length*metres, 0) {
			l.Report(ruleGMNSValue, k.Pos, k.ID, "link %q takes %v minutes", k.ID, x).Expected = "a finite time"
			continue
		}
		capacity := k.Capacity
		if !math.IsNaN(k.Lanes) {
			capacity *= k.Lanes
		}
		if b > 0 && (!(capacity > 0) || math.IsInf(capacity, 1)) {
			l.Report(ruleCapacity, k.Pos, k.ID, "link %q has capacity %s, but B is %v", k.ID, show(capacity), b).Expected = "above 0"
			continue
		}
		for dir := 0; dir < 2; dir++ {
			if dir == 1 && k.Directed {
				break
			}
			u, v := node[k.From], node[k.To]
			if dir == 1 {
				u, v = v, u
			}
			tail, head = append(tail, u), append(head, v)
			net.Free = append(net.Free, 60*k.Length*metres/(k.FreeSpeed*perHour))
			net.B, net.Power = append(net.B, b), append(net.Power, power)
			net.Capacity = append(net.Capacity, orZero(capacity))
			net.Length = append(net.Length, k.Length*metres/1000)
			net.Toll = append(net.Toll, orZero(k.Toll))
			out.Row, out.Backward = append(out.Row, row), append(out.Backward, dir == 1)
		}
	}
	zone := g.centroids(out, net, node, l)
	trips := make([]assign.Trip, 0, len(g.Demand))
	for _, d := range g.Demand {
		o, okO := zone[d.From]
		e, okE := zone[d.To]
		if okO && okE {
			trips = append(trips, assign.Trip{From: o, To: e, Amount: d.Amount})
		}
	}
	if l.Failed() {
		return nil
	}
	var err error
	if net.Graph, err = graph.New(len(g.Nodes), tail, head); err != nil {
		l.Report(ruleGMNSValue, diag.Pos{File: g.Dir}, "", "%v", err)
		return nil
	}
	d, err := assign.NewDemand(len(out.Zones), trips)
	if err != nil {
		l.Report(ruleTrips, diag.Pos{File: g.Dir}, "", "%v", err)
		return nil
	}
	out.Problem = &assign.Problem{Network: net, Classes: []assign.Class{{Name: "all", Demand: d}}}
	net.Turns = g.turns(out, node)
	return out
}

func show(x float64) string {
	if math.IsNaN(x) {
		return "unknown"
	}
	return number(x)
}

func orZero(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return x
}

// centroids finds a node for every zone that demand names.
func (g *GMNS) centroids(out *GMNSProblem, net *assign.Network, node map[string]int32, l *diag.List) map[string]int32 {
	named := map[string]diag.Pos{}
	for _, d := range g.Demand {
		for _, z := range []string{d.From, d.To} {
			if _, ok := named[z]; !ok {
				named[z] = d.Pos
			}
		}
	}
	members := map[string][]GMNSNode{}
	for _, n := range g.Nodes {
		if n.Zone != "" && n.Zone != noZone {
			members[n.Zone] = append(members[n.Zone], n)
		}
	}
	zone := map[string]int32{}
	for _, id := range g.ZoneIDs() {
		at, used := named[id]
		if !used {
			continue
		}
		var pick []GMNSNode
		for _, rule := range []func(n GMNSNode) bool{
			func(n GMNSNode) bool { return n.ID == id },
			func(n GMNSNode) bool { return strings.EqualFold(n.Type, "centroid") },
			func(n GMNSNode) bool { return true },
		} {
			pick = pick[:0]
			for _, n := range members[id] {
				if rule(n) {
					pick = append(pick, n)
				}
			}
			if len(pick) > 0 {
				break
			}
		}
		if _, ok := node[id]; ok && len(pick) != 1 {
			continue // see adopt
		}
		if len(pick) != 1 {
			l.Report(ruleGMNSRef, at, id, "zone %q has demand, but %d of its nodes could be its centroid", id, len(pick)).Expected = "one node with node_id equal to zone_id or node_type centroid"
			continue
		}
		zone[id] = int32(len(out.Zones))
		out.Zones = append(out.Zones, id)
		net.Centroid = append(net.Centroid, node[pick[0].ID])
	}
	for _, id := range g.adopt(named, zone, l) {
		zone[id] = int32(len(out.Zones))
		out.Zones = append(out.Zones, id)
		net.Centroid = append(net.Centroid, node[id])
	}
	return zone
}

// WriteGMNSNodes writes node.csv.
func WriteGMNSNodes(w io.Writer, nodes []GMNSNode) error {
	return writeTable(w, []string{"node_id", "name", "x_coord", "y_coord", "node_type", "zone_id"}, len(nodes), func(i int) []string {
		n := nodes[i]
		return []string{n.ID, n.Name, cell(n.X), cell(n.Y), n.Type, n.Zone}
	})
}

// WriteGMNSLinks writes link.csv; figures that are NaN become empty cells.
func WriteGMNSLinks(w io.Writer, links []GMNSLink) error {
	header := []string{"link_id", "name", "from_node_id", "to_node_id", "directed", "length", "facility_type", "capacity", "free_speed", "lanes", "allowed_uses", "toll"}
	delays := slices.ContainsFunc(links, func(k GMNSLink) bool { return !math.IsNaN(k.Alpha) })
	if delays {
		header = append(header, delayColumns[0][0], delayColumns[1][0])
	}
	return writeTable(w, header,
		len(links), func(i int) []string {
			k := links[i]
			directed := "0"
			if k.Directed {
				directed = "1"
			}
			row := []string{k.ID, k.Name, k.From, k.To, directed, cell(k.Length), k.FacilityType, cell(k.Capacity), cell(k.FreeSpeed), cell(k.Lanes), k.AllowedUses, cell(k.Toll)}
			if delays {
				row = append(row, cell(k.Alpha), cell(k.Beta))
			}
			return row
		})
}

// WriteGMNSZones writes zone.csv.
func WriteGMNSZones(w io.Writer, zones []GMNSZone) error {
	return writeTable(w, []string{"zone_id", "name"}, len(zones), func(i int) []string { return []string{zones[i].ID, zones[i].Name} })
}

// WriteGMNSDemand writes demand.csv with the columns o_zone_id, d_zone_id, volume.
func WriteGMNSDemand(w io.Writer, demand []GMNSDemand) error {
	return writeTable(w, []string{"o_zone_id", "d_zone_id", "volume"}, len(demand), func(i int) []string {
		return []string{demand[i].From, demand[i].To, cell(demand[i].Amount)}
	})
}

// WriteGMNSConfig writes config.csv.
func WriteGMNSConfig(w io.Writer, c GMNSConfig) error {
	return writeTable(w, []string{"dataset_name", "short_length", "long_length", "speed", "crs", "geometry_field_format", "currency", "version_number"}, 1, func(int) []string {
		return []string{c.Dataset, c.ShortLength, c.LongLength, c.Speed, c.CRS, "wkt", c.Currency, c.Version}
	})
}

func cell(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

func writeTable(w io.Writer, header []string, rows int, row func(i int) []string) error {
	b := bufio.NewWriter(w)
	c := csv.NewWriter(b)
	if err := c.Write(header); err != nil {
		return fmt.Errorf("interchange: writing table: %w", err)
	}
	for i := range rows {
		if err := c.Write(row(i)); err != nil {
			return fmt.Errorf("interchange: writing table: %w", err)
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("interchange: writing table: %w", err)
	}
	return b.Flush()
}
