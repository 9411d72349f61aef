package report

import (
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
)

// A contradiction shows its claims with speaker and time; pairs stand under every
// lexicon, as one cell where all agree; thresholds are sentences.
func TestContradictions(t *testing.T) {
	section := part(t, string(write(t)), `<section id="contradictions"`, "</section>")
	for _, want := range []string{"An Expert against Another Other", "cannot both hold, in the worlds of the horizon", "Intervals wider by 10 percentage points", "Nothing much will follow.",
		"All of them are listed.", "speaks of the time from 2025-01-16 to the horizon", "<td class=\"\">fit</td>", "clash, by 10\u00a0percentage\u00a0points", "contradict each other for a threshold below 3\u00a0%; the case reads other-less at 20\u00a0%."} {
		if !strings.Contains(section, want) {
			t.Errorf("the section lacks %q", want)
		}
	}
	in := synthetic()
	in.Answer.Words.Pairs = []answer.ClaimPair{{A: "expert-more", B: "other-less", Apart: true, Verdicts: []answer.PairVerdict{{Lexicon: "kent", Conflict: true, Bend: 0.4}, {Lexicon: "icd-203", Conflict: true, Bend: 0.4}}}}
	p := newBuilder(in).pairs()[0]
	if len(p.Verdicts) != 1 || p.Verdicts[0].Span != 2 || p.Verdicts[0].Text != "clash, by 40\u00a0percentage\u00a0points, under every lexicon" || p.Time != "no day in common: both can be so" {
		t.Errorf("pair %+v", p)
	}
}

// One speaker's own contradictions come after those between speakers.
func TestOwnContradictionsLast(t *testing.T) {
	in := synthetic()
	w := in.Answer.Words
	w.Contradictions = append([]answer.Contradiction{{Claims: []string{"expert-more"}, Speakers: []string{"expert"}, Horizon: true}}, w.Contradictions...)
	list := newBuilder(in).contradictions()
	if len(list) != 2 || list[0].Own || !list[1].Own || list[1].Text != "An Expert (expert-more) cannot hold in any world of the case." {
		t.Errorf("contradictions %+v", list)
	}
}
