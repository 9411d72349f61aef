package interchange

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/energy"
)

// WriteMATPOWER writes a grid as a MATPOWER case of version 2. Bus ids that are whole
// numbers from 1 stay, others are numbered and stand in mpc.bus_name; rows of branches
// and plants are in the grid's order, with their ids in mpc.branch_name and mpc.gen_name
// when they are not row numbers. Loads of one bus are added up. Reactive power is 0 and
// voltages 1, which a DC model does not see. The result says in words what the format has
// no place for. Reading the file gives the same grid up to that and to rounding in the last
// digit of angles.
func WriteMATPOWER(out io.Writer, g *energy.Grid) (left []string, err error) {
	w := bufio.NewWriter(out)
	m := &matWriter{w: w, structure: "mpc"}
	number := busNumbers(g)
	m.line("function mpc = %s", matName(g.Name))
	m.line("mpc.version = '2';\nmpc.baseMVA = %s;", text(g.BaseMVA))
	demand := make([]float64, len(g.Buses))
	values := 0
	for _, d := range g.Loads {
		demand[d.Bus] += d.Demand
		if d.Value != 0 {
			values++
		}
	}
	if values > 0 {
		m.left = append(m.left, fmt.Sprintf("prices of unserved energy of %s", counted(values, "loads")))
	}
	supplied := make([]bool, len(g.Buses))
	for _, x := range g.Generators {
		supplied[x.Bus] = supplied[x.Bus] || !x.Out
	}
	m.open("bus", busColumns)
	for i := range g.Buses {
		b := &g.Buses[i]
		kind := "1"
		switch {
		case b.Isolated:
			kind = "4"
		case b.Reference:
			kind = "3"
		case supplied[i]:
			kind = "2"
		}
		m.row(number[i], kind, text(demand[i]), "0", text(b.Shunt), "0", "1", "1", "0", text(b.KV), "1", "1.1", "0.9")
	}
	m.close()
	m.generators(g, number)
	m.branches(g, number)
	m.links(g, number)
	none := func(int) string { return "" }
	m.names("bus_name", len(g.Buses), func(i int) string {
		if b := &g.Buses[i]; number[i] == b.ID {
			return b.Name
		}
		return g.Buses[i].ID
	}, none)
	row := func(i int) string { return strconv.Itoa(i + 1) }
	m.names("gen_name", len(g.Generators), func(i int) string { return g.Generators[i].ID }, row)
	m.names("branch_name", len(g.Branches), func(i int) string { return g.Branches[i].ID }, row)
	m.names("genfuel", len(g.Generators), func(i int) string { return g.Generators[i].Fuel }, none)
	return m.left, w.Flush()
}

// busNumbers gives each bus its number.
func busNumbers(g *energy.Grid) []string {
	out := make([]string, len(g.Buses))
	seen := map[string]bool{}
	for i, b := range g.Buses {
		n, err := strconv.Atoi(b.ID)
		if err != nil || n < 1 || strconv.Itoa(n) != b.ID || seen[b.ID] {
			for k := range out {
				out[k] = strconv.Itoa(k + 1)
			}
			return out
		}
		seen[b.ID] = true
		out[i] = b.ID
	}
	return out
}

