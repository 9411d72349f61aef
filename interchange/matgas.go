package interchange

import (
	"math"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
)

// Columns of the matgas tables (GasModels.jl documentation, "matgas format").
var (
	gasJunctionColumns   = strings.Fields("id p_min p_max p_nominal junction_type status")
	gasPipeColumns       = strings.Fields("id fr_junction to_junction diameter length friction_factor p_min p_max status is_bidirectional")
	gasCompressorColumns = strings.Fields("id fr_junction to_junction c_ratio_min c_ratio_max power_max flow_min flow_max inlet_p_min inlet_p_max outlet_p_min outlet_p_max status operating_cost directionality")
	gasShortColumns      = strings.Fields("id fr_junction to_junction status is_bidirectional")
	gasResistorColumns   = strings.Fields("id fr_junction to_junction drag diameter status is_bidirectional")
	gasRegulatorColumns  = strings.Fields("id fr_junction to_junction reduction_factor_min reduction_factor_max flow_min flow_max status directionality")
	gasValveColumns      = strings.Fields("id fr_junction to_junction status")
	gasReceiptColumns    = strings.Fields("id junction_id injection_min injection_max injection_nominal is_dispatchable status")
	gasDeliveryColumns   = strings.Fields("id junction_id withdrawal_min withdrawal_max withdrawal_nominal is_dispatchable status")
)

var (
	mgcRead    = strings.Fields("name gas_specific_gravity specific_heat_capacity_ratio temperature sound_speed compressibility_factor R gas_molar_mass base_pressure base_length base_flow units per_unit is_per_unit sources economic_weighting junction pipe compressor short_pipe resistor regulator valve receipt delivery transfer delivery_data standard_density")
	mgcLeft    = strings.Fields("storage ne_pipe ne_compressor loss_resistor")
	ruleMatgas = diag.NewRule("A830", "matgas-units", diag.Error, "a matgas file is in units that are not read")
)

// molarMassOfAir is in kg/mol: the gravity of a gas is relative to it.
const molarMassOfAir = 0.02896

// ReadMatgas reads a matgas file (.m) in SI units: Pa, m, kg/s. Storage, expansion
// candidates and compressor power are not part of the model; a file that has them gets a
// warning.
func ReadMatgas(file string, data []byte, l *diag.List) *energy.GasNet {
	m := readMat(file, "mgc", data, l)
	g := &energy.GasNet{Name: m.name}
	if g.Name == "" {
		g.Name = strings.TrimSuffix(file, ".m")
	}
	if m.fields["junction"] == nil {
		l.Report(ruleMatMissing, diag.Pos{File: file}, "", "mgc.junction is missing")
		return g
	}
	if c, ok := m.scalar("units"); ok && c.text != "si" {
		l.Report(ruleMatgas, c.pos, c.text, "the units are %q", c.text).Expected = "'si': Pa, m, kg/s"
	}
	for _, name := range []string{"is_per_unit", "per_unit"} {
		if c, ok := m.scalar(name); ok && c.text != "0" && c.text != "false" {
			l.Report(ruleMatgas, c.pos, c.text, "mgc.%s is %q", name, c.text).Expected = "0: figures in SI units"
		}
	}
	for _, name := range m.order {
		switch {
		case contains(mgcLeft, name):
			if len(m.fields[name].rows) > 0 {
				l.Report(ruleMatLeft, m.fields[name].pos, name, "mgc.%s is not part of the model", name)
			}
		case !contains(mgcRead, name):
			l.Report(ruleMatIgnored, m.fields[name].pos, name, "mgc.%s is not read", name)
		}
	}
	g.SoundSpeed = m.soundSpeed(l)
	known := m.readJunctions(g, l)
	m.readPipes(g, known, l)
	m.readCompressors(g, known, l)
	m.readPassages(g, known, l)
	m.readSupplies(g, known, l)
	m.readDemands(g, known, l)
	return g
}

// soundSpeed is the file's, or sqrt(Z R T / M) from its gas data; 0 when neither is
// there.
func (m *matFile) soundSpeed(l *diag.List) float64 {
	get := func(name string, otherwise float64) float64 {
		if c, ok := m.scalar(name); ok {
			if x, ok := c.fin(name, l); ok && x > 0 {
				return x
			}
			return 0
		}
		return otherwise
	}
	if a := get("sound_speed", 0); a > 0 {
		return a
	}
	z, r, t := get("compressibility_factor", 0), get("R", 8.314), get("temperature", 0)
	mass := get("gas_molar_mass", molarMassOfAir*get("gas_specific_gravity", 0))
	if z == 0 || r == 0 || t == 0 || mass == 0 {
		return 0
	}
	return math.Sqrt(z * r * t / mass)
}

func (m *matFile) readJunctions(g *energy.GasNet, l *diag.List) map[string]int {
	known := map[string]int{}
	t := m.table("junction", gasJunctionColumns, 6, l)
	for _, row := range t.rows {
		r := t.read(row)
		j := energy.Junction{ID: r.id(0), Pmin: r.f(1), Pmax: r.f(2), Out: r.f(5) == 0, Pos: r.at(0)}
		if !r.ok {
			continue
		}
		if _, twice := known[j.ID]; !twice {
			known[j.ID] = len(g.Junctions)
		}
		g.Junctions = append(g.Junctions, j)
	}
	return known
}

