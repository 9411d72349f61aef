package answer

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/astara-corridors/astara/units"
)

// textWidth is the width of the terminal form in characters.
const textWidth = 100

// nameWidth is the longest name shown in a table.
const nameWidth = 35

// How much of an answer the terminal form shows. Each table says what it leaves
// out; the JSON form, the CSV form and the report leave out nothing.
const (
	mostEffects = 4 // effects of a state of an act
	mostDrivers = 1 // outcomes of an act whose drivers are shown
	mostSpread  = 3 // outcomes of an act whose spread is split
)

// TextOptions of the terminal form.
type TextOptions struct {
	// Quotes gives the speaker's own words of a claim where the text is attached;
	// nil: never.
	Quotes func(claim string) (string, bool)
	All    bool // cut no table
}

// Text writes the answer for a terminal: the plain first sentences, then the
// tables that carry them, cut to what a reader takes in at one sitting. What is
// left out as a whole is named at the end; with All nothing is left out.
func Text(w io.Writer, a *Answer, opt TextOptions) error {
	p := &printer{w: w, a: a, opt: opt, outcomes: map[string]*Outcome{}, keys: map[string]bool{}}
	for i := range a.Outcomes {
		p.outcomes[a.Outcomes[i].ID] = &a.Outcomes[i]
	}
	p.questions()
	p.effects()
	p.contradictions()
	p.disputes()
	p.speakers()
	p.claims()
	p.agreements()
	p.observed()
	p.corridors()
	for _, c := range a.Countries {
		if c.Focus {
			p.country(c)
		}
	}
	p.energy()
	p.leverage()
	p.decisions()
	p.spread()
	p.drivers()
	p.discovery()
	p.notes()
	p.printf("\n")
	if len(p.left) > 0 {
		p.para("Left out as a whole: " + strings.Join(p.left, "; ") + ".")
	}
	more := "All of it, with every figure and source: the report of --out, or --format json; all effects: --format csv."
	if !opt.All {
		more = "--all shows in the terminal what is left out. " + more
	}
	p.para(more)
	return p.err
}

type printer struct {
	w        io.Writer
	a        *Answer
	opt      TextOptions
	outcomes map[string]*Outcome
	left     []string        // what the cut leaves out as a whole
	keys     map[string]bool // of tables, once given
	err      error
}

// leave names something that the cut leaves out as a whole, and reports whether
// it does.
func (p *printer) leave(what string) bool {
	if !p.opt.All {
		p.left = append(p.left, what)
	}
	return !p.opt.All
}

// key is a text after the explanation of a table, which is given the first time
// only.
func (p *printer) key(explained, text string) string {
	if p.keys[explained] {
		return text
	}
	p.keys[explained] = true
	return strings.TrimSpace(explained + " " + text)
}

// most is how many rows of n are shown where a cut leaves some.
func (p *printer) most(cut, n int) int {
	if p.opt.All {
		return n
	}
	return min(cut, n)
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) para(text string) { p.printf("%s\n", wrap(text, textWidth, "")) }

func (p *printer) head(text string) { p.printf("\n%s\n", wrap(text, textWidth, "")) }

// name is an outcome's name as a table shows it.
func (p *printer) name(id string) string {
	if o := p.outcomes[id]; o != nil {
		return short(nameOr(o.Name, id))
	}
	return short(id)
}

// table writes rows of cells, the first column left-aligned and the rest right.
// Names of the first column are cut where the table were wider than the page.
func (p *printer) table(rows [][]string) {
	if p.err != nil || len(rows) == 0 {
		return
	}
	fit(rows)
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r[0]))
	}
	for _, r := range rows {
		// tabwriter aligns whole tables one way; names are padded by hand.
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(r[0]))
		if _, err := fmt.Fprintf(tw, "%s%s\t%s\t\n", r[0], pad, strings.Join(r[1:], "\t")); err != nil {
			p.err = err
			return
		}
	}
	if p.err = tw.Flush(); p.err != nil {
		return
	}
	// The writer pads the first column too, and every line to its end.
	for line := range strings.Lines(b.String()) {
		p.printf("%s\n", strings.TrimRight(strings.TrimPrefix(line, "  "), " \n"))
	}
}

// leastName is to what a name is cut at most.
const leastName = 16

// fit cuts the names of the first column so that rows are no wider than the page.
func fit(rows [][]string) {
	rest, width := 0, 0
	for i := range rows[0] {
		most := 0
		for _, r := range rows {
			if i < len(r) {
				most = max(most, utf8.RuneCountInString(r[i]))
			}
		}
		if i == 0 {
			width = most
		} else {
			rest += most + 2
		}
	}
	if width = max(leastName, min(width, textWidth-rest)); width >= nameWidth {
		return
	}
	for _, r := range rows {
		r[0] = cut(r[0], width)
	}
}

