package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// topRows is how many rows the text forms show; the others write all.
const topRows = 25

// flowsFormat is the version of the JSON form of flows.
const flowsFormat = 1

func flowsCommand() *cobra.Command {
	var where runFlags
	var place string
	var top int
	var energy bool
	cmd := &cobra.Command{
		Use:               "flows CASE",
		Short:             "Flows of one run: links, borders, limits, what did not move",
		Long:              "Solve one run and open it: flows of links by the four flow types, elements with\na capacity and their queue or price, what did not move and what would restore it.\n--select lists whose cargo uses a link, border, node or strait. --energy opens power\nand gas in the place of freight: ties and pipes, balances, unserved load, what hangs\non whose supply, losses of one element, limits that cost.",
		Example:           "  astara flows caucasus --base-year\n  astara flows caucasus --world zangezur=open_regional --format csv\n  astara flows caucasus --select yalama_rail\n  astara flows caucasus --energy --world gas_ru_am=stopped",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	where.add(cmd)
	cmd.Flags().StringVar(&place, "select", "", "who uses this link, border, node or strait")
	cmd.Flags().IntVar(&top, "top", topRows, "rows shown in the text form")
	cmd.Flags().BoolVar(&energy, "energy", false, "power and gas in the place of freight")
	cmd.MarkFlagsMutuallyExclusive("energy", "select")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if top < 0 {
			return usageError{fmt.Errorf("--top %d; expected 0 or more", top)}
		}
		prepare := prepareCase
		if energy {
			prepare = prepareEnergy
		}
		m, err := prepare(cmd, args[0])
		if err != nil {
			return err
		}
		run, err := where.open(cmd, m)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		if energy {
			return writeEnergyFlows(cmd, m.Case, run, *format, top)
		}
		if place != "" {
			if err := checkPlace(run, place); err != nil {
				return err
			}
			return writeSelect(out, m.Case, run, place, *format, top)
		}
		switch *format {
		case "json":
			err = writeJSON(out, flowsOf(run))
		case "csv":
			err = flowsCSV(out, m.Case, run)
		default:
			if err = flowsText(out, m.Case, run, top); err == nil && len(run.Energy) > 0 {
				fmt.Fprintln(out, "\nPower and gas: --energy")
			}
		}
		if err == nil && !run.Converged {
			err = fmt.Errorf("%w: residual %.2g", errNotConverged, run.Main().Solution().Residual)
		}
		return err
	}
	return cmd
}

// elementRow is an element in JSON: a queue without end is null.
type elementRow struct {
	freight.ElementState
	Queue *float64 `json:"queue"`
}

// periodFlows is a period in the JSON form of flows.
type periodFlows struct {
	Share    float64               `json:"share"`
	Effects  []string              `json:"effects"`
	Links    []linkRow             `json:"links"`
	Elements []elementRow          `json:"elements"`
	Unserved []freight.UnservedRow `json:"unserved"`
}

type linkRow struct {
	Link       string  `json:"link"`
	From       string  `json:"from"`
	To         string  `json:"to"`
	Mode       string  `json:"mode"`
	Country    string  `json:"country"`
	Tonnes     float64 `json:"tonnes"`
	Transit    float64 `json:"transit"`
	Import     float64 `json:"import"`
	Export     float64 `json:"export"`
	Domestic   float64 `json:"domestic"`
	Background float64 `json:"background"`
	Price      float64 `json:"price"`
}

func linkRowOf(f freight.LinkFlow) linkRow {
	return linkRow{f.Link, f.From, f.To, f.Mode, f.Country, f.Tonnes, f.ByFlow[0], f.ByFlow[1], f.ByFlow[2], f.ByFlow[3], f.Background, f.Price}
}