func (m *matFile) readPipes(g *energy.GasNet, known map[string]int, l *diag.List) {
	t := m.table("pipe", gasPipeColumns, 9, l)
	for _, row := range t.rows {
		r := t.read(row)
		p := energy.Pipe{ID: r.id(0), Diameter: r.f(3), Length: r.f(4), Friction: r.f(5), Out: r.f(8) == 0, Pos: r.at(0)}
		p.From, p.To = r.index(1, known, "junction"), r.index(2, known, "junction")
		if len(row) > 9 {
			p.OneWay = r.f(9) == 0
		}
		if r.ok {
			g.Pipes = append(g.Pipes, p)
		}
	}
}

func (m *matFile) readCompressors(g *energy.GasNet, known map[string]int, l *diag.List) {
	t := m.table("compressor", gasCompressorColumns, 15, l)
	for _, row := range t.rows {
		r := t.read(row)
		c := energy.Compressor{ID: r.id(0), RatioMin: r.f(3), RatioMax: r.f(4), FlowMin: r.bound(6), FlowMax: r.bound(7), Out: r.f(12) == 0, Pos: r.at(0)}
		c.From, c.To = r.index(1, known, "junction"), r.index(2, known, "junction")
		direction := r.f(14)
		if !r.ok {
			continue
		}
		if direction != 0 && direction != 1 && direction != 2 {
			l.Report(ruleMatNumber, r.at(14), row[14].text, "directionality is %q", row[14].text).Expected = "0, 1 or 2"
			continue
		}
		c.Direction = energy.Direction(direction)
		g.Compressors = append(g.Compressors, c)
	}
}

func (m *matFile) readPassages(g *energy.GasNet, known map[string]int, l *diag.List) {
	for _, k := range []struct {
		table, kind string
		columns     []string
		status, way int // columns; way -1: none
		flow        int // column of flow_min; -1: none
	}{
		{"short_pipe", "short pipe", gasShortColumns, 3, 4, -1},
		{"resistor", "resistor", gasResistorColumns, 5, 6, -1},
		{"regulator", "regulator", gasRegulatorColumns, 7, -1, 5},
		{"valve", "valve", gasValveColumns, 3, -1, -1},
	} {
		t := m.table(k.table, k.columns, k.status+1, l)
		for _, row := range t.rows {
			r := t.read(row)
			p := energy.Passage{Kind: k.kind, ID: r.id(0), FlowMin: math.Inf(-1), FlowMax: math.Inf(1), EqualPressure: k.table == "short_pipe", Out: r.f(k.status) == 0, Pos: r.at(0)}
			p.From, p.To = r.index(1, known, "junction"), r.index(2, known, "junction")
			if k.way >= 0 && len(row) > k.way && r.f(k.way) == 0 {
				p.FlowMin = 0
			}
			if k.flow >= 0 {
				// A regulator may be shut, so no flow is always possible.
				p.FlowMin, p.FlowMax = min(r.bound(k.flow), 0), max(r.bound(k.flow+1), 0)
			}
			if r.ok {
				g.Passages = append(g.Passages, p)
			}
		}
	}
}

func (m *matFile) readSupplies(g *energy.GasNet, known map[string]int, l *diag.List) {
	t := m.table("receipt", gasReceiptColumns, 7, l)
	for _, row := range t.rows {
		r := t.read(row)
		x := energy.Supply{ID: r.id(0), Min: r.f(2), Max: r.f(3), Nominal: r.f(4), Free: r.f(5) != 0, Out: r.f(6) == 0, Pos: r.at(0)}
		x.Junction = r.index(1, known, "junction")
		if r.ok {
			g.Supplies = append(g.Supplies, x)
		}
	}
}

func (m *matFile) readDemands(g *energy.GasNet, known map[string]int, l *diag.List) {
	priority := m.priorities(l)
	for _, kind := range []string{"delivery", "transfer"} {
		t := m.table(kind, gasDeliveryColumns, 7, l)
		for n, row := range t.rows {
			r := t.read(row)
			x := energy.GasDemand{Kind: kind, ID: r.id(0), Min: r.f(2), Max: r.f(3), Nominal: r.f(4), Free: r.f(5) != 0, Out: r.f(6) == 0, Pos: r.at(0)}
			x.Junction = r.index(1, known, "junction")
			if kind == "delivery" {
				x.Priority = 1
				if n < len(priority) {
					x.Priority = priority[n]
				}
			}
			if r.ok {
				g.Demands = append(g.Demands, x)
			}
		}
	}
}

// priorities reads the column priority of the extension table delivery_data, a row a
// delivery.
func (m *matFile) priorities(l *diag.List) []float64 {
	f := m.fields["delivery_data"]
	if f == nil {
		return nil
	}
	col := -1
	for i, name := range f.columns {
		if name == "priority" {
			col = i
		} else {
			l.Report(ruleMatIgnored, f.pos, name, "column %s of mgc.delivery_data is not read", name)
		}
	}
	if col < 0 {
		return nil
	}
	if d := m.fields["delivery"]; d == nil || len(d.rows) != len(f.rows) {
		l.Report(ruleMatColumns, f.pos, "delivery_data", "mgc.delivery_data has %d rows, not one a delivery", len(f.rows))
		return nil
	}
	t := m.table("delivery_data", f.columns, col+1, l)
	var out []float64
	for _, row := range t.rows {
		out = append(out, t.read(row).f(col))
	}
	return out
}
