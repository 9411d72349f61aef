package bounds

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/par"
)

// Term is one expectation in a query: Weight times the mean, in an arm, of an
// event's indicator or of a column: by world row, or by class where Of gives the
// class of each world row.
type Term struct {
	Arm    int
	Weight float64
	Event  formula.Set // used when Value is nil
	Value  []float64
	Of     []int32
}

// at returns the column in a world.
func (t *Term) at(row int32) float64 {
	if t.Of != nil {
		return t.Value[t.Of[row]]
	}
	return t.Value[row]
}

// fits reports whether the column is over so many worlds.
func (t *Term) fits(worlds int) bool {
	return t.Of == nil && len(t.Value) == worlds || len(t.Of) == worlds
}

// whole reports whether every class has a value, so that every world has.
func (t *Term) whole() bool {
	return t.Of != nil && !slices.ContainsFunc(t.Value, func(v float64) bool { return v != v })
}

// Query is what is asked: the sum of its terms, under a condition when Given is
// not nil. A condition goes with one term. The effect of an act is a query of
// two terms, one in each arm, with weights 1 and -1: one programme over both.
type Query struct {
	Terms []Term
	Given formula.Set
}

// Probability asks for P(event) in an arm, or P(event | given).
func Probability(arm int, event, given formula.Set) Query {
	return Query{Terms: []Term{{Arm: arm, Weight: 1, Event: event}}, Given: given}
}

// Expectation asks for the mean of a column in an arm.
func Expectation(arm int, value []float64) Query {
	return Query{Terms: []Term{{Arm: arm, Weight: 1, Value: value}}}
}

// Effect asks for the mean of a column in arm with, less that in arm without.
func Effect(with, without int, value []float64) Query {
	return EffectOf(with, without, value, nil)
}

// EffectOf is Effect of a column by class, with the class of each world row.
func EffectOf(with, without int, value []float64, of []int32) Query {
	return Query{Terms: []Term{{Arm: with, Weight: 1, Value: value, Of: of}, {Arm: without, Weight: -1, Value: value, Of: of}}}
}

// Status says what a query can be.
type Status uint8

// The results of a query.
const (
	Found        Status = iota
	Inconsistent        // no distribution fits the words
	Impossible          // the condition has probability 0 under every distribution that fits
	Undefined           // a difference of arms whose column has no value in worlds that can have weight
)

func (s Status) String() string {
	return [...]string{"found", "inconsistent", "impossible condition", "undefined: no value in worlds that can have weight"}[s]
}

// Hold is a claim that holds a bound in its place: were its end of the interval
// one unit higher, the bound would move by Moves (to first order).
type Hold struct {
	Claim int // index in Words.Claims
	Arm   int
	Side  Side
	Moves float64
}

// End is one bound.
type End struct {
	Value       float64
	Exact       *big.Rat // nil unless Certificate is Exact
	Certificate Certificate
	// Outer says that directions were followed as far as MaxProgrammes allow, and
	// the true bound may lie further in, up to Inner (NaN: not known).
	Outer bool
	Inner float64
	Holds []Hold // by claim, then arm
}

// Bound is the answer to a query.
type Bound struct {
	Status     Status
	Low, High  End
	Groups     int // columns of the programme
	Programmes int // linear programmes solved
}

// Bounds answers a query. Errors are malformed queries and faults of the solver.
// Many queries of one system are cheaper by [System.BoundsAll].
func (s *System) Bounds(ctx context.Context, q Query) (*Bound, error) {
	holes, err := s.holes(ctx, []Query{q}, 1)
	if err != nil {
		return nil, err
	}
	given, blanks, err := s.check(&q, holes)
	if err != nil {
		return nil, err
	}
	for _, x := range blanks {
		b, err := s.Bounds(ctx, Probability(x.arm, x.set, nil))
		if err != nil {
			return nil, err
		}
		if b.Status != Found || b.High.Value > 0 {
			return b.undefined(), nil
		}
	}
	t := s
	if given != nil {
		t = s.within(given)
	}
	b := &Bound{Groups: t.cols}
	ts := t.tallies([]Query{q})
	if err := ts.fill(ctx, 1); err != nil {
		return nil, err
	}
	for _, maximise := range []bool{false, true} {
		o := ts.objective(q, maximise)
		if given != nil {
			o.restrict(t.at[q.Terms[0].Arm], given)
		}
		end, err := t.one(ctx, b, given, q.Terms[0].Arm, o, maximise)
		if err != nil {
			return nil, fmt.Errorf("bounds: %w", err)
		}
		if end == nil {
			return b, t.why(ctx, b, given)
		}
		if maximise {
			b.High = *end
		} else {
			b.Low = *end
		}
	}
	return b, nil
}

