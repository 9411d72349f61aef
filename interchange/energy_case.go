package interchange

import (
	"bufio"
	"fmt"
	"io"
	"math"

	"github.com/astara-corridors/astara/energy/region"
)

// TieFlow is what a tie carries in a run, from its first zone to its second.
type TieFlow struct {
	Coupling  string
	InService bool      // in some part of the year
	Energy    float64   // GWh/yr net
	Blocks    []float64 // MW by block of the case
}

// PipeFlow is what a pipeline carries in a run, from its first zone to its second.
type PipeFlow struct {
	InService bool
	Volume    float64   // bcm/yr net
	Blocks    []float64 // mcm/d by block of the case
}

// EnergyRun is a run with its flows, by index of the ties and pipes of a spec.
type EnergyRun struct {
	ID, Name string
	Ties     []TieFlow
	Pipes    []PipeFlow
}

func (r *EnergyRun) check(s *region.Spec) error {
	if len(r.Ties) != len(s.Ties) || len(r.Pipes) != len(s.Pipes) {
		return fmt.Errorf("run %s has flows of %d ties and %d pipes, the case %d and %d", r.ID, len(r.Ties), len(r.Pipes), len(s.Ties), len(s.Pipes))
	}
	return nil
}

// TieTable makes the table "ties" of runs: one row a tie and run with its net energy
// and its power in every block.
func TieTable(s *region.Spec, runs []EnergyRun) *Table {
	n := len(s.Ties) * len(runs)
	t := newEnergyTable("ties", "Net flow on every power line in every run, from zone_from to zone_to", n)
	run, id, from, to, kind := t.text("run", "which run"), t.text("tie_id", "id of the line in tie.csv"), t.text("zone_from", ""), t.text("zone_to", ""), t.text("coupling", "as it is in the run")
	in := Column{Name: "in_service", Type: Boolean, About: "in some part of the year", Bools: make([]bool, n)}
	energy, capacity, back := t.number("energy", "GWh/yr", "net over the year"), t.number("capacity", "MW", "as listed"), t.number("capacity_back", "MW", "as listed; empty: the same")
	blocks := t.blocks(s, "MW")
	for r := range runs {
		for i := range s.Ties {
			x, f, k := &s.Ties[i], &runs[r].Ties[i], r*len(s.Ties)+i
			run.set(k, runs[r].ID)
			id.set(k, x.ID)
			from.set(k, x.From)
			to.set(k, x.To)
			kind.set(k, f.Coupling)
			in.Bools[k], energy.Floats[k] = f.InService, f.Energy
			capacity.Floats[k], back.Floats[k] = x.Capacity.Central, math.NaN()
			if x.CapacityBack.Known {
				back.Floats[k] = x.CapacityBack.Central
			}
			fillBlocks(blocks, f.Blocks, k)
		}
	}
	return t.done(append([]*Column{&run.Column, &id.Column, &from.Column, &to.Column, &kind.Column, &in, energy, capacity, back}, blocks...))
}

// PipeTable makes the table "pipes" of runs: one row a pipeline and run.
func PipeTable(s *region.Spec, runs []EnergyRun) *Table {
	n := len(s.Pipes) * len(runs)
	t := newEnergyTable("pipes", "Net flow in every gas pipeline in every run, from zone_from to zone_to", n)
	run, id, from, to := t.text("run", "which run"), t.text("pipe_id", "id of the pipeline in pipe.csv"), t.text("zone_from", ""), t.text("zone_to", "")
	in := Column{Name: "in_service", Type: Boolean, About: "in some part of the year", Bools: make([]bool, n)}
	volume, capacity, back := t.number("volume", "bcm/yr", "net over the year"), t.number("capacity", "bcm/yr", "as listed"), t.number("capacity_back", "bcm/yr", "as listed; empty: none")
	blocks := t.blocks(s, "mcm/d")
	for r := range runs {
		for i := range s.Pipes {
			x, f, k := &s.Pipes[i], &runs[r].Pipes[i], r*len(s.Pipes)+i
			run.set(k, runs[r].ID)
			id.set(k, x.ID)
			from.set(k, x.From)
			to.set(k, x.To)
			in.Bools[k], volume.Floats[k] = f.InService, f.Volume
			capacity.Floats[k], back.Floats[k] = x.Capacity.Central, math.NaN()
			if x.CapacityBack.Known {
				back.Floats[k] = x.CapacityBack.Central
			}
			fillBlocks(blocks, f.Blocks, k)
		}
	}
	return t.done(append([]*Column{&run.Column, &id.Column, &from.Column, &to.Column, &in, volume, capacity, back}, blocks...))
}

