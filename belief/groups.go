package belief

import (
	"cmp"
	"math"
	"slices"

	"github.com/astara-corridors/astara/formula"
)

// Partition numbers classes of world rows: ID is the class of each row, or -1,
// and classes are numbered by their first row. It is refined step by step.
type Partition struct {
	ID    []int32
	Count int
}

// ByArm returns the partition of the frame's worlds into arms.
func (f *Frame) ByArm() *Partition {
	p := &Partition{ID: make([]int32, len(f.ArmOf))}
	number := make([]int32, len(f.Arms))
	for row, a := range f.ArmOf {
		if a < 0 {
			p.ID[row] = -1
			continue
		}
		if number[a] == 0 {
			p.Count++
			number[a] = int32(p.Count)
		}
		p.ID[row] = number[a] - 1
	}
	return p
}

// Clone returns a copy.
func (p *Partition) Clone() *Partition { return &Partition{slices.Clone(p.ID), p.Count} }

// Refine splits classes by a label in 0..labels-1. Cost: one pass.
func (p *Partition) Refine(labels int, label func(row int) int) {
	next := make([]int32, p.Count*labels)
	count := int32(0)
	for row, id := range p.ID {
		if id < 0 {
			continue
		}
		slot := &next[int(id)*labels+label(row)]
		if *slot == 0 {
			count++
			*slot = count
		}
		p.ID[row] = *slot - 1
	}
	p.Count = int(count)
}

// mostSlots bounds the table of one pass of RefineLabels: it should stay near the
// processor, and need not be cleared for long.
const mostSlots = 1 << 17

// RefineLabels splits classes by a label a row, from least to least+labels-1; worlds
// in no class may have any. Cost: one pass, or two of the label's digits where
// classes times labels are many.
func (p *Partition) RefineLabels(label []int32, least, labels int) {
	digit := uint32(labels)
	if p.Count*labels > mostSlots {
		for digit = 2; int(digit)*int(digit) < labels; digit++ {
		}
	}
	label = label[:len(p.ID)]
	for base := uint32(1); ; base *= digit {
		next := make([]int32, p.Count*int(digit))
		count := int32(0)
		for row, id := range p.ID {
			if id < 0 {
				continue
			}
			x := uint32(label[row] - int32(least))
			if int(digit) < labels {
				x = x / base % digit
			}
			slot := &next[uint32(id)*digit+x]
			if *slot == 0 {
				count++
				*slot = count
			}
			p.ID[row] = *slot - 1
		}
		p.Count = int(count)
		if int(base)*int(digit) >= labels {
			return
		}
	}
}

// RefineCells splits classes by the cells of a link; worlds in none are alike.
func (p *Partition) RefineCells(c *Cells) { p.RefineLabels(c.Of, -1, c.Count+1) }

// Drop takes the worlds of weight 0 out of all classes and numbers those that are
// left afresh.
func (p *Partition) Drop(weight []float64) {
	next := make([]int32, p.Count)
	count := int32(0)
	for row, id := range p.ID {
		if id < 0 {
			continue
		}
		if weight[row] <= 0 {
			p.ID[row] = -1
			continue
		}
		if next[id] == 0 {
			count++
			next[id] = count
		}
		p.ID[row] = next[id] - 1
	}
	p.Count = int(count)
}

// RefineSets splits classes by membership of two sets; the second may be nil.
func (p *Partition) RefineSets(a, b formula.Set) {
	next := make([]int32, 4*p.Count)
	count := int32(0)
	for w, word := range a {
		other := uint64(0)
		if b != nil {
			other = b[w]
		}
		rows := p.ID[w<<6 : min(w<<6+64, len(p.ID))]
		for i, id := range rows {
			if id >= 0 {
				slot := &next[uint64(id)<<2|word&1|other&1<<1]
				if *slot == 0 {
					count++
					*slot = count
				}
				rows[i] = *slot - 1
			}
			word >>= 1
			other >>= 1
		}
	}
	p.Count = int(count)
}

// RefineValues splits classes by the exact value of a column within a set.
func (p *Partition) RefineValues(in formula.Set, value []float64) {
	var distinct []float64
	for row := range in.Rows() {
		if p.ID[row] >= 0 {
			distinct = append(distinct, value[row])
		}
	}
	slices.SortFunc(distinct, cmp.Compare)
	distinct = slices.Compact(distinct)
	rank := make([]int32, len(value))
	for row := range in.Rows() {
		if p.ID[row] >= 0 {
			k, _ := slices.BinarySearch(distinct, value[row])
			rank[row] = int32(k + 1)
		}
	}
	// Two passes of a smaller label keep the table of Refine near the number of
	// classes that there can be.
	const digit = 1 << 10
	for base := 1; ; base *= digit {
		p.Refine(digit, func(row int) int { return int(rank[row]) / base % digit })
		if len(distinct)+1 <= base*digit {
			return
		}
	}
}

// First returns the first row of each class.
func (p *Partition) First() []int32 {
	first := make([]int32, p.Count)
	for i := range first {
		first[i] = math.MaxInt32
	}
	for row, id := range p.ID {
		if id >= 0 && int32(row) < first[id] {
			first[id] = int32(row)
		}
	}
	return first
}

