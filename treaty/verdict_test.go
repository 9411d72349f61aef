package treaty_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

func TestClashAndContradictionByPartner(t *testing.T) {
	build := func(second string) *small {
		m := newSmall(t, "line: open shut")
		return m.agreement("a", "M", "E", "W").clause("1 obligation M>E", "line=open").
			agreement("b", "M", "E", "W").clause("1 obligation M>"+second, "line=shut")
	}
	wantLines(t, build("W").analyse(), "clash: a/1 b/1")
	wantLines(t, build("E,W").analyse(), "contradiction: a/1 b/1")
	// Without a list a clause is owed to every other party.
	m := newSmall(t, "line: open shut")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open").
		agreement("b", "M", "E", "W").clause("1 prohibition M", "line=open")
	r := m.analyse()
	wantLines(t, r, "contradiction: a/1 b/1")
	if got := r.Duties[1].Toward; !slices.Equal(got, []string{"E", "W"}) {
		t.Errorf("b/1 is owed to %v", got)
	}
	// Duties of different bearers are no conflict of anyone, but pull apart.
	m = newSmall(t, "line: open shut")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open").
		agreement("b", "E", "W").clause("1 best_efforts E", "line=shut", m.when("line in {open, shut}"))
	r = m.analyse()
	wantLines(t, r, "tension/opposed: a/1 b/1")
	if got := r.Verdicts[0].Bearers; !slices.Equal(got, []string{"E", "M"}) || r.Concessions != nil {
		t.Errorf("bearers %v, concessions %v", got, r.Concessions)
	}
}

func TestBestEffortsArePulledNotBroken(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.agreement("a", "M", "E").clause("1 best_efforts M", "line=open").
		agreement("b", "M", "W").clause("1 obligation M", "line=shut", m.when("war=yes"))
	wantLines(t, m.analyse(), "tension/best_efforts: a/1 b/1 if war=yes")
	wantLines(t, m.known("war", "war=yes").known("shut", "line=shut").analyse(), "tension/best_efforts: a/1 b/1 | war if war=yes")
	r := m.analyse()
	if got := broken(r, m.world("line=shut,war=yes")); got != nil {
		t.Errorf("broken: %v", got)
	}
	if got := r.In(m.world("war=yes")); len(got.Tensions) != 1 || len(got.Conflicts) != 0 || !slices.Equal(got.Broken, []int{1}) {
		t.Errorf("in a war with an open line: %+v", got)
	}
}

func TestBreachAndReparation(t *testing.T) {
	m := newSmall(t, "toll: none some", "refund: none full", "apology: no yes")
	m.agreement("a", "M", "E").
		clause("free obligation M", "toll=none", otherwise("refund")).
		clause("refund obligation M", "refund=full", otherwise("a/sorry")).
		clause("sorry obligation M", "apology=yes")
	r := m.analyse()
	wantLines(t, r)
	if got := consequences(r); !slices.Equal(got, []string{"toll=none"}) {
		t.Errorf("without a breach: %v", got)
	}
	r = m.known("toll", "toll=some").analyse()
	wantLines(t, r, "breach: a/free | toll")
	if got := consequences(r); !slices.Equal(got, []string{"refund=full"}) {
		t.Errorf("after the breach: %v", got)
	}
	r = m.known("no refund", "refund=none").analyse()
	wantLines(t, r, "breach: a/free | toll", "breach: a/refund | no refund toll")
	if got := consequences(r); !slices.Equal(got, []string{"apology=yes"}) {
		t.Errorf("after both: %v", got)
	}
	// A violated duty stays violated.
	if got := broken(r, m.world("toll=some,refund=full")); !slices.Equal(got, []string{"a/free"}) {
		t.Errorf("broken: %v", got)
	}
	// The other's breach is nobody's reparation.
	other := newSmall(t, "toll: none some", "refund: none full")
	other.agreement("a", "M", "E").clause("free obligation M,E", "toll=none", otherwise("refund")).clause("refund obligation M", "refund=full")
	if got := other.analyse().Duties; len(got) != 3 || got[2].When != "toll=some" {
		t.Errorf("%+v", got)
	}
}

func TestExceptionsAreNoViolations(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open", m.unless("war=yes"))
	wantLines(t, m.known("war", "war=yes").known("shut", "line=shut").analyse())
}

