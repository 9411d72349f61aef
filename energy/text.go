package energy

import (
	"bufio"
	"fmt"
	"io"
	"math"
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

func (p *page) end() {
	// Writes go to a buffer, which keeps the first error for Flush.
	_ = p.tabs.Flush()
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
	p.end()
	p.table("buses", "bus\tangle deg\tinjection MW")
	for _, x := range r.Buses {
		p.row(x.ID, x.Angle, x.Injection)
	}
	p.end()
	p.table("branches", "branch\tfrom\tto\tflow MW\trating MW")
	for _, x := range r.Branches {
		p.row(x.ID, x.From, x.To, x.Flow, rated(x.Rating))
	}
	p.end()
	notes := r.Notes
	if len(r.Overloads) > 0 {
		notes = append(notes[:len(notes):len(notes)], plural(len(r.Overloads), "branch is", "branches are")+" above the rating: "+some(r.Overloads, len(r.Overloads)))
	}
	return p.notes(notes)
}

// WriteText writes the report for people.
func (r *OPFReport) WriteText(w io.Writer) error {
	p := newPage(w)
	p.line("%s: DC-OPF, %s, %s", r.Grid, r.Susceptance.words(), r.Model)
	if r.Objective == nil {
		p.line("%s", r.Status)
		if r.Infeasible != nil {
			p.line("%s", r.Infeasible.Words)
			p.table("limits that cannot hold together", "kind\tid\tlimit MW\tweight")
			for _, x := range r.Infeasible.Parts {
				p.row(x.Kind, x.ID, x.Limit, x.Weight)
			}
			p.end()
		}
		return p.notes(r.Notes)
	}
	p.line("%s: %s per hour; demand %s MW, served %s, unserved %s", r.Status, fixed(*r.Objective), fixed(r.Demand), fixed(r.Served), fixed(r.Unserved))
	if len(r.Binding) > 0 {
		p.line("\nbinding limits")
		for _, x := range r.Binding {
			p.line("  %s", x.Words)
		}
	}
	p.table("generators", "generator\tbus\toutput MW\tcost per hour")
	for _, x := range r.Generators {
		p.row(x.ID, x.Bus, x.Output, x.Cost)
	}
	p.end()
	p.table("buses", "bus\tprice per MWh\tangle deg\tinjection MW\tshed MW")
	for _, x := range r.Buses {
		p.row(x.ID, x.Price, x.Angle, x.Injection, x.Shed)
	}
	p.end()
	p.table("branches", "branch\tfrom\tto\tflow MW\trating MW\tprice per MW")
	for _, x := range r.Branches {
		p.row(x.ID, x.From, x.To, x.Flow, rated(x.Rating), x.Price)
	}
	p.end()
	if len(r.Links) > 0 {
		p.table("links", "link\tfrom\tto\tflow MW\tarrives MW\tprice per MW")
		for _, x := range r.Links {
			p.row(x.ID, x.From, x.To, x.Flow, x.Arrives, x.Price)
		}
		p.end()
	}
	return p.notes(r.Notes)
}

// WriteText writes the report for people: a row a snapshot. The parts of each snapshot
// are in the other forms.
func (r *SeriesReport) WriteText(w io.Writer) error {
	p := newPage(w)
	p.line("%s: DC-OPF of %s, %s", r.Grid, plural(len(r.Snapshots), "snapshot", "snapshots"), r.Susceptance.words())
	if r.Objective != nil {
		p.line("%s: %s in all; demand %s MWh, served %s, unserved %s", r.Status, fixed(*r.Objective), fixed(r.Demand), fixed(r.Served), fixed(r.Unserved))
	} else {
		p.line("%s", r.Status)
	}
	p.table("snapshots", "snapshot\thours\tstatus\tcost per hour\tdemand MW\tunserved MW\tlowest price\thighest price")
	for _, x := range r.Snapshots {
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
	p.end()
	for _, x := range r.Snapshots {
		if i := x.Dispatch.Infeasible; i != nil {
			p.line("\n%s: %s", x.ID, i.Words)
		}
	}
	return p.notes(r.Notes)
}

// WriteText writes the report for people.
func (r *N1Report) WriteText(w io.Writer) error {
	p := newPage(w)
	p.line("%s: loss of one branch, %s", r.Grid, r.Susceptance.words())
	p.line("dispatch: %s; held against rating %s; an overload counts when the outage changes the flow by %s %% of the rating or more and the excess is at least %s", r.Dispatch, r.Rating, digits(100*r.MinChange), megawatts(r.MinOverload))
	p.line("%s, of which %s; %d without consequence", plural(r.Screened, "outage", "outages"), plural(r.Bridges, "is a bridge", "are bridges"), r.Secure)
	if len(r.Base) > 0 {
		p.line("%s above the rating before any outage", plural(len(r.Base), "branch is", "branches are"))
	}
	p.line("")
	for _, c := range r.Contingencies {
		p.line("%s: %s", c.ID, c.Words)
	}
	return p.notes(r.Notes)
}

// WriteText writes the report for people.
func (r *GasReport) WriteText(w io.Writer) error {
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
	p.table("supply", "receipt\tjunction\tflow")
	for _, x := range r.Supplies {
		p.row(x.ID, x.Junction, x.Flow)
	}
	p.end()
	p.table("demand", "id\tkind\tjunction\tflow\tasked\tunserved")
	for _, x := range r.Demands {
		p.row(x.ID, x.Kind, x.Junction, x.Flow, x.Asked, x.Unserved)
	}
	p.end()
	p.table("flows", "id\tkind\tfrom\tto\tflow\tprice")
	for _, x := range r.Flows {
		p.row(x.ID, x.Kind, x.From, x.To, x.Flow, x.Price)
	}
	p.end()
	return p.notes(r.Notes)
}
