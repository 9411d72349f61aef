package bounds

import (
	"context"
	"math"
	"math/big"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
)

// objective is the best value of a query in each column. Where arms are joined it
// is a sum, of a value in one arm and one in the other; its rational is the sum of
// theirs.
type objective struct {
	a, b []float64 // by column of the system; b nil where columns weigh one group
}

func (o *objective) float(j int) float64 {
	switch {
	case j >= len(o.a):
		return 0 // a column of the programme that weighs no world
	case o.b == nil:
		return o.a[j]
	}
	return o.a[j] + o.b[j]
}

func (o *objective) exact(j int) *big.Rat {
	switch {
	case j >= len(o.a):
		return zero
	case o.b == nil:
		return rat(o.a[j])
	}
	return new(big.Rat).Add(rat(o.a[j]), rat(o.b[j]))
}

// size bounds the values before they are summed.
func (o *objective) size() float64 {
	a, b := 0.0, 0.0
	for _, v := range o.a {
		a = max(a, math.Abs(v))
	}
	for _, v := range o.b {
		b = max(b, math.Abs(v))
	}
	return a + b
}

// tallies are the extremes of columns and events among the worlds of each group,
// each found once however many queries ask for it.
type tallies struct {
	s     *System
	terms []Term // what to go through, without weights
	of    map[tallyKey]int
	low   [][]float64
	high  [][]float64
}

// tallyKey tells columns and events apart by where they are kept.
type tallyKey struct {
	arm   int
	value *float64
	event *uint64
	of    *int32
}

func (t *Term) key() tallyKey {
	k := tallyKey{arm: t.Arm}
	switch {
	case len(t.Value) > 0:
		k.value = &t.Value[0]
	case len(t.Event) > 0:
		k.event = &t.Event[0]
	}
	if len(t.Of) > 0 {
		k.of = &t.Of[0]
	}
	return k
}

func (s *System) tallies(qs []Query) *tallies {
	t := &tallies{s: s, of: map[tallyKey]int{}}
	for _, q := range qs {
		for i := range q.Terms {
			k := q.Terms[i].key()
			if _, ok := t.of[k]; !ok {
				t.of[k] = len(t.terms)
				t.terms = append(t.terms, q.Terms[i])
			}
		}
	}
	return t
}

// fill goes through the worlds, one task a column and arm; columns by one class share
// the pass over the worlds.
func (t *tallies) fill(ctx context.Context, workers int) error {
	stands := map[tallyKey]int{}
	var first []int // term of each class and arm
	for i := range t.terms {
		if x := &t.terms[i]; x.Of != nil {
			k := tallyKey{arm: x.Arm, of: &x.Of[0]}
			if _, ok := stands[k]; !ok {
				stands[k] = len(first)
				first = append(first, i)
			}
		}
	}
	pairs := make([]classPairs, len(first))
	err := par.Do(ctx, workers, len(first), func(_, i int) error {
		x := &t.terms[first[i]]
		pairs[i] = t.s.pairs(x.Of, len(x.Value), t.s.worlds[x.Arm])
		return nil
	})
	if err != nil {
		return err
	}
	t.low, t.high = make([][]float64, len(t.terms)), make([][]float64, len(t.terms))
	return par.Do(ctx, workers, len(t.terms), func(_, i int) error {
		x := &t.terms[i]
		if x.Of == nil {
			t.low[i], t.high[i] = t.s.extremes(x, t.s.worlds[x.Arm])
			return nil
		}
		p := &pairs[stands[tallyKey{arm: x.Arm, of: &x.Of[0]}]]
		low, high := t.s.nothing()
		for j, g := range p.group {
			v := x.Value[p.class[j]]
			if v < low[g] {
				low[g] = v
			}
			if v > high[g] {
				high[g] = v
			}
		}
		t.low[i], t.high[i] = settled(low, high)
		return nil
	})
}

// classPairs are the groups and classes that have a world in common.
type classPairs struct{ group, class []int32 }

// mostBits bounds the set of pairs that were met.
const mostBits = 1 << 27

// pairs goes through worlds for the pairs of their group and class, each once where
// the memory for that is small.
func (s *System) pairs(of []int32, classes int, rows []int32) classPairs {
	var p classPairs
	id := s.Groups.ID
	size := s.Groups.Count * classes
	if size > mostBits {
		for _, row := range rows {
			p.group, p.class = append(p.group, id[row]), append(p.class, of[row])
		}
		return p
	}
	met := make([]uint64, size/64+1)
	for _, row := range rows {
		at := int(id[row])*classes + int(of[row])
		if met[at>>6]>>(at&63)&1 == 0 {
			met[at>>6] |= 1 << (at & 63)
			p.group, p.class = append(p.group, id[row]), append(p.class, of[row])
		}
	}
	return p
}

// nothing is the extremes of no world, by group.
func (s *System) nothing() (low, high []float64) {
	low, high = make([]float64, s.Groups.Count), make([]float64, s.Groups.Count)
	for g := range low {
		low[g], high[g] = math.Inf(1), math.Inf(-1)
	}
	return low, high
}

