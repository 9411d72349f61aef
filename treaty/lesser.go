package treaty

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/sat"
)

// opposed finds duties of different bearers that cannot all be kept. It is no
// conflict of anyone's duties, but tells who works against whom.
func (an *analysis) opposed() []Verdict {
	items := an.items(func(d *duty) bool { return d.Modality != Permission })
	var duties []int
	bearers := map[int][]string{}
	for _, it := range items {
		duties = append(duties, it.duty)
		bearers[it.duty] = it.bearers
	}
	objects, _ := an.hands(duties)
	var out []Verdict
	for _, f := range an.latent(duties, objects, "different bearers") {
		common := slices.Clone(bearers[f.duties[0]])
		for _, d := range f.duties[1:] {
			common = slices.DeleteFunc(common, func(b string) bool { return !slices.Contains(bearers[d], b) })
		}
		if len(common) > 0 {
			continue
		}
		v := an.verdict(Tension, "opposed", f.duties, nil, f.where, objects)
		an.spread(v.Core, items)
		for _, m := range v.Core {
			v.Bearers = union(v.Bearers, m.Bearers)
		}
		out = append(out, v)
	}
	return out
}

// Sub of vacuous verdicts.
const (
	NeverBinds  = "never_binds"
	AsksNothing = "asks_nothing"
)

// vacuous finds clauses none of whose duties can ever bind, or that ask only for
// what is always so. It runs before clauses yield to others.
func (an *analysis) vacuous() []Verdict {
	s := an.space
	var out []Verdict
	for _, same := range an.byClause() {
		binds, broken := s.False(), s.False() // some duty of the clause is
		for _, i := range same {
			d := &an.duties[i]
			binds, broken = s.Or(binds, d.Binding), s.Or(broken, s.And(d.Binding, s.Not(d.Asked)))
		}
		sub, never := NeverBinds, binds
		if !s.Implies(an.possible, s.Not(binds)) {
			sub, never = AsksNothing, broken
			if !s.Implies(an.possible, s.Not(broken)) {
				continue
			}
		}
		v := Verdict{Kind: Vacuous, Sub: sub}
		var core []int
		core, v.OtherFacts = an.excludes(never)
		v.Core = an.members(same, nil, core)
		for _, i := range same {
			v.Bearers = union(v.Bearers, []string{an.duties[i].Bearer})
		}
		v.Standing = weakest(v.Core)
		out = append(out, v)
	}
	return out
}

// excludes returns the smallest of the minimal sets of impossible combinations
// that leave no world to the propositions, and the ids of the others.
func (an *analysis) excludes(all ...*formula.Prop) (first []int, others [][]string) {
	facts := []int{}
	e := newEncoder(sat.NewSolver(), an.space)
	g := sat.NewGroups(e.s)
	for i, f := range an.facts {
		if f.role == RoleImpossible {
			facts = append(facts, i)
			g.Add([]sat.Lit{e.lit(f.keep, nil)})
		}
	}
	if len(facts) == 0 {
		return facts, nil
	}
	for _, p := range all {
		e.implied(e.lit(p, nil))
	}
	return an.factCores(g, facts)
}

// factCores returns the smallest of the minimal sets of facts that conflict, and
// the ids of the others. Item i of the oracle is facts[i].
func (an *analysis) factCores(o sat.Oracle, facts []int) (first []int, others [][]string) {
	f := sat.Enumerate(len(facts), o, sat.Limits{Cores: an.opt.Limits.Cores, Steps: an.opt.Limits.Steps})
	if !f.Complete {
		an.unfinished("impossible combinations: more than %d minimal sets or %d sets looked at for one core; some are missing", an.opt.Limits.Cores, an.opt.Limits.Steps)
	}
	if len(f.Cores) == 0 {
		panic("treaty: what cannot be is possible")
	}
	first = pick(facts, f.Cores[0])
	for _, c := range f.Cores[1:] {
		var ids []string
		for _, i := range c {
			ids = append(ids, an.facts[facts[i]].ID)
		}
		others = append(others, ids)
	}
	return first, others
}

