package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/complete"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

// Duties is the reference of a case with the duties that the case says are kept
// with some probability. Each is a row
//
//	P(asked | binds) = kept        in every arm in which it can bind
//
// and the result is the order-aware completion of the product of the given tables
// with these rows: least relative entropy variable after variable along the order
// of influence, so that what comes before a duty stays where it is
// (docs/methods/agreements.md). Only clauses that stand in the text weigh.
//
// A row depends on its own variables and, the reference being a product of
// tables, on the parents of what it asks about. So the completion is done on the
// joint distribution of these few variables and brought back to the worlds as a
// factor; nothing is lost by that. Distributions are functions of the case alone.
// Safe for concurrent use.
type Duties struct {
	ref  *Reference
	rows []treaty.Row // those that hold together, in the order of the case
	kept []KeptDuty

	vars    []int // variables of the small space, ascending
	space   *formula.Space
	worlds  *formula.Worlds
	of      []int32 // row of the small space, by world row
	parents [][]int // in the small space
	acts    []int

	mu   sync.Mutex
	base map[string]*Distribution // products of the tables, by arm
}

// caseSpeaker speaks for the case itself where belief asks for a speaker.
const caseSpeaker = "case"

// NewCaseReference returns the reference that a case is read with: the product of
// its given tables, and with [Duties] where clauses say how often they are kept.
func NewCaseReference(c *casefile.Case, worlds *formula.Worlds) (Weighting, error) {
	ref, err := NewReference(c.Variables, c.Space, worlds)
	if err != nil {
		return nil, err
	}
	clauses := map[string]*treaty.Clause{}
	for i := range c.Agreements {
		a := &c.Agreements[i]
		for k := range a.Clauses {
			if x := &a.Clauses[k]; x.Kept.Known && x.Standing.Kind == treaty.InText {
				clauses[treaty.Name(a.ID, x.ID)] = x
			}
		}
	}
	if len(clauses) == 0 {
		return ref, nil
	}
	opt := horizonOptions(c)
	opt.ConflictsOnly = true
	report, err := treaty.Analyse(c.Treaty(), opt)
	if err != nil {
		return nil, fmt.Errorf("the duties of the case: %w", err)
	}
	rows := report.Rows(clauseKept(clauses))
	for i := range rows {
		if only := clauses[rows[i].Clause].KeptIf; only != nil {
			rows[i].If = c.Space.And(rows[i].If, only)
		}
	}
	if len(rows) == 0 {
		return ref, nil
	}
	d := &Duties{ref: ref, base: map[string]*Distribution{}}
	if err := d.shrink(rows); err != nil {
		return nil, err
	}
	return d, d.settle(rows, clauses)
}

// clauseKept gives the probability that the clause of a duty is kept.
func clauseKept(clauses map[string]*treaty.Clause) func(d *treaty.Duty) (units.Figure, bool) {
	return func(d *treaty.Duty) (units.Figure, bool) {
		if x := clauses[d.Clause]; x != nil {
			return x.Kept, true
		}
		return units.Figure{}, false
	}
}

// horizonOptions ask for the duties of the horizon year as the as-of date knows
// them: texts signed by then and not in force are taken to come into force.
func horizonOptions(c *casefile.Case) treaty.Options {
	opt := treaty.Options{AsOf: c.AsOf, At: calendar.Date{Year: c.Horizon}, Pending: true}
	if opt.AsOf.IsZero() {
		opt.AsOf = opt.At
	}
	return opt
}

// shrink makes the small space: what the rows speak of, the parents of what they
// ask about, and the acts.
func (d *Duties) shrink(rows []treaty.Row) error {
	vars := d.ref.vars
	in := make([]bool, len(vars))
	for i := range rows {
		for _, v := range rows[i].If.Vars() {
			in[v] = true
		}
		for _, v := range rows[i].Then.Vars() {
			in[v] = true
			for _, p := range vars[v].InfluencedBy {
				in[p] = true
			}
		}
	}
	var small []formula.Variable
	at := map[int]int{}
	for v, x := range vars {
		if in[v] || isAct(x) {
			at[v] = len(d.vars)
			if isAct(x) {
				d.acts = append(d.acts, len(d.vars))
			}
			d.vars = append(d.vars, v)
			small = append(small, x.Variable)
		}
	}
	var err error
	if d.space, err = formula.NewSpace(small); err != nil {
		return fmt.Errorf("the variables of duties: %w", err)
	}
	if d.worlds, err = d.space.Enumerate(nil, formula.MaxWorlds); err != nil {
		return fmt.Errorf("the variables of duties: %w", err)
	}
	// A variable left out still passes influence on.
	d.parents = make([][]int, len(d.vars))
	for i, v := range d.vars {
		above := make([]bool, len(vars))
		var up func(v int)
		up = func(v int) {
			for _, p := range vars[v].InfluencedBy {
				if !above[p] {
					above[p] = true
					up(p)
				}
			}
		}
		up(v)
		for j, u := range d.vars {
			if above[u] {
				d.parents[i] = append(d.parents[i], j)
			}
		}
	}
	d.of = make([]int32, d.ref.worlds.Len())
	for row, code := range d.ref.worlds.Codes {
		w := d.space.Baseline()
		for i, v := range d.vars {
			w = d.space.With(w, i, d.ref.space.State(code, v))
		}
		r, _ := d.worlds.Row(w)
		d.of[row] = int32(r)
	}
	return nil
}

