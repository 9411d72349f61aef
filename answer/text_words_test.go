package answer

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func textOf(t *testing.T, a *Answer, opt TextOptions) string {
	t.Helper()
	Sentences(a)
	var b strings.Builder
	if err := Text(&b, a, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The experts stand side by side, with bounds by expert, what contradicts what,
// who is silent on what, and what became of claims; no line is wider than the
// page.
func TestTextOfExperts(t *testing.T) {
	a := opined()
	a.Words.Contradictions = []Contradiction{{Claims: []string{"ann-push", "bo-not"}, Speakers: []string{"ann", "bo"}, From: "2025-01-17", Horizon: true, Bend: some(0.13)}}
	a.Words.Pairs = []ClaimPair{{A: "ann-push", B: "bo-not", From: "2025-01-17", Until: "2030-12-31", Verdicts: []PairVerdict{{Lexicon: "kent"}, {Lexicon: "icd-203", Conflict: true}, {Lexicon: "nato", Unread: "it has no such word"}}}}
	a.Words.Thresholds = []Threshold{{Claim: "bo-not", Against: "ann-push", Stated: some(0.2), From: some(0.017), To: some(0.38), Relative: true}}
	a.Words.Speakers = []Speaker{{ID: "ann", Name: "Ann Ames", Claims: 3, Weighing: 1, Silent: []string{"rail"}, Converged: true, Bend: 0.02}, {ID: "bo", Name: "Bo Berg", Claims: 1, Weighing: 1, Converged: true, Aside: []string{"bo-old"}}}
	text := textOf(t, a, TextOptions{All: true})
	for _, want := range []string{
		"experts side by side   unit    all    Ann     Bo     Cy  consensus   case",
		"The west              Mt/yr  +0.40  +0.20  +0.30  +0.70      +0.50  +0.20",
		"Ann -0.80 to +1.00 Mt/yr; Bo -0.80 to +1.00 Mt/yr; Cy -0.80 to +1.00 Mt/yr",
		"Ann Ames (ann-push) and Bo Berg (bo-not) cannot both hold, in the worlds of the horizon. Intervals",
		"wider by 13 percentage points at each end would make room.",
		"  ann-push  The pact pushes the railway.",
		"contradict each other under icd-203 and fit under kent; no reading under nato",
		"bo-not and ann-push fit for a threshold from 1.7 % to 38 %, and contradict each other below and",
		"Ann  1 of 3 claims weigh on worlds; silent on all variables; every interval widened by 2 percentage points",
		"silent on no variable; set aside, since it cannot hold in any world: bo-old",
		"2 claims of 2 speakers: 0 held, 1 failed, 0 annulled, 1 open.",
		"bo-not  failed 2026-01-02: Nothing follows. (tl-1)",
	} {
		if !strings.Contains(text, want) && !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want), " ")) {
			t.Errorf("the text lacks %q", want)
		}
	}
	brief := textOf(t, a, TextOptions{})
	for _, want := range []string{
		"Ann -0.80 to +1.00 Mt/yr; Bo -0.80 to +1.00 Mt/yr; Cy -0.80 to +1.00 Mt/yr.",
		"They contradict each other under icd-203 and fit under kent; no reading under nato.",
		"Claims that weigh on worlds: Ann 1 of 3 and Bo 1 of 1.",
		"Set aside, since no world of the case fits: bo-old (Bo). Ann's intervals are widened by 2 percentage points so that the words hold together.",
		"0 held, 1 failed, 0 annulled, 1 open. Settled: bo-not (failed 2026-01-02).",
		"Left out as a whole: on what each expert is silent.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(brief), " "), want) {
			t.Errorf("the brief text lacks %q", want)
		}
	}
	if strings.Contains(text, "Left out") {
		t.Error("with all, something is left out as a whole")
	}
	for line := range strings.Lines(text + brief) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > textWidth {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
	// Words stand only where the text is attached.
	quoted := textOf(t, a, TextOptions{Quotes: func(id string) (string, bool) { return "I am sure of it.", id == "bo-not" }})
	if !strings.Contains(quoted, "bo-not    “I am sure of it.”") || !strings.Contains(quoted, "ann-push  The pact pushes the railway.") {
		t.Errorf("quotes:\n%s", quoted)
	}
}

// What a table leaves out is counted, and --all leaves nothing out.
func TestTextIsCut(t *testing.T) {
	a := opined()
	for range mostContradictions + 2 {
		a.Words.Contradictions = append(a.Words.Contradictions, Contradiction{Claims: []string{"ann-push", "bo-not"}, Speakers: []string{"ann", "bo"}})
	}
	if text := textOf(t, a, TextOptions{}); !strings.Contains(text, "2 further contradictions left out.") || strings.Count(text, "\n  ann-push") != mostContradictions {
		t.Errorf("cut:\n%s", text)
	}
	if text := textOf(t, a, TextOptions{All: true}); strings.Contains(text, "left out") || strings.Count(text, "\n  ann-push") != mostContradictions+2 {
		t.Errorf("all:\n%s", text)
	}
}

// The five shapes of a range of thresholds.
func TestThresholdText(t *testing.T) {
	for want, x := range map[string]Threshold{
		"a and b fit for a threshold from 2 % to 30 %, and contradict each other below and above; the case reads a at 20 %.": {From: some(0.02), To: some(0.3), Stated: some(0.2), Relative: true},
		"a and b contradict each other for a threshold below 0.5 %.":                                                         {From: some(0.005), Relative: true},
		"a and b contradict each other for a threshold of 5e+05 or more.":                                                    {To: some(5e5)},
		"a and b fit whatever threshold is meant.":                                                                           {},
		"a and b contradict each other whatever threshold is meant.":                                                         {Always: true, From: some(1), To: some(0)},
	} {
		x.Claim, x.Against = "a", "b"
		if got := ThresholdText(x); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
