package answer

import (
	"strings"
	"testing"
)

// opined is a made-up answer of two acts' worth of opinions: under each of three
// experts the effects of a pact on three outcomes, thresholds 1e5 t/yr.
func opined() *Answer {
	a := &Answer{Headline: "mixture",
		Views: []View{{"mixture", "all experts, equal weights", ByMixture}, {"ann", "Ann Ames", BySpeaker}, {"bo", "Bo Berg", BySpeaker},
			{"cy", "Cy Cole", BySpeaker}, {"consensus", "consensus of the experts", ByConsensus}, {"reference", "the case's reference", ByReference}},
		Variables: []Variable{{"rail", "the missing railway", []string{"missing", "built"}}},
		Words:     &Words{Lexicon: "icd-203", ContradictionsComplete: true}}
	for _, id := range []string{"west", "east", "sea"} {
		a.Outcomes = append(a.Outcomes, Outcome{ID: id, Name: "The " + id, Measure: "tonnes", Materiality: 1e5})
	}
	// by outcome: effect and the part from words, in the order of the views
	table := map[string][6][2]float64{
		"west": {{4e5, 3e5}, {2e5, 0}, {3e5, 2e5}, {7e5, 7e5}, {5e5, 5e5}, {2e5, 0}},
		"east": {{2e4, 1e4}, {-3e5, -3e5}, {4e5, 4e5}, {0, 0}, {1e5, 1e5}, {0, 0}},
		"sea":  {{5e4, 5e4}, {5e4, 5e4}, {5e4, 5e4}, {5e4, 5e4}, {5e4, 5e4}, {5e4, 0}},
	}
	for i, v := range a.Views {
		act := Act{ID: "pact", Name: "Pact", View: v.ID, Without: "none", Reaches: []string{"rail"}, Arms: []Arm{{State: "none"}, {State: "in_force"}}}
		for _, o := range a.Outcomes {
			x := table[o.ID][i]
			e := Effect{State: "in_force", Outcome: o.ID, With: some(2e6 + x[0]), Without: some(2e6), Effect: some(x[0]), Words: some(x[1]), Reference: some(x[0] - x[1]),
				Material: x[0] >= 1e5 || x[0] <= -1e5, More: some(0.6), Less: some(0.1), ChangeLow: some(-1e5), ChangeHigh: some(9e5)}
			if v.Kind == BySpeaker || v.Kind == ByMixture {
				e.Bounds = &Bounds{Status: "found", Low: some(-8e5), High: some(1e6), HoldsLow: []HoldsEnd{{"ann-push", "low", 1e5}}}
				e.Lexicons = &Span{some(x[0] - 5e4), some(x[0] + 5e4)}
			}
			act.Effects = append(act.Effects, e)
		}
		a.Acts = append(a.Acts, act)
	}
	a.Claims = []Claim{{ID: "ann-push", Speaker: "Ann Ames", Paraphrase: "The pact pushes the railway.", Weighs: true, Verdict: "open"},
		{ID: "bo-not", Speaker: "Bo Berg", Paraphrase: "Nothing follows.", Weighs: true, Verdict: "failed", Settled: "2026-01-02", Evidence: []string{"tl-1"}}}
	a.Questions = []Question{{ID: "q", Text: "What of the west?", Acts: []string{"pact"}, Outcomes: []string{"west", "east", "sea"}}}
	return a
}

func TestFirstSentenceNamesWhoseItIs(t *testing.T) {
	a := opined()
	Sentences(a)
	want := "More: The west, expected 2.40 instead of 2.00 Mt/yr (+0.40 Mt/yr, +20 %) with the Pact in force, under the three experts together." +
		" What was said makes +0.30 Mt/yr of it, the case's reference +0.10 Mt/yr where nothing was said." +
		" By expert it runs from +0.20 Mt/yr (Ann Ames, by the reference alone) to +0.70 Mt/yr (Cy Cole)." +
		" Words alone, without the reference, allow anything from -0.80 to +1.00 Mt/yr: they leave the direction open."
	if !strings.HasPrefix(a.First, want) {
		t.Errorf("first sentence\n%s\nwant\n%s", a.First, want)
	}
	if strings.Contains(a.First, "do not agree") {
		t.Errorf("all see more: %s", a.First)
	}

	a.Acts[0].Effects[0].Bounds.Low = some(1e5)
	if Sentences(a); !strings.Contains(a.First, "allow anything from +0.10 to +1.00 Mt/yr: they fix the direction.") {
		t.Errorf("bounds of one sign: %s", a.First)
	}

	// Without words of any expert on it the first sentence itself says so.
	for i := range a.Acts {
		e := &a.Acts[i].Effects[0]
		e.Words, e.Reference = some(0), e.Effect
	}
	Sentences(a)
	first, rest, _ := strings.Cut(a.First, ". ")
	if !strings.HasSuffix(first, sayNoWords) || strings.Contains(rest, "What was said makes") {
		t.Errorf("without words: %s", a.First)
	}

	// Directions differ: who is where.
	a = opined()
	a.Questions[0].Outcomes = []string{"east"}
	a.Acts[0].Effects[1].Material = true
	Sentences(a)
	if !strings.Contains(a.First, "They do not agree on the direction: more under Bo Berg, less under Ann Ames, no change under Cy Cole.") {
		t.Errorf("directions: %s", a.First)
	}

	// Nothing for all together, though for some taken alone.
	a = opined()
	a.Questions[0].Outcomes = []string{"sea", "east"}
	Sentences(a)
	if !strings.HasPrefix(a.First, "Nothing to see: with the Pact in force") || !strings.Contains(a.First, "under the three experts together.") ||
		!strings.HasSuffix(a.First, "Not so for every expert taken alone: The east, -0.30 Mt/yr under Ann Ames, +0.40 Mt/yr under Bo Berg.") {
		t.Errorf("nothing together: %s", a.First)
	}
}

