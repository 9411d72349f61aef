package interchange

import (
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
)

// pypsaBase is the base power of grids read from PyPSA folders, MVA. PyPSA itself
// computes with 1 MVA; the base bears on no result.
const pypsaBase = 100

// ReadPyPSA reads the CSV folder of a PyPSA network (https://docs.pypsa.org, components
// and their attributes as of version 1.3) as one grid a snapshot. Lines and transformers
// become branches, links controllable links, generators plants; a set point p_set fixes
// an output. Storage is dispatched over time, which single snapshots are not: a storage
// unit or store follows its set point, or else the result that the folder holds, or is
// left out with a warning. Whatever else bears on the answer and is not part of the model
// is reported (A855), and what is not read, too (A856).
func ReadPyPSA(fsys fs.FS, dir string, l *diag.List) []energy.Snapshot {
	p := openPyPSA(fsys, dir, l)
	if l.Failed() {
		return nil
	}
	if !slices.Contains(p.left, "buses.csv") {
		l.Report(rulePyMissing, diag.Pos{File: dir}, "", "there is no buses.csv in the folder").Expected = "the folder that n.export_to_csv_folder wrote"
		return nil
	}
	name := path.Base(path.Clean(dir))
	if f := p.read("network.csv"); f != nil && len(f.Rows) > 0 && f.Rows[0].Cells[0].Text != "" {
		name = f.Rows[0].Cells[0].Text
	}
	snapshots := p.snapshots()
	p.count = len(snapshots)
	n := p.network()
	p.others()
	if l.Failed() {
		return nil
	}
	for k := range snapshots {
		snapshots[k].Grid = n.grid(name, k)
	}
	return snapshots
}

// snapshots reads their names and weights; without the file there is one, "now".
func (p *pypsaFolder) snapshots() []energy.Snapshot {
	f := p.read("snapshots.csv")
	if f == nil || len(f.Rows) == 0 {
		return []energy.Snapshot{{ID: "now", Hours: 1, Weight: 1}}
	}
	var out []energy.Snapshot
	for _, r := range f.Rows {
		s := energy.Snapshot{ID: r.Cells[0].Text}
		switch {
		case f.Column("snapshot") >= 0:
			s.ID = r.Get("snapshot").Text
		case f.Column("timestep") >= 0:
			s.ID = r.Get("period").Text + " " + r.Get("timestep").Text
		}
		all := p.number(r.Get("weightings"), "the weighting of snapshot "+s.ID, 1)
		s.Weight = p.number(r.Get("objective"), "the objective weighting of snapshot "+s.ID, all)
		s.Hours = p.number(r.Get("generators"), "the generator weighting of snapshot "+s.ID, s.Weight)
		if !(s.Weight >= 0 && s.Hours >= 0) || math.IsInf(s.Weight, 0) || math.IsInf(s.Hours, 0) {
			p.l.Report(rulePyValue, r.Pos, s.ID, "snapshot %s has the weights %v and %v", s.ID, s.Weight, s.Hours).Expected = "finite numbers of 0 or more"
		}
		out = append(out, s)
	}
	return out
}

// others reports the tables that are not part of a grid.
func (p *pypsaFolder) others() {
	for _, x := range []struct{ file, meaning string }{
		{"global_constraints.csv", "limits over all snapshots, as on emissions, are not kept"},
		{"processes.csv", "conversions between several buses are left out"},
		{"investment_periods.csv", "every component is taken as standing, whatever its year"},
		{"scenarios.csv", "scenarios with weights are not told apart"},
	} {
		if f := p.read(x.file); f != nil && len(f.Rows) > 0 {
			p.l.Report(rulePyLeft, f.Rows[0].Pos, "", "%s has %s that %s not part of the model: %s", x.file, counted(len(f.Rows), "rows"), verb(len(f.Rows), "is", "are"), x.meaning)
		}
	}
	p.read("carriers.csv") // names and emissions, which bear on nothing here
	if len(p.left) > 0 {
		p.l.Report(rulePyIgnored, diag.Pos{File: p.dir}, "", "files are not read: %s", someNames(p.left))
	}
}

// pypsaNetwork holds the parts of all snapshots.
type pypsaNetwork struct {
	buses    []energy.Bus
	branches func(k int) []energy.Branch
	plants   []func(k int) []energy.Generator // by table
	links    func(k int) []energy.Link
	loads    func(k int) []energy.Load
	twice    []bool // a plant has the name of one before it, from another table
}

