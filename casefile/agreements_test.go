package casefile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/treaty"
)

// flagship loads the agreements of the shipped case.
func flagship(t testing.TB) (*Case, treaty.Input) {
	t.Helper()
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := Load(fsys, &l)
	if l.Failed() {
		t.Fatalf("the case has errors: %v", l.All())
	}
	return c, c.Treaty()
}

func analyse(t testing.TB, in treaty.Input, opt treaty.Options) *treaty.Report {
	t.Helper()
	r, err := treaty.Analyse(in, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Unfinished) > 0 || len(r.Notes) > 0 {
		t.Fatalf("unfinished %v, notes %v", r.Unfinished, r.Notes)
	}
	return r
}

func short(r *treaty.Report) []string {
	var out []string
	for _, v := range r.Verdicts {
		text := fmt.Sprintf("%s/%s %s: %s", v.Kind, v.Sub, strings.Join(v.Bearers, " "), strings.Join(v.Clauses(), " "))
		if f := v.Facts(); len(f) > 0 {
			text += " | " + strings.Join(f, " ")
		}
		if v.Condition != nil {
			text += " if " + v.Condition.Shortest.Text
		}
		out = append(out, text)
	}
	return out
}

// The clash that one expert speaks of (claim soltan-clash) is in the case as two
// clauses of two agreements, neither of which names the other. It must come out
// by itself, with its condition and standings, and go with either clause.
func TestFlagshipClash(t *testing.T) {
	const align, duty = "ru-ir-2025/align-positions", "ru-az-2022/unblocking"
	c, in := flagship(t)
	opt := treaty.Options{AsOf: c.AsOf}
	r := analyse(t, in, opt)
	want := []string{"latent/clash RU: " + duty + " " + align + " if pact=in_force and position(IR,zangezur)=oppose"}
	if got := short(r); !slices.Equal(got, want) {
		t.Fatalf("verdicts on the eve of the signing: %v, want %v", got, want)
	}
	v := r.Verdicts[0]
	standings := map[string]treaty.Standing{}
	for _, m := range v.Core {
		standings[m.Clause] = *m.Standing
	}
	if standings[align] != (treaty.Standing{Kind: treaty.AssertedBy, Claim: "soltan-align"}) || standings[duty].Kind != treaty.InText || v.Standing != treaty.AssertedBy {
		t.Errorf("standings %v, weakest %s", standings, v.Standing)
	}
	if len(v.Condition.All) != 1 || !v.Condition.Complete || v.Condition.Own {
		t.Errorf("condition: %+v", v.Condition)
	}
	for _, a := range in.Agreements {
		for _, cl := range a.Clauses {
			name := treaty.Name(a.ID, cl.ID)
			if name == align && (len(cl.RanksOver) > 0 || cl.Otherwise != "") || name == duty && (len(cl.RanksOver) > 0 || cl.Otherwise != "") {
				t.Errorf("%s refers to another clause", name)
			}
		}
	}
	for _, name := range []string{align, duty} {
		less := in
		less.Agreements = slices.Clone(in.Agreements)
		for i := range less.Agreements {
			a := &less.Agreements[i]
			a.Clauses = slices.DeleteFunc(slices.Clone(a.Clauses), func(cl treaty.Clause) bool { return treaty.Name(a.ID, cl.ID) == name })
		}
		if got := short(analyse(t, less, opt)); len(got) > 0 {
			t.Errorf("without %s: %v", name, got)
		}
	}
	// What stands in the texts alone does not clash.
	opt.Standings = []treaty.StandingKind{treaty.InText, treaty.Hypothetical}
	if got := short(analyse(t, in, opt)); len(got) > 0 {
		t.Errorf("texts alone: %v", got)
	}
}

// With the pact in force and Iran opposed the clash is there now, and what each
// side of it would have Russia do is a disputed consequence.
func TestFlagshipClashNow(t *testing.T) {
	c, in := flagship(t)
	var l diag.List
	fact := func(id, text string) treaty.Fact {
		p := c.Space.Parse(text, diag.Pos{}, &l)
		if p == nil {
			t.Fatal(l.All())
		}
		return treaty.Fact{ID: id, Prop: p}
	}
	in.Known = []treaty.Fact{fact("pact", "pact=in_force"), fact("iran", "position(IR,zangezur)=oppose"), fact("closed", "zangezur=closed")}
	r := analyse(t, in, treaty.Options{AsOf: c.AsOf})
	want := []string{
		"clash/ RU: ru-az-2022/unblocking ru-ir-2025/align-positions | iran pact if pact=in_force and position(IR,zangezur)=oppose",
		"breach/ AM AZ: nine-point-2020/9-unblock | closed",
	}
	if got := short(r); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	var got []string
	for i := range r.Consequences {
		if x := &r.Consequences[i]; !x.Firm {
			got = append(got, x.Text())
		}
	}
	if !slices.Equal(got, []string{"position(RU,zangezur)=obstruct", "position(RU,zangezur)=support"}) {
		t.Errorf("disputed: %v", got)
	}
}

// After 8 August 2025 Armenia's promise of another operator stands beside point
// 9 of 2020, and against what Russia and Iran would work for under their pact.
func TestFlagshipAfterWashington(t *testing.T) {
	_, in := flagship(t)
	r := analyse(t, in, treaty.Options{AsOf: calendar.Date{Year: 2025, Month: 9, Day: 1}})
	got := short(r)
	for _, want := range []string{
		"tension/best_efforts AM: am-az-us-2025/connection nine-point-2020/9-control if true",
		"tension/opposed AM IR RU: am-az-us-2025/connection ru-ir-2025/12 if pact=in_force",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing from %q", want, got)
		}
	}
	eve := analyse(t, in, treaty.Options{AsOf: calendar.Date{Year: 2025, Month: 8, Day: 7}})
	for _, s := range eve.Clauses {
		if strings.HasPrefix(s.Clause, "am-az-us-2025/") && s.State != treaty.NotKnown {
			t.Errorf("%s on the day before: %s", s.Clause, s.State)
		}
	}
	if got := short(eve); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "am-az-us-2025") }) {
		t.Errorf("known before it was signed: %v", got)
	}
}

// BenchmarkFlagshipAgreements judges the agreements of the shipped case.
func BenchmarkFlagshipAgreements(b *testing.B) {
	c, in := flagship(b)
	for b.Loop() {
		if _, err := treaty.Analyse(in, treaty.Options{AsOf: c.AsOf}); err != nil {
			b.Fatal(err)
		}
	}
}