func TestRanks(t *testing.T) {
	build := func(rank ...string) *small {
		m := newSmall(t, "line: open shut", "war: no yes")
		m.agreement("a", "M", "E").clause("1 obligation M", "line=open")
		return m.agreement("b", "M", "W").clause("1 obligation M", "line=shut", m.when("war=yes"), over(rank...)).
			clause("2 obligation M", "line=open", m.when("war=no"))
	}
	wantLines(t, build().analyse(), "latent/clash: a/1 b/1 if war=yes")
	for _, target := range []string{"a/1", "a"} {
		m := build(target)
		r := m.analyse()
		wantLines(t, r, "resolved/ranks over: a/1 b/1 if war=yes")
		if r.Verdicts[0].Yields != "a/1" {
			t.Errorf("%s yields", r.Verdicts[0].Yields)
		}
		// a/1 is not owed in a war.
		if got := broken(r, m.world("line=shut,war=yes")); got != nil {
			t.Errorf("broken: %v", got)
		}
		if got := broken(r, m.world("line=shut")); !slices.Equal(got, []string{"a/1", "b/2"}) {
			t.Errorf("broken in peace: %v", got)
		}
	}
	// The narrower condition prevails only by option, and says so.
	wantLines(t, build().analyse(func(o *treaty.Options) { o.SpecificPrevails = true }), "resolved/"+treaty.BySpecific+": a/1 b/1 if war=yes")
	// Ranks in a circle are refused.
	m := build("a/1")
	m.in.Agreements[0].Clauses[0].RanksOver = []string{"b"}
	var circle *treaty.RankCircle
	if _, err := treaty.Analyse(m.in, treaty.Options{AsOf: day}); !errors.As(err, &circle) {
		t.Errorf("ranks in a circle: %v", err)
	}
}

// Article 30 of the Vienna Convention: the later treaty prevails between those
// who are party to both, and leaves what is owed to others.
func TestLaterTreaty(t *testing.T) {
	build := func(parties ...string) *small {
		m := newSmall(t, "line: open shut")
		m.agreement("old", "M", "E").clause("1 obligation M>E", "line=open")
		m.agreement("new", parties...).clause("1 obligation M", "line=shut")
		m.in.Agreements[1].Signed = calendar.Date{Year: 2024, Month: 5}
		return m
	}
	later := func(o *treaty.Options) { o.LaterPrevails = true }
	wantLines(t, build("M", "E").analyse(), "contradiction: new/1 old/1")
	wantLines(t, build("M", "E").analyse(later), "resolved/"+treaty.ByLater+": new/1 old/1")
	wantLines(t, build("M", "W").analyse(later), "clash: new/1 old/1")
}

func TestDates(t *testing.T) {
	d := func(text string) calendar.Date {
		got, err := calendar.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, c := range []struct {
		name       string
		set        func(a *treaty.Agreement)
		asOf, at   string
		pending    bool
		want       treaty.State
		wantDuties int
	}{
		{"in force", func(a *treaty.Agreement) {}, "2025-01-01", "", false, treaty.Binds, 1},
		{"not yet known", func(a *treaty.Agreement) {}, "2023-12-31", "", false, treaty.NotKnown, 0},
		{"public later than signed", func(a *treaty.Agreement) { a.KnownSince = d("2025-06-01") }, "2025-01-01", "", false, treaty.NotKnown, 0},
		{"in force after the as-of date", func(a *treaty.Agreement) { a.InForce = d("2025-02-25") }, "2025-01-16", "2030-12-31", false, treaty.Pending, 0},
		{"the same, counted", func(a *treaty.Agreement) { a.InForce = d("2025-02-25") }, "2025-01-16", "", true, treaty.Binds, 1},
		{"never in force", func(a *treaty.Agreement) { a.InForce = calendar.Date{} }, "2025-01-16", "", false, treaty.Pending, 0},
		{"ended", func(a *treaty.Agreement) { a.Ended = d("2024-06-30") }, "2025-01-01", "", false, treaty.Ended, 0},
		{"ends after the as-of date", func(a *treaty.Agreement) { a.Ended = d("2025-06-30") }, "2025-01-01", "2030-12-31", false, treaty.Binds, 1},
		{"on its last day", func(a *treaty.Agreement) { a.Ended = d("2024-06-30") }, "2024-06-30", "", false, treaty.Binds, 1},
		{"a variable decides", func(a *treaty.Agreement) { a.InForce, a.Signed = d("2026-01-01"), d("2025-12-01") }, "2025-01-01", "", false, treaty.NotKnown, 0},
		{"clause later", func(a *treaty.Agreement) { a.Clauses[0].From = d("2027") }, "2025-01-01", "", false, treaty.NotYet, 0},
		{"clause later, asked for then", func(a *treaty.Agreement) { a.Clauses[0].From = d("2027") }, "2025-01-01", "2027-01-01", false, treaty.Binds, 1},
		{"clause over", func(a *treaty.Agreement) { a.Clauses[0].Until = d("2024") }, "2025-01-01", "", false, treaty.Ended, 0},
		{"clause on its last day", func(a *treaty.Agreement) { a.Clauses[0].Until = d("2024") }, "2024-12-31", "", false, treaty.Binds, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newSmall(t, "line: open shut")
			m.agreement("a", "M", "E").clause("1 obligation M", "line=open")
			c.set(&m.in.Agreements[0])
			r := m.analyse(func(o *treaty.Options) {
				o.AsOf, o.Pending = d(c.asOf), c.pending
				if c.at != "" {
					o.At = d(c.at)
				}
			})
			if r.Clauses[0].State != c.want || len(r.Duties) != c.wantDuties {
				t.Errorf("%s (%s) with %d duties, want %s", r.Clauses[0].State, r.Clauses[0].Why, len(r.Duties), c.want)
			}
		})
	}
	// InForceIf puts a treaty into force by a variable, whatever its dates.
	m := newSmall(t, "line: open shut", "pact: none in_force")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open")
	m.in.Agreements[0].InForceIf = m.prop("pact=in_force")
	m.in.Agreements[0].Signed, m.in.Agreements[0].InForce = d("2025-12-01"), d("2026-01-01")
	r := m.analyse()
	if r.Clauses[0].State != treaty.BindsIf || r.Duties[0].When != "pact=in_force" {
		t.Errorf("%+v", r.Clauses[0])
	}
}

