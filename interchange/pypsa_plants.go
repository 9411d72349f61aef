package interchange

import (
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
)

// unit commitment, ramps and maintenance, which single snapshots do not have.
func (t *pypsaTable) uncoupled() {
	t.not("committable", "False", "plants may run anywhere between their bounds")
	t.not("maintainable", "False", "there is no maintenance")
	t.not("ramp_limit_up", "nan", "snapshots are not coupled")
	t.not("ramp_limit_down", "nan", "snapshots are not coupled")
	for _, attr := range []string{
		"start_up_cost", "shut_down_cost", "stand_by_cost", "min_up_time", "min_down_time", "up_time_before", "down_time_before",
		"ramp_limit_start_up", "ramp_limit_shut_down", "p_init", "maintenance_duration", "maintenance_pu", "maintenance_events",
		"control", "q_set", "weight",
	} {
		t.used[attr] = true // of what is reported above, or reactive
	}
}

// bounded are the bounds, cost and set point of a plant or link over time.
type bounded struct {
	rated, least, most, linear, square, set, result *pypsaValues
}

func (t *pypsaTable) bounded(least float64, result string) *bounded {
	b := &bounded{
		rated: t.capacity("p_nom"), least: t.timed("p_min_pu", least), most: t.timed("p_max_pu", 1),
		linear: t.timed("marginal_cost", 0), square: t.timed("marginal_cost_quadratic", 0),
		set: t.timed("p_set", math.NaN()),
	}
	b.result = t.timed(result, math.NaN())
	return b
}

