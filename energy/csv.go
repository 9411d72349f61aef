package energy

import (
	"encoding/csv"
	"io"
	"strconv"
)

// number writes a figure in the shortest form that reads back exactly.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// limit writes a bound, empty when there is none.
func limit(x float64) string {
	if x == 0 {
		return ""
	}
	return number(x)
}

// writeCSV writes a header and rows.
func writeCSV(w io.Writer, head []string, rows func(put func(cells ...string))) error {
	out := csv.NewWriter(w)
	// The writer keeps the first error for the end.
	_ = out.Write(head)
	rows(func(cells ...string) { _ = out.Write(cells) })
	out.Flush()
	return out.Error()
}

var dispatchHead = []string{"snapshot", "part", "id", "bus", "to", "mw", "limit_mw", "price", "shed_mw", "cost"}

// WriteCSV writes a row a part of the grid: its power in MW (output, flow at the from
// side, injection), its limit, its price, what is shed there, and its cost per hour. The
// column snapshot is empty. A report without a dispatch has the header alone.
func (r *OPFReport) WriteCSV(w io.Writer) error {
	return writeCSV(w, dispatchHead, func(put func(...string)) { r.rows("", put) })
}

// WriteCSV writes the rows of every snapshot as [OPFReport.WriteCSV] does.
func (r *SeriesReport) WriteCSV(w io.Writer) error {
	return writeCSV(w, dispatchHead, func(put func(...string)) {
		for _, x := range r.Snapshots {
			x.Dispatch.rows(x.ID, put)
		}
	})
}

func (r *OPFReport) rows(snapshot string, put func(...string)) {
	for _, x := range r.Generators {
		put(snapshot, "generator", x.ID, x.Bus, "", number(x.Output), "", number(x.Price), "", number(x.Cost))
	}
	for _, x := range r.Buses {
		put(snapshot, "bus", x.ID, x.ID, "", number(x.Injection), "", number(x.Price), number(x.Shed), "")
	}
	for _, x := range r.Branches {
		put(snapshot, "branch", x.ID, x.From, x.To, number(x.Flow), limit(x.Rating), number(x.Price), "", "")
	}
	for _, x := range r.Links {
		put(snapshot, "link", x.ID, x.From, x.To, number(x.Flow), "", number(x.Price), "", number(x.Cost))
	}
}

// WriteCSV writes a row an overload and a row a loss of demand or supply; outages without
// consequence have none.
func (r *N1Report) WriteCSV(w io.Writer) error {
	head := []string{"outage_kind", "outage", "from", "to", "flow_mw", "bridge", "consequence", "branch", "branch_from", "branch_to", "before_mw", "after_mw", "rating_mw", "excess_mw", "deficit_mw", "unserved_mw"}
	return writeCSV(w, head, func(put func(...string)) {
		for _, c := range r.Contingencies {
			row := []string{c.Kind, c.ID, c.From, c.To, number(c.Flow), strconv.FormatBool(c.Bridge)}
			if x := c.Lost; x != nil {
				put(append(row[:6:6], "lost", "", "", "", "", "", "", "", number(x.Deficit), number(x.Unserved))...)
			}
			for _, o := range c.Overloads {
				put(append(row[:6:6], "overload", o.ID, o.From, o.To, number(o.Before), number(o.After), number(o.Rating), number(max(o.After, -o.After)-o.Rating), "", "")...)
			}
		}
	})
}

// WriteCSV writes a row a supply, demand, edge and junction. The price of a junction is
// the value of one more unit there.
func (r *GasReport) WriteCSV(w io.Writer) error {
	head := []string{"part", "kind", "id", "junction", "to", "flow", "asked", "unserved", "price", "pressure_pa"}
	return writeCSV(w, head, func(put func(...string)) {
		for _, x := range r.Supplies {
			put("supply", x.Kind, x.ID, x.Junction, "", number(x.Flow), "", "", "", "")
		}
		for _, x := range r.Demands {
			put("demand", x.Kind, x.ID, x.Junction, "", number(x.Flow), number(x.Asked), number(x.Unserved), "", "")
		}
		for _, x := range r.Flows {
			put("edge", x.Kind, x.ID, x.From, x.To, number(x.Flow), "", "", number(x.Price), "")
		}
		for _, x := range r.Junctions {
			put("junction", "", x.ID, x.ID, "", "", "", "", number(x.Value), limit(x.Pressure))
		}
	})
}
