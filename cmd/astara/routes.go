package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/atomicfile"
	"github.com/astara-corridors/astara/report"
	"github.com/astara-corridors/astara/units"
)

// routesFormat is the version of the JSON form of routes.
const routesFormat = 1

func routesCommand() *cobra.Command {
	var where runFlags
	var q freight.ChainQuery
	var picture string
	cmd := &cobra.Command{
		Use:   "routes CASE ORIGIN DESTINATION",
		Short: "Chains between two places for a class of goods, operation by operation",
		Long: `Find the cheapest chains between two zones or nodes for a class (commodity and
regimes), with time and money by operation and country, and the running totals of
the time-cost-distance chart. Queues and prices are those of the run.`,
		Example: `  astara routes caucasus az_baku nx_nakhchivan --commodity container_general
  astara routes caucasus nhava_sheva moscow --commodity container_general --via bandar_abbas --chart chain.svg`,
		Args:              cobra.ExactArgs(3),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	where.add(cmd)
	f := cmd.Flags()
	f.StringVar(&q.Commodity, "commodity", "", "commodity id (required)")
	f.StringSliceVar(&q.Regimes, "regimes", nil, "sanction regimes that bear on the goods, a,b")
	f.StringSliceVar(&q.Via, "via", nil, "nodes or links to pass, in this order")
	f.StringSliceVar(&q.Modes, "modes", nil, "only these modes")
	f.StringVar(&picture, "chart", "", "write the time-cost-distance chart of the best chain to this SVG file")
	f.IntVar(&q.Max, "max", 4, fmt.Sprintf("how many chains, at most %d", freight.MaxAlternatives))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if q.Max < 1 || q.Max > freight.MaxAlternatives {
			return usageError{fmt.Errorf("--max %d; expected 1 to %d", q.Max, freight.MaxAlternatives)}
		}
		if q.Commodity == "" {
			return usageError{fmt.Errorf("--commodity is needed: what is to be moved; see '%s --help'", cmd.CommandPath())}
		}
		if args[1] == args[2] {
			return usageError{fmt.Errorf("origin and destination are the same place, %s", args[1])}
		}
		m, err := prepareCase(cmd, args[0])
		if err != nil {
			return err
		}
		q.From, q.To = args[1], args[2]
		if err := checkChainQuery(m.Case, &q); err != nil {
			return err
		}
		run, err := where.open(cmd, m)
		if err != nil {
			return err
		}
		chains, err := run.Main().Chains(q)
		if err != nil {
			return err
		}
		if picture != "" {
			if err := writeChart(picture, m.Case, run, q, chains); err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s\n", picture)
		}
		out := cmd.OutOrStdout()
		switch *format {
		case "json":
			return writeJSON(out, struct {
				Format int             `json:"format"`
				Run    string          `json:"run"`
				From   string          `json:"from"`
				To     string          `json:"to"`
				Goods  string          `json:"commodity"`
				Chains []freight.Chain `json:"chains"`
			}{routesFormat, run.Name, q.From, q.To, q.Commodity, chains})
		case "csv":
			return routesCSV(out, chains)
		}
		return routesText(out, m.Case, run, q, chains)
	}
	return cmd
}

// writeChart draws the best chain.
func writeChart(path string, c *casefile.Case, run *astara.Run, q freight.ChainQuery, chains []freight.Chain) error {
	if len(chains) == 0 {
		return fmt.Errorf("no chart: there is no route from %s to %s for these goods", q.From, q.To)
	}
	steps := report.Steps(c.Freight, chains[0].Steps)
	return atomicfile.Write(path, 0o644, func(w io.Writer) error {
		return report.ChainPicture(w, q.From+" – "+q.To, q.Commodity+". "+run.Name, steps)
	})
}

// checkChainQuery names what of a query the case does not have.
func checkChainQuery(c *casefile.Case, q *freight.ChainQuery) error {
	var places, nodes, goods []string
	for _, z := range c.Freight.Zones {
		places = append(places, z.ID)
	}
	for _, n := range c.Freight.Nodes {
		nodes = append(nodes, n.ID)
	}
	places = append(places, nodes...)
	for _, k := range c.Freight.Commodities {
		goods = append(goods, k.ID)
	}
	check := func(what, word string, known []string) error {
		for _, k := range known {
			if k == word {
				return nil
			}
		}
		hint := ""
		if near := diag.Nearest(word, known); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		return usageError{fmt.Errorf("the case has no %s %q%s", what, word, hint)}
	}
	for _, err := range []error{check("zone or node", q.From, places), check("zone or node", q.To, places), check("commodity", q.Commodity, goods)} {
		if err != nil {
			return err
		}
	}
	for _, l := range c.Freight.Links {
		nodes = append(nodes, l.ID)
	}
	for _, v := range q.Via {
		if err := check("node or link", v, nodes); err != nil {
			return err
		}
	}
	return nil
}

func routesCSV(w io.Writer, chains []freight.Chain) error {
	rows := [][]string{{"chain", "step", "operation", "place", "mode", "country", "from", "to", "km", "hours", "queue_h", "spread_h", "usd_per_t", "price_usd_per_t", "km_total", "hours_total", "usd_per_t_total"}}
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for i, ch := range chains {
		for j, s := range ch.Steps {
			rows = append(rows, []string{strconv.Itoa(i + 1), strconv.Itoa(j + 1), s.Kind, s.Name, s.Mode, s.Country, s.From, s.To,
				num(s.Km), num(s.Hours), num(s.Queue), num(s.Spread), num(s.Money), num(s.Price), num(ch.At[j].Km), num(ch.At[j].Hours), num(ch.At[j].Money)})
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func routesText(w io.Writer, c *casefile.Case, run *astara.Run, q freight.ChainQuery, chains []freight.Chain) error {
	name := nodeNames(c)
	fmt.Fprintf(w, "%s: %s to %s, %s\n", run.Name, q.From, q.To, q.Commodity)
	if len(run.Periods) > 1 {
		fmt.Fprintf(w, "the world has %d periods; this is the one with every part-year effect in force (%s of the year)\n",
			len(run.Periods), units.Format(run.Periods[0].Share, units.Share))
	}
	if len(chains) == 0 {
		_, err := fmt.Fprintln(w, "\nNo route: every way is shut, forbidden or missing for these goods in this run.")
		return err
	}
	for i, ch := range chains {
		fmt.Fprintf(w, "\n%d. %s: %s, %s (spread %s), %s, generalised cost %s\n", i+1, ch.Modes, units.Format(ch.Km, units.Length),
			units.Format(ch.Hours, units.Time), units.Format(ch.Spread, units.Time), units.Format(ch.Money, units.MoneyPerTonne), units.Format(ch.Cost, units.MoneyPerTonne))
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(tw, "operation\tplace\tcountry\tkm\thours\tUSD/t\ttotal km\ttotal h\ttotal USD/t\t")
		for j, s := range ch.Steps {
			place := s.Name
			if s.From != "" && s.To != "" && s.From != s.To {
				place = name(s.From) + " – " + name(s.To)
			}
			hours := s.Hours + s.Queue
			at := ch.At[j]
			fmt.Fprintf(tw, "%s\t%s\t%s\t%.0f\t%.1f\t%.2f\t%.0f\t%.1f\t%.2f\t\n", strings.TrimSpace(s.Kind+" "+s.Mode), place, s.Country,
				s.Km, hours, s.Money+s.Price, at.Km, at.Hours, at.Money)
		}
		tw.Flush()
	}
	return nil
}
