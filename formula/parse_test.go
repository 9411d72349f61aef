package formula

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/diag"
)

func TestCanonicalForm(t *testing.T) {
	s := region(t)
	for _, c := range []struct{ text, want string }{
		{"pact=none", "pact=none"},
		{"not pact=none", "pact!=none"},
		{"pact in {signed, in_force}", "pact!=none"},
		{"pact not in {none}", "pact!=none"},
		{"pact in {none, signed, in_force}", "true"},
		{"pact=none and pact=signed", "false"},
		{"rasht_astara!=missing", "rasht_astara=built"},
		{"rasht_astara=built and (sanctions in {as_2024, eased} or not pact=in_force)", "rasht_astara=built and (pact!=in_force or sanctions!=tight)"},
		{"position( IR , zangezur )=for or pact=none", "pact=none or position(IR,zangezur)=for"},
		{"pact=none or pact=signed and rasht_astara=built", "pact!=in_force and (pact=none or rasht_astara=built)"},
		{"pact=none and sanctions=eased or pact=none and rasht_astara=built", "pact=none and (sanctions=eased or rasht_astara=built)"},
		{"(pact=none or sanctions=eased) and (rasht_astara=built or position(IR,zangezur)=for)", "(pact=none or sanctions=eased) and (rasht_astara=built or position(IR,zangezur)=for)"},
		{"pact=none and sanctions=eased or rasht_astara=built and position(IR,zangezur)=for", "pact=none and sanctions=eased or rasht_astara=built and position(IR,zangezur)=for"},
		// "and" binds tighter than "or", "not" tighter than both.
		{"pact=none or sanctions=eased and rasht_astara=built", "pact=none or sanctions=eased and rasht_astara=built"},
		{"not pact=none and sanctions=eased", "pact!=none and sanctions=eased"},
		{"not not pact=none", "pact=none"},
		{"true and pact=none or false", "pact=none"},
	} {
		p := mustParse(t, s, c.text)
		if p.String() != c.want {
			t.Errorf("%s\nprints as %s\nwant      %s", c.text, p, c.want)
		}
		if p.Text() != c.text {
			t.Errorf("text %q", p.Text())
		}
	}
}

// All 4096 propositions over 2 x 2 x 3 worlds: as many strings, each of which
// reads back.
func TestCanonicalFormOfEveryProposition(t *testing.T) {
	s := space(t, 2, 2, 3)
	all := worlds(s)
	seen := map[string]int{}
	for f := range 1 << len(all) {
		m := newManager(s)
		r := falseRef
		for i, w := range all {
			if f>>i&1 == 0 {
				continue
			}
			one := trueRef
			for v := range s.vars {
				one = m.and(one, m.literal(int32(v), 1<<s.State(w, v)))
			}
			r = m.or(r, one)
		}
		p := s.prop(m.freeze(r), "", diag.Pos{})
		for i, w := range all {
			if p.Eval(w) != (f>>i&1 != 0) {
				t.Fatalf("function %012b is wrong in world %d", f, i)
			}
		}
		text := p.String()
		if g, twice := seen[text]; twice {
			t.Fatalf("%012b and %012b both print as %s", f, g, text)
		}
		seen[text] = f
		if q := mustParse(t, s, text); !s.Equivalent(p, q) || q.String() != text {
			t.Fatalf("%012b prints as %s, which reads as %s", f, text, q)
		}
	}
}

