package answer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// How much of the observed fit, of a state's page and of the notes is shown.
const (
	mostMisses = 3 // published figures, the largest misses
	mostRows   = 5 // of a state's page
	mostNotes  = 3
)

// observed sets the base-year run against the figures of its own year, the largest
// misses first; those of earlier years are only summed up.
func (p *printer) observed() {
	a := p.a
	rows := [][]string{{"", "use", "unit", "model", "published", "range", "miss", ""}}
	var list []Observed
	for _, o := range a.Observed {
		if o.Model.OK && o.Use != "never" && !o.BackCast {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(x, y Observed) int { return cmp.Compare(math.Abs(y.Miss.Or(0)), math.Abs(x.Miss.Or(0))) })
	for _, o := range list {
		inside := ""
		if o.Inside {
			inside = "in"
		}
		measure, materiality := "", 0.0
		if x := p.outcomes[o.Outcome]; x != nil {
			measure, materiality = x.Measure, x.Materiality
		}
		value, low, high := some(o.Value), some(o.Low), some(o.High)
		s := StyleOf(measure, materiality, o.Model, value, low, high)
		rows = append(rows, []string{short(o.Name), o.Use, s.Unit, s.Bare(o.Model), s.Bare(value), fromTo(s.Bare(low), s.Bare(high)), signedPercent(o.Miss), inside})
	}
	if len(rows) == 1 && a.Fit.Back.Rows == 0 {
		return
	}
	p.head(fmt.Sprintf("Base-year run of %d against published figures", a.Case.BaseYear))
	if len(rows) > 1 && p.opt.All {
		p.table(rows)
	}
	var parts []string
	for _, s := range []struct {
		name string
		UseSummary
	}{{"fitted", a.Fit.Fit}, {"held out", a.Fit.Holdout}, {"back-cast to earlier years", a.Fit.Back}} {
		if s.Rows > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s, %d inside their range, median miss %s", s.name, count(s.Rows, "row", "rows"), s.Inside, percent(s.MedianMiss)))
		}
	}
	text := upperFirst(strings.Join(parts, "; ")) + "."
	if len(list) > 0 && p.leave("published figures one by one") {
		var misses []string
		for _, o := range list[:min(mostMisses, len(list))] {
			misses = append(misses, fmt.Sprintf("%s (%s) %s", o.Name, o.Use, signedPercent(o.Miss)))
		}
		text += " Largest misses: " + strings.Join(misses, ", ") + "."
	}
	p.para(text)
}

func signedPercent(n Number) string {
	if !n.OK {
		return "-"
	}
	return fmt.Sprintf("%+.0f %%", 100*n.V)
}

func (p *printer) corridors() {
	list := p.a.Corridors
	if len(list) == 0 || p.leave(count(len(list), "corridor", "corridors")+" by size") {
		return
	}
	p.head("Corridors by size in the baseline world (tonnes in " + corridorStyle(list).Unit + ")")
	rows := [][]string{{"", "baseline", "base year", "hours", "USD/t", "letter c", "our capacity"}}
	style := corridorStyle(list)
	for _, c := range list {
		rows = append(rows, []string{short(c.Name), style.Bare(c.Baseline.Tonnes), style.Bare(c.BaseYear.Tonnes),
			StyleOf(string(freight.Hours), 0, c.Baseline.Hours).Bare(c.Baseline.Hours), StyleOf(string(freight.Money), 0, c.Baseline.Money).Bare(c.Baseline.Money),
			percent(c.LetterC), percent(c.OurCapacity)})
	}
	p.table(rows)
	if slices.ContainsFunc(list, func(c Corridor) bool { return !c.Exclusive }) {
		p.para("Corridors may share traffic; their tonnes do not add up.")
	}
}

// corridorStyle writes the tonnes of all corridors in one unit.
func corridorStyle(list []Corridor) Style {
	var all []Number
	for _, c := range list {
		all = append(all, c.Baseline.Tonnes, c.BaseYear.Tonnes)
	}
	const step = 1e5 // t/yr: tenths of it are shown
	return StyleOf(string(freight.Tonnes), step, all...)
}

