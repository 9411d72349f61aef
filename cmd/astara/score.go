package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/score"
)

// scoreFormat is the version of the JSON form of score.
const scoreFormat = 1

func scoreCommand() *cobra.Command {
	var cutOff float64
	cmd := &cobra.Command{
		Use:   "score FILE.dtt [FILE.rls] ...",
		Short: "Score experts by Cooke's classical model: calibration and information",
		Long: `Score the experts of studies in the files of Excalibur: NAME.dtt has the assessments,
NAME.rls the realisations; either name stands for both. Each expert gets calibration
(the probability of being as far off were the probabilities right), information and
their product; below stand decision makers: equal weights, weights by score, and the
one whose cut-off of calibration gives the best score. --cutoff adds one of your own.`,
		Example: "  astara score Arkansas.dtt\n  astara score *.dtt --format csv\n  astara score CREATE.dtt CREATE.rls --cutoff 0.05 --format json",
		Args:    cobra.MinimumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return []string{"dtt", "rls"}, cobra.ShellCompDirectiveFilterFileExt
		},
	}
	format := formatFlag(cmd, "text", "json", "csv")
	cmd.Flags().Float64Var(&cutOff, "cutoff", 0, "a decision maker of the experts whose calibration reaches this")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if !(cutOff >= 0 && cutOff <= 1) {
			return usageError{fmt.Errorf("--cutoff %v; expected 0 to 1", cutOff)}
		}
		names, err := studies(args)
		if err != nil {
			return err
		}
		var l diag.List
		var out []studyScores
		for _, name := range names {
			dtt, err := readInput(name + ".dtt")
			if err != nil {
				return err
			}
			rls, err := readInput(name + ".rls")
			if err != nil {
				return err
			}
			if s := score.Read(name+".dtt", dtt, name+".rls", rls, &l); s != nil {
				out = append(out, scored(filepath.Base(name), s, cutOff))
			}
		}
		if err := checked(cmd, &l); err != nil {
			return err
		}
		switch w := cmd.OutOrStdout(); *format {
		case "json":
			return writeJSON(w, struct {
				Format  int           `json:"format"`
				Kind    string        `json:"kind"`
				Studies []studyScores `json:"studies"`
			}{scoreFormat, "score", out})
		case "csv":
			return scoreCSV(w, out)
		default:
			return scoreText(w, out)
		}
	}
	return cmd
}

// studies takes the endings off the names, each study once, in order.
func studies(files []string) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	for _, f := range files {
		ext := filepath.Ext(f)
		if ext != ".dtt" && ext != ".rls" {
			return nil, usageError{fmt.Errorf("%s: expected a file NAME.dtt or NAME.rls", f)}
		}
		if name := strings.TrimSuffix(f, ext); !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out, nil
}

// studyScores is a study with the scores of its experts and decision makers.
type studyScores struct {
	Study     string     `json:"study"`
	Quantiles []float64  `json:"quantiles"`
	Items     int        `json:"items"`
	Seeds     int        `json:"seed_items"`
	Experts   []scoreOf  `json:"experts"`
	Makers    []makerRow `json:"decision_makers"`
	Notes     []string   `json:"notes"`
}

type scoreOf struct {
	Name        string  `json:"name"`
	Calibration float64 `json:"calibration"`
	Information float64 `json:"information"`
	Combined    float64 `json:"combined"`
	Seeds       int     `json:"seeds"`
	Hits        []int   `json:"hits"`
}

type makerRow struct {
	scoreOf
	CutOff  float64   `json:"cut_off"`
	Weights []float64 `json:"weights"` // by expert
}

func scoreRowOf(s score.Score) scoreOf {
	return scoreOf{s.Name, s.Calibration, s.Information, s.Combined, s.Seeds, s.Hits}
}

// scored scores one study.
func scored(name string, s *score.Study, cutOff float64) studyScores {
	out := studyScores{Study: name, Quantiles: s.Quantiles, Items: len(s.Items), Notes: []string{}}
	for _, it := range s.Items {
		if it.Seed {
			out.Seeds++
		}
	}
	for _, e := range s.Scores() {
		out.Experts = append(out.Experts, scoreRowOf(e))
	}
	add := func(name string, d *score.DecisionMaker) {
		row := makerRow{scoreOf: scoreRowOf(d.Score), CutOff: d.CutOff, Weights: d.Weights}
		row.Name = name
		out.Makers = append(out.Makers, row)
	}
	add("equal weights", s.Equal())
	if d, ok := s.Decide(0); ok {
		add("by score", d)
	}
	if d, ok := s.Optimised(); ok {
		add("by score, best cut-off", d)
	}
	if cutOff > 0 {
		if d, ok := s.Decide(cutOff); ok {
			add("by score, given cut-off", d)
		} else {
			out.Notes = append(out.Notes, fmt.Sprintf("no expert's calibration reaches the cut-off of %g", cutOff))
		}
	}
	return out
}

func scoreText(w io.Writer, studies []studyScores) error {
	for i, s := range studies {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %d experts, %d items of which %d are seeds, quantiles %v\n\n", s.Study, len(s.Experts), s.Items, s.Seeds, s.Quantiles)
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "expert\tcalibration\tinformation\tcombined\tseeds\thits\tweight at best cut-off")
		for k, e := range s.Experts {
			weight := ""
			for _, m := range s.Makers {
				if m.Name == "by score, best cut-off" {
					weight = fmt.Sprintf("%.3f", m.Weights[k])
				}
			}
			fmt.Fprintf(tw, "%s\t%.4g\t%.4f\t%.4g\t%d\t%v\t%s\n", e.Name, e.Calibration, e.Information, e.Combined, e.Seeds, e.Hits, weight)
		}
		fmt.Fprintln(tw, "decision maker\t\t\t\t\t\tcut-off")
		for _, m := range s.Makers {
			fmt.Fprintf(tw, "%s\t%.4g\t%.4f\t%.4g\t%d\t%v\t%.3g\n", m.Name, m.Calibration, m.Information, m.Combined, m.Seeds, m.Hits, m.CutOff)
		}
		if err := tw.Flush(); err != nil {
			return err
		}
		for _, n := range s.Notes {
			fmt.Fprintf(w, "note: %s\n", n)
		}
	}
	return nil
}

func scoreCSV(w io.Writer, studies []studyScores) error {
	rows := [][]string{{"study", "kind", "name", "calibration", "information", "combined", "seeds", "cut_off"}}
	row := func(study, kind string, s scoreOf, cut string) {
		rows = append(rows, []string{study, kind, s.Name, csvNumber(s.Calibration), csvNumber(s.Information), csvNumber(s.Combined), strconv.Itoa(s.Seeds), cut})
	}
	for _, s := range studies {
		for _, e := range s.Experts {
			row(s.Study, "expert", e, "")
		}
		for _, m := range s.Makers {
			row(s.Study, "decision_maker", m.scoreOf, csvNumber(m.CutOff))
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
