// Package discover finds a box of few limits in which cases of interest are
// dense: the patient rule induction method, PRIM (Friedman and Fisher,
// Statistics and Computing 9, 1999), as scenario discovery uses it (Bryant and
// Lempert, Technological Forecasting and Social Change 77, 2010).
//
// From the whole table, slices of about share Alpha of the weight are peeled off
// one at a time, each time the one that brings
//
//	(density after - density before) / weight peeled
//
// most, until less than MinMass is left. Ordered columns lose their lowest or
// highest values, unordered ones one category. Each box of the trajectory has
//
//	coverage = interest inside / all interest,   density = interest inside / weight inside.
//
// Nothing is drawn but for [Resample], which is seeded; ties go to the first
// column and the lower end, so the same table gives the same boxes.
package discover

import (
	"fmt"
	"math"
	"slices"
)

// Defaults of Options.
const (
	DefaultAlpha   = 0.05
	DefaultMinMass = 0.05
)

// Column is an input: numbers, or categories as codes into Categories.
type Column struct {
	Name       string
	Values     []float64
	Categories []string // nil for numbers
	Code       []int
}

// Table is what is searched. Weight nil means that rows weigh alike. Interest is
// by row from 0 (not of interest) to 1.
type Table struct {
	Columns  []Column
	Interest []float64
	Weight   []float64
}

// Options steer the search; zero fields take the defaults.
type Options struct {
	Alpha   float64 // share of the weight in the box that one peel takes
	MinMass float64 // share of all weight below which peeling ends
	// NoPaste leaves out the attempt to take slices back at the end of peeling.
	NoPaste bool
}

// Limit is what a box asks of a column. Numbers lie from Low to High; a category
// is allowed when Allowed is true at its code.
type Limit struct {
	Column    int
	Low, High float64 // infinite where open
	Allowed   []bool
}

// Box is one step of the trajectory.
type Box struct {
	Limits            []Limit // restricted columns, ascending
	Coverage, Density float64
	Mass              float64 // share of all weight
	Rows              int
}

// box is the working form: a limit for every column.
type box struct {
	limits []Limit
	rows   []int32
}

// Peel returns the trajectory, from the whole table inwards.
func Peel(t *Table, o Options) ([]Box, error) {
	if o.Alpha == 0 {
		o.Alpha = DefaultAlpha
	}
	if o.MinMass == 0 {
		o.MinMass = DefaultMinMass
	}
	if err := check(t, o); err != nil {
		return nil, err
	}
	s := &search{t: t, o: o}
	for row := range t.Interest {
		s.mass += s.weight(row)
		s.interest += s.weight(row) * t.Interest[row]
	}
	if !(s.mass > 0) || !(s.interest > 0) {
		return nil, fmt.Errorf("discover: no case is of interest")
	}
	b := &box{}
	for c := range t.Columns {
		l := Limit{Column: c, Low: math.Inf(-1), High: math.Inf(1)}
		for range t.Columns[c].Categories {
			l.Allowed = append(l.Allowed, true)
		}
		b.limits = append(b.limits, l)
	}
	for row := range t.Interest {
		b.rows = append(b.rows, int32(row))
	}
	out := []Box{s.public(b)}
	for {
		next := s.peel(b)
		if next == nil {
			break
		}
		b = next
		out = append(out, s.public(b))
	}
	if !o.NoPaste {
		for {
			next := s.paste(b)
			if next == nil {
				break
			}
			b = next
			out = append(out, s.public(b))
		}
	}
	return out, nil
}

func check(t *Table, o Options) error {
	n := len(t.Interest)
	if !(o.Alpha > 0 && o.Alpha < 0.5) || !(o.MinMass >= 0 && o.MinMass < 1) {
		return fmt.Errorf("discover: a peel of %v and a least mass of %v; want 0 to 0.5 and 0 to 1", o.Alpha, o.MinMass)
	}
	if t.Weight != nil && len(t.Weight) != n {
		return fmt.Errorf("discover: %d weights for %d rows", len(t.Weight), n)
	}
	for row, v := range t.Interest {
		if !(v >= 0 && v <= 1) || t.Weight != nil && !(t.Weight[row] >= 0) {
			return fmt.Errorf("discover: row %d has an interest or a weight that is none", row+1)
		}
	}
	for _, c := range t.Columns {
		if c.Categories == nil && len(c.Values) != n || c.Categories != nil && len(c.Code) != n {
			return fmt.Errorf("discover: column %q is not as long as the table", c.Name)
		}
		if i := slices.IndexFunc(c.Values, math.IsNaN); i >= 0 && c.Categories == nil {
			return fmt.Errorf("discover: column %q has no value in row %d", c.Name, i+1)
		}
	}
	return nil
}