// one finds an end of a bound by a programme of its own; nil when none fits.
func (s *System) one(ctx context.Context, b *Bound, given formula.Set, arm int, o *objective, maximise bool) (*End, error) {
	build := func() *programme {
		q := s.programme(given, arm)
		for j := range o.a {
			if o.float(j) != 0 {
				q.setCost(j, o.exact(j))
			}
		}
		return q
	}
	f, ok, err := s.search(ctx, maximise, build, s.bent, nil)
	if err != nil {
		return nil, err
	}
	b.Programmes += f.programmes
	if !ok {
		return nil, nil
	}
	return s.end(ctx, f, maximise)
}

// undefined is the answer to a query that has no value, from the bounds on the
// probability of the worlds where it has none.
func (b *Bound) undefined() *Bound {
	u := &Bound{Status: Undefined, Groups: b.Groups, Programmes: b.Programmes}
	if b.Status != Found {
		u.Status = b.Status
	}
	return u
}

// blank is the worlds of an arm where a column has no value.
type blank struct {
	arm int
	set formula.Set
}

// holes finds, for each column and arm that queries ask for, the worlds of the arm
// without a value; nil where there are none.
func (s *System) holes(ctx context.Context, qs []Query, workers int) (map[tallyKey]formula.Set, error) {
	at := map[tallyKey]int{}
	var terms []Term
	for _, q := range qs {
		for _, t := range q.Terms {
			if t.Arm < 0 || t.Arm >= len(s.worlds) || t.Value == nil || !t.fits(len(s.Words.Frame.ArmOf)) || t.whole() {
				continue // no column, or none that check lets pass
			}
			if _, ok := at[t.key()]; !ok {
				at[t.key()] = len(terms)
				terms = append(terms, t)
			}
		}
	}
	sets := make([]formula.Set, len(terms))
	err := par.Do(ctx, workers, len(terms), func(_, i int) error {
		for _, row := range s.worlds[terms[i].Arm] {
			if v := terms[i].at(row); v != v {
				if sets[i] == nil {
					sets[i] = formula.NewSet(len(s.Words.Frame.ArmOf))
				}
				sets[i].Add(int(row))
			}
		}
		return nil
	})
	out := map[tallyKey]formula.Set{}
	for k, i := range at {
		out[k] = sets[i]
	}
	return out, err
}

// check completes a query and returns its condition: of one term, rows where its
// column has no value are outside it. In a difference of arms there is no such
// condition to add, since it would be another one in each; blanks are the worlds
// that must have no weight for the difference to be defined.
func (s *System) check(q *Query, holes map[tallyKey]formula.Set) (given formula.Set, blanks []blank, err error) {
	if len(q.Terms) == 0 {
		return nil, nil, fmt.Errorf("bounds: a query without terms")
	}
	given = q.Given
	for _, t := range q.Terms {
		if t.Arm < 0 || t.Arm >= len(s.Words.Frame.Arms) {
			return nil, nil, fmt.Errorf("bounds: there is no arm %d", t.Arm)
		}
		if t.Value != nil && !t.fits(len(s.Words.Frame.ArmOf)) {
			return nil, nil, fmt.Errorf("bounds: a column of %d values for %d worlds", max(len(t.Value), len(t.Of)), len(s.Words.Frame.ArmOf))
		}
		none := holes[t.key()]
		if none != nil && q.Given != nil {
			if none = none.And(q.Given); none.Count() == 0 {
				none = nil
			}
		}
		switch {
		case none == nil:
		case len(q.Terms) > 1:
			blanks = append(blanks, blank{t.Arm, none})
		default:
			worlds := len(s.Words.Frame.ArmOf)
			defined := formula.NewSet(worlds)
			for row := range worlds {
				if v := t.at(int32(row)); v == v && (given == nil || given.Has(row)) {
					defined.Add(row)
				}
			}
			given = defined
		}
	}
	if given != nil && len(q.Terms) > 1 {
		return nil, nil, fmt.Errorf("bounds: a condition on a difference of arms")
	}
	return given, blanks, nil
}

