package region

import (
	"fmt"
	"math"
	"strconv"

	"github.com/astara-corridors/astara/units"
)

// mcmPerDay turns bcm/yr into mcm/d.
const mcmPerDay = 1000. / 365

// kilo is USD/1000 m3 in USD a mcm.
const kilo = 1000.

// million scales the objective: the programme counts in millions of USD.
const million = 1e6

// drawer gives the quantile at which a named figure is read; nil is the centre.
type drawer func(name string) float64

type figure = units.Figure

func given(f units.Figure) bool { return f.Known || f.Central != 0 || f.High != 0 }

// values are the figures of a network at their quantiles. What changes can touch is
// in listed, by layout; the rest is coefficients of the programme.
type values struct {
	listed  []float64
	growth  []float64 // load parameter -> horizon over base year
	blocks  int
	beta    []float64   // tie: MW per unit of angle (own scale)
	tieLoss []float64   // share
	avail   [][]float64 // plant, block
	energy  []float64   // plant: GWh/yr, +Inf none
	heat    []float64   // plant: mcm/d per MW
	must    []float64   // plant: share of what is available
	unit    []float64   // plant: MW of its largest unit as listed, +Inf the whole
	ratio   []float64   // exchange: kWh/m3
	margin  []float64   // exchange: USD/MWh
	rent    []float64   // contract: USD/1000 m3, the margin of gas
	train   []float64   // source: mcm/d of its largest part, +Inf the whole
	line    []float64   // pipe: the same
	store   []float64   // storage: the same
	working []float64   // storage: bcm
	stock   []float64   // storage: bcm
	worth   []float64   // tier: USD/MWh or USD/1000 m3
	elec    []float64   // tier: MW per mcm/d unserved
	cons    map[string]float64
}

// layout says where the parameters of each table begin.
type layout struct {
	tieOn, tieCap, tieBack, tieKind             int
	pipeOn, pipeCap, pipeBack                   int
	plantOn, plantCap, plantCost                int
	sourceOn, sourceCap, sourcePeak, sourceCost int
	storageOn, storageOut, storageIn            int
	conOn, conAmount, conPeak, conPrice         int
	excOn, excPower, excEnergy, excPrice        int
	sale, load, size                            int
}

func newLayout(n *network) layout {
	var l layout
	at := 0
	put := func(count int, to ...*int) {
		for _, p := range to {
			*p = at
			at += count
		}
	}
	put(len(n.Ties), &l.tieOn, &l.tieCap, &l.tieBack, &l.tieKind)
	put(len(n.Pipes), &l.pipeOn, &l.pipeCap, &l.pipeBack)
	put(len(n.Plants), &l.plantOn, &l.plantCap, &l.plantCost)
	put(len(n.Sources), &l.sourceOn, &l.sourceCap, &l.sourcePeak, &l.sourceCost)
	put(len(n.Storages), &l.storageOn, &l.storageOut, &l.storageIn)
	put(len(n.Contracts), &l.conOn, &l.conAmount, &l.conPeak, &l.conPrice)
	put(len(n.Exchanges), &l.excOn, &l.excPower, &l.excEnergy, &l.excPrice)
	put(len(n.origins)*len(n.Zones), &l.sale)
	put(len(n.loads)*len(n.Blocks), &l.load)
	l.size = at
	return l
}

// coupling numbers in the parameter vector.
var couplings = []Coupling{AC, Radial, HVDC, Open}

func couplingNumber(c Coupling) (float64, bool) {
	for i, x := range couplings {
		if x == c {
			return float64(i), true
		}
	}
	return 3, false
}

func rowName(table, id, field string) string { return table + ":" + id + ":" + field }

// evaluate reads every figure through read, which is told its name; limits that are
// not given are +Inf.
func (n *network) evaluate(l layout, draw drawer) (*values, error) {
	v := &values{listed: make([]float64, l.size), growth: make([]float64, l.size), blocks: len(n.Blocks), cons: map[string]float64{}}
	var bad error
	n.eachFigure(l, v, func(name string, f figure, to *float64, scale, missing float64) {
		x := missing
		if given(f) {
			x = f.Central
			if draw != nil && f.Low != f.High {
				x = f.At(draw(name))
			}
			x *= scale
		}
		if math.IsNaN(x) && bad == nil {
			bad = fmt.Errorf("figure %s is not given", name)
		}
		*to = x
	})
	if bad != nil {
		return nil, bad
	}
	n.derive(l, v)
	return v, nil
}

