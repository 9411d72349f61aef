package treaty_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/formula"
	_ "github.com/astara-corridors/astara/internal/seed"
	"github.com/astara-corridors/astara/treaty"
)

// drawn is a small random case: four variables in the hands of X and Y, two in
// nobody's.
type drawn struct {
	*small
	clauses []string // names
}

var hands = map[string][]string{"X": {"a", "b"}, "Y": {"c", "d"}}

func drawCase(rt *rapid.T, t testing.TB) drawn {
	m := newSmall(t, "a: s0 s1", "b: s0 s1 s2", "c: s0 s1", "d: s0 s1 s2", "p: s0 s1", "q: s0 s1 s2", "u: s0 s1")
	m.impossible("unused", "u=s1")
	states := map[string]int{"a": 2, "b": 3, "c": 2, "d": 3, "p": 2, "q": 3}
	atom := func(vars ...string) string {
		v := rapid.SampledFrom(vars).Draw(rt, "variable")
		return fmt.Sprintf("%s%ss%d", v, rapid.SampledFrom([]string{"=", "!="}).Draw(rt, "sign"), rapid.IntRange(0, states[v]-1).Draw(rt, "state"))
	}
	if rapid.Bool().Draw(rt, "impossible") {
		m.impossible("never", atom("a", "b", "c", "d")+" and "+atom("a", "b", "p", "q"))
	}
	if rapid.Bool().Draw(rt, "impossible 2") {
		m.impossible("nor", atom("b", "d")+" and "+atom("p", "q", "c"))
	}
	out := drawn{small: m}
	for i, name := range []string{"k", "l", "m"} {
		m.agreement(name, "X", "Y", fmt.Sprintf("Z%d", i))
		for k := range rapid.IntRange(0, 3).Draw(rt, "clauses") {
			bearer := rapid.SampledFrom([]string{"X", "Y"}).Draw(rt, "bearer")
			what := atom(hands[bearer]...)
			if rapid.Bool().Draw(rt, "or") {
				what += " or " + atom(hands[bearer]...)
			}
			if v, constant := m.prop(what).Constant(); constant && (v || !v) {
				continue
			}
			var more []func(*treaty.Clause)
			if rapid.Bool().Draw(rt, "when") {
				more = append(more, m.when(atom("p", "q")))
			}
			modality := rapid.SampledFrom([]string{"obligation", "obligation", "prohibition"}).Draw(rt, "modality")
			toward := rapid.SampledFrom([]string{fmt.Sprintf("Z%d", i), "W"}).Draw(rt, "toward")
			m.clause(fmt.Sprintf("c%d %s %s>%s", k, modality, bearer, toward), what, more...)
			out.clauses = append(out.clauses, fmt.Sprintf("%s/c%d", name, k))
		}
	}
	// Every variable stays in somebody's hands whatever is deleted.
	m.agreement("z", "X", "Y", "W")
	for _, bearer := range []string{"X", "Y"} {
		for _, v := range hands[bearer] {
			m.clause(v+" obligation "+bearer+">W", v+"=s0", m.when("u=s1"))
		}
	}
	return out
}

// worlds lists those without an impossible combination.
func (m *small) worlds() []formula.World {
	var out []formula.World
	for w := range m.s.Size() {
		ok := true
		for _, f := range m.in.Impossible {
			ok = ok && !f.Prop.Eval(formula.World(w))
		}
		if ok {
			out = append(out, formula.World(w))
		}
	}
	return out
}

// stuckAt finds by going through all worlds in which contexts the duties cannot
// all be kept; a context is a world with the bearer's variables at their first
// state.
func stuckAt(m *small, worlds []formula.World, objects []int, duties []treaty.Duty) map[formula.World]bool {
	stuck := map[formula.World]bool{}
	for _, w := range worlds {
		c := w
		for _, v := range objects {
			c = m.s.With(c, v, 0)
		}
		if _, seen := stuck[c]; !seen {
			stuck[c] = true
		}
		keeps := true
		for i := range duties {
			binds, kept := duties[i].In(w)
			keeps = keeps && (!binds || kept)
		}
		if keeps {
			stuck[c] = false
		}
	}
	return stuck
}

