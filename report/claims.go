package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/units"
)

// claim is a claim with all that follows from it: in the words of the case, with
// its place in the source; in the speaker's own only where the text is attached.
type claim struct {
	ID, Name, Speaker, SpeakerID, Date, Paraphrase, Kind, Reading, Hedge, Interval, If, Then, Locator, Span string
	Quote                                                                                                   string
	Says                                                                                                    string // where If and Then do not
	Weighs, Verdict, Settled                                                                                string
	Head                                                                                                    string // speaker, where another one spoke before
	Evidence                                                                                                []ref
	Source                                                                                                  []ref
	Letter                                                                                                  string
	Note                                                                                                    string
	Arms                                                                                                    []claimArm
	Lexicons                                                                                                []lexiconRow
	Without                                                                                                 []withoutRow
	Holds                                                                                                   []holdRow
	MoreWithout, MoreHolds                                                                                  int // not listed
	Clashes                                                                                                 []string
}

// claimArm says what the speaker's weights and the reference make of it.
type claimArm struct{ Arm, If, Completed, Reference string }

// lexiconRow is what a lexicon reads a hedge as.
type lexiconRow struct{ Name, Phrase, Interval string }

// withoutRow is an effect of the speaker's once the claim is dropped.
type withoutRow struct {
	Outcome                   ref
	Act, Effect, Without, Way string
}

// holdRow is a bound that the claim holds in its place.
type holdRow struct {
	Outcome                  ref
	Act, View, Side, At, End string
}

// mostHolds is how many bounds and effects a claim lists; the JSON answer has all.
const mostHolds = 6

func (b *builder) claims() []claim {
	listed := map[string]*answer.Claim{}
	for i := range b.Answer.Claims {
		listed[b.Answer.Claims[i].ID] = &b.Answer.Claims[i]
	}
	idle := b.idle()
	var out []claim
	for i := range b.Case.Claims {
		c := &b.Case.Claims[i]
		v := claim{
			ID: anchor("claim", c.ID), Name: c.ID, Speaker: b.actor(c.Speaker), Date: c.Date.String(), Paraphrase: c.Paraphrase, Quote: b.quote(c.ID),
			Kind: string(c.Kind), Reading: string(c.Reading), Hedge: c.Hedge, Source: b.sources([]string{c.Source}), Letter: c.Letter.String(), Note: c.Note,
			Verdict: "open", Interval: nobreakPercent(b.interval(c.ID)), Says: b.says(c),
		}
		if c.If != nil {
			v.If = c.If.Text()
		}
		if c.Then != nil {
			v.Then = c.Then.Text()
		}
		if c.Paragraph != "" {
			v.Locator = "¶ " + c.Paragraph
		}
		if c.Locator.Known() {
			v.Span = fmt.Sprintf("Its place: code points %s to %s of the text, SHA-256 %s…", whole(c.Locator.Start), whole(c.Locator.End), c.Locator.SHA256[:min(12, len(c.Locator.SHA256))])
		}
		v.Weighs = b.weighs(c, idle[c.ID])
		if a := listed[c.ID]; a != nil {
			v.Verdict, v.Settled, v.Evidence = a.Verdict, a.Settled, b.evidence(a.Evidence)
		}
		if n := len(out); n == 0 || out[n-1].Speaker != v.Speaker {
			v.Head = v.Speaker
			if !b.hasSpeaker(c.Speaker) {
				v.SpeakerID = anchor("speaker", c.Speaker)
			}
		}
		v.Lexicons = lexiconRows(c)
		b.follow(&v, c)
		out = append(out, v)
	}
	return out
}

// nobreakPercent keeps numbers and their sign of per cent on one line.
func nobreakPercent(s string) string { return strings.ReplaceAll(s, " %", "\u00a0%") }

// says puts into words what a claim says of outcomes, of two things or of the act.
func (b *builder) says(c *belief.Claim) string {
	switch {
	case c.Statement != nil:
		return b.states(c.Statement)
	case c.Compared != nil && c.Compared.More != nil && c.Compared.Less != nil:
		return fmt.Sprintf("More probable: %s than %s.", c.Compared.More.Text(), c.Compared.Less.Text())
	case c.Compared != nil:
		return fmt.Sprintf("%s above %s, in %s.", c.Compared.MoreAgreement, c.Compared.LessAgreement, c.Compared.In)
	case c.Contained != nil:
		verb := "holds"
		if c.Contained.Absent {
			verb = "does not hold"
		}
		return fmt.Sprintf("The text of %s %s: %s.", c.Contained.Agreement, verb, c.Contained.Subject)
	case c.Way != "":
		return "Against the act’s absence it " + string(c.Way) + " the chance of that."
	}
	return ""
}