// where is the set of small worlds in which a proposition about their variables
// holds.
func (d *Duties) where(p *formula.Prop) formula.Set {
	out := formula.NewSet(d.worlds.Len())
	for row, code := range d.worlds.Codes {
		w := d.ref.space.Baseline()
		for i, v := range d.vars {
			w = d.ref.space.With(w, v, d.space.State(code, i))
		}
		if p.Eval(w) {
			out.Add(row)
		}
	}
	return out
}

// small lists the variables of a proposition by their place in the small space.
func (d *Duties) small(p *formula.Prop) []int {
	var out []int
	for _, v := range p.Vars() {
		out = append(out, slices.Index(d.vars, v))
	}
	return out
}

// words are the rows as claims of the case, in a frame of one arm.
func (d *Duties) words(rows []treaty.Row, fixed map[int]int) (*belief.Words, error) {
	at := map[int]int{}
	for _, i := range d.acts {
		at[i] = fixed[d.vars[i]]
	}
	frame, err := belief.NewFrame(d.worlds, d.space, d.parents, d.acts, at)
	if err != nil {
		return nil, err
	}
	w := &belief.Words{Frame: frame}
	for i := range rows {
		r := &rows[i]
		k := belief.Constraint{Claim: i, Form: belief.Share, Scale: 1, If: d.where(r.If), IfVars: d.small(r.If), ThenVars: d.small(r.Then)}
		k.Then = d.where(r.Then).And(k.If)
		c := r.Kept.Central
		k.Low, k.High, k.SoftLow, k.SoftHigh, k.Centre = c, c, c, c, c
		for row := range k.If.Rows() {
			if frame.ArmOf[row] == 0 {
				k.Arms = []int{0}
				break
			}
		}
		w.Claims = append(w.Claims, belief.Claim{ID: r.Clause, Speaker: caseSpeaker, Kind: belief.Level, If: r.If, Then: r.Then})
		if k.Arms != nil {
			w.Constraints = append(w.Constraints, k)
		}
	}
	return w, nil
}

// tilt is what rows make of a product of the tables, on the small space.
type tilt struct {
	words         *belief.Words
	before, after []float64 // by small world, each sums to 1
	total         float64   // of the product
	fits          bool      // every row holds and nothing that comes before it moved
}

// complete finds it.
func (d *Duties) complete(rows []treaty.Row, base *Distribution) (*tilt, error) {
	w, err := d.words(rows, base.Fixed)
	if err != nil {
		return nil, err
	}
	out := &tilt{words: w, before: make([]float64, d.worlds.Len())}
	for i, row := range base.Rows {
		out.before[d.of[row]] += base.Weight[i]
	}
	out.total = sumOf(len(out.before), func(i int) float64 { return out.before[i] })
	for i := range out.before {
		out.before[i] /= out.total
	}
	c, err := complete.Complete(context.Background(), w, out.before, complete.Options{Parents: d.parents, Workers: 1})
	if err != nil {
		return nil, err
	}
	out.after = c.Weight
	out.fits = c.Converged && len(c.Moved) == 0 && !slices.ContainsFunc(c.Stages, func(s complete.Stage) bool { return s.Postponed })
	return out, nil
}

// settle keeps the rows that hold together in every arm. One that does not fit
// beside those before it is set aside, which the answer says.
func (d *Duties) settle(rows []treaty.Row, clauses map[string]*treaty.Clause) error {
	frame, err := belief.NewFrame(d.worlds, d.space, d.parents, d.acts, nil)
	if err != nil {
		return err
	}
	var bases []*Distribution
	for _, arm := range frame.Arms {
		fixed := map[int]int{}
		for i, st := range arm.Fixed {
			fixed[d.vars[i]] = st
		}
		base, err := d.product(fixed)
		if err != nil {
			return err
		}
		bases = append(bases, base)
	}
	fits := func(rows []treaty.Row) (bool, error) {
		for _, base := range bases {
			c, err := d.complete(rows, base)
			if err != nil || !c.fits {
				return false, err
			}
		}
		return true, nil
	}
	all, err := fits(rows)
	if err != nil {
		return err
	}
	for i := range rows {
		ok := all
		if !all {
			if ok, err = fits(append(slices.Clone(d.rows), rows[i])); err != nil {
				return err
			}
		}
		if ok {
			d.rows = append(d.rows, rows[i])
		}
		d.kept = append(d.kept, keptDuty(&rows[i], clauses[rows[i].Clause], ok))
	}
	for a, base := range bases {
		c, err := d.complete(d.rows, base)
		if err != nil {
			return err
		}
		full, err := d.complete(rows, base) // for the conditions of rows set aside
		if err != nil {
			return err
		}
		for i := range full.words.Constraints {
			k := &full.words.Constraints[i]
			x := KeptArm{Arm: frame.Arms[a].Name, Binds: some(complete.Chance(full.words.Frame, c.after, 0, k.If))}
			if p, ok := complete.Given(full.words.Frame, c.before, 0, k.Then, k.If); ok {
				x.Tables = some(p)
			}
			if p, ok := complete.Given(full.words.Frame, c.after, 0, k.Then, k.If); ok {
				x.Reference = some(p)
			}
			d.kept[k.Claim].Arms = append(d.kept[k.Claim].Arms, x)
		}
	}
	return nil
}

