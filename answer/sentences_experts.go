package answer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The sentences on who says what: under whom a number stands, how much of it is
// theirs, where experts agree and where not. A name stands with each view.

const (
	sayNobody  = "Nothing to see: no expert's words in this case bear on weights."
	sayOne     = "Nothing to compare: the words of %s alone bear on weights."
	sayAgreed  = "Agreed: with %s %s experts expect %s."
	sayNone    = "Agreed: with %s %s experts are on one side on none of %d numbers."
	sayDispute = "Disputed: with %s, on %d of %d numbers: %s."
	sayWords   = "In words: %s."
	sayFit     = "In words: no claims of two experts contradict each other for the time of the horizon."
	saySettle  = "To settle it: knowing “%s” would settle most; %s of what the experts differ by is expected to go, on the average over %s on which they stand a threshold or more apart."
	sayNoFact  = "To settle it: no single variable is expected to settle anything."
)

// mostNamed is how many outcomes or contradictions a sentence names, mostBrief how
// many outcomes a brief one.
const (
	mostNamed = 3
	mostBrief = 2
)

// named is how many outcomes of n a sentence names.
func (s *sayer) named(n int) int {
	if s.brief {
		return min(mostBrief, n)
	}
	return min(mostNamed, n)
}

// spelled is a small number in words.
func spelled(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// together is "all four" for experts.
func together(n int) string {
	if n == 2 {
		return "both"
	}
	return "all " + spelled(n)
}

// under says under whom the headline's numbers stand.
func (s *sayer) under() string { return under(s.a) }

func under(a *Answer) string {
	for _, v := range a.Views {
		if v.ID != a.Headline {
			continue
		}
		switch n := len(a.Speakers()); {
		case v.Kind == ByMixture && n == 2:
			return fmt.Sprintf(sayUnder, "both experts together")
		case v.Kind == ByMixture:
			return fmt.Sprintf(sayUnder, "the "+spelled(n)+" experts together")
		case v.Kind == BySpeaker:
			return fmt.Sprintf(sayUnder, v.Name)
		}
	}
	return ""
}

// wordless says so when none of what outcomes move by comes from words.
func (s *sayer) wordless(act *Act, state string, outcomes []string) string {
	if len(s.a.Speakers()) == 0 {
		return ""
	}
	for _, id := range outcomes {
		if e := act.effect(state, id); e != nil && e.Words.Or(0) != 0 {
			return ""
		}
	}
	return sayNoWords
}

// standing says of an effect how much of it comes from words, over which experts
// it ranges, who sees the other direction, and what words alone allow.
func (s *sayer) standing(act *Act, state string, e *Effect) string {
	x, ok := s.a.Accord(act.ID, state, e.Outcome)
	if !ok || len(x.Experts) == 0 {
		return ""
	}
	style := x.Style()
	text := ""
	if e.Words.Or(0) != 0 && !s.brief {
		text += fmt.Sprintf(sayParts, style.Change(e.Words), style.Change(e.Reference))
	}
	if low, high, ok := x.Ends(); ok && len(x.Experts) > 1 {
		if a, b := style.Change(low.Effect.Effect), style.Change(high.Effect.Effect); a == b {
			text += fmt.Sprintf(sayAlike, a)
		} else {
			text += fmt.Sprintf(sayEnds, a, s.by(low), b, s.by(high))
		}
	}
	if len(x.On(1)) > 0 && len(x.On(-1)) > 0 {
		text += fmt.Sprintf(sayApart, s.sides(x, s.called))
	}
	if s.brief {
		return text
	}
	return text + bounded(style, e.Bounds)
}

// by names an expert, and says where the number owes nothing to the expert's words.
func (s *sayer) by(x Stand) string {
	if x.Wordless() {
		return s.called(x.View) + sayOnly
	}
	return s.called(x.View)
}

// called is a view's name, the short one in brief.
func (s *sayer) called(v View) string {
	if s.brief {
		return v.Short()
	}
	return v.Name
}

// bounded says what words alone allow.
func bounded(style Style, b *Bounds) string {
	switch {
	case b == nil:
		return ""
	case b.Low.OK && b.High.OK:
		direction := ""
		switch {
		case b.Low.V < 0 && b.High.V > 0:
			direction = sayOpen
		case b.Low.V > 0 || b.High.V < 0:
			direction = sayFixed
		}
		return fmt.Sprintf(sayBounds, style.BareChange(b.Low), style.Change(b.High), direction)
	case b.Status == "inconsistent":
		return fmt.Sprintf(sayNoBounds, "they do not hold together")
	}
	return ""
}

// sides says who sees more, who less and who no change.
func (s *sayer) sides(x Accord, name func(View) string) string {
	var parts []string
	for _, side := range []struct {
		sign int
		text string
	}{{1, "more under "}, {-1, "less under "}, {0, "no change under "}} {
		var names []string
		for _, e := range x.On(side.sign) {
			names = append(names, name(e.View))
		}
		if len(names) > 0 {
			parts = append(parts, side.text+listed(names))
		}
	}
	return strings.Join(parts, ", ")
}

// listed joins with commas and a last "and".
func listed(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// dissent says for which expert taken alone an outcome moves though it does not
// for all together: of the first such outcome.
func (s *sayer) dissent(act *Act, state string, outcomes []string) string {
	if len(s.a.Speakers()) < 2 {
		return ""
	}
	for _, id := range outcomes {
		x, ok := s.a.Accord(act.ID, state, id)
		if !ok {
			continue
		}
		var parts []string
		for _, e := range x.Experts {
			if e.Side() != 0 {
				parts = append(parts, x.Style().Change(e.Effect.Effect)+" under "+e.View.Name)
			}
		}
		if len(parts) > 0 {
			return fmt.Sprintf(sayDissent, nameOr(x.Outcome.Name, id), strings.Join(parts, ", "))
		}
	}
	return ""
}

// experts answers where those who spoke agree, where their words contradict each
// other, and what would settle most of it.
func (s *sayer) experts(acts, outcomes []string) string {
	speakers := s.a.Speakers()
	switch len(speakers) {
	case 0:
		return sayNobody
	case 1:
		return fmt.Sprintf(sayOne, speakers[0].Name)
	}
	var parts []string
	for _, x := range s.arms(acts) {
		if len(x.act.Reaches) == 0 {
			parts = append(parts, fmt.Sprintf(sayUnreached, actName(x.act, x.state)))
			continue
		}
		parts = append(parts, s.accords(x, outcomes, len(speakers))...)
	}
	if !s.brief {
		parts = append(parts, s.contradictions())
	}
	if t, ok := s.a.Settler(acts, outcomes); ok {
		parts = append(parts, fmt.Sprintf(saySettle, s.variable(t.Variable), percent(some(t.Fall)), count(t.Disputes, "number", "numbers")))
	} else if s.a.Words != nil && len(s.a.Words.Disputes) > 0 {
		parts = append(parts, sayNoFact)
	}
	return strings.Join(parts, " ")
}

// accords says of a state of an act on which numbers the experts are on one side
// and on which they are not.
func (s *sayer) accords(at actState, outcomes []string, speakers int) []string {
	agreed := map[int][]Accord{}
	var apart []Accord
	all := 0
	for _, id := range outcomes {
		x, ok := s.a.Accord(at.act.ID, at.state, id)
		if !ok {
			continue
		}
		all++
		if side, ok := x.Agreed(); ok {
			agreed[side] = append(agreed[side], x)
		} else {
			apart = append(apart, x)
		}
	}
	if all == 0 {
		return nil
	}
	name := actName(at.act, at.state)
	var say []string
	for _, side := range []struct {
		sign int
		text string
	}{{1, "more"}, {-1, "less"}, {0, "no change beyond its threshold"}} {
		list := agreed[side.sign]
		if len(list) == 0 {
			continue
		}
		of := ""
		if len(say) == 0 {
			of = fmt.Sprintf(" of %d numbers", all)
		}
		text := fmt.Sprintf("%s on %d%s", side.text, len(list), of)
		if side.sign != 0 || !s.brief {
			text += " (" + s.someOutcomes(list) + ")"
		}
		say = append(say, text)
	}
	var out []string
	if len(say) > 0 {
		out = append(out, fmt.Sprintf(sayAgreed, name, together(speakers), listed(say)))
	} else {
		out = append(out, fmt.Sprintf(sayNone, name, together(speakers), all))
	}
	if len(apart) > 0 {
		largest(apart)
		var say []string
		for _, x := range apart[:s.named(len(apart))] {
			say = append(say, nameOr(x.Outcome.Name, x.Outcome.ID)+" ("+s.sides(x, View.Short)+")")
		}
		text := strings.Join(say, "; ")
		if n := len(apart) - s.named(len(apart)); n > 0 {
			text += fmt.Sprintf("; and %d more", n)
		}
		out = append(out, fmt.Sprintf(sayDispute, name, len(apart), all, text))
	}
	return out
}

// largest puts what moves most, in thresholds, first.
func largest(list []Accord) {
	slices.SortStableFunc(list, func(x, y Accord) int {
		switch a, b := x.Size(), y.Size(); {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
}

// someOutcomes names the outcomes with the largest effects, with the range over
// the experts where it moves.
func (s *sayer) someOutcomes(list []Accord) string {
	list = slices.Clone(list)
	largest(list)
	var names []string
	for _, x := range list[:s.named(len(list))] {
		name := nameOr(x.Outcome.Name, x.Outcome.ID)
		if low, high, ok := x.Ends(); ok && low.Side() != 0 && !s.brief {
			name += ", " + x.Style().Changes(low.Effect.Effect, high.Effect.Effect)
		}
		names = append(names, name)
	}
	text := strings.Join(names, "; ")
	if n := len(list) - s.named(len(list)); n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	return text
}

// contradictions says which claims of several experts cannot all hold.
func (s *sayer) contradictions() string {
	w := s.a.Words
	if w == nil {
		return sayFit
	}
	var say []string
	own := 0
	for _, c := range w.Contradictions {
		if len(c.Speakers) < 2 {
			own++
			continue
		}
		if len(say) == mostNamed {
			continue
		}
		text := s.claims(c.Claims) + " cannot all hold"
		if len(c.Claims) == 2 {
			text = s.claims(c.Claims) + " cannot both hold"
		}
		if !c.Horizon {
			text += ", for the time " + Days(c.From, c.Until)
		}
		say = append(say, text)
	}
	left := len(w.Contradictions) - own - len(say)
	if len(say) == 0 {
		return sayFit
	}
	if left > 0 {
		say = append(say, count(left, "further set of claims contradicts itself", "further sets of claims contradict themselves"))
	}
	return fmt.Sprintf(sayWords, strings.Join(say, "; "))
}

// Days writes a span of days, each end open where it is "".
func Days(from, until string) string {
	switch {
	case from == "" && until == "":
		return "of any day"
	case from == "":
		return "until " + until
	case until == "":
		return "from " + from + " on"
	case from == until:
		return "of " + from
	}
	return "from " + from + " to " + until
}

// claims names claims by who made them and what they say, shortly. The words are the
// case's paraphrase, and are said to be.
func (s *sayer) claims(ids []string) string {
	return s.eachClaim(ids, func(c *Claim) string { return c.Speaker + " (paraphrased: “" + shortly(c.Paraphrase) + "”)" })
}

// claimNames names claims by who made them, their ids behind.
func (s *sayer) claimNames(ids []string) string {
	return s.eachClaim(ids, func(c *Claim) string { return c.Speaker + " (" + c.ID + ")" })
}

func (s *sayer) eachClaim(ids []string, say func(*Claim) string) string {
	names := slices.Clone(ids)
	for i, id := range ids {
		for j := range s.a.Claims {
			if c := &s.a.Claims[j]; c.ID == id {
				names[i] = say(c)
			}
		}
	}
	return listed(names)
}

// mostSaid is how many characters of a claim stand in a sentence.
const mostSaid = 72

// shortly cuts a text at a word, as the app does (web/src/numbers.ts).
func shortly(text string) string {
	r := []rune(text)
	if len(r) <= mostSaid {
		return strings.TrimSuffix(text, ".")
	}
	cut := string(r[:mostSaid])
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,;:.–-") + " …"
}

// variable is a variable's name.
func (s *sayer) variable(id string) string { return s.a.variable(id) }

func (a *Answer) variable(id string) string {
	for _, v := range a.Variables {
		if v.ID == id {
			return v.Name
		}
	}
	return id
}