// An expected change that most of the weight does not share is told with that.
func TestFirstSentenceIsNotSurer(t *testing.T) {
	for _, x := range []struct {
		effect, more, less float64
		want               string
	}{
		{1, 0.6, 0.1, ""},
		{1, 0.22, 0.78, ", though in 78 % of the weight it is less"},
		{-1, 0.5, 0.4, ", though in 50 % of the weight it is more"},
		{1, 0.49, 0.48, ", though only in 49 % of the weight"},
		{-1, 0.1, 0.3, ", though only in 30 % of the weight"},
	} {
		if got := but(&Effect{Effect: some(x.effect), More: some(x.more), Less: some(x.less)}); got != x.want {
			t.Errorf("%+v: %q", x, got)
		}
	}
}

// A question for the experts is answered by who agrees, whose words clash, and
// what would settle most: of the variables the one with the largest mean fall
// over the disputes of a threshold or more, whatever their number in the list.
func TestQuestionForExperts(t *testing.T) {
	a := opined()
	a.Questions[0].Kind = "experts"
	a.Words.Contradictions = []Contradiction{
		{Claims: []string{"ann-push", "bo-not"}, Speakers: []string{"ann", "bo"}, From: "2025-01-17", Horizon: true},
		{Claims: []string{"ann-push", "ann-old"}, Speakers: []string{"ann"}, Horizon: true},
		{Claims: []string{"ann-push", "bo-not", "cy"}, Speakers: []string{"ann", "bo", "cy"}, From: "2024-09-01", Until: "2025-01-16"}}
	a.Words.Disputes = []Dispute{
		{Act: "pact", State: "in_force", Outcome: "west", Apart: some(2e5), Settles: []DisputeAfter{{"rail", 1e5, 0.5}, {"ties", 1.2e5, 0.4}}},
		{Act: "pact", State: "in_force", Outcome: "east", Apart: some(3e5), Settles: []DisputeAfter{{"ties", 2.4e5, 0.2}, {"rail", 2.7e5, 0.15}}},
		{Act: "pact", State: "in_force", Outcome: "sea", Apart: some(1e3), Settles: []DisputeAfter{{"ties", 0, 1}}}}
	Sentences(a)
	want := "Agreed: with the Pact in force all three experts expect more on 1 of 3 numbers (The west, +0.20 to +0.70 Mt/yr) and no change beyond its threshold on 1 (The sea)." +
		" Disputed: with the Pact in force, on 1 of 3 numbers: The east (more under Bo, less under Ann, no change under Cy)." +
		" In words: Ann Ames (paraphrased: “The pact pushes the railway”) and Bo Berg (paraphrased: “Nothing follows”) cannot both hold; Ann Ames (paraphrased: “The pact pushes the railway”), Bo Berg (paraphrased: “Nothing follows”) and cy cannot all hold, for the time from 2024-09-01 to 2025-01-16." +
		" To settle it: knowing “the missing railway” would settle most; 32 % of what the experts differ by is expected to go, on the average over 2 numbers on which they stand a threshold or more apart."
	if a.First != want {
		t.Errorf("answer\n%s\nwant\n%s", a.First, want)
	}
	a.Views = a.Views[4:]
	if Sentences(a); a.First != sayNobody {
		t.Errorf("without experts: %s", a.First)
	}
}

// Ends and sides of an accord, by hand from the table of opined.
func TestAccord(t *testing.T) {
	a := opined()
	x, ok := a.Accord("pact", "in_force", "east")
	if !ok || len(x.Experts) != 3 || len(x.Views) != 6 {
		t.Fatalf("accord %+v", x)
	}
	low, high, _ := x.Ends()
	if low.View.ID != "ann" || high.View.ID != "bo" || x.Size() != 4 {
		t.Errorf("ends %s %s, size %v, want ann, bo, 4 thresholds", low.View.ID, high.View.ID, x.Size())
	}
	if _, agreed := x.Agreed(); agreed {
		t.Error("they do not agree")
	}
	if x, _ = a.Accord("pact", "in_force", "west"); func() bool { side, ok := x.Agreed(); return !ok || side != 1 }() {
		t.Error("all see more")
	}
	if _, ok = a.Accord("pact", "in_force", "nowhere"); ok {
		t.Error("there is no such outcome")
	}
	for v, want := range map[View]string{{"korybko", "Andrew Korybko", BySpeaker}: "Korybko", {"x1", "Wang Yi", BySpeaker}: "Wang Yi", {"mixture", "all", ByMixture}: "all", {"reference", "r", ByReference}: "case"} {
		if got := v.Short(); got != want {
			t.Errorf("%+v is %q, want %q", v, got, want)
		}
	}
}
