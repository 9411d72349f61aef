package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/atomicfile"
	"github.com/astara-corridors/astara/units"
)

// calibrateFormat is the version of the JSON form of a calibration.
const calibrateFormat = 1

func calibrateCommand() *cobra.Command {
	var write, quick bool
	var o astara.Options
	cmd := &cobra.Command{
		Use:   "calibrate CASE",
		Short: "Fit the free constants to the observed rows marked fit",
		Long: `Fit the constants that freight/calibration.csv marks free to the rows of
observed.csv marked fit, by regularised least squares on log ratios. Prints both
counts (free constants, independent observations), every miss, the median miss of
rows left out in turn, held-out rows and the back-cast. --write puts the fitted
values into the case's folder.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json")
	cmd.Flags().BoolVar(&write, "write", false, "write the fitted values into freight/calibration.csv")
	cmd.Flags().BoolVar(&quick, "no-leave-one-out", false, "leave out the refits that leave a group of figures out")
	cmd.Flags().IntVar(&o.Workers, "workers", 0, "goroutines (0: as many as processors)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if write && asPath(args[0]) != args[0] {
			return usageError{fmt.Errorf("%s is a shipped case; copy it first: astara init --from %s DIR", args[0], args[0])}
		}
		m, err := prepareCase(cmd, args[0])
		if err != nil {
			return err
		}
		fit, err := m.Calibrate(cmd.Context(), o, !quick)
		if errors.Is(err, freight.ErrNoneFree) {
			return usageError{errors.New("freight/calibration.csv marks no constant free, so there is nothing to fit; write yes in the column free")}
		}
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		if *format == "json" {
			err = writeJSON(out, fitJSON(fit))
		} else {
			err = fitText(out, m.Case, fit)
		}
		if err != nil || !write {
			return err
		}
		path := filepath.Join(args[0], "freight", "calibration.csv")
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if data, err = astara.WriteConstants(path, data, fit); err != nil {
			return err
		}
		if err := atomicfile.Write(path, 0o644, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s\n", path)
		return err
	}
	return cmd
}

// number is a float that may be missing: null in JSON.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func fitJSON(f *astara.Fit) any {
	type row struct {
		ID       string   `json:"id"`
		Outcome  string   `json:"outcome"`
		Group    string   `json:"group"`
		Observed float64  `json:"observed"`
		Before   float64  `json:"before"`
		After    float64  `json:"after"`
		Miss     float64  `json:"miss"`
		LeftOut  *float64 `json:"left_out"`
		MissLeft *float64 `json:"miss_left_out"`
	}
	rows := func(in []freight.FitRow) []row {
		out := make([]row, len(in))
		for i, r := range in {
			out[i] = row{r.ID, r.Outcome, r.Group, r.Observed, r.Before, r.After, r.MissAfter, number(r.LeftOut), number(r.MissLeftOut)}
		}
		return out
	}
	type constant struct {
		Name    string  `json:"name"`
		Before  float64 `json:"before"`
		After   float64 `json:"after"`
		Low     float64 `json:"low"`
		High    float64 `json:"high"`
		AtBound bool    `json:"at_bound"`
	}
	var constants []constant
	for _, c := range f.Constants {
		constants = append(constants, constant(c))
	}
	return struct {
		Format        int        `json:"format"`
		Free          int        `json:"free_constants"`
		Observations  int        `json:"observations"`
		Independent   int        `json:"independent_observations"`
		MedianMiss    float64    `json:"median_miss"`
		MedianLeftOut *float64   `json:"median_miss_left_out"`
		Constants     []constant `json:"constants"`
		Fit           []row      `json:"fit"`
		Holdout       []row      `json:"holdout"`
		BackCast      []row      `json:"back_cast"`
	}{calibrateFormat, len(f.Constants), f.Observations, f.Independent, f.MedianMiss, number(f.MedianLeftOut), constants, rows(f.Rows), rows(f.Holdout), rows(f.Back)}
}

func fitText(w io.Writer, c *casefile.Case, f *astara.Fit) error {
	fmt.Fprintf(w, "%d free constants, %d observations of which %d independent (at most half as many constants may be fitted)\n",
		len(f.Constants), f.Observations, f.Independent)
	fmt.Fprintf(w, "median miss of fitted rows %s", percent(f.MedianMiss))
	if !math.IsNaN(f.MedianLeftOut) {
		fmt.Fprintf(w, "; of rows left out in turn %s", percent(f.MedianLeftOut))
	}
	fmt.Fprintln(w, "\n\nConstants")
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "name\tbefore\tafter\tallowed\t")
	for _, k := range f.Constants {
		bound := ""
		if k.AtBound {
			bound = "at its bound"
		}
		fmt.Fprintf(tw, "%s\t%.4g\t%.4g\t%g to %g\t%s\n", k.Name, k.Before, k.After, k.Low, k.High, bound)
	}
	tw.Flush()
	dim := map[string]units.Dim{}
	for _, o := range c.Observed {
		dim[o.ID] = o.Value.Dim
	}
	section := func(title string, rows []freight.FitRow) {
		if len(rows) == 0 {
			return
		}
		fmt.Fprintf(w, "\n%s\n", title)
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "figure\tpublished\tbefore\tmodel\tmiss\tleft out\tmiss\tgroup")
		for _, r := range rows {
			left, missLeft := "", ""
			if !math.IsNaN(r.LeftOut) && r.LeftOut != 0 {
				left, missLeft = units.Format(r.LeftOut, dim[r.ID]), percent(r.MissLeftOut)
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, units.Format(r.Observed, dim[r.ID]), units.Format(r.Before, dim[r.ID]),
				units.Format(r.After, dim[r.ID]), percent(r.MissAfter), left, missLeft, r.Group)
		}
		tw.Flush()
	}
	section("Fitted rows", f.Rows)
	section("Held-out rows of the base year", f.Holdout)
	section("Back-cast: figures of earlier years against the base-year run (markets are those of the base year)", f.Back)
	return nil
}

// percent is a miss for people, with its sign.
func percent(v float64) string { return fmt.Sprintf("%+.0f %%", 100*v) }
