package interchange

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
)

// Columns of a MATPOWER case of version 2 (MATPOWER manual, appendix B).
var (
	busColumns     = strings.Fields("bus_i type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin")
	genColumns     = strings.Fields("bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin")
	branchColumns  = strings.Fields("fbus tbus r x b rateA rateB rateC ratio angle status angmin angmax")
	gencostColumns = strings.Fields("model startup shutdown n")
	dclineColumns  = strings.Fields("fbus tbus status Pf Pt Qf Qt Vf Vt Pmin Pmax QminF QmaxF QminT QmaxT loss0 loss1")
)

// What the other fields of a case mean for a DC model.
var (
	mpcIgnored = []string{"areas", "bus_name", "gentype", "genfuel", "branch_name", "gen_name", "version", "baseMVA", "bus", "gen", "branch", "gencost", "dcline", "dclinecost"}
	mpcLeft    = []string{"A", "l", "u", "N", "H", "Cw", "fparm", "reserves", "if", "softlims"}
)

// ReadMATPOWER reads a MATPOWER case file (.m, version 2) as a grid for DC models.
// Reactive power and voltages are left out. Bus numbers become ids; branches and
// generators are numbered by their row from 1, as in the file. Angle bounds of 0 or
// beyond 360 degrees mean none, and ratings of 0 none, as in MATPOWER.
func ReadMATPOWER(file string, data []byte, l *diag.List) *energy.Grid {
	m := readMat(file, "mpc", data, l)
	g := &energy.Grid{Name: m.name}
	if g.Name == "" {
		g.Name = strings.TrimSuffix(file, ".m")
	}
	missing := false
	for _, need := range []string{"version", "baseMVA", "bus", "gen", "branch"} {
		if m.fields[need] == nil {
			l.Report(ruleMatMissing, diag.Pos{File: file}, "", "mpc.%s is missing", need)
			missing = true
		}
	}
	if missing {
		return g
	}
	if c, ok := m.scalar("version"); !ok || c.text != "2" {
		at := c.pos
		if !ok {
			at = m.fields["version"].pos
		}
		l.Report(ruleMatVersion, at, c.text, "the case format is version %q", c.text).Expected = "version 2"
		return g
	}
	if c, ok := m.scalar("baseMVA"); ok {
		g.BaseMVA, _ = c.fin("baseMVA", l)
	}
	for _, name := range m.order {
		switch {
		case contains(mpcLeft, name):
			l.Report(ruleMatLeft, m.fields[name].pos, name, "mpc.%s is not part of the model", name)
		case !contains(mpcIgnored, name):
			l.Report(ruleMatIgnored, m.fields[name].pos, name, "mpc.%s is not read", name)
		}
	}
	known := m.readBuses(g, l)
	m.readGenerators(g, known, l)
	m.readBranches(g, known, l)
	m.readLinks(g, known, l)
	return g
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// scalar returns the cell of a field that is a number or text.
func (m *matFile) scalar(name string) (matCell, bool) {
	f := m.fields[name]
	if f == nil || f.table || len(f.rows) != 1 || len(f.rows[0]) != 1 {
		return matCell{}, false
	}
	return f.rows[0][0], true
}

// Bus types of MATPOWER.
const (
	busReference = 3
	busIsolated  = 4
)

func (m *matFile) readBuses(g *energy.Grid, l *diag.List) map[string]int {
	known := map[string]int{}
	names := m.fields["bus_name"]
	t := m.table("bus", busColumns, 13, l)
	for n, row := range t.rows {
		r := t.read(row)
		b := energy.Bus{ID: r.id(0), Shunt: r.f(4), KV: r.f(9), Pos: r.at(0)}
		kind, demand := r.f(1), r.f(2)
		if !r.ok {
			continue
		}
		if kind != math.Trunc(kind) || kind < 1 || kind > busIsolated {
			l.Report(ruleMatNumber, r.at(1), row[1].text, "bus type is %q", row[1].text).Expected = "1, 2, 3 or 4"
			continue
		}
		b.Reference, b.Isolated = kind == busReference, kind == busIsolated
		if names != nil && n < len(names.rows) && len(names.rows[n]) == 1 {
			b.Name = names.rows[n][0].text
		}
		if _, twice := known[b.ID]; !twice {
			known[b.ID] = len(g.Buses)
		}
		if demand != 0 {
			g.Loads = append(g.Loads, energy.Load{Bus: len(g.Buses), Demand: demand, Pos: r.at(2)})
		}
		g.Buses = append(g.Buses, b)
	}
	return known
}

func (m *matFile) readGenerators(g *energy.Grid, known map[string]int, l *diag.List) {
	t := m.table("gen", genColumns, 10, l)
	costs, fuels := m.fields["gencost"], m.fields["genfuel"]
	if costs == nil {
		l.Report(ruleMatIgnored, m.fields["gen"].pos, "", "there is no mpc.gencost: output costs nothing")
	} else if n := len(costs.rows); n != len(m.fields["gen"].rows) && n != 2*len(m.fields["gen"].rows) {
		l.Report(ruleMatCost, costs.pos, "", "gencost has %d rows for %d generators", n, len(m.fields["gen"].rows)).Expected = "a row each, or two with reactive costs"
		costs = nil
	}
	for n, row := range t.rows {
		r := t.read(row)
		x := energy.Generator{ID: strconv.Itoa(n + 1), P: r.f(1), Out: !(r.f(7) > 0), Pmax: r.bound(8), Pmin: r.bound(9), Pos: r.at(0)}
		x.Bus = r.index(0, known, "bus")
		if !r.ok {
			continue
		}
		if costs != nil {
			x.Cost = readCost("gencost", costs.rows[n], l)
		}
		if fuels != nil && n < len(fuels.rows) && len(fuels.rows[n]) == 1 {
			x.Fuel = fuels.rows[n][0].text
		}
		g.Generators = append(g.Generators, x)
	}
}

// readCost reads a row of gencost or dclinecost: model 1 is piecewise linear (x1 y1 x2 y2 ...),
// model 2 a polynomial with the highest power first.
func readCost(name string, row matRow, l *diag.List) (c energy.Cost) {
	t := &matTable{name: name, l: l, names: gencostColumns}
	if len(row) < 4 {
		l.Report(ruleMatColumns, row[0].pos, row[0].text, "a row of "+name+" has %d columns", len(row)).Expected = "at least 4: " + strings.Join(gencostColumns, " ")
		return c
	}
	r := t.read(row)
	model, count := r.f(0), r.f(3)
	if !r.ok {
		return c
	}
	need := count
	if model == 1 {
		need = 2 * count
	}
	if (model != 1 && model != 2) || count != math.Trunc(count) || count < 0 || float64(len(row)-4) < need {
		l.Report(ruleMatCost, row[0].pos, row[0].text, "a cost has model %v with n = %v and %d figures", model, count, len(row)-4).Expected = "model 1 with n points or model 2 with n coefficients"
		return c
	}
	if model == 1 {
		for k := range int(count) {
			c.Points = append(c.Points, energy.Point{P: r.f(4 + 2*k), Money: r.f(5 + 2*k)})
		}
		return c
	}
	for k := range int(count) {
		power := int(count) - 1 - k
		v := r.f(4 + k)
		if power < len(c.C) {
			c.C[power] = v
		} else if v != 0 {
			l.Report(ruleMatCost, r.at(4+k), row[4+k].text, "a cost has degree %d", power).Expected = "degree 2 at most"
		}
	}
	return c
}

func (m *matFile) readBranches(g *energy.Grid, known map[string]int, l *diag.List) {
	t := m.table("branch", branchColumns, 11, l)
	const radians = math.Pi / 180
	for n, row := range t.rows {
		r := t.read(row)
		b := energy.Branch{
			ID: strconv.Itoa(n + 1), R: r.f(2), X: r.f(3), RateA: r.rating(5), RateB: r.rating(6), RateC: r.rating(7),
			Tap: r.f(8), Shift: r.f(9) * radians, Out: r.f(10) == 0, AngMin: math.Inf(-1), AngMax: math.Inf(1), Pos: r.at(0),
		}
		b.From, b.To = r.index(0, known, "bus"), r.index(1, known, "bus")
		if a := r.bound(11); a != 0 && a > -360 {
			b.AngMin = a * radians
		}
		if a := r.bound(12); a != 0 && a < 360 {
			b.AngMax = a * radians
		}
		if r.ok {
			g.Branches = append(g.Branches, b)
		}
	}
}

// rating reads a rating; infinite means none, as 0 does.
func (r *rowReader) rating(col int) float64 {
	if x := r.bound(col); !math.IsInf(x, 1) {
		return x
	}
	return 0
}

func (m *matFile) readLinks(g *energy.Grid, known map[string]int, l *diag.List) {
	t := m.table("dcline", dclineColumns, 17, l)
	costs := m.fields["dclinecost"]
	if costs != nil && (m.fields["dcline"] == nil || len(costs.rows) != len(m.fields["dcline"].rows)) {
		l.Report(ruleMatCost, costs.pos, "", "dclinecost has %d rows, not one a dcline", len(costs.rows))
		costs = nil
	}
	for n, row := range t.rows {
		r := t.read(row)
		x := energy.Link{ID: fmt.Sprint("dc", n+1), Out: !(r.f(2) > 0), P: r.f(3), Pmin: r.bound(9), Pmax: r.bound(10), Loss0: r.f(15), Loss1: r.f(16), Pos: r.at(0)}
		x.From, x.To = r.index(0, known, "bus"), r.index(1, known, "bus")
		if costs != nil && n < len(costs.rows) {
			x.Cost = readCost("dclinecost", costs.rows[n], l)
		}
		if r.ok {
			g.Links = append(g.Links, x)
		}
	}
}
