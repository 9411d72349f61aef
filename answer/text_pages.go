package answer

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/units"
)

func (p *printer) country(c Country) {
	p.head("What it means for " + c.Name)
	head := []string{"", "base year", "baseline"}
	for _, act := range p.a.Acts {
		for _, arm := range act.Arms {
			if arm.State != act.Without {
				name, _, _ := strings.Cut(act.ID, "_")
				head = append(head, name+" "+strings.ReplaceAll(arm.State, "_", " "))
			}
		}
	}
	rows := [][]string{head}
	for _, r := range c.Rows {
		d := dimOf(r.ID)
		row := []string{short(r.Name), show(r.BaseYear, d), show(r.Baseline, d)}
		for _, e := range r.Effects {
			row = append(row, signed(minus(e.With, e.Without), d))
		}
		rows = append(rows, row)
	}
	p.table(rows)
	p.para("The last columns are effects of acts on expected values.")
	if len(c.Payers) > 0 {
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
		for _, x := range payers[:min(6, len(payers))] {
			parts = append(parts, x.Name+" "+show(x.Baseline, units.MoneyRate))
		}
		p.printf("\n")
		p.para("Revenue in the baseline world by the country of the cargo (each cargo has two): " + strings.Join(parts, ", ") + ".")
	}
	if len(c.Neighbours) > 0 {
		p.printf("\n")
		rows := [][]string{{"neighbour", "exposure", "over it", "lost when shut", "dearer by", "transit", "revenue"}}
		for _, n := range c.Neighbours {
			rows = append(rows, []string{n.Name, percent(n.Exposure), show(n.Tonnes, units.Rate), show(n.Lost, units.Rate),
				show(n.Cost, units.MoneyPerTonne), signed(n.Transit, units.Rate), signed(n.Revenue, units.MoneyRate)})
		}
		p.table(rows)
	}
	p.para(waysSentence(c))
}

func waysSentence(c Country) string {
	if !c.Ways.Landlocked {
		return c.Name + " has a port of its own on the open sea."
	}
	if c.Ways.Countries == 0 {
		return c.Name + " has no way to an open sea over what is open in the baseline."
	}
	return fmt.Sprintf("Independent ways from %s to the open sea: %d sharing no foreign country (ending in %s), %d sharing no border crossing.",
		c.Name, c.Ways.Countries, strings.Join(c.Ways.Through, ", "), c.Ways.Crossings)
}

// dimOf is the dimension of a row of a country page.
func dimOf(row string) units.Dim {
	for _, m := range countryMeasures {
		if m.id == row {
			return measureDim(string(m.measure))
		}
	}
	return units.Dimensionless
}

func (p *printer) spread() {
	s := p.a.Spread
	if s == nil {
		return
	}
	for _, act := range s.Acts {
		p.head(fmt.Sprintf("Where the spread comes from (%s, %d draws of %d figures on %d key worlds, seed %d)",
			act.Act, s.Draws, s.Figures, len(act.Keys), s.Seed))
		rows := [][]string{{"", "arm", "politics", "numbers", "both", "from letter c"}}
		for _, o := range act.Outcomes {
			if o.Total.Or(0) == 0 {
				continue
			}
			letter := Number{}
			for _, g := range s.Groups {
				if g.Outcome == o.Outcome {
					letter = g.LetterC
				}
			}
			rows = append(rows, []string{short(p.names[o.Outcome]), o.State, percent(o.Politics), percent(o.Numbers), percent(o.Interaction), percent(letter)})
		}
		p.table(rows)
		rows = [][]string{{"effect with drawn figures", "state", "centre", "5-95 % of draws", "sign holds"}}
		for _, e := range act.Effects {
			d := p.dims[e.Outcome]
			rows = append(rows, []string{short(p.names[e.Outcome]), e.State, signed(e.Centre, d), span(e.Low, e.High, d, " to "), percent(e.SignHolds)})
		}
		p.printf("\n")
		p.table(rows)
	}
	for _, r := range s.Ranks {
		var parts []string
		for _, f := range r.Figures {
			if math.Abs(f.Rank) > r.Noise {
				parts = append(parts, fmt.Sprintf("%s (%s) %+.2f", f.Name, f.Letter, f.Rank))
			}
		}
		if len(parts) > 0 {
			p.para("Figures that move " + p.names[r.Outcome] + ": " + strings.Join(parts, ", ") + ".")
		}
	}
}

func (p *printer) claims() {
	if len(p.a.Claims) == 0 {
		return
	}
	p.head("Claims (listed, not weighed yet)")
	var rows [][]string
	for _, c := range p.a.Claims {
		rows = append(rows, []string{c.ID + " [" + c.Verdict + "]", c.Paraphrase})
	}
	p.lines(rows)
}