// Split refines by what a constraint asks of a world: worlds of one class enter
// it with the same coefficient.
func (p *Partition) Split(k *Constraint) {
	switch k.Form {
	case Mean:
		p.RefineValues(k.If, k.Value)
	case Between:
		p.RefineSets(k.Then, nil)
	default:
		p.RefineSets(k.If, k.Then)
	}
}

// Groups returns the partition into groups of worlds that enter every
// constraint, and every link of the arms, alike; see docs/methods/bounds.md for
// why nothing is lost by it. query adds the variables that the caller asks
// about, nil with allQuery for all of them.
func (r *Words) Groups(query []int, allQuery bool) (*Partition, []Cells) {
	p := r.Frame.ByArm()
	for i := range r.Constraints {
		p.Split(&r.Constraints[i])
	}
	cells := r.Cells(query, allQuery)
	for i := range cells {
		c := &cells[i]
		p.RefineCells(c)
	}
	return p, cells
}

// Cells are the joint states of a link's variables: Of is the cell of each world
// row in arms A and B, -1 elsewhere. They are shared by all who ask for them and
// must not be modified.
type Cells struct {
	A, B  int
	Vars  []int
	Of    []int32
	Count int
}

// Cells returns the cells of every link. Variables that no constraint and no
// query speaks of are left out where every combination of states is a world.
func (r *Words) Cells(query []int, allQuery bool) []Cells {
	spoken, every := r.Scope()
	spoken = union(spoken, query)
	every = every || allQuery || !r.Frame.Free
	var out []Cells
	f := r.Frame
	for _, l := range f.Links {
		var vars []int
		for _, v := range l.Vars {
			if every || slices.Contains(spoken, v) {
				vars = append(vars, v)
			}
		}
		if len(vars) == 0 {
			continue
		}
		out = append(out, f.cells(l, vars))
	}
	return out
}

// Scope returns the variables that the constraints speak of, ascending; every is
// true when one of them depends on all variables.
func (r *Words) Scope() (vars []int, every bool) {
	for i := range r.Constraints {
		k := &r.Constraints[i]
		vars = union(vars, union(k.IfVars, k.ThenVars))
		every = every || k.AllVars
	}
	return vars, every
}

// Only returns the reading of some of the claims, by index: what its speaker
// would have said without the others.
func (r *Words) Only(claims []int) *Words {
	s := &Words{Frame: r.Frame, Claims: r.Claims}
	for _, k := range r.Constraints {
		if slices.Contains(claims, k.Claim) {
			s.Constraints = append(s.Constraints, k)
		}
	}
	for _, x := range r.Idle {
		if slices.Contains(claims, x.Claim) {
			s.Idle = append(s.Idle, x)
		}
	}
	return s
}

// Silent lists the variables that no constraint says anything about: they are in
// no Then. Outcomes are not variables, so a claim about them breaks no silence.
func (r *Words) Silent() []int {
	spoken := make([]bool, len(r.Frame.Space.Vars()))
	for i := range r.Constraints {
		for _, v := range r.Constraints[i].ThenVars {
			spoken[v] = true
		}
	}
	var out []int
	for v, ok := range spoken {
		if _, fixed := r.Frame.Arms[0].Fixed[v]; !ok && !fixed {
			out = append(out, v)
		}
	}
	return out
}

// Soft returns the words with the soft ends, those that the completion uses, in
// the place of the hard ones.
func (r *Words) Soft() *Words {
	s := *r
	s.Constraints = slices.Clone(r.Constraints)
	for i := range s.Constraints {
		k := &s.Constraints[i]
		k.Low, k.High = k.SoftLow, k.SoftHigh
	}
	return &s
}

// At returns the words on some of the worlds, rows ascending: where every class of
// worlds that constraints and links treat alike has one among them, nothing that
// concerns the words alone changes.
func (r *Words) At(rows []int32) *Words {
	f := r.Frame
	g := &Frame{Space: f.Space, Worlds: &formula.Worlds{Codes: make([]formula.World, len(rows))}, Arms: f.Arms, Links: f.Links,
		ArmOf: make([]int16, len(rows)), Free: f.Free, made: newMade()}
	for i, row := range rows {
		g.Worlds.Codes[i], g.ArmOf[i] = f.Worlds.Codes[row], f.ArmOf[row]
	}
	pick := func(s formula.Set) formula.Set {
		if s == nil {
			return nil
		}
		out := formula.NewSet(len(rows))
		for i, row := range rows {
			if s.Has(int(row)) {
				out.Add(i)
			}
		}
		return out
	}
	out := &Words{Frame: g, Claims: r.Claims, Idle: r.Idle, Constraints: slices.Clone(r.Constraints)}
	for i := range out.Constraints {
		k := &out.Constraints[i]
		k.If, k.Then = pick(k.If), pick(k.Then)
		if k.Value != nil {
			value := make([]float64, len(rows))
			for j, row := range rows {
				value[j] = k.Value[row]
			}
			k.Value = value
		}
	}
	return out
}
