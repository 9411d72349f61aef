package answer

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// How much of power and gas is shown.
const (
	mostEnergyLines = 5 // sentences
	mostLosses      = 4
	mostHangs       = 6
)

// energyColumns are the columns of the table of states.
var energyColumns = []struct{ id, head string }{
	{"power_short", "short at peak"}, {"power_unserved", "over year"}, {"gas_short", "gas short"}, {"gas_unserved", "over year"},
	{"power_import", "imports"}, {"power_export", "exports"},
}

// energy shows the section of power and gas.
func (p *printer) energy() {
	e := p.a.Energy
	if e == nil || len(e.Runs) == 0 {
		return
	}
	p.head("Power and gas")
	n := p.most(mostEnergyLines, len(e.First))
	for _, text := range e.First[:n] {
		p.printf("%s\n", wrap("- "+text, textWidth, "  "))
	}
	if left := len(e.First) - n; left > 0 {
		p.para(count(left, "further world", "further worlds") + " left out.")
	}
	line := slices.IndexFunc(e.Runs, func(r EnergyRun) bool { return r.ID == "baseline" })
	if line < 0 {
		return
	}
	r := &e.Runs[line]
	p.energyStates(r)
	p.losses(r)
	p.dependence(r)
	if p.leave("flows of power and gas") {
		return
	}
	p.energyFlows(r)
	if len(e.NotAnswered) > 0 {
		p.para("Not considered: " + strings.Join(e.NotAnswered, " "))
	}
}

// energyStates shows the states of a run, one unit a column.
func (p *printer) energyStates(r *EnergyRun) {
	rows := [][]string{{r.Name}, {""}}
	styles := make([]Style, len(energyColumns))
	for i, c := range energyColumns {
		var all []Number
		for _, s := range r.Countries {
			all = append(all, s.number(c.id))
		}
		styles[i] = StyleOf(rowMeasure(c.id), 0, all...)
		rows[0], rows[1] = append(rows[0], c.head), append(rows[1], styles[i].Unit)
	}
	for _, s := range r.Countries {
		row := []string{s.Name}
		for i, c := range energyColumns {
			row = append(row, styles[i].Bare(s.number(c.id)))
		}
		rows = append(rows, row)
	}
	p.printf("\n")
	p.table(rows)
}

// number is a row of a state in a run.
func (c EnergyCountry) number(id string) Number {
	for _, n := range c.Numbers {
		if n.ID == id {
			return n.Value
		}
	}
	return Number{}
}

// losses names the elements whose loss leaves somebody short.
func (p *printer) losses(r *EnergyRun) {
	if len(r.Contingencies) == 0 {
		return
	}
	var parts []string
	seen := map[string]bool{}
	for _, c := range r.Contingencies {
		if (p.opt.All || !seen[c.Country]) && len(parts) < p.most(mostLosses, len(r.Contingencies)) {
			seen[c.Country] = true
			parts = append(parts, p.stateName(c.Country)+" by the loss of "+lossText(c))
		}
	}
	p.para("Worst loss of one element in the baseline world, at the peak: " + strings.Join(parts, "; ") + ".")
}

// stateName names a state of the section.
func (p *printer) stateName(id string) string {
	for _, r := range p.a.Energy.Runs {
		for _, c := range r.Countries {
			if c.ID == id {
				return c.Name
			}
		}
	}
	return id
}

// lossText names an element and what its loss leaves unserved.
func lossText(c EnergyContingency) string {
	var what []string
	if c.PowerShed.Or(0) > 0 {
		what = append(what, show(c.PowerShed, units.Power)+" of power")
	}
	if c.GasShed.Or(0) > 0 {
		what = append(what, show(c.GasShed, units.DayVolume)+" of gas")
	}
	return c.Name + " (" + listed(what) + " not served)"
}

