package energy

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"text/tabwriter"
)

// page writes a report for people: a headline, tables with aligned columns, notes.
type page struct {
	w    *bufio.Writer
	tabs *tabwriter.Writer
}

func newPage(w io.Writer) *page {
	b := bufio.NewWriter(w)
	return &page{b, tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)}
}

func (p *page) line(format string, args ...any) { fmt.Fprintf(p.w, format+"\n", args...) }

// table starts a table with its title and column heads.
func (p *page) table(title, heads string) {
	p.line("\n%s", title)
	fmt.Fprintln(p.tabs, heads+"\t")
}

func (p *page) row(cells ...any) {
	for _, c := range cells {
		switch v := c.(type) {
		case float64:
			fmt.Fprint(p.tabs, fixed(v), "\t")
		default:
			fmt.Fprint(p.tabs, v, "\t")
		}
	}
	fmt.Fprintln(p.tabs)
}

// end closes a table of which so many rows were left out.
func (p *page) end(left int) {
	// Writes go to a buffer, which keeps the first error for Flush.
	_ = p.tabs.Flush()
	p.more(left)
}

func (p *page) more(left int) {
	if left > 0 {
		p.line("  … %d more; --top or --format csv shows them", left)
	}
}

// All is the number of rows of a text form that leaves nothing out.
const All = -1

// ranked returns at most so many rows and how many are left out: all in their own order,
// or those with the largest key, largest first.
func ranked[T any](rows []T, top int, key func(x *T) float64) ([]T, int) {
	if top < 0 || len(rows) <= top {
		return rows, 0
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b T) int { return cmp.Compare(key(&b), key(&a)) })
	left := len(rows) - top
	return rows[:top], left
}

// order says by what a table that leaves rows out is sorted.
func order(title, by string, left int) string {
	if left > 0 {
		return title + ", " + by + " first"
	}
	return title
}

// loading is the share of its rating that a branch carries, 0 without one.
func loading(x *BranchFlow) float64 {
	if x.Rating == 0 {
		return 0
	}
	return math.Abs(x.Flow) / x.Rating
}

func (p *page) notes(notes []string) error {
	if len(notes) > 0 {
		p.line("")
		for _, n := range notes {
			p.line("%s", n)
		}
	}
	return p.w.Flush()
}

// fixed writes a figure with three decimals.
func fixed(x float64) string {
	s := strconv.FormatFloat(x, 'f', 3, 64)
	if s == "-0.000" {
		return "0.000"
	}
	return s
}

// rated writes a rating, "-" when there is none.
func rated(x float64) any {
	if x == 0 || math.IsInf(x, 0) {
		return "-"
	}
	return x
}

// words says what a convention means.
func (s Susceptance) words() string {
	if s == Series {
		return "series susceptance, b = x/(r^2+x^2), taps and shifts ignored"
	}
	return "reactance susceptance, b = 1/(x tau), shifts kept"
}

// WriteText writes the report for people.
func (r *FlowReport) WriteText(w io.Writer) error {
	p := newPage(w)
	p.line("%s: DC power flow, %s", r.Grid, r.Susceptance.words())
	p.table("islands", "reference\tbuses\tbranches\tdemand MW\tcapacity MW\tspread MW\tunserved MW")
	for _, x := range r.Islands {
		p.row(x.Reference, x.Buses, x.Branches, x.Demand, x.Capacity, x.Spread, x.Unserved)
	}
	p.end(0)
	p.table("buses", "bus\tangle deg\tinjection MW")
	for _, x := range r.Buses {
		p.row(x.ID, x.Angle, x.Injection)
	}
	p.end(0)
	p.table("branches", "branch\tfrom\tto\tflow MW\trating MW")
	for _, x := range r.Branches {
		p.row(x.ID, x.From, x.To, x.Flow, rated(x.Rating))
	}
	p.end(0)
	notes := r.Notes
	if len(r.Overloads) > 0 {
		notes = append(notes[:len(notes):len(notes)], plural(len(r.Overloads), "branch is", "branches are")+" above the rating: "+some(r.Overloads, len(r.Overloads)))
	}
	return p.notes(notes)
}