// settled gives groups of no world, or of none with a value, 0.
func settled(low, high []float64) ([]float64, []float64) {
	for g := range low {
		if low[g] > high[g] {
			low[g], high[g] = 0, 0
		}
	}
	return low, high
}

// extremes returns the least and the largest value in each group; worlds without a
// value do not count, and groups of no others have 0.
func (s *System) extremes(t *Term, rows []int32) (low, high []float64) {
	low, high = s.nothing()
	id := s.Groups.ID
	if t.Value != nil {
		for _, row := range rows {
			v, g := t.at(row), id[row]
			if v < low[g] {
				low[g] = v
			}
			if v > high[g] {
				high[g] = v
			}
		}
	} else {
		for _, row := range rows {
			v, g := indicator(t.Event, row), id[row]
			low[g], high[g] = min(low[g], v), max(high[g], v)
		}
	}
	return settled(low, high)
}

func indicator(set formula.Set, row int32) float64 {
	if set.Has(int(row)) {
		return 1
	}
	return 0
}

// objective returns for each column the best value of a query among the worlds it
// stands for: they share every row, so a better one takes the place of any other.
// Groups with a condition keep values outside it, where they weigh nothing; see
// restrict.
func (t *tallies) objective(q Query, maximise bool) *objective {
	s := t.s
	part := make([][]float64, len(s.at))
	several := false
	for i := range q.Terms {
		x := &q.Terms[i]
		several = several || part[x.Arm] != nil
		at := t.of[x.key()]
		from := t.low[at]
		if maximise == (x.Weight > 0) {
			from = t.high[at]
		}
		if part[x.Arm] = from; x.Weight != 1 {
			part[x.Arm] = make([]float64, len(from))
			for g, v := range from {
				part[x.Arm][g] = x.Weight * v
			}
		}
	}
	if several {
		part = t.sums(q, maximise)
	}
	if s.join == nil {
		o := &objective{a: make([]float64, s.cols)}
		for arm, p := range part {
			if p == nil {
				continue
			}
			for g, w := range s.at[arm] {
				if w >= 0 {
					o.a[g] = p[g]
				}
			}
		}
		return o
	}
	for arm := range part {
		if part[arm] == nil {
			part[arm] = make([]float64, s.Groups.Count)
		}
	}
	return s.join.objective(part[s.Cells[0].A], part[s.Cells[0].B], maximise)
}

// sums is the way of queries with several terms in one arm, which must be summed
// world by world.
func (t *tallies) sums(q Query, maximise bool) [][]float64 {
	part := make([][]float64, len(t.s.at))
	for i := range q.Terms {
		arm := q.Terms[i].Arm
		if part[arm] != nil {
			continue
		}
		sum := make([]float64, len(t.s.Groups.ID))
		for j := range q.Terms {
			x := &q.Terms[j]
			if x.Arm != arm {
				continue
			}
			for _, row := range t.s.worlds[arm] {
				if x.Value != nil {
					sum[row] += float64(x.Weight * x.at(row))
				} else {
					sum[row] += float64(x.Weight * indicator(x.Event, row))
				}
			}
		}
		low, high := t.s.extremes(&Term{Arm: arm, Value: sum}, t.s.worlds[arm])
		if part[arm] = low; maximise {
			part[arm] = high
		}
	}
	return part
}

// objective finds the best pair of each column. Sums that rounding may order
// wrongly are compared as rationals.
func (x *join) objective(pa, pb []float64, maximise bool) *objective {
	const unsure = 0x1p-50 // share of the values that rounding can move their sum by, and more
	n := len(x.start) - 1
	o := &objective{a: make([]float64, n), b: make([]float64, n)}
	sign := -1.0
	if maximise {
		sign = 1
	}
	for j := range n {
		i := x.start[j]
		a, b := pa[x.a[i]], pb[x.b[i]]
		for i++; i < x.start[j+1]; i++ {
			u, v := pa[x.a[i]], pb[x.b[i]]
			gain := sign * (u + v - (a + b))
			switch doubt := unsure * (math.Abs(u) + math.Abs(v) + math.Abs(a) + math.Abs(b)); {
			case gain < -doubt, u == a && v == b:
				continue
			case gain <= doubt:
				if c := new(big.Rat).Add(rat(u), rat(v)).Cmp(new(big.Rat).Add(rat(a), rat(b))); float64(c)*sign <= 0 {
					continue
				}
			}
			a, b = u, v
		}
		o.a[j], o.b[j] = a, b
	}
	return o
}

// restrict takes the objective of columns outside a condition away.
func (o *objective) restrict(at []int32, given formula.Set) {
	for j, w := range at {
		if w < 0 || !given.Has(int(w)) {
			o.a[j] = 0
			if o.b != nil {
				o.b[j] = 0
			}
		}
	}
}
