package complete

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
)

const (
	// sumTolerance is how far the reference of an arm may sum from 1.
	sumTolerance = 1e-9
	// linkTolerance is how far the joint of two linked arms may differ before it
	// is made equal.
	linkTolerance = 1e-10
	// movedTolerance is by how much a condition must move to be reported.
	movedTolerance = 1e-6
	// turns bounds how often the directions of a plain completion are set anew at
	// the probability of their condition.
	turns = 50
)

// Options steer a completion; the zero value is the default.
type Options struct {
	Plain   bool        // least relative entropy over all variables at once
	Parents [][]int     // what influences each variable; nil: nothing is known
	Start   *Completion // an earlier completion of similar words, to start from
	Plan    *Plan       // of the frame; nil: that of Start, or a new one
	Workers int         // 0: as many as there are processors; the result is the same
}

// Moved is a condition whose probability its own claim changed.
type Moved struct {
	Claim, Arm    int
	Before, After float64
}

// Stage is the completion of one block of variables, or of all at once.
type Stage struct {
	Variables []int // nil: all at once
	Claims    []int // whose rows it held
	Groups    int
	Steps     int // Newton steps
	Residual  float64
	// Postponed says that the claims do not fit while earlier variables are held;
	// the last stage takes them up.
	Postponed bool
}

// Completion is a distribution over worlds, one an arm.
type Completion struct {
	// Weight is by world row; the worlds of each arm sum to 1, others are 0.
	Weight []float64
	Stages []Stage
	// Converged says that every row holds within 1e-9; Residual is how far the
	// worst is off. When it is false the words do not fit together on the worlds
	// that the reference allows; bend them first.
	Converged bool
	Residual  float64
	// Divergence is the relative entropy to the reference in each arm, in nats:
	// how much the words say.
	Divergence []float64
	Moved      []Moved
	Silent     []int // variables that nobody spoke of: their values are the reference's
	// Unlinked says that arms could not be held to the same joint distribution of
	// what the act does not move, because that has more than belief.MaxCells cells.
	Unlinked bool

	multipliers map[key]float64
	plan        *Plan
}

// Complete returns the distribution closest to the reference that fits the
// words, by their soft ends. reference is by world row; the worlds of each arm
// sum to 1. Words that do not fit give Converged false, not an error; an error
// is a malformed reference or an interrupted context. Deterministic. Cost: a
// pass over the worlds a variable and claim, plus the Newton steps.
func Complete(ctx context.Context, w *belief.Words, reference []float64, o Options) (*Completion, error) {
	if err := checkReference(w.Frame, reference); err != nil {
		return nil, err
	}
	c := &completer{w: w, o: o, out: &Completion{Weight: slices.Clone(reference), multipliers: map[key]float64{}, Silent: w.Silent()}}
	for row, a := range w.Frame.ArmOf {
		if a < 0 {
			c.out.Weight[row] = 0
		}
	}
	c.plan = o.Plan
	if c.plan == nil && o.Start != nil {
		c.plan = o.Start.plan
	}
	if c.plan == nil || c.plan.frame != w.Frame {
		c.plan = NewPlan(w.Frame)
	}
	c.out.plan = c.plan
	if o.Start != nil {
		c.start = o.Start.multipliers
	}
	var rest []int // constraints for the last stage
	if o.Plain {
		for i := range w.Constraints {
			rest = append(rest, i)
		}
	} else {
		var err error
		if rest, err = c.byOrder(ctx); err != nil {
			return nil, err
		}
	}
	if len(rest) == 0 && !o.Plain && c.parts() && apart(w.Frame, c.cells(), c.out.Weight) {
		// Stages treat arms one by one: what is said in one arm of a variable that the
		// act does not move holds in the others by the links.
		for i := range w.Constraints {
			rest = append(rest, i)
		}
	}
	if len(rest) > 0 || o.Plain {
		if err := c.atOnce(ctx, rest); err != nil {
			return nil, err
		}
	}
	c.finish(reference)
	return c.out, nil
}

func checkReference(f *belief.Frame, q []float64) error {
	if len(q) != len(f.ArmOf) {
		return fmt.Errorf("complete: %d weights for %d worlds", len(q), len(f.ArmOf))
	}
	sums := make([]float64, len(f.Arms))
	for row, v := range q {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("complete: world %d has the weight %v", row, v)
		}
		if a := f.ArmOf[row]; a >= 0 {
			sums[a] += v
		}
	}
	for a, s := range sums {
		if math.Abs(s-1) > sumTolerance {
			return fmt.Errorf("complete: the reference of %s sums to %v, not to 1", f.Arms[a].Name, s)
		}
	}
	return nil
}

