package interchange

import (
	"fmt"
	"io"
	"math"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/internal/table"
)

// GMNSMovement is a row of movement.csv: a way through a node from one link to
// another. Lanes and control are not read; that capacity and uses are not either is
// reported.
type GMNSMovement struct {
	ID, Node, In, Out, Type string
	Penalty                 float64 // seconds; NaN where the table leaves it empty
	Pos                     diag.Pos
}

// readMovements reads movement.csv and checks that each row joins two links at its
// node.
func (g *GMNS) readMovements(f *table.File, l *diag.List) {
	links := make(map[string]*GMNSLink, len(g.Links))
	for i := range g.Links {
		links[g.Links[i].ID] = &g.Links[i]
	}
	notReadMovements(f, l)
	seen := map[string]diag.Pos{}
	for _, row := range f.Rows {
		id := row.Get("mvmt_id")
		if !unique(id, seen, "movement", l) {
			continue
		}
		m := GMNSMovement{ID: id.Text, Node: row.Get("node_id").Text, In: row.Get("ib_link_id").Text, Out: row.Get("ob_link_id").Text,
			Type: get(f, row, "type").Text, Pos: row.Pos}
		good := true
		for _, end := range []struct {
			column, id, verb string
			meets            func(k *GMNSLink) bool
		}{
			{"ib_link_id", m.In, "end", func(k *GMNSLink) bool { return k.To == m.Node || !k.Directed && k.From == m.Node }},
			{"ob_link_id", m.Out, "begin", func(k *GMNSLink) bool { return k.From == m.Node || !k.Directed && k.To == m.Node }},
		} {
			k, ok := links[end.id]
			switch {
			case !ok && g.dropped[end.id]:
				good = false // the link has its own report
			case !ok:
				l.Report(ruleGMNSRef, row.Get(end.column).Pos, end.id, "movement %q: there is no link %q", m.ID, end.id).Expected = "a link_id of link.csv"
				good = false
			case !end.meets(k):
				l.Report(ruleGMNSMovement, row.Get(end.column).Pos, end.id, "movement %q: link %q does not %s at node %q", m.ID, end.id, end.verb, m.Node)
				good = false
			}
		}
		before := l.Len()
		m.Penalty = figure(f, row, "penalty", l)
		if good && l.Len() == before {
			g.Movements = append(g.Movements, m)
		}
	}
}

// turns are what the movements say of the links of a problem. A link that enters a
// node and has movements there may go on by these alone; of several for the same
// two links (lanes) the least penalty counts. A link without any goes on freely.
func (g *GMNS) turns(p *GMNSProblem, node map[string]int32) []assign.Turn {
	if len(g.Movements) == 0 {
		return nil
	}
	type passage struct{ node, in int32 } // in: row of Links
	row := make(map[string]int32, len(g.Links))
	for i, k := range g.Links {
		row[k.ID] = int32(i)
	}
	listed := map[passage]map[int32]float64{} // by row of the leaving link
	for _, m := range g.Movements {
		at := passage{node[m.Node], row[m.In]}
		if listed[at] == nil {
			listed[at] = map[int32]float64{}
		}
		penalty := orZero(m.Penalty) / 60
		if old, ok := listed[at][row[m.Out]]; !ok || penalty < old {
			listed[at][row[m.Out]] = penalty
		}
	}
	graph := p.Network.Graph
	var turns []assign.Turn
	var out []int32
	for a := range int32(graph.Links()) {
		v := graph.Head(a)
		ways := listed[passage{v, int32(p.Row[a])}]
		if ways == nil {
			continue
		}
		out = graph.Out(v, out[:0])
		for _, b := range out {
			t := assign.Turn{From: a, To: b, Time: math.Inf(1)}
			if penalty, ok := ways[int32(p.Row[b])]; ok {
				t.Time = penalty
			}
			if t.Time > 0 {
				turns = append(turns, t)
			}
		}
	}
	return turns
}

// WriteGMNSMovements writes movement.csv.
func WriteGMNSMovements(w io.Writer, movements []GMNSMovement) error {
	return writeTable(w, []string{"mvmt_id", "node_id", "ib_link_id", "ob_link_id", "type", "penalty"}, len(movements), func(i int) []string {
		m := movements[i]
		return []string{m.ID, m.Node, m.In, m.Out, m.Type, cell(m.Penalty)}
	})
}

// adopt lists the zones of demand that have no centroid yet and whose id is that of
// a node: demand by the number of the node. The node becomes the zone's centroid.
func (g *GMNS) adopt(named map[string]diag.Pos, zone map[string]int32, l *diag.List) []string {
	var ids []string
	for _, n := range g.Nodes {
		_, used := named[n.ID]
		if _, done := zone[n.ID]; used && !done {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) > 0 {
		more := ""
		if len(ids) > 1 {
			more = fmt.Sprintf(" (and %d zones more)", len(ids)-1)
		}
		l.Report(ruleGMNSAdopt, named[ids[0]], ids[0], "zone %q%s has demand, but no node that the tables make its centroid; the node of the same id is taken", ids[0], more)
	}
	return ids
}