func flowsOf(run *astara.Run) any {
	v := struct {
		Format    int           `json:"format"`
		Run       string        `json:"run"`
		Converged bool          `json:"converged"`
		Periods   []periodFlows `json:"periods"`
	}{Format: flowsFormat, Run: run.Name, Converged: run.Converged}
	for _, p := range run.Periods {
		pf := periodFlows{Share: p.Share, Effects: append([]string{}, p.Effects...), Links: []linkRow{}, Elements: []elementRow{}, Unserved: append([]freight.UnservedRow{}, p.Detail.Unserved()...)}
		for _, f := range p.Detail.Links() {
			pf.Links = append(pf.Links, linkRowOf(f))
		}
		for _, e := range p.Detail.Elements() {
			pf.Elements = append(pf.Elements, elementRow{e, number(e.Queue)})
		}
		v.Periods = append(v.Periods, pf)
	}
	return v
}

func flowsCSV(w io.Writer, c *casefile.Case, run *astara.Run) error {
	cw := csv.NewWriter(w)
	head := []string{"period", "share", "link_id", "from_node_id", "to_node_id", "mode", "country", "tonnes", "transit_t", "import_t", "export_t", "domestic_t", "background_t", "price_usd_per_t"}
	for _, k := range c.Freight.Commodities {
		head = append(head, k.ID+"_t")
	}
	rows := [][]string{head}
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for i, p := range run.Periods {
		for _, f := range p.Detail.Links() {
			row := []string{strconv.Itoa(i + 1), num(p.Share), f.Link, f.From, f.To, f.Mode, f.Country, num(f.Tonnes),
				num(f.ByFlow[0]), num(f.ByFlow[1]), num(f.ByFlow[2]), num(f.ByFlow[3]), num(f.Background), num(f.Price)}
			for _, t := range f.ByCommodity {
				row = append(row, num(t))
			}
			rows = append(rows, row)
		}
	}
	return cw.WriteAll(rows)
}

// shown cuts rows to the number wanted and says how many are left out.
func shown[T any](rows []T, top int) ([]T, int) {
	if top < 0 || len(rows) <= top {
		return rows, 0
	}
	return rows[:top], len(rows) - top
}

func moreLine(w io.Writer, left int) {
	if left > 0 {
		fmt.Fprintf(w, "  … %d more; --top or --format csv shows them\n", left)
	}
}

func flowsText(w io.Writer, c *casefile.Case, run *astara.Run, top int) error {
	name := nodeNames(c)
	fmt.Fprintf(w, "%s\n", run.Name)
	for _, p := range run.Periods {
		s := p.Detail.Solution()
		if len(run.Periods) > 1 {
			with := "no effect of part of the year"
			if len(p.Effects) > 0 {
				with = strings.Join(p.Effects, ", ")
			}
			fmt.Fprintf(w, "\n%s of the year, with %s\n", units.Format(p.Share, units.Share), with)
		}
		fmt.Fprintf(w, "%s moved of %s wanted at the costs of the base year; residual %.1g after %d steps, %s\n\n", units.Format(s.Lost.Served, units.Rate),
			units.Format(s.Lost.Demand, units.Rate), s.Residual, s.Iterations, s.Kind)

		links := p.Detail.Links()
		slices.SortStableFunc(links, func(a, b freight.LinkFlow) int { return cmp.Compare(b.Tonnes, a.Tonnes) })
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "link\tfrom\tto\tmode\tflow\ttransit\timport\texport\tdomestic")
		rows, left := shown(links, top)
		for _, f := range rows {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Link, name(f.From), name(f.To), f.Mode, tonnes(f.Tonnes),
				tonnes(f.ByFlow[0]), tonnes(f.ByFlow[1]), tonnes(f.ByFlow[2]), tonnes(f.ByFlow[3]))
		}
		tw.Flush()
		moreLine(w, left)

		fmt.Fprintln(w, "\nElements with a capacity")
		elements := p.Detail.Elements()
		slices.SortStableFunc(elements, func(a, b freight.ElementState) int {
			return cmp.Compare(b.Tonnes/b.Capacity, a.Tonnes/a.Capacity)
		})
		tw = tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "kind\tid\tname\tload\tcapacity\tuse\tqueue\tprice")
		crowded, left := shown(elements, top)
		for _, e := range crowded {
			label := e.Name
			if e.From != e.To {
				label = name(e.From) + " – " + name(e.To)
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%.0f %%\t%s\t%s\n", e.Kind, e.ID, label, tonnes(e.Tonnes), tonnes(e.Capacity),
				100*e.Tonnes/e.Capacity, units.Format(e.Queue, units.Time), units.Format(e.Price, units.MoneyPerTonne))
		}
		tw.Flush()
		moreLine(w, left)

		lost := p.Detail.Unserved()
		if len(lost) == 0 {
			fmt.Fprintln(w, "\nNothing of note was left behind.")
			continue
		}
		slices.SortStableFunc(lost, func(a, b freight.UnservedRow) int { return cmp.Compare(b.Lost, a.Lost) })
		fmt.Fprintln(w, "\nWhat did not move")
		tw = tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "market\tfrom\tto\twanted\tlost\tcause\twould be restored by")
		kept, left := shown(lost, top)
		for _, u := range kept {
			restore := "nothing that can be lifted"
			if len(u.Restore) > 0 {
				restore = strings.Join(u.Restore, " and ")
			}
			fmt.Fprintf(tw, "%s (%s)\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Market, u.Segment, u.Origin, u.Destination, tonnes(u.Wanted), tonnes(u.Lost), u.Cause, restore)
		}
		tw.Flush()
		moreLine(w, left)
	}
	return nil
}

