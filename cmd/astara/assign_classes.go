package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/table"
)

// classFlag is a class of users as --class says it. What it leaves out is as the
// other flags and the network's file say.
type classFlag struct {
	name                              string
	trips, matrix, lookup, use        string
	equivalent, toll, distance, feels float64
	hasToll, hasDistance              bool
}

// parseClass reads NAME,key=value,...
func parseClass(s string) (classFlag, error) {
	parts := strings.Split(s, ",")
	c := classFlag{name: parts[0], equivalent: 1, feels: 1}
	if c.name == "" || strings.ContainsAny(c.name, "=/") {
		return c, fmt.Errorf("--class %q has no name, or one with = or /; expected NAME and key=value, separated by commas", s)
	}
	for _, part := range parts[1:] {
		key, value, ok := strings.Cut(part, "=")
		if !ok {
			return c, fmt.Errorf("--class %s: %q; expected key=value", c.name, part)
		}
		number := func() (x float64, err error) {
			x, err = strconv.ParseFloat(value, 64)
			if err != nil || !(x >= 0) || math.IsInf(x, 1) {
				return 0, fmt.Errorf("--class %s: %s is %q; expected 0 or more", c.name, key, value)
			}
			return x, nil
		}
		var err error
		switch key {
		case "trips":
			c.trips = value
		case "matrix":
			c.matrix = value
		case "lookup":
			c.lookup = value
		case "use":
			c.use = value
		case "equivalent":
			if c.equivalent, err = number(); err == nil && c.equivalent == 0 {
				err = fmt.Errorf("--class %s: equivalent is 0; expected above 0", c.name)
			}
		case "toll-factor":
			c.toll, err = number()
			c.hasToll = true
		case "distance-factor":
			c.distance, err = number()
			c.hasDistance = true
		case "time-factor":
			if c.feels, err = number(); err == nil && c.feels == 0 {
				err = fmt.Errorf("--class %s: time-factor is 0; expected above 0", c.name)
			}
		default:
			hint := ""
			if near := diag.Nearest(key, classKeys); near != "" {
				hint = fmt.Sprintf("; did you mean %q?", near)
			}
			err = fmt.Errorf("--class %s: unknown key %q; expected one of %s%s", c.name, key, strings.Join(classKeys, ", "), hint)
		}
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

var classKeys = []string{"trips", "matrix", "lookup", "equivalent", "toll-factor", "distance-factor", "time-factor", "use"}

// demandOf is the flags with the demand of one class.
func (f *assignFlags) demandOf(c classFlag) *assignFlags {
	g := *f
	if c.trips != "" {
		g.trips, g.matrix, g.lookup = c.trips, "", ""
	}
	if c.matrix != "" {
		g.matrix = c.matrix
	}
	if c.lookup != "" {
		g.lookup = c.lookup
	}
	return &g
}

// useOf is whose trips those of a class are; empty: anybody's.
func (f *assignFlags) useOf(c classFlag) string {
	if c.use != "" {
		return c.use
	}
	return f.use
}

// uses lists whose trips there are; none where some are anybody's.
func (f *assignFlags) uses() []string {
	if len(f.classes) == 0 && f.use != "" {
		return []string{f.use}
	}
	var out []string
	for _, c := range f.classes {
		use := f.useOf(c)
		if use == "" {
			return nil
		}
		if !slices.Contains(out, use) {
			out = append(out, use)
		}
	}
	return out
}

// classCells is the demand of a class with the places of its rows.
type classCells struct {
	name  string
	cells []interchange.MatrixCell
}

// readClasses reads the trips of every class.
func (f *assignFlags) readClasses(zones func(*assignFlags) []string, l *diag.List) ([]classCells, error) {
	var out []classCells
	for _, c := range f.classes {
		g := f.demandOf(c)
		if g.trips == "" {
			return nil, usageError{fmt.Errorf("--class %s: no trips; give trips=FILE, or --trips for all classes", c.name)}
		}
		cells, err := g.readTrips(zones(g), l)
		if err != nil {
			return nil, err
		}
		out = append(out, classCells{c.name, cells})
	}
	return out, nil
}

// setClasses replaces the one class of the problem by those of the flags.
func (f *assignFlags) setClasses(n *assignNet, demand []classCells) error {
	base := n.problem.Classes[0]
	at := make(map[string]int32, len(n.zones))
	for i, z := range n.zones {
		at[z] = int32(i)
	}
	n.problem.Classes = nil
	for i, c := range f.classes {
		var trips []assign.Trip
		for _, cell := range demand[i].cells {
			trips = append(trips, assign.Trip{From: at[cell.From], To: at[cell.To], Amount: cell.Value})
		}
		d, err := assign.NewDemand(len(n.zones), trips)
		if err != nil {
			return usageError{fmt.Errorf("--class %s: %w", c.name, err)}
		}
		k := assign.Class{Name: c.name, Demand: d, Equivalent: c.equivalent, TollFactor: base.TollFactor, DistanceFactor: base.DistanceFactor}
		if c.hasToll {
			k.TollFactor = c.toll
		}
		if c.hasDistance {
			k.DistanceFactor = c.distance
		}
		if c.feels != 1 {
			k.Scale = make([]float64, n.problem.Network.Graph.Links())
			for l := range k.Scale {
				k.Scale[l] = c.feels
			}
		}
		if use := f.useOf(c); use != "" {
			k.Closed = n.closed(use)
		}
		n.problem.Classes = append(n.problem.Classes, k)
	}
	return nil
}

// merged is the demand of all classes as that of one, a pair once.
func merged(classes []classCells) []interchange.MatrixCell {
	var out []interchange.MatrixCell
	at := map[[2]string]int{}
	for _, c := range classes {
		for _, cell := range c.cells {
			pair := [2]string{cell.From, cell.To}
			if i, ok := at[pair]; ok {
				out[i].Value += cell.Value
				continue
			}
			at[pair] = len(out)
			out = append(out, cell)
		}
	}
	return out
}

// readLimits reads a table of link and limit: the most volume a link takes. A link
// both ways has the limit each way.
func (f *assignFlags) readLimits(n *assignNet, l *diag.List) error {
	if f.limits == "" {
		return nil
	}
	data, err := readInput(f.limits)
	if err != nil {
		return err
	}
	t := table.Read(f.limits, data, l)
	for _, c := range []string{"link", "limit"} {
		if t.Column(c) < 0 {
			l.Report(ruleLimit, diag.Pos{File: f.limits, Line: 1}, "", "the column %s is missing", c).Expected = "link, limit"
		}
	}
	if t.Column("link") < 0 || t.Column("limit") < 0 {
		return nil
	}
	limit := make([]float64, len(n.links))
	for i := range limit {
		limit[i] = math.Inf(1)
	}
	named := n.named()
	given := map[int32]diag.Pos{}
	for _, row := range t.Rows {
		link, most := row.Get("link"), row.Get("limit")
		links := named(link.Text)
		if len(links) == 0 {
			l.Report(ruleLimit, link.Pos, link.Text, "the network has no link %q", link.Text)
		}
		x, ok := most.Float(l)
		if most.Text == "" || ok && x < 0 {
			l.Report(ruleLimit, most.Pos, most.Text, "the limit is %q", most.Text).Expected = "0 or more"
		}
		for _, k := range links {
			if p, twice := given[k]; twice {
				l.Report(ruleLimit, link.Pos, link.Text, "link %q has a limit already", link.Text).Also = []diag.Pos{p}
				break
			}
			given[k] = link.Pos
			limit[k] = x
		}
	}
	n.problem.Network.Limit = limit
	return nil
}

var ruleLimit = diag.NewRule("A396", "bad-limit", diag.Error, "a row of a table of limits cannot be applied to the network")

// limitRow is a hard limit in the JSON form.
type limitRow struct {
	Link   string  `json:"link"`
	From   string  `json:"from_node"`
	To     string  `json:"to_node"`
	Limit  float64 `json:"limit"`
	Volume float64 `json:"volume"`
	Price  float64 `json:"shadow_price"`
}

func (n *assignNet) limitRows(r *assign.Report) []limitRow {
	var rows []limitRow
	for _, x := range r.Limits {
		rows = append(rows, limitRow{n.links[x.Link], n.from[x.Link], n.to[x.Link], x.Limit, x.Volume, x.Price})
	}
	return rows
}
