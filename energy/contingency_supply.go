package energy

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/internal/ldl"
)

// response is how the plants of each island answer a sudden lack or surplus of power
// after the loss of a unit or link: in proportion to their room upwards (largest output
// less output) or downwards (output less smallest output), as reserves do. Beyond all
// room, demand goes unserved or surplus is left.
type response struct {
	n        *network
	output   []float64 // of each generator, MW, after the schedule's difference was spread
	up, down []float64 // room of each generator, MW
	demand   []float64 // positive demand of each bus, MW
}

func (n *network) newResponse(islands []Island) *response {
	units := len(n.g.Generators)
	r := &response{n: n, output: make([]float64, units), up: make([]float64, units), down: make([]float64, units), demand: make([]float64, len(n.live))}
	weight, count := make([]float64, len(islands)), make([]float64, len(islands))
	for _, x := range n.g.Generators {
		if k := n.island[x.Bus]; !x.Out && k >= 0 {
			weight[k] += max(x.Pmax, 0)
			count[k]++
		}
	}
	for g, x := range n.g.Generators {
		k := n.island[x.Bus]
		if x.Out || k < 0 {
			continue
		}
		share := 1 / count[k]
		if weight[k] > 0 {
			share = max(x.Pmax, 0) / weight[k]
		}
		p := x.P + float64(islands[k].Spread*share)
		r.output[g] = p
		r.up[g], r.down[g] = max(x.Pmax-p, 0), max(p-x.Pmin, 0)
	}
	for _, d := range n.g.Loads {
		if n.live[d.Bus] {
			r.demand[d.Bus] += max(d.Demand, 0)
		}
	}
	return r
}

// balance adds to change what answers an imbalance (MW; below 0 a lack) in an island,
// without generator except, and returns the demand that stays unserved.
func (r *response) balance(change []float64, island int32, imbalance float64, except int) (unserved float64) {
	room, sign := r.up, 1.0
	if imbalance > 0 {
		room, sign = r.down, -1
	}
	total := 0.0
	for g, x := range r.n.g.Generators {
		if r.n.island[x.Bus] == island && g != except {
			total += room[g]
		}
	}
	need := math.Abs(imbalance)
	given := min(need, total)
	if total > 0 {
		for g, x := range r.n.g.Generators {
			if r.n.island[x.Bus] == island && g != except && room[g] > 0 {
				change[x.Bus] += float64(sign * given * (room[g] / total))
			}
		}
	}
	rest := need - given
	if rest <= shedSlack*max(need, 1) {
		return 0
	}
	if sign < 0 {
		// Nobody can take the surplus: the reference does, in name only.
		change[r.n.islands[island].reference] -= rest
		return 0
	}
	sum := 0.0
	for i, d := range r.demand {
		if r.n.island[i] == island {
			sum += d
		}
	}
	for i, d := range r.demand {
		if r.n.island[i] == island && sum > 0 {
			change[i] += float64(rest * (d / sum))
		}
	}
	return rest
}

// supplyLoss screens the loss of a generator or link.
type supplyLoss struct {
	*response
	flow, rating []float64
	opt          *N1Options
}

// generator screens the loss of a unit; nil when it has no consequence.
func (s *supplyLoss) generator(g int, w *ldl.Work) *Contingency {
	x := &s.n.g.Generators[g]
	p := s.output[g]
	change := make([]float64, len(s.n.live))
	change[x.Bus] -= p
	unserved := s.balance(change, s.n.island[x.Bus], -p, g)
	bus := s.n.g.Buses[x.Bus].ID
	c := s.after(change, w)
	if c == nil && unserved == 0 {
		return nil
	}
	if c == nil {
		c = &Contingency{}
	}
	c.Kind, c.BranchEnd, c.Flow = "generator", BranchEnd{ID: x.ID, From: bus, To: bus}, p
	if unserved > 0 {
		c.Lost = &Lost{Output: p, Deficit: p, Unserved: unserved}
	}
	c.Words = s.say(fmt.Sprintf("without generator %s at bus %s (%s)", x.ID, bus, megawatts(p)), c)
	return c
}

// link screens the loss of a link; nil when it has no consequence.
func (s *supplyLoss) link(l int, w *ldl.Work) *Contingency {
	x := &s.n.g.Links[l]
	arrives := x.P - x.Loss0 - float64(x.Loss1*x.P)
	change := make([]float64, len(s.n.live))
	change[x.From] += x.P
	change[x.To] -= arrives
	kf, kt := s.n.island[x.From], s.n.island[x.To]
	unserved := 0.0
	if kf == kt {
		unserved = s.balance(change, kf, x.P-arrives, -1)
	} else {
		unserved = s.balance(change, kf, x.P, -1) + s.balance(change, kt, -arrives, -1)
	}
	c := s.after(change, w)
	if c == nil && unserved == 0 {
		return nil
	}
	if c == nil {
		c = &Contingency{}
	}
	c.Kind, c.BranchEnd, c.Flow = "link", BranchEnd{ID: x.ID, From: s.n.g.Buses[x.From].ID, To: s.n.g.Buses[x.To].ID}, x.P
	if unserved > 0 {
		c.Lost = &Lost{Deficit: arrives, Unserved: unserved}
	}
	c.Words = s.say(fmt.Sprintf("without link %s from %s to %s (%s)", x.ID, c.From, c.To, megawatts(x.P)), c)
	return c
}

// after lists the overloads that a balanced change of injections makes.
func (s *supplyLoss) after(change []float64, w *ldl.Work) *Contingency {
	n := s.n
	theta := make([]float64, len(n.live))
	n.angles(theta, change, w)
	var out *Contingency
	for l := range s.flow {
		d := n.b[l] * (theta[n.from[l]] - theta[n.to[l]])
		after := s.flow[l] + d
		over := math.Abs(after) - s.rating[l]
		if over <= ratingSlack*s.rating[l] || over < s.opt.MinOverload || math.Abs(d) < s.opt.MinChange*s.rating[l] || math.Abs(after) <= math.Abs(s.flow[l]) {
			continue
		}
		if out == nil {
			out = &Contingency{}
		}
		out.Overloads = append(out.Overloads, Overload{n.end(l), s.flow[l], after, s.rating[l]})
	}
	if out != nil {
		excess := func(o Overload) float64 { return math.Abs(o.After) - o.Rating }
		slices.SortStableFunc(out.Overloads, func(a, b Overload) int { return cmp.Compare(excess(b), excess(a)) })
		out.Worst = excess(out.Overloads[0])
	}
	return out
}

// say makes the sentence of a loss of supply.
func (s *supplyLoss) say(what string, c *Contingency) string {
	if c.Lost != nil {
		what += ", the other plants cannot make up for " + megawatts(c.Lost.Unserved)
	}
	if len(c.Overloads) > 0 {
		o := c.Overloads[0]
		what += fmt.Sprintf(", %s above the rating; worst %s-%s with %s of %s", plural(len(c.Overloads), "branch is", "branches are"), o.From, o.To, megawatts(math.Abs(o.After)), megawatts(o.Rating))
	}
	return what
}
