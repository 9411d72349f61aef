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
	"github.com/astara-corridors/astara/units"
)

// compareFormat is the version of the JSON form of a comparison.
const compareFormat = 1

func compareCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "compare CASE WORLD [WORLD] | compare CASE CASE",
		Short: "Two worlds of a case, or two cases, outcome by outcome",
		Long: `Compare two worlds of a case (one world: against the baseline), or the baseline
worlds of two cases, outcome by outcome. A world is written variable=state,…; the
word baseline is the world with every variable at its baseline. Changes below an
outcome's materiality are no change and are left out; --all shows them.`,
		Example:           "  astara compare caucasus zangezur=open_regional\n  astara compare caucasus rasht_astara=built rasht_astara=built,sanctions=eased\n  astara compare caucasus ./mycase",
		Args:              cobra.RangeArgs(2, 3),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	cmd.Flags().BoolVar(&all, "all", false, "outcomes that do not change materially, too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		m, err := prepareCase(cmd, args[0])
		if err != nil {
			return err
		}
		var a, b *astara.Run
		other := m
		isWorld := func(s string) bool { return s == "baseline" || strings.Contains(s, "=") }
		switch {
		case len(args) == 2 && !isWorld(args[1]):
			if other, err = prepareCase(cmd, args[1]); err != nil {
				return err
			}
			if a, err = openWorld(cmd, m, "baseline"); err == nil {
				b, err = openWorld(cmd, other, "baseline")
			}
		case len(args) == 2:
			if a, err = openWorld(cmd, m, "baseline"); err == nil {
				b, err = openWorld(cmd, m, args[1])
			}
		default:
			if a, err = openWorld(cmd, m, args[1]); err == nil {
				b, err = openWorld(cmd, m, args[2])
			}
		}
		if err != nil {
			return err
		}
		c := comparison{Format: compareFormat, A: a.Name, B: b.Name, all: all}
		if other != m {
			c.A, c.B = m.Case.Title+": "+a.Name, other.Case.Title+": "+b.Name
		}
		c.fill(m.Case, m.Outcomes(a), other.Case, other.Outcomes(b))
		out := cmd.OutOrStdout()
		switch *format {
		case "json":
			return writeJSON(out, c)
		case "csv":
			return c.csv(out)
		}
		return c.text(out)
	}
	return cmd
}

type comparison struct {
	Format  int           `json:"format"`
	A       string        `json:"a"`
	B       string        `json:"b"`
	Rows    []comparedRow `json:"rows"`
	Same    int           `json:"not_material"` // outcomes whose change is below materiality
	Missing []string      `json:"only_in_one"`  // outcomes that one of the cases does not have
	all     bool
}

type comparedRow struct {
	Outcome  string   `json:"outcome"`
	Name     string   `json:"name"`
	Unit     string   `json:"unit"`
	A        *float64 `json:"a"`
	B        *float64 `json:"b"`
	Change   *float64 `json:"change"`
	Material bool     `json:"material"`
	dim      units.Dim
}

func (c *comparison) fill(ca *casefile.Case, a map[string]float64, cb *casefile.Case, b map[string]float64) {
	inB := map[string]bool{}
	for _, o := range cb.Outcomes {
		inB[o.ID] = true
	}
	inA := map[string]bool{}
	for _, o := range ca.Outcomes {
		inA[o.ID] = true
		if !inB[o.ID] {
			c.Missing = append(c.Missing, o.ID)
			continue
		}
		dim := casefile.MeasureDim(o.Measure)
		change := b[o.ID] - a[o.ID]
		r := comparedRow{Outcome: o.ID, Name: o.Name, Unit: dim.Unit(), A: number(a[o.ID]), B: number(b[o.ID]), Change: number(change), dim: dim}
		// An outcome with a value on one side only has changed for certain.
		r.Material = math.Abs(change) >= o.Materiality && change != 0 || (r.A == nil) != (r.B == nil)
		if !r.Material && !c.all {
			c.Same++
			continue
		}
		c.Rows = append(c.Rows, r)
	}
	for _, o := range cb.Outcomes {
		if !inA[o.ID] {
			c.Missing = append(c.Missing, o.ID)
		}
	}
	slices.Sort(c.Missing)
}

func (c *comparison) csv(w io.Writer) error {
	num := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	rows := [][]string{{"outcome", "name", "unit", "a", "b", "change", "material"}}
	for _, r := range c.Rows {
		rows = append(rows, []string{r.Outcome, r.Name, r.Unit, num(r.A), num(r.B), num(r.Change), strconv.FormatBool(r.Material)})
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func (c *comparison) text(w io.Writer) error {
	fmt.Fprintf(w, "A  %s\nB  %s\n\n", c.A, c.B)
	if len(c.Rows) == 0 {
		fmt.Fprintln(w, "Nothing to see: no outcome changes by its materiality.")
	} else {
		rows := slices.Clone(c.Rows)
		rel := func(r comparedRow) float64 {
			if r.A == nil || r.B == nil || *r.A == 0 {
				return math.Inf(1)
			}
			return math.Abs(*r.Change / *r.A)
		}
		slices.SortStableFunc(rows, func(x, y comparedRow) int { return cmp.Compare(rel(y), rel(x)) })
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "outcome\tA\tB\tchange\t\tid")
		show := func(v *float64, d units.Dim) string {
			if v == nil {
				return "none"
			}
			return units.Format(*v, d)
		}
		for _, r := range rows {
			share := ""
			if r.A != nil && *r.A != 0 && r.Change != nil {
				share = percent(*r.Change / math.Abs(*r.A))
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, show(r.A, r.dim), show(r.B, r.dim), show(r.Change, r.dim), share, r.Outcome)
		}
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	if c.Same > 0 {
		verb := "do"
		if c.Same == 1 {
			verb = "does"
		}
		fmt.Fprintf(w, "\n%s %s not change by their materiality; --all shows them\n", plural(c.Same, "outcome"), verb)
	}
	if len(c.Missing) > 0 {
		fmt.Fprintf(w, "\nIn one case only: %s\n", strings.Join(c.Missing, ", "))
	}
	return nil
}