func TestStatesThatMakeNoDuty(t *testing.T) {
	m := newSmall(t, "line: open shut", "position(M,line): for against", "position(E,line): yes no")
	m.agreement("a", "M", "E").
		clause("words obligation M", "").
		clause("end power M", "").
		clause("stand align M>E", "", scope("line", "nothing")).
		clause("self obligation M>M", "line=open").
		clause("guess obligation M", "line=open", func(c *treaty.Clause) { c.Standing = treaty.Standing{Kind: treaty.AssertedBy, Claim: "c1"} })
	r := m.analyse(func(o *treaty.Options) { o.Standings = []treaty.StandingKind{treaty.InText} })
	var states []treaty.State
	for _, c := range r.Clauses {
		states = append(states, c.State)
	}
	if !slices.Equal(states, []treaty.State{treaty.OutsideModel, treaty.GrantsPower, treaty.NotApplicable, treaty.Binds, treaty.LeftOut}) || len(r.Duties) != 0 {
		t.Errorf("%v, duties %v", states, r.Duties)
	}
	if len(r.Notes) != 3 {
		t.Errorf("notes: %v", r.Notes)
	}
}

func TestAlignment(t *testing.T) {
	// Two issues, a relation for one of them, a state that the other does not have.
	m := newSmall(t, "position(A,x): no yes", "position(B,x): nein ja", "position(A,y): no yes maybe", "position(B,y): no yes")
	rel := m.prop("(position(A,x)=no and position(B,x)=nein) or (position(A,x)=yes and position(B,x)=ja)")
	m.agreement("a", "A", "B").clause("1 align B>A", "", scope("x", "y"), func(c *treaty.Clause) { c.What = rel })
	r := m.analyse()
	if len(r.Duties) != 2 || len(r.Notes) != 0 {
		t.Fatalf("%+v, notes %v", r.Duties, r.Notes)
	}
	// B cannot follow "maybe": a breach in every such world, no conflict of duties.
	wantLines(t, r)
	for text, want := range map[string][]string{
		"position(A,x)=yes,position(B,x)=ja":  nil,
		"position(A,x)=yes":                   {"a/1"},
		"position(A,y)=maybe":                 {"a/1"},
		"position(A,y)=yes,position(B,y)=yes": nil,
		"position(A,x)=yes,position(A,y)=yes": {"a/1", "a/1"},
	} {
		if got := broken(r, m.world(text)); !slices.Equal(got, want) {
			t.Errorf("%s: broken %v, want %v", text, got, want)
		}
	}
	// It binds the one who aligns, not the one followed; what it follows is what
	// the other does, whatever the other owes.
	m.agreement("b", "A", "C").clause("1 obligation A>C", "position(A,x)=yes").
		agreement("c", "B", "C").clause("1 obligation B>C", "position(B,x)=nein")
	r = m.analyse()
	wantLines(t, r, "latent/clash: a/1 c/1 if position(A,x)=yes", "tension/opposed: a/1 b/1 c/1")
}

