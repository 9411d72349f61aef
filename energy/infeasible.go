package energy

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/internal/lp"
)

// Infeasible says why no dispatch exists: limits that cannot hold together. It is read
// from a Farkas certificate, a weighted sum of the programme's rows that no point within
// the bounds can meet; parts with weight 0 have no share in the conflict.
type Infeasible struct {
	Words string `json:"words"`
	// Short is by how much supply and inflow fall short of demand when the conflict is
	// a plain cut (an area that needs more than its plants and branches can bring), MW;
	// below 0 what its plants must give beyond what it can use or send out.
	Short    float64    `json:"short_mw,omitempty"`
	Buses    []string   `json:"buses"`    // with a share in the conflict
	Branches []string   `json:"branches"` // whose rating or angle bound has a share
	Parts    []Conflict `json:"parts"`    // largest share first
}

// Conflict is a limit with a share in an infeasibility.
type Conflict struct {
	Kind   string  `json:"kind"` // "demand", "output-max", "output-min", "rating", "angle", "link", "shift", "law"
	ID     string  `json:"id"`
	Limit  float64 `json:"limit"`  // MW
	Weight float64 `json:"weight"` // in the certificate, the largest is 1
}

// smallWeight is the share of the largest weight below which a part of a certificate is
// rounding.
const smallWeight = 1e-7

// why explains an infeasible dispatch with the plainest certificate there is: where the
// grid could not serve demand even if power could be steered at will, that is the
// reason and a cut shows it; only else are Kirchhoff's laws part of the conflict.
func (d *dispatch) why(ctx context.Context, y []float64, iterations int) (*Infeasible, error) {
	free := d.p
	free.Quad = nil
	free.RowLower, free.RowUpper = slices.Clone(free.RowLower), slices.Clone(free.RowUpper)
	for _, row := range d.law {
		free.RowLower[row], free.RowUpper[row] = -lp.Inf, lp.Inf
	}
	sol, err := lp.Solve(ctx, &free, lp.Options{Certificate: true, Iterations: iterations})
	if err != nil {
		return nil, err
	}
	if sol.Status == lp.Infeasible {
		y = sol.Farkas
		for _, row := range d.law {
			y[row] = 0
		}
	}
	return d.explain(y), nil
}

// evenWeight is how far weights of a cut may lie apart, relative to the largest.
const evenWeight = 1e-6

// explain turns a certificate into words.
func (d *dispatch) explain(y []float64) *Infeasible {
	out := &Infeasible{Buses: []string{}, Branches: []string{}, Parts: []Conflict{}}
	if y == nil {
		out.Words = "the limits cannot hold together; the solver gave no certificate"
		return out
	}
	coef, size := make([]float64, d.p.Cols()), make([]float64, d.p.Cols())
	largest := 0.0
	for _, row := range d.balance {
		if row >= 0 {
			largest = max(largest, math.Abs(y[row]))
		}
	}
	if largest == 0 {
		for _, v := range y {
			largest = max(largest, math.Abs(v))
		}
	}
	for i, v := range y {
		for k := d.p.First[i]; k < d.p.First[i+1]; k++ {
			coef[d.p.Index[k]] += v * d.p.Value[k]
			size[d.p.Index[k]] += math.Abs(v * d.p.Value[k])
		}
	}
	for j := range coef {
		if math.Abs(coef[j]) <= smallWeight*max(size[j], largest) {
			coef[j] = 0
		}
	}
	add := func(kind, id string, limit, weight float64) {
		if math.IsInf(limit, 0) {
			return // no limit at all: a weight that is rounding
		}
		out.Parts = append(out.Parts, Conflict{kind, id, limit, math.Abs(weight) / largest})
	}
	g, n := d.n.g, d.n
	// Turned so that the rows want more than the columns can give at most: then a column
	// of positive coefficient stands at its upper bound.
	want, most := 0.0, 0.0
	for i, v := range y {
		if v != 0 {
			want += v * d.p.RowLower[i] // rows are equations
		}
	}
	for j, c := range coef {
		switch {
		case c > 0:
			most += c * d.p.Upper[j]
		case c < 0:
			most += c * d.p.Lower[j]
		}
	}
	if !(want > most) {
		y = slices.Clone(y)
		for i := range y {
			y[i] = -y[i]
		}
		for j := range coef {
			coef[j] = -coef[j]
		}
	}
	bound := func(j int) float64 {
		if coef[j] > 0 {
			return d.p.Upper[j]
		}
		return d.p.Lower[j]
	}
	for i, row := range d.balance {
		if row >= 0 && math.Abs(y[row]) > smallWeight*largest {
			out.Buses = append(out.Buses, g.Buses[i].ID)
			if x := d.fixed(i); x != 0 {
				add("demand", g.Buses[i].ID, x, y[row])
			}
		}
	}
	for k, j := range d.gen {
		if j >= 0 && coef[j] != 0 {
			kind := "output-min"
			if bound(j) == g.Generators[k].Pmax {
				kind = "output-max"
			}
			add(kind, g.Generators[k].ID, bound(j), coef[j])
		}
	}
	for k, j := range d.link {
		if j >= 0 && coef[j] != 0 {
			add("link", g.Links[k].ID, bound(j), coef[j])
		}
	}
	cut := true
	for k, j := range d.flow {
		id := g.Branches[n.branch[k]].ID
		if math.Abs(y[d.law[k]])*100/math.Abs(n.b[k]) > smallWeight*largest {
			cut = false
		}
		if coef[j] != 0 {
			kind := "rating"
			if r := g.Branches[n.branch[k]].RateA; d.byAngle[k] && (r == 0 || math.Abs(bound(j)) < r) {
				kind = "angle"
			}
			out.Branches = append(out.Branches, id)
			add(kind, id, bound(j), coef[j])
		}
	}
	slices.SortStableFunc(out.Parts, func(a, b Conflict) int { return cmp.Compare(b.Weight, a.Weight) })
	lacking := true // demand is what cannot be met, not what plants must give
	for _, row := range d.balance {
		if row < 0 {
			continue
		}
		switch w := y[row] / largest; {
		case math.Abs(w) <= smallWeight:
		case math.Abs(w-1) <= evenWeight:
		case math.Abs(w+1) <= evenWeight:
			lacking = false
		default:
			cut = false
		}
	}
	for _, row := range d.balance {
		if row >= 0 && y[row] > smallWeight*largest && !lacking {
			cut = false // weights of both signs
		}
	}
	if cut && len(out.Buses) > 0 {
		d.cutWords(out, bound, coef, lacking)
		return out
	}
	var limits []string
	for _, p := range out.Parts {
		if p.Kind == "rating" || p.Kind == "angle" || p.Kind == "link" {
			limits = append(limits, fmt.Sprintf("%s of %s (%s)", p.Kind, p.ID, megawatts(math.Abs(p.Limit))))
		}
	}
	if len(limits) == 0 {
		out.Words = fmt.Sprintf("Kirchhoff's laws and the output bounds of the plants cannot hold together; %s and %s have a share", plural(len(out.Buses), "bus", "buses"), plural(len(out.Parts), "limit", "limits"))
		return out
	}
	out.Words = fmt.Sprintf("no dispatch keeps Kirchhoff's laws within these limits together: %s", some(limits, mostNames))
	return out
}

