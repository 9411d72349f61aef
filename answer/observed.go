package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
)

// Match is a row of observed.csv with the column of the base-year run that it
// speaks of, for comparison and for calibration.
type Match struct {
	Observation *casefile.Observation
	Column      int  // among the outcomes given, -1 when the row names none
	BackCast    bool // of a year before the base year
}

// Observe matches published figures with outcomes by id, in the order of the
// rows. Rows without an outcome, or with one that is not among the outcomes,
// have column -1.
func Observe(c *casefile.Case, outcomes []string) []Match {
	at := map[string]int{}
	for i, id := range outcomes {
		at[id] = i
	}
	out := make([]Match, len(c.Observed))
	for i := range c.Observed {
		o := &c.Observed[i]
		m := Match{Observation: o, Column: -1}
		if j, ok := at[o.Outcome]; ok && o.Outcome != "" {
			m.Column = j
		}
		m.BackCast = firstYear(o.Period) < c.BaseYear
		out[i] = m
	}
	return out
}

// firstYear reads the first year of a period, such as "2021-2023" or
// "2024-H1"; a period without one counts as no back-cast.
func firstYear(period string) int {
	for i := 0; i+4 <= len(period); i++ {
		if y, err := strconv.Atoi(period[i : i+4]); err == nil && y >= 1000 && !strings.ContainsAny(period[i:i+4], "+-") {
			return y
		}
	}
	return math.MaxInt
}

// Calibration sorts the published figures for [freight.Calibrate]: rows of the
// base year marked fit, rows of it that are held out, and rows of earlier years
// (the back-cast). Rows marked never, or without an outcome among the given ones,
// are left out.
func Calibration(c *casefile.Case, outcomes []string) (fit, holdout, back []freight.Observation) {
	for _, m := range Observe(c, outcomes) {
		o := m.Observation
		if m.Column < 0 || o.Use == "never" {
			continue // partial years and other definitions tell nothing about the fit
		}
		x := freight.Observation{ID: o.ID, Outcome: o.Outcome, Value: o.Value.Central, Group: o.Group}
		if !o.Value.Fixed() {
			x.Low, x.High = o.Value.Low, o.Value.High
		}
		switch {
		case m.BackCast:
			back = append(back, x)
		case o.Use == "fit":
			fit = append(fit, x)
		case o.Use == "holdout":
			holdout = append(holdout, x)
		}
	}
	return fit, holdout, back
}

func (k *computer) observed() []Observed {
	var ids []string
	for _, t := range k.tables {
		for _, c := range t.Columns {
			ids = append(ids, c.ID)
		}
	}
	var out []Observed
	for _, m := range Observe(k.c, ids) {
		o := m.Observation
		x := Observed{ID: o.ID, Name: o.Name, Outcome: o.Outcome, Unit: o.Value.Dim.Unit(), Period: o.Period, Use: o.Use,
			BackCast: m.BackCast, Value: o.Value.Central, Low: o.Value.Low, High: o.Value.High, Reason: o.Reason,
			Group: o.Group, Letter: o.Ref.Letter.String(), Source: o.Ref.Source}
		if o.Outcome == "" {
			x.Unit = o.Unit // no outcome says what is measured: the number is as published
		}
		if m.Column >= 0 {
			x.Model = k.baseYear(o.Outcome)
			x.Miss = over(minus(x.Model, some(x.Value)), some(x.Value))
			x.Inside = x.Model.OK && x.Model.V >= x.Low && x.Model.V <= x.High
		}
		out = append(out, x)
	}
	return out
}

// fitSummary sums up rows of the base year by use, and the back-cast of rows
// that are held out.
func fitSummary(rows []Observed) FitSummary {
	of := func(keep func(Observed) bool) UseSummary {
		var s UseSummary
		var misses []float64
		for _, r := range rows {
			if !keep(r) || !r.Miss.OK {
				continue
			}
			s.Rows++
			if r.Inside {
				s.Inside++
			}
			misses = append(misses, math.Abs(r.Miss.V))
		}
		s.MedianMiss = some(median(misses))
		return s
	}
	return FitSummary{
		Fit:     of(func(r Observed) bool { return r.Use == "fit" && !r.BackCast }),
		Holdout: of(func(r Observed) bool { return r.Use == "holdout" && !r.BackCast }),
		Back:    of(func(r Observed) bool { return r.BackCast && r.Use != "never" }),
	}
}

// median of values, the mean of the middle two for an even count, NaN for none.
// It sorts.
func median(xs []float64) float64 {
	n := len(xs)
	if n == 0 {
		return math.NaN()
	}
	slices.Sort(xs)
	return (xs[(n-1)/2] + xs[n/2]) / 2
}
