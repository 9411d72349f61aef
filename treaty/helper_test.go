package treaty_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
)

// day is the as-of date of the small cases; their agreements are a year older.
var (
	day   = calendar.Date{Year: 2025, Month: 1, Day: 1}
	older = calendar.Date{Year: 2024, Month: 1, Day: 1}
)

// small builds cases in few words.
type small struct {
	t  testing.TB
	s  *formula.Space
	in treaty.Input
}

// newSmall takes variables as "id: state state ..".
func newSmall(t testing.TB, vars ...string) *small {
	t.Helper()
	var list []formula.Variable
	for _, v := range vars {
		id, states, _ := strings.Cut(v, ":")
		list = append(list, formula.Variable{ID: id, Name: id, Kind: "event", States: strings.Fields(states)})
	}
	s, err := formula.NewSpace(list)
	if err != nil {
		t.Fatal(err)
	}
	return &small{t: t, s: s, in: treaty.Input{Space: s}}
}

func (m *small) prop(text string) *formula.Prop {
	m.t.Helper()
	if text == "" {
		return nil
	}
	var l diag.List
	p := m.s.Parse(text, diag.Pos{}, &l)
	if p == nil {
		m.t.Fatalf("%q: %v", text, l.All())
	}
	return p
}

// agreement adds one in force since 2024 between the parties.
func (m *small) agreement(id string, parties ...string) *small {
	m.in.Agreements = append(m.in.Agreements, treaty.Agreement{ID: id, Name: id, Parties: parties, Signed: older, InForce: older})
	return m
}

// clause adds one to the last agreement: "id modality bearer[,bearer]>toward[,toward]".
func (m *small) clause(head, what string, more ...func(*treaty.Clause)) *small {
	m.t.Helper()
	f := strings.Fields(head)
	bearers, toward, _ := strings.Cut(f[2], ">")
	c := treaty.Clause{ID: f[0], Modality: treaty.Modality(f[1]), Bearers: strings.Split(bearers, ","), What: m.prop(what), Standing: treaty.Standing{Kind: treaty.InText}}
	if toward != "" {
		c.Toward = strings.Split(toward, ",")
	}
	for _, x := range more {
		x(&c)
	}
	a := &m.in.Agreements[len(m.in.Agreements)-1]
	a.Clauses = append(a.Clauses, c)
	return m
}

func (m *small) when(text string) func(*treaty.Clause) {
	p := m.prop(text)
	return func(c *treaty.Clause) { c.When = p }
}

func (m *small) unless(text string) func(*treaty.Clause) {
	p := m.prop(text)
	return func(c *treaty.Clause) { c.Unless = p }
}

func scope(issues ...string) func(*treaty.Clause) {
	return func(c *treaty.Clause) { c.Scope = issues }
}

func over(names ...string) func(*treaty.Clause) {
	return func(c *treaty.Clause) { c.RanksOver = names }
}

func otherwise(name string) func(*treaty.Clause) {
	return func(c *treaty.Clause) { c.Otherwise = name }
}

func (m *small) known(id, text string) *small {
	m.in.Known = append(m.in.Known, treaty.Fact{ID: id, Prop: m.prop(text)})
	return m
}

func (m *small) impossible(id, text string) *small {
	m.in.Impossible = append(m.in.Impossible, treaty.Fact{ID: id, Prop: m.prop(text)})
	return m
}

func (m *small) analyse(opts ...func(*treaty.Options)) *treaty.Report {
	m.t.Helper()
	opt := treaty.Options{AsOf: day}
	for _, o := range opts {
		o(&opt)
	}
	r, err := treaty.Analyse(m.in, opt)
	if err != nil {
		m.t.Fatal(err)
	}
	if len(r.Unfinished) > 0 {
		m.t.Fatalf("unfinished: %v", r.Unfinished)
	}
	return r
}

// lines writes each verdict of the kinds as "kind/sub: clauses | facts if
// condition".
func lines(r *treaty.Report, kinds ...treaty.VerdictKind) []string {
	var out []string
	for i := range r.Verdicts {
		v := &r.Verdicts[i]
		if len(kinds) > 0 && !slices.Contains(kinds, v.Kind) {
			continue
		}
		text := string(v.Kind)
		if v.Sub != "" {
			text += "/" + v.Sub
		}
		if v.Kind == treaty.Redundant {
			first := v.Core[0].Clause
			rest := slices.DeleteFunc(v.Clauses(), func(n string) bool { return n == first })
			text += ": " + first + " by " + strings.Join(rest, " ")
		} else {
			text += ": " + strings.Join(v.Clauses(), " ")
		}
		if f := v.Facts(); len(f) > 0 {
			text += " | " + strings.Join(f, " ")
		}
		if v.Condition != nil && v.Condition.Shortest.Text != "true" {
			text += " if " + v.Condition.Shortest.Text
		}
		out = append(out, text)
	}
	return out
}

func wantLines(t testing.TB, r *treaty.Report, want ...string) {
	t.Helper()
	if got := lines(r); !slices.Equal(got, want) {
		t.Errorf("verdicts:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// consequences writes them as text, disputed ones with a question mark.
func consequences(r *treaty.Report) []string {
	var out []string
	for i := range r.Consequences {
		c := &r.Consequences[i]
		text := c.Text()
		if !c.Firm {
			text += "?"
		}
		out = append(out, text)
	}
	return out
}

func broken(r *treaty.Report, w formula.World) []string {
	var out []string
	for _, i := range r.In(w).Broken {
		out = append(out, r.Duties[i].Clause)
	}
	return out
}

func binding(r *treaty.Report, w formula.World) []string {
	var out []string
	for _, i := range r.In(w).Binding {
		out = append(out, r.Duties[i].Clause)
	}
	return out
}

func (m *small) world(text string) formula.World {
	m.t.Helper()
	w, err := m.s.ParseWorld(text)
	if err != nil {
		m.t.Fatal(err)
	}
	return w
}