// leastAlways reports whether the set is stuck in every context and no part of
// it is: one duty may bind under a condition and another under the opposite.
func leastAlways(stuck []map[formula.World]bool, set, n int) bool {
	always := func(m map[formula.World]bool) bool {
		for _, bad := range m {
			if !bad {
				return false
			}
		}
		return true
	}
	for i := range n {
		if set>>i&1 != 0 && always(stuck[set&^(1<<i)]) {
			return false
		}
	}
	return always(stuck[set])
}

// TestConflictsAgainstAllWorlds checks cores, where they bite and their
// conditions by going through every set of duties and every world.
func TestConflictsAgainstAllWorlds(t *testing.T) {
	found := map[treaty.VerdictKind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := drawCase(rt, t)
		r := m.analyse()
		worlds := m.worlds()
		for _, bearer := range []string{"X", "Y"} {
			var objects []int
			for _, v := range hands[bearer] {
				i, _ := m.s.Index(v)
				objects = append(objects, i)
			}
			var duties []treaty.Duty
			for _, d := range r.Duties {
				if d.Bearer == bearer && !strings.HasPrefix(d.Clause, "z/") {
					duties = append(duties, d)
				}
			}
			subset := func(set int) (list []treaty.Duty, names []string) {
				for i, d := range duties {
					if set>>i&1 != 0 {
						list, names = append(list, d), append(names, d.Clause)
					}
				}
				slices.Sort(names)
				return list, names
			}
			stuck := make([]map[formula.World]bool, 1<<len(duties))
			for set := range stuck {
				list, _ := subset(set)
				stuck[set] = stuckAt(m.small, worlds, objects, list)
			}
			reported := map[string]*treaty.Verdict{}
			for i := range r.Verdicts {
				if v := &r.Verdicts[i]; v.Conflict() && slices.Contains(v.Bearers, bearer) {
					reported[strings.Join(v.Clauses(), " ")] = v
					found[v.Kind]++
				}
			}
			explained := map[formula.World]bool{}
			seen := 0
			for set := range stuck {
				list, names := subset(set)
				leastHere := false // somewhere it cannot be kept and every part can
				for c, bad := range stuck[set] {
					here := bad
					for i := range duties {
						if set>>i&1 != 0 && stuck[set&^(1<<i)][c] {
							here = false
						}
					}
					leastHere = leastHere || here
				}
				v := reported[strings.Join(names, " ")]
				switch {
				case v == nil && leastHere && len(list) > 1:
					rt.Fatalf("%v are minimal somewhere and are not reported: %v", names, lines(r))
				case v != nil && !leastHere && !leastAlways(stuck, set, len(duties)):
					rt.Fatalf("%v are reported and are minimal nowhere", names)
				}
				if len(list) == 1 || v != nil {
					for c, bad := range stuck[set] {
						explained[c] = explained[c] || bad
					}
				}
				if v == nil {
					continue
				}
				seen++
				checkCondition(rt, m.small, v, worlds, objects, stuck[set])
				partners := list[0].Toward
				always := true
				for _, d := range list {
					partners = slices.DeleteFunc(slices.Clone(partners), func(x string) bool { return !slices.Contains(d.Toward, x) })
				}
				for _, bad := range stuck[set] {
					always = always && bad
				}
				kind := treaty.Contradiction
				if len(partners) == 0 {
					kind = treaty.Clash
				}
				if always && v.Kind != kind || !always && (v.Kind != treaty.Latent || v.Sub != string(kind)) {
					rt.Fatalf("%v: %s/%s, want %s, everywhere %v", names, v.Kind, v.Sub, kind, always)
				}
			}
			if seen != len(reported) {
				rt.Fatalf("%d of %d verdicts on %s are about sets of its duties", seen, len(reported), bearer)
			}
			for c, bad := range stuck[len(stuck)-1] {
				if bad && !explained[c] {
					rt.Fatalf("%s cannot keep all in %s, and no core says why: %v", bearer, m.s.FormatAll(c), lines(r))
				}
			}
		}
	})
	for _, k := range []treaty.VerdictKind{treaty.Contradiction, treaty.Clash, treaty.Latent} {
		if found[k] == 0 {
			t.Errorf("no %s among the drawn cases: the test looked at nothing", k)
		}
	}
}