func (p *printer) country(c Country) {
	p.head("What it means for " + c.Name + " (the last columns are effects of acts on expected values)")
	head := []string{"", "unit", "base year", "baseline"}
	for _, act := range p.a.Headlines() {
		for _, arm := range act.Arms {
			if arm.State != act.Without {
				name, _, _ := strings.Cut(act.ID, "_")
				head = append(head, name+" "+words(arm.State))
			}
		}
	}
	rows := [][]string{head}
	still, further := 0, 0
	for _, r := range c.Rows {
		switch {
		case p.opt.All:
		case len(r.Effects) > 0 && stands(r):
			still++
			continue
		case len(rows) > mostRows:
			further++
			continue
		}
		s := RowStyle(r)
		row := []string{short(r.Name), s.Unit, s.Bare(r.BaseYear), s.Bare(r.Baseline)}
		for _, e := range r.Effects {
			row = append(row, s.BareChange(minus(e.With, e.Without)))
		}
		rows = append(rows, row)
	}
	p.table(rows)
	var text []string
	if slices.ContainsFunc(rows, func(r []string) bool { return r[1] == "%" }) {
		text = append(text, "Changes of percentages are percentage points.")
	}
	if slices.ContainsFunc(rows, func(r []string) bool { return strings.Contains(r[0], "HHI") }) {
		text = append(text, "HHI, the Herfindahl-Hirschman index, runs from 0 to 10,000 (all over one outlet).")
	}
	switch {
	case further > 0:
		text = append(text, fmt.Sprintf("%s left out, and %s that no act moves by 1 %%.", count(further, "further row", "further rows"), whole(still)))
	case still > 0:
		text = append(text, count(still, "row", "rows")+" left out that no act moves by 1 %.")
	}
	if len(text) > 0 {
		p.para(strings.Join(text, " "))
	}
	p.countryEnergy(c, head)
	if len(c.Payers) > 0 && p.opt.All {
		payers := slices.Clone(c.Payers)
		slices.SortStableFunc(payers, func(x, y Payer) int {
			switch a, b := x.Baseline.Or(0), y.Baseline.Or(0); {
			case a > b:
				return -1
			case a < b:
				return 1
			}
			return 0
		})
		var parts []string
		for _, x := range payers[:min(3, len(payers))] {
			parts = append(parts, x.Name+" "+show(x.Baseline, units.MoneyRate))
		}
		p.para("Who pays in the baseline world: " + strings.Join(parts, ", ") + ".")
	}
	ways := waysSentence(c, stateNames(p.a))
	switch {
	case len(c.Neighbours) == 0:
	case p.leave("what the closure of each border costs"):
		ways = exposure(c) + " " + ways
	default:
		p.neighbours(c.Neighbours)
	}
	p.para(ways)
	if line := LeverageLine(p.a, c.ID); line != "" && p.opt.All {
		p.para(line)
	}
}

// materialPart is the part of a state's number below which a change of it is none.
const materialPart = 0.01

// stands reports whether no act moves a row by a hundredth of its baseline.
func stands(r CountryRow) bool {
	for _, e := range r.Effects {
		if d := minus(e.With, e.Without); !d.OK || math.Abs(d.V) >= materialPart*math.Abs(r.Baseline.Or(0)) && d.V != 0 {
			return false
		}
	}
	return true
}

func (p *printer) neighbours(list []Neighbour) {
	var tonnes, money, cost []Number
	for _, n := range list {
		tonnes = append(tonnes, n.Tonnes, n.Lost, n.Transit)
		money = append(money, n.Revenue)
		cost = append(cost, n.Cost)
	}
	t, m, c := StyleOf(string(freight.Tonnes), 0, tonnes...), StyleOf(string(freight.Revenue), 0, money...), StyleOf(string(freight.UserCost), 0, cost...)
	rows := [][]string{{"neighbour", "exposure", "over it, " + t.Unit, "lost when shut", "dearer, USD/t", "transit", "revenue, " + m.Unit}}
	for _, n := range list {
		lost := "none"
		if math.Abs(n.LostPart.Or(0)) >= materialPart {
			lost = t.Bare(n.Lost)
		}
		rows = append(rows, []string{n.Name, percent(n.Exposure), t.Bare(n.Tonnes), lost, c.Bare(n.Cost), t.BareChange(n.Transit), m.BareChange(n.Revenue)})
	}
	p.printf("\n")
	p.table(rows)
}