// states puts a statement on outcomes into words.
func (b *builder) states(s *belief.Statement) string {
	var names []string
	first := &answer.Outcome{}
	for i, id := range s.Outcomes {
		name := id
		if o := b.outcomes[id]; o != nil {
			name = nameOr(o.Name, id)
			if i == 0 {
				first = o
			}
		}
		names = append(names, name)
	}
	size := func(f units.Figure) string {
		if s.Relative {
			return share(f.Central)
		}
		return rowOf(first.Measure, first.Materiality, fixed(f.Central)).level(fixed(f.Central))
	}
	what := strings.Join(names, ", ")
	if len(names) > 1 {
		what = map[bool]string{true: "any of ", false: "all of "}[s.Quantifier == belief.Any] + what
	}
	change := ""
	switch s.Change {
	case belief.NoPact:
		change = "the change against no pact of "
	case belief.Baseline:
		change = "the change against the baseline world of "
	}
	var limits []string
	if s.AtLeast.Known {
		limits = append(limits, "at least "+size(s.AtLeast))
	}
	if s.AtMost.Known {
		limits = append(limits, "at most "+size(s.AtMost))
	}
	if s.Beyond.Known {
		limits = append(limits, "more than "+size(s.Beyond)+" either way")
	}
	head := "That "
	if s.Expected {
		head = "On the average "
	}
	return head + change + what + " is " + strings.Join(limits, " and ") + "."
}

// hasSpeaker reports whether a speaker has a row of what the words weigh.
func (b *builder) hasSpeaker(id string) bool {
	w := b.Answer.Words
	return w != nil && slices.ContainsFunc(w.Speakers, func(s answer.Speaker) bool { return s.ID == id })
}

// idle says why claims weigh nothing here.
func (b *builder) idle() map[string]string {
	out := map[string]string{}
	if w := b.Answer.Words; w != nil {
		for _, s := range w.Speakers {
			for _, x := range s.Idle {
				out[x.Claim] = x.Why
			}
			for _, id := range s.Aside {
				out[id] = "no distribution over the worlds of the case keeps it, so it is set aside"
			}
		}
	}
	return out
}

func (b *builder) weighs(c *belief.Claim, idle string) string {
	switch {
	case idle != "":
		return "Weighs no world: " + idle + "."
	case !c.Kind.Weighs():
		return "Weighs no world: shown, resolved and scored only."
	case b.Answer.Words == nil:
		return "Not weighed here."
	}
	return "Weighs on worlds."
}

// interval is how far a claim goes as it was read, with the lexicon that says so.
func (b *builder) interval(id string) string {
	w := b.Answer.Words
	if w != nil {
		for i := range w.Readings {
			r := &w.Readings[i]
			if r.Claim != id {
				continue
			}
			if r.Form == "between" || r.Form == "bilinear" {
				return b.direction(r)
			}
			text := b.level(r, r.SoftLow) + " to " + b.level(r, r.SoftHigh)
			if r.Low != r.SoftLow || r.High != r.SoftHigh {
				text += fmt.Sprintf(" (bounds take %s to %s: what is only possible)", b.level(r, r.Low), b.level(r, r.High))
			}
			if r.Lexicon != "" {
				return text + fmt.Sprintf(", as %s reads “%s”", r.Lexicon, r.Phrase)
			}
			return text + ", set by the case"
		}
	}
	for i := range b.Case.Claims {
		c := &b.Case.Claims[i]
		switch {
		case c.ID != id:
		case c.Interval.Known:
			return share(c.Interval.Low) + " to " + share(c.Interval.High) + ", set by the case"
		case c.Hedge != "":
			if l, ok := belief.LexiconNamed(b.Case.Lexicon); ok {
				if t, ok := l.Find(c.Hedge); ok {
					return fmt.Sprintf("%s to %s, as %s reads “%s”", share(t.Low), share(t.High), l.Name, t.Phrase)
				}
			}
			return "no reading in " + b.Case.Lexicon
		}
	}
	return ""
}

// direction says which way a claim points: without a size, any amount fits.
func (b *builder) direction(r *answer.ClaimReading) string {
	switch low, high := r.Low.Or(-1), r.High.Or(1); {
	case low >= 0 && high >= 1:
		return "raises it, by any amount"
	case high <= 0 && low <= -1:
		return "lowers it, by any amount"
	default:
		return b.level(r, r.Low) + " to " + b.level(r, r.High) + " more with it"
	}
}

