package interchange

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
)

// WriteMatgas writes a gas network as a matgas file in SI units. Ids that are whole
// numbers stay, others are numbered by their row. The result says in words what the format
// has no place for. Reading the file gives the same network up to that.
func WriteMatgas(out io.Writer, g *energy.GasNet) (left []string, err error) {
	w := bufio.NewWriter(out)
	m := &matWriter{w: w, structure: "mgc"}
	m.line("function mgc = %s", matName(g.Name))
	m.line("mgc.units = 'si';\nmgc.is_per_unit = 0;")
	if g.SoundSpeed > 0 {
		m.line("mgc.sound_speed = %s;", text(g.SoundSpeed))
	}
	j := wholeNumbers(m, "junctions", len(g.Junctions), func(i int) string { return g.Junctions[i].ID })
	span := func(a, b int) (lo, hi string) {
		x, y := g.Junctions[a], g.Junctions[b]
		return text(min(x.Pmin, y.Pmin)), text(max(x.Pmax, y.Pmax))
	}
	m.open("junction", gasJunctionColumns)
	for i, x := range g.Junctions {
		m.row(j[i], text(x.Pmin), text(x.Pmax), text(x.Pmax), "0", status(x.Out))
	}
	m.close()
	m.open("pipe", gasPipeColumns)
	capacities := 0
	ids := wholeNumbers(m, "pipes", len(g.Pipes), func(i int) string { return g.Pipes[i].ID })
	for i, x := range g.Pipes {
		lo, hi := span(x.From, x.To)
		if x.Capacity > 0 {
			capacities++
		}
		m.row(ids[i], j[x.From], j[x.To], text(x.Diameter), text(x.Length), text(x.Friction), lo, hi, status(x.Out), status(x.OneWay))
	}
	m.close()
	if capacities > 0 {
		m.left = append(m.left, fmt.Sprintf("operational capacities of %s", counted(capacities, "pipes")))
	}
	if len(g.Compressors) > 0 {
		ids := wholeNumbers(m, "compressors", len(g.Compressors), func(i int) string { return g.Compressors[i].ID })
		m.open("compressor", gasCompressorColumns)
		for i, x := range g.Compressors {
			lo, hi := span(x.From, x.To)
			m.row(ids[i], j[x.From], j[x.To], text(x.RatioMin), text(x.RatioMax), "1e100", bound(x.FlowMin), bound(x.FlowMax), lo, hi, lo, hi, status(x.Out), "0", strconv.Itoa(int(x.Direction)))
		}
		m.close()
	}
	m.passages(g, j)
	m.points(g, j)
	return m.left, w.Flush()
}

// wholeNumbers gives ids that a matgas file can hold.
func wholeNumbers(m *matWriter, what string, n int, id func(i int) string) []string {
	out := make([]string, n)
	seen := map[string]bool{}
	for i := range out {
		k, err := strconv.Atoi(id(i))
		if err != nil || strconv.Itoa(k) != id(i) || seen[id(i)] {
			m.left = append(m.left, "the names of "+what+", which are numbered by row")
			for k := range out {
				out[k] = strconv.Itoa(k + 1)
			}
			return out
		}
		seen[id(i)] = true
		out[i] = id(i)
	}
	return out
}

func (m *matWriter) passages(g *energy.GasNet, j []string) {
	for _, k := range []struct {
		kind, table string
		columns     []string
		cells       func(x *energy.Passage) []string
	}{
		{"short pipe", "short_pipe", gasShortColumns, func(x *energy.Passage) []string { return []string{status(x.Out), status(x.FlowMin >= 0)} }},
		{"resistor", "resistor", gasResistorColumns, func(x *energy.Passage) []string { return []string{"0", "0", status(x.Out), status(x.FlowMin >= 0)} }},
		{"regulator", "regulator", gasRegulatorColumns, func(x *energy.Passage) []string {
			return []string{"0", "1", bound(x.FlowMin), bound(x.FlowMax), status(x.Out), "1"}
		}},
		{"valve", "valve", gasValveColumns, func(x *energy.Passage) []string { return []string{status(x.Out)} }},
	} {
		var of []int
		for i := range g.Passages {
			if g.Passages[i].Kind == k.kind {
				of = append(of, i)
			}
		}
		if len(of) == 0 {
			continue
		}
		ids := wholeNumbers(m, k.kind+"s", len(of), func(i int) string { return g.Passages[of[i]].ID })
		m.open(k.table, k.columns)
		for i, p := range of {
			x := &g.Passages[p]
			m.row(append([]string{ids[i], j[x.From], j[x.To]}, k.cells(x)...)...)
			if k.kind != "regulator" && !(math.IsInf(x.FlowMax, 1) && (x.FlowMin == 0 || math.IsInf(x.FlowMin, -1))) {
				m.left = append(m.left, "the flow bounds of "+x.Kind+" "+x.ID)
			}
		}
		m.close()
	}
}

// points writes supplies and demands.
func (m *matWriter) points(g *energy.GasNet, j []string) {
	free := func(x bool) string { return status(!x) }
	ids := wholeNumbers(m, "receipts", len(g.Supplies), func(i int) string { return g.Supplies[i].ID })
	m.open("receipt", gasReceiptColumns)
	for i, x := range g.Supplies {
		m.row(ids[i], j[x.Junction], text(x.Min), text(x.Max), text(x.Nominal), free(x.Free), status(x.Out))
	}
	m.close()
	for _, kind := range []string{"delivery", "transfer"} {
		var of []energy.GasDemand
		for _, x := range g.Demands {
			if x.Kind == kind {
				of = append(of, x)
			}
		}
		if len(of) == 0 {
			continue
		}
		ids := wholeNumbers(m, kind+" points", len(of), func(i int) string { return of[i].ID })
		m.open(kind, gasDeliveryColumns)
		for i, x := range of {
			m.row(ids[i], j[x.Junction], text(x.Min), text(x.Max), text(x.Nominal), free(x.Free), status(x.Out))
		}
		m.close()
		if kind == "delivery" && slices.ContainsFunc(of, func(x energy.GasDemand) bool { return x.Priority != 1 }) {
			m.line("\n%%column_names%% priority\nmgc.delivery_data = [")
			for _, x := range of {
				m.row(text(x.Priority))
			}
			m.close()
		}
	}
}

// IsMatgas reports whether a MATLAB file assigns to the structure of gas networks.
func IsMatgas(data []byte) bool {
	var l diag.List
	return len(readMat("", "mgc", data, &l).fields) > 0
}
