package answer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/world"
)

// The worlds of power and gas that are opened up.
const (
	mostTogether      = 3 // pairs of variables
	mostContingencies = 4 // of a run and the state where most is missing
	mostBinding       = 20
)

// opener is an engine whose solutions can be opened up.
type opener interface {
	Detail(ctx context.Context, d world.Delta, s *world.Solution, losses bool) (*region.Detail, error)
}

// energyReader opens worlds of power and gas.
type energyReader struct {
	*computer
	part   *part
	open   opener
	states []string
	names  map[string]string // of elements, blocks and actors
}

// readEnergy makes the section of power and gas and the parts of countries' pages.
func (k *computer) readEnergy(ctx context.Context, a *Answer) (*Energy, error) {
	p := k.energy()
	if p == nil {
		return nil, nil
	}
	open, ok := p.engine.(opener)
	if !ok || k.c.Energy == nil {
		return nil, nil
	}
	x := &energyReader{k, p, open, energyStates(k.c), EnergyNames(k.c)}
	e := &Energy{}
	for _, b := range k.c.Energy.Blocks {
		e.Blocks = append(e.Blocks, EnergyBlock{b.ID, nameOr(b.Name, b.ID), b.Hours, b.Peak})
	}
	base, err := p.engine.BaseYear()
	if err != nil {
		return nil, err
	}
	worlds := x.worlds()
	e.Runs = make([]EnergyRun, 1+len(worlds))
	not := make([][]string, len(e.Runs))
	if err := par.Do(ctx, k.opt.Workers, len(e.Runs), func(_, i int) (err error) {
		if i > 0 {
			not[i], err = x.run(ctx, &e.Runs[i], worlds[i-1])
			return err
		}
		e.Runs[i] = EnergyRun{ID: "base_year", Name: fmt.Sprintf("Base-year run, %d", k.c.BaseYear), Changed: []EnergyChanged{}, Share: 1,
			Countries: x.countries(func(c int) Number { return some(p.baseYear.Values[c]) })}
		not[i], err = x.fill(ctx, &e.Runs[i], base, p.baseYear)
		return err
	}); err != nil {
		return nil, err
	}
	lp.Release() // the last that an answer asks of power and gas
	for _, list := range not {
		for _, text := range list {
			if !slices.Contains(e.NotAnswered, text) {
				e.NotAnswered = append(e.NotAnswered, text)
			}
		}
	}
	e.First = x.sentences(e)
	for i := range a.Countries {
		a.Countries[i].Energy = x.country(a.Countries[i].ID, e)
	}
	return e, nil
}

// EnergyNames names the elements of power and gas, zones and states by id; a tie is
// also there as tie/ID, a pipe as pipe/ID.
func EnergyNames(c *casefile.Case) map[string]string {
	out := map[string]string{}
	s := c.Energy
	for _, x := range s.Plants {
		out[x.ID] = x.Name
	}
	for _, x := range s.Sources {
		out[x.ID] = x.Name
	}
	for _, x := range s.Storages {
		out[x.ID] = x.Name
	}
	for _, x := range s.Contracts {
		out[x.ID] = x.Name
	}
	for _, x := range s.Exchanges {
		out[x.ID] = x.Name
	}
	for _, x := range s.Ties {
		out[x.ID], out["tie/"+x.ID] = x.Name, x.Name
	}
	for _, x := range s.Pipes {
		out[x.ID], out["pipe/"+x.ID] = x.Name, x.Name
	}
	for _, x := range s.Blocks {
		out[x.ID] = x.Name
	}
	for _, x := range s.Zones {
		out[x.ID] = x.Name
	}
	for _, a := range c.Actors {
		out[a.ID] = a.Name
	}
	return out
}

func (x *energyReader) name(id string) string { return nameOr(x.names[id], id) }

// named is name for an element of a kind: a tie and a pipe may have the same id.
func (x *energyReader) named(kind, id string) string {
	return nameOr(x.names[kind+"/"+id], x.name(id))
}