// dependence names what is lost when an origin is gone, by the share of the load.
func (p *printer) dependence(r *EnergyRun) {
	list := slices.Clone(r.Dependence)
	slices.SortStableFunc(list, func(a, b EnergyDependence) int { return cmp.Compare(b.ShedShare.Or(0), a.ShedShare.Or(0)) })
	var parts []string
	for _, d := range list {
		if d.ShedShare.Or(0) < madeEnergy[region.GasShare] || len(parts) == p.most(mostHangs, len(list)) {
			break
		}
		if d.Consumer != d.Origin {
			parts = append(parts, p.stateName(d.Consumer)+" without "+d.Carrier+" of "+p.stateName(d.Origin)+" "+percent(d.ShedShare))
		}
	}
	if len(parts) > 0 {
		p.para("Part of the load that cannot be served otherwise once an origin is gone: " + strings.Join(parts, "; ") + ".")
	}
}

// energyFlows lists the largest flows.
func (p *printer) energyFlows(r *EnergyRun) {
	var ties, pipes []Number
	for _, t := range r.Ties {
		ties = append(ties, t.Energy)
	}
	for _, t := range r.Pipes {
		pipes = append(pipes, t.Volume)
	}
	ts, ps := StyleOf(string(region.TieFlow), 0, ties...), StyleOf(string(region.PipeFlow), 0, pipes...)
	rows := [][]string{{"tie, " + ts.Unit, "from", "to", "coupling", "flow"}}
	byTie := slices.Clone(r.Ties)
	slices.SortStableFunc(byTie, func(a, b EnergyTie) int { return cmp.Compare(math.Abs(b.Energy.Or(0)), math.Abs(a.Energy.Or(0))) })
	for _, t := range byTie {
		if t.InService {
			rows = append(rows, []string{short(t.Name), t.From, t.To, t.Coupling, ts.BareChange(t.Energy)})
		}
	}
	p.printf("\n")
	p.table(rows)
	rows = [][]string{{"pipe, " + ps.Unit, "from", "to", "flow"}}
	byPipe := slices.Clone(r.Pipes)
	slices.SortStableFunc(byPipe, func(a, b EnergyPipe) int { return cmp.Compare(math.Abs(b.Volume.Or(0)), math.Abs(a.Volume.Or(0))) })
	for _, t := range byPipe {
		if t.InService {
			rows = append(rows, []string{short(t.Name), t.From, t.To, ps.BareChange(t.Volume)})
		}
	}
	p.printf("\n")
	p.table(rows)
}

// countryEnergy shows the power and gas of a state's page: what is missing and what
// acts move.
func (p *printer) countryEnergy(c Country, head []string) {
	if c.Energy == nil {
		return
	}
	rows := [][]string{append([]string{"power and gas"}, head[1:]...)}
	still := 0
	for _, r := range c.Energy.Rows {
		if !p.opt.All && stands(r) && !slices.Contains(shortMeasures, r.ID) {
			still++
			continue
		}
		s := RowStyle(r)
		row := []string{short(r.Name), s.Unit, s.Bare(r.BaseYear), s.Bare(r.Baseline)}
		for _, e := range r.Effects {
			row = append(row, s.BareChange(minus(e.With, e.Without)))
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		p.printf("\n")
		p.table(rows)
	}
	var text []string
	if still > 0 {
		text = append(text, count(still, "row", "rows")+" of power and gas left out that no act moves by 1 %.")
	}
	if line := hangsOn(p, c); line != "" {
		text = append(text, line)
	}
	if len(c.Energy.Worst) > 0 {
		text = append(text, "Worst loss of one element at the peak: "+lossText(c.Energy.Worst[0])+".")
	}
	if len(text) > 0 {
		p.para(strings.Join(text, " "))
	}
}

// hangsOn says from whom a state has its power and gas, and what of its load nobody
// else could serve.
func hangsOn(p *printer, c Country) string {
	var parts []string
	for _, d := range c.Energy.Dependence {
		if d.Share.Or(0) < madeEnergy[region.GasShare] || d.Consumer == d.Origin {
			continue
		}
		text := d.Carrier + " of " + p.stateName(d.Origin) + " " + percent(d.Share)
		if d.ShedShare.Or(0) >= madeEnergy[region.GasShare] {
			text += " (without it " + percent(d.ShedShare) + " of the load is not served)"
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return "Part of what it uses: " + strings.Join(parts, ", ") + "."
}
