package assign

import (
	"fmt"
	"math"
	"slices"
)

// Logit fills share with exp(u)/sum exp(u) over the alternatives and returns the
// logsum ln sum exp(u). A utility of -Inf is an alternative that is absent and
// gets 0; when all are absent every share is 0 and the logsum -Inf. share may be
// utility itself. The largest utility is taken out first, so nothing overflows.
func Logit(utility, share []float64) (logsum float64) {
	top := math.Inf(-1)
	for _, u := range utility {
		top = math.Max(top, u)
	}
	if math.IsInf(top, -1) {
		clear(share[:len(utility)])
		return top
	}
	total := 0.0
	for i, u := range utility {
		share[i] = math.Exp(u - top)
		total += share[i]
	}
	for i := range utility {
		share[i] /= total
	}
	return top + math.Log(total)
}

// PathSize returns the path-size factor of each route of one pair (Ben-Akiva and
// Bierlaire 1999):
//
//	PS_r = sum over links a of r of (length_a / length_r) / (routes that use a)
//
// It is 1 for a route that shares nothing and 1/n for each of n equal routes.
// length is by link, 0 or more; a route whose links all have length 0 counts by
// number of links instead. A route without links gets 1.
func PathSize(routes [][]int32, length []float64) []float64 {
	type use struct {
		link  int32
		route int
	}
	var uses []use
	for r, links := range routes {
		for _, l := range links {
			uses = append(uses, use{l, r})
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		if a.link != b.link {
			return int(a.link) - int(b.link)
		}
		return a.route - b.route
	})
	uses = slices.Compact(uses) // a route that passes a link twice counts once
	ps, total := make([]float64, len(routes)), make([]float64, len(routes))
	for _, u := range uses {
		total[u.route] += length[u.link]
	}
	count := make([]int, len(routes))
	for _, u := range uses {
		count[u.route]++
	}
	for i := 0; i < len(uses); {
		j := i
		for j < len(uses) && uses[j].link == uses[i].link {
			j++
		}
		for _, u := range uses[i:j] {
			w := 1 / float64(count[u.route])
			if total[u.route] > 0 {
				w = length[u.link] / total[u.route]
			}
			ps[u.route] += w / float64(j-i)
		}
		i = j
	}
	for r := range routes {
		if count[r] == 0 {
			ps[r] = 1
		}
	}
	return ps
}

// RouteSet is the routes of one pair and what it sends.
type RouteSet struct {
	Amount float64
	Routes [][]int32
	Fixed  []float64 // cost of each route beyond its links; nil 0
}

// RouteLoad is the outcome of [LoadRoutes].
type RouteLoad struct {
	Link     []float64   // flow by link
	Share    [][]float64 // by set and route
	Expected []float64   // by set: expected least cost, -logsum/theta; +Inf without an open route
	Unserved float64     // amount of sets without an open route
}

// LoadRoutes shares the amount of each set among its routes by a logit on cost,
// utility = -theta cost + beta ln PS, with PS the path-size factor over the open
// routes of the set measured by length; beta 0 is the plain logit. cost is by
// link, +Inf closes a route. length is by link and read where beta is not 0.
func LoadRoutes(sets []RouteSet, links int, cost, length []float64, theta, beta float64) (*RouteLoad, error) {
	if !(theta > 0) || math.IsInf(theta, 1) {
		return nil, &InputError{Problems: []string{fmt.Sprintf("dispersion theta is %v, want above 0", theta)}}
	}
	if len(cost) != links || (beta != 0 && len(length) != links) {
		return nil, &InputError{Problems: []string{fmt.Sprintf("%d costs and %d lengths for %d links", len(cost), len(length), links)}}
	}
	out := &RouteLoad{Link: make([]float64, links), Share: make([][]float64, len(sets)), Expected: make([]float64, len(sets))}
	for s, set := range sets {
		utility := make([]float64, len(set.Routes))
		var open [][]int32
		var which []int
		for r, route := range set.Routes {
			c := 0.0
			if set.Fixed != nil {
				c = set.Fixed[r]
			}
			for _, l := range route {
				c += cost[l]
			}
			utility[r] = -theta * c
			if !math.IsInf(c, 1) {
				open, which = append(open, route), append(which, r)
			}
		}
		if beta != 0 {
			for i, ps := range PathSize(open, length) {
				utility[which[i]] += beta * math.Log(ps)
			}
		}
		out.Share[s] = utility // Logit turns it into shares in place
		out.Expected[s] = -Logit(utility, utility) / theta
		if len(open) == 0 {
			out.Unserved += set.Amount
			continue
		}
		for _, r := range which {
			f := set.Amount * utility[r]
			for _, l := range set.Routes[r] {
				out.Link[l] += f
			}
		}
	}
	return out, nil
}