// eachFigure calls f for every figure of the network in a fixed order, with where
// its value goes, the factor to the unit used there, and the value when it is
// missing (NaN: it may not be).
func (n *network) eachFigure(l layout, v *values, f func(name string, fig figure, to *float64, scale, missing float64)) {
	inf, nan := math.Inf(1), math.NaN()
	grow := func(k int) []float64 { return make([]float64, k) }
	for i := range n.Constants {
		c := &n.Constants[i]
		var x float64
		f(rowName("constant", c.Name, "value"), c.Value, &x, 1, nan)
		v.cons[c.Name] = x
	}
	v.worth, v.elec = grow(len(n.Tiers)), grow(len(n.Tiers))
	for i := range n.Tiers {
		r := &n.Tiers[i]
		f(rowName("tier", r.ID, "value"), r.Value, &v.worth[i], 1, nan)
		f(rowName("tier", r.ID, "electric"), r.Electric, &v.elec[i], 1, 0)
	}
	v.beta, v.tieLoss = grow(len(n.Ties)), grow(len(n.Ties))
	for i := range n.Ties {
		r := &n.Ties[i]
		f(rowName("tie", r.ID, "capacity"), r.Capacity, &v.listed[l.tieCap+i], 1, nan)
		f(rowName("tie", r.ID, "capacity_back"), r.CapacityBack, &v.listed[l.tieBack+i], 1, v.listed[l.tieCap+i])
		f(rowName("tie", r.ID, "reactance"), r.Reactance, &v.beta[i], 1, 0)
		f(rowName("tie", r.ID, "loss"), r.Loss, &v.tieLoss[i], 1, 0)
	}
	v.avail, v.energy, v.heat, v.must, v.unit = make([][]float64, len(n.Plants)), grow(len(n.Plants)), grow(len(n.Plants)), grow(len(n.Plants)), grow(len(n.Plants))
	for i := range n.Plants {
		r := &n.Plants[i]
		f(rowName("plant", r.ID, "capacity"), r.Capacity, &v.listed[l.plantCap+i], 1, nan)
		f(rowName("plant", r.ID, "cost"), r.Cost, &v.listed[l.plantCost+i], 1, 0)
		var all, winter, summer float64
		f(rowName("plant", r.ID, "availability"), r.Availability, &all, 1, 1)
		f(rowName("plant", r.ID, "availability_winter"), r.AvailabilityWinter, &winter, 1, all)
		f(rowName("plant", r.ID, "availability_summer"), r.AvailabilitySummer, &summer, 1, all)
		v.avail[i] = grow(len(n.Blocks))
		for k := range n.Blocks {
			v.avail[i][k] = map[string]float64{"winter": winter, "summer": summer, "shoulder": all}[n.Blocks[k].Season]
		}
		f(rowName("plant", r.ID, "energy"), r.Energy, &v.energy[i], 1, inf)
		f(rowName("plant", r.ID, "heat_rate"), r.HeatRate, &v.heat[i], 1, 0)
		f(rowName("plant", r.ID, "must_run"), r.MustRun, &v.must[i], 1, 0)
		f(rowName("plant", r.ID, "unit"), r.Unit, &v.unit[i], 1, inf)
	}
	v.ratio, v.margin, v.rent = grow(len(n.Exchanges)), grow(len(n.Exchanges)), grow(len(n.Contracts))
	for i := range n.Exchanges {
		r := &n.Exchanges[i]
		f(rowName("exchange", r.ID, "power"), r.Power, &v.listed[l.excPower+i], 1, inf)
		f(rowName("exchange", r.ID, "energy"), r.Energy, &v.listed[l.excEnergy+i], 1, inf)
		f(rowName("exchange", r.ID, "price"), r.Price, &v.listed[l.excPrice+i], 1, 0)
		f(rowName("exchange", r.ID, "ratio"), r.Ratio, &v.ratio[i], 1, 0)
		f(rowName("exchange", r.ID, "margin"), r.Margin, &v.margin[i], 1, 0)
	}
	v.line = grow(len(n.Pipes))
	for i := range n.Pipes {
		r := &n.Pipes[i]
		f(rowName("pipe", r.ID, "capacity"), r.Capacity, &v.listed[l.pipeCap+i], mcmPerDay, nan)
		f(rowName("pipe", r.ID, "capacity_back"), r.CapacityBack, &v.listed[l.pipeBack+i], mcmPerDay, 0)
		f(rowName("pipe", r.ID, "unit"), r.Unit, &v.line[i], mcmPerDay, inf)
	}
	v.train = grow(len(n.Sources))
	for i := range n.Sources {
		r := &n.Sources[i]
		f(rowName("gas_source", r.ID, "unit"), r.Unit, &v.train[i], mcmPerDay, inf)
		f(rowName("gas_source", r.ID, "capacity"), r.Capacity, &v.listed[l.sourceCap+i], 1, nan)
		f(rowName("gas_source", r.ID, "peak"), r.Peak, &v.listed[l.sourcePeak+i], mcmPerDay, v.listed[l.sourceCap+i]*mcmPerDay)
		f(rowName("gas_source", r.ID, "cost"), r.Cost, &v.listed[l.sourceCost+i], 1, 0)
	}
	for i := range n.Contracts {
		r := &n.Contracts[i]
		f(rowName("gas_contract", r.ID, "amount"), r.Amount, &v.listed[l.conAmount+i], 1, inf)
		f(rowName("gas_contract", r.ID, "peak"), r.Peak, &v.listed[l.conPeak+i], mcmPerDay, inf)
		f(rowName("gas_contract", r.ID, "price"), r.Price, &v.listed[l.conPrice+i], 1, 0)
		f(rowName("gas_contract", r.ID, "margin"), r.Margin, &v.rent[i], 1, 0)
	}
	v.working, v.stock, v.store = grow(len(n.Storages)), grow(len(n.Storages)), grow(len(n.Storages))
	for i := range n.Storages {
		r := &n.Storages[i]
		f(rowName("storage", r.ID, "working"), r.Working, &v.working[i], 1, nan)
		f(rowName("storage", r.ID, "stock"), r.Stock, &v.stock[i], 1, v.working[i])
		f(rowName("storage", r.ID, "withdrawal"), r.Withdrawal, &v.listed[l.storageOut+i], mcmPerDay, nan)
		f(rowName("storage", r.ID, "injection"), r.Injection, &v.listed[l.storageIn+i], mcmPerDay, v.listed[l.storageOut+i])
		f(rowName("storage", r.ID, "unit"), r.Unit, &v.store[i], mcmPerDay, inf)
	}
	n.eachLoad(l, v, f)
}