type search struct {
	t              *Table
	o              Options
	mass, interest float64
}

func (s *search) weight(row int) float64 {
	if s.t.Weight == nil {
		return 1
	}
	return s.t.Weight[row]
}

// sums returns weight and interest of rows.
func (s *search) sums(rows []int32) (weight, interest float64) {
	for _, r := range rows {
		w := s.weight(int(r))
		weight += w
		interest += w * s.t.Interest[r]
	}
	return weight, interest
}

func (s *search) public(b *box) Box {
	w, in := s.sums(b.rows)
	out := Box{Coverage: in / s.interest, Density: in / w, Mass: w / s.mass, Rows: len(b.rows)}
	for c, l := range b.limits {
		if l.restricted(s.t) {
			l.Allowed = slices.Clone(l.Allowed)
			l.Column = c
			out.Limits = append(out.Limits, l)
		}
	}
	return out
}

// restricted reports whether a limit keeps any row of the table out.
func (l *Limit) restricted(t *Table) bool {
	c := &t.Columns[l.Column]
	if c.Categories != nil {
		return slices.Contains(l.Allowed, false)
	}
	return slices.ContainsFunc(c.Values, func(v float64) bool { return v < l.Low || v > l.High })
}

// Holds reports whether a row meets the limit.
func (l *Limit) Holds(t *Table, row int) bool {
	c := &t.Columns[l.Column]
	if c.Categories != nil {
		return l.Allowed[c.Code[row]]
	}
	return c.Values[row] >= l.Low && c.Values[row] <= l.High
}

// peel returns the best smaller box, nil when none is left.
func (s *search) peel(b *box) *box {
	weight, interest := s.sums(b.rows)
	before := interest / weight
	var best *box
	gain := math.Inf(-1)
	try := func(c int, l Limit) {
		kept := s.keep(b.rows, c, &l)
		if len(kept) == len(b.rows) || len(kept) == 0 {
			return
		}
		w, in := s.sums(kept)
		if w/s.mass < s.o.MinMass || !(w > 0) || !(w < weight) {
			return
		}
		if g := (in/w - before) / ((weight - w) / s.mass); g > gain {
			gain = g
			best = &box{slices.Clone(b.limits), kept}
			best.limits[c] = l
		}
	}
	for c := range s.t.Columns {
		col := &s.t.Columns[c]
		if col.Categories != nil {
			if k := s.category(b, c, weight, before, &gain); k >= 0 {
				l := b.limits[c]
				l.Allowed = slices.Clone(l.Allowed)
				l.Allowed[k] = false
				best = &box{slices.Clone(b.limits), nil}
				best.limits[c] = l
			}
			continue
		}
		low, high, ok := s.cuts(b.rows, c)
		if !ok {
			continue
		}
		l := b.limits[c]
		l.Low = low
		try(c, l)
		l = b.limits[c]
		l.High = high
		try(c, l)
	}
	if best != nil && best.rows == nil {
		for c := range best.limits {
			if l := &best.limits[c]; !slices.Equal(l.Allowed, b.limits[c].Allowed) {
				best.rows = s.keep(b.rows, c, l)
			}
		}
	}
	return best
}

// category returns the category of a column whose peel gains more than gain,
// which it raises; -1 for none. One pass adds up all categories.
func (s *search) category(b *box, c int, weight, before float64, gain *float64) int {
	col := &s.t.Columns[c]
	n := len(col.Categories)
	w, in, rows := make([]float64, n), make([]float64, n), make([]int, n)
	for _, r := range b.rows {
		k, x := col.Code[r], s.weight(int(r))
		w[k] += x
		in[k] += x * s.t.Interest[r]
		rows[k]++
	}
	best := -1
	for k := range n {
		if !b.limits[c].Allowed[k] || rows[k] == 0 || rows[k] == len(b.rows) {
			continue
		}
		kept, held := 0.0, 0.0
		for j := range n {
			if j != k {
				kept, held = kept+w[j], held+in[j]
			}
		}
		if kept/s.mass < s.o.MinMass || !(kept > 0) || !(kept < weight) {
			continue
		}
		if g := (held/kept - before) / ((weight - kept) / s.mass); g > *gain {
			*gain, best = g, k
		}
	}
	return best
}

