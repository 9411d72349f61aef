package treaty

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

// Row is a duty as a conditional row of a distribution over worlds:
//
//	P(Then | If) in [Kept.Low, Kept.High], central value Kept.Central.
//
// It says how often a duty is kept where it binds. How it stands against the
// given weights of the case is for the reader of the row: a duty adds no world
// and removes none.
type Row struct {
	Duty     int // index into Report.Duties
	Clause   string
	Bearer   string
	Modality Modality
	Standing Standing
	If, Then *formula.Prop
	Kept     units.Figure // shares
}

// Rows makes rows of duties and best efforts that bind in some world, in the
// order of Report.Duties. kept says how probable it is that a duty is kept where
// it binds, and false to leave it out; there is no number of our own. A clause
// that asks the same of several bearers under the same condition makes one row,
// of the first bearer.
func (r *Report) Rows(kept func(d *Duty) (units.Figure, bool)) []Row {
	var out []Row
	for i := range r.Duties {
		d := &r.Duties[i]
		if d.Modality == Permission || d.Modality == Power {
			continue
		}
		if value, constant := d.Binding.Constant(); constant && !value {
			continue
		}
		if slices.ContainsFunc(out, func(o Row) bool {
			return o.Clause == d.Clause && r.space.Equivalent(o.If, d.Binding) && r.space.Equivalent(o.Then, d.Asked)
		}) {
			continue
		}
		f, ok := kept(d)
		if !ok {
			continue
		}
		out = append(out, Row{Duty: i, Clause: d.Clause, Bearer: d.Bearer, Modality: d.Modality, Standing: d.Standing, If: d.Binding, Then: d.Asked, Kept: f})
	}
	return out
}

// Tradeoff says that in the worlds Where at least one of the duties is broken:
// rows for all of them cannot all have weight 1 there.
type Tradeoff struct {
	Verdict int   // index into Report.Verdicts
	Duties  []int // indices into Report.Duties, ascending
	Where   *formula.Prop
}

// Tradeoffs lists what conflicts say about rows, in the order of the verdicts.
func (r *Report) Tradeoffs() []Tradeoff {
	var out []Tradeoff
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if !v.Conflict() || v.Where == nil {
			continue
		}
		t := Tradeoff{Verdict: i, Where: v.Where}
		for k := range r.Duties {
			d := &r.Duties[k]
			if slices.ContainsFunc(v.Core, func(m Member) bool {
				return m.Role == RoleDuty && m.Clause == d.Clause && m.Issue == d.Issue && m.Holder == d.Holder && slices.Contains(m.Bearers, d.Bearer)
			}) {
				t.Duties = append(t.Duties, k)
			}
		}
		out = append(out, t)
	}
	return out
}

// InWorld is what binds, is broken and bites in one world.
type InWorld struct {
	Binding, Broken []int // indices into Report.Duties, ascending
	// Conflicts and Tensions that bite: indices into Report.Verdicts.
	Conflicts, Tensions []int
}

// In says which duties bind in a world, which of the strict ones are broken, and
// which conflicts bite. The cost is one walk down a diagram for each.
func (r *Report) In(w formula.World) InWorld {
	var out InWorld
	for i := range r.Duties {
		d := &r.Duties[i]
		binds, kept := d.In(w)
		if !binds {
			continue
		}
		out.Binding = append(out.Binding, i)
		if !kept && d.Strict() {
			out.Broken = append(out.Broken, i)
		}
	}
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if v.Where == nil || !v.Where.Eval(w) {
			continue
		}
		switch {
		case v.Conflict():
			out.Conflicts = append(out.Conflicts, i)
		case v.Kind == Tension:
			out.Tensions = append(out.Tensions, i)
		}
	}
	return out
}