// checkCondition checks that the boxes make up exactly the contexts, are prime,
// and that no shorter condition exists.
func checkCondition(rt *rapid.T, m *small, v *treaty.Verdict, worlds []formula.World, objects []int, stuck map[formula.World]bool) {
	context := func(w formula.World) formula.World {
		for _, o := range objects {
			w = m.s.With(w, o, 0)
		}
		return w
	}
	for _, w := range worlds {
		in := slices.ContainsFunc(v.Condition.All, func(b treaty.Box) bool { return b.Prop.Eval(w) })
		if bad := stuck[context(w)]; bad != in || bad != v.Where.Eval(w) {
			rt.Fatalf("%v in %s: stuck %v, in a condition %v, where %v", v.Clauses(), m.s.FormatAll(w), bad, in, v.Where.Eval(w))
		}
	}
	implies := func(p *formula.Prop) bool {
		for _, w := range worlds {
			if p.Eval(w) && !stuck[context(w)] {
				return false
			}
		}
		return true
	}
	for _, b := range v.Condition.All {
		if len(b.Literals) < len(v.Condition.Shortest.Literals) {
			rt.Fatalf("%v: %q is shorter than the shortest", v.Clauses(), b.Text)
		}
		for i := range b.Literals {
			less := m.s.True()
			for k, l := range b.Literals {
				if k != i {
					less = m.s.And(less, m.prop(l.Variable+" in {"+strings.Join(l.States, ", ")+"}"))
				}
			}
			if implies(less) {
				rt.Fatalf("%v: %q holds without %s", v.Clauses(), b.Text, b.Literals[i].Variable)
			}
		}
	}
}

// digest writes verdicts so that order and names do not matter; rename maps
// names.
func digest(r *treaty.Report, rename func(string) string, leave string) []string {
	var out []string
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		var core, conds []string
		gone := false
		for _, m := range v.Core {
			gone = gone || m.Clause == leave && leave != ""
			bearers := make([]string, len(m.Bearers))
			for k, b := range m.Bearers {
				bearers[k] = rename(b)
			}
			slices.Sort(bearers)
			core = append(core, fmt.Sprint(m.Role, rename(m.Clause), bearers, m.Fact, m.Text))
		}
		if gone {
			continue
		}
		first := ""
		if v.Kind == treaty.Redundant || v.Kind == treaty.Vacuous {
			first = core[0]
		}
		slices.Sort(core)
		if v.Condition != nil {
			for _, b := range v.Condition.All {
				conds = append(conds, b.Text)
			}
			slices.Sort(conds)
		}
		out = append(out, fmt.Sprint(v.Kind, v.Sub, v.Standing, core, conds, first))
	}
	slices.Sort(out)
	return out
}

func same(s string) string { return s }

// TestDeletingAClauseOutsideEveryCore: verdicts whose cores do not hold the
// clause stay. (The clauses of agreement z keep every variable in
// somebody's hands, whatever else is deleted.)
func TestDeletingAClauseOutsideEveryCore(t *testing.T) {
	deleted := 0
	rapid.Check(t, func(rt *rapid.T) {
		m := drawCase(rt, t)
		r := m.analyse()
		inCore := map[string]bool{}
		for i := range r.Verdicts {
			for _, n := range r.Verdicts[i].Clauses() {
				inCore[n] = true
			}
		}
		before := digest(r, same, "")
		for _, name := range m.clauses {
			if inCore[name] {
				continue
			}
			deleted++
			less := *m.small
			less.in.Agreements = without(m.in.Agreements, name)
			if after := digest(less.analyse(), same, ""); !slices.Equal(before, after) {
				rt.Fatalf("without %s:\n%s\nbefore:\n%s", name, strings.Join(after, "\n"), strings.Join(before, "\n"))
			}
		}
	})
	if deleted == 0 {
		t.Error("nothing was deleted")
	}
}

// TestDeletingAClauseOfACore removes exactly the verdicts that name it, or
// leaves others that were hidden by it.
func TestDeletingAClauseOfACore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawCase(rt, t)
		r := m.analyse()
		for i := range r.Verdicts {
			if !r.Verdicts[i].Conflict() {
				continue
			}
			for _, name := range r.Verdicts[i].Clauses() {
				less := *m.small
				less.in.Agreements = without(m.in.Agreements, name)
				after := less.analyse()
				for k := range after.Verdicts {
					if after.Verdicts[k].Conflict() && slices.Equal(after.Verdicts[k].Clauses(), r.Verdicts[i].Clauses()) {
						rt.Fatalf("the core %v stays without %s", r.Verdicts[i].Clauses(), name)
					}
				}
			}
		}
	})
}