// level writes a number of a reading: a mean in the unit of the outcome, else a
// share.
func (b *builder) level(r *answer.ClaimReading, n answer.Number) string {
	if r.Form != "mean" {
		return percent(n)
	}
	for i := range b.Case.Claims {
		c := &b.Case.Claims[i]
		if c.ID != r.Claim || c.Statement == nil || c.Statement.Relative || len(c.Statement.Outcomes) == 0 {
			continue
		}
		if o := b.outcomes[c.Statement.Outcomes[0]]; o != nil {
			return rowOf(o.Measure, o.Materiality, n).level(n)
		}
	}
	return percent(n)
}

// lexiconRows says what every published lexicon reads a hedge as.
func lexiconRows(c *belief.Claim) []lexiconRow {
	if c.Hedge == "" || c.Interval.Known {
		return nil
	}
	var out []lexiconRow
	for _, l := range belief.Lexicons() {
		if t, ok := l.Find(c.Hedge); ok {
			out = append(out, lexiconRow{l.Name, t.Phrase, share(t.Low) + " to " + share(t.High)})
		}
	}
	return out
}

// follow adds what follows from a claim: what completion makes of it, which
// effects change without it, which bounds it holds, which claims it clashes with.
func (b *builder) follow(v *claim, c *belief.Claim) {
	w := b.Answer.Words
	if w == nil {
		return
	}
	for i := range w.Readings {
		r := &w.Readings[i]
		if r.Claim != c.ID {
			continue
		}
		for _, a := range r.Arms {
			v.Arms = append(v.Arms, claimArm{b.arm(a.Arm), percent(a.If), b.level(r, a.Completed), b.level(r, a.Reference)})
		}
		for _, d := range r.Without {
			o := b.outcomes[d.Outcome]
			switch {
			case o == nil:
			case len(v.Without) == mostHolds:
				v.MoreWithout++
			default:
				style := rowOf(o.Measure, o.Materiality, fixed(d.Effect), fixed(d.Without))
				v.Without = append(v.Without, withoutRow{Outcome: ref{anchor("outcome", o.ID), nameOr(o.Name, o.ID)}, Act: b.variable(d.Act) + ": " + words(d.State),
					Effect: style.change(fixed(d.Effect)), Without: style.change(fixed(d.Without))})
			}
		}
	}
	for i := range b.Answer.Acts {
		act := &b.Answer.Acts[i]
		if act.View != c.Speaker {
			continue
		}
		for k := range act.Effects {
			b.held(v, c.ID, act, &act.Effects[k])
		}
	}
	for _, x := range w.Contradictions {
		if slices.Contains(x.Claims, c.ID) {
			v.Clashes = append(v.Clashes, typeset(answer.ContradictionText(b.Answer, x)))
		}
	}
}

// held adds the ends of an effect's bounds that a claim holds.
func (b *builder) held(v *claim, id string, act *answer.Act, e *answer.Effect) {
	o := b.outcomes[e.Outcome]
	if e.Bounds == nil || o == nil {
		return
	}
	style := rowOf(o.Measure, o.Materiality, e.Bounds.Low, e.Bounds.High, e.Effect)
	for _, end := range []struct {
		name  string
		at    answer.Number
		holds []answer.HoldsEnd
	}{{"lower", e.Bounds.Low, e.Bounds.HoldsLow}, {"upper", e.Bounds.High, e.Bounds.HoldsHigh}} {
		if slices.ContainsFunc(end.holds, func(h answer.HoldsEnd) bool { return h.Claim == id }) {
			if len(v.Holds) == mostHolds {
				v.MoreHolds++
				continue
			}
			v.Holds = append(v.Holds, holdRow{Outcome: ref{anchor("outcome", o.ID), nameOr(o.Name, o.ID)}, Act: b.variable(act.ID) + ": " + words(e.State),
				Side: end.name, At: style.change(end.at)})
		}
	}
}

// settledRow is a claim that has been settled.
type settledRow struct {
	Claim                               ref
	Speaker, Verdict, Date, Text, Class string
	Evidence                            []ref
}

// settled lists the claims that events have settled.
func (b *builder) settled() []settledRow {
	var out []settledRow
	for _, c := range b.Answer.Claims {
		if c.Settled == "" {
			continue
		}
		class := ""
		switch c.Verdict {
		case "held":
			class = "up"
		case "failed":
			class = "down"
		}
		out = append(out, settledRow{b.claimRef(c.ID), c.Speaker, c.Verdict, c.Settled, c.Paraphrase, class, b.evidence(c.Evidence)})
	}
	return out
}
