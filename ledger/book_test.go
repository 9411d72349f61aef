package ledger

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/formula"
)

// something is a proposition: what it says is of no matter here.
var something = new(formula.Prop)

func interval(low, high float64) belief.Interval {
	return belief.Interval{Low: low, High: high, Known: true}
}

// Scores stand where they are defined: (p-y)^2 and -ln of the probability given to
// what happened.
func TestBook(t *testing.T) {
	day := calendar.Date{Year: 2026, Month: 1, Day: 2}
	in := Input{Case: "c", Lexicon: "kent", Horizon: 2030, Known: day, Claims: []belief.Claim{
		{ID: "sure", Speaker: "a", Kind: belief.Level, Then: something, Interval: interval(0.6, 1)},
		{ID: "unlikely", Speaker: "a", Kind: belief.Level, Then: something, Interval: interval(0, 0.2)},
		{ID: "may", Speaker: "a", Kind: belief.Record, Interval: interval(0.2, 0.6)},
		{ID: "maybe", Speaker: "a", Kind: belief.Record, Interval: interval(0.2, 0.6)},
		{ID: "off", Speaker: "b", Kind: belief.Level, Then: something, Interval: interval(0.6, 1)},
		{ID: "toward", Speaker: "b", Kind: belief.Direction},
		{ID: "word", Speaker: "b", Kind: belief.Record, Hedge: "perchance"},
		{ID: "later", Speaker: "b", Kind: belief.Level, Then: something, Hedge: "probable"},
		{ID: "past", Speaker: "b", Kind: belief.Level, Then: something, Hedge: "probable", Until: calendar.Date{Year: 2025}},
		{ID: "against", Speaker: "b", Kind: belief.Outcome, Hedge: "probable", Statement: &belief.Statement{Change: belief.NoPact}},
		{ID: "so", Speaker: "b", Kind: belief.Fact},
		{ID: "aside", Speaker: "b", Kind: belief.Context},
	}}
	for id, r := range map[string]Resolution{
		"sure": {Verdict: Held}, "unlikely": {Verdict: Failed}, "may": {Verdict: Held, Happened: Yes}, "maybe": {Verdict: Held},
		"off": {Verdict: Annulled}, "toward": {Verdict: Held}, "so": {Verdict: Failed}, "word": {Verdict: Held},
	} {
		r.Claim, r.Date, r.Added = id, day, day
		in.Rows = append(in.Rows, r)
	}
	b, err := Read(in)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]Entry{}
	for _, e := range b.Claims {
		at[e.Claim] = e
	}
	for id, want := range map[string][2]float64{"sure": {0.04, -math.Log(0.8)}, "unlikely": {0.81, -math.Log(0.1)}, "may": {0.36, -math.Log(0.4)}} {
		s := at[id].Score
		if s == nil || math.Abs(*s.Brier.Centre-want[0]) > dataTolerance || math.Abs(*s.Log.Centre-want[1]) > dataTolerance {
			t.Errorf("%s: %+v, want %v", id, s, want)
		}
	}
	if at["unlikely"].Happened != Yes || at["unlikely"].Score.Log.Worst != nil {
		t.Error("what was given probability 0 and happened has an infinite log score")
	}
	if s := at["so"].Score; s == nil || *s.Brier.Centre != 1 || s.Log.Centre != nil {
		t.Errorf("a fact that is none has the worst scores: %+v", s)
	}
	for id, want := range map[string]string{"maybe": takesNoSide, "toward": noProbability, "word": noHedge, "off": "", "sure": "", "later": ""} {
		if got := at[id].Unscored; got != want {
			t.Errorf("%s is unscored because %q, want %q", id, got, want)
		}
	}
	for id, want := range map[string]*Resolves{"later": {"2030", true, false}, "past": {"2025", false, true}, "sure": nil} {
		got := at[id].Resolves
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%s resolves %+v, want %+v", id, got, want)
		}
	}
	if at["against"].Never == "" || at["aside"].Never == "" || at["later"].Never != "" || at["toward"].Never != "" {
		t.Errorf("what no event settles: %+v", b.Claims)
	}
	a := b.Speakers[0]
	if len(b.Speakers) != 2 || a.Claims != 4 || a.Scored != 3 || a.Happened != 3 || a.Held != 3 || a.Failed != 1 || b.Speakers[1].Annulled != 1 || b.Speakers[1].Scored != 1 {
		t.Errorf("speakers %+v", b.Speakers)
	}
	if b.Calibration.Scored != 4 || len(b.Calibration.Bins) != 0 || b.Murphy != nil {
		t.Errorf("calibration %+v", b.Calibration)
	}
}

// Twelve claims at 0.7 to 0.9, nine of which came true, are one bin; reliability is
// (0.8 - 0.75)^2 and nothing is resolved between bins.
func TestBookCalibration(t *testing.T) {
	in := Input{Lexicon: "kent"}
	for i := range 12 {
		id := fmt.Sprint(i)
		in.Claims = append(in.Claims, belief.Claim{ID: id, Kind: belief.Level, Then: something, Interval: interval(0.7, 0.9)})
		in.Rows = append(in.Rows, Resolution{Claim: id, Verdict: []Verdict{Held, Failed}[i%4/3]})
	}
	b, err := Read(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Calibration.Bins) != 1 {
		t.Fatalf("%+v", b.Calibration)
	}
	bin := b.Calibration.Bins[0]
	if bin.Claims != 12 || bin.Happened != 9 || math.Abs(bin.Mean-0.8) > dataTolerance || !(bin.Low < 0.75 && bin.High > 0.75) {
		t.Errorf("%+v", bin)
	}
	near(t, "reliability", b.Murphy.Reliability, 0.0025)
	near(t, "resolution", b.Murphy.Resolution, 0)
	near(t, "uncertainty", b.Murphy.Uncertainty, 0.1875)
}

func TestReadRefuses(t *testing.T) {
	in := Input{Claims: []belief.Claim{{ID: "x", Kind: belief.Level, Then: something, Interval: interval(0.7, 0.9)}},
		Rows: []Resolution{{Claim: "x", Verdict: Held, Happened: No}}}
	if _, err := Read(in); err == nil || !strings.Contains(err.Error(), "exclude each other") {
		t.Errorf("a row against itself: %v", err)
	}
}

func ExampleRead() {
	b, err := Read(Input{
		Claims: []belief.Claim{{ID: "rail", Speaker: "engineer", Kind: belief.Record, Interval: interval(0.2, 0.6)}},
		Rows:   []Resolution{{Claim: "rail", Verdict: Held, Happened: Yes}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f\n", *b.Claims[0].Score.Brier.Centre)
	// Output: 0.36
}
