package bounds

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/par"
)

// together is the number of queries that are answered one after the other, each
// from the vertex where the last one ended. It is fixed, so that what a bound is
// held by, where there is a choice, does not depend on the number of workers.
const together = 16

// BoundsAll answers many queries of one system, each as [System.Bounds] would; in
// degenerate optima Holds may be another choice. Rows, feasibility and the extremes
// of columns are found once for all queries with the same condition, and each
// objective starts from a vertex of the last (see walker). workers < 1 means
// GOMAXPROCS; the result does not depend on it. Columns are told apart by where
// they are kept, so queries of one column should share its slice.
func (s *System) BoundsAll(ctx context.Context, qs []Query, workers int) ([]*Bound, error) {
	out := make([]*Bound, len(qs))
	list := make([]asked, len(qs))
	holes, err := s.holes(ctx, qs, workers)
	if err != nil {
		return nil, err
	}
	for i := range qs {
		a := &list[i]
		a.Query = qs[i]
		if a.given, a.blanks, err = s.check(&a.Query, holes); err != nil {
			return nil, err
		}
	}
	if err := s.define(ctx, list, out, workers); err != nil {
		return nil, err
	}
	families, err := s.families(ctx, list, out, workers)
	if err != nil {
		return nil, err
	}
	type chunk struct {
		f  *family
		at []int
	}
	var chunks []chunk
	for _, f := range families {
		for at := f.queries; len(at) > 0; at = at[min(together, len(at)):] {
			chunks = append(chunks, chunk{f, at[:min(together, len(at))]})
		}
	}
	err = par.Do(ctx, workers, len(chunks), func(_, i int) error { return chunks[i].f.answer(ctx, list, chunks[i].at, out) })
	if err != nil {
		return nil, err
	}
	return out, nil
}

// asked is a query that was checked.
type asked struct {
	Query
	given  formula.Set
	blanks []blank
}

// define answers the differences of arms that have no value.
func (s *System) define(ctx context.Context, list []asked, out []*Bound, workers int) error {
	number := map[string]int{}
	var qs []Query
	for i := range list {
		for _, x := range list[i].blanks {
			k := setKey(x.arm, x.set)
			if _, ok := number[k]; !ok {
				number[k] = len(qs)
				qs = append(qs, Probability(x.arm, x.set, nil))
			}
		}
	}
	if len(qs) == 0 {
		return nil
	}
	found, err := s.BoundsAll(ctx, qs, workers)
	if err != nil {
		return err
	}
	for i := range list {
		for _, x := range list[i].blanks {
			if b := found[number[setKey(x.arm, x.set)]]; out[i] == nil && (b.Status != Found || b.High.Value > 0) {
				out[i] = b.undefined()
			}
		}
	}
	return nil
}

// setKey names a condition in an arm.
func setKey(arm int, set formula.Set) string {
	b := binary.LittleEndian.AppendUint16(nil, uint16(arm))
	for _, w := range set {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}

// family is the queries that share a condition, and so all rows.
type family struct {
	s       *System
	given   formula.Set
	arm     int
	queries []int
	q       *programme
	tallies *tallies
	none    *Bound // the answer where nothing fits
	start   *lp.Basis
	walker  *walker // nil where every query is answered by a programme of its own
}

// families sorts the queries that are not answered yet and prepares what they share.
func (s *System) families(ctx context.Context, list []asked, out []*Bound, workers int) ([]*family, error) {
	number := map[string]*family{}
	var all []*family
	for i := range list {
		if out[i] != nil {
			continue
		}
		k, a := "", &list[i]
		if a.given != nil {
			k = setKey(a.Terms[0].Arm, a.given)
		}
		f := number[k]
		if f == nil {
			f = &family{given: a.given, arm: a.Terms[0].Arm}
			number[k] = f
			all = append(all, f)
		}
		f.queries = append(f.queries, i)
	}
	err := par.Do(ctx, workers, len(all), func(_, i int) error { return all[i].prepare(ctx, s) })
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		var qs []Query
		for _, i := range f.queries {
			qs = append(qs, list[i].Query)
		}
		f.tallies = f.s.tallies(qs)
		if f.none != nil {
			continue
		}
		if err := f.tallies.fill(ctx, workers); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// prepare writes the rows and finds a vertex.
func (f *family) prepare(ctx context.Context, s *System) error {
	if f.s = s; f.given != nil {
		f.s = s.within(f.given)
	}
	if len(s.bilinear) > 0 {
		return nil // cells differ with the objective
	}
	f.q = f.s.programme(f.given, f.arm)
	var res *lp.Result
	var err error
	if f.q.cols >= generateFrom {
		res, _, err = generate(ctx, f.q)
	} else {
		res, err = lp.Solve(ctx, &f.q.p, lp.Options{NoPresolve: true})
	}
	if err != nil {
		return fmt.Errorf("bounds: %w", err)
	}
	if res.Status != lp.Optimal {
		f.none = &Bound{Groups: f.s.cols, Programmes: 1}
		return f.s.why(ctx, f.none, f.given)
	}
	if len(f.q.rows) <= mostRows {
		f.start, f.walker = res.Basis, newWalker(f.q)
	}
	return nil
}

// answer answers some of the queries, one after the other.
func (f *family) answer(ctx context.Context, list []asked, at []int, out []*Bound) error {
	var w *walker
	if f.walker != nil {
		own := *f.walker
		if own.begin(f.start) {
			w = &own
		}
	}
	for _, i := range at {
		if f.none != nil {
			b := *f.none
			out[i] = &b
			continue
		}
		b := &Bound{Groups: f.s.cols}
		out[i] = b
		for _, maximise := range []bool{false, true} {
			o := f.tallies.objective(list[i].Query, maximise)
			if f.given != nil {
				o.restrict(f.s.at[f.arm], f.given)
			}
			end := f.end(w, o, maximise)
			if end != nil {
				b.Programmes++
			} else {
				var err error
				if end, err = f.s.one(ctx, b, f.given, f.arm, o, maximise); err != nil {
					return fmt.Errorf("bounds: %w", err)
				}
				if end == nil {
					if err := f.s.why(ctx, b, f.given); err != nil {
						return err
					}
					break
				}
				if w != nil && !w.begin(f.start) {
					w = nil
				}
			}
			if maximise {
				b.High = *end
			} else {
				b.Low = *end
			}
		}
	}
	return nil
}

// end walks to an end of a bound and proves it; nil when either fails.
func (f *family) end(w *walker, o *objective, maximise bool) *End {
	if w == nil {
		return nil
	}
	size := o.size()
	sign := -1.0
	if maximise {
		sign = 1
	}
	for j := range w.cols {
		w.cost[j] = sign * o.float(j)
	}
	if !w.maximise(gainShare * max(size, math.SmallestNonzeroFloat64)) {
		return nil
	}
	v, ok := f.q.vertex(w.places())
	if !ok {
		return nil
	}
	pr, ok := v.optimal(&cost{o.float, o.exact, size}, maximise)
	if !ok {
		return nil
	}
	e := &End{Inner: math.NaN()}
	e.prove(pr)
	e.Inner = e.Value
	f.s.holds(e, f.q, pr.moves, pr.weights)
	return e
}