func fillBlocks(columns []*Column, values []float64, row int) {
	for k, c := range columns {
		c.Floats[row] = math.NaN()
		if k < len(values) {
			c.Floats[row] = values[k]
		}
	}
}

type energyTable struct{ Table }

// words is a text column that gathers its words as they come.
type words struct {
	Column
	code map[string]uint32
}

func newEnergyTable(name, about string, rows int) *energyTable {
	return &energyTable{Table{Name: name, About: about, Rows: rows}}
}

func (t *energyTable) text(name, about string) *words {
	return &words{Column{Name: name, Type: Text, About: about, Codes: make([]uint32, t.Rows)}, map[string]uint32{}}
}

func (w *words) set(row int, text string) {
	c, ok := w.code[text]
	if !ok {
		c = uint32(len(w.Words))
		w.code[text] = c
		w.Words = append(w.Words, text)
	}
	w.Codes[row] = c
}

func (t *energyTable) number(name, unit, about string) *Column {
	return &Column{Name: name, Type: Number, Unit: unit, About: about, Floats: make([]float64, t.Rows)}
}

// blocks are the columns of the parts of the year.
func (t *energyTable) blocks(s *region.Spec, unit string) []*Column {
	var out []*Column
	for i := range s.Blocks {
		b := &s.Blocks[i]
		out = append(out, t.number("block_"+b.ID, unit, fmt.Sprintf("in %s, %g hours", b.ID, b.Hours)))
	}
	return out
}

func (t *energyTable) done(columns []*Column) *Table {
	for _, c := range columns {
		t.Columns = append(t.Columns, *c)
	}
	return &t.Table
}

// WriteEnergyGeoJSON writes the flows of runs on ties and pipes as GeoJSON: one
// LineString from zone to zone for each, in file order, ties first. Properties are
// id, carrier, name, from, to, status, and for each run R: R_in_service, R_coupling
// of ties, and R_gwh or R_bcm, net from from to to. What carries nothing is written,
// too: it is the network.
func WriteEnergyGeoJSON(w io.Writer, o Origin, s *region.Spec, runs []EnergyRun) error {
	at := map[string]*region.Zone{}
	for i := range s.Zones {
		at[s.Zones[i].ID] = &s.Zones[i]
	}
	b := &geo{w: bufio.NewWriter(w)}
	head := make([]FlowRun, len(runs))
	for i, r := range runs {
		if err := r.check(s); err != nil {
			return err
		}
		head[i] = FlowRun{ID: r.ID, Name: r.Name}
	}
	b.headIn(o, head, "GWh/yr, bcm/yr")
	first := true
	feature := func(id, carrier, name, from, to, status string, properties func()) error {
		p, q := at[from], at[to]
		if p == nil || q == nil {
			return fmt.Errorf("%s %s: unknown zone", carrier, id)
		}
		if !first {
			b.raw(",\n")
		}
		first = false
		b.raw(`{"type":"Feature","id":`)
		b.text(id)
		b.raw(`,"geometry":`)
		b.line(p.X, p.Y, q.X, q.Y)
		b.raw(`,"properties":{"id":`)
		b.text(id)
		b.pair("carrier", carrier)
		b.pair("name", name)
		b.pair("from", from)
		b.pair("to", to)
		b.pair("status", status)
		properties()
		b.raw("}}")
		return nil
	}
	service := func(run string, in bool) {
		b.key(run + "_in_service")
		b.raw(fmt.Sprint(in))
	}
	for i := range s.Ties {
		x := &s.Ties[i]
		if err := feature(x.ID, "power", x.Name, x.From, x.To, x.Status, func() {
			for _, r := range runs {
				service(r.ID, r.Ties[i].InService)
				b.pair(r.ID+"_coupling", r.Ties[i].Coupling)
				b.key(r.ID + "_gwh")
				b.number(r.Ties[i].Energy)
			}
		}); err != nil {
			return err
		}
	}
	for i := range s.Pipes {
		x := &s.Pipes[i]
		if err := feature(x.ID, "gas", x.Name, x.From, x.To, x.Status, func() {
			for _, r := range runs {
				service(r.ID, r.Pipes[i].InService)
				b.key(r.ID + "_bcm")
				b.number(r.Pipes[i].Volume)
			}
		}); err != nil {
			return err
		}
	}
	b.raw("\n]}\n")
	if b.err != nil {
		return b.err
	}
	return b.w.Flush()
}
