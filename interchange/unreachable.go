package interchange

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
)

// Unreached is demand between two zones without a way, and the row that asks for it.
type Unreached struct {
	From, To string // ids
	assign.Unreachable
	Pos diag.Pos
}

// ReportUnreachable reports every pair with the reason: no link leaves the origin,
// none enters the destination, no chain of links joins them, or each chain has a closed
// link, takes a forbidden turn or passes a node that may only start and end ways.
func ReportUnreachable(p *assign.Problem, pairs []Unreached, l *diag.List) {
	g, n := p.Network.Graph, p.Network
	closed := map[string][]bool{}
	for _, c := range p.Classes {
		closed[c.Name] = c.Closed
	}
	for _, u := range pairs {
		from, to := n.Centroid[u.Unreachable.From], n.Centroid[u.Unreachable.To]
		reason := ""
		switch {
		case g.OutDegree(from) == 0:
			reason = "no link leaves the origin"
		case g.InDegree(to) == 0:
			reason = "no link enters the destination"
		case len(n.Turns) > 0 && reaches(g, closed[u.Class], n.NoThrough, from, to):
			reason = "every chain of links between them takes a forbidden turn"
		case reaches(g, closed[u.Class], nil, from, to):
			reason = "every chain of links between them passes a node that may only start and end ways"
		case reaches(g, nil, nil, from, to):
			reason = "every chain of links between them has one that is closed"
		default:
			reason = "no chain of links joins them"
		}
		l.Report(ruleUnreachable, u.Pos, "", "%s trips from zone %q to zone %q have no way: %s", number(u.Demand), u.From, u.To, reason)
	}
}

// reaches says whether links that are not closed lead from one node to another past
// none that is barred.
func reaches(g *graph.Graph, closed, barred []bool, from, to int32) bool {
	seen := make([]bool, g.Nodes())
	seen[from] = true
	todo := []int32{from}
	var links []int32
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		links = g.Out(v, links[:0])
		for _, k := range links {
			w := g.Head(k)
			if closed != nil && closed[k] || seen[w] {
				continue
			}
			if w == to {
				return true
			}
			seen[w] = true
			if barred != nil && barred[w] {
				continue
			}
			todo = append(todo, w)
		}
	}
	return false
}
