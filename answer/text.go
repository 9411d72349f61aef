package answer

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/astara-corridors/astara/units"
)

// textWidth is the width of the terminal form in characters. Tables may be
// wider where a name is; running text never is.
const textWidth = 100

// nameWidth is the longest name shown in a table.
const nameWidth = 34

// Text writes the answer for a terminal: the plain first sentences, then the
// tables that carry them.
func Text(w io.Writer, a *Answer) error {
	p := &printer{w: w, a: a, names: map[string]string{}, dims: map[string]units.Dim{}}
	for _, o := range a.Outcomes {
		p.names[o.ID], p.dims[o.ID] = nameOr(o.Name, o.ID), measureDim(o.Measure)
	}
	p.questions()
	p.effects()
	p.arms()
	p.observed()
	p.corridors()
	for _, c := range a.Countries {
		if c.Focus {
			p.country(c)
		}
	}
	p.spread()
	p.claims()
	p.notes()
	return p.err
}

type printer struct {
	w     io.Writer
	a     *Answer
	names map[string]string
	dims  map[string]units.Dim
	err   error
}

func (p *printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) para(text string) { p.printf("%s\n", wrap(text, textWidth, "")) }

func (p *printer) head(text string) { p.printf("\n%s\n\n", text) }

// table writes rows of cells, the first column left-aligned and the rest right.
func (p *printer) table(rows [][]string) {
	if p.err != nil || len(rows) == 0 {
		return
	}
	tw := tabwriter.NewWriter(p.w, 0, 0, 2, ' ', tabwriter.AlignRight)
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
	p.err = tw.Flush()
}

func show(n Number, d units.Dim) string {
	if !n.OK {
		return "-"
	}
	switch d {
	case units.Rate, units.BoxRate, units.MoneyRate:
		if math.Abs(n.V) < 0.5 { // less than half a tonne, box or dollar a year
			return units.Format(0, d)
		}
	}
	return units.Format(n.V, d)
}

func signed(n Number, d units.Dim) string {
	if n.OK && n.V > 0 {
		return "+" + show(n, d)
	}
	return show(n, d)
}

func percent(n Number) string {
	if !n.OK {
		return "-"
	}
	return fmt.Sprintf("%.0f %%", 100*n.V)
}

// short cuts a name for a table.
func short(name string) string {
	if utf8.RuneCountInString(name) <= nameWidth {
		return name
	}
	r := []rune(name)
	return strings.TrimSpace(string(r[:nameWidth-3])) + "..."
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
		if i == 0 {
			p.para(q.First) // the plain sentence stands first
			p.para("(" + q.Text + ")")
			continue
		}
		p.para(q.Text)
		p.para(q.First)
	}
	p.printf("\n")
	p.para(fmt.Sprintf("%d worlds, %d effective worlds, %d networks. Horizon %d, as of %s.",
		a.Worlds.Worlds, a.Worlds.Effective, a.Worlds.Networks, a.Case.Horizon, a.Case.AsOf))
}

func (p *printer) effects() {
	for _, act := range p.a.Acts {
		for _, arm := range act.Arms {
			if arm.State == act.Without {
				continue
			}
			p.head(fmt.Sprintf("Effect of %s %s against %s", act.ID, arm.State, act.Without))
			if len(act.Reaches) == 0 {
				p.para("It reaches no network: every effect is 0.")
				continue
			}
			p.effectTable(act, arm.State)
		}
	}
}

// effectTable shows the outcomes that the act's questions ask for and those that
// move beyond their threshold, and counts the others.
func (p *printer) effectTable(act Act, state string) {
	asked := p.asked(act)
	rows := [][]string{{"", "without -> with", "effect", "5-95 % of worlds", "holds"}}
	others, words := 0, false
	for _, e := range act.Effects {
		if e.State != state {
			continue
		}
		words = words || e.WordsComputed
		if !asked[e.Outcome] && !e.Material && len(asked) > 0 {
			others++
			continue
		}
		mark := " "
		if e.Material {
			mark = "*"
		}
		d := p.dims[e.Outcome]
		rows = append(rows, []string{short(p.names[e.Outcome]), span(e.Without, e.With, d, " -> "), signed(e.Effect, d) + mark,
			span(e.ChangeLow, e.ChangeHigh, d, " to "), percent(e.SignHolds)})
	}
	p.table(rows)
	p.para("* beyond its threshold. Range and direction are those of the change against no act, world by world.")
	if others > 0 {
		p.para(fmt.Sprintf("%d further outcomes stay below their thresholds.", others))
	}
	p.sways(act, state)
	if !words {
		p.para("Part of the effects from experts' words: none yet. Part from the case's reference: all.")
		return
	}
	rows = [][]string{{"parts of the effect", "words", "reference"}}
	for _, e := range act.Effects {
		if e.State == state && e.Material {
			d := p.dims[e.Outcome]
			rows = append(rows, []string{short(p.names[e.Outcome]), signed(some(e.Words), d), signed(e.Reference, d)})
		}
	}
	p.table(rows)
}

