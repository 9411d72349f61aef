package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/world"
)

// worldsFormat is the version of the JSON form of worlds.
const worldsFormat = 1

func worldsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "worlds CASE",
		Short: "Count the worlds and say which variables make effective ones",
		Long: `Enumerate the worlds of a case and map each to its effective world: the network
an engine sees. Nothing is solved. For every variable: how many pairs of effective
worlds differ only through it, and how many would be left if it stayed at its
baseline. --format csv lists the effective worlds.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		m, err := prepareCase(cmd, args[0])
		if err != nil {
			return err
		}
		plan, err := m.Worlds()
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		switch *format {
		case "json":
			return writeJSON(out, worldsJSON(plan))
		case "csv":
			return worldsCSV(out, plan)
		}
		return worldsText(out, m.Case, plan)
	}
	return cmd
}

func worldsJSON(p *world.Plan) any {
	type cause struct {
		Variable string `json:"variable"`
		Pairs    int    `json:"pairs"`
		Held     int    `json:"effective_worlds_without_it"`
	}
	v := struct {
		Format    int     `json:"format"`
		Worlds    int     `json:"worlds"`
		Effective int     `json:"effective_worlds"`
		Networks  int     `json:"period_networks"`
		Variables []cause `json:"variables"`
	}{Format: worldsFormat, Worlds: p.Worlds.Len(), Effective: len(p.Rows), Networks: len(p.Networks)}
	for _, c := range p.Causes() {
		v.Variables = append(v.Variables, cause(c))
	}
	return v
}

func worldsCSV(w io.Writer, p *world.Plan) error {
	rows := [][]string{{"row", "worlds", "first_world", "effects_all_year", "effects_part_year", "period_networks"}}
	names := func(effects []int) string {
		s := ""
		for i, e := range effects {
			if i > 0 {
				s += ";"
			}
			s += p.Effects[e].ID
		}
		return s
	}
	for i, r := range p.Rows {
		rows = append(rows, []string{strconv.Itoa(i), strconv.Itoa(r.Worlds), p.Space.Format(r.First), names(r.Always), names(r.Part), strconv.Itoa(len(r.Mix))})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func worldsText(w io.Writer, c *casefile.Case, p *world.Plan) error {
	fmt.Fprintf(w, "%d worlds of %d variables; %d effective worlds of freight, made of %d networks to solve\n",
		p.Worlds.Len(), len(c.Variables), len(p.Rows), len(p.Networks))
	causes := p.Causes()
	slices.SortStableFunc(causes, func(a, b world.Cause) int { return cmp.Compare(a.Held, b.Held) })
	name := map[string]string{}
	for _, v := range c.Variables {
		name[v.ID] = v.Name
	}
	fmt.Fprintln(w, "\nWhich variables make effective worlds")
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "variable\twhat\teffective worlds if it stayed at its baseline\tpairs it alone tells apart")
	silent := 0
	for _, k := range causes {
		if k.Pairs == 0 {
			silent++
			continue
		}
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\n", k.Variable, name[k.Variable], k.Held, k.Pairs)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if silent > 0 {
		fmt.Fprintf(w, "\n%s without a network of its own; moving weights only:", plural(silent, "variable"))
		for _, k := range causes {
			if k.Pairs == 0 {
				fmt.Fprintf(w, " %s", k.Variable)
			}
		}
		fmt.Fprintln(w)
	}
	return nil
}