// The diagrams against plain evaluation, and string equality against equality
// of truth tables.
func TestMeaning(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawSpace(r, t)
		x, y := drawTerm(r, s, 3), drawTerm(r, s, 3)
		p, q := mustParse(t, s, x.text), mustParse(t, s, y.text)
		implies, used := true, map[int]bool{}
		for _, w := range worlds(s) {
			a, b := x.eval(states(s, w)), y.eval(states(s, w))
			if p.Eval(w) != a {
				r.Fatalf("%s is %v in %s", x.text, p.Eval(w), s.FormatAll(w))
			}
			implies = implies && (!a || b)
			for v := range s.vars {
				for k := range s.vars[v].States {
					if p.Eval(s.With(w, v, k)) != a {
						used[v] = true
					}
				}
			}
		}
		tp, tq := truth(p), truth(q)
		if (p.String() == q.String()) != (tp == tq) || s.Equivalent(p, q) != (tp == tq) {
			r.Fatalf("%s and %s: tables %s, %s, forms %s, %s", x.text, y.text, tp, tq, p, q)
		}
		if s.Implies(p, q) != implies {
			r.Fatalf("%s implies %s: %v", x.text, y.text, !implies)
		}
		if back := mustParse(t, s, p.String()); back.String() != p.String() || !s.Equivalent(back, p) {
			r.Fatalf("%s reads back as %s", p, back)
		}
		if n := uint64(strings.Count(tp, "1")); s.Count(p) != n {
			r.Fatalf("%s holds in %d worlds, want %d", x.text, s.Count(p), n)
		}
		value, ok := p.Constant()
		if ok != (len(used) == 0) || ok && value != (tp[0] == '1') {
			r.Fatalf("%s: constant %v, %v", x.text, value, ok)
		}
		if len(p.Vars()) != len(used) {
			r.Fatalf("%s depends on %v, want %v", x.text, p.Vars(), used)
		}
		for _, v := range p.Vars() {
			if !used[v] {
				r.Fatalf("%s depends on %v, want %v", x.text, p.Vars(), used)
			}
		}
	})
}

// Equal meaning by rewriting, where random pairs of larger spaces hardly ever
// meet.
func TestRewritingKeepsTheForm(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawSpace(r, t)
		x, y, z := drawTerm(r, s, 2), drawTerm(r, s, 2), drawTerm(r, s, 2)
		for _, pair := range [][2]string{
			{"not ((%[1]s) and (%[2]s))", "(not (%[1]s)) or (not (%[2]s))"},
			{"(%[1]s) and ((%[2]s) or (%[3]s))", "(%[1]s) and (%[2]s) or (%[3]s) and (%[1]s)"},
			{"(%[1]s) or (%[1]s) and (%[2]s)", "%[1]s"},
			{"(%[1]s) or (%[2]s) or (%[3]s)", "(%[3]s) or ((%[2]s) or (%[1]s))"},
		} {
			a := mustParse(t, s, fmt.Sprintf(pair[0]+"%.0[1]s%.0[2]s%.0[3]s", x.text, y.text, z.text))
			b := mustParse(t, s, fmt.Sprintf(pair[1]+"%.0[1]s%.0[2]s%.0[3]s", x.text, y.text, z.text))
			if a.String() != b.String() {
				r.Fatalf("%s\n%s\nprint as %s\n%s", a.Text(), b.Text(), a, b)
			}
		}
	})
}

func TestAlgebra(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawSpace(r, t)
		p, q := mustParse(t, s, drawTerm(r, s, 2).text), mustParse(t, s, drawTerm(r, s, 2).text)
		v := rapid.IntRange(0, len(s.vars)-1).Draw(r, "v")
		k := rapid.IntRange(0, len(s.vars[v].States)-1).Draw(r, "k")
		and, or, not, is, fixed := s.And(p, q), s.Or(p, q), s.Not(p), s.Is(v, k), s.Restrict(p, v, k)
		for _, w := range worlds(s) {
			a, b := p.Eval(w), q.Eval(w)
			if and.Eval(w) != (a && b) || or.Eval(w) != (a || b) || not.Eval(w) == a || is.Eval(w) != (s.State(w, v) == k) || fixed.Eval(w) != p.Eval(s.With(w, v, k)) {
				r.Fatalf("%s, %s in %s", p, q, s.FormatAll(w))
			}
		}
	})
	s := region(t)
	if !s.Equivalent(s.And(), s.True()) || !s.Equivalent(s.Or(), s.False()) || s.And().String() != "true" || s.Or().String() != "false" {
		t.Error("empty conjunction or disjunction")
	}
	if p := s.Is(1, 0, 2); p.String() != "sanctions!=eased" || p.Text() != p.String() || p.Pos() != (diag.Pos{}) {
		t.Errorf("made by the algebra: %s, %s", p, p.Text())
	}
}

func TestPropositionsOfAnotherSpaceAreRefused(t *testing.T) {
	s, other := space(t, 2, 2), space(t, 2, 2)
	defer func() {
		if recover() == nil {
			t.Error("mixed two spaces")
		}
	}()
	s.And(s.True(), other.True())
}