func (s *search) keep(rows []int32, c int, l *Limit) []int32 {
	l.Column = c
	var out []int32
	for _, r := range rows {
		if l.Holds(s.t, int(r)) {
			out = append(out, r)
		}
	}
	return out
}

// cuts returns the limits that take about a share alpha of the weight from the
// low and the high end: half way between two values that occur, the first pair
// that differs from the alpha quantile on.
func (s *search) cuts(rows []int32, c int) (low, high float64, ok bool) {
	v := s.t.Columns[c].Values
	sorted := slices.Clone(rows)
	slices.SortFunc(sorted, func(a, b int32) int {
		switch {
		case v[a] < v[b]:
			return -1
		case v[a] > v[b]:
			return 1
		}
		return int(a - b)
	})
	n := len(sorted)
	if v[sorted[0]] == v[sorted[n-1]] {
		return 0, 0, false
	}
	total, _ := s.sums(rows)
	at := func(i int) float64 { return v[sorted[i]] }
	share := s.o.Alpha * total * float64(n-1) / float64(n) // the quantile of n values lies among n-1 gaps
	// place is the last one whose weight towards the end is within the share.
	place := func(from, step int) int {
		sum, i := 0.0, from
		for {
			w := s.weight(int(sorted[i]))
			if sum+w > share || i+step < 0 || i+step >= n {
				return i
			}
			sum += w
			i += step
		}
	}
	a := place(0, 1)
	lo, hi := a, a+1
	for hi < n-1 && at(lo) == at(hi) {
		hi++
	}
	low = (at(lo) + at(min(hi, n-1))) / 2
	b := place(n-1, -1)
	hi, lo = b, b-1
	for lo > 0 && at(lo) == at(hi) {
		lo--
	}
	high = (at(max(lo, 0)) + at(hi)) / 2
	return low, high, true
}

// paste returns the best larger box when it is denser, nil otherwise.
func (s *search) paste(b *box) *box {
	w0, in0 := s.sums(b.rows)
	var best *box
	density := in0 / w0
	try := func(c int, l Limit) {
		limits := slices.Clone(b.limits)
		l.Column = c
		limits[c] = l
		var rows []int32
	next:
		for r := range s.t.Interest {
			for i := range limits {
				if !limits[i].Holds(s.t, r) {
					continue next
				}
			}
			rows = append(rows, int32(r))
		}
		if w, in := s.sums(rows); w > w0 && in/w > density {
			density = in / w
			best = &box{limits, rows}
		}
	}
	for c := range s.t.Columns {
		l := b.limits[c]
		l.Column = c
		if !l.restricted(s.t) {
			continue
		}
		if l.Allowed != nil {
			for k, ok := range l.Allowed {
				if !ok {
					m := l
					m.Allowed = slices.Clone(l.Allowed)
					m.Allowed[k] = true
					try(c, m)
				}
			}
			continue
		}
		v := slices.Clone(s.t.Columns[c].Values)
		slices.Sort(v)
		n := len(v)
		slice := max(1, int(s.o.Alpha*float64(len(b.rows))))
		if i, _ := slices.BinarySearch(v, l.Low); i > 0 {
			m := l
			m.Low = v[max(0, i-slice)]
			try(c, m)
		}
		if i, _ := slices.BinarySearch(v, l.High); i < n {
			m := l
			m.High = v[min(n-1, i+slice)]
			try(c, m)
		}
	}
	return best
}

// Best returns the index of the box with the highest harmonic mean of coverage
// and density, the larger box on a tie.
func Best(bs []Box) int {
	best, at := -1.0, 0
	for i, b := range bs {
		if f := 2 * b.Coverage * b.Density / (b.Coverage + b.Density); f > best {
			best, at = f, i
		}
	}
	return at
}
