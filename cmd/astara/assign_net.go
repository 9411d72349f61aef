package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

// assignNet is an assignment problem with the names that its files use.
type assignNet struct {
	problem *assign.Problem
	links   []string // id of each link of the problem
	from    []string
	to      []string
	zones   []string
	kind    []string                // of each link: facility_type, or link_type of TNTP
	ends    bool                    // A-B names links by their nodes, too
	closed  func(use string) []bool // by link, of a GMNS folder: the use may not take it
	// again reads the demand once more, with the places of its rows: they are not
	// kept, since only what goes wrong later needs them.
	again func() ([]classCells, error)
}

// open reads the network and the trips.
func (f *assignFlags) open(cmd *cobra.Command) (*assignNet, error) {
	if isFolder(f.net) {
		if cmd.Flags().Changed("first-of-pair") {
			return nil, usageError{fmt.Errorf("--first-of-pair is for TNTP networks; %s is a GMNS folder", f.net)}
		}
		return f.openGMNS(cmd)
	}
	for _, flag := range []string{"b", "power", "length-unit", "speed-unit", "use"} {
		if cmd.Flags().Changed(flag) {
			return nil, usageError{fmt.Errorf("--%s is for GMNS folders; %s is none", flag, f.net)}
		}
	}
	for _, c := range f.classes {
		if c.use != "" {
			return nil, usageError{fmt.Errorf("--class %s: use is for GMNS folders; %s is none", c.name, f.net)}
		}
	}
	if f.trips == "" && len(f.classes) == 0 {
		return nil, usageError{fmt.Errorf("--trips is missing; a TNTP network needs a file of trips")}
	}
	return f.openTNTP(cmd)
}

func (f *assignFlags) openTNTP(cmd *cobra.Command) (*assignNet, error) {
	data, err := readInput(f.net)
	if err != nil {
		return nil, err
	}
	var l diag.List
	n := interchange.ReadTNTPNetwork(f.net, data, &l)
	out := &assignNet{ends: true}
	for z := range n.Zones {
		out.zones = append(out.zones, strconv.Itoa(z+1))
	}
	zones := func(*assignFlags) []string { return out.zones }
	out.again = func() ([]classCells, error) {
		if len(f.classes) > 0 {
			return f.readClasses(zones, &diag.List{})
		}
		cells, err := f.readTrips(out.zones, &diag.List{})
		return []classCells{{"all", cells}}, err
	}
	t := &interchange.TNTPTrips{Zones: n.Zones}
	var classes []classCells
	switch {
	case n.Zones == 0: // trips are read beside a bad network, but not without zones
	case len(f.classes) > 0:
		classes, err = f.readClasses(zones, &l)
	default:
		t, err = f.tntpTrips(out.zones, &l)
	}
	if err := first(err, checked(cmd, &l)); err != nil {
		return nil, err
	}
	opt := interchange.TNTPOptions{FirstOfPair: f.firstOfPair}
	if cmd.Flags().Changed("toll-factor") {
		opt.TollFactor = &f.tollFactor
	}
	if cmd.Flags().Changed("distance-factor") {
		opt.DistanceFactor = &f.distanceFactor
	}
	p, rows, err := n.Problem(t, opt)
	if err != nil {
		return nil, usageError{err}
	}
	out.problem = p
	if rows == nil {
		for i := range n.Links {
			rows = append(rows, i)
		}
	}
	for _, i := range rows {
		out.links = append(out.links, strconv.Itoa(i+1))
		out.from = append(out.from, strconv.Itoa(n.Links[i].Init))
		out.to = append(out.to, strconv.Itoa(n.Links[i].Term))
		out.kind = append(out.kind, strconv.Itoa(n.Links[i].Type))
	}
	return out, f.finish(cmd, out, classes)
}

// first is the first of errors that is one. Diagnostics are printed when they are
// checked, so the error that says only that they were comes last.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// finish applies what the flags say about classes, turns, zones, limits and
// elastic demand.
func (f *assignFlags) finish(cmd *cobra.Command, n *assignNet, classes []classCells) error {
	if len(f.classes) > 0 {
		if err := f.setClasses(n, classes); err != nil {
			return err
		}
	}
	var l diag.List
	wrong := f.turns.apply(n, &l)
	limits := f.readLimits(n, &l)
	elastic := f.setElastic(n, &l)
	return first(wrong, limits, elastic, checked(cmd, &l))
}