func show(n Number, d units.Dim) string {
	if !n.OK {
		return "-"
	}
	return units.Format(n.V, d)
}

// PartText is a part of a variance for people. The variance with some figures
// alone may exceed that with all of them, since the others pull the other way or
// by the chance of the draws; then these make up all of it.
func PartText(n Number) string {
	if n.OK && n.V > allOfIt {
		return "all"
	}
	return percent(n)
}

// allOfIt is the part above which the rest is not told from nothing.
const allOfIt = 0.995

func percent(n Number) string {
	if !n.OK {
		return "-"
	}
	return fmt.Sprintf("%.0f %%", 100*n.V)
}

// whole writes an integer with commas from 10,000 up.
func whole(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && len(s) > 4; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return whole(n) + " " + many
}

// short cuts a name for a table.
func short(name string) string { return cut(name, nameWidth) }

func cut(name string, width int) string {
	if utf8.RuneCountInString(name) <= width {
		return name
	}
	r := []rune(name)
	return strings.TrimSpace(string(r[:width-3])) + "..."
}

func (p *printer) questions() {
	a := p.a
	if len(a.Questions) == 0 {
		p.para(a.First)
		p.para("(" + a.Case.Title + ")")
	}
	for i, q := range a.Questions {
		if i > 0 {
			p.printf("\n")
		}
		if q.First == "" {
			p.para(q.Text)
			continue
		}
		if i > 0 {
			p.para(q.Text)
		}
		text := q.First
		if i > 0 && !p.opt.All {
			s := newSayer(a)
			s.brief = true
			text = s.answer(&q, false)
		}
		for _, part := range Paragraphs(text) {
			p.para(part)
		}
		if i == 0 { // the plain sentence stands first
			p.para("(" + q.Text + ")")
		}
	}
	p.printf("\n")
	apart := whole(a.Worlds.Effective) + " apart"
	for i, e := range a.Worlds.Engines {
		name := e.Engine
		if name == "energy" {
			name = "power and gas"
		}
		if text := "those of " + name + " " + whole(e.Effective); i == 0 {
			apart = text
		} else {
			apart += ", " + text
		}
	}
	if len(a.Worlds.Engines) > 0 {
		apart = "apart: " + apart
	}
	p.para(fmt.Sprintf("%s, of which the networks tell %s; %s solved. Horizon %d, as of %s.", count(a.Worlds.Worlds, "world", "worlds"),
		apart, count(a.Worlds.Networks, "network", "networks"), a.Case.Horizon, a.Case.AsOf))
}

func (p *printer) effects() {
	for _, act := range p.a.Headlines() {
		for _, arm := range act.Arms {
			if arm.State == act.Without {
				continue
			}
			p.head(fmt.Sprintf("Effect of %s, %s against %s%s", act.Name, words(arm.State), words(act.Without), under(p.a)))
			if len(act.Reaches) == 0 {
				p.para("It reaches no network: every effect is 0.")
				continue
			}
			p.effectTable(act, arm.State)
			p.sideBySide(act, arm.State)
		}
	}
}

// words turns a state's name as written in a case into words.
func words(state string) string { return strings.ReplaceAll(state, "_", " ") }