// exposure says what part of a state's own trade crosses the borders with each
// neighbour, the largest first.
func exposure(c Country) string {
	list := slices.Clone(c.Neighbours)
	slices.SortStableFunc(list, func(x, y Neighbour) int { return cmp.Compare(y.Exposure.Or(0), x.Exposure.Or(0)) })
	var parts []string
	for _, n := range list {
		parts = append(parts, n.Name+" "+percent(n.Exposure))
	}
	return "Part of its own trade that crosses the border with " + strings.Join(parts, ", ") + "."
}

// waysSentence says how many ways lead to the open sea that do not hang on each other: as
// many as share no country, so many states it takes to shut them all (Menger).
func waysSentence(c Country, name func(id string) string) string {
	w := c.Ways
	var ends []string
	for _, id := range w.Through {
		ends = append(ends, name(id))
	}
	switch {
	case !w.Landlocked:
		return c.Name + " has a port of its own on the open sea."
	case w.Countries == 0:
		return c.Name + " has no way to an open sea over what is open in the baseline."
	case w.Countries == 1 && w.Crossings <= 1:
		return "All ways from " + c.Name + " to the open sea share a foreign country, and a border crossing or a foreign port, so that one state alone could shut them."
	case w.Countries == 1:
		return fmt.Sprintf("All ways from %s to the open sea share a foreign country, so that one state alone could shut them; %d of them share no border crossing and no foreign port.", c.Name, w.Crossings)
	}
	return fmt.Sprintf("From %s %s lead to the open sea that share no foreign country, so that it takes %d states to shut them all; %s share no border crossing and no foreign port. Those %d end at ports of %s.",
		c.Name, count(w.Countries, "way", "ways"), w.Countries, count(w.Crossings, "way", "ways"), w.Countries, enumerate(ends, "and"))
}

// spread shows where the spread of the outcomes comes from that an act moves
// most.
func (p *printer) spread() {
	s := p.a.Spread
	if s == nil {
		return
	}
	p.head(fmt.Sprintf("Where the spread comes from (%s of %s, %d of them letter c; seed %d)",
		count(s.Draws, "draw", "draws"), count(s.Figures, "figure", "figures"), s.FiguresC, s.Seed))
	rows := [][]string{{"", "politics", "numbers", "letter c", "effect", "5-95 % of draws"}}
	left := 0
	for _, act := range s.Acts {
		of := make([]SpreadEffect, 0, len(act.Effects))
		for _, e := range act.Effects {
			if p.outcomes[e.Outcome] != nil {
				of = append(of, e)
			}
		}
		slices.SortStableFunc(of, func(x, y SpreadEffect) int {
			size := func(e SpreadEffect) float64 {
				return math.Abs(e.Centre.Or(0)) / max(p.outcomes[e.Outcome].Materiality, 1e-300)
			}
			switch a, b := size(x), size(y); {
			case a > b:
				return -1
			case a < b:
				return 1
			}
			return 0
		})
		left += len(of) - p.most(mostSpread, len(of))
		rows = append(rows, []string{"with " + act.Act + " (" + count(len(act.Keys), "key world", "key worlds") + ")", "", "", "", "", ""})
		for _, e := range of[:p.most(mostSpread, len(of))] {
			x := p.outcomes[e.Outcome]
			style := StyleOf(x.Measure, x.Materiality, e.Centre, e.Low, e.High)
			row := []string{p.name(e.Outcome), "-", "-", "-", style.Change(e.Centre), fromTo(style.BareChange(e.Low), style.BareChange(e.High))}
			for _, o := range act.Outcomes {
				if o.Outcome == e.Outcome && o.State == e.State && o.Total.Or(0) > 0 {
					row[1], row[2] = percent(o.Politics), percent(o.Numbers)
				}
			}
			for _, g := range s.Groups {
				if g.Outcome == e.Outcome {
					row[3] = PartText(g.LetterC)
				}
			}
			rows = append(rows, row)
		}
	}
	p.table(rows)
	text := "What politics and numbers leave is what only both together make."
	if left > 0 {
		text += " " + count(left, "further row", "further rows") + " left out."
	}
	p.para(text)
}

func (p *printer) notes() {
	p.head("To know")
	n := p.most(mostNotes, len(p.a.Notes))
	for _, text := range p.a.Notes[:n] {
		p.printf("%s\n", wrap("- "+text, textWidth, "  "))
	}
	if left := len(p.a.Notes) - n; left > 0 {
		p.para(count(left, "further note", "further notes") + " left out.")
	}
}