var notWord = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// matName makes the name of a function.
func matName(name string) string {
	name = notWord.ReplaceAllString(strings.TrimSuffix(name[strings.LastIndexAny(name, `/\`)+1:], ".m"), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' || name[0] == '_' {
		name = "case_" + name
	}
	return name
}

// matWriter writes tables of a MATLAB structure.
type matWriter struct {
	w         *bufio.Writer
	structure string // "mpc" or "mgc"
	left      []string
}

// The buffer keeps the first error for Flush.
func (m *matWriter) line(format string, args ...any) { fmt.Fprintf(m.w, format+"\n", args...) }

func (m *matWriter) open(name string, columns []string) {
	m.line("\n%%\t%s\n%s.%s = [", strings.Join(columns, "\t"), m.structure, name)
}

func (m *matWriter) row(cells ...string) { m.line("\t%s;", strings.Join(cells, "\t")) }
func (m *matWriter) close()              { m.line("];") }

// names writes a cell array of names unless all are those that go without saying.
func (m *matWriter) names(field string, n int, name, known func(i int) string) {
	differs := false
	for i := range n {
		differs = differs || name(i) != known(i)
	}
	if !differs {
		return
	}
	m.line("\n%s.%s = {", m.structure, field)
	for i := range n {
		// A quote inside a text would end it for this and other readers of plain tables.
		m.line("\t'%s';", strings.NewReplacer("'", "’", "\n", " ", "\r", " ").Replace(name(i)))
	}
	m.line("};")
}

// bound writes a bound; MATPOWER knows Inf.
func bound(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "Inf"
	case math.IsInf(x, -1):
		return "-Inf"
	}
	return text(x)
}

func (m *matWriter) generators(g *energy.Grid, number []string) {
	m.open("gen", genColumns)
	for i := range g.Generators {
		x := &g.Generators[i]
		m.row(number[x.Bus], text(x.P), "0", "0", "0", "1", text(g.BaseMVA), status(x.Out), bound(x.Pmax), bound(x.Pmin))
	}
	m.close()
	m.costs("gencost", len(g.Generators), func(i int) *energy.Cost { return &g.Generators[i].Cost })
}

func status(out bool) string {
	if out {
		return "0"
	}
	return "1"
}

// costs writes a table of costs, a row a part, filled up with zeros to one width.
func (m *matWriter) costs(name string, n int, cost func(i int) *energy.Cost) {
	width := 3
	for i := range n {
		width = max(width, 2*len(cost(i).Points))
	}
	m.open(name, gencostColumns)
	for i := range n {
		c := cost(i)
		cells := []string{"2", "0", "0", "3", text(c.C[2]), text(c.C[1]), text(c.C[0])}
		if len(c.Points) > 0 {
			cells = []string{"1", "0", "0", strconv.Itoa(len(c.Points))}
			for _, p := range c.Points {
				cells = append(cells, text(p.P), text(p.Money))
			}
		}
		for len(cells) < 4+width {
			cells = append(cells, "0")
		}
		m.row(cells...)
	}
	m.close()
}

func (m *matWriter) branches(g *energy.Grid, number []string) {
	m.open("branch", branchColumns)
	for i := range g.Branches {
		x := &g.Branches[i]
		lo, hi := "-360", "360"
		if x.AngMin != 0 || x.AngMax != 0 {
			if !math.IsInf(x.AngMin, 0) {
				lo = m.angle(x.ID, x.AngMin)
			}
			if !math.IsInf(x.AngMax, 0) {
				hi = m.angle(x.ID, x.AngMax)
			}
		}
		m.row(number[x.From], number[x.To], text(x.R), text(x.X), "0", text(x.RateA), text(x.RateB), text(x.RateC), text(x.Tap), degree(x.Shift), status(x.Out), lo, hi)
	}
	m.close()
}

// angle writes an angle bound. MATPOWER reads one of 0 as none.
func (m *matWriter) angle(id string, radians float64) string {
	if radians == 0 {
		m.left = append(m.left, "the angle bound of 0 of branch "+id+", which MATPOWER reads as none, is written as 1e-9 degrees")
		return "1e-9"
	}
	return degree(radians)
}

func (m *matWriter) links(g *energy.Grid, number []string) {
	if len(g.Links) == 0 {
		return
	}
	m.open("dcline", dclineColumns)
	priced := false
	for i := range g.Links {
		x := &g.Links[i]
		arrives := x.P - x.Loss0 - float64(x.Loss1*x.P)
		m.row(number[x.From], number[x.To], status(x.Out), text(x.P), text(arrives), "0", "0", "1", "1", bound(x.Pmin), bound(x.Pmax), "0", "0", "0", "0", text(x.Loss0), text(x.Loss1))
		priced = priced || x.Cost.C != [3]float64{} || len(x.Cost.Points) > 0
	}
	m.close()
	if priced {
		m.costs("dclinecost", len(g.Links), func(i int) *energy.Cost { return &g.Links[i].Cost })
	}
	if slices.ContainsFunc(g.Buses, func(b energy.Bus) bool { return cmp.Or(b.Carrier, "AC") != "AC" && b.Carrier != "DC" }) {
		m.left = append(m.left, "the carriers of buses: MATPOWER takes all for electric")
	}
}