// effectTable shows the effects beyond their thresholds, those that questions
// ask for before others, the largest in thresholds, in the order of the case.
func (p *printer) effectTable(act *Act, state string) {
	asked := p.asked(act)
	var shown []*Effect
	still := 0
	for i := range act.Effects {
		e := &act.Effects[i]
		if e.State != state || p.outcomes[e.Outcome] == nil {
			continue
		}
		if !e.Material {
			still++
			continue
		}
		shown = append(shown, e)
	}
	rank := slices.Clone(shown)
	slices.SortStableFunc(rank, func(x, y *Effect) int {
		if asked[x.Outcome] != asked[y.Outcome] {
			if asked[x.Outcome] {
				return -1
			}
			return 1
		}
		return cmp.Compare(multiple(p.outcomes[y.Outcome], y), multiple(p.outcomes[x.Outcome], x))
	})
	rank = rank[:p.most(mostEffects, len(rank))]
	left := len(shown) - len(rank)
	rows := [][]string{{"", "unit", "without", "with", "effect", "of words", "5-95 %", "holds"}}
	noWords := len(p.a.Speakers()) == 0
	if noWords {
		rows[0] = slices.Delete(rows[0], 5, 6)
	}
	for _, e := range shown {
		if !slices.Contains(rank, e) {
			continue
		}
		o := p.outcomes[e.Outcome]
		s := EffectStyle(o, e)
		row := []string{p.name(o.ID), s.Unit, s.Bare(e.Without), s.Bare(e.With), s.BareChange(e.Effect), s.BareChange(e.Words),
			fromTo(s.BareChange(e.ChangeLow), s.BareChange(e.ChangeHigh)), percent(e.SignHolds)}
		if noWords {
			row = slices.Delete(row, 5, 6)
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		p.table(rows)
		text := "Holds: in what part of the weight the change has the sign of the effect."
		if !noWords {
			text = "Of words: what of the effect comes from what was said, not from the case's reference. " + text
		}
		if text = p.key(text, leftOut(left, still)); text != "" {
			p.para(text)
		}
		p.sway(rank[0])
	} else if still > 0 {
		p.para(leftOut(left, still))
	}
}

// leftOut says what a table of effects does not show.
func leftOut(moved, still int) string {
	switch {
	case moved > 0 && still > 0:
		return fmt.Sprintf("%s beyond their thresholds left out; %s stay below.", whole(moved), whole(still))
	case moved > 0:
		return whole(moved) + " beyond their thresholds left out."
	case still > 0:
		return count(still, "outcome", "outcomes") + " below the threshold."
	}
	return ""
}

// sway shows the reference weight that moves an effect most.
func (p *printer) sway(e *Effect) {
	if len(e.Sways) == 0 {
		return
	}
	w := e.Sways[0]
	when := ""
	if w.When != "" {
		when = " if " + w.When
	}
	o := p.outcomes[e.Outcome]
	p.para(fmt.Sprintf("%s hangs most on the weight of %s=%s%s: %s as it goes from %.0f to %.0f %% (%s).", p.name(e.Outcome),
		w.Variable, w.State, when, EffectStyle(o, e, w.AtLow, w.AtHigh).Changes(w.AtLow, w.AtHigh), 100*w.LowWeight, 100*w.HighWeight, w.Letter))
}

// asked marks the outcomes that questions about an act ask for.
func (p *printer) asked(act *Act) map[string]bool {
	out := map[string]bool{}
	for _, q := range p.a.Questions {
		if slices.Contains(q.Acts, act.ID) {
			for _, id := range q.Outcomes {
				out[id] = true
			}
		}
	}
	return out
}

// drivers shows what makes the asked outcomes vary that an act moves most, or,
// where it moves none, the first ones.
func (p *printer) drivers() {
	left := 0
	for n, act := range p.a.Headlines() {
		state := lastState(act)
		asked := p.asked(act)
		size := map[string]float64{}
		for k := range act.Effects {
			if e := &act.Effects[k]; e.State == state && p.outcomes[e.Outcome] != nil {
				size[e.Outcome] = multiple(p.outcomes[e.Outcome], e)
			}
		}
		var of []OutcomeWhy
		for _, w := range act.Arms[len(act.Arms)-1].Drivers {
			if len(w.Drivers) > 0 && (len(asked) == 0 || asked[w.Outcome]) && p.outcomes[w.Outcome] != nil {
				of = append(of, w)
			}
		}
		slices.SortStableFunc(of, func(x, y OutcomeWhy) int { return cmp.Compare(size[y.Outcome], size[x.Outcome]) })
		if n == 0 {
			p.head("What makes outcomes vary (part of the variance each variable explains alone / only it explains)")
		}
		p.para("With " + actName(act, state) + ":")
		if len(of) == 0 {
			p.para("Nothing: each outcome is the same in all weighted worlds.")
			continue
		}
		var rows [][]string
		for _, w := range of[:p.most(mostDrivers, len(of))] {
			var parts []string
			for _, d := range w.Drivers[:min(3, len(w.Drivers))] {
				parts = append(parts, fmt.Sprintf("%s %.0f/%.0f %%", d.Variable, 100*d.Alone, 100*d.Only))
			}
			rows = append(rows, []string{p.name(w.Outcome), strings.Join(parts, ", ")})
		}
		p.lines(rows)
		left += len(of) - len(rows)
	}
	if left > 0 {
		p.para(count(left, "further outcome", "further outcomes") + " left out.")
	}
}

// lines writes two left-aligned columns.
func (p *printer) lines(rows [][]string) {
	width := 0
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r[0]))
	}
	for _, r := range rows {
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(r[0])+2)
		p.printf("%s\n", wrap(r[0]+pad+r[1], textWidth, strings.Repeat(" ", width+2)))
	}
}

func lastState(a *Act) string { return a.Arms[len(a.Arms)-1].State }

// wrap breaks text at spaces so that no line is longer than width where a word
// allows; further lines begin with indent. Runs of spaces inside the text stay, and
// a per cent sign stays with its number.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	line := 0
	for i, word := range strings.Split(strings.ReplaceAll(text, " %", "\u00a0%"), " ") {
		word = strings.ReplaceAll(word, "\u00a0%", " %")
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case line+1+n > width && word != "":
			b.WriteString("\n" + indent)
			line = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			line++
		}
		b.WriteString(word)
		line += n
	}
	return b.String()
}
