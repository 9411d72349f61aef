package region

import (
	"slices"

	"github.com/astara-corridors/astara/diag"
)

// Bounds of what is plausible. All are ours: wide enough for anything built, narrow
// enough to catch a wrong unit, which is off by a factor of 365/1000, 24, 8760/1000 or
// 1000 or more.
const (
	mostLoadOverSupply = 10.   // a zone's load against plants and ties, or sources, pipes and stores
	mostPerKV          = 6.    // MW of a circuit per kV
	leastHeatRate      = 3.6   // GJ/MWh: no loss at all
	mostHeatRate       = 25.   // GJ/MWh
	leastCalorific     = 30.   // MJ/m3
	mostCalorific      = 45.   // MJ/m3
	leastStoreDays     = 1.    // of full withdrawal
	mostStoreDays      = 1500. // of full withdrawal
	mostPeakOverMean   = 6.    // peak day over mean day of a source or contract
)

// scale holds figures against each other to catch wrong units and what cannot be.
func (c *checker) scale() {
	warn := func(r *diag.Rule, p diag.Pos, text, hint, format string, args ...any) {
		c.l.Report(r, p, text, format, args...).Hint = hint
	}
	for i := range c.Plants {
		r := &c.Plants[i]
		year := r.Capacity.Central * 8.76 // GWh
		if given(r.Energy) && year > 0 {
			switch {
			case r.Energy.Central > 1.001*year:
				warn(ruleScale, r.Pos, r.ID, "energy is in GWh a year; MWh would be 1000 times as many", "plant %s is to give %s a year, but its %s give %s at most", r.ID, amount(r.Energy.Central, "GWh"), amount(r.Capacity.Central, "MW"), amount(year, "GWh"))
			case r.Energy.Central < year/500 && r.Energy.Central > 0:
				warn(ruleScale, r.Pos, r.ID, "energy is in GWh a year; was it given in TWh?", "plant %s may give %s a year, %.2g %% of what its %s could", r.ID, amount(r.Energy.Central, "GWh"), 100*r.Energy.Central/year, amount(r.Capacity.Central, "MW"))
			}
			if must := year * r.MustRun.Central; r.Energy.High < must*0.5 && must > 0 {
				warn(ruleMustRun, r.Pos, r.ID, "lower the must-run share or raise the energy", "plant %s must run %s a year and may give %s: it will stand still for the rest", r.ID, amount(must, "GWh"), amount(r.Energy.Central, "GWh"))
			}
		}
		if r.Fuel == "gas" && given(r.HeatRate) && (r.HeatRate.Low < leastHeatRate || r.HeatRate.High > mostHeatRate) {
			warn(ruleScale, r.Pos, r.ID, "heat rates are in GJ/MWh: 6.5 for a combined cycle, 10.5 for a steam plant", "the heat rate of plant %s is %g GJ/MWh", r.ID, r.HeatRate.Central)
		}
		if given(r.Unit) && r.Unit.Central > r.Capacity.High {
			warn(ruleScale, r.Pos, r.ID, "unit is the largest single unit in MW", "the largest unit of plant %s is %s, its capacity %s", r.ID, amount(r.Unit.Central, "MW"), amount(r.Capacity.Central, "MW"))
		}
	}
	for i := range c.Ties {
		r := &c.Ties[i]
		if r.KV > 0 && r.Capacity.Central > mostPerKV*r.KV*float64(max(1, r.Circuits)) {
			warn(ruleScale, r.Pos, r.ID, "capacity is in MW for the whole corridor; kW and MWh would be 1000 and 8760 times as many", "tie %s is to carry %s at %g kV over %d circuits", r.ID, amount(r.Capacity.Central, "MW"), r.KV, max(1, r.Circuits))
		}
	}
	mean := func(where string, p diag.Pos, amountBcm, peak figure) {
		if !given(amountBcm) || !given(peak) || amountBcm.Central <= 0 || peak.Central <= 0 {
			return
		}
		if ratio := peak.Central / amountBcm.Central; ratio < 0.75 || ratio > mostPeakOverMean {
			warn(ruleScale, p, "", "yearly volumes are in bcm, peak days in mcm/d; 1 bcm/yr is 2.74 mcm/d", "%s: the peak day of %s is %.2g times the mean day of %s", where, amount(peak.Central*mcmPerDay, "mcm/d"), ratio, amount(amountBcm.Central, "bcm/yr"))
		}
	}
	for i := range c.Sources {
		mean("gas source "+c.Sources[i].ID, c.Sources[i].Pos, c.Sources[i].Capacity, c.Sources[i].Peak)
	}
	for i := range c.Contracts {
		mean("gas contract "+c.Contracts[i].ID, c.Contracts[i].Pos, c.Contracts[i].Amount, c.Contracts[i].Peak)
	}
	for i := range c.Storages {
		r := &c.Storages[i]
		rate := r.Withdrawal.Central * mcmPerDay / 1000 // bcm a day
		if rate <= 0 || r.Working.Central <= 0 {
			continue
		}
		if days := r.Working.Central / rate; days < leastStoreDays || days > mostStoreDays {
			warn(ruleScale, r.Pos, r.ID, "working gas is in mcm and withdrawal in mcm/d: volume and rate are two figures", "storage %s holds %s and gives %s a day: it lasts %.3g days", r.ID, amount(r.Working.Central*1000, "mcm"), amount(rate*1000, "mcm"), days)
		}
	}
	c.parts(warn)
	for i := range c.Exchanges {
		r := &c.Exchanges[i]
		hours := 0.
		for k := range c.Blocks {
			if len(r.Blocks) == 0 || slices.Contains(r.Blocks, c.Blocks[k].ID) {
				hours += c.Blocks[k].Hours
			}
		}
		if most := r.Power.High * hours / 1000; given(r.Energy) && given(r.Power) && r.Energy.Low > 1.001*most {
			warn(ruleScale, r.Pos, r.ID, "energy is in GWh a year, power in MW", "exchange %s is over %s a year, but %s deliver %s at most", r.ID, amount(r.Energy.Low, "GWh"), amount(r.Power.Central, "MW"), amount(most, "GWh"))
		}
	}
	for i := range c.Constants {
		if r := &c.Constants[i]; r.Name == ConstCalorific && (r.Value.Low < leastCalorific || r.Value.High > mostCalorific) {
			warn(ruleScale, r.Pos, r.Name, "the calorific value is in MJ/m3, about 35 net or 39 gross", "the calorific value is %g MJ/m3", r.Value.Central)
		}
	}
	c.supply(warn)
}