// product returns the product of the tables in an arm.
func (d *Duties) product(fixed map[int]int) (*Distribution, error) {
	var key strings.Builder
	for _, i := range d.acts {
		st, ok := fixed[d.vars[i]]
		if !ok {
			st = -1
		}
		fmt.Fprintf(&key, "%d,", st)
	}
	if len(fixed) == len(d.acts) { // acts alone are fixed
		d.mu.Lock()
		defer d.mu.Unlock()
		if b := d.base[key.String()]; b != nil {
			return b, nil
		}
	}
	b, err := d.ref.Distribution(fixed)
	if err == nil && len(fixed) == len(d.acts) {
		d.base[key.String()] = b
	}
	return b, err
}

// View names it as the reference.
func (d *Duties) View() View { return d.ref.View() }

// Distribution returns the weights of an arm.
func (d *Duties) Distribution(fixed map[int]int) (*Distribution, error) {
	base, err := d.product(fixed)
	if err != nil {
		return nil, err
	}
	return d.hold(base, make([]float64, len(base.Weight)))
}

// hold brings the rows to a product of the tables. The weights found go into weight,
// which may be those of the product.
func (d *Duties) hold(base *Distribution, weight []float64) (*Distribution, error) {
	c, err := d.complete(d.rows, base)
	if err != nil {
		return nil, err
	}
	factor := make([]float64, len(c.after))
	for i, w := range c.before {
		if w > 0 {
			factor[i] = c.after[i] / w
		}
	}
	out := &Distribution{Fixed: base.Fixed, Rows: base.Rows, Weight: weight}
	for i, row := range base.Rows {
		out.Weight[i] = base.Weight[i] * factor[d.of[row]]
	}
	return out, nil
}

// shifts lists the ranged weights of the tables that bear on an outcome: what a
// duty's binding depends on bears on what it asks about.
func (d *Duties) shifts(bears []bool) []shift {
	bears = slices.Clone(bears)
	for changed := true; changed; {
		changed = false
		mark := func(v int) {
			if !bears[v] {
				bears[v], changed = true, true
			}
		}
		for i := range d.rows {
			r := &d.rows[i]
			if slices.ContainsFunc(r.Then.Vars(), func(v int) bool { return bears[v] }) {
				for _, v := range append(slices.Clone(r.If.Vars()), r.Then.Vars()...) {
					mark(v)
				}
			}
		}
		for v, x := range d.ref.vars {
			for _, p := range x.InfluencedBy {
				if bears[v] {
					mark(p)
				}
			}
		}
	}
	return d.ref.shifts(bears)
}

// reweigh is the distribution of an arm with one weight of the tables moved.
func (d *Duties) reweigh(of *Distribution, s shift) (*Distribution, error) {
	base, err := d.product(of.Fixed)
	if err != nil {
		return nil, err
	}
	if base, err = d.ref.reweigh(base, s); err != nil {
		return nil, err
	}
	return d.hold(base, base.Weight) // nobody else has it
}

// KeptDuty is a duty as a row of the reference.
type KeptDuty struct {
	Clause string    `json:"clause"`
	Bearer string    `json:"bearer"`
	If     string    `json:"if"`   // where it binds, as far as the row speaks of that
	Then   string    `json:"then"` // what it asks
	Kept   float64   `json:"kept"`
	Low    float64   `json:"low"`
	High   float64   `json:"high"`
	Letter string    `json:"letter"`
	Reason string    `json:"reason"`
	Source []string  `json:"source"`
	Held   bool      `json:"held"`          // whether the reference holds the row
	Why    string    `json:"why,omitempty"` // why not
	Arms   []KeptArm `json:"arms"`          // in which it can bind
}

// KeptArm is what a duty does in an arm: how probable it is that it binds, and
// that it is kept there by the given tables alone and by the reference.
type KeptArm struct {
	Arm       string `json:"arm"`
	Binds     Number `json:"binds"`
	Tables    Number `json:"tables"`
	Reference Number `json:"reference"`
}

func keptDuty(r *treaty.Row, c *treaty.Clause, held bool) KeptDuty {
	out := KeptDuty{Clause: r.Clause, Bearer: r.Bearer, If: r.If.String(), Then: r.Then.String(), Kept: r.Kept.Central, Low: r.Kept.Low, High: r.Kept.High,
		Letter: letterOf(r.Kept.Letter), Reason: c.Kept.Note, Source: c.Kept.Source, Held: held}
	if !held {
		out.Why = "with the tables of the case, and the duties before it, it cannot be kept that often without moving what it depends on"
	}
	return out
}
