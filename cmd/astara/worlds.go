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
		plans, err := m.Plans()
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		switch *format {
		case "json":
			return writeJSON(out, worldsJSON(plans))
		case "csv":
			return worldsCSV(out, plans)
		}
		return worldsText(out, m.Case, plans)
	}
	return cmd
}

// worldsCount is what the worlds of a case are to one engine.
type worldsCount struct {
	Engine    string       `json:"engine,omitempty"`
	Effective int          `json:"effective_worlds"`
	Networks  int          `json:"period_networks"`
	Variables []worldCause `json:"variables"`
}

type worldCause struct {
	Variable string `json:"variable"`
	Pairs    int    `json:"pairs"`
	Held     int    `json:"effective_worlds_without_it"`
}

func countWorlds(p *world.Plan) worldsCount {
	v := worldsCount{Effective: len(p.Rows), Networks: len(p.Networks)}
	for _, c := range p.Causes() {
		v.Variables = append(v.Variables, worldCause(c))
	}
	return v
}

// worldsJSON has the counts of freight at the top, and those of further engines in
// a list.
func worldsJSON(plans []*world.Plan) any {
	v := struct {
		Format int `json:"format"`
		Worlds int `json:"worlds"`
		worldsCount
		Engines []worldsCount `json:"further_engines,omitempty"`
	}{Format: worldsFormat, Worlds: plans[0].Worlds.Len(), worldsCount: countWorlds(plans[0])}
	for _, p := range plans[1:] {
		c := countWorlds(p)
		c.Engine = p.Engine.Name()
		v.Engines = append(v.Engines, c)
	}
	return v
}

func worldsCSV(w io.Writer, plans []*world.Plan) error {
	rows := [][]string{{"row", "worlds", "first_world", "effects_all_year", "effects_part_year", "period_networks"}}
	if len(plans) > 1 {
		rows[0] = append([]string{"engine"}, rows[0]...)
	}
	for _, p := range plans {
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
			row := []string{strconv.Itoa(i), strconv.Itoa(r.Worlds), p.Space.Format(r.First), names(r.Always), names(r.Part), strconv.Itoa(len(r.Mix))}
			if len(plans) > 1 {
				row = append([]string{p.Engine.Name()}, row...)
			}
			rows = append(rows, row)
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func worldsText(w io.Writer, c *casefile.Case, plans []*world.Plan) error {
	for i, p := range plans {
		if i == 0 {
			fmt.Fprintf(w, "%d worlds of %d variables; %d effective worlds of %s, made of %d networks to solve\n",
				p.Worlds.Len(), len(c.Variables), len(p.Rows), engineName(p), len(p.Networks))
			continue
		}
		fmt.Fprintf(w, "%d effective worlds of %s, made of %d networks to solve\n", len(p.Rows), engineName(p), len(p.Networks))
	}
	for _, p := range plans {
		about := ""
		if len(plans) > 1 {
			about = " of " + engineName(p)
		}
		if err := causesText(w, c, p, about); err != nil {
			return err
		}
	}
	return nil
}

// engineName names an engine for people.
func engineName(p *world.Plan) string {
	if name := p.Engine.Name(); name != "energy" {
		return name
	}
	return "power and gas"
}

func causesText(w io.Writer, c *casefile.Case, p *world.Plan, about string) error {
	causes := p.Causes()
	slices.SortStableFunc(causes, func(a, b world.Cause) int { return cmp.Compare(a.Held, b.Held) })
	name := map[string]string{}
	for _, v := range c.Variables {
		name[v.ID] = v.Name
	}
	fmt.Fprintf(w, "\nWhich variables make effective worlds%s\n", about)
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
