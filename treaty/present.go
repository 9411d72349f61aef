package treaty

import (
	"slices"

	"github.com/astara-corridors/astara/internal/sat"
)

// present adds what is so now: conflicts that need no condition but known facts,
// and breaches. Items are the bearer's duties, the alignments of others on which
// the positions it follows depend, known facts and impossible combinations. A
// minimal set of items that cannot all hold is
//
//   - a breach, with one strict duty of the bearer and known facts,
//   - a conflict, with several duties,
//
// and no matter of the bearer otherwise. out holds the latent conflicts; one
// that turns out to be present is replaced.
func (an *analysis) present(bearer string, duties []int, out []Verdict) []Verdict {
	kept := an.upstream(duties)
	items := slices.Concat(duties, kept)
	n := len(items)
	e := newEncoder(sat.NewSolver(), an.space)
	g := sat.NewGroups(e.s)
	var vars [][]int
	for _, d := range items {
		g.Add([]sat.Lit{e.lit(an.duties[d].keep, nil)})
		vars = append(vars, an.duties[d].keep.Vars())
	}
	for i := range an.facts {
		g.Add([]sat.Lit{e.lit(an.facts[i].keep, nil)})
		vars = append(vars, an.facts[i].keep.Vars())
	}
	limits := sat.Limits{Cores: an.opt.Limits.Cores, Steps: an.opt.Limits.Steps}
	for _, group := range tied(len(an.space.Vars()), vars) {
		if group[0] >= n {
			continue // facts alone
		}
		// Impossible combinations always hold; what a core needs of them comes after.
		var soft, physics []int
		var always []sat.Lit
		for _, i := range group {
			if i >= n && an.facts[i-n].role == RoleImpossible {
				physics = append(physics, i)
				always = append(always, g.Selector(i))
			} else {
				soft = append(soft, i)
			}
		}
		f := sat.Enumerate(len(soft), chosen{under{g, always}, soft}, limits)
		if !f.Complete {
			an.cut = true
			an.unfinished("conflicts of %s as things stand: more than %d cores or %d sets of duties in one group; some are missing", bearer, limits.Cores, limits.Steps)
		}
		for _, core := range f.Cores {
			var mine, others, facts []int
			facts = []int{}
			var with []sat.Lit
			known := false
			for _, i := range pick(soft, core) {
				with = append(with, g.Selector(i))
				switch {
				case i < len(duties):
					mine = append(mine, items[i])
				case i < n:
					others = append(others, items[i])
				default:
					facts, known = append(facts, i-n), true
				}
			}
			if len(mine) == 0 {
				continue
			}
			numbers := make([]int, len(physics))
			for k, i := range physics {
				numbers[k] = i - n
			}
			first, rest := an.factCores(chosen{under{g, with}, physics}, numbers)
			out = an.presentVerdict(mine, others, append(facts, first...), rest, known, out)
		}
	}
	return out
}

func (an *analysis) presentVerdict(mine, others, facts []int, otherFacts [][]string, known bool, out []Verdict) []Verdict {
	slices.Sort(mine)
	if len(mine) == 1 {
		d := &an.duties[mine[0]]
		if !known || !d.Strict() {
			return out // unmeetable duties are found without known facts
		}
		v := Verdict{Kind: Breach, Bearers: []string{d.Bearer}, Core: an.members(mine, others, facts), OtherFacts: otherFacts}
		v.Standing = weakest(v.Core)
		v.Where = an.space.And(d.Binding, an.space.Not(d.Asked), an.possible)
		return append(out, v)
	}
	objects, _ := an.hands(an.of(func(d *duty) bool { return d.Bearer == an.duties[mine[0]].Bearer }))
	v, ok := an.judge(find{mine, an.stuck(objects, mine...)}, objects, facts)
	if !ok {
		return out
	}
	v.Core, v.OtherFacts = an.members(mine, others, facts), otherFacts
	v.Standing = weakest(v.Core)
	if value, constant := v.Where.Constant(); constant && !value {
		// No state of other variables makes it so: it takes what others owe.
		v.Condition = nil
	}
	// The same duties may stand there without known facts: as latent, as a tension
	// with a condition, or as the same conflict.
	names := v.Clauses()
	for i := range out {
		o := &out[i]
		if !slices.Equal(o.Clauses(), names) || len(o.Core)-len(o.Facts()) != len(v.Core)-len(v.Facts()) {
			continue
		}
		same := o.Kind == v.Kind && o.Sub == v.Sub
		if same && slices.Equal(o.Facts(), v.Facts()) {
			return out // found already
		}
		if o.Kind == Latent || same && !rests(o) {
			v.Condition, v.Where = o.Condition, o.Where
			out[i] = v
			return out
		}
	}
	return append(out, v)
}

// rests reports whether a verdict rests on known facts.
func rests(v *Verdict) bool {
	return slices.ContainsFunc(v.Core, func(m Member) bool { return m.Role == RoleKnown })
}

// upstream returns the alignments of other bearers that fix positions which the
// duties follow, and so on backwards.
func (an *analysis) upstream(duties []int) []int {
	bearer := an.duties[duties[0]].Bearer
	follow := map[int]bool{}
	for _, d := range duties {
		if v := an.duties[d].holderVar; v >= 0 {
			follow[v] = true
		}
	}
	in := map[int]bool{}
	for changed := true; changed; {
		changed = false
		for i := range an.duties {
			d := &an.duties[i]
			if in[i] || d.Bearer == bearer || d.holderVar < 0 || !follow[d.objects[0]] {
				continue
			}
			in[i], follow[d.holderVar], changed = true, true, true
		}
	}
	var out []int
	for i := range an.duties {
		if in[i] {
			out = append(out, i)
		}
	}
	return out
}

// tied groups items that share variables, items ascending in a group, groups by
// their first item.
func tied(vars int, of [][]int) [][]int {
	parent := make([]int, vars)
	for i := range parent {
		parent[i] = i
	}
	root := func(v int) int {
		for parent[v] != v {
			parent[v] = parent[parent[v]]
			v = parent[v]
		}
		return v
	}
	for _, vs := range of {
		for _, v := range vs {
			parent[root(v)] = root(vs[0])
		}
	}
	at := map[int]int{}
	var groups [][]int
	for i, vs := range of {
		if len(vs) == 0 {
			groups = append(groups, []int{i})
			continue
		}
		r := root(vs[0])
		k, ok := at[r]
		if !ok {
			k = len(groups)
			at[r] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], i)
	}
	return groups
}