type completer struct {
	w     *belief.Words
	o     Options
	out   *Completion
	start map[key]float64
	plan  *Plan
}

// Given returns P(then | given) in an arm; ok is false when the condition is
// impossible, which is an outcome and not a number.
func Given(f *belief.Frame, weight []float64, arm int, then, given formula.Set) (p float64, ok bool) {
	condition := Chance(f, weight, arm, given)
	if !(condition > 0) {
		return math.NaN(), false
	}
	return Chance(f, weight, arm, then.And(given)) / condition, true
}

// Chance returns P(set) in an arm under weights by world row, summed in order.
func Chance(f *belief.Frame, weight []float64, arm int, set formula.Set) float64 {
	sum := 0.0
	for row := range set.Rows() {
		if int(f.ArmOf[row]) == arm {
			sum += weight[row]
		}
	}
	return sum
}

// byOrder completes variable after variable and returns the constraints that are
// left: about outcomes, or not to be met while what comes earlier is held.
func (c *completer) byOrder(ctx context.Context) ([]int, error) {
	f := c.w.Frame
	vars := f.Space.Vars()
	var edges [][2]int
	for i := range c.w.Constraints {
		k := &c.w.Constraints[i]
		if k.AllVars {
			continue
		}
		for _, b := range k.ThenVars {
			if slices.Contains(k.IfVars, b) {
				continue
			}
			for _, a := range k.IfVars {
				if !slices.Contains(k.ThenVars, a) {
					edges = append(edges, [2]int{a, b})
				}
			}
			for _, a := range k.ThenVars {
				if a != b && !slices.Contains(k.IfVars, a) && !influences(c.o.Parents, a, b) && !influences(c.o.Parents, b, a) {
					edges = append(edges, [2]int{a, b})
				}
			}
		}
	}
	blocks := blocksOf(len(vars), c.o.Parents, edges)
	at := make([]int, len(vars)) // block of each variable
	for i, block := range blocks {
		for _, v := range block {
			at[v] = i
		}
	}
	last := make([][]int, len(blocks)) // constraints by the last block they speak of
	var rest []int
	for i := range c.w.Constraints {
		k := &c.w.Constraints[i]
		late := -1
		for _, v := range append(slices.Clone(k.IfVars), k.ThenVars...) {
			if _, fixed := f.Arms[0].Fixed[v]; !fixed {
				late = max(late, at[v])
			}
		}
		if k.AllVars || late < 0 {
			rest = append(rest, i)
			continue
		}
		last[late] = append(last[late], i)
	}
	var levels [][]int // blocks less what the arms fix
	level := make([]int, len(blocks))
	for n, block := range blocks {
		left := slices.DeleteFunc(slices.Clone(block), func(v int) bool { _, fixed := f.Arms[0].Fixed[v]; return fixed })
		if len(left) > 0 {
			levels = append(levels, left)
			level[n] = len(levels)
		}
	}
	if len(rest) == len(c.w.Constraints) {
		return rest, nil
	}
	t := c.plan.tree(levels)
	base := t.sums(c.out.Weight)
	ratio := make([]float64, len(base[0]))
	for i := range ratio {
		ratio[i] = 1
	}
	for n, block := range blocks {
		if level[n] == 0 {
			continue
		}
		if len(last[n]) == 0 {
			ratio = t.gained(level[n], ratio, nil)
			continue
		}
		var ks []*belief.Constraint
		for _, i := range last[n] {
			ks = append(ks, &c.w.Constraints[i])
		}
		s := t.share(f, level[n], ks, base, ratio, c.o.Workers)
		var rows []row
		for _, k := range ks {
			rows = append(rows, rowsOf(c.w, k, s.p.chance(k, s.p.t.base))...)
			if slices.ContainsFunc(k.IfVars, func(v int) bool { return at[v] == n }) {
				rows = append(rows, c.holds(k, s.p.chance(k, s.p.t.base))...)
			}
		}
		res, err := s.p.solve(ctx, rows, c.start)
		if err != nil {
			return nil, err
		}
		st := Stage{Variables: block, Claims: c.claims(last[n]), Groups: len(s.p.world), Steps: s.p.t.steps, Residual: res.residual}
		if res.converged {
			c.keep(s.p)
			ratio = t.gained(level[n], ratio, s)
		} else {
			st.Postponed = true
			rest = append(rest, last[n]...)
			ratio = t.gained(level[n], ratio, nil)
		}
		c.out.Stages = append(c.out.Stages, st)
	}
	for i, row := range t.rows {
		c.out.Weight[row] *= ratio[i]
	}
	slices.Sort(rest)
	return rest, nil
}

