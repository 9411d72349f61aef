package report

import (
	"strings"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// energyInputs lists the records of power and gas.
func (b *builder) energyInputs(add func(id, title string, n int, row func(i int) inputRow)) {
	s := b.Case.Energy
	if s == nil {
		return
	}
	line := func(table, id, name string, r region.Ref, figures ...named) inputRow {
		return b.row("energy-"+table, id, name, freight.Ref(r), figures...)
	}
	between := func(from, to string) string { return b.zoneName(from) + " – " + b.zoneName(to) }
	add("energy-load", "Load of power and gas", len(s.Loads), func(i int) inputRow {
		x := &s.Loads[i]
		return line("load", x.Zone+"/"+string(x.Carrier)+"/"+x.Block+"/"+x.Tier, strings.Join(nonempty(b.zoneName(x.Zone), string(x.Carrier), x.Block, x.Tier), ", "), x.Ref,
			named{"", x.Amount}, named{"growth to the horizon", x.Growth})
	})
	add("energy-tier", "Value of lost load", len(s.Tiers), func(i int) inputRow {
		x := &s.Tiers[i]
		return line("tier", x.ID, x.Name+" ("+string(x.Carrier)+")", x.Ref, named{"value", x.Value}, named{"made of electricity instead", x.Electric})
	})
	add("energy-plant", "Power plants", len(s.Plants), func(i int) inputRow {
		x := &s.Plants[i]
		return line("plant", x.ID, x.Name+", "+x.Fuel, x.Ref, named{"capacity", x.Capacity}, named{"availability", x.Availability}, named{"in winter", x.AvailabilityWinter},
			named{"in summer", x.AvailabilitySummer}, named{"energy", x.Energy}, named{"cost", x.Cost}, named{"heat rate", x.HeatRate}, named{"must run", x.MustRun})
	})
	add("energy-tie", "Ties", len(s.Ties), func(i int) inputRow {
		x := &s.Ties[i]
		r := line("tie", x.ID, x.Name+": "+between(x.From, x.To)+", "+string(x.Coupling), x.Ref, named{"capacity", x.Capacity}, named{"back", x.CapacityBack},
			named{"", exact(x.Length, units.Length)}, named{"loss", x.Loss})
		r.Text = join(r.Text, x.Status)
		return r
	})
	add("energy-exchange", "Power contracts", len(s.Exchanges), func(i int) inputRow {
		x := &s.Exchanges[i]
		return line("exchange", x.ID, x.Name+": "+between(x.From, x.To)+", "+string(x.Kind), x.Ref, named{"power", x.Power}, named{"energy", x.Energy}, named{"price", x.Price}, named{"kWh per m3", x.Ratio})
	})
	add("energy-pipe", "Gas pipelines", len(s.Pipes), func(i int) inputRow {
		x := &s.Pipes[i]
		r := line("pipe", x.ID, x.Name+": "+between(x.From, x.To), x.Ref, named{"capacity", x.Capacity}, named{"back", x.CapacityBack})
		r.Text = join(r.Text, x.Status)
		return r
	})
	add("energy-source", "Where gas enters", len(s.Sources), func(i int) inputRow {
		x := &s.Sources[i]
		return line("source", x.ID, x.Name+", gas of "+x.Origin, x.Ref, named{"capacity", x.Capacity}, named{"peak", x.Peak}, named{"cost", x.Cost})
	})
	add("energy-contract", "Gas contracts", len(s.Contracts), func(i int) inputRow {
		x := &s.Contracts[i]
		return line("contract", x.ID, x.Name+": "+x.Origin+" to "+x.Buyer, x.Ref, named{"amount", x.Amount}, named{"peak", x.Peak}, named{"price", x.Price})
	})
	add("energy-storage", "Gas stores", len(s.Storages), func(i int) inputRow {
		x := &s.Storages[i]
		return line("storage", x.ID, x.Name, x.Ref, named{"working gas", x.Working}, named{"withdrawal", x.Withdrawal}, named{"injection", x.Injection}, named{"stock", x.Stock})
	})
	add("energy-constant", "Constants of power and gas", len(s.Constants), func(i int) inputRow {
		x := &s.Constants[i]
		return line("constant", x.Name, x.Name, x.Ref, named{"", x.Value})
	})
}
