package region

import (
	"math"
	"slices"
	"strings"
)

// flows fills in what a dispatch alone tells.
func (d *dispatch) flows(out *Detail) {
	d.areasOf(out)
	d.zonesOf(out)
	d.tiesOf(out)
	d.pipesOf(out)
	d.plantsOf(out)
	d.tradeOf(out)
	d.storesOf(out)
	d.shedsOf(out)
	n := d.w.b.net
	out.Cost = map[string]Account{}
	for c, name := range n.countries {
		out.Cost[name] = d.account(n.zonesOf(c))
	}
}

// zonesOf lists the zones of a country.
func (n *network) zonesOf(country int) []int {
	var out []int
	for z, c := range n.zoneCountry {
		if c == country {
			out = append(out, z)
		}
	}
	return out
}

func (d *dispatch) areasOf(out *Detail) {
	n := d.w.b.net
	for a := range d.w.areas {
		var x Area
		var names []string
		for z := range n.Zones {
			if d.w.area[z] == a {
				x.Zones = append(x.Zones, n.Zones[z].ID)
				if n.Zones[z].Area != "" {
					names = append(names, n.Zones[z].Area)
				}
			}
		}
		slices.Sort(names)
		x.Reference = x.Zones[0]
		if x.Name = strings.Join(slices.Compact(names), "+"); x.Name == "" {
			x.Name = x.Zones[0]
		}
		out.Areas = append(out.Areas, x)
	}
}

// at reads the values of columns by block; a column that is not there is 0.
func (d *dispatch) at(cols []int) []float64 {
	out := make([]float64, len(d.w.b.net.Blocks))
	for k, j := range cols {
		if j >= 0 {
			out[k] = d.x[j]
		}
	}
	return out
}

func addTo(sum, x []float64) {
	for k := range x {
		sum[k] += x[k]
	}
}

func (d *dispatch) zonesOf(out *Detail) {
	n, pr := d.w.b.net, d.w.b.prog
	blocks := func() []float64 { return make([]float64, len(n.Blocks)) }
	for z := range n.Zones {
		r := ZoneResult{
			Zone: n.Zones[z].ID, Country: n.Zones[z].Country, Area: d.w.area[z], Load: blocks(), Unserved: blocks(), Generation: blocks(),
			NetImport: blocks(), Spilled: d.at(pr.spill[z]), GasLoad: blocks(), GasUnserved: blocks(), GasToPlants: blocks(),
		}
		for k := range n.Blocks {
			r.Load[k], r.GasLoad[k] = d.w.zoneLoad(z, k, Power), d.w.zoneLoad(z, k, Gas)
		}
		r.Heating, r.HeatingOff = d.at(pr.elec[z]), d.at(pr.elecOff[z])
		addTo(r.Load, r.Heating)
		addTo(r.Unserved, r.HeatingOff)
		for i, key := range n.loads {
			if key.zone == z && n.Tiers[key.tier].Carrier == Power {
				addTo(r.Unserved, d.at(pr.shed[i]))
			} else if key.zone == z {
				addTo(r.GasUnserved, d.at(pr.shed[i]))
			}
		}
		for g := range n.Plants {
			if n.zone[n.Plants[g].Zone] == z {
				p := d.at(pr.gen[g])
				addTo(r.Generation, p)
				for k := range p {
					r.GasToPlants[k] += d.w.b.vals.heat[g] * p[k]
				}
			}
		}
		for k := range n.Blocks {
			r.NetImport[k] = r.Load[k] - r.Unserved[k] - r.Generation[k] + r.Spilled[k]
		}
		total := 0.
		by := make([]float64, len(n.origins))
		for o := range n.goods {
			x := d.delivered(o, []int{z})
			by[n.goods[o].origin] += x
			total += x
		}
		for o, x := range by {
			if x > settleTolerance {
				r.GasFrom = append(r.GasFrom, Share{n.origins[o], x, x / total})
			}
		}
		out.Zones = append(out.Zones, r)
	}
}

func (d *dispatch) tiesOf(out *Detail) {
	n, l := d.w.b.net, &d.w.b.lay
	for t := range n.Ties {
		r := TieResult{
			Tie: n.Ties[t].ID, From: n.Ties[t].From, To: n.Ties[t].To, Coupling: couplings[int(d.w.p[l.tieKind+t])], InService: d.w.coupling[t] != Open,
			Flow: d.tieFlow(t), Capacity: d.w.p[l.tieCap+t], CapacityBack: d.w.p[l.tieBack+t], Bridge: d.w.bridge[t],
		}
		for k, f := range r.Flow {
			r.Energy += f * n.hours[k] / 1000
		}
		out.Ties = append(out.Ties, r)
	}
}

