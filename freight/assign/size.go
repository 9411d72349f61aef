package assign

import "math"

// Numbers end at 1.8e308. A cost beyond them would close a link that is open, and
// the difference of two is no number. So the most that each link can cost is worked
// out before a solve: its marginal time with all demand and Preload on it, and what
// is paid beside. Where that, times the volume and added up over links and turns,
// stays a number, so does every cost, total and gap of every method.

// checkSize finds costs and demand beyond numbers. All else is found sound.
func (p *Problem) checkSize(c *checker) {
	n := p.Network
	all := p.mostVolume(c)
	if len(c.problems) > 0 {
		return
	}
	weight := map[int32]float64{}
	for _, f := range n.Influences {
		weight[f.On] += f.Weight
	}
	scale := make([]float64, len(p.Classes))
	for k := range scale {
		scale[k] = scaleOf(n, &p.Classes[k])
	}
	total := 0.0
	add := func(cost, volume float64) bool {
		worth := cost * math.Max(1, volume)
		if math.IsNaN(worth) || math.IsInf(worth, 1) {
			return false
		}
		total += worth
		return true
	}
	for l, free := range n.Free {
		if math.IsInf(free, 1) {
			continue // closed
		}
		v := all
		if n.Preload != nil {
			v += n.Preload[l]
		}
		if w := weight[int32(l)]; w > 0 {
			v += w * all
		}
		factor := 1.0
		if n.B != nil && n.B[l] > 0 {
			x, power := v*(1/n.Capacity[l]), n.Power[l]
			if power == math.Trunc(power) && power <= wholePowerLimit {
				x = wholePower(x, int(power))
			} else {
				x = math.Pow(x, power)
			}
			factor += n.B[l] * (1 + power) * x
		}
		felt, paid := 1.0, 0.0
		for k := range p.Classes {
			f, x := p.Classes[k].most(n, l, scale[k])
			felt, paid = math.Max(felt, f), math.Max(paid, x)
		}
		if cost := free*factor*felt + paid; !add(cost, v) {
			c.addLink(l, "with all trips on it (volume %.3g) its cost would be %.3g: beyond numbers", v, cost)
		}
	}
	for i, t := range n.Turns {
		if math.IsInf(t.Time, 1) {
			continue // forbidden
		}
		cost := t.Time
		for k := range p.Classes {
			cost = math.Max(cost, t.Time+p.Classes[k].TollFactor*t.Toll)
		}
		if !add(cost, all) {
			c.addf("turn %d: with all trips on it its cost would be %.3g: beyond numbers", i, cost)
		}
	}
	if len(c.problems) == 0 && math.IsInf(total, 1) {
		c.addf("the costs of all links together are beyond numbers")
	}
}

// most is the factor by which the class feels times of link l, and what it pays
// beside, both as the solver counts them; scale is its factor on congested links.
func (k *Class) most(n *Network, l int, scale float64) (felt, paid float64) {
	felt = 1
	if k.Scale != nil {
		felt = k.Scale[l]
	}
	if n.Toll != nil {
		paid += k.TollFactor * n.Toll[l]
	}
	if n.Length != nil {
		paid += k.DistanceFactor * n.Length[l]
	}
	if scale > 0 && scale < 1 { // costs are divided by it where classes are several
		felt, paid = felt/scale, paid/scale
	}
	return felt, paid
}

// mostVolume is the volume of all demand, where it is elastic at no cost.
func (p *Problem) mostVolume(c *checker) float64 {
	all := 0.0
	for k := range p.Classes {
		class := &p.Classes[k]
		eq := class.equivalent()
		for i, q := range class.Demand.amount {
			if e := class.Elastic; e != nil {
				q = newCurve(e.Exponential, q, e.Reference[i], e.Slope).most
				if math.IsInf(q, 1) {
					c.addf("class %d, pair %d: at no cost its demand would be beyond numbers", k, i)
				}
			}
			all += q * eq
		}
	}
	if math.IsInf(all, 1) && len(c.problems) == 0 {
		c.addf("the demand of all classes together is beyond numbers")
	}
	return all
}