// programme is the system without an objective: over distributions, or scaled so
// that the condition has weight 1.
func (s *System) programme(given formula.Set, arm int) *programme {
	q := s.base()
	if given == nil {
		s.sums(q)
		return q
	}
	b := newRow(-1, arm, Both)
	for _, g := range s.groupsOf(given, arm) {
		b.add(int(g), one)
	}
	b.lo, b.hi = one, one
	q.addRow(b.row)
	if totals := s.totals(); len(totals) > 1 {
		// All arms have one weight, 1 / P(condition).
		weight := q.addCol()
		for _, b := range totals {
			b.add(weight, minusOne)
			b.lo, b.hi = zero, zero
			q.addRow(b.row)
		}
	}
	return q
}

// why tells an impossible condition from inconsistent words.
func (s *System) why(ctx context.Context, b *Bound, given formula.Set) error {
	b.Status = Inconsistent
	if given == nil {
		return nil
	}
	_, ok, err := s.search(ctx, true, func() *programme { q := s.base(); s.sums(q); return q }, s.bent, nil)
	if err != nil {
		return fmt.Errorf("bounds: %w", err)
	}
	if ok {
		b.Status = Impossible
	}
	return nil
}

// end certifies the best box and names the claims that hold it.
func (s *System) end(ctx context.Context, f *found, maximise bool) (*End, error) {
	e := &End{Value: f.res.Objective, Outer: f.outer, Inner: f.inner}
	pr, ok := f.q.certify(f.res.Basis, maximise)
	for _, o := range []lp.Options{{NoPresolve: true, Tolerance: fine, Start: f.res.Basis}, {NoPresolve: true}} {
		if ok {
			break
		}
		// Rounding in presolve or at a tight place: again from this basis, and then
		// from scratch.
		var res *lp.Result
		var err error
		if f.generated != nil {
			res, err = f.generated.again(ctx, o)
		} else {
			res, err = lp.Solve(ctx, &f.q.p, o)
		}
		if err != nil {
			return nil, err
		}
		if res.Status == lp.Optimal {
			if pr, ok = f.q.certify(res.Basis, maximise); ok {
				f.res = res
			}
		}
	}
	if ok {
		e.prove(pr)
		s.holds(e, f.q, pr.moves, pr.weights)
		return e, nil
	}
	s.holds(e, f.q, f.res.Dual, f.res.X)
	return e, nil
}

// prove sets what a proof settles.
func (e *End) prove(pr *proof) {
	e.Exact, e.Certificate = pr.value, Exact
	e.Value, _ = pr.value.Float64()
}

// fine is the finest tolerance that HiGHS takes.
const fine = 1e-10

// holds turns multipliers of rows into moves of claims: the row of an end e has
// the coefficients value - e on its condition, so raising e by one takes the
// weight of the condition from the row.
func (s *System) holds(e *End, q *programme, moves, x []float64) {
	const least = 1e-9 // multipliers below are rounding
	for i := range q.rows {
		r := &q.rows[i]
		y := moves[i]
		if r.claim < 0 || math.Abs(y) <= least {
			continue
		}
		weight := 1.0
		for c := range s.Words.Constraints {
			if k := &s.Words.Constraints[c]; k.Claim == r.claim && (k.Form == belief.Share || k.Form == belief.Mean) {
				weight = 0
				for g, w := range s.at[r.arm] {
					if x[g] != 0 && w >= 0 && k.If.Has(int(w)) {
						weight += x[g]
					}
				}
			}
		}
		e.Holds = append(e.Holds, Hold{Claim: r.claim, Arm: r.arm, Side: r.side, Moves: y * weight})
	}
}
