package treaty

import (
	"cmp"
	"slices"

	"github.com/astara-corridors/astara/formula"
)

// find is a set of duties that clash somewhere.
type find struct {
	duties []int // ascending
	where  *formula.Prop
}

// latent finds all sets of duties, among those given, that are minimal in some
// context: they cannot all be kept there, and without any one of them the others
// can. who is for the message that a limit was met.
func (an *analysis) latent(duties, objects []int, who string) []find {
	var out []find
	for _, group := range an.connected(duties, objects) {
		q := newContexts(an, group, objects)
		steps, cores := 0, 0
		for q.propose() {
			if steps++; steps > an.opt.Limits.Steps || cores >= an.opt.Limits.Cores {
				an.cut = true
				an.unfinished("conflicts of %s: more than %d cores or %d steps in one group of duties; some may be missing", who, an.opt.Limits.Cores, an.opt.Limits.Steps)
				break
			}
			core, ok := q.core()
			if !ok {
				continue
			}
			cores++
			f := find{pick(group, core), nil}
			f.where = an.stuck(objects, f.duties...)
			q.explained(core, f.where)
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b find) int {
		return cmp.Or(cmp.Compare(len(a.duties), len(b.duties)), slices.Compare(a.duties, b.duties))
	})
	return out
}

// connected splits duties into groups that share no object, directly or by way
// of impossible combinations. A minimal clash lies in one group, because in a
// given context nothing else ties duties together.
func (an *analysis) connected(duties, objects []int) [][]int {
	n := len(an.space.Vars())
	isObj := make([]bool, n)
	for _, v := range objects {
		isObj[v] = true
	}
	parent := make([]int, n)
	for i := range parent {
		parent[i] = i
	}
	var root func(v int) int
	root = func(v int) int {
		if parent[v] != v {
			parent[v] = root(parent[v])
		}
		return parent[v]
	}
	tie := func(vars []int) (first int) {
		first = -1
		for _, v := range vars {
			switch {
			case !isObj[v]:
			case first < 0:
				first = v
			default:
				parent[root(v)] = root(first)
			}
		}
		return first
	}
	for _, f := range an.facts {
		if f.role == RoleImpossible {
			tie(f.keep.Vars())
		}
	}
	for _, d := range duties {
		tie(an.duties[d].keep.Vars())
	}
	at := map[int]int{}
	var groups [][]int
	for _, d := range duties {
		v := tie(an.duties[d].keep.Vars())
		if v < 0 {
			// No object left: the duty stands alone.
			groups = append(groups, []int{d})
			continue
		}
		r := root(v)
		i, ok := at[r]
		if !ok {
			i = len(groups)
			at[r] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], d)
	}
	return groups
}

