package interchange

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/astara-corridors/astara/freight"
)

// LinkFlow is what moves on a link in a year, both directions together, in
// tonnes. The parts are as seen from the countries the link lies in and sum to
// Total; at sea only Total is known.
type LinkFlow struct {
	Total, Domestic, Import, Export, Transit float64
}

// FlowRun is a run with its flows, by index of the links of a [freight.Spec].
type FlowRun struct {
	ID   string // letters, digits and "_": the start of property names
	Name string
	Flow []LinkFlow
}

// WriteGeoJSON writes the flows of runs as GeoJSON (RFC 7946): one LineString
// from node to node for every link, in file order, longitude first, WGS 84.
// Properties are link_id, from, to, mode, country, length_km, straits, and for
// each run R: R_t and, where parts are known, R_domestic_t, R_import_t,
// R_export_t and R_transit_t. With two runs or more, change_t is the last one's
// total less the first one's. The collection's member "astara" holds the version
// of the form, the case, and the runs with their names. Links without flow in
// every run are written too: they are the network.
//
// Lines are straight between nodes; a line over the antimeridian is cut in two
// (RFC 7946, 3.1.9). An index beyond the links or a link with an unknown node is
// a fault.
func WriteGeoJSON(w io.Writer, o Origin, s *freight.Spec, runs []FlowRun) error {
	nodes := make(map[string]*freight.Node, len(s.Nodes))
	for i := range s.Nodes {
		nodes[s.Nodes[i].ID] = &s.Nodes[i]
	}
	for _, r := range runs {
		if len(r.Flow) != len(s.Links) {
			return fmt.Errorf("run %s has flows of %d links, the network %d", r.ID, len(r.Flow), len(s.Links))
		}
	}
	b := &geo{w: bufio.NewWriter(w)}
	b.head(o, runs)
	for i := range s.Links {
		l := &s.Links[i]
		from, to := nodes[l.From], nodes[l.To]
		if from == nil || to == nil {
			return fmt.Errorf("link %s: unknown node", l.ID)
		}
		if i > 0 {
			b.raw(",\n")
		}
		b.raw(`{"type":"Feature","id":`)
		b.text(l.ID)
		b.raw(`,"geometry":`)
		b.line(from.X, from.Y, to.X, to.Y)
		b.raw(`,"properties":{"link_id":`)
		b.text(l.ID)
		b.pair("from", l.From)
		b.pair("to", l.To)
		b.pair("mode", l.Mode)
		b.pair("country", countries(from.Country, to.Country))
		b.key("length_km")
		b.number(l.Length)
		b.key("straits")
		b.list(l.Straits)
		for _, r := range runs {
			b.flow(r.ID, r.Flow[i])
		}
		if len(runs) > 1 {
			b.key("change_t")
			b.number(runs[len(runs)-1].Flow[i].Total - runs[0].Flow[i].Total)
		}
		b.raw("}}")
	}
	b.raw("\n]}\n")
	if b.err != nil {
		return b.err
	}
	return b.w.Flush()
}

// geo writes JSON by hand: members in a fixed order, numbers in the shortest
// form that reads back. The first error sticks.
type geo struct {
	w   *bufio.Writer
	err error
}

func (b *geo) head(o Origin, runs []FlowRun) { b.headIn(o, runs, "t/yr") }

// headIn starts a collection whose flows are in a unit.
func (b *geo) headIn(o Origin, runs []FlowRun, unit string) {
	b.raw(`{"type":"FeatureCollection","astara":{"format":` + strconv.Itoa(ExportFormat) + `,"case":`)
	b.text(o.Case)
	b.pair("title", o.Title)
	b.pair("program", o.Program)
	b.pair("unit", unit)
	b.raw(`,"runs":[`)
	for i, r := range runs {
		if i > 0 {
			b.raw(",")
		}
		b.raw(`{"id":`)
		b.text(r.ID)
		b.pair("name", r.Name)
		b.raw("}")
	}
	b.raw("]},\"features\":[\n")
}

func (b *geo) flow(run string, f LinkFlow) {
	b.key(run + "_t")
	b.number(f.Total)
	if f.Domestic == 0 && f.Import == 0 && f.Export == 0 && f.Transit == 0 {
		return
	}
	for _, p := range []struct {
		name string
		v    float64
	}{{"domestic", f.Domestic}, {"import", f.Import}, {"export", f.Export}, {"transit", f.Transit}} {
		b.key(run + "_" + p.name + "_t")
		b.number(p.v)
	}
}

// line writes the geometry between two places.
func (b *geo) line(x0, y0, x1, y1 float64) {
	if math.Abs(x1-x0) <= 180 {
		b.raw(`{"type":"LineString","coordinates":[`)
		b.points(x0, y0, x1, y1)
		b.raw("]}")
		return
	}
	edge := math.Copysign(180, x0)
	t := (edge - x0) / (x1 + math.Copysign(360, x0) - x0)
	y := y0 + t*(y1-y0)
	b.raw(`{"type":"MultiLineString","coordinates":[[`)
	b.points(x0, y0, edge, y)
	b.raw("],[")
	b.points(-edge, y, x1, y1)
	b.raw("]]}")
}

func (b *geo) points(x0, y0, x1, y1 float64) {
	b.raw("[")
	b.number(x0)
	b.raw(",")
	b.number(y0)
	b.raw("],[")
	b.number(x1)
	b.raw(",")
	b.number(y1)
	b.raw("]")
}

func countries(a, b string) string {
	if a == b {
		return a
	}
	return a + "-" + b
}

func (b *geo) raw(s string) {
	if b.err == nil {
		_, b.err = b.w.WriteString(s)
	}
}

func (b *geo) text(s string) {
	data, err := json.Marshal(s)
	if err != nil && b.err == nil {
		b.err = err
	}
	b.raw(string(data))
}

// key starts a further member.
func (b *geo) key(name string) {
	b.raw(",")
	b.text(name)
	b.raw(":")
}

func (b *geo) pair(name, value string) {
	b.key(name)
	b.text(value)
}

func (b *geo) list(values []string) {
	b.raw("[")
	for i, v := range values {
		if i > 0 {
			b.raw(",")
		}
		b.text(v)
	}
	b.raw("]")
}

// number writes a finite number; JSON has no others, so NaN becomes null.
func (b *geo) number(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		b.raw("null")
		return
	}
	b.raw(strconv.FormatFloat(v, 'f', -1, 64))
}