// checkPlace names a place of --select that the case does not have.
func checkPlace(run *astara.Run, place string) error {
	ok, near := run.Main().Knows(place)
	if ok {
		return nil
	}
	hint := ""
	if near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return usageError{fmt.Errorf("--select: the case has no node, link, border, strait or country %q%s", place, hint)}
}

func writeSelect(w io.Writer, c *casefile.Case, run *astara.Run, place, format string, top int) error {
	type use struct {
		Period int     `json:"period"`
		Share  float64 `json:"period_share"`
		freight.Use
	}
	var uses []use
	for i, p := range run.Periods {
		for _, u := range p.Detail.Select(place) {
			uses = append(uses, use{i + 1, p.Share, u})
		}
	}
	switch format {
	case "json":
		return writeJSON(w, struct {
			Format int    `json:"format"`
			Run    string `json:"run"`
			Select string `json:"select"`
			Uses   []use  `json:"uses"`
		}{flowsFormat, run.Name, place, uses})
	case "csv":
		cw := csv.NewWriter(w)
		rows := [][]string{{"period", "period_share", "market_id", "commodity", "segment", "origin_zone_id", "destination_zone_id", "tonnes", "share"}}
		for _, u := range uses {
			rows = append(rows, []string{strconv.Itoa(u.Period), fmt.Sprint(u.Share), u.Market, u.Commodity, u.Segment, u.Origin, u.Destination,
				fmt.Sprint(u.Tonnes), fmt.Sprint(u.Use.Share)})
		}
		return cw.WriteAll(rows)
	}
	if len(uses) == 0 {
		_, err := fmt.Fprintf(w, "%s: nobody uses %s\n", run.Name, place)
		return err
	}
	slices.SortStableFunc(uses, func(a, b use) int { return cmp.Compare(b.Tonnes, a.Tonnes) })
	fmt.Fprintf(w, "%s: who uses %s\n\n", run.Name, place)
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "market\tcommodity\tsegment\tfrom\tto\ttonnes\tof its own")
	rows, left := shown(uses, top)
	for _, u := range rows {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Market, u.Commodity, u.Segment, u.Origin, u.Destination, tonnes(u.Tonnes), units.Format(u.Use.Share, units.Share))
	}
	tw.Flush()
	moreLine(w, left)
	return nil
}

// leastShown is the smallest flow that the text forms write as more than nothing,
// in t/yr: a kilogram. Choice models leave traces of far less on poor ways; the
// other forms hold them in full.
const leastShown = 0.001

// tonnes is a flow for people.
func tonnes(t float64) string {
	if math.Abs(t) < leastShown {
		t = 0
	}
	return units.Format(t, units.Rate)
}

// nodeNames names nodes for people.
func nodeNames(c *casefile.Case) func(string) string {
	names := make(map[string]string, len(c.Freight.Nodes))
	for _, n := range c.Freight.Nodes {
		names[n.ID] = n.Name
	}
	return func(id string) string { return cmp.Or(names[id], id) }
}
