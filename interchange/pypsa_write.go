package interchange

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/astara-corridors/astara/energy"
)

// PyPSAVersion is the version whose attributes the writer uses; it stands in network.csv.
const PyPSAVersion = "1.3.0"

// WritePyPSA writes a grid as the CSV folder of a PyPSA network, a table at a time through
// put. All snapshots must have the same parts; where a figure of a load, plant, link or
// branch differs between them it becomes a time-dependent attribute. Schedules are written
// as outputs (generators-p, links-p0), where PyPSA keeps a dispatch, since a set point
// would hold its optimisation. What PyPSA has no attribute for stands in columns of our
// own, which PyPSA keeps and does not use: bus_name, s_nom_b and s_nom_c (short-term
// ratings), cost_constant, loss_constant, shed_price. The result says in words what its
// optimisation will not see. Reading the folder gives the same grid up to rounding in the
// last digits.
func WritePyPSA(put func(name string, write func(io.Writer) error) error, snapshots []energy.Snapshot) (left []string, err error) {
	if len(snapshots) == 0 {
		return nil, fmt.Errorf("pypsa: no snapshots")
	}
	g := snapshots[0].Grid
	for _, s := range snapshots {
		x := s.Grid
		if len(x.Buses) != len(g.Buses) || len(x.Branches) != len(g.Branches) || len(x.Generators) != len(g.Generators) || len(x.Links) != len(g.Links) || len(x.Loads) != len(g.Loads) {
			return nil, fmt.Errorf("pypsa: snapshot %s has other parts than the first", s.ID)
		}
	}
	snapshots = slices.Clone(snapshots)
	for k := range snapshots {
		snapshots[k].Grid = onePrice(snapshots[k].Grid)
	}
	w := &pypsaWriter{put: put, snapshots: snapshots, g: snapshots[0].Grid}
	w.network()
	w.buses()
	w.branches()
	w.generators()
	w.links()
	w.loads()
	return w.left, w.err
}

// onePrice is the grid with each plant of a piecewise linear cost as one plant a segment,
// which are filled in order since the cost is convex. The first keeps the id, the bounds
// below and the schedule that fits it.
func onePrice(g *energy.Grid) *energy.Grid {
	if !slices.ContainsFunc(g.Generators, func(x energy.Generator) bool { return len(x.Cost.Points) > 0 }) {
		return g
	}
	out := *g
	out.Generators = nil
	for _, x := range g.Generators {
		points := x.Cost.Points
		if len(points) == 0 {
			out.Generators = append(out.Generators, x)
			continue
		}
		from := math.Inf(-1)
		for k := 1; k < len(points); k++ {
			a, b := points[k-1], points[k]
			until := b.P
			if k == len(points)-1 {
				until = math.Inf(1)
			}
			hi := min(x.Pmax, until)
			seg := x
			seg.Cost = energy.Cost{C: [3]float64{0, (b.Money - a.Money) / (b.P - a.P), 0}}
			if k == 1 {
				// A plant that cannot go as low as the end of its first segment stands there.
				seg.Cost.C[0] = a.Money - float64(seg.Cost.C[1]*a.P)
				seg.Pmin, seg.Pmax, seg.P = min(x.Pmin, until), hi, min(x.P, until)
			} else {
				seg.ID = x.ID + "+" + strconv.Itoa(k)
				seg.Pmin, seg.Pmax = max(x.Pmin-from, 0), max(hi-from, 0)
				seg.Pmin = min(seg.Pmin, seg.Pmax)
				seg.P = min(max(x.P-from, 0), seg.Pmax)
			}
			from = until
			out.Generators = append(out.Generators, seg)
		}
	}
	return &out
}

type pypsaWriter struct {
	put       func(name string, write func(io.Writer) error) error
	snapshots []energy.Snapshot
	g         *energy.Grid
	left      []string
	err       error
}

// table writes one file, unless it has no rows.
func (w *pypsaWriter) table(name string, head []string, rows [][]string) {
	if w.err != nil || len(rows) == 0 {
		return
	}
	w.err = w.put(name, func(out io.Writer) error {
		c := csv.NewWriter(out)
		// The writer keeps its first error.
		_ = c.Write(head)
		_ = c.WriteAll(rows)
		return c.Error()
	})
}