// WriteText writes the report for people, with at most so many rows a table ([All]: every
// one), those that matter most.
func (r *OPFReport) WriteText(w io.Writer, top int) error {
	p := newPage(w)
	p.line("%s: DC-OPF, %s, %s", r.Grid, r.Susceptance.words(), r.Model)
	if r.Objective == nil {
		p.line("%s", r.Status)
		if r.Infeasible != nil {
			p.line("%s", r.Infeasible.Words)
			parts, left := ranked(r.Infeasible.Parts, top, func(x *Conflict) float64 { return x.Weight })
			p.table(order("limits that cannot hold together", "heaviest", left), "kind\tid\tlimit MW\tweight")
			for _, x := range parts {
				p.row(x.Kind, x.ID, x.Limit, x.Weight)
			}
			p.end(left)
		}
		return p.notes(r.Notes)
	}
	p.line("%s: %s per hour; demand %s MW, served %s, unserved %s", r.Status, fixed(*r.Objective), fixed(r.Demand), fixed(r.Served), fixed(r.Unserved))
	if len(r.Binding) > 0 {
		p.line("\nbinding limits")
		rows, left := r.Binding, 0
		if top >= 0 && len(rows) > top {
			rows, left = rows[:top], len(rows)-top
		}
		for _, x := range rows {
			p.line("  %s", x.Words)
		}
		p.more(left)
	}
	plants, left := ranked(r.Generators, top, func(x *GeneratorOutput) float64 { return x.Output })
	p.table(order("generators", "largest output", left), "generator\tbus\toutput MW\tcost per hour")
	for _, x := range plants {
		p.row(x.ID, x.Bus, x.Output, x.Cost)
	}
	p.end(left)
	buses, left := ranked(r.Buses, top, func(x *BusState) float64 { return x.Price })
	p.table(order("buses", "dearest", left), "bus\tprice per MWh\tangle deg\tinjection MW\tshed MW")
	for _, x := range buses {
		p.row(x.ID, x.Price, x.Angle, x.Injection, x.Shed)
	}
	p.end(left)
	branches, left := ranked(r.Branches, top, loading)
	p.table(order("branches", "most loaded", left), "branch\tfrom\tto\tflow MW\trating MW\tprice per MW")
	for _, x := range branches {
		p.row(x.ID, x.From, x.To, x.Flow, rated(x.Rating), x.Price)
	}
	p.end(left)
	if len(r.Links) > 0 {
		links, left := ranked(r.Links, top, func(x *LinkFlow) float64 { return math.Abs(x.Flow) })
		p.table(order("links", "largest flow", left), "link\tfrom\tto\tflow MW\tarrives MW\tprice per MW")
		for _, x := range links {
			p.row(x.ID, x.From, x.To, x.Flow, x.Arrives, x.Price)
		}
		p.end(left)
	}
	return p.notes(r.Notes)
}

