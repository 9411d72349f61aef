package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
)

// part cuts the page from one mark to the next.
func part(t *testing.T, page, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, from)
	if !ok {
		t.Fatalf("the page lacks %s", from)
	}
	out, _, ok := strings.Cut(rest, to)
	if !ok {
		t.Fatalf("nothing ends at %s", to)
	}
	return out
}

// Every view of every outcome asked for has its dot, its two parts and its
// bounds, with the claims that hold them; what is beyond the first few folds.
func TestExpertsSideBySide(t *testing.T) {
	page := string(write(t))
	section := part(t, page, `<section id="experts"`, "</section>")
	// five views of seven outcomes
	if n := strings.Count(section, `class="row view `); n != 35 {
		t.Errorf("%d rows, want 35", n)
	}
	if n := strings.Count(section, `<circle class="dot speaker"`); n != 14 {
		t.Errorf("%d dots of experts, want 14", n)
	}
	if n := strings.Count(section, `class="bound"`); n != 3*14 {
		t.Errorf("%d strokes of bounds, want 3 for each expert and outcome", n)
	}
	open, _, _ := strings.Cut(section, `<details class="block">`)
	if n := strings.Count(open, `class="stand"`); n != mostStands {
		t.Errorf("%d outcomes stand open, want %d", n, mostStands)
	}
	for _, want := range []string{"An Expert", "Another Other", "Consensus", "Reference alone", `href="#claim-other-less"`, "proved in exact numbers", "all experts expect more of",
		"1 of 2 claims weigh on worlds", `href="#speaker-expert"`, "widened by 5\u00a0percentage\u00a0points", "a claim of kind record weighs no world", "from 20 % to 30 %"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// The two experts are on two sides of the outcome that stands at the top.
	if top := part(t, page, `<figure class="glance">`, "</figure>"); strings.Count(top, `class="row view `) != 5 {
		t.Error("the top does not show every view")
	}
	if !regexp.MustCompile(`more: (An Expert|Expert); less: (Another Other|Other)`).MatchString(section) {
		t.Error("who is on which side is missing")
	}
}

// Without experts nothing of it stands there, and the comparison says whose the
// numbers are.
func TestReferenceAlone(t *testing.T) {
	in := synthetic()
	in.Answer.Words, in.Answer.Headline = nil, "reference"
	in.Answer.Views = in.Answer.Views[4:]
	b := newBuilder(in)
	if b.experts() != nil || b.glance() != nil || b.speakers() != nil || b.contradictions() != nil {
		t.Error("experts stand there though none spoke")
	}
	q := b.questions()
	if !strings.HasPrefix(q[0].Comparisons[0].Words, "No expert's words bear on these numbers") || q[0].Comparisons[0].Rows[0].Experts != "" {
		t.Errorf("whose: %+v", q[0].Comparisons[0].Words)
	}
}

// An arm is named by the acts that are not at their baseline.
func TestArmNames(t *testing.T) {
	b := newBuilder(synthetic())
	for name, want := range map[string]string{"pact=none": "no act", "pact=in_force": "Pact in force: in force", "pact=in_force against pact=none": "Pact in force: in force against no act"} {
		if got := b.arm(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// What bounds are, or why there are none.
func TestBoundsText(t *testing.T) {
	b := newBuilder(synthetic())
	style := rowOf("tonnes", 1e5, num(1e6))
	for _, x := range []struct {
		b           answer.Bounds
		text, proof string
	}{
		{answer.Bounds{Status: "found", Low: num(-1e6), High: num(2e6), Exact: true}, "−1.00 to +2.00\u00a0Mt/yr", "proved in exact numbers"},
		{answer.Bounds{Status: "found", Low: num(-1e6), High: num(2e6), Exact: true, Outer: true}, "−1.00 to +2.00\u00a0Mt/yr", "at most this far"},
		{answer.Bounds{Status: "inconsistent"}, "none: the words do not hold together", ""},
		{answer.Bounds{Status: "impossible condition"}, "none: their condition cannot be", ""},
	} {
		if text, proof := b.boundsText(style, &x.b); text != x.text || proof != x.proof {
			t.Errorf("%+v: %q, %q", x.b, text, proof)
		}
	}
}