// byClause groups duties by clause, in order.
func (an *analysis) byClause() [][]int {
	at := map[string]int{}
	var out [][]int
	for i := range an.duties {
		name := an.duties[i].Clause
		k, ok := at[name]
		if !ok {
			k = len(out)
			at[name] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

// under is an oracle with literals that must hold besides.
type under struct {
	g      *sat.Groups
	assume []sat.Lit
}

// Check implements [sat.Oracle].
func (u under) Check(set []int) (bool, []int) { return u.g.Under(u.assume, set) }

// redundant finds strict duties that follow from other clauses of the same
// bearer, owed to at least the same partners, and impossible combinations. That
// a duty binds is taken as given: clauses that are broken as soon as it does
// have no say, or every second-best duty would follow from the first-best. Nor
// have clauses that clash somewhere: they imply that what makes them clash must
// not be.
func (an *analysis) redundant(found []Verdict) []Verdict {
	an.clashing = nil
	for i := range found {
		if found[i].Conflict() {
			an.clashing = append(an.clashing, found[i].Clauses())
		}
	}
	var out []Verdict
	for _, bearer := range an.bearers() {
		duties := an.of(func(d *duty) bool { return d.Bearer == bearer && d.Strict() })
		e := newEncoder(sat.NewSolver(), an.space)
		g := sat.NewGroups(e.s)
		var vars [][]int
		keep := make([]sat.Lit, len(duties))
		for k, i := range duties {
			keep[k] = e.lit(an.duties[i].keep, nil)
			g.Add([]sat.Lit{keep[k]})
			vars = append(vars, an.duties[i].keep.Vars())
		}
		var facts []int
		for i := range an.facts {
			if an.facts[i].role == RoleImpossible {
				facts = append(facts, i)
				g.Add([]sat.Lit{e.lit(an.facts[i].keep, nil)})
				vars = append(vars, an.facts[i].keep.Vars())
			}
		}
		for _, group := range tied(len(an.space.Vars()), vars) {
			for _, k := range group {
				if k >= len(duties) {
					continue
				}
				d := &an.duties[duties[k]]
				var premises []int
				for _, j := range group {
					if j >= len(duties) || j != k && an.duties[duties[j]].Clause != d.Clause && covers(an.duties[duties[j]].Toward, d.Toward) {
						premises = append(premises, j)
					}
				}
				out = append(out, an.follows(g, keep[k], e.lit(an.space.And(d.Binding, an.possible), nil), premises, duties, facts, d)...)
			}
		}
	}
	return out
}

// covers reports whether everybody of b is in a.
func covers(a, b []string) bool {
	return !slices.ContainsFunc(b, func(x string) bool { return !slices.Contains(a, x) })
}

// premiseSteps is how many sets are looked at for each that may be found.
const premiseSteps = 4

// follows makes the verdicts that duty d follows from premises, items of g, one
// for each minimal set.
func (an *analysis) follows(g *sat.Groups, keep, binds sat.Lit, premises, duties, facts []int, d *duty) []Verdict {
	o, given := under{g, []sat.Lit{-keep}}, under{g, []sat.Lit{binds}}
	if conflict, _ := o.Check(premises); !conflict {
		return nil
	}
	physical := slices.DeleteFunc(slices.Clone(premises), func(k int) bool { return k < len(duties) })
	if vacuous, _ := o.Check(physical); vacuous {
		return nil
	}
	premises = slices.DeleteFunc(slices.Clone(premises), func(k int) bool {
		if k >= len(duties) {
			return false
		}
		broken, _ := given.Check(append([]int{k}, physical...))
		return broken
	})
	f := sat.Enumerate(len(premises), chosen{o, premises}, sat.Limits{Cores: an.opt.Limits.Premises, Steps: premiseSteps * an.opt.Limits.Premises})
	if !f.Complete {
		an.unfinished("redundant clauses: more than %d minimal sets or %d sets looked at for one clause; some may be missing", an.opt.Limits.Premises, premiseSteps*an.opt.Limits.Premises)
	}
	var out []Verdict
	for _, c := range f.Cores {
		set := pick(premises, c)
		mine, physics, names := []int{}, []int{}, []string{}
		for _, k := range set {
			if k < len(duties) {
				mine = append(mine, duties[k])
				names = append(names, an.duties[duties[k]].Clause)
			} else {
				physics = append(physics, facts[k-len(duties)])
			}
		}
		// Without a duty among the premises the clause is vacuous. Premises that
		// cannot all hold where the duty binds imply anything.
		bad, _ := given.Check(set)
		if len(mine) == 0 || bad || slices.ContainsFunc(an.clashing, func(c []string) bool { return covers(names, c) }) {
			continue
		}
		v := Verdict{Kind: Redundant, Bearers: []string{d.Bearer}}
		v.Core = append(an.members(an.of(func(x *duty) bool { return x == d }), nil, nil), an.members(mine, nil, physics)...)
		v.Standing = weakest(v.Core)
		out = append(out, v)
	}
	return out
}

// chosen is an oracle on some items, ascending, of another.
type chosen struct {
	o     sat.Oracle
	items []int
}

// Check implements [sat.Oracle].
func (c chosen) Check(set []int) (bool, []int) {
	conflict, found := c.o.Check(pick(c.items, set))
	var out []int
	for _, i := range found {
		if k, ok := slices.BinarySearch(c.items, i); ok {
			out = append(out, k)
		}
	}
	return conflict, out
}

// pick returns the items numbered by set.
func pick(items, set []int) []int {
	out := make([]int, len(set))
	for i, k := range set {
		out[i] = items[k]
	}
	return out
}
