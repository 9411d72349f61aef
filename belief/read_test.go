package belief

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

func small(t *testing.T) *Frame {
	t.Helper()
	space, err := formula.NewSpace([]formula.Variable{
		{ID: "pact", Kind: "act", States: []string{"none", "signed"}},
		{ID: "ties", Kind: "event", States: []string{"weak", "strong"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFrame(ws, space, [][]int{nil, {0}}, []int{0}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func parse(t *testing.T, f *Frame, text string) *formula.Prop {
	t.Helper()
	if text == "" {
		return nil
	}
	var l diag.List
	p := f.Space.Parse(text, diag.Pos{}, &l)
	if p == nil {
		t.Fatal(l.All())
	}
	return p
}

func date(t *testing.T, s string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// outcomes is a table of one outcome whose change is given by world row.
type outcomes []float64

func (o outcomes) Column(id string, _ Against, _ bool) (Column, error) {
	if id != "transit" {
		return Column{}, errors.New("there is no outcome " + id)
	}
	return Column{Value: o}, nil
}

func TestReadKinds(t *testing.T) {
	f := small(t)
	icd, _ := LexiconNamed("icd-203")
	survey, _ := LexiconNamed("capphrase-2026")
	strong, signed := parse(t, f, "ties=strong"), parse(t, f, "pact=signed")
	beyond := func(x float64) *Statement {
		return &Statement{Outcomes: []string{"transit"}, Quantifier: Any, Change: NoPact, Beyond: units.Exactly(x, units.Dimensionless)}
	}
	claims := []Claim{
		{ID: "level", Kind: Level, Reading: See, If: signed, Then: strong, Hedge: "very likely"},
		{ID: "might", Kind: Possibility, Reading: See, Then: strong, Hedge: "might"},
		{ID: "fact", Kind: Fact, Reading: See, If: signed, Then: strong},
		{ID: "raises", Kind: Direction, Reading: Do, If: signed, Then: strong, Way: Raises},
		{ID: "more", Kind: Comparison, Reading: See, Compared: &Compared{More: strong, Less: parse(t, f, "ties=weak")}},
		{ID: "minor", Kind: Outcome, Reading: See, If: signed, Hedge: "unlikely", Statement: beyond(0.2)},
		{ID: "record", Kind: Record},
		{ID: "weight", Kind: Comparison, Compared: &Compared{MoreAgreement: "a", LessAgreement: "b"}},
		{ID: "past", Kind: Level, Then: strong, Hedge: "likely", Until: date(t, "2025-01-16")},
		{ID: "clash", Kind: Possibility, Clash: []string{"a", "b"}},
	}
	// rows: none weak, none strong, signed weak, signed strong
	w, err := f.Read(claims, ReadOptions{Lexicon: icd, Fallback: []*Lexicon{survey}, Columns: outcomes{0, 0, math.NaN(), -0.3}, AsOf: date(t, "2025-01-16")})
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Constraints) != 6 || len(w.Idle) != 4 {
		t.Fatalf("%d constraints, idle %v", len(w.Constraints), w.Idle)
	}
	for i, want := range []struct {
		form           Form
		low, high      float64
		softLow        float64
		arms, pairs    int
		thens, undefd  int
		lexicon, about string
	}{
		{Share, 0.8, 0.95, 0.8, 1, 0, 1, 0, "icd-203", "the interval of the lexicon, in the arm where the act is"},
		{Share, DefaultFloor, 1 - DefaultFloor, 0.15, 2, 0, 2, 0, "capphrase-2026", "a hard floor for bounds, the survey's interval for the completion"},
		{Share, 1, 1, 1, 1, 0, 1, 0, "", "certain"},
		{Between, 0, 1, 0, 0, 1, 2, 0, "", "a row between arms"},
		{Mean, 0, 1, 0, 2, 0, 0, 0, "", "a linear row"},
		{Share, 0.2, 0.45, 0.2, 1, 0, 1, 1, "icd-203", "a flag a world; a world without a value does not enter"},
	} {
		k := w.Constraints[i]
		if k.Form != want.form || k.Low != want.low || k.High != want.high || k.SoftLow != want.softLow || len(k.Arms) != want.arms || len(k.Pairs) != want.pairs || k.Undefined != want.undefd || k.Lexicon != want.lexicon {
			t.Errorf("%s: %s: %+v", claims[k.Claim].ID, want.about, k)
		}
		if k.Then != nil && k.Then.Count() != want.thens {
			t.Errorf("%s: %d worlds, want %d", claims[k.Claim].ID, k.Then.Count(), want.thens)
		}
	}
	if s := w.Silent(); len(s) != 0 {
		t.Errorf("silent: %v", s)
	}
	if s := w.Only([]int{5}).Silent(); len(s) != 1 || s[0] != 1 {
		t.Errorf("only an outcome was spoken of; silent: %v", s)
	}
	p, _ := w.Only([]int{0}).Groups(nil, false)
	if p.Count != 3 { // none; signed and weak; signed and strong
		t.Errorf("%d groups, want 3", p.Count)
	}
}

func TestReadRefuses(t *testing.T) {
	f := small(t)
	icd, _ := LexiconNamed("icd-203")
	strong := parse(t, f, "ties=strong")
	claims := []Claim{
		{ID: "no-act", Kind: Level, Reading: Do, If: strong, Then: parse(t, f, "pact=signed"), Hedge: "likely"},
		{ID: "no-condition", Kind: Level, Reading: Do, Then: strong, Hedge: "likely"},
		{ID: "no-hedge", Kind: Level, Reading: See, Then: strong},
		{ID: "no-phrase", Kind: Level, Reading: See, Then: strong, Hedge: "perhaps"},
		{ID: "denial", Kind: Level, Reading: See, Then: strong, Hedge: "not likely"},
		{ID: "turned", Kind: Level, Reading: See, Then: strong, Interval: Interval{Low: 0.9, High: 0.1, Known: true}},
		{ID: "no-table", Kind: Outcome, Reading: See, Hedge: "likely", Statement: &Statement{Outcomes: []string{"transit"}}},
	}
	_, err := f.Read(claims, ReadOptions{Lexicon: icd})
	for _, c := range claims {
		if err == nil || !strings.Contains(err.Error(), "claim "+c.ID+":") {
			t.Errorf("%s is not refused: %v", c.ID, err)
		}
	}
	var one *ClaimError
	if !errors.As(err, &one) || one.Hint == "" {
		t.Errorf("%v", err)
	}
}

func TestStatementHolds(t *testing.T) {
	nan := math.NaN()
	s := Statement{Outcomes: []string{"a", "b"}, Quantifier: All, AtLeast: units.Exactly(1, units.Dimensionless)}
	for _, c := range []struct {
		q            Quantifier
		a, b         float64
		holds, known bool
	}{{All, 1, 2, true, true}, {All, 0, nan, false, true}, {All, 1, nan, false, false}, {Any, 1, nan, true, true}, {Any, 0, nan, false, false}, {Any, 0, 0, false, true}} {
		s.Quantifier = c.q
		holds, known := s.Holds(func(j int) float64 { return []float64{c.a, c.b}[j] })
		if holds != c.holds || known != c.known {
			t.Errorf("%+v: %v %v", c, holds, known)
		}
	}
}

// A standing view and one of a past autumn share that autumn and nothing else.
func TestSlices(t *testing.T) {
	claims := []Claim{
		{ID: "standing", From: date(t, "2020-11-09")},
		{ID: "autumn", From: date(t, "2024-09-01"), Until: date(t, "2025-01-16")},
		{ID: "later", Date: date(t, "2025-01-17"), Until: date(t, "2026")},
	}
	got := Slices(claims, date(t, "2030"))
	want := []string{"2020-11-09 2024-08-31 [0]", "2024-09-01 2025-01-16 [0 1]", "2025-01-17 2026-12-31 [0 2]", "2027-01-01 2030-12-31 [0]"}
	for i, s := range got {
		text := s.From.String() + " " + s.Until.String() + " [" + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(s.Claims)), " "), "[]") + "]"
		if i >= len(want) || text != want[i] {
			t.Errorf("slice %d: %s", i, text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d slices", len(got))
	}
	from, until, ok := Overlap(&claims[0], &claims[1], date(t, "2030"))
	if !ok || from.String() != "2024-09-01" || until.String() != "2025-01-16" {
		t.Errorf("%v %v %v", from, until, ok)
	}
	if _, _, ok := Overlap(&claims[1], &claims[2], calendar.Date{}); ok {
		t.Error("an autumn and the year after overlap")
	}
}

// The completion of what is possible stays within what its bounds allow, or bounds
// would not contain it.
func TestPossibilitySoftWithinHard(t *testing.T) {
	f := small(t)
	for _, c := range []struct{ low, high, hardLow, hardHigh, softLow, softHigh float64 }{
		{0.2, 0.6, 0.01, 0.99, 0.2, 0.6},
		{0, 0.4, 0.01, 0.99, 0.01, 0.4},
		{0.5, 1, 0.01, 0.99, 0.5, 0.99},
		{0, 0.004, 0.004, 0.99, 0.004, 0.004},
	} {
		k := Claim{ID: "may", Kind: Possibility, Reading: See, Then: parse(t, f, "ties=strong"), Interval: Interval{Low: c.low, High: c.high, Known: true}}
		w, err := f.Read([]Claim{k}, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		x := w.Constraints[0]
		if x.Low != c.hardLow || x.High != c.hardHigh || x.SoftLow != c.softLow || x.SoftHigh != c.softHigh {
			t.Errorf("%v to %v: bounds %v to %v, completion %v to %v; want %+v", c.low, c.high, x.Low, x.High, x.SoftLow, x.SoftHigh, c)
		}
	}
}

// A change as a share of nothing has no mean: its world does not enter.
func TestExpectationLeavesOutTheInfinite(t *testing.T) {
	f := small(t)
	c := Claim{ID: "grows", Kind: Outcome, Reading: See, If: parse(t, f, "pact=signed"),
		Statement: &Statement{Outcomes: []string{"transit"}, Change: NoPact, Relative: true, Expected: true, AtLeast: units.Exactly(0.1, units.Dimensionless)}}
	w, err := f.Read([]Claim{c}, ReadOptions{Columns: outcomes{0, 0, math.Inf(1), 0.3}})
	if err != nil {
		t.Fatal(err)
	}
	if k := w.Constraints[0]; k.Undefined != 1 || k.If.Count() != 1 || math.IsInf(k.Scale, 0) {
		t.Errorf("%+v", k)
	}
}