func TestRedundantOnlyTowardTheSame(t *testing.T) {
	build := func(toward string) *small {
		m := newSmall(t, "line: open shut slow")
		return m.agreement("a", "M", "E", "W").clause("wide obligation M>E", "line!=shut").
			clause("narrow obligation M>"+toward, "line=open")
	}
	wantLines(t, build("E,W").analyse(), "redundant: a/wide by a/narrow")
	wantLines(t, build("W").analyse())
	// Equal clauses follow from each other.
	m := newSmall(t, "line: open shut")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open").clause("2 prohibition M", "line=shut")
	wantLines(t, m.analyse(), "redundant: a/1 by a/2", "redundant: a/2 by a/1")
}

func TestVacuousClauses(t *testing.T) {
	m := newSmall(t, "line: open shut slow", "war: no yes")
	m.impossible("b", "line=shut and war=yes").impossible("a", "line=shut and war=yes").agreement("a", "M", "E").
		clause("contrary obligation M", "line=open", m.when("war=yes"), m.unless("war=yes")).
		clause("idle obligation M", "line!=shut", m.when("war=yes"))
	r := m.analyse()
	wantLines(t, r, "vacuous/never_binds: a/contrary", "vacuous/asks_nothing: a/idle | a")
	if got := r.Verdicts[1].OtherFacts; len(got) != 1 || !slices.Equal(got[0], []string{"b"}) {
		t.Errorf("other facts: %v", got)
	}
}

func TestImpossibleDuty(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.impossible("cannot", "line=open").agreement("a", "M", "E").clause("1 obligation M", "line=open", m.when("war=yes"))
	wantLines(t, m.analyse()) // a breach wherever it binds, and no conflict
	m.in.Agreements[0].Clauses[0].When = nil
	wantLines(t, m.analyse(), "contradiction: a/1 | cannot")
}

func TestWeightsOfConcessions(t *testing.T) {
	m := newSmall(t, "line: open shut slow")
	heavy := func(c *treaty.Clause) { c.Weight = units.Exactly(5, units.Dimensionless) }
	m.agreement("a", "M", "E", "W", "S").
		clause("1 obligation M>E", "line=open", heavy).
		clause("2 obligation M>W", "line=shut").
		clause("3 obligation M>S", "line=slow")
	r := m.analyse()
	if len(r.Of(treaty.Clash)) != 3 {
		t.Fatalf("%v", lines(r))
	}
	c := r.Concessions
	if !slices.Equal(c.Lightest.Clauses, []string{"a/2", "a/3"}) || c.Lightest.Weight != 2 || !c.Proven || len(c.All) != 3 || !c.Complete {
		t.Errorf("%+v", c)
	}
}

func TestConflictsOnly(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.impossible("peace", "war=yes").agreement("a", "M", "E").
		clause("1 obligation M", "line=open").clause("2 obligation M", "line=open").clause("3 obligation M", "line=shut", m.when("war=yes")).
		agreement("b", "M", "E").clause("1 obligation E", "line=shut").clause("2 best_efforts M", "line=shut")
	if all := m.analyse(); len(all.Consequences) == 0 || len(all.Of(treaty.Redundant)) != 2 || len(all.Of(treaty.Vacuous)) != 1 {
		t.Fatalf("%v", lines(all))
	}
	r := m.analyse(func(o *treaty.Options) { o.ConflictsOnly = true })
	wantLines(t, r, "tension/best_efforts: a/1 b/2", "tension/best_efforts: a/2 b/2")
	if len(r.Consequences) > 0 {
		t.Errorf("consequences: %v", consequences(r))
	}
}

func TestNoWorld(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.impossible("a", "line=open").known("b", "line=open or war=yes").impossible("c", "war=yes").impossible("d", "war=no and line=open")
	var none *treaty.NoWorld
	if _, err := treaty.Analyse(m.in, treaty.Options{AsOf: day}); !errors.As(err, &none) || !slices.Equal(none.Facts, []string{"a", "b", "c"}) {
		t.Errorf("%v", err)
	}
}

