package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/units"
)

// A claim's place shows the reading with its range beside the word, what the
// speaker's weights make of it, what changes without it, the bounds it holds and
// what it contradicts.
func TestClaimPlace(t *testing.T) {
	page := string(write(t))
	article := part(t, page, `id="claim-other-less"`, "</article>")
	for _, want := range []string{"hedge “unlikely”", "20\u00a0% to 45\u00a0%, as icd-203 reads “unlikely”", "45\u00a0%", "61\u00a0%", "−0.100\u00a0Mt/yr", "&#43;0.200\u00a0Mt/yr",
		"<td>upper</td>", "cannot both hold, in the worlds of the horizon", "Weighs on worlds.", "1 more in the JSON answer.", "The hedge under each lexicon: "} {
		if !strings.Contains(article, want) && !strings.Contains(article, strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("the claim lacks %q:\n%s", want, article)
		}
	}
	if text := part(t, page, `id="claim-expert-text"`, "</article>"); !strings.Contains(text, "Weighs no world: a claim of kind record weighs no world.") {
		t.Errorf("an idle claim: %s", text)
	}
	settled := part(t, page, `<h3 id="ledger">`, "</table>")
	if !strings.Contains(settled, "held") || !strings.Contains(settled, "2025-01-17") || !strings.Contains(settled, `href="#event-tl-1"`) || strings.Contains(settled, "expert-more") {
		t.Errorf("the ledger: %s", settled)
	}
}

// A speaker's own words stand only where the text is attached.
func TestQuotes(t *testing.T) {
	if page := string(write(t)); strings.Contains(page, "<blockquote>") {
		t.Error("words without a text")
	}
	_, err := atlas.Load()
	testdata.Need(t, err)
	in := synthetic()
	in.Quotes = func(id string) (string, bool) { return "“Nothing <much>,” she said", id == "other-less" }
	var b bytes.Buffer
	if err := Write(&b, in); err != nil {
		t.Fatal(err)
	}
	const said = "<blockquote>“Nothing &lt;much&gt;,” she said</blockquote>"
	if n := strings.Count(b.String(), said); n != 2 { // at the claim and at the contradiction
		t.Errorf("the words stand %d times, want 2", n)
	}
	if n := strings.Count(b.String(), "<blockquote>"); n != 2 {
		t.Errorf("%d quotes, want those of one claim only", n)
	}
}

// Intervals by the form of the reading.
func TestIntervals(t *testing.T) {
	in := synthetic()
	w := in.Answer.Words
	w.Readings = nil
	add := func(id string, r answer.ClaimReading) {
		r.Claim = id
		w.Readings = append(w.Readings, r)
	}
	add("share", answer.ClaimReading{Form: "share", Low: num(0.6), High: num(0.95), SoftLow: num(0.6), SoftHigh: num(0.95)})
	add("possible", answer.ClaimReading{Form: "share", Low: num(0.01), High: num(0.99), SoftLow: num(0.15), SoftHigh: num(0.6), Lexicon: "capphrase-2026", Phrase: "could"})
	add("lowers", answer.ClaimReading{Form: "between", Low: num(-1), High: num(0)})
	add("raises", answer.ClaimReading{Form: "between", Low: num(0), High: num(1)})
	b := newBuilder(in)
	for id, want := range map[string]string{
		"share":       "60 % to 95 %, set by the case",
		"possible":    "15 % to 60 % (bounds take 1 % to 99 %: what is only possible), as capphrase-2026 reads “could”",
		"lowers":      "lowers it, by any amount",
		"raises":      "raises it, by any amount",
		"expert-more": "no reading in kent",
		"expert-text": "",
	} {
		if got := b.interval(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
}

// Statements on outcomes in words.
func TestStatements(t *testing.T) {
	b := newBuilder(synthetic())
	for want, s := range map[string]belief.Statement{
		"That the change against no pact of any of North-South, western branch, Transit revenue of Azerbaijan is more than 20 % either way.": {
			Outcomes: []string{"ns_west", "revenue"}, Quantifier: belief.Any, Change: belief.NoPact, Beyond: units.Exactly(0.2, units.Share), Relative: true},
		"On the average North-South, western branch is at least 1.000\u00a0Mt/yr.": {
			Outcomes: []string{"ns_west"}, Quantifier: belief.All, Change: belief.Absolute, AtLeast: units.Exactly(1e6, units.Rate), Expected: true},
	} {
		if got := b.states(&s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