// parts holds the largest part of a row that stands for several against the row.
func (c *checker) parts(warn func(r *diag.Rule, p diag.Pos, text, hint, format string, args ...any)) {
	check := func(what, id string, p diag.Pos, unit, whole figure, scale float64, in, hint string) {
		if given(unit) && given(whole) && unit.Central > whole.High*(1+partTolerance) {
			warn(ruleScale, p, id, hint, "the largest part of %s %s is %s, all of it %s", what, id, amount(unit.Central*scale, in), amount(whole.Central*scale, in))
		}
	}
	for i := range c.Pipes {
		r := &c.Pipes[i]
		check("pipe", r.ID, r.Pos, r.Unit, r.Capacity, 1, "bcm/yr", "unit is the largest string of the pipe in bcm/yr; a peak day of 1 mcm/d is 0.365 bcm/yr")
	}
	for i := range c.Sources {
		r := &c.Sources[i]
		whole := r.Peak
		if !given(whole) {
			whole = r.Capacity
		}
		check("gas source", r.ID, r.Pos, r.Unit, whole, mcmPerDay, "mcm/d", "unit is the largest field or plant of it in mcm/d; 1 bcm/yr is 2.74 mcm/d")
	}
	for i := range c.Storages {
		r := &c.Storages[i]
		check("storage", r.ID, r.Pos, r.Unit, r.Withdrawal, mcmPerDay, "mcm/d", "unit is the most that one store of the group gives in mcm/d; its volume is another figure")
	}
}

// partTolerance is how much larger than the whole, relative to it, rounding may make a
// part.
const partTolerance = 1e-6

// supply holds each zone's largest load against all that could serve it.
func (c *checker) supply(warn func(r *diag.Rule, p diag.Pos, text, hint, format string, args ...any)) {
	for z := range c.Zones {
		id := c.Zones[z].ID
		for _, k := range []Carrier{Power, Gas} {
			load, at := c.largest(id, k)
			if load <= 0 {
				continue
			}
			can, unit, hint := 0., "MW", "power load is in MW, the mean over the block; MWh of a block are hours times as many"
			if k == Gas {
				unit, hint = "mcm/d", "gas load is in mcm/d; a year's bcm are 2.74 mcm/d each"
			}
			must := 0.
			for i := range c.Plants {
				if k == Power && c.Plants[i].Zone == id {
					can += c.Plants[i].Capacity.High
					must += c.Plants[i].Capacity.Central * c.Plants[i].MustRun.Central
				}
			}
			out := 0.
			for i := range c.Ties {
				if r := &c.Ties[i]; k == Power && (r.From == id || r.To == id) {
					can += max(r.Capacity.High, r.CapacityBack.High)
					out += max(r.Capacity.High, r.CapacityBack.High)
				}
			}
			if k == Gas {
				can = c.gasSupply(id)
			}
			switch {
			case can <= 0:
				warn(ruleIsland, at, id, "give it plants, sources, ties or pipes, or leave it: unserved load is a result", "zone %s wants %s of %s and nothing listed can supply it", id, amount(load, unit), k)
			case load > mostLoadOverSupply*can:
				warn(ruleScale, at, id, hint, "zone %s wants %s of %s, all that could serve it gives %s", id, amount(load, unit), k, amount(can, unit))
			}
			if k == Power && must > load+out {
				warn(ruleMustRun, at, id, "what cannot leave is spilled and shown", "plants of zone %s must run %s; its largest load of %s and its ties of %s cannot take that", id, amount(must, unit), amount(load, unit), amount(out, unit))
			}
		}
	}
}

// largest is the largest load of a zone over blocks, MW or mcm/d, and a row of it.
func (c *checker) largest(zone string, k Carrier) (most float64, at diag.Pos) {
	for b := range c.Blocks {
		sum := 0.
		for i := range c.Loads {
			r := &c.Loads[i]
			if r.Zone == zone && r.Carrier == k && (r.Block == "*" || r.Block == c.Blocks[b].ID) {
				sum += r.Amount.Central
				if at == (diag.Pos{}) {
					at = r.Pos
				}
			}
		}
		most = max(most, sum)
	}
	if k == Gas {
		most *= mcmPerDay
	}
	return most, at
}

// gasSupply is what sources, pipes and stores can bring to a zone, mcm/d.
func (c *checker) gasSupply(id string) float64 {
	sum := 0.
	for i := range c.Sources {
		if c.Sources[i].Zone == id {
			sum += max(c.Sources[i].Capacity.High, c.Sources[i].Peak.High)
		}
	}
	for i := range c.Pipes {
		switch id {
		case c.Pipes[i].To:
			sum += c.Pipes[i].Capacity.High
		case c.Pipes[i].From:
			sum += c.Pipes[i].CapacityBack.High
		}
	}
	for i := range c.Storages {
		if c.Storages[i].Zone == id {
			sum += c.Storages[i].Withdrawal.High
		}
	}
	return sum * mcmPerDay
}
