package ledger

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/internal/testdata"
)

// dataTolerance is the tolerance of the data set, which has nine decimals.
const dataTolerance = 1e-9

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > dataTolerance {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Worked numbers from the standard formulas.
func TestWorkedNumbers(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/pooling-scoring"), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Murphy struct {
			Forecast, Outcome                           []float64
			Brier, Reliability, Resolution, Uncertainty float64
			Log                                         float64 `json:"log_score_nats"`
		}
		Interval struct {
			Cases []struct{ Lo, Hi, Y, Best, Worst float64 }
		} `json:"interval_brier"`
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	var happened []bool
	for _, y := range d.Murphy.Outcome {
		happened = append(happened, y == 1)
	}
	m, err := Decompose(d.Murphy.Forecast, happened)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "brier", m.Brier, d.Murphy.Brier)
	near(t, "reliability", m.Reliability, d.Murphy.Reliability)
	near(t, "resolution", m.Resolution, d.Murphy.Resolution)
	near(t, "uncertainty", m.Uncertainty, d.Murphy.Uncertainty)
	near(t, "log", m.Log, d.Murphy.Log)
	near(t, "Murphy's identity", m.Reliability-m.Resolution+m.Uncertainty, m.Brier)
	if len(d.Interval.Cases) != 3 {
		t.Fatalf("%d intervals", len(d.Interval.Cases))
	}
	for _, c := range d.Interval.Cases {
		it := Item{Low: c.Lo, High: c.Hi, Centre: math.NaN(), Verdict: Held, Happened: No}
		if c.Y == 1 {
			it.Happened = Yes
		}
		if c.Lo >= 0.5 && c.Y == 0 || c.Hi <= 0.5 && c.Y == 1 {
			it.Verdict = Failed
		}
		s, ok, err := Scored(it)
		if err != nil || !ok || s.Happened != (c.Y == 1) {
			t.Fatalf("%+v: %+v %v %v", c, s, ok, err)
		}
		near(t, "best", s.Brier.Best, c.Best)
		near(t, "worst", s.Brier.Worst, c.Worst)
	}
}

func TestAnnulledScoresNothing(t *testing.T) {
	rs, err := Records([]Item{
		{"a", "x", 0.9, 1, math.NaN(), Annulled, ""}, {"b", "x", 0, 0.2, math.NaN(), Held, ""}, {"c", "y", 0.5, 1, math.NaN(), Open, ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	if rs[0].Annulled != 1 || rs[0].Scored != 1 || rs[0].Held != 1 || rs[1].Open != 1 || !math.IsNaN(rs[1].Brier.Centre) {
		t.Errorf("%+v", rs)
	}
	near(t, "centre", rs[0].Brier.Centre, 0.01) // unlikely, 0.1, and it did not happen
	near(t, "best", rs[0].Log.Best, 0)
	if _, _, err := Scored(Item{Low: 0.5, High: 0.4}); err == nil {
		t.Error("an interval turned round is scored")
	}
}

// What happened follows from the verdict where a claim takes a side; where it takes
// none the row tells, and a row against itself is refused.
func TestHappened(t *testing.T) {
	for _, c := range []struct {
		low, high  float64
		verdict    Verdict
		told       Answer
		yes, known bool
		bad        bool
	}{
		{0.6, 0.9, Held, "", true, true, false},
		{0.6, 0.9, Failed, "", false, true, false},
		{0.1, 0.3, Held, "", false, true, false},
		{0.1, 0.3, Failed, "", true, true, false},
		{0.5, 0.9, Held, "", true, true, false},
		{0.1, 0.5, Held, "", false, true, false},
		{0.2, 0.6, Held, "", false, false, false},
		{0.2, 0.6, Held, Yes, true, true, false},
		{0.2, 0.6, Held, No, false, true, false},
		{0.5, 0.5, Held, "", false, false, false},
		{0.6, 0.9, Held, Yes, true, true, false},
		{0.6, 0.9, Held, No, false, false, true},
		{0.1, 0.3, Failed, No, false, false, true},
		{0.6, 0.9, Annulled, Yes, false, false, false},
		{0.6, 0.9, Open, "", false, false, false},
	} {
		yes, known, err := Happened(c.low, c.high, c.verdict, c.told)
		if yes != c.yes || known != c.known || errors.Is(err, ErrContradicts) != c.bad {
			t.Errorf("%+v: %v %v %v", c, yes, known, err)
		}
	}
	// "may" at 0.20 to 0.60 with 0.40 in the middle, and it came true.
	s, ok, err := Scored(Item{Low: 0.2, High: 0.6, Centre: 0.4, Verdict: Held, Happened: Yes})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	near(t, "best", s.Brier.Best, 0.16)
	near(t, "centre", s.Brier.Centre, 0.36)
	near(t, "worst", s.Brier.Worst, 0.64)
	near(t, "log", s.Log.Centre, -math.Log(0.4))
}

// 90 % intervals of Clopper and Pearson; for k = n the low end is the n-th root of
// 0.05 and for k = 0 the high end one less it.
func TestBinomial(t *testing.T) {
	low, high := Binomial(10, 10)
	if math.Abs(low-math.Pow(0.05, 0.1)) > 1e-8 || high != 1 {
		t.Errorf("%v %v", low, high)
	}
	low, high = Binomial(0, 10)
	if low != 0 || math.Abs(high-(1-math.Pow(0.05, 0.1))) > 1e-8 {
		t.Errorf("%v %v", low, high)
	}
	var scores []Score
	for i := range 12 {
		s, _, _ := Scored(Item{Low: 0.7, High: 0.9, Centre: 0.8, Verdict: []Verdict{Held, Failed}[i%4/3]})
		scores = append(scores, s)
	}
	table, ok := Calibration(scores, 5)
	if !ok || table[4].N != 12 || table[4].Happened != 9 || math.Abs(table[4].Mean-0.8) > 1e-12 || table[0].N != 0 {
		t.Errorf("%+v", table)
	}
	if _, ok := Calibration(scores[:9], 5); ok {
		t.Error("nine claims make a table")
	}
}

func TestNowAndReviews(t *testing.T) {
	day := func(s string) calendar.Date {
		d, err := calendar.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rows := []Resolution{
		{Claim: "a", Verdict: Failed, Date: day("2025-02-01"), Added: day("2025-02-02")},
		{Claim: "b", Verdict: Open, Date: day("2025-02-01"), Added: day("2025-02-02")},
		{Claim: "a", Verdict: Held, Date: day("2025-03-01"), Added: day("2025-03-02"), Corrects: day("2025-02-01")},
	}
	now, err := Now(rows)
	if err != nil || len(now) != 2 || now[0].Verdict != Held || now[0].Rows != 2 {
		t.Errorf("%+v %v", now, err)
	}
	bad := append([]Resolution(nil), rows...)
	bad[2].Corrects = calendar.Date{}
	if _, err := Now(bad); err == nil {
		t.Error("a silent second verdict is taken")
	}
	claims := []belief.Claim{{ID: "a", Speaker: "s", Source: "src", Paraphrase: "It will be.", Date: day("2025-01-01")}, {ID: "b"}}
	p := Publisher{Name: "case", Speaker: func(string) string { return "A Speaker" }, Source: func(string) (string, string, string) { return "Title", "Paper", "" }}
	data, err := Reviews(claims, rows, p)
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0]["@type"] != "ClaimReview" || got[0]["claimReviewed"] != "It will be." || got[0]["reviewRating"].(map[string]any)["ratingValue"] != 5.0 {
		t.Errorf("%s", data)
	}
}
