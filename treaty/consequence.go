package treaty

import (
	"cmp"
	"slices"

	"github.com/astara-corridors/astara/internal/sat"
)

// consequences finds what is so wherever the strict duties of all are kept, given
// the facts, and is not so by the facts alone. Where duties conflict, firm
// consequences rest on duties in no core; others hold in some largest set of
// duties that can all be kept.
func (an *analysis) consequences() []Consequence {
	e := newEncoder(sat.NewSolver(), an.space)
	g := sat.NewGroups(e.s)
	var vars [][]int
	items := an.items(func(d *duty) bool { return d.Strict() })
	duties := make([]int, len(items))
	for i, it := range items {
		duties[i] = it.duty
	}
	for _, d := range duties {
		g.Add([]sat.Lit{e.lit(an.duties[d].keep, nil)})
		vars = append(vars, an.duties[d].keep.Vars())
	}
	var facts []int
	for i := range an.facts {
		g.Add([]sat.Lit{e.lit(an.facts[i].keep, nil)})
		vars = append(vars, an.facts[i].keep.Vars())
	}
	limits := sat.Limits{Cores: an.opt.Limits.Cores, Steps: an.opt.Limits.Steps}
	var out []Consequence
	for _, group := range tied(len(an.space.Vars()), vars) {
		if group[0] >= len(duties) {
			continue
		}
		var mine []int
		facts = nil
		for _, i := range group {
			if i < len(duties) {
				mine = append(mine, i)
			} else {
				facts = append(facts, i)
			}
		}
		assume := make([]sat.Lit, len(facts))
		for i, k := range facts {
			assume[i] = g.Selector(k)
		}
		f := sat.Enumerate(len(mine), chosen{under{g, assume}, mine}, limits)
		if !f.Complete {
			an.unfinished("consequences: more than %d cores or %d sets of duties in one group; it is left out", limits.Cores, limits.Steps)
			continue
		}
		inCore := map[int]bool{}
		for _, c := range f.Cores {
			for _, k := range c {
				inCore[mine[k]] = true
			}
		}
		firm := slices.DeleteFunc(slices.Clone(mine), func(i int) bool { return inCore[i] })
		known := map[string]bool{}
		emit := func(set []int, isFirm bool) {
			for _, l := range an.implied(e, g, set, facts, mine, vars) {
				if known[l.Text()] {
					continue
				}
				known[l.Text()] = true
				l.Firm = isFirm
				l.Reason = an.reason(e, g, l, slices.Concat(set, facts), duties)
				an.spread(l.Reason, items)
				out = append(out, l)
			}
		}
		emit(firm, true)
		if len(f.Cores) > 0 {
			for _, gone := range f.Corrections {
				rest := slices.DeleteFunc(slices.Clone(mine), func(i int) bool {
					return slices.ContainsFunc(gone, func(k int) bool { return mine[k] == i })
				})
				emit(rest, false)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Consequence) int {
		ia, _ := an.space.Index(a.Variable)
		ib, _ := an.space.Index(b.Variable)
		return cmp.Or(cmp.Compare(ia, ib), cmp.Compare(a.Text(), b.Text()))
	})
	return out
}

// implied lists what the set implies together with the facts and the facts do
// not imply alone, about variables of the group.
func (an *analysis) implied(e *encoder, g *sat.Groups, set, facts, mine []int, vars [][]int) []Consequence {
	var of []int
	for _, i := range mine {
		of = unionInts(of, vars[i])
	}
	all := slices.Concat(set, facts)
	conflict, _ := g.Check(all)
	if conflict {
		return nil
	}
	// A state of the first solution is the only one that can be forced.
	var out []Consequence
	first := map[int]int{}
	for _, v := range of {
		first[v] = e.value(v)
	}
	forced := func(l sat.Lit, set []int) bool {
		bad, _ := g.Under([]sat.Lit{-l}, set)
		return bad
	}
	for _, v := range of {
		x := an.space.Vars()[v]
		l := e.state[v][first[v]]
		if forced(l, all) {
			if !forced(l, facts) {
				out = append(out, Consequence{Variable: x.ID, State: x.States[first[v]]})
			}
			continue
		}
		for k := range x.States {
			if n := -e.state[v][k]; len(x.States) > 2 && k != first[v] && forced(n, all) && !forced(n, facts) {
				out = append(out, Consequence{Variable: x.ID, State: x.States[k], Not: true})
			}
		}
	}
	return out
}

// reason returns a minimal set of items with the consequence.
func (an *analysis) reason(e *encoder, g *sat.Groups, c Consequence, set, duties []int) []Member {
	v, _ := an.space.Index(c.Variable)
	k, _ := an.space.StateIndex(v, c.State)
	l := e.state[v][k]
	if c.Not {
		l = -l
	}
	o := under{g, []sat.Lit{-l}}
	conflict, found := o.Check(set)
	if !conflict {
		panic("treaty: a consequence does not follow")
	}
	var ds, fs []int
	for _, i := range sat.Shrink(o, found) {
		if i < len(duties) {
			ds = append(ds, duties[i])
		} else {
			fs = append(fs, i-len(duties))
		}
	}
	return an.members(ds, nil, fs)
}

// concede finds what to give up so that no conflict is left.
func (an *analysis) concede(verdicts []Verdict) *Concessions {
	var names []string
	var cores [][]string
	for i := range verdicts {
		if v := &verdicts[i]; v.Conflict() {
			var own []string
			for _, m := range v.Core {
				if m.Role == RoleDuty {
					own = append(own, m.Clause)
				}
			}
			own = union(own, nil)
			cores = append(cores, own)
			names = union(names, own)
		}
	}
	if len(cores) == 0 {
		return nil
	}
	weights := make([]float64, len(names))
	weight := map[string]float64{}
	for i := range an.duties {
		weight[an.duties[i].Clause] = an.duties[i].c.weight()
	}
	for i, n := range names {
		weights[i] = weight[n]
	}
	o := make(listed, len(cores))
	for i, c := range cores {
		for _, n := range c {
			k, _ := slices.BinarySearch(names, n)
			o[i] = append(o[i], k)
		}
	}
	concession := func(set []int) Concession {
		var c Concession
		for _, k := range set {
			c.Clauses = append(c.Clauses, names[k])
			c.Weight += weights[k]
		}
		return c
	}
	best, ok := sat.Correct(weights, o, an.opt.Limits.Search)
	if !ok {
		panic("treaty: a conflict without clauses")
	}
	out := &Concessions{Lightest: concession(best.Drop), Proven: best.Proven}
	if !best.Proven {
		an.unfinished("concessions: more than %d nodes of the search; there may be a lighter one", an.opt.Limits.Search)
	}
	f := sat.Enumerate(len(names), o, sat.Limits{Cores: len(cores) + 1, Steps: an.opt.Limits.Steps})
	for _, c := range f.Corrections {
		out.All = append(out.All, concession(c))
	}
	slices.SortFunc(out.All, compareConcessions)
	out.Complete = f.Complete && !an.cut
	if !f.Complete {
		an.unfinished("concessions: more than %d sets of clauses; some minimal concessions are missing", an.opt.Limits.Steps)
	}
	return out
}

// listed is the oracle of a list of cores.
type listed [][]int

// Check implements [sat.Oracle].
func (l listed) Check(set []int) (bool, []int) {
	for _, core := range l {
		if !slices.ContainsFunc(core, func(i int) bool { _, ok := slices.BinarySearch(set, i); return !ok }) {
			return true, slices.Clone(core)
		}
	}
	return false, set
}
