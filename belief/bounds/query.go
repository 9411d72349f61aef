package bounds

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
)

// Term is one expectation in a query: Weight times the mean, in an arm, of an
// event's indicator or of a column by world row.
type Term struct {
	Arm    int
	Weight float64
	Event  formula.Set // used when Value is nil
	Value  []float64
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
	return Query{Terms: []Term{{Arm: with, Weight: 1, Value: value}, {Arm: without, Weight: -1, Value: value}}}
}

// Status says what a query can be.
type Status uint8

// The results of a query.
const (
	Found        Status = iota
	Inconsistent        // no distribution fits the words
	Impossible          // the condition has probability 0 under every distribution that fits
)

func (s Status) String() string {
	return [...]string{"found", "inconsistent", "impossible condition"}[s]
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
func (s *System) Bounds(ctx context.Context, q Query) (*Bound, error) {
	given, err := s.check(&q)
	if err != nil {
		return nil, err
	}
	t := s
	if given != nil {
		t = s.within(given)
	}
	b := &Bound{Groups: len(t.first)}
	for _, maximise := range []bool{false, true} {
		cost := t.costs(q, maximise)
		build := func() *programme { return t.programme(cost, given, q.Terms[0].Arm) }
		f, ok, err := t.search(ctx, maximise, build, t.bent, nil)
		if err != nil {
			return nil, fmt.Errorf("bounds: %w", err)
		}
		b.Programmes += f.programmes
		if !ok {
			return b, t.why(ctx, b, given)
		}
		end, err := t.end(ctx, f, maximise)
		if err != nil {
			return nil, fmt.Errorf("bounds: %w", err)
		}
		if maximise {
			b.High = *end
		} else {
			b.Low = *end
		}
	}
	return b, nil
}

// check completes a query and returns its condition: rows where a column has no
// value are outside it.
func (s *System) check(q *Query) (formula.Set, error) {
	if len(q.Terms) == 0 {
		return nil, fmt.Errorf("bounds: a query without terms")
	}
	given := q.Given
	for _, t := range q.Terms {
		if t.Arm < 0 || t.Arm >= len(s.Words.Frame.Arms) {
			return nil, fmt.Errorf("bounds: there is no arm %d", t.Arm)
		}
		undefined := 0
		for row, v := range t.Value {
			if math.IsNaN(v) && int(s.Words.Frame.ArmOf[row]) == t.Arm && (given == nil || given.Has(row)) {
				undefined++
			}
		}
		if undefined == 0 {
			continue
		}
		if len(q.Terms) > 1 {
			return nil, fmt.Errorf("bounds: the column has no value in %d worlds of %s; a difference of arms needs it in all", undefined, s.Words.Frame.Arms[t.Arm].Name)
		}
		defined := formula.NewSet(len(t.Value))
		for row, v := range t.Value {
			if !math.IsNaN(v) && (given == nil || given.Has(row)) {
				defined.Add(row)
			}
		}
		given = defined
	}
	if given != nil && len(q.Terms) > 1 {
		return nil, fmt.Errorf("bounds: a condition on a difference of arms")
	}
	return given, nil
}

// costs returns for each group the best value of the objective among its
// worlds: they share every row, so a better one takes the place of any other.
func (s *System) costs(q Query, maximise bool) []float64 {
	out := make([]float64, len(s.first))
	for g := range out {
		out[g] = math.NaN()
	}
	f := s.Words.Frame
	for row, g := range s.Groups.ID {
		if g < 0 {
			continue
		}
		v := 0.0
		for i := range q.Terms {
			t := &q.Terms[i]
			switch {
			case int(f.ArmOf[row]) != t.Arm:
			case t.Value != nil:
				v += t.Weight * t.Value[row]
			case t.Event.Has(row):
				v += t.Weight
			}
		}
		if old := out[g]; math.IsNaN(old) || maximise && v > old || !maximise && v < old {
			out[g] = v
		}
	}
	return out
}

// programme is the system with an objective: over distributions, or scaled so
// that the condition has weight 1.
func (s *System) programme(cost []float64, given formula.Set, arm int) *programme {
	q := s.base()
	if given == nil {
		s.sums(q)
		for g, v := range cost {
			if v != 0 {
				q.setCost(g, rat(v))
			}
		}
		return q
	}
	b := newRow(-1, arm, Both)
	for _, g := range s.groupsOf(given, arm) {
		b.add(int(g), one)
		if v := cost[g]; v != 0 {
			q.setCost(int(g), rat(v))
		}
	}
	b.lo, b.hi = one, one
	q.addRow(b.row)
	if len(s.Words.Frame.Arms) > 1 {
		// All arms have one weight, 1 / P(condition).
		weight := q.addCol()
		for a := range s.Words.Frame.Arms {
			b := newRow(-1, a, Both)
			for g := range s.first {
				if int(s.arm[g]) == a {
					b.add(g, one)
				}
			}
			b.add(weight, big.NewRat(-1, 1))
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
	moves := make(map[int]float64, len(f.q.rows))
	if ok {
		e.Exact, e.Certificate = pr.value, Exact
		e.Value, _ = pr.value.Float64()
		for i, y := range pr.dual {
			moves[i], _ = y.Float64()
		}
	} else {
		for i, y := range f.res.Dual {
			moves[i] = y
		}
	}
	s.holds(e, f, moves)
	return e, nil
}

// fine is the finest tolerance that HiGHS takes.
const fine = 1e-10

// holds turns multipliers of rows into moves of claims: the row of an end e has
// the coefficients value - e on its condition, so raising e by one takes the
// weight of the condition from the row.
func (s *System) holds(e *End, f *found, moves map[int]float64) {
	const least = 1e-9 // multipliers below are rounding
	for i := range f.q.rows {
		r := &f.q.rows[i]
		y := moves[i]
		if r.claim < 0 || math.Abs(y) <= least {
			continue
		}
		weight := 1.0
		for c := range s.Words.Constraints {
			if k := &s.Words.Constraints[c]; k.Claim == r.claim && (k.Form == belief.Share || k.Form == belief.Mean) {
				weight = 0
				for _, g := range s.groupsOf(k.If, r.arm) {
					weight += f.res.X[g]
				}
			}
		}
		e.Holds = append(e.Holds, Hold{Claim: r.claim, Arm: r.arm, Side: r.side, Moves: y * weight})
	}
}