// cutWords describes a certificate that is a cut: an area whose demand is more than its
// plants, links and branches can bring, or less than its plants must give.
func (d *dispatch) cutWords(out *Infeasible, bound func(int) float64, coef []float64, lacking bool) {
	var demand, plants, ties, links float64
	for _, p := range out.Parts {
		if p.Kind == "demand" {
			demand += p.Limit
		}
	}
	for _, j := range d.gen {
		if j >= 0 && coef[j] != 0 {
			plants += bound(j)
		}
	}
	for k, j := range d.link {
		if j < 0 || coef[j] == 0 {
			continue
		}
		// A link out of the area counts what leaves, one into it what arrives.
		x, p := &d.n.g.Links[k], bound(j)
		into := 1 - x.Loss1
		if slices.Contains(out.Buses, d.n.g.Buses[x.From].ID) {
			into = -1
		}
		links += into * p
	}
	for _, j := range d.flow {
		if coef[j] != 0 {
			ties += math.Abs(bound(j))
		}
	}
	area, branches := "bus "+out.Buses[0], plural(len(out.Branches), "branch", "branches")
	if len(out.Buses) > 1 {
		area = "the area of buses " + some(out.Buses, mostNames)
	}
	var b strings.Builder
	if lacking {
		out.Short = demand - plants - ties - links
		fmt.Fprintf(&b, "%s demands %s, its plants can give %s", area, megawatts(demand), megawatts(plants))
		switch {
		case len(out.Branches) > 0:
			fmt.Fprintf(&b, ", the %s into it (%s) can bring %s", branches, some(out.Branches, mostNames), megawatts(ties))
		case links == 0:
			b.WriteString(" and nothing leads into it")
		}
		if links != 0 {
			fmt.Fprintf(&b, ", links can bring %s", megawatts(links))
		}
		fmt.Fprintf(&b, ": short by %s", megawatts(out.Short))
	} else {
		out.Short = demand - plants + ties - links
		fmt.Fprintf(&b, "%s demands %s, its plants must give %s", area, megawatts(demand), megawatts(plants))
		if len(out.Branches) > 0 {
			fmt.Fprintf(&b, ", the %s out of it (%s) can take away %s", branches, some(out.Branches, mostNames), megawatts(ties))
		}
		fmt.Fprintf(&b, ": %s too much", megawatts(-out.Short))
	}
	if math.Abs(out.Short) < roundingShare*max(demand, plants, 1) {
		b.WriteString("; that is no more than the rounding of the figures")
	}
	out.Words = b.String()
}

// roundingShare is the share of a demand below which a shortage is that of figures written
// with some ten digits.
const roundingShare = 1e-9