func (f *assignFlags) openGMNS(cmd *cobra.Command) (*assignNet, error) {
	dir := path.Clean(filepath.ToSlash(f.net))
	var l diag.List
	g := interchange.ReadGMNS(disk{}, dir, interchange.GMNSOptions{LongLength: f.length, Speed: f.speed,
		NoDemand: f.trips != "" || len(f.classes) > 0, NoMovements: f.turns.file != "", Uses: f.uses()}, &l)
	zones := func(f *assignFlags) []string { return f.gmnsZones(g) }
	var classes []classCells
	var err error
	given := true // demand comes from elsewhere
	var cells []interchange.MatrixCell
	switch {
	case len(f.classes) > 0:
		classes, err = f.readClasses(zones, &l)
		cells = merged(classes)
	case f.trips != "":
		cells, err = f.readTrips(zones(f), &l)
	case f.matrix != "" || f.lookup != "":
		err = usageError{fmt.Errorf("--matrix and --lookup choose within the file of --trips, which is not given")}
	default:
		given = false
	}
	if err != nil {
		return nil, first(err, checked(cmd, &l))
	}
	if given {
		g.Demand = nil
		for _, c := range cells {
			g.Demand = append(g.Demand, interchange.GMNSDemand{From: c.From, To: c.To, Amount: c.Value, Pos: c.Pos})
		}
	}
	p := g.Problem(f.b, f.power, &l)
	if err := checked(cmd, &l); err != nil {
		return nil, err
	}
	if p == nil {
		return nil, usageError{fmt.Errorf("%s makes no assignment problem", f.net)}
	}
	if len(g.Demand) == 0 && given {
		return nil, usageError{fmt.Errorf("the files of trips hold none")}
	}
	if len(g.Demand) == 0 {
		return nil, usageError{fmt.Errorf("%s has no demand; give --trips", f.net)}
	}
	p.Classes[0].TollFactor, p.Classes[0].DistanceFactor = f.tollFactor, f.distanceFactor
	out := &assignNet{problem: p.Problem, zones: p.Zones}
	out.closed = func(use string) []bool { return g.Closed(p, use) }
	out.again = func() ([]classCells, error) {
		if classes != nil {
			return classes, nil
		}
		return []classCells{{"all", gmnsCells(g.Demand)}}, nil
	}
	for i, row := range p.Row {
		from, to := g.Links[row].From, g.Links[row].To
		if p.Backward[i] {
			from, to = to, from
		}
		out.links, out.from, out.to = append(out.links, g.Links[row].ID), append(out.from, from), append(out.to, to)
		out.kind = append(out.kind, g.Links[row].FacilityType)
	}
	return out, f.finish(cmd, out, classes)
}

// gmnsZones are the ids that trips may name: of zones and, in a table, of nodes.
func (f *assignFlags) gmnsZones(g *interchange.GMNS) []string {
	ids := g.ZoneIDs()
	if head, err := headOf(f.trips); err == nil && kindOfTrips(head) == tripsCSV {
		for _, n := range g.Nodes {
			ids = append(ids, n.ID)
		}
	}
	return ids
}

// gmnsCells is demand as a matrix.
func gmnsCells(demand []interchange.GMNSDemand) []interchange.MatrixCell {
	cells := make([]interchange.MatrixCell, len(demand))
	for i, d := range demand {
		cells[i] = interchange.MatrixCell{From: d.From, To: d.To, Value: d.Amount, Pos: d.Pos}
	}
	return cells
}

// chosen finds the links to select. A link usable both ways is two.
func (n *assignNet) chosen(names []string) ([]int32, error) {
	var out []int32
	var wrong []error
	for _, name := range names {
		found := 0
		for i := range n.links {
			if n.links[i] == name || n.ends && n.from[i]+"-"+n.to[i] == name {
				out = append(out, int32(i))
				found++
			}
		}
		if found == 0 {
			hint := ""
			if near := diag.Nearest(name, n.links); near != "" {
				hint = fmt.Sprintf("; did you mean %q?", near)
			}
			wrong = append(wrong, fmt.Errorf("--select-link %s: the network has no such link%s", name, hint))
		}
	}
	if len(wrong) > 0 {
		return nil, usageError{errors.Join(wrong...)}
	}
	return out, nil
}

func (n *assignNet) linkName(i int) string {
	return fmt.Sprintf("%s from %s to %s", n.links[i], n.from[i], n.to[i])
}

// compareDown orders from large to small.
func compareDown(a, b float64) int { return cmp.Compare(b, a) }

// write writes the files that were asked for, each whole or not at all.
func (f *assignFlags) write(n *assignNet, r *assign.Report) error {
	if f.flows != "" {
		if err := atomicfile.Write(f.flows, 0o644, func(w io.Writer) error { return n.flowsCSV(w, r) }); err != nil {
			return err
		}
	}
	if isOMX(f.skims) {
		return atomicfile.Write(f.skims, 0o644, func(w io.Writer) error { return n.skimsOMX(w, r) })
	}
	if f.skims != "" {
		return atomicfile.Write(f.skims, 0o644, func(w io.Writer) error { return n.skimsCSV(w, r) })
	}
	return nil
}