// sways shows the reference weight that moves each material effect most.
func (p *printer) sways(act Act, state string) {
	var rows [][]string
	for _, e := range act.Effects {
		if e.State != state || !e.Material || len(e.Sways) == 0 {
			continue
		}
		s := e.Sways[0]
		when := ""
		if s.When != "" {
			when = " if " + s.When
		}
		d := p.dims[e.Outcome]
		rows = append(rows, []string{short(p.names[e.Outcome]), fmt.Sprintf("%s: P(%s=%s%s) from %.2g to %.2g (%s)",
			span(e.Sways[0].AtLow, s.AtHigh, d, " to "), s.Variable, s.State, when, s.LowWeight, s.HighWeight, s.Letter)})
	}
	if len(rows) > 0 {
		p.printf("\nThe reference weight that moves each effect most, over its range:\n")
		p.lines(rows)
	}
}

// asked marks the outcomes that questions about an act ask for.
func (p *printer) asked(act Act) map[string]bool {
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

// span shows two numbers with their unit once where they share it.
func span(a, b Number, d units.Dim, between string) string {
	x, y := show(a, d), show(b, d)
	if number, unit, ok := strings.Cut(x, " "); ok && strings.HasSuffix(y, " "+unit) {
		x = number
	}
	return x + between + y
}

func (p *printer) arms() {
	for _, act := range p.a.Acts {
		p.head("What makes the outcomes vary with " + act.ID + " " + lastState(act) + " (explains alone / only it explains)")
		var rows [][]string
		for _, arm := range act.Arms {
			if arm.State != lastState(act) {
				continue
			}
			asked := p.asked(act)
			for _, w := range arm.Drivers {
				if len(w.Drivers) == 0 || len(asked) > 0 && !asked[w.Outcome] {
					continue
				}
				var parts []string
				for _, d := range w.Drivers[:min(3, len(w.Drivers))] {
					parts = append(parts, fmt.Sprintf("%s %.0f/%.0f %%", d.Variable, 100*d.Alone, 100*d.Only))
				}
				rows = append(rows, []string{short(p.names[w.Outcome]), strings.Join(parts, ", ")})
			}
		}
		if len(rows) == 0 {
			p.para("Nothing: each outcome is the same in all weighted worlds.")
			continue
		}
		p.lines(rows)
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

func lastState(a Act) string { return a.Arms[len(a.Arms)-1].State }

func (p *printer) observed() {
	a := p.a
	var rows [][]string
	for _, o := range a.Observed {
		if !o.Model.OK || o.Use == "never" {
			continue
		}
		use := o.Use
		if o.BackCast {
			use = "back-cast"
		}
		inside := "no"
		if o.Inside {
			inside = "yes"
		}
		d := p.dims[o.Outcome]
		rows = append(rows, []string{short(o.Name), o.Period, use, span(o.Model, some(o.Value), d, " / "),
			span(some(o.Low), some(o.High), d, " to "), signedPercent(o.Miss), inside})
	}
	if len(rows) == 0 {
		return
	}
	p.head(fmt.Sprintf("Base-year run of %d against published figures", a.Case.BaseYear))
	p.table(append([][]string{{"", "period", "use", "model / published", "range", "miss", "inside"}}, rows...))
	for _, s := range []struct {
		name string
		UseSummary
	}{{"fitted", a.Fit.Fit}, {"held out", a.Fit.Holdout}, {"back-cast", a.Fit.Back}} {
		if s.Rows > 0 {
			p.para(fmt.Sprintf("%s: %d rows, %d inside their range, median miss %s.", s.name, s.Rows, s.Inside, percent(s.MedianMiss)))
		}
	}
}

func signedPercent(n Number) string {
	if !n.OK {
		return "-"
	}
	return fmt.Sprintf("%+.0f %%", 100*n.V)
}

func (p *printer) corridors() {
	if len(p.a.Corridors) == 0 {
		return
	}
	p.head("Corridors by size in the baseline world")
	rows := [][]string{{"", "tonnes", "base year", "hours", "USD/t", "letter c", "our capacity"}}
	for _, c := range p.a.Corridors {
		rows = append(rows, []string{short(c.Name), show(c.Baseline.Tonnes, units.Rate), show(c.BaseYear.Tonnes, units.Rate),
			show(c.Baseline.Hours, units.Time), show(c.Baseline.Money, units.MoneyPerTonne), percent(c.LetterC), percent(c.OurCapacity)})
	}
	p.table(rows)
	overlap := slices.ContainsFunc(p.a.Corridors, func(c Corridor) bool { return !c.Exclusive })
	if overlap {
		p.para("Corridors may share traffic; their tonnes do not add up.")
	}
}

func (p *printer) notes() {
	p.head("To know")
	for _, n := range p.a.Notes {
		p.printf("%s\n", wrap("- "+n, textWidth, "  "))
	}
}

// wrap breaks text at spaces so that no line is longer than width where a word
// allows; further lines begin with indent. Runs of spaces inside the text stay.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	line := 0
	for i, word := range strings.Split(text, " ") {
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