func TestFaultsOfTheInput(t *testing.T) {
	m := newSmall(t, "line: open shut")
	other := newSmall(t, "line: open shut")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open").clause("1 obligation M", "line=open")
	m.in.Agreements[0].Clauses[0].When = other.prop("line=open")
	m.known("", "line=open")
	_, err := treaty.Analyse(m.in, treaty.Options{Limits: treaty.Limits{Steps: -1}})
	for _, want := range []string{"as-of", "limit", "no id", "there twice", "other variables"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	if _, err := treaty.Analyse(treaty.Input{}, treaty.Options{AsOf: day}); err == nil {
		t.Error("no space of variables was taken")
	}
	m = newSmall(t, "line: open shut")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open", otherwise("2")).clause("2 obligation M", "line=open", otherwise("1"))
	if _, err := treaty.Analyse(m.in, treaty.Options{AsOf: day}); err == nil || !strings.Contains(err.Error(), "repairs its own breach") {
		t.Errorf("reparations in a circle: %v", err)
	}
}

func TestLimitsAreReported(t *testing.T) {
	m := newSmall(t, "x: a b c d e", "y: a b c d e")
	m.agreement("a", "M", "E")
	for _, v := range []string{"x", "y"} {
		for _, s := range []string{"a", "b", "c", "d", "e"} {
			m.clause(v+s+" obligation M", v+"="+s)
		}
	}
	full := m.analyse()
	if got := len(full.Of(treaty.Contradiction)); got != 20 { // pairs of five, twice
		t.Errorf("%d contradictions", got)
	}
	for name, l := range map[string]treaty.Limits{"cores": {Cores: 3}, "steps": {Steps: 2}} {
		r, err := treaty.Analyse(m.in, treaty.Options{AsOf: day, Limits: l})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Unfinished) == 0 || r.Concessions.Complete || len(r.Of(treaty.Contradiction)) == 0 || len(r.Of(treaty.Contradiction)) >= 20 {
			t.Errorf("%s: %v, %d contradictions", name, r.Unfinished, len(r.Of(treaty.Contradiction)))
		}
	}
}

func TestReportAsJSON(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.agreement("a", "M", "E").clause("1 obligation M", "line=open").
		agreement("b", "M", "W").clause("1 obligation M", "line=shut", m.when("war=yes"), func(c *treaty.Clause) {
		c.Standing = treaty.Standing{Kind: treaty.AssertedBy, Claim: "someone"}
	})
	raw, err := m.analyse().JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got treaty.Report
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	v := got.Verdicts[0]
	if got.Format != treaty.ReportFormat || got.AsOf != day || v.Condition.Shortest.Text != "war=yes" || v.Standing != treaty.AssertedBy || v.Core[1].Standing.Claim != "someone" {
		t.Errorf("%s", raw)
	}
}

func TestRowsAndTradeoffs(t *testing.T) {
	m := newSmall(t, "line: open shut", "war: no yes")
	m.agreement("a", "M", "E").clause("1 obligation M,E", "line=open").clause("may permission M", "line=shut").
		agreement("b", "M", "W").clause("1 best_efforts M", "line=shut", m.when("war=yes")).clause("2 obligation M", "line=shut", m.when("war=yes"))
	r := m.analyse()
	rows := r.Rows(func(d *treaty.Duty) (units.Figure, bool) {
		return units.Between(0.6, 0.8, 0.9, units.Share), d.Strict()
	})
	if len(rows) != 2 || rows[0].Clause != "a/1" || rows[0].If.String() != "true" || rows[1].If.String() != "war=yes" || rows[1].Then.String() != "line=shut" || rows[1].Kept.Central != 0.8 {
		t.Errorf("%+v", rows)
	}
	trade := r.Tradeoffs()
	if len(trade) != 2 {
		t.Fatalf("%+v in %v", trade, lines(r))
	}
	// a/1 of M against a/may, one instrument, everywhere; and against b/2 in a war.
	for _, x := range trade {
		for _, text := range []string{"", "war=yes", "line=shut", "line=shut,war=yes"} {
			w := m.world(text)
			if !x.Where.Eval(w) {
				continue
			}
			all := true
			for _, i := range x.Duties {
				binds, kept := r.Duties[i].In(w)
				all = all && (!binds || kept)
			}
			if all && !strings.Contains(lines(r)[x.Verdict], "may") {
				t.Errorf("%s: all of %v are kept", text, x.Duties)
			}
		}
	}
}