func text(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	case x == 0:
		return "0" // not -0
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// degree writes an angle in degrees, without the last digit that radians cost.
func degree(radians float64) string {
	x := radians * 180 / math.Pi
	if math.IsInf(x, 0) {
		return text(x)
	}
	return strconv.FormatFloat(x, 'g', 15, 64)
}

// flagText writes a boolean as Python does.
func flagText(x bool) string {
	if x {
		return "True"
	}
	return "False"
}

// series writes an attribute as time-dependent when it differs between snapshots, and
// returns its figures at the first.
func (w *pypsaWriter) series(component, attr string, names []string, at func(g *energy.Grid, i int) float64) []string {
	first := make([]string, len(names))
	for i := range names {
		first[i] = text(at(w.g, i))
	}
	var vary []int
	for i := range names {
		for _, s := range w.snapshots[1:] {
			if text(at(s.Grid, i)) != first[i] {
				vary = append(vary, i)
				break
			}
		}
	}
	w.over(component, attr, names, vary, at)
	return first
}

// over writes the table of a time-dependent attribute for some rows.
func (w *pypsaWriter) over(component, attr string, names []string, which []int, at func(g *energy.Grid, i int) float64) {
	if len(which) == 0 {
		return
	}
	head := []string{"snapshot"}
	for _, i := range which {
		head = append(head, names[i])
	}
	var rows [][]string
	for k, s := range w.snapshots {
		row := []string{w.snapshotName(k)}
		for _, i := range which {
			row = append(row, text(at(s.Grid, i)))
		}
		rows = append(rows, row)
	}
	w.table(component+"-"+attr+".csv", head, rows)
}

func (w *pypsaWriter) snapshotName(k int) string { return cmp.Or(w.snapshots[k].ID, "now") }

func (w *pypsaWriter) network() {
	w.table("network.csv", []string{"name", "pypsa_version", "srid"}, [][]string{{w.g.Name, PyPSAVersion, "4326"}})
	var rows [][]string
	for k, s := range w.snapshots {
		rows = append(rows, []string{w.snapshotName(k), text(s.Weight), text(s.Weight), text(s.Hours)})
	}
	w.table("snapshots.csv", []string{"snapshot", "objective", "stores", "generators"}, rows)
	w.carriers()
}

// carriers lists those that are named, since PyPSA warns of others.
func (w *pypsaWriter) carriers() {
	seen := map[string]bool{"": true}
	var rows [][]string
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			rows = append(rows, []string{name})
		}
	}
	for _, b := range w.g.Buses {
		add(cmp.Or(b.Carrier, "AC"))
	}
	for _, x := range w.g.Generators {
		add(x.Fuel)
	}
	w.table("carriers.csv", []string{"name"}, rows)
}

// columns drops columns whose cells are all the default, but for the first ones that are
// needed, as PyPSA does.
func columns(need int, head, defaults []string, rows [][]string) ([]string, [][]string) {
	keep := make([]int, 0, len(head))
	for c := range head {
		if c < need || slices.ContainsFunc(rows, func(r []string) bool { return r[c] != defaults[c] }) {
			keep = append(keep, c)
		}
	}
	pick := func(r []string) []string {
		out := make([]string, len(keep))
		for k, c := range keep {
			out[k] = r[c]
		}
		return out
	}
	out := make([][]string, len(rows))
	for k, r := range rows {
		out[k] = pick(r)
	}
	return pick(head), out
}

// kv is the nominal voltage to write; PyPSA's own default where it is not known.
func kv(b *energy.Bus) float64 {
	if b.KV > 0 {
		return b.KV
	}
	return 1
}

func (w *pypsaWriter) buses() {
	var rows, shunts [][]string
	dead := 0
	for i := range w.g.Buses {
		b := &w.g.Buses[i]
		control := "PQ"
		if b.Reference {
			control = "Slack"
		}
		if b.Isolated {
			dead++
		}
		rows = append(rows, []string{b.ID, text(kv(b)), text(b.X), text(b.Y), cmp.Or(b.Carrier, "AC"), control, b.Name})
		if b.Shunt != 0 {
			shunts = append(shunts, []string{"shunt of " + b.ID, b.ID, text(b.Shunt / (kv(b) * kv(b)))})
		}
	}
	if dead > 0 {
		w.left = append(w.left, fmt.Sprintf("%s out of service, which PyPSA cannot say; what hangs there is inactive", counted(dead, "buses")))
	}
	head, rows := columns(1, []string{"name", "v_nom", "x", "y", "carrier", "control", "bus_name"}, []string{"", "", "0", "0", "", "PQ", ""}, rows)
	w.table("buses.csv", head, rows)
	w.table("shunt_impedances.csv", []string{"name", "bus", "g"}, shunts)
	if len(shunts) > 0 {
		w.left = append(w.left, fmt.Sprintf("%d shunts draw power, which PyPSA counts in power flow and not in optimisation", len(shunts)))
	}
}