func (n *pypsaNetwork) grid(name string, k int) *energy.Grid {
	g := &energy.Grid{Name: name, BaseMVA: pypsaBase, Buses: n.buses, Branches: n.branches(k), Links: n.links(k), Loads: n.loads(k)}
	for _, f := range n.plants {
		g.Generators = append(g.Generators, f(k)...)
	}
	for i, twice := range n.twice {
		if twice {
			g.Generators[i].ID = "storage " + g.Generators[i].ID
		}
	}
	return g
}

// once keeps the result of snapshot 0 for all when nothing depends on time.
func once[T any](varying bool, f func(k int) []T) func(k int) []T {
	if varying {
		return f
	}
	var kept []T
	done := false
	return func(int) []T {
		if !done {
			kept, done = f(0), true
		}
		return kept
	}
}

func (p *pypsaFolder) network() *pypsaNetwork {
	n := &pypsaNetwork{}
	bus := p.readBuses(n)
	lines := p.readLines(n, bus)
	trafos := p.readTransformers(n, bus)
	taken := map[string]bool{}
	for _, x := range lines(0) {
		taken[x.ID] = true
	}
	// Reports tell branches apart by their ids; PyPSA only those of one table.
	n.branches = func(k int) []energy.Branch {
		out := slices.Concat(lines(k), trafos(k))
		for i := len(lines(k)); i < len(out); i++ {
			if taken[out[i].ID] {
				out[i].ID = "transformer " + out[i].ID
			}
		}
		return out
	}
	n.links = p.readPyLinks(bus)
	n.loads = p.readLoads(bus)
	n.plants = append(n.plants, p.readPlants(n, bus), p.readStorage("storage_units", bus), p.readStorage("stores", bus))
	plants := map[string]bool{}
	for _, table := range n.plants {
		for _, x := range table(0) {
			n.twice = append(n.twice, plants[x.ID])
			plants[x.ID] = true
		}
	}
	p.readShunts(n, bus)
	return n
}

func (p *pypsaFolder) readBuses(n *pypsaNetwork) map[string]int {
	t := p.component("buses")
	kv, x, y := t.values("v_nom", 1), t.values("x", 0), t.values("y", 0)
	bus := map[string]int{}
	for i, name := range t.names {
		b := energy.Bus{ID: name, KV: kv.static[i], X: x.static[i], Y: y.static[i], Carrier: t.text(i, "carrier", "AC"), Pos: t.rows[i].Pos}
		b.Name = t.text(i, "bus_name", "")
		if b.Carrier == "AC" {
			b.Carrier = ""
		}
		if !(b.KV > 0) || math.IsInf(b.KV, 0) {
			p.l.Report(rulePyValue, t.cell(i, "v_nom").Pos, t.cell(i, "v_nom").Text, "v_nom of bus %s is %v kV", name, b.KV).Expected = "a positive number"
		}
		b.Reference = t.text(i, "control", "") == "Slack"
		bus[name] = len(n.buses)
		n.buses = append(n.buses, b)
	}
	for _, attr := range []string{"generator", "sub_network"} {
		t.used[attr] = true // written by PyPSA, not input
	}
	t.rest()
	return bus
}

// unrated reports lines that PyPSA's optimisation would let nothing through.
func (t *pypsaTable) unrated(names []string) {
	if len(names) > 0 {
		d := t.p.l.Report(rulePyNoRating, diag.Pos{File: t.file.Path}, "", "%s %s no s_nom (%s) and %s taken as unlimited", counted(len(names), t.name), verb(len(names), "has", "have"), someNames(names), verb(len(names), "is", "are"))
		d.Hint = "PyPSA's own optimisation lets nothing through a branch of s_nom 0; its power flow ignores s_nom"
	}
}

// notBuilt is the capacity, MW, below which an optimum of an expansion is none.
const notBuilt = 1e-6

// capacity is the rated power of rows, taken at the optimum of an expansion where the
// folder has it.
func (t *pypsaTable) capacity(attr string) *pypsaValues {
	v := t.values(attr, 0)
	optimum := t.values(attr+"_opt", 0)
	var names []string
	found := 0
	for i, name := range t.names {
		if t.flag(i, attr+"_extendable", false) {
			names = append(names, name)
			if optimum.set[i] {
				v.static[i] = max(optimum.static[i], 0)
				v.set[i] = true
				if v.static[i] < notBuilt {
					t.unbuilt[name] = true
				}
				found++
			}
		}
	}
	if len(names) > 0 {
		t.p.l.Report(rulePyLeft, diag.Pos{File: t.file.Path}, "", "capacities that may be extended are not part of the model: %s %s at %s (%d) or %s (%d)",
			counted(len(names), t.name), verb(len(names), "stands", "stand"), attr+"_opt", found, attr, len(names)-found)
	}
	for _, a := range []string{"_min", "_max"} {
		t.used[attr+a] = true // bounds of an expansion
	}
	t.not(attr+"_mod", "0", "capacities in whole modules")
	for _, a := range []string{"capital_cost", "overnight_cost", "discount_rate", "fom_cost", "lifetime", "build_year"} {
		t.used[a] = true // cost and years of building, not of dispatch
	}
	return v
}