// WriteText writes the report for people: a row a snapshot, of which those with most
// unserved and highest cost are kept when there are more than top. The parts of each
// snapshot are in the other forms.
func (r *SeriesReport) WriteText(w io.Writer, top int) error {
	p := newPage(w)
	p.line("%s: DC-OPF of %s, %s", r.Grid, plural(len(r.Snapshots), "snapshot", "snapshots"), r.Susceptance.words())
	if r.Objective != nil {
		p.line("%s: %s in all; demand %s MWh, served %s, unserved %s", r.Status, fixed(*r.Objective), fixed(r.Demand), fixed(r.Served), fixed(r.Unserved))
	} else {
		p.line("%s", r.Status)
	}
	rows, left := ranked(r.Snapshots, top, func(x *SnapshotReport) float64 {
		if x.Dispatch.Objective == nil {
			return math.Inf(1)
		}
		return *x.Dispatch.Objective
	})
	p.table(order("snapshots", "dearest", left), "snapshot\thours\tstatus\tcost per hour\tdemand MW\tunserved MW\tlowest price\thighest price")
	for _, x := range rows {
		d := x.Dispatch
		if d.Objective == nil {
			p.row(x.ID, digits(x.Hours), d.Status, "-", d.Demand, "-", "-", "-")
			continue
		}
		lo, hi := d.Buses[0].Price, d.Buses[0].Price
		for _, b := range d.Buses {
			lo, hi = min(lo, b.Price), max(hi, b.Price)
		}
		p.row(x.ID, digits(x.Hours), d.Status, *d.Objective, d.Demand, d.Unserved, lo, hi)
	}
	p.end(left)
	for _, x := range rows {
		if i := x.Dispatch.Infeasible; i != nil {
			p.line("\n%s: %s", x.ID, i.Words)
		}
	}
	return p.notes(r.Notes)
}

// WriteText writes the report for people, with the gravest outages, at most top of them.
func (r *N1Report) WriteText(w io.Writer, top int) error {
	p := newPage(w)
	p.line("%s: loss of one branch, %s", r.Grid, r.Susceptance.words())
	p.line("dispatch: %s; held against rating %s; an overload counts when the outage changes the flow by %s %% of the rating or more and the excess is at least %s", r.Dispatch, r.Rating, digits(100*r.MinChange), megawatts(r.MinOverload))
	p.line("%s, of which %s; %d without consequence", plural(r.Screened, "outage", "outages"), plural(r.Bridges, "is a bridge", "are bridges"), r.Secure)
	if len(r.Base) > 0 {
		p.line("%s above the rating before any outage", plural(len(r.Base), "branch is", "branches are"))
	}
	p.line("")
	rows, left := r.Contingencies, 0 // gravest first
	if top >= 0 && len(rows) > top {
		rows, left = rows[:top], len(rows)-top
	}
	for _, c := range rows {
		p.line("%s: %s", c.ID, c.Words)
	}
	p.more(left)
	return p.notes(r.Notes)
}

// WriteText writes the report for people, with at most so many rows a table.
func (r *GasReport) WriteText(w io.Writer, top int) error {
	p := newPage(w)
	p.line("%s: gas, model %s", r.Network, r.Model)
	if r.Objective == nil {
		p.line("%s", r.Status)
		if r.Reason != "" {
			p.line("%s", r.Reason)
		}
		return p.notes(r.Notes)
	}
	p.line("%s: weighted load %s; free demand served %s, fixed demand served %s, unserved %s", r.Status, fixed(*r.Objective), fixed(r.Served), fixed(r.Fixed), fixed(r.Unserved))
	if r.Gap != nil {
		p.line("transport %s, linear relaxation %s, gap %s", fixed(*r.TransportObjective), fixed(*r.RelaxationObjective), fixed(*r.Gap))
	}
	supplies, left := ranked(r.Supplies, top, func(x *GasPoint) float64 { return x.Flow })
	p.table(order("supply", "largest", left), "receipt\tjunction\tflow")
	for _, x := range supplies {
		p.row(x.ID, x.Junction, x.Flow)
	}
	p.end(left)
	demands, left := ranked(r.Demands, top, func(x *GasPoint) float64 { return x.Asked })
	p.table(order("demand", "largest", left), "id\tkind\tjunction\tflow\tasked\tunserved")
	for _, x := range demands {
		p.row(x.ID, x.Kind, x.Junction, x.Flow, x.Asked, x.Unserved)
	}
	p.end(left)
	flows, left := ranked(r.Flows, top, func(x *GasFlow) float64 { return math.Abs(x.Flow) })
	p.table(order("flows", "largest", left), "id\tkind\tfrom\tto\tflow\tprice")
	for _, x := range flows {
		p.row(x.ID, x.Kind, x.From, x.To, x.Flow, x.Price)
	}
	p.end(left)
	return p.notes(r.Notes)
}