func (w *pypsaWriter) dead(out bool, buses ...int) bool {
	for _, i := range buses {
		out = out || w.g.Buses[i].Isolated
	}
	return out
}

// branches become lines in ohm, or transformers per unit of their rating where they have
// a tap or shift or join two voltages.
func (w *pypsaWriter) branches() {
	var lines, trafos [][]string
	var lineNames, trafoNames []string
	var lineAt, trafoAt []int
	short := 0
	shifts := func(k int) bool {
		for _, s := range w.snapshots {
			if s.Grid.Branches[k].Shift != 0 {
				return true
			}
		}
		return false
	}
	for k := range w.g.Branches {
		x := &w.g.Branches[k]
		from, to := &w.g.Buses[x.From], &w.g.Buses[x.To]
		if x.RateB != 0 || x.RateC != 0 {
			short++
		}
		angleMin, angleMax := degree(x.AngMin), degree(x.AngMax)
		if x.AngMin == 0 && x.AngMax == 0 {
			angleMin, angleMax = "-inf", "inf"
		}
		rest := []string{angleMin, angleMax, text(x.RateB), text(x.RateC), flagText(!w.dead(x.Out, x.From, x.To))}
		if x.Tap == 0 && !shifts(k) && kv(from) == kv(to) {
			r, reactance := x.R, x.X
			if from.Carrier == "DC" {
				r, reactance = x.X, 0
			}
			scale := kv(from) * kv(from) / w.g.BaseMVA
			lineNames, lineAt = append(lineNames, x.ID), append(lineAt, k)
			lines = append(lines, append([]string{x.ID, from.ID, to.ID, text(reactance * scale), text(r * scale), text(unlimited(x.RateA))}, rest...))
			continue
		}
		rated, share := x.RateA, 1.0
		if rated == 0 {
			rated, share = w.g.BaseMVA, math.Inf(1)
		}
		scale := rated / w.g.BaseMVA
		trafoNames, trafoAt = append(trafoNames, x.ID), append(trafoAt, k)
		trafos = append(trafos, append([]string{x.ID, from.ID, to.ID, text(x.X * scale), text(x.R * scale), text(rated), text(share), text(cmp.Or(x.Tap, 1)), degree(x.Shift)}, rest...))
	}
	if short > 0 {
		w.left = append(w.left, fmt.Sprintf("short-term ratings of %s stand in s_nom_b and s_nom_c, which PyPSA does not use", counted(short, "branches")))
	}
	w.series("lines", "s_max_pu", lineNames, func(g *energy.Grid, i int) float64 { return w.share(g, lineAt[i]) })
	w.series("transformers", "s_max_pu", trafoNames, func(g *energy.Grid, i int) float64 { return w.share(g, trafoAt[i]) })
	w.series("transformers", "phase_shift", trafoNames, func(g *energy.Grid, i int) float64 {
		x, _ := strconv.ParseFloat(degree(g.Branches[trafoAt[i]].Shift), 64) // a number that was just written
		return x
	})
	head, rows := columns(6, []string{"name", "bus0", "bus1", "x", "r", "s_nom", "v_ang_min", "v_ang_max", "s_nom_b", "s_nom_c", "active"},
		[]string{"", "", "", "", "", "", "-inf", "inf", "0", "0", "True"}, lines)
	w.table("lines.csv", head, rows)
	head, rows = columns(6, []string{"name", "bus0", "bus1", "x", "r", "s_nom", "s_max_pu", "tap_ratio", "phase_shift", "v_ang_min", "v_ang_max", "s_nom_b", "s_nom_c", "active"},
		[]string{"", "", "", "", "", "", "1", "1", "0", "-inf", "inf", "0", "0", "True"}, trafos)
	w.table("transformers.csv", head, rows)
}

// share is a branch's rating in a snapshot per unit of that of the first.
func (w *pypsaWriter) share(g *energy.Grid, k int) float64 {
	base, now := w.g.Branches[k].RateA, g.Branches[k].RateA
	switch {
	case base == now:
		return 1
	case now == 0:
		return math.Inf(1)
	case base == 0:
		return now / w.g.BaseMVA
	}
	return now / base
}

func unlimited(rating float64) float64 {
	if rating == 0 {
		return math.Inf(1)
	}
	return rating
}