func (p *pypsaFolder) readLines(n *pypsaNetwork, bus map[string]int) func(k int) []energy.Branch {
	t := p.component("lines")
	x, r := t.values("x", 0), t.values("r", 0)
	rated, share := t.capacity("s_nom"), t.timed("s_max_pu", 1)
	rateB, rateC := t.values("s_nom_b", 0), t.values("s_nom_c", 0)
	angleMin, angleMax := t.values("v_ang_min", math.Inf(-1)), t.values("v_ang_max", math.Inf(1))
	length, parallel := t.values("length", 0), t.values("num_parallel", 1)
	kinds := p.lineTypes()
	var fixed []energy.Branch
	var place []int // row of a branch
	var unrated []string
	for i, name := range t.names {
		b := energy.Branch{ID: name, Out: !t.flag(i, "active", true), Pos: t.rows[i].Pos, RateB: rateB.static[i], RateC: rateC.static[i]}
		b.From, b.To = t.index(i, "bus0", bus), t.index(i, "bus1", bus)
		if b.From < 0 || b.To < 0 {
			continue
		}
		ohm := lineType{r: r.static[i], x: x.static[i]}
		if kind := t.text(i, "type", ""); kind != "" {
			per, ok := kinds[kind]
			if !ok {
				p.l.Report(rulePyRef, t.cell(i, "type").Pos, kind, "line %s is of the type %q, which is neither in line_types.csv nor a standard type", name, kind)
				continue
			}
			ohm = lineType{r: per.r * length.static[i] / parallel.static[i], x: per.x * length.static[i] / parallel.static[i]}
		}
		from := n.buses[b.From]
		scale := pypsaBase / (from.KV * from.KV)
		b.R, b.X = ohm.r*scale, ohm.x*scale
		if from.Carrier == "DC" {
			b.R, b.X = 0, ohm.r*scale // a grid of direct current divides flows by resistance
		}
		if other := n.buses[b.To]; other.KV != from.KV {
			p.l.Report(rulePyValue, t.rows[i].Pos, name, "line %s joins %v kV and %v kV", name, from.KV, other.KV).Expected = "one voltage; a transformer joins two"
		}
		b.AngMin, b.AngMax = angleMin.static[i]*math.Pi/180, angleMax.static[i]*math.Pi/180
		b.Out = b.Out || t.unbuilt[name]
		if !b.Out && rated.static[i] == 0 {
			unrated = append(unrated, name)
		}
		fixed, place = append(fixed, b), append(place, i)
	}
	t.unrated(unrated)
	for _, attr := range []string{"g", "b", "sub_network", "terrain_factor", "carrier", "v_nom"} {
		t.used[attr] = true // charging and losses; what PyPSA derives
	}
	t.rest()
	return once(t.varying, func(k int) []energy.Branch {
		out := slices.Clone(fixed)
		for j, i := range place {
			out[j].RateA = rating(rated.static[i], share.at(i, k))
		}
		return out
	})
}

// rating is the limit of a branch, 0 when there is none.
func rating(nominal, share float64) float64 {
	if x := nominal * share; nominal != 0 && !math.IsInf(x, 0) && !math.IsNaN(x) {
		return x
	}
	return 0
}

