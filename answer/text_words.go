package answer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// How much of what experts said the terminal form shows.
const (
	mostExperts        = 5 // columns of single experts
	mostBounds         = 1 // outcomes whose bounds are listed
	mostContradictions = 3
	mostPairs          = 3
	mostThresholds     = 1
	mostSettled        = 3 // claims whose fate is listed
)

// sideBySide sets the effects under all views beside one another, those that
// questions ask for first, the largest in thresholds under anyone.
func (p *printer) sideBySide(act *Act, state string) {
	if len(p.a.Speakers()) == 0 {
		return
	}
	asked := p.asked(act)
	var list []Accord
	for i := range act.Effects {
		e := &act.Effects[i]
		if e.State != state || p.outcomes[e.Outcome] == nil {
			continue
		}
		if x, ok := p.a.Accord(act.ID, state, e.Outcome); ok && x.Size() >= 1 {
			list = append(list, x)
		}
	}
	if len(list) == 0 {
		return
	}
	rank := slices.Clone(list)
	largest(rank)
	slices.SortStableFunc(rank, func(x, y Accord) int {
		switch a, b := asked[x.Outcome.ID], asked[y.Outcome.ID]; {
		case a && !b:
			return -1
		case b && !a:
			return 1
		}
		return 0
	})
	rank = rank[:p.most(mostEffects, len(rank))]
	shown := func(x Accord) bool {
		return slices.ContainsFunc(rank, func(y Accord) bool { return x.Outcome == y.Outcome })
	}
	head := []string{"experts side by side", "unit"}
	experts := 0
	var columns []View
	for _, v := range p.a.Views {
		if v.Kind == BySpeaker {
			if experts++; experts > mostExperts && !p.opt.All {
				continue
			}
		}
		columns = append(columns, v)
		head = append(head, v.Short())
	}
	rows := [][]string{head}
	for _, x := range list {
		if !shown(x) {
			continue
		}
		s := x.Style()
		row := []string{p.name(x.Outcome.ID), s.ChangeUnit}
		for _, v := range columns {
			cell := "-"
			for _, y := range x.Views {
				if y.View.ID == v.ID {
					cell = s.BareChange(y.Effect.Effect)
				}
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	p.printf("\n")
	p.table(rows)
	if n := experts - mostExperts; n > 0 && !p.opt.All {
		p.para(count(n, "further expert", "further experts") + " left out.")
	}
	p.bounds(rank)
}

// bounds lists what each expert's words alone allow.
func (p *printer) bounds(rank []Accord) {
	var rows [][]string
	for _, x := range rank {
		if len(rows) == p.most(mostBounds, len(rank)) {
			break
		}
		s := x.Style()
		var parts []string
		for _, e := range x.Experts {
			if b := e.Effect.Bounds; b != nil {
				parts = append(parts, e.View.Short()+" "+boundsText(s, b))
			}
		}
		if len(parts) > 0 {
			rows = append(rows, []string{p.name(x.Outcome.ID), strings.Join(parts, "; ")})
		}
	}
	if p.opt.All && len(rows) > 0 {
		p.para("Words alone, whatever the reference says, allow:")
		p.lines(rows)
	}
	text := ""
	if !p.opt.All && len(rows) > 0 {
		text = fmt.Sprintf("Words alone, whatever the reference says, allow on %s: %s. ", rows[0][0], rows[0][1])
	}
	if len(rank) > 0 {
		x := rank[0]
		if l := x.Together.Lexicons; l != nil {
			text += fmt.Sprintf("By lexicon of hedge words the effect on it is %s.", x.Style().Changes(l.Low, l.High))
		}
	}
	if text != "" {
		p.para(strings.TrimSpace(text))
	}
}

// boundsText writes bounds, or why there are none.
func boundsText(s Style, b *Bounds) string {
	if !b.Low.OK && !b.High.OK {
		return b.Status
	}
	text := s.Changes(b.Low, b.High)
	if b.Outer {
		text += " at most"
	}
	return text
}

// contradictions shows which claims cannot hold together, what they say, pairs of
// speakers under every lexicon, and at which thresholds claims begin to clash.
func (p *printer) contradictions() {
	w := p.a.Words
	if w == nil {
		return
	}
	p.head("Where words contradict each other")
	if len(w.Contradictions) == 0 {
		p.para("Nowhere: the claims of all experts hold together.")
	}
	n := p.most(mostContradictions, len(w.Contradictions))
	told := map[*ClaimPair]bool{}
	for _, c := range w.Contradictions[:n] {
		text := ContradictionText(p.a, c)
		if x := w.pairOf(c); x != nil {
			verdicts, _ := x.verdicts()
			text += " They " + verdicts + "."
			told[x] = true
		}
		p.para(text)
		var rows [][]string
		for _, id := range c.Claims {
			rows = append(rows, []string{"  " + id, p.said(id)})
		}
		p.lines(rows)
	}
	if left := len(w.Contradictions) - n; left > 0 {
		p.para(count(left, "further contradiction", "further contradictions") + " left out.")
	}
	if !w.ContradictionsComplete {
		p.para("The search for contradictions was cut; there may be more.")
	}
	var clash, fit []string
	for i := range w.Pairs {
		x := &w.Pairs[i]
		if told[x] {
			continue
		}
		if text, conflicts := PairText(*x); conflicts {
			clash = append(clash, text)
		} else {
			fit = append(fit, x.A+" and "+x.B)
		}
	}
	n = p.most(mostPairs, len(clash))
	for _, text := range clash[:n] {
		p.printf("%s\n", wrap("- "+text, textWidth, "  "))
	}
	if left := len(clash) - n; left > 0 {
		p.para(count(left, "further pair", "further pairs") + " left out.")
	}
	if n := len(fit); n > 0 && !p.opt.All {
		p.left = append(p.left, count(n, "pair", "pairs")+" of claims that speak of the same things and fit")
	} else if n > 0 {
		p.para("Speak of the same things and fit under every lexicon: " + strings.Join(fit, "; ") + ".")
	}
	for _, t := range w.Thresholds[:p.most(mostThresholds, len(w.Thresholds))] {
		p.printf("%s\n", wrap("- "+ThresholdText(t), textWidth, "  "))
	}
	if left := len(w.Thresholds) - p.most(mostThresholds, len(w.Thresholds)); left > 0 {
		p.left = append(p.left, count(left, "further threshold", "further thresholds")+" at which claims clash")
	}
}

// said is a claim in its speaker's words where they are attached, else as the case
// paraphrases it.
func (p *printer) said(id string) string {
	if p.opt.Quotes != nil {
		if q, ok := p.opt.Quotes(id); ok {
			return "“" + q + "”"
		}
	}
	for _, c := range p.a.Claims {
		if c.ID == id {
			return c.Paraphrase
		}
	}
	return ""
}

// ContradictionText says which claims cannot hold together, when, and how far
// their intervals would have to give.
func ContradictionText(a *Answer, c Contradiction) string {
	s := sayer{a: a}
	text := s.claimNames(c.Claims)
	switch len(c.Claims) {
	case 1:
		text += " cannot hold in any world of the case"
	case 2:
		text += " cannot both hold"
	default:
		text += " cannot all hold; without any one of them the others can"
	}
	switch {
	case c.Horizon && len(c.Claims) == 1:
	case c.Horizon:
		text += ", in the worlds of the horizon"
	default:
		text += ", for the time " + Days(c.From, c.Until) + "; that is before the worlds of the horizon, so it weighs on none"
	}
	if c.Bend.OK && c.Bend.V > 0 {
		text += fmt.Sprintf(". Intervals wider by %s at each end would make room", points(c.Bend.V))
	}
	return text + "."
}

// points writes a part of a probability in percentage points.
func points(v float64) string {
	return strconv.FormatFloat(100*v, 'f', decimalsOf(100*v), 64) + " percentage points"
}

// decimalsOf shows one decimal below 10 and none above, and none of whole numbers.
func decimalsOf(v float64) int {
	if text := strconv.FormatFloat(v, 'f', 1, 64); v < 10 && !strings.HasSuffix(text, ".0") {
		return 1
	}
	return 0
}

// PairText says under which lexicons two claims contradict each other, and
// whether they speak of the same days.
func PairText(x ClaimPair) (text string, conflicts bool) {
	text, conflicts = x.verdicts()
	text = x.A + " and " + x.B + " " + text
	if x.Apart {
		return text + ", if they spoke of the same days; they do not, so both can be so.", conflicts
	}
	return text + "; both speak of the time " + Days(x.From, x.Until) + ".", conflicts
}

// pairOf is the pair that a contradiction is of, nil where it is of more claims
// or of one.
func (w *Words) pairOf(c Contradiction) *ClaimPair {
	for i := range w.Pairs {
		x := &w.Pairs[i]
		if len(c.Claims) == 2 && !x.Apart && slices.Contains(c.Claims, x.A) && slices.Contains(c.Claims, x.B) {
			return x
		}
	}
	return nil
}

// verdicts says under which lexicons two claims contradict each other.
func (x *ClaimPair) verdicts() (text string, conflicts bool) {
	var clash, fit, unread []string
	for _, v := range x.Verdicts {
		switch {
		case v.Unread != "":
			unread = append(unread, v.Lexicon)
		case v.Conflict:
			clash = append(clash, v.Lexicon)
		default:
			fit = append(fit, v.Lexicon)
		}
	}
	switch {
	case len(clash) == 0:
		text = "fit under every lexicon"
	case len(fit) == 0:
		text = "contradict each other under every lexicon"
	default:
		text = "contradict each other under " + listed(clash) + " and fit under " + listed(fit)
	}
	if len(unread) > 0 {
		text += "; no reading under " + listed(unread)
	}
	return text, len(clash) > 0
}

// ThresholdText says for which thresholds a claim fits with another.
func ThresholdText(t Threshold) string {
	num := func(n Number) string {
		if t.Relative {
			return strconv.FormatFloat(100*n.V, 'f', decimalsOf(100*n.V), 64) + " %"
		}
		return strconv.FormatFloat(n.V, 'g', 3, 64)
	}
	text := t.Claim + " and " + t.Against + " "
	switch {
	case t.Always:
		text += "contradict each other whatever threshold is meant"
	case t.From.OK && t.To.OK:
		text += fmt.Sprintf("fit for a threshold from %s to %s, and contradict each other below and above", num(t.From), num(t.To))
	case t.From.OK:
		text += fmt.Sprintf("contradict each other for a threshold below %s", num(t.From))
	case t.To.OK:
		text += fmt.Sprintf("contradict each other for a threshold of %s or more", num(t.To))
	default:
		text += "fit whatever threshold is meant"
	}
	if t.Stated.OK {
		text += fmt.Sprintf("; the case reads %s at %s", t.Claim, num(t.Stated))
	}
	return text + "."
}

// speakers says how much each expert's words weigh and what they leave open.
func (p *printer) speakers() {
	w := p.a.Words
	if w == nil || len(w.Speakers) == 0 {
		return
	}
	p.head(fmt.Sprintf("Who said how much, and what became of it (hedge words read with the lexicon %s; equal weights)", w.Lexicon))
	if p.leave("on what each expert is silent") {
		p.para(p.weighing(w))
		return
	}
	var rows [][]string
	for _, s := range w.Speakers {
		text := fmt.Sprintf("%s weigh on worlds; ", ofAll(s.Weighing, s.Claims, "claim", "claims"))
		text += p.silent(s.Silent)
		if len(s.Aside) > 0 {
			text += "; set aside, since it cannot hold in any world: " + strings.Join(s.Aside, ", ")
		}
		if s.Bend > 0 {
			text += "; every interval widened by " + points(s.Bend) + " so that the words hold together"
		}
		if !s.Converged {
			text += fmt.Sprintf("; the weights keep the words only to %.1g", s.Residual)
		}
		rows = append(rows, []string{View{s.ID, s.Name, BySpeaker}.Short(), text})
	}
	p.lines(rows)
	p.para("What is silent follows the case's reference.")
}

// weighing says in a sentence or two whose claims weigh.
func (p *printer) weighing(w *Words) string {
	var parts, aside, bent []string
	for _, s := range w.Speakers {
		name := View{s.ID, s.Name, BySpeaker}.Short()
		parts = append(parts, fmt.Sprintf("%s %d of %s", name, s.Weighing, whole(s.Claims)))
		for _, id := range s.Aside {
			aside = append(aside, id+" ("+name+")")
		}
		switch {
		case !s.Converged:
			bent = append(bent, fmt.Sprintf("the weights keep %s's words only to %.1g", name, s.Residual))
		case s.Bend > 0:
			bent = append(bent, fmt.Sprintf("%s's intervals are widened by %s so that the words hold together", name, points(s.Bend)))
		}
	}
	text := "Claims that weigh on worlds: " + listed(parts) + ". Where nobody speaks, the case's reference stands."
	if len(aside) > 0 {
		text += " Set aside, since no world of the case fits: " + listed(aside) + "."
	}
	if len(bent) > 0 {
		text += " " + upperFirst(strings.Join(bent, "; ")) + "."
	}
	return text
}

// silent says on which variables nothing is said, by the shorter list.
func (p *printer) silent(silent []string) string {
	var spoken []string
	for _, v := range p.a.Variables {
		if !slices.Contains(silent, v.ID) && !p.isAct(v.ID) {
			spoken = append(spoken, v.ID)
		}
	}
	switch {
	case len(silent) == 0:
		return "silent on no variable"
	case len(spoken) == 0:
		return "silent on all variables"
	case len(spoken) < len(silent):
		return "silent on all variables but " + strings.Join(spoken, ", ")
	}
	return "silent on " + strings.Join(silent, ", ")
}

func (p *printer) isAct(id string) bool {
	return slices.ContainsFunc(p.a.Acts, func(a Act) bool { return a.ID == id })
}

func ofAll(n, all int, one, many string) string {
	if all == 1 {
		many = one
	}
	return fmt.Sprintf("%d of %s %s", n, whole(all), many)
}

// claims counts them by what became of them and lists those settled.
func (p *printer) claims() {
	if len(p.a.Claims) == 0 {
		return
	}
	verdicts := map[string]int{}
	speakers := map[string]bool{}
	var named []string
	var settled [][]string
	for _, c := range p.a.Claims {
		verdicts[c.Verdict]++
		speakers[c.Speaker] = true
		if c.Settled == "" {
			continue
		}
		named = append(named, fmt.Sprintf("%s (%s %s)", c.ID, c.Verdict, c.Settled))
		text := c.Verdict + " " + c.Settled + ": " + c.Paraphrase
		if len(c.Evidence) > 0 {
			text += " (" + strings.Join(c.Evidence, ", ") + ")"
		}
		settled = append(settled, []string{c.ID, text})
	}
	var parts []string
	for _, v := range []string{"held", "failed", "annulled", "open"} {
		parts = append(parts, fmt.Sprintf("%d %s", verdicts[v], v))
	}
	tally := fmt.Sprintf("%s of %s: %s.", count(len(p.a.Claims), "claim", "claims"), count(len(speakers), "speaker", "speakers"), strings.Join(parts, ", "))
	if p.opt.All || p.a.Words == nil || len(p.a.Words.Speakers) == 0 {
		p.head("What became of the claims")
	}
	if p.opt.All {
		p.para(tally)
		p.lines(settled)
		return
	}
	if n := len(settled); n > 0 {
		shown := min(mostSettled, n)
		tally += " Settled: " + strings.Join(named[:shown], "; ")
		if n > shown {
			tally += "; and " + whole(n-shown) + " more"
		}
		tally += "."
	}
	p.para(tally)
}