// influences reports whether a is an ancestor of b.
func influences(parents [][]int, a, b int) bool {
	if parents == nil {
		return false
	}
	seen := make([]bool, len(parents))
	var walk func(v int) bool
	walk = func(v int) bool {
		for _, p := range parents[v] {
			if p == a {
				return true
			}
			if !seen[p] {
				seen[p] = true
				if walk(p) {
					return true
				}
			}
		}
		return false
	}
	return walk(b)
}

// holds makes rows that keep the probability of a condition; nothing for one
// that an arm settles.
func (c *completer) holds(k *belief.Constraint, chance func(arm int) float64) []row {
	var out []row
	if len(k.IfVars) == 0 || k.Form == belief.Between {
		return nil
	}
	for _, a := range k.Arms {
		if t := chance(a); t > 0 && t < 1-sumTolerance {
			out = append(out, row{key: key{claim: c.w.Claims[k.Claim].ID, arm: a, other: -1, form: hold}, k: k, equal: true, t: t})
		}
	}
	return out
}

func (c *completer) claims(constraints []int) []int {
	var out []int
	for _, i := range constraints {
		out = append(out, c.w.Constraints[i].Claim)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// keep stores multipliers for a later start.
func (c *completer) keep(p *problem) {
	for i := range p.rows {
		c.out.multipliers[p.rows[i].key] = p.t.y[i]
	}
}

// atOnce completes all variables together: all rows hold, and conditions of the
// constraints in rest stay where they are when that can be.
func (c *completer) atOnce(ctx context.Context, rest []int) error {
	f := c.w.Frame
	groups := split(f, c.out.Weight, c.w)
	cells := c.cells()
	byArm := func(row int) int { return int(f.ArmOf[row]) }
	p := newProblem(f, c.out.Weight, groups, byArm, len(f.Arms), c.o.Workers)
	before := slices.Clone(p.t.base)
	at := before // weights that directions take the probability of their condition from
	start := c.start
	linked, held := false, !c.o.Plain
	for turn := 0; ; turn++ {
		copy(p.t.base, before)
		p.columns = map[key]*column{} // directions change with the weights
		rows := c.allRows(p, at, held, rest)
		if linked {
			for i := range cells {
				for n := range cells[i].Count {
					rows = append(rows, row{key: key{claim: "", arm: cells[i].A, other: cells[i].B, form: cell, cell: n}, equal: true, cells: &cells[i]})
				}
			}
		}
		p.t.steps, p.t.whole = 0, len(p.world) < thinned
		res, err := p.solve(ctx, rows, start)
		if err != nil {
			return err
		}
		if !res.converged && held {
			held, turn, at = false, -1, before
			continue
		}
		c.keep(p)
		start = c.out.multipliers
		if res.converged && !linked && c.differ(p, cells) {
			linked = true
			for i := range cells {
				groups.RefineCells(&cells[i])
			}
			p = newProblem(f, c.out.Weight, groups, byArm, len(f.Arms), c.o.Workers)
			before = slices.Clone(p.t.base)
			at = before
			continue
		}
		if res.converged && turn < turns && c.turned(p, at) {
			at = slices.Clone(p.t.p)
			continue
		}
		c.out.Stages = append(c.out.Stages, Stage{Claims: c.claims(rest), Groups: groups.Count, Steps: p.t.steps, Residual: res.residual})
		break
	}
	copy(p.t.base, before)
	p.spread(c.out.Weight)
	for _, i := range rest {
		k := &c.w.Constraints[i]
		if k.Form == belief.Between {
			continue
		}
		for _, a := range k.Arms {
			b, n := p.chance(k, before)(a), p.chance(k, p.t.p)(a)
			if math.Abs(b-n) > movedTolerance {
				c.out.Moved = append(c.out.Moved, Moved{k.Claim, a, b, n})
			}
		}
	}
	return nil
}

// allRows writes the rows of every constraint, and those that hold conditions; at
// is the weight of groups that the probability of conditions is taken from.
func (c *completer) allRows(p *problem, at []float64, held bool, rest []int) []row {
	var rows []row
	for i := range c.w.Constraints {
		k := &c.w.Constraints[i]
		rows = append(rows, rowsOf(c.w, k, p.chance(k, at))...)
	}
	if held {
		for _, i := range rest {
			k := &c.w.Constraints[i]
			rows = append(rows, c.holds(k, p.chance(k, p.t.base))...)
		}
	}
	return rows
}

// turned reports whether the condition of a direction moved since its row was
// written, so that the row must be written again.
func (c *completer) turned(p *problem, at []float64) bool {
	for i := range c.w.Constraints {
		k := &c.w.Constraints[i]
		if k.Form != belief.Bilinear {
			continue
		}
		for _, a := range k.Arms {
			if math.Abs(p.chance(k, at)(a)-p.chance(k, p.t.p)(a)) > linkTolerance {
				return true
			}
		}
	}
	return false
}

// cells returns the cells of links that are small enough.
func (c *completer) cells() []belief.Cells {
	var out []belief.Cells
	for _, x := range c.plan.linked(c.w, c.o.Parents) {
		if x.Count > belief.MaxCells {
			c.out.Unlinked = true
			continue
		}
		out = append(out, x)
	}
	return out
}

// differ reports whether linked arms have come apart under the weights of p.
func (c *completer) differ(p *problem, cells []belief.Cells) bool {
	if len(cells) == 0 {
		return false
	}
	weight := slices.Clone(c.out.Weight)
	p.spread(weight)
	return apart(c.w.Frame, cells, weight)
}

// apart reports whether linked arms differ in some cell.
func apart(f *belief.Frame, cells []belief.Cells, weight []float64) bool {
	for i := range cells {
		x := &cells[i]
		sum := make([]float64, x.Count)
		for row, n := range x.Of {
			if n < 0 {
				continue
			}
			if int(f.ArmOf[row]) == x.A {
				sum[n] += weight[row]
			} else {
				sum[n] -= weight[row]
			}
		}
		for _, v := range sum {
			if math.Abs(v) > linkTolerance {
				return true
			}
		}
	}
	return false
}

// parts reports whether a stage may have pulled linked arms apart: a claim speaks of
// what they share, and binds in one of the two alone or speaks of more.
func (c *completer) parts() bool {
	f := c.w.Frame
	for _, l := range f.Links {
		for i := range c.w.Constraints {
			k := &c.w.Constraints[i]
			shared, more := false, k.Form != belief.Between && slices.Contains(k.Arms, l.A) != slices.Contains(k.Arms, l.B)
			for _, v := range append(slices.Clone(k.IfVars), k.ThenVars...) {
				if _, fixed := f.Arms[0].Fixed[v]; fixed {
					continue
				}
				in := slices.Contains(l.Vars, v)
				shared, more = shared || in, more || !in
			}
			if shared && (more || k.Form == belief.Between) {
				return true
			}
		}
	}
	return false
}

// finish checks every row under the final weights and measures the divergence.
func (c *completer) finish(reference []float64) {
	f := c.w.Frame
	for i := range c.w.Constraints {
		k := &c.w.Constraints[i]
		if k.Form == belief.Mean {
			for _, r := range rowsOf(c.w, k, nil) {
				sum := 0.0
				for row := range k.If.Rows() {
					if a := f.ArmOf[row]; a >= 0 {
						sum += float64(c.out.Weight[row] * r.at(row, int(a)))
					}
				}
				c.out.Residual = max(c.out.Residual, r.broken(sum))
			}
			continue
		}
		mass := classMass(f, c.out.Weight, k)
		for _, r := range rowsOf(c.w, k, func(a int) float64 { return mass[a][1] + mass[a][3] }) {
			sum := 0.0
			for a := range mass {
				for class, m := range mass[a] {
					sum += float64(m * r.of(class&1 != 0, class&2 != 0, a))
				}
			}
			c.out.Residual = max(c.out.Residual, r.broken(sum))
		}
	}
	c.out.Converged = c.out.Residual <= looseTolerance
	c.out.Divergence = make([]float64, len(f.Arms))
	for row, a := range f.ArmOf {
		if p, q := c.out.Weight[row], reference[row]; a >= 0 && p > 0 && p != q {
			c.out.Divergence[a] += float64(p * math.Log(p/q))
		}
	}
}

// classMass returns by arm the weight of the worlds outside and inside the
// condition (bit 1) and Then (bit 2) of a constraint.
func classMass(f *belief.Frame, weight []float64, k *belief.Constraint) [][4]float64 {
	mass := make([][4]float64, len(f.Arms))
	for row, a := range f.ArmOf {
		if a < 0 {
			continue
		}
		w, b := row>>6, row&63
		class := uint64(0)
		if k.If != nil {
			class = k.If[w] >> b & 1
		}
		if k.Then != nil {
			class |= k.Then[w] >> b & 1 << 1
		}
		mass[a][class&3] += weight[row]
	}
	return mass
}

// broken is how far a row with this sum is off.
func (r *row) broken(sum float64) float64 {
	if r.equal {
		return math.Abs(sum)
	}
	return max(0, sum)
}