func (d *dispatch) pipesOf(out *Detail) {
	n, pr, l := d.w.b.net, d.w.b.prog, &d.w.b.lay
	for p := range n.Pipes {
		r := PipeResult{
			Pipe: n.Pipes[p].ID, From: n.Pipes[p].From, To: n.Pipes[p].To, InService: d.w.p[l.pipeOn+p] != 0,
			Flow: make([]float64, len(n.Blocks)), Capacity: d.w.p[l.pipeCap+p], CapacityBack: d.w.p[l.pipeBack+p],
		}
		by := make([]float64, len(n.origins))
		for o := range n.goods {
			for dir, sign := range [2]float64{1, -1} {
				for k, j := range pr.pipe[dir][p][o] {
					r.Flow[k] += sign * d.x[j]
					by[n.goods[o].origin] += sign * d.x[j] * n.days[k] / 1000
				}
			}
		}
		for k, f := range r.Flow {
			r.Volume += f * n.days[k] / 1000
		}
		for o, x := range by {
			if math.Abs(x) > settleTolerance {
				part := Share{Name: n.origins[o], Amount: x}
				if math.Abs(r.Volume) > settleTolerance {
					part.Share = x / r.Volume
				}
				r.Origins = append(r.Origins, part)
			}
		}
		out.Pipes = append(out.Pipes, r)
	}
}

func (d *dispatch) plantsOf(out *Detail) {
	n, pr := d.w.b.net, d.w.b.prog
	for g := range n.Plants {
		r := PlantResult{Plant: n.Plants[g].ID, Zone: n.Plants[g].Zone, Fuel: n.Plants[g].Fuel, Output: d.at(pr.gen[g]), Available: make([]float64, len(n.Blocks))}
		z := n.zone[n.Plants[g].Zone]
		for k := range n.Blocks {
			r.Available[k], _ = d.w.available(g, k)
			r.Energy += r.Output[k] * n.hours[k] / 1000
			r.Derated = r.Derated || d.w.b.vals.heat[g] > 0 && r.Output[k] < r.Available[k]-settleTolerance && d.scarce(z, k, Gas) && d.scarce(z, k, Power)
		}
		out.Plants = append(out.Plants, r)
	}
}

// scarce says whether a zone sheds load of a carrier in a block.
func (d *dispatch) scarce(z, k int, c Carrier) bool {
	n, pr := d.w.b.net, d.w.b.prog
	for i, key := range n.loads {
		if key.zone == z && n.Tiers[key.tier].Carrier == c && d.x[pr.shed[i][k]] > settleTolerance {
			return true
		}
	}
	return false
}

func (d *dispatch) tradeOf(out *Detail) {
	n, pr, l := d.w.b.net, d.w.b.prog, &d.w.b.lay
	for x := range n.Exchanges {
		e := &n.Exchanges[x]
		r := ExchangeResult{Exchange: e.ID, From: e.From, To: e.To, InService: d.w.p[l.excOn+x] != 0, Delivered: d.at(pr.exc[0][x]), Energy: d.exchanged(x)}
		for k, y := range d.at(pr.exc[1][x]) {
			r.Delivered[k] -= y
		}
		for k, y := range d.at(pr.undel[x]) {
			r.Undelivered += y * n.hours[k] / 1000
		}
		if j := pr.undelYr[x]; j >= 0 {
			r.Undelivered += d.x[j]
		}
		r.Money = r.Energy * 1000 * d.w.p[l.excPrice+x]
		out.Exchanges = append(out.Exchanges, r)
	}
	for c := range n.Contracts {
		e := &n.Contracts[c]
		r := ContractResult{Contract: e.ID, Origin: e.Origin, Buyer: e.Buyer, InService: d.w.p[l.conOn+c] != 0, Delivered: make([]float64, len(n.Blocks))}
		for _, cols := range pr.con[c] {
			addTo(r.Delivered, d.at(cols))
		}
		for k, y := range r.Delivered {
			r.Volume += y * n.days[k] / 1000
		}
		r.Money = r.Volume * million * d.w.p[l.conPrice+c]
		out.Contracts = append(out.Contracts, r)
	}
}

func (d *dispatch) storesOf(out *Detail) {
	n, pr := d.w.b.net, d.w.b.prog
	for s := range n.Storages {
		r := StorageResult{Storage: n.Storages[s].ID, Zone: n.Storages[s].Zone, Out: d.at(pr.out[s]), Stock: d.w.b.vals.stock[s], Missing: d.x[pr.missing[s]]}
		most := 0.
		for k, y := range d.at(pr.in[s]) {
			r.Out[k] -= y
			if n.Blocks[k].Peak {
				most = math.Max(most, r.Out[k])
			}
		}
		r.Days = mostDays
		if most*mostDays > r.Stock*1000 {
			r.Days = r.Stock * 1000 / most
		}
		out.Storages = append(out.Storages, r)
	}
}

func (d *dispatch) shedsOf(out *Detail) {
	n, pr := d.w.b.net, d.w.b.prog
	for i, key := range n.loads {
		t := &n.Tiers[key.tier]
		for k, j := range pr.shed[i] {
			x := d.x[j]
			if x <= settleTolerance {
				continue
			}
			r := Shed{Zone: n.Zones[key.zone].ID, Tier: t.ID, Block: n.Blocks[k].ID, Carrier: t.Carrier, Amount: x, Share: x / d.w.load(i, k), Volume: x * n.hours[k] / 1000}
			if t.Carrier == Gas {
				r.Volume = x * n.days[k] / 1000
			}
			out.Sheds = append(out.Sheds, r)
		}
	}
}