// eachLoad adds the load rows up: the base year in listed, the horizon in growth.
func (n *network) eachLoad(l layout, v *values, f func(name string, fig figure, to *float64, scale, missing float64)) {
	for i := range n.Loads {
		r := &n.Loads[i]
		scale := 1.
		if r.Carrier == Gas {
			scale = mcmPerDay
		}
		id := r.Zone + "/" + r.Tier + "/" + r.Block
		var amount, growth float64
		f(rowName("load", id, "amount"), r.Amount, &amount, scale, 0)
		f(rowName("load", id, "growth"), r.Growth, &growth, 1, 1)
		first := l.load + n.loadOf[loadKey{n.zone[r.Zone], n.tier[r.Tier]}]*len(n.Blocks)
		for k := range n.Blocks {
			if r.Block == "*" || n.Blocks[k].ID == r.Block {
				v.listed[first+k] += amount
				v.growth[first+k] += amount * growth
			}
		}
	}
}

// derive turns reactances, heat rates and shares into coefficients and fills the
// parameters that are not figures.
func (n *network) derive(l layout, v *values) {
	calorific := v.cons[ConstCalorific]
	for i := range n.Ties {
		r := &n.Ties[i]
		x := v.beta[i]
		if x == 0 {
			x = v.cons[ConstReactance+strconv.FormatFloat(r.KV, 'f', -1, 64)] * r.Length / float64(max(1, r.Circuits))
		}
		v.beta[i] = 0
		if x != 0 {
			// kV^2/ohm is MW a radian; the angle of the programme is in 1/1000.
			v.beta[i] = r.KV * r.KV / x / 1000
		}
		v.listed[l.tieKind+i], _ = couplingNumber(r.Coupling)
	}
	for i := range n.Plants {
		if n.Plants[i].Fuel != "gas" || calorific == 0 {
			v.heat[i] = 0
			continue
		}
		// 24 h x GJ/MWh over GJ a mcm, which is 1000 times MJ/m3.
		v.heat[i] *= 24 / (calorific * 1000)
	}
	for i := range n.Tiers {
		// A mcm/d holds 1e6 calorific MJ a day, of which 3600 make a MWh.
		v.elec[i] *= calorific * 1e6 / 3600 / 24 * v.cons[ConstHeating]
	}
	for i := range v.stock {
		v.stock[i] = math.Min(v.stock[i], v.working[i])
	}
	for i := range len(n.origins) * len(n.Zones) {
		v.listed[l.sale+i] = 1
	}
}