// worlds lists the worlds to open: the baseline, those off it in one variable that
// the engine tells from it, and the pairs of variables whose shortages together are
// no sum of those apart, the furthest from it first.
func (x *energyReader) worlds() []formula.World {
	tab, space := x.part.table, x.c.Space
	base := space.Baseline()
	out := []formula.World{base}
	if tab.Row(base) < 0 {
		return nil
	}
	type turn struct {
		variable, state int
		row             int
	}
	var turns []turn
	seen := map[int]bool{tab.Row(base): true}
	for v, depends := range tab.Depends() {
		for st := range space.Vars()[v].States {
			if !depends || st == space.Vars()[v].Baseline {
				continue
			}
			w := space.With(base, v, st)
			if row := tab.Row(w); row >= 0 && !seen[row] {
				seen[row] = true
				turns = append(turns, turn{v, st, row})
				out = append(out, w)
			}
		}
	}
	type pairing struct {
		world formula.World
		row   int
		size  float64
	}
	var pairs []pairing
	for i, a := range turns {
		for _, b := range turns[i+1:] {
			if a.variable == b.variable {
				continue
			}
			w := space.With(space.With(base, a.variable, a.state), b.variable, b.state)
			row := tab.Row(w)
			if row < 0 || seen[row] {
				continue
			}
			if size := x.apart(tab.Row(base), a.row, b.row, row); size >= 1 {
				seen[row] = true
				pairs = append(pairs, pairing{w, row, size})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pairing) int { return cmp.Compare(b.size, a.size) })
	for _, p := range pairs[:min(mostTogether, len(pairs))] {
		out = append(out, p.world)
	}
	return out
}

// shortMeasures are the rows of a page that say what is missing.
var shortMeasures = []string{"power_short", "power_unserved", "gas_short", "gas_unserved"}

// apart is by how many thresholds the shortage of some state under two changes
// differs from the sum of what each does.
func (x *energyReader) apart(base, a, b, both int) float64 {
	tab, most := x.part.table, 0.0
	for _, s := range x.states {
		for _, m := range energyMeasures {
			c := tab.Column(energyID(s, m.id))
			if c < 0 || !slices.Contains(shortMeasures, m.id) {
				continue
			}
			d := tab.At(both, c) - tab.At(a, c) - tab.At(b, c) + tab.At(base, c)
			if size := math.Abs(d) / madeEnergy[m.measure]; size > most {
				most = size
			}
		}
	}
	return most
}

// run opens a world of the horizon year.
func (x *energyReader) run(ctx context.Context, r *EnergyRun, w formula.World) (not []string, err error) {
	tab, space := x.part.table, x.c.Space
	row := tab.Row(w)
	*r = EnergyRun{ID: "baseline", Name: fmt.Sprintf("Baseline world, %d", x.c.Horizon), Changed: []EnergyChanged{},
		Countries: x.countries(func(c int) Number { return some(tab.At(row, c)) })}
	if w != space.Baseline() {
		r.ID = space.Format(w)
		var texts []string
		for v, y := range space.Vars() {
			if st := space.State(w, v); st != y.Baseline {
				c := EnergyChanged{y.ID, y.States[st], x.turnText(v, st)}
				r.Changed, texts = append(r.Changed, c), append(texts, c.Text)
			}
		}
		r.Name = listed(texts)
	}
	// The network with every part-year effect has the most effects.
	main := tab.Rows[row].Mix[0]
	for _, m := range tab.Rows[row].Mix {
		if len(tab.Networks[m.Network].Active) > len(tab.Networks[main.Network].Active) {
			main = m
		}
	}
	r.Share = main.Share
	return x.fill(ctx, r, tab.Networks[main.Network].Delta, tab.Solutions[main.Network])
}

// turnText says that a variable is off its baseline: “Gas Russia-Armenia” is stopped.
func (x *energyReader) turnText(v, st int) string {
	y := &x.c.Variables[v]
	return stateText(x.c, y, []string{y.States[st]}, false)
}

// properWords is a state of a variable in words, with the names of states of the case
// written as the case writes them: with_russia is with Russia.
func properWords(c *casefile.Case, state string) string {
	list := strings.Split(state, "_")
	for i, w := range list {
		for _, a := range c.Actors {
			if a.Kind == casefile.State && strings.EqualFold(w, a.Name) {
				list[i] = a.Name
			}
		}
	}
	return strings.Join(list, " ")
}

// countries reads the rows of every state's page.
func (x *energyReader) countries(at func(column int) Number) []EnergyCountry {
	var out []EnergyCountry
	for _, s := range x.states {
		c := EnergyCountry{ID: s, Name: x.name(s)}
		add := func(id string) {
			if col := x.part.table.Column(energyID(s, id)); col >= 0 {
				c.Numbers = append(c.Numbers, EnergyNumber{id, at(col)})
			}
		}
		for _, m := range energyMeasures {
			add(m.id)
		}
		for _, o := range gasOrigins(x.c) {
			add(gasFrom + o)
		}
		out = append(out, c)
	}
	return out
}

// fill opens a solution into the lists of a run and returns what it does not answer.
// Losses are sought in the base year and in the baseline world.
func (x *energyReader) fill(ctx context.Context, r *EnergyRun, d world.Delta, s *world.Solution) (not []string, err error) {
	det, err := x.open.Detail(ctx, d, s, len(r.Changed) == 0)
	if err != nil {
		return nil, fmt.Errorf("opening power and gas of %s: %w", r.Name, err)
	}
	for _, a := range det.Areas {
		r.Areas = append(r.Areas, a.Name)
	}
	for _, t := range det.Ties {
		r.Ties = append(r.Ties, EnergyTie{t.Tie, x.named("tie", t.Tie), t.From, t.To, string(t.Coupling), t.InService, some(t.Energy), numbersOf(t.Flow), some(t.Capacity), some(t.CapacityBack), t.Bridge})
	}
	for _, p := range det.Pipes {
		r.Pipes = append(r.Pipes, EnergyPipe{p.Pipe, x.named("pipe", p.Pipe), p.From, p.To, p.InService, some(p.Volume), numbersOf(p.Flow), some(p.Capacity), some(p.CapacityBack), sharesOf(p.Origins)})
	}
	for _, y := range det.Shortages {
		if !slices.Contains(x.states, y.Country) {
			continue // at the boundary
		}
		r.Shortages = append(r.Shortages, EnergyShort{y.Country, y.Block, string(y.Carrier), some(y.Amount), y.Words})
	}
	for _, y := range det.Dependence {
		if !slices.Contains(x.states, y.Consumer) {
			continue
		}
		r.Dependence = append(r.Dependence, EnergyDependence{string(y.Carrier), y.Consumer, y.Origin, some(y.Delivered), some(y.FlowShare), some(y.Shed), some(y.ShedShare), some(settled(y.PowerShed)), some(y.Cost)})
	}
	for _, y := range det.Contingency {
		// The loss of a supplier with all its gas is no loss of one element: it
		// stands with the dependences.
		if y.Kind == "supplier" {
			continue
		}
		for _, z := range y.By { // every state with what itself is short of
			if settled(z.PowerShed) > 0 || settled(z.GasShed) > 0 {
				r.Contingencies = append(r.Contingencies, EnergyContingency{y.Kind, y.Element, x.lostName(&y), y.Block, z.Country, some(settled(z.PowerShed)), some(settled(z.GasShed)), y.Reason, some(y.Loading), y.Words})
			}
		}
	}
	r.Contingencies = x.worst(r.Contingencies)
	for _, y := range det.Binding {
		r.Binding = append(r.Binding, EnergyBinding{y.Kind, y.Element, x.named(y.Kind, y.Element), y.Block, y.Direction, some(y.Limit), y.Unit, y.Worth})
	}
	slices.SortStableFunc(r.Binding, func(a, b EnergyBinding) int { return cmp.Compare(b.Worth, a.Worth) })
	r.Binding = r.Binding[:min(mostBinding, len(r.Binding))]
	for _, id := range det.Stopped {
		r.Stopped = append(r.Stopped, x.name(id))
	}
	return det.NotAnswered, nil
}

// lostName names what fails: all of an element, or the largest part of it.
func (x *energyReader) lostName(c *region.Contingency) string {
	switch name := x.named(c.Kind, c.Element); {
	case c.Kind == "unit":
		return "the largest unit of " + name
	case c.Part:
		return "the largest part of " + name
	default:
		return name
	}
}

// worst keeps, for every state in turn, the losses that leave most missing there, an
// element once.
func (x *energyReader) worst(list []EnergyContingency) []EnergyContingency {
	slices.SortStableFunc(list, func(a, b EnergyContingency) int { return cmp.Compare(b.size(), a.size()) })
	var out []EnergyContingency
	for _, s := range x.states {
		kept := map[string]bool{}
		for _, c := range list {
			if c.Country == s && len(kept) < mostContingencies && !kept[c.Element] && c.size() >= 1 {
				kept[c.Element] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// size of what is shed, in the thresholds of shortages.
func (c EnergyContingency) size() float64 {
	return max(c.PowerShed.Or(0)/madeEnergy[region.PowerShort], c.GasShed.Or(0)/madeEnergy[region.GasShort])
}

func numbersOf(xs []float64) []Number {
	out := make([]Number, len(xs))
	for i, v := range xs {
		out[i] = some(v)
	}
	return out
}

func sharesOf(xs []region.Share) []EnergyShare {
	out := make([]EnergyShare, len(xs))
	for i, s := range xs {
		out[i] = EnergyShare{s.Name, some(s.Amount), some(s.Share)}
	}
	return out
}

// country makes the power and gas of a state's page, nil where it wants neither.
func (x *energyReader) country(id string, e *Energy) *CountryEnergy {
	if !slices.Contains(x.states, id) {
		return nil
	}
	out := &CountryEnergy{}
	row := func(what, name, measure string) {
		at := energyID(id, what)
		if _, ok := x.tables.find(at); !ok {
			return
		}
		out.Rows = append(out.Rows, CountryRow{ID: what, Name: name, Unit: casefile.MeasureDim(freight.Measure(measure)).Unit(),
			BaseYear: x.baseYear(at), Baseline: x.baseline(at), Effects: x.armMeans(at)})
	}
	for _, m := range energyMeasures {
		row(m.id, m.name, string(m.measure))
	}
	for _, o := range gasOrigins(x.c) {
		at := gasShareID(id, o)
		if x.baseYear(at).Or(0) > 0 || x.baseline(at).Or(0) > 0 {
			row(gasFrom+o, "Part of its gas from "+x.name(o), string(region.GasShare))
		}
	}
	for i := range e.Runs {
		r := &e.Runs[i]
		if r.ID != "baseline" {
			continue
		}
		for _, d := range r.Dependence {
			if d.Consumer == id {
				out.Dependence = append(out.Dependence, d)
			}
		}
		for _, c := range r.Contingencies {
			if c.Country == id {
				out.Worst = append(out.Worst, c)
			}
		}
	}
	return out
}

// solverNoise is the amount, in MW, GWh/yr or mcm/d, below which what a dispatch
// sheds is rounding of the solver.
const solverNoise = 1e-5

// settled is an amount without the solver's rounding.
func settled(v float64) float64 {
	if v < solverNoise {
		return 0
	}
	return v
}