// fixed counts rows with a set point.
func (t *pypsaTable) fixed(b *bounded) {
	var names []string
	for i, name := range t.names {
		if b.set.set[i] {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		t.p.l.Report(rulePySetPoint, diag.Pos{File: t.file.Path}, "", "p_set holds %s where it says, whatever their bounds and costs: %s", counted(len(names), t.name), someNames(names))
	}
}

// at returns bounds and schedule of row i at snapshot k.
func (b *bounded) at(i, k int) (lo, hi, scheduled float64) {
	if p := b.set.at(i, k); !math.IsNaN(p) {
		return p, p, p
	}
	lo, hi = product(b.rated.static[i], b.least.at(i, k)), product(b.rated.static[i], b.most.at(i, k))
	if p := b.result.at(i, k); !math.IsNaN(p) {
		scheduled = p
	}
	return lo, hi, scheduled
}

// product is 0 where one factor is 0, infinite as the other may be.
func product(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

// cost of x times a factor, as a function of x.
func (b *bounded) cost(i, k int, constant, factor float64) energy.Cost {
	return energy.Cost{C: [3]float64{constant, b.linear.at(i, k) * factor, b.square.at(i, k) * factor * factor}}
}

func (p *pypsaFolder) readPlants(n *pypsaNetwork, bus map[string]int) func(k int) []energy.Generator {
	t := p.component("generators")
	b := t.bounded(0, "p")
	sign, constant := t.values("sign", 1), t.values("cost_constant", 0)
	var fixed []energy.Generator
	var place []int
	for i, name := range t.names {
		at := t.index(i, "bus", bus)
		if at < 0 {
			continue
		}
		s := sign.static[i]
		if s == 0 || math.IsInf(s, 0) {
			p.l.Report(rulePyValue, t.cell(i, "sign").Pos, t.cell(i, "sign").Text, "the sign of generator %s is %v", name, s).Expected = "1 or -1"
			continue
		}
		if t.text(i, "control", "") == "Slack" {
			n.buses[at].Reference = true
		}
		fixed = append(fixed, energy.Generator{ID: name, Bus: at, Out: !t.flag(i, "active", true), Fuel: t.text(i, "carrier", ""), Pos: t.rows[i].Pos})
		place = append(place, i)
	}
	t.not("e_sum_min", "-inf", "energy over all snapshots is not limited")
	t.not("e_sum_max", "inf", "energy over all snapshots is not limited")
	t.uncoupled()
	for _, attr := range []string{"efficiency", "type"} {
		t.used[attr] = true // of the fuel, which costs count already
	}
	p.results("generators", "q", "status", "start_up", "shut_down", "mu_upper", "mu_lower", "mu_p_set", "efficiency")
	p.pieces("generators")
	t.fixed(b)
	t.rest()
	return once(t.varying, func(k int) []energy.Generator {
		out := slices.Clone(fixed)
		for j, i := range place {
			// The attributes are of p; the bus sees sign x p.
			s := sign.static[i]
			lo, hi, scheduled := b.at(i, k)
			lo, hi = product(s, lo), product(s, hi)
			out[j].Pmin, out[j].Pmax, out[j].P = min(lo, hi), max(lo, hi), s*scheduled
			out[j].Cost = b.cost(i, k, constant.static[i], 1/s)
		}
		return out
	})
}

// pieces reports tables of piecewise costs.
func (p *pypsaFolder) pieces(component string) {
	for _, name := range slices.Clone(p.left) {
		if strings.HasPrefix(name, component+"-") && strings.Contains(name, "piecewise") {
			p.read(name)
			p.l.Report(rulePyLeft, diag.Pos{File: p.dir}, name, "%s is not part of the model: costs are those of marginal_cost", name)
		}
	}
}

func (p *pypsaFolder) readPyLinks(bus map[string]int) func(k int) []energy.Link {
	t := p.component("links")
	b := t.bounded(0, "p0")
	efficiency := t.timed("efficiency", 1)
	constant, loss := t.values("cost_constant", 0), t.values("loss_constant", 0)
	var fixed []energy.Link
	var place []int
	for i, name := range t.names {
		x := energy.Link{ID: name, From: t.index(i, "bus0", bus), To: t.index(i, "bus1", bus), Loss0: loss.static[i], Out: !t.flag(i, "active", true), Pos: t.rows[i].Pos}
		if x.From >= 0 && x.To >= 0 {
			fixed, place = append(fixed, x), append(place, i)
		}
	}
	if t.file != nil {
		for _, h := range t.file.Header {
			if rest, ok := strings.CutPrefix(h.Text, "bus"); ok && rest != "0" && rest != "1" {
				t.not(h.Text, "", "only what goes from bus0 to bus1 counts")
				t.used["efficiency"+rest] = true
				p.results("links", "p"+rest, "efficiency"+rest)
			}
		}
	}
	t.not("delay", "0", "snapshots are not coupled")
	t.uncoupled()
	for _, attr := range []string{"carrier", "type", "length", "terrain_factor", "cyclic_delay"} {
		t.used[attr] = true
	}
	p.results("links", "p", "p1", "status", "mu_upper", "mu_lower", "mu_p_set")
	p.pieces("links")
	t.fixed(b)
	t.rest()
	p.results("lines", "p0", "p1", "q0", "q1", "mu_upper", "mu_lower")
	p.results("transformers", "p0", "p1", "q0", "q1", "mu_upper", "mu_lower")
	p.results("buses", "p", "q", "v_ang", "v_mag_pu", "v_mag_pu_set", "marginal_price")
	return once(t.varying, func(k int) []energy.Link {
		out := slices.Clone(fixed)
		for j, i := range place {
			out[j].Pmin, out[j].Pmax, out[j].P = b.at(i, k)
			out[j].Loss1 = 1 - efficiency.at(i, k)
			out[j].Cost = b.cost(i, k, constant.static[i], 1)
		}
		return out
	})
}

// readStorage reads storage units or stores as plants that give a fixed power: their set
// point or the result in the folder. Without either they are left out.
func (p *pypsaFolder) readStorage(component string, bus map[string]int) func(k int) []energy.Generator {
	t := p.component(component)
	set := t.timed("p_set", math.NaN())
	result := t.timed("p", math.NaN())
	rated := t.values(map[string]string{"storage_units": "p_nom", "stores": "e_nom"}[component], 0)
	var fixed []energy.Generator
	var place []int
	var without []string
	lost, followed := 0.0, 0
	for i, name := range t.names {
		at := t.index(i, "bus", bus)
		if active := t.flag(i, "active", true); at < 0 || !active {
			continue
		}
		switch {
		case set.set[i]:
		case result.set[i]:
			followed++
		default:
			without = append(without, name)
			lost += rated.static[i]
			continue
		}
		fixed = append(fixed, energy.Generator{ID: name, Bus: at, Fuel: t.text(i, "carrier", ""), Pos: t.rows[i].Pos})
		place = append(place, i)
	}
	if followed > 0 {
		p.l.Report(rulePyLeft, diag.Pos{File: t.file.Path}, "", "storage is not dispatched: %s %s the result in %s-p.csv", counted(followed, component), verb(followed, "follows", "follow"), component)
	}
	if len(without) > 0 {
		unit := map[string]string{"storage_units": "MW", "stores": "MWh"}[component]
		d := p.l.Report(rulePyLeft, diag.Pos{File: t.file.Path}, "", "storage is not dispatched: %s of %.6g %s %s left out (%s)", counted(len(without), component), lost, unit, verb(len(without), "is", "are"), someNames(without))
		d.Hint = "give them a set point p_set (MW into the bus) to have them follow it"
	}
	if t.file != nil {
		for _, h := range t.file.Header {
			t.used[h.Text] = true // of a dispatch over time, which the report above says is not made
		}
	}
	for _, name := range slices.Clone(p.left) {
		if strings.HasPrefix(name, component+"-") {
			p.read(name)
		}
	}
	return once(t.varying, func(k int) []energy.Generator {
		out := slices.Clone(fixed)
		for j, i := range place {
			x := set.at(i, k)
			if math.IsNaN(x) {
				x = result.at(i, k)
			}
			if math.IsNaN(x) {
				x = 0
			}
			out[j].Pmin, out[j].Pmax, out[j].P = x, x, x
		}
		return out
	})
}