// without returns the agreements less one clause.
func without(as []treaty.Agreement, name string) []treaty.Agreement {
	out := slices.Clone(as)
	for i := range out {
		out[i].Clauses = slices.DeleteFunc(slices.Clone(out[i].Clauses), func(c treaty.Clause) bool { return treaty.Name(out[i].ID, c.ID) == name })
	}
	return out
}

// TestNamesAndOrderDoNotMatter renames agreements, clauses and actors so that
// they sort the other way round, and shuffles agreements and clauses.
func TestNamesAndOrderDoNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawCase(rt, t)
		before := digest(m.analyse(), same, "")
		flip := map[string]string{}
		back := map[string]string{"": ""}
		rename := func(s string) string {
			if _, ok := flip[s]; !ok {
				n := fmt.Sprintf("n%c%s", 'z'-s[0]%26, s)
				flip[s], back[n] = n, s
			}
			return flip[s]
		}
		other := *m.small
		other.in.Agreements = nil
		for _, a := range rapid.Permutation(m.in.Agreements).Draw(rt, "agreements") {
			old := a.ID
			a.ID = rename(a.ID)
			cs := rapid.Permutation(a.Clauses).Draw(rt, "clauses of "+old)
			a.Clauses = nil
			for _, c := range cs {
				name := treaty.Name(old, c.ID)
				c.ID = rename(c.ID)
				back[treaty.Name(a.ID, c.ID)] = name
				c.Bearers, c.Toward = []string{rename(c.Bearers[0])}, []string{rename(c.Toward[0])}
				a.Clauses = append(a.Clauses, c)
			}
			other.in.Agreements = append(other.in.Agreements, a)
		}
		after := digest(other.analyse(), func(s string) string { return back[s] }, "")
		if !slices.Equal(before, after) {
			rt.Fatalf("renamed:\n%s\nbefore:\n%s", strings.Join(after, "\n"), strings.Join(before, "\n"))
		}
	})
}

// TestSameInputSameBytes runs one case twice.
func TestSameInputSameBytes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawCase(rt, t)
		a, err := m.analyse().JSON()
		if err != nil {
			rt.Fatal(err)
		}
		b, err := m.analyse().JSON()
		if err != nil {
			rt.Fatal(err)
		}
		if string(a) != string(b) {
			rt.Fatal("two runs differ")
		}
	})
}

// TestConcessionsCure: what is left after any minimal concession has no
// conflict that is present without a condition on the bearer's own doing, and
// no concession holds another.
func TestConcessionsCure(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := drawCase(rt, t)
		r := m.analyse()
		if r.Concessions == nil {
			return
		}
		if !r.Concessions.Complete || !r.Concessions.Proven {
			rt.Fatalf("concessions: %+v", r.Concessions)
		}
		if r.Concessions.Lightest.Weight != r.Concessions.All[0].Weight {
			rt.Fatalf("the lightest weighs %v, the first of all %v", r.Concessions.Lightest.Weight, r.Concessions.All[0].Weight)
		}
		for i, c := range r.Concessions.All {
			for k, o := range r.Concessions.All {
				if i != k && !slices.ContainsFunc(o.Clauses, func(n string) bool { return !slices.Contains(c.Clauses, n) }) {
					rt.Fatalf("%v holds %v", c.Clauses, o.Clauses)
				}
			}
			less := *m.small
			for _, name := range c.Clauses {
				less.in.Agreements = without(less.in.Agreements, name)
			}
			for _, v := range less.analyse().Verdicts {
				if v.Conflict() {
					// Cores that a smaller one hid may come to light; they must not be
					// ones that were listed.
					if slices.ContainsFunc(r.Verdicts, func(o treaty.Verdict) bool { return o.Conflict() && slices.Equal(o.Clauses(), v.Clauses()) }) {
						rt.Fatalf("%v does not cure %v", c.Clauses, v.Clauses())
					}
				}
			}
		}
	})
}