// bearers returns all bearers, sorted.
func (an *analysis) bearers() []string {
	var out []string
	for i := range an.duties {
		out = append(out, an.duties[i].Bearer)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// of returns the duties that the test takes.
func (an *analysis) of(test func(d *duty) bool) []int {
	var out []int
	for i := range an.duties {
		if test(&an.duties[i]) {
			out = append(out, i)
		}
	}
	return out
}

// hands returns the variables in the hands of the bearers of duties, and those
// of them that also trigger a duty.
func (an *analysis) hands(duties []int) (objects, triggers []int) {
	for _, d := range duties {
		objects = unionInts(objects, an.duties[d].objects)
		triggers = unionInts(triggers, an.duties[d].triggers)
	}
	return objects, slices.DeleteFunc(triggers, func(v int) bool { return !slices.Contains(objects, v) })
}

// conflicts judges the duties of one bearer against each other.
func (an *analysis) conflicts(bearer string) []Verdict {
	duties := an.of(func(d *duty) bool { return d.Bearer == bearer })
	objects, own := an.hands(duties)
	finds := an.latent(duties, objects, bearer)
	var out []Verdict
	seen := map[string]bool{}
	for _, f := range finds {
		if v, ok := an.judge(f, objects, nil); ok {
			seen[setKey(f.duties)] = true
			out = append(out, v)
		}
	}
	// Second-best duties: what the bearer did with a trigger of its own counts as
	// given. A single duty is then only broken, which is no conflict.
	if len(own) > 0 {
		rest := slices.DeleteFunc(slices.Clone(objects), func(v int) bool { return slices.Contains(own, v) })
		for _, f := range an.latent(duties, rest, bearer) {
			if len(f.duties) < 2 || seen[setKey(f.duties)] {
				continue
			}
			if v, ok := an.judge(f, rest, nil); ok {
				v.Condition.Own = slices.ContainsFunc(v.Condition.Shortest.Literals, func(l Literal) bool {
					i, _ := an.space.Index(l.Variable)
					return slices.Contains(own, i)
				})
				seen[setKey(f.duties)] = true
				out = append(out, v)
			}
		}
	}
	if len(finds) == 0 && len(an.in.Known) == 0 {
		// What cannot be kept at all cannot be kept in any context.
		return out
	}
	return an.present(bearer, duties, out)
}

func setKey(set []int) string {
	key := make([]byte, 0, 4*len(set))
	for _, i := range set {
		key = append(key, byte(i), byte(i>>8), byte(i>>16), byte(i>>24))
	}
	return string(key)
}

// judge names a clash of one bearer's duties: false when it is none, as with
// two permissions that cannot both be used.
func (an *analysis) judge(f find, objects []int, facts []int) (Verdict, bool) {
	var permits, efforts []int
	for _, d := range f.duties {
		switch an.duties[d].Modality {
		case Permission:
			permits = append(permits, d)
		case BestEfforts:
			efforts = append(efforts, d)
		}
	}
	if len(permits) > 1 || len(permits) == len(f.duties) || len(efforts) == len(f.duties) && len(efforts) == 1 {
		return Verdict{}, false
	}
	if r, ok := an.yields(f.duties); ok {
		v := an.verdict(Resolved, r.rule, f.duties, facts, f.where, objects)
		v.Yields = an.duties[r.low].Clause
		return v, true
	}
	switch {
	case len(permits) == 1 && (len(efforts) > 0 || !an.oneInstrument(f.duties)):
		return an.verdict(Tension, string(Permission), f.duties, facts, f.where, objects), true
	case len(permits) == 0 && len(efforts) > 0:
		return an.verdict(Tension, string(BestEfforts), f.duties, facts, f.where, objects), true
	}
	if len(f.duties) == 1 && facts == nil && !an.everywhere(f.where, objects) {
		// What makes one duty impossible is a breach to come, no conflict.
		return Verdict{}, false
	}
	sub := Contradiction
	if len(f.duties) > 1 && len(an.partners(f.duties)) == 0 {
		sub = Clash
	}
	v := an.verdict(Latent, string(sub), f.duties, facts, f.where, objects)
	if facts != nil || v.Condition.Shortest.Text == "true" {
		v.Kind, v.Sub = sub, ""
	}
	return v, true
}

// everywhere reports whether a proposition holds in every possible context.
func (an *analysis) everywhere(where *formula.Prop, objects []int) bool {
	return an.space.Implies(an.exists(an.possible, objects), where)
}

// oneInstrument reports whether all duties stand in one agreement, so that a
// permission among them is a right that it grants.
func (an *analysis) oneInstrument(duties []int) bool {
	return !slices.ContainsFunc(duties, func(d int) bool { return an.duties[d].a != an.duties[duties[0]].a })
}

// partners returns those to whom all the duties are owed.
func (an *analysis) partners(duties []int) []string {
	out := slices.Clone(an.duties[duties[0]].Toward)
	for _, d := range duties[1:] {
		out = slices.DeleteFunc(out, func(x string) bool { return !slices.Contains(an.duties[d].Toward, x) })
	}
	return out
}

// verdict makes a verdict of duties and where they cannot all be kept. facts are
// the known facts of the core; nil looks for the impossible combinations that
// the shortest condition needs.
func (an *analysis) verdict(kind VerdictKind, sub string, duties, facts []int, where *formula.Prop, objects []int) Verdict {
	v := Verdict{Kind: kind, Sub: sub, Where: an.space.And(where, an.possible)}
	for _, d := range duties {
		if b := an.duties[d].Bearer; !slices.Contains(v.Bearers, b) {
			v.Bearers = append(v.Bearers, b)
		}
	}
	slices.Sort(v.Bearers)
	v.Condition = an.condition(where, objects)
	if facts == nil {
		facts, v.OtherFacts = an.physics(duties, v.Condition.Shortest.Prop)
	}
	v.Core = an.members(duties, nil, facts)
	v.Standing = weakest(v.Core)
	if v.Kind == Contradiction || v.Kind == Clash || v.Kind == Latent {
		v.Concessions = an.singles(duties)
	}
	return v
}

func weakest(core []Member) StandingKind {
	st := InText
	for _, m := range core {
		if m.Standing != nil {
			st = footing(st, m.Standing.Kind)
		}
	}
	return st
}

// physics returns the impossible combinations without which the duties could be
// kept under the condition, as excludes does.
func (an *analysis) physics(duties []int, condition *formula.Prop) ([]int, [][]string) {
	all := []*formula.Prop{condition}
	for _, d := range duties {
		all = append(all, an.duties[d].keep)
	}
	return an.excludes(all...)
}

// members describes duties, other bearers' duties taken as kept, and facts.
// Duties of one clause, issue and partner are one member.
func (an *analysis) members(duties, kept, facts []int) []Member {
	var out []Member
	add := func(role Role, d *duty) {
		for i := range out {
			if m := &out[i]; m.Role == role && m.Clause == d.Clause && m.Issue == d.Issue && m.Holder == d.Holder {
				m.Bearers, m.Toward = union(m.Bearers, []string{d.Bearer}), union(m.Toward, d.Toward)
				return
			}
		}
		st := d.Standing
		out = append(out, Member{Role: role, Clause: d.Clause, Bearers: []string{d.Bearer}, Toward: d.Toward, Modality: d.Modality, Standing: &st,
			Issue: d.Issue, Holder: d.Holder, Paraphrase: d.c.Paraphrase, Text: askedText(d)})
	}
	for _, d := range duties {
		add(RoleDuty, &an.duties[d])
	}
	for _, d := range kept {
		add(RoleKept, &an.duties[d])
	}
	for _, i := range facts {
		f := an.facts[i]
		out = append(out, Member{Role: f.role, Fact: f.ID, Reason: f.Reason, Text: f.Prop.Text()})
	}
	rank := map[Role]int{RoleDuty: 0, RoleKept: 1, RoleKnown: 2, RoleImpossible: 3}
	slices.SortStableFunc(out, func(a, b Member) int {
		return cmp.Or(cmp.Compare(rank[a.Role], rank[b.Role]), cmp.Compare(a.Name(), b.Name()), cmp.Compare(a.Issue, b.Issue), cmp.Compare(a.Holder, b.Holder), slices.Compare(a.Bearers, b.Bearers))
	})
	return out
}

func askedText(d *duty) string {
	if d.c.What != nil && d.Modality != Prohibition && d.Modality != Align {
		return d.c.What.Text()
	}
	return d.Asked.String()
}

// singles lists the clauses of a core: giving up any one of them cures it.
func (an *analysis) singles(duties []int) []Concession {
	var out []Concession
	for _, d := range duties {
		x := &an.duties[d]
		c := Concession{[]string{x.Clause}, x.c.weight()}
		if !slices.ContainsFunc(out, func(o Concession) bool { return o.Clauses[0] == c.Clauses[0] }) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, compareConcessions)
	return out
}

func compareConcessions(a, b Concession) int {
	return cmp.Or(cmp.Compare(a.Weight, b.Weight), cmp.Compare(len(a.Clauses), len(b.Clauses)), slices.Compare(a.Clauses, b.Clauses))
}
