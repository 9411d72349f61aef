package report

import (
	"slices"
	"strings"

	"github.com/astara-corridors/astara/answer"
)

// clashRow is a minimal set of claims that do not hold together.
type clashRow struct {
	Title, Text string
	Own         bool // one speaker's
	Claims      []clashClaim
}

// clashClaim is a claim in it, in the speaker's words where they are attached.
type clashClaim struct {
	Claim         ref
	Speaker, Time string
	Quote         string
	Paraphrase    string
	Interval      string
}

// pairRow holds two claims of two speakers against each other under every lexicon.
type pairRow struct {
	A, B     ref
	Time     string
	Verdicts []pairCell // in the order of the lexicons
	Clash    bool
}

// pairCell is a verdict; Span is over how many lexicons it holds, 0 for one.
type pairCell struct {
	Text, Class string
	Span        int
}

// thresholdRow says for which thresholds of A it fits with B.
type thresholdRow struct {
	A, B ref
	Text string
}

// contradictions lists what cannot hold together, those between speakers first.
func (b *builder) contradictions() []clashRow {
	w := b.Answer.Words
	if w == nil {
		return nil
	}
	var out []clashRow
	for _, c := range w.Contradictions {
		r := clashRow{Own: len(c.Speakers) < 2, Text: typeset(answer.ContradictionText(b.Answer, c))}
		names := make([]string, len(c.Speakers))
		for i, s := range c.Speakers {
			names[i] = b.actor(s)
		}
		r.Title = strings.Join(names, " against ")
		for _, id := range c.Claims {
			r.Claims = append(r.Claims, b.clashClaim(id))
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(x, y clashRow) int {
		switch {
		case x.Own == y.Own:
			return 0
		case x.Own:
			return 1
		}
		return -1
	})
	return out
}

func (b *builder) clashClaim(id string) clashClaim {
	x := clashClaim{Claim: b.claimRef(id), Quote: b.quote(id)}
	for i := range b.Case.Claims {
		c := &b.Case.Claims[i]
		if c.ID != id {
			continue
		}
		x.Speaker, x.Paraphrase = b.actor(c.Speaker), c.Paraphrase
		from := c.From
		if from.IsZero() {
			from = c.Date
		}
		switch {
		case !c.Until.IsZero():
			x.Time = "speaks of the time " + answer.Days(from.String(), c.Until.String())
		case from.IsZero():
			x.Time = "speaks of the time to the horizon"
		default:
			x.Time = "speaks of the time from " + from.String() + " to the horizon"
		}
	}
	x.Interval = b.interval(id)
	return x
}

// quote is what the speaker said, where the text is attached.
func (b *builder) quote(id string) string {
	if b.Quotes == nil {
		return ""
	}
	if text, ok := b.Quotes(id); ok {
		return text
	}
	return ""
}

// pairs lists the claims of two speakers on the same things, those that clash
// under some lexicon first.
func (b *builder) pairs() []pairRow {
	w := b.Answer.Words
	if w == nil {
		return nil
	}
	var out []pairRow
	for _, p := range w.Pairs {
		r := pairRow{A: b.claimRef(p.A), B: b.claimRef(p.B), Time: answer.Days(p.From, p.Until)}
		if p.Apart {
			r.Time = "no day in common: both can be so"
		}
		for _, v := range p.Verdicts {
			switch {
			case v.Unread != "":
				r.Verdicts = append(r.Verdicts, pairCell{Text: "not read"})
			case v.Conflict:
				r.Verdicts = append(r.Verdicts, pairCell{Text: "clash, by " + pointsOf(v.Bend), Class: "down"})
				r.Clash = true
			default:
				r.Verdicts = append(r.Verdicts, pairCell{Text: "fit"})
			}
		}
		if n := len(r.Verdicts); n > 1 && !slices.ContainsFunc(r.Verdicts, func(c pairCell) bool { return c.Text != r.Verdicts[0].Text }) {
			r.Verdicts = r.Verdicts[:1]
			r.Verdicts[0].Text += ", under every lexicon"
			r.Verdicts[0].Span = n
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(x, y pairRow) int {
		switch {
		case x.Clash == y.Clash:
			return 0
		case x.Clash:
			return -1
		}
		return 1
	})
	return out
}

// pairLexicons are the columns of the pairs.
func (b *builder) pairLexicons() []string {
	if w := b.Answer.Words; w != nil && len(w.Pairs) > 0 {
		var out []string
		for _, v := range w.Pairs[0].Verdicts {
			out = append(out, v.Lexicon)
		}
		return out
	}
	return nil
}

// thresholds says for which thresholds a claim fits with another.
func (b *builder) thresholds() []thresholdRow {
	w := b.Answer.Words
	if w == nil {
		return nil
	}
	var out []thresholdRow
	for _, t := range w.Thresholds {
		text := strings.TrimPrefix(answer.ThresholdText(t), t.Claim+" and "+t.Against+" ")
		out = append(out, thresholdRow{b.claimRef(t.Claim), b.claimRef(t.Against), typeset(text)})
	}
	return out
}