// flowsCSV writes a row a link, with the volume of the ways over each selected link.
func (n *assignNet) flowsCSV(w io.Writer, r *assign.Report) error {
	cw := csv.NewWriter(w)
	head := []string{"link_id", "from_node_id", "to_node_id", "volume", "time"}
	several := len(r.Classes) > 1
	if several {
		for _, c := range r.Classes {
			head = append(head, "flow_"+c.Name)
		}
	}
	if r.Result.Price != nil {
		head = append(head, "shadow_price")
	}
	for _, s := range r.Selected {
		head = append(head, fmt.Sprintf("with_%s_%s_%s", n.links[s.Link], n.from[s.Link], n.to[s.Link]))
	}
	rows := [][]string{head}
	for i := range n.links {
		row := []string{n.links[i], n.from[i], n.to[i], csvNumber(r.Result.Volume[i]), csvNumber(r.Result.Time[i])}
		if several {
			for _, f := range r.Result.ClassFlow {
				row = append(row, csvNumber(f[i]))
			}
		}
		if r.Result.Price != nil {
			row = append(row, csvNumber(r.Result.Price[i]))
		}
		for _, s := range r.Selected {
			row = append(row, csvNumber(s.Links[i]))
		}
		rows = append(rows, row)
	}
	return cw.WriteAll(rows)
}

// skimsCSV writes a row a pair of zones that has a way, and class where there are
// several.
func (n *assignNet) skimsCSV(w io.Writer, r *assign.Report) error {
	cw := csv.NewWriter(w)
	several := len(r.Classes) > 1
	put := func(class string, cells ...string) error {
		if several {
			cells = append([]string{class}, cells...)
		}
		return cw.Write(cells)
	}
	if err := put("class", "origin", "destination", "cost", "time", "length", "toll"); err != nil {
		return err
	}
	for k, s := range r.Skims {
		for o := range s.Zones {
			for d := range s.Zones {
				i := o*s.Zones + d
				if math.IsInf(s.Cost[i], 0) {
					continue
				}
				if err := put(r.Classes[k].Name, n.zones[o], n.zones[d], csvNumber(s.Cost[i]), csvNumber(s.Time[i]), csvNumber(s.Length[i]), csvNumber(s.Toll[i])); err != nil {
					return err
				}
			}
		}
	}
	cw.Flush()
	return cw.Error()
}

// skimsOMX writes a matrix each of cost, time, length and toll, with the name of the
// class behind where there are several; pairs without a way have no value.
func (n *assignNet) skimsOMX(w io.Writer, r *assign.Report) error {
	var matrices []interchange.OMXMatrix
	for k, s := range r.Skims {
		of := ""
		if len(r.Skims) > 1 {
			of = "_" + r.Classes[k].Name
		}
		matrices = append(matrices, interchange.OMXMatrix{Name: "cost" + of, Values: s.Cost}, interchange.OMXMatrix{Name: "time" + of, Values: s.Time},
			interchange.OMXMatrix{Name: "length" + of, Values: s.Length}, interchange.OMXMatrix{Name: "toll" + of, Values: s.Toll})
	}
	return interchange.WriteOMX(w, n.zones, matrices)
}

// csvNumber is the shortest text that reads back exactly.
func csvNumber(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// selectedLink is a selected link in the JSON form, with the names of the files.
type selectedLink struct {
	Link   string         `json:"link"`
	From   string         `json:"from_node"`
	To     string         `json:"to_node"`
	Volume float64        `json:"volume"`
	Pairs  []selectedPair `json:"pairs"`
}

type selectedPair struct {
	Class       string  `json:"class,omitempty"` // where there are several
	Origin      string  `json:"origin"`
	Destination string  `json:"destination"`
	Trips       float64 `json:"trips"`
}

// report is the JSON form: the run as it is, and the selected links.
func (n *assignNet) report(r *assign.Report) any {
	v := struct {
		*assign.Report
		ZoneIDs  []string       `json:"zone_ids"` // by zone number from 0, as unreachable pairs count
		Selected []selectedLink `json:"selected,omitempty"`
		Turns    []turnRow      `json:"turns,omitempty"`
		Limits   []limitRow     `json:"limits,omitempty"`
	}{Report: r, ZoneIDs: n.zones, Turns: n.turnRows(r), Limits: n.limitRows(r)}
	for _, s := range r.Selected {
		row := selectedLink{Link: n.links[s.Link], From: n.from[s.Link], To: n.to[s.Link], Volume: s.Volume, Pairs: n.pairs(r, s)}
		v.Selected = append(v.Selected, row)
	}
	return v
}

// pairs lists who uses a selected link.
func (n *assignNet) pairs(r *assign.Report, s *assign.Selected) []selectedPair {
	out := []selectedPair{}
	for k, trips := range s.Trips {
		for _, t := range trips {
			p := selectedPair{Origin: n.zones[t.From], Destination: n.zones[t.To], Trips: t.Amount}
			if len(s.Trips) > 1 {
				p.Class = r.Classes[k].Name
			}
			out = append(out, p)
		}
	}
	return out
}
