package report

import (
	_ "embed"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

//go:embed energy.html
var energySource string

// energySection is the page of power and gas.
type energySection struct {
	First      []string
	States     energyTable
	Runs       []energyFigure // the baseline world first, then what differs from it
	Dependence []energyMatrix
	Losses     []lossOfElement
	MoreLosses []lossOfElement
	Binding    []bindingRow
	Fit        []observedRow
	FitText    string
	Not        []string
}

// energyTable has a row a state and a column a number.
type energyTable struct {
	Caption string
	Heads   []energyHead
	Rows    []energyTableRow
}

type energyHead struct{ Name, Unit string }

type energyTableRow struct {
	Name  string
	Cells []string
}

// energyFigure is one run with its maps and what differs from the baseline world.
type energyFigure struct {
	ID, Title, Text string
	Folded          bool
	Against         bool // the table is against the baseline world
	Maps            []mapView
	States          energyTable
	Shortages       []string
	Areas           string
	Stopped         string
	Ties, Pipes     []flowRow
}

// energyMatrix is who hangs on whose supply of one carrier.
type energyMatrix struct {
	Caption string
	Origins []string
	Rows    []energyTableRow
}

// lossOfElement is a line of the list of losses of one element.
type lossOfElement struct{ Name, Kind, Block, Where, Power, Gas, Words string }

type bindingRow struct{ Name, Kind, Block, Limit, Worth string }

// How much of a list stands open.
const (
	mostOpenLosses  = 12
	mostEnergyRows  = 15 // ties or pipes under a map
	mostBindingRows = 15
)

// energyColumns are the numbers of states in the table of a run.
var energyColumns = []struct{ id, head, measure string }{
	{"power_short", "short at the peak", string(region.PowerShort)}, {"power_unserved", "not served", string(region.PowerUnserved)},
	{"gas_short", "gas short at the peak", string(region.GasShort)}, {"gas_unserved", "gas not served", string(region.GasUnserved)},
	{"power_import", "imports", string(region.PowerImport)}, {"power_export", "exports", string(region.PowerExport)},
	{"energy_cost", "cost, sales off", string(region.EnergyCost)},
	{"power_ways", "ways in", string(region.PowerWays)}, {"n1_gas", "gas N-1", string(region.N1Gas)},
}

// energy makes the section, nil where the case has no power and gas.
func (b *builder) energy() (*energySection, []ground, error) {
	e := b.Answer.Energy
	if e == nil || b.Case.Energy == nil || len(e.Runs) == 0 {
		return nil, nil, nil
	}
	s := &energySection{First: e.First, Not: e.NotAnswered}
	var line *answer.EnergyRun
	for i := range e.Runs {
		if e.Runs[i].ID == "baseline" {
			line = &e.Runs[i]
		}
	}
	for i := range e.Runs {
		r := &e.Runs[i]
		f := energyFigure{ID: anchor("energy", r.ID), Title: r.Name, Folded: r.ID != "baseline", Areas: strings.Join(r.Areas, "; "), Stopped: strings.Join(r.Stopped, ", ")}
		if r.Share < 1 {
			f.Text = "Flows are those of the part of the year with all of its effects, " + share(r.Share) + "; the table is of the whole year."
		}
		for _, x := range r.Shortages {
			f.Shortages = append(f.Shortages, x.Words)
		}
		if line != nil && r != line && r.ID != "base_year" {
			f.States = b.energyStates(r, line)
			f.Against = len(f.States.Rows) > 0
		} else {
			f.States = b.energyStates(r, nil)
		}
		f.Ties, f.Pipes = b.tieRows(r), b.pipeRows(r)
		s.Runs = append(s.Runs, f)
	}
	var runs []*answer.EnergyRun
	for i := range e.Runs {
		runs = append(runs, &e.Runs[i])
	}
	grounds, err := b.energyMaps(runs, s.Runs)
	if err != nil {
		return nil, nil, err
	}
	if line != nil {
		at := slices.IndexFunc(s.Runs, func(f energyFigure) bool { return !f.Folded })
		s.States, s.Runs[at].States = s.Runs[at].States, energyTable{}
		s.States.Caption = "States in the baseline world"
		s.Dependence, s.Losses, s.Binding = b.dependence(line), b.losesOne(line), b.binding(line)
		if len(s.Losses) > mostOpenLosses {
			s.Losses, s.MoreLosses = s.Losses[:mostOpenLosses], s.Losses[mostOpenLosses:]
		}
		// The baseline stands open before the others.
		f := s.Runs[at]
		s.Runs = append([]energyFigure{f}, slices.Delete(s.Runs, at, at+1)...)
	}
	for _, o := range b.Answer.Observed {
		if x := b.outcomes[o.Outcome]; x != nil && slices.Contains(region.Measures(), region.Measure(x.Measure)) && o.Use != "never" {
			s.Fit = append(s.Fit, b.observedRow(o))
		}
	}
	return s, grounds, nil
}

// energyStates is a table of the states of a run; against a base it holds only the
// states and columns that differ, with the change after the level.
func (b *builder) energyStates(r, base *answer.EnergyRun) energyTable {
	t := energyTable{Caption: r.Name}
	type column struct {
		id    string
		style numbers
	}
	at := func(x *answer.EnergyRun, state, id string) answer.Number {
		for _, c := range x.Countries {
			for _, n := range c.Numbers {
				if c.ID == state && n.ID == id {
					return n.Value
				}
			}
		}
		return answer.Number{}
	}
	moved := func(state, id, measure string) bool {
		if base == nil {
			return true
		}
		d := less(at(r, state, id), at(base, state, id))
		return d.OK && math.Abs(d.V) >= answer.EnergyThreshold(measure)
	}
	var columns []column
	for _, c := range energyColumns {
		var all []answer.Number
		some := false
		for _, s := range r.Countries {
			all = append(all, at(r, s.ID, c.id))
			some = some || at(r, s.ID, c.id).OK && moved(s.ID, c.id, c.measure)
		}
		if some {
			st := rowOf(c.measure, 0, all...)
			columns = append(columns, column{c.id, st})
			t.Heads = append(t.Heads, energyHead{c.head, nobreak(st.s.Unit)})
		}
	}
	for _, s := range r.Countries {
		row := energyTableRow{Name: s.Name}
		some := false
		for _, c := range columns {
			v := at(r, s.ID, c.id)
			text := c.style.bare(v)
			if base != nil {
				for _, k := range energyColumns {
					if k.id == c.id && moved(s.ID, c.id, k.measure) {
						text += " (" + c.style.bareChange(less(v, at(base, s.ID, c.id))) + ")"
						some = true
					}
				}
			}
			row.Cells = append(row.Cells, text)
		}
		if some || base == nil {
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		t.Heads = nil
	}
	return t
}

// zoneName names a zone of power and gas.
func (b *builder) zoneName(id string) string {
	for i := range b.Case.Energy.Zones {
		if z := &b.Case.Energy.Zones[i]; z.ID == id {
			return shortName(z.Name)
		}
	}
	return id
}

func (b *builder) tieRows(r *answer.EnergyRun) []flowRow {
	list := slices.Clone(r.Ties)
	sort.SliceStable(list, func(i, j int) bool { return math.Abs(list[i].Energy.Or(0)) > math.Abs(list[j].Energy.Or(0)) })
	var all []answer.Number
	for _, t := range list {
		all = append(all, t.Energy)
	}
	style := rowOf(string(region.TieFlow), 0, all...)
	var out []flowRow
	for _, t := range list[:min(mostEnergyRows, len(list))] {
		kind := t.Coupling
		if !t.InService {
			kind = "out of service"
		} else if t.Bridge {
			kind += ", bridge"
		}
		from, to := t.From, t.To
		flow := t.Energy
		if flow.Or(0) < 0 {
			from, to, flow.V = to, from, -flow.V
		}
		out = append(out, flowRow{b.zoneName(from) + " → " + b.zoneName(to), anchor("in-energy-tie", t.ID), kind, style.level(flow)})
	}
	return out
}

func (b *builder) pipeRows(r *answer.EnergyRun) []flowRow {
	list := slices.Clone(r.Pipes)
	sort.SliceStable(list, func(i, j int) bool { return math.Abs(list[i].Volume.Or(0)) > math.Abs(list[j].Volume.Or(0)) })
	var all []answer.Number
	for _, t := range list {
		all = append(all, t.Volume)
	}
	style := rowOf(string(region.PipeFlow), 0, all...)
	var out []flowRow
	for _, t := range list[:min(mostEnergyRows, len(list))] {
		var origins []string
		for _, o := range t.Origins {
			if o.Share.Or(0) >= 0.005 {
				origins = append(origins, o.Origin+" "+percent(o.Share))
			}
		}
		kind := strings.Join(origins, ", ")
		if !t.InService {
			kind = "out of service"
		}
		from, to := t.From, t.To
		flow := t.Volume
		if flow.Or(0) < 0 {
			from, to, flow.V = to, from, -flow.V
		}
		out = append(out, flowRow{b.zoneName(from) + " → " + b.zoneName(to), anchor("in-energy-pipe", t.ID), kind, style.level(flow)})
	}
	return out
}

// dependence makes a matrix a carrier: consumers by origins.
func (b *builder) dependence(r *answer.EnergyRun) []energyMatrix {
	var out []energyMatrix
	for _, carrier := range []string{string(region.Gas), string(region.Power)} {
		var origins, consumers []string
		cell := map[[2]string]answer.EnergyDependence{}
		for _, d := range r.Dependence {
			least := answer.EnergyThreshold(string(region.GasShare))
			if d.Carrier != carrier || d.Share.Or(0) < least && d.ShedShare.Or(0) < least {
				continue
			}
			if !slices.Contains(origins, d.Origin) {
				origins = append(origins, d.Origin)
			}
			if !slices.Contains(consumers, d.Consumer) {
				consumers = append(consumers, d.Consumer)
			}
			cell[[2]string{d.Consumer, d.Origin}] = d
		}
		if len(origins) == 0 {
			continue
		}
		m := energyMatrix{Caption: strings.ToUpper(carrier[:1]) + carrier[1:]}
		for _, o := range origins {
			m.Origins = append(m.Origins, b.actor(o))
		}
		for _, c := range consumers {
			row := energyTableRow{Name: b.actor(c)}
			for _, o := range origins {
				d, ok := cell[[2]string{c, o}]
				text := "–"
				if ok && c == o {
					text = "own " + percent(d.Share)
				} else if ok {
					text = nobreak(percent(d.Share) + " · " + percent(d.ShedShare))
					if carrier == string(region.Gas) && d.PowerShed.Or(0) > 0 {
						text += " (and " + value(d.PowerShed.V, "GWh/yr") + " of power)"
					}
				}
				row.Cells = append(row.Cells, text)
			}
			m.Rows = append(m.Rows, row)
		}
		out = append(out, m)
	}
	return out
}

func (b *builder) losesOne(r *answer.EnergyRun) []lossOfElement {
	var out []lossOfElement
	for _, c := range r.Contingencies {
		out = append(out, b.loss(c))
	}
	return out
}

func (b *builder) loss(c answer.EnergyContingency) lossOfElement {
	x := lossOfElement{Name: c.Name, Kind: words(c.Kind), Block: b.blockName(c.Block), Where: b.actor(c.Country), Power: "–", Gas: "–", Words: c.Words}
	if c.PowerShed.Or(0) > 0 {
		x.Power = set(units.Format(c.PowerShed.V, units.Power))
	}
	if c.GasShed.Or(0) > 0 {
		x.Gas = set(units.Format(c.GasShed.V, units.DayVolume))
	}
	return x
}

func (b *builder) blockName(id string) string {
	for _, x := range b.Answer.Energy.Blocks {
		if x.ID == id {
			return x.Name
		}
	}
	return id
}

func (b *builder) binding(r *answer.EnergyRun) []bindingRow {
	var out []bindingRow
	for _, x := range r.Binding[:min(mostBindingRows, len(r.Binding))] {
		name := x.Name
		if x.Direction != "" {
			name += " (" + x.Direction + ")"
		}
		out = append(out, bindingRow{Name: name, Kind: words(x.Kind), Block: b.blockName(x.Block), Limit: value(x.Limit.Or(math.NaN()), x.Unit),
			Worth: set(units.Format(x.Worth, units.MoneyRate)) + " for " + nobreak("1 "+x.Unit)})
	}
	return out
}

// countryEnergy adds power and gas to a state's page.
func (b *builder) countryEnergy(v *country, c answer.Country, columns []pairOfAct) {
	if c.Energy == nil {
		return
	}
	for _, r := range c.Energy.Rows {
		style := numbers{answer.RowStyle(r)}
		v.Energy = append(v.Energy, countryRow{Name: r.Name, BaseYear: style.level(r.BaseYear), Baseline: style.level(r.Baseline), Effects: changes(columns, r.Effects, style)})
	}
	var parts []string
	for _, d := range c.Energy.Dependence {
		if d.Consumer != d.Origin && d.ShedShare.Or(0) >= answer.EnergyThreshold(string(region.GasShare)) {
			parts = append(parts, percent(d.ShedShare)+" of its "+d.Carrier+" without "+b.actor(d.Origin))
		}
	}
	if len(parts) > 0 {
		v.Hangs = "In the baseline world nothing else could serve " + strings.Join(parts, ", ") + "."
	}
	for _, x := range c.Energy.Worst[:min(mostCountryLosses, len(c.Energy.Worst))] {
		v.Losses = append(v.Losses, b.loss(x))
	}
}

// mostCountryLosses is how many losses of one element stand on a state's page.
const mostCountryLosses = 5