func TestProblems(t *testing.T) {
	s := region(t)
	for _, c := range []struct {
		text, want string // want: "col+len rule" in order
		hint       string // of the first
	}{
		{"", "1+0 A409", ""},
		{"  ", "1+2 A409", ""},
		{"pakt=none", "1+4 A401", `did you mean "pact"?`},
		{"pact=sined", "6+5 A402", `did you mean "signed"?`},
		{"pakt=none and sanctions=esed or (pact=in_force", "1+4 A401, 25+4 A402, 33+1 A403", `did you mean "pact"?`},
		{"position(IR,zangesur)=for", "1+21 A401", `did you mean "position(IR,zangezur)"?`},
		{"(pact=none", "1+1 A403", ""},
		{"((pact=none)", "1+1 A403", ""},
		{"pact=none)", "10+1 A403", ""},
		{"pact=none) and pakt=none", "10+1 A403, 16+4 A401", ""},
		{"pact=none=signed", "10+1 A404", `join two comparisons with "and"`},
		{"(pact=none=signed)", "11+1 A404", ""},
		{"pact=none != signed and pakt=x", "11+2 A404, 25+4 A401", ""},
		{"pact in {}", "9+2 A405", ""},
		{"pact in { }", "9+3 A405", ""},
		{"pact in {none, none}", "16+4 A410", ""},
		{"pact in {none, sined, foo}", "16+5 A402, 23+3 A402", `did you mean "signed"?`},
		{"pact in {none", "9+1 A403", ""},
		{"pact in {none and sanctions=eased", "9+1 A403", ""},
		{"pact in {none,}", "15+1 A407", ""},
		{"pact in none", "9+4 A407", ""},
		{"pact={none}", "6+1 A407", `write "in {...}"`},
		{"pact=none sanctions=eased", "11+15 A406", ""},
		{"pact=none not pakt=none", "11+13 A406, 15+4 A401", ""},
		{"pact=none }", "11+1 A406", ""},
		{"pact", "1+4 A407", ""},
		{"pact and sanctions", "1+4 A407, 10+9 A407", ""},
		{"pact=", "6+0 A407", ""},
		{"pact=and", "6+3 A407", ""},
		{"pact=true", "6+4 A402", ""},
		{"=none", "1+1 A407", ""},
		{"and", "1+3 A407", ""},
		{"pact=none and", "14+0 A407", ""},
		{"pact=none or or sanctions=eased", "14+2 A407", ""},
		{"not", "4+0 A407", ""},
		{"()", "2+1 A407", ""},
		{"pact == none && sanctions=eased", "6+2 A408, 14+2 A408", `write "=" for is`},
		{"pact≠none ∨ ¬sanctions=eased", "5+1 A408, 11+1 A408, 13+1 A408", `write "!=" for is not`},
		{"!pact=none", "1+1 A408", `write "not"`},
		{"pact=none AND sanctions=eased", "11+3 A408", `write "and"`},
		{"pact=\"none\"", "6+1 A407", ""},
		{"pact=none; sanctions=eased", "10+17 A406", ""},
		{"pact=none\x00", "10+1 A406", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			var l diag.List
			if p := s.Parse(c.text, diag.Pos{File: "v.yaml", Line: 3, Col: 1}, &l); p != nil {
				t.Fatalf("read as %s", p)
			}
			var got []string
			for _, d := range l.All() {
				got = append(got, fmt.Sprintf("%d+%d %s", d.Pos.Col, d.Pos.Len, d.Rule.ID))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("reported %s\nwant     %s", strings.Join(got, ", "), c.want)
			}
			if c.hint != "" && l.Len() > 0 && l.All()[0].Hint != c.hint {
				t.Errorf("hint %q, want %q", l.All()[0].Hint, c.hint)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	s := region(t)
	var l diag.List
	s.Parse("pact=none and\n  pakt=none", diag.Pos{File: "v.yaml", Line: 7, Col: 9}, &l)
	want := diag.Pos{File: "v.yaml", Line: 8, Col: 11, Len: 4}
	if got := l.All()[0].Pos; got != want {
		t.Errorf("in the second line: %v, want %v", got, want)
	}
	l = diag.List{}
	s.Parse("İ=none", diag.Pos{}, &l)
	if got := l.All()[0].Pos; got != (diag.Pos{Len: 1}) {
		t.Errorf("without a place: %+v", got)
	}
	at := diag.Pos{File: "v.yaml", Line: 7, Col: 9}
	if got := mustParseAt(t, s, "pact=none", at).Pos(); got != at {
		t.Errorf("place of the proposition: %v", got)
	}
}

func mustParseAt(t *testing.T, s *Space, text string, at diag.Pos) *Prop {
	t.Helper()
	var l diag.List
	p := s.Parse(text, at, &l)
	if p == nil {
		t.Fatal(l.All())
	}
	return p
}

func TestDeepNestingIsReported(t *testing.T) {
	s := region(t)
	for _, text := range []string{strings.Repeat("(", 1e5) + "pact=none" + strings.Repeat(")", 1e5), strings.Repeat("not ", 1e5) + "pact=none"} {
		var l diag.List
		if s.Parse(text, diag.Pos{}, &l) != nil || l.All()[0].Rule != RuleNesting || l.Len() != 1 {
			t.Errorf("got %d reports, first %v", l.Len(), l.All()[0])
		}
	}
	ok := strings.Repeat("(", maxNesting-1) + "pact=none" + strings.Repeat(")", maxNesting-1)
	mustParse(t, s, ok)
}

// Sums over pairs of variables that stand far apart in the order have diagrams
// that grow as 2^n; parity has few nodes and no short form. Both are refused
// with a reason, and the algebra still tells such propositions apart.
func TestEntangledIsReported(t *testing.T) {
	vars := make([]Variable, 30)
	for i := range vars {
		vars[i] = Variable{ID: fmt.Sprintf("v%d", i), States: []string{"n", "y"}}
	}
	s, err := NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	var pairs []string
	for i := range 15 {
		pairs = append(pairs, fmt.Sprintf("v%d=y and v%d=y", i, i+15))
	}
	parity := s.False()
	for v := range 12 {
		y := s.Is(v, 1)
		parity = s.Or(s.And(parity, s.Not(y)), s.And(s.Not(parity), y))
	}
	var l diag.List
	if s.Parse(strings.Join(pairs, " or "), diag.Pos{}, &l) != nil || l.All()[0].Rule != RuleEntangled {
		t.Errorf("pairs: %v", l.All())
	}
	if text := parity.String(); !strings.HasPrefix(text, digestMark) || text == s.Not(parity).String() {
		t.Errorf("parity prints as %s", text)
	}
	l = diag.List{}
	if s.Parse(parity.String(), diag.Pos{}, &l) != nil || !l.Failed() {
		t.Error("a digest was read as a proposition")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"pact=none", "not (pact in {signed, in_force} or rasht_astara!=built)", "position(IR,zangezur)=for and true",
		"pact==none && x", "pact in {", "((", "a=b=c", "pact=none) or (", "not not not", "position(IR,", "\xff=\xfe", "pact=none pact", "{}}{", "pact in {none} in {none}",
	} {
		f.Add(text)
	}
	s := region(f)
	f.Fuzz(func(t *testing.T, text string) {
		var l diag.List
		p := s.Parse(text, diag.Pos{File: "v.yaml", Line: 1, Col: 1}, &l)
		if (p == nil) != l.Failed() {
			t.Fatalf("%q: proposition %v, reports %v", text, p, l.All())
		}
		var out bytes.Buffer
		l.Print(&out, func(string) []byte { return []byte(text) }, false)
		if p != nil {
			var l2 diag.List
			q := s.Parse(p.String(), diag.Pos{}, &l2)
			if q == nil || q.String() != p.String() || truth(p) != truth(q) {
				t.Fatalf("%q prints as %s, which reads as %v", text, p, q)
			}
			return
		}
		runes := utf8.RuneCountInString(text)
		for _, d := range l.All() {
			if d.Pos.Line == 1 && d.Pos.Col-1+d.Pos.Len > runes || !strings.Contains(text, d.Text) {
				t.Fatalf("%q: %+v", text, d)
			}
		}
	})
}