func (p *pypsaFolder) readTransformers(n *pypsaNetwork, bus map[string]int) func(k int) []energy.Branch {
	t := p.component("transformers")
	x, r := t.values("x", 0), t.values("r", 0)
	rated, share := t.capacity("s_nom"), t.timed("s_max_pu", 1)
	rateB, rateC := t.values("s_nom_b", 0), t.values("s_nom_c", 0)
	angleMin, angleMax := t.values("v_ang_min", math.Inf(-1)), t.values("v_ang_max", math.Inf(1))
	tap, shift := t.values("tap_ratio", 1), t.timed("phase_shift", 0)
	position, parallel := t.values("tap_position", 0), t.values("num_parallel", 1)
	kinds := p.transformerTypes()
	var fixed []energy.Branch
	var place []int
	for i, name := range t.names {
		b := energy.Branch{ID: name, Out: !t.flag(i, "active", true), Pos: t.rows[i].Pos, RateB: rateB.static[i], RateC: rateC.static[i], Tap: tap.static[i]}
		b.From, b.To = t.index(i, "bus0", bus), t.index(i, "bus1", bus)
		if b.From < 0 || b.To < 0 {
			continue
		}
		if kind := t.text(i, "type", ""); kind != "" {
			k, ok := kinds[kind]
			if !ok {
				p.l.Report(rulePyRef, t.cell(i, "type").Pos, kind, "transformer %s is of the type %q, which is neither in transformer_types.csv nor a standard type", name, kind)
				continue
			}
			// Short-circuit voltages in percent: r = vscr, x = sqrt(vsc^2 - vscr^2).
			r.static[i] = k.vscr / 100 / parallel.static[i]
			x.static[i] = math.Sqrt(max(k.vsc*k.vsc-k.vscr*k.vscr, 0)) / 100 / parallel.static[i]
			rated.static[i], rated.set[i] = k.rated, true
			shift.static[i] = k.shift
			b.Tap = 1 + (position.static[i]-k.neutral)*k.step/100
		}
		if t.unbuilt[name] {
			b.Out, rated.static[i] = true, pypsaBase // its reactance has no unit without a rating
		}
		if !(rated.static[i] > 0) || math.IsInf(rated.static[i], 0) {
			p.l.Report(rulePyValue, t.cell(i, "s_nom").Pos, t.cell(i, "s_nom").Text, "s_nom of transformer %s is %v MVA, and its reactance is per unit of it", name, rated.static[i]).Expected = "a positive number"
			continue
		}
		b.R, b.X = r.static[i]*pypsaBase/rated.static[i], x.static[i]*pypsaBase/rated.static[i]
		if b.Tap == 1 {
			b.Tap = 0 // none
		}
		b.AngMin, b.AngMax = angleMin.static[i]*math.Pi/180, angleMax.static[i]*math.Pi/180
		fixed, place = append(fixed, b), append(place, i)
	}
	t.not("phase_shift_min", "0", "shifts stay where phase_shift has them")
	t.not("phase_shift_max", "0", "shifts stay where phase_shift has them")
	for _, attr := range []string{"g", "b", "sub_network", "model", "tap_side", "v_nom"} {
		t.used[attr] = true
	}
	t.rest()
	return once(t.varying, func(k int) []energy.Branch {
		out := slices.Clone(fixed)
		for j, i := range place {
			out[j].RateA = rating(rated.static[i], share.at(i, k))
			out[j].Shift = shift.at(i, k) * math.Pi / 180
		}
		return out
	})
}

func (p *pypsaFolder) readShunts(n *pypsaNetwork, bus map[string]int) {
	t := p.component("shunt_impedances")
	g, sign := t.values("g", 0), t.values("sign", -1)
	for i := range t.names {
		b := t.index(i, "bus", bus)
		if active := t.flag(i, "active", true); b >= 0 && active {
			n.buses[b].Shunt -= sign.static[i] * g.static[i] * n.buses[b].KV * n.buses[b].KV
		}
	}
	t.used["b"] = true
	t.rest()
}

func (p *pypsaFolder) readLoads(bus map[string]int) func(k int) []energy.Load {
	t := p.component("loads")
	demand, sign := t.timed("p_set", 0), t.values("sign", -1)
	value := t.values("shed_price", 0)
	var fixed []energy.Load
	var place []int
	for i, name := range t.names {
		b := t.index(i, "bus", bus)
		if active := t.flag(i, "active", true); b >= 0 && active {
			fixed = append(fixed, energy.Load{Bus: b, Name: name, Value: value.static[i], Pos: t.rows[i].Pos})
			place = append(place, i)
		}
	}
	for _, attr := range []string{"q_set", "carrier", "type"} {
		t.used[attr] = true
	}
	p.results("loads", "p", "q", "q_set")
	t.rest()
	return once(t.varying, func(k int) []energy.Load {
		out := slices.Clone(fixed)
		for j, i := range place {
			out[j].Demand = -sign.static[i] * demand.at(i, k)
		}
		return out
	})
}

// results takes tables of outputs off the list of files not read: they follow from the
// rest.
func (p *pypsaFolder) results(component string, attrs ...string) {
	for _, a := range attrs {
		if k := slices.Index(p.left, fmt.Sprintf("%s-%s.csv", component, a)); k >= 0 {
			p.left = slices.Delete(p.left, k, k+1)
		}
	}
}
