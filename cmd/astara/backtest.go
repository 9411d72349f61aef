package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/backtest"
	"github.com/astara-corridors/astara/casefile"
)

// backtestFormat is the version of the JSON form of backtest.
const backtestFormat = 1

func backtestCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backtest [CASE]",
		Short: "Events of the past against what the model of power and gas says",
		Long: `Run the events of a case's energy/backtest.yaml on the network of its base year, once
with what has to be set for their time and once with the event on top, and say beside what
happened what the model answers: by sign and rank, not by digits. What a model without time
and dynamics cannot say stands below, never judged: it claims nothing about a cascade.
Without CASE, the shipped caucasus. An event that is not met is a result, not an error.`,
		Example:           "  astara backtest\n  astara backtest ./mycase --format json",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		name := "caucasus"
		if len(args) > 0 {
			name = args[0]
		}
		c, _, err := loadCase(cmd, name)
		if err != nil {
			return err
		}
		results, err := backtest.Run(cmd.Context(), c)
		if err != nil {
			return err
		}
		if len(results) == 0 {
			return usageError{fmt.Errorf("%s has no events of the past: they stand in energy/backtest.yaml, beside the tables of power and gas", name)}
		}
		events := eventsOf(results, backtest.TitlesOf(c))
		switch out := cmd.OutOrStdout(); *format {
		case "json":
			return writeJSON(out, struct {
				Format int         `json:"format"`
				Kind   string      `json:"kind"`
				Events []pastEvent `json:"events"`
			}{backtestFormat, "backtest", events})
		case "csv":
			return backtestCSV(out, events)
		default:
			return backtestText(out, events)
		}
	}
	return cmd
}

// pastEvent is an event with the model's answers, as it is written.
type pastEvent struct {
	Event    string        `json:"event"`
	Name     string        `json:"name"`
	Date     casefile.Date `json:"date"`
	Happened string        `json:"happened"`
	Verdict  string        `json:"verdict"` // met, not met, not run
	Answers  []pastAnswer  `json:"answers"`
	Limit    string        `json:"cannot_say"`
	Source   []string      `json:"source"`
	Letter   string        `json:"letter"`
}

type pastAnswer struct {
	Asked    string   `json:"asked"`
	Expected string   `json:"expected"`
	Says     string   `json:"model_says"`
	Measure  string   `json:"measure,omitempty"`
	Element  string   `json:"element,omitempty"` // of the list of losses
	Unit     string   `json:"unit"`
	Before   *float64 `json:"before"`
	After    *float64 `json:"after"`
	Loading  *float64 `json:"loading,omitempty"`
	Met      bool     `json:"met"`
	Why      string   `json:"why,omitempty"`
}

func eventsOf(results []backtest.Result, titles backtest.Titles) []pastEvent {
	var out []pastEvent
	for i := range results {
		r := &results[i]
		e := pastEvent{Event: r.Event.ID, Name: r.Event.Name, Date: r.Event.Date, Happened: r.Event.Happened, Limit: r.Event.Limit,
			Source: r.Event.Source, Letter: string(r.Event.Letter), Answers: []pastAnswer{}, Verdict: "not run"}
		if r.Run {
			e.Verdict = "met"
			if !r.Met() {
				e.Verdict = "not met"
			}
		}
		for _, a := range r.Answers {
			x := pastAnswer{Asked: titles.Asked(a.Expect), Expected: backtest.Expected(a.Expect), Says: backtest.Said(a), Measure: string(a.Expect.Outcome.Measure),
				Element: a.Expect.Listed, Unit: a.Expect.Outcome.Measure.Unit(), Before: number(a.Before), After: number(a.After), Met: a.Met, Why: a.Why}
			if a.Expect.Listed != "" {
				x.Unit, x.Before, x.Loading = "MW", nil, number(a.Loading)
			}
			e.Answers = append(e.Answers, x)
		}
		out = append(out, e)
	}
	return out
}

func backtestCSV(w io.Writer, events []pastEvent) error {
	cw := csv.NewWriter(w)
	value := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', -1, 64)
	}
	rows := [][]string{{"event", "name", "date", "happened", "asked", "expected", "unit", "before", "after", "loading", "verdict", "why", "cannot_say", "source", "letter"}}
	for _, e := range events {
		head := []string{e.Event, e.Name, e.Date.String(), e.Happened}
		tail := []string{e.Limit, strings.Join(e.Source, ";"), e.Letter}
		for _, a := range e.Answers {
			verdict := "met"
			if !a.Met {
				verdict = "not met"
			}
			row := append(append([]string{}, head...), a.Asked, a.Expected, a.Unit, value(a.Before), value(a.After), value(a.Loading), verdict, a.Why)
			rows = append(rows, append(row, tail...))
		}
		if len(e.Answers) == 0 {
			rows = append(rows, append(append(append([]string{}, head...), "", "", "", "", "", "", e.Verdict, ""), tail...))
		}
	}
	if err := cw.WriteAll(rows); err != nil {
		return err
	}
	return cw.Error()
}

// backtestText prints an event a paragraph, for its words are long.
func backtestText(w io.Writer, events []pastEvent) error {
	count := map[string]int{}
	for _, e := range events {
		count[e.Verdict]++
	}
	fmt.Fprintf(w, "%d events of the past: %d met, %d not met, %d not run. Judged by sign and rank: networks and load of the time were others.\n",
		len(events), count["met"], count["not met"], count["not run"])
	for _, e := range events {
		fmt.Fprintf(w, "\n%s  %s  %s\n", strings.ToUpper(e.Verdict), e.Date, e.Name)
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		line := func(what, text string) {
			for i, part := range folded(text, backtestWidth) {
				if i > 0 {
					what = ""
				}
				fmt.Fprintf(tw, "  %s\t%s\n", what, part)
			}
		}
		line("happened", e.Happened)
		for i, a := range e.Answers {
			what := "model says"
			if i > 0 {
				what = ""
			}
			text := fmt.Sprintf("%s: %s (expected: %s)", a.Asked, a.Says, a.Expected)
			if !a.Met {
				text += ": NOT MET, it " + a.Why
			}
			line(what, text)
		}
		line("cannot say", cmp.Or(e.Limit, "nothing is noted"))
		line("source", fmt.Sprintf("%s (%s)", strings.Join(e.Source, ", "), e.Letter))
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// backtestWidth is how long the lines of a paragraph are.
const backtestWidth = 100

// folded breaks text at spaces into lines of a width.
func folded(text string, width int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			out, line = append(out, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}
