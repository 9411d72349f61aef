package answer

import (
	"math"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// Style writes the numbers of one row alike: in one unit, that of the largest
// of them, and with the decimals that its threshold asks for. Shares of 1 are
// written in per cent and their changes in percentage points, a Herfindahl-
// Hirschman index in points of 10,000.
type Style struct {
	Unit       string // of levels, "" for plain points
	ChangeUnit string // of changes
	by         float64
	decimals   int
}

// mostDecimals keeps columns narrow; what is smaller reads as 0.
const mostDecimals = 3

// StyleOf is the style of a row of a measure. materiality is the threshold of
// the row in its canonical unit, 0 where it has none; numbers are all that the
// row shows.
func StyleOf(measure string, materiality float64, numbers ...Number) Style {
	largest := 0.0
	for _, n := range numbers {
		largest = max(largest, math.Abs(n.Or(0)))
	}
	var s Style
	switch dim := measureDim(measure); {
	case dim == units.Share:
		s = Style{Unit: "%", ChangeUnit: "points", by: 0.01}
	case measure == string(freight.HHI):
		s = Style{ChangeUnit: "", by: 1e-4}
	default:
		scale := units.ScaleOf(dim, largest)
		s = Style{Unit: scale.Unit, ChangeUnit: scale.Unit, by: scale.By}
	}
	place := func(v float64) int { return int(math.Floor(math.Log10(v / s.by))) }
	if largest > 0 {
		s.decimals = 2 - place(largest) // three digits of the largest
	}
	if materiality > 0 {
		// A fifth of the threshold shows, in four digits of the largest at most.
		s.decimals = max(s.decimals, int(math.Ceil(math.Log10(5*s.by/materiality)-1e-9)))
		if largest > 0 {
			s.decimals = min(s.decimals, 3-place(largest))
		}
	}
	s.decimals = min(max(s.decimals, 0), mostDecimals)
	return s
}

// RowStyle is the style of a row of a state's page: its largest effect is to be
// read too.
func RowStyle(r CountryRow) Style {
	all := []Number{r.BaseYear, r.Baseline}
	most := 0.0
	for _, e := range r.Effects {
		d := minus(e.With, e.Without)
		all = append(all, d)
		most = max(most, math.Abs(d.Or(0)))
	}
	return StyleOf(rowMeasure(r.ID), most/10, all...)
}

// rowMeasure is the measure of a row of a state's page.
func rowMeasure(row string) string {
	for _, m := range countryMeasures {
		if m.id == row {
			return string(m.measure)
		}
	}
	for _, m := range energyMeasures {
		if m.id == row {
			return string(m.measure)
		}
	}
	if strings.HasPrefix(row, gasFrom) {
		return string(region.GasShare)
	}
	return ""
}

// EffectStyle is the style of an effect with everything that is shown with it.
func EffectStyle(o *Outcome, e *Effect, more ...Number) Style {
	return StyleOf(o.Measure, o.Materiality, append(more, e.With, e.Without, e.Effect, e.ChangeLow, e.ChangeHigh)...)
}

// Bare writes a level without its unit, "-" where there is none.
func (s Style) Bare(n Number) string {
	if !n.OK {
		return "-"
	}
	text := strconv.FormatFloat(n.V/s.by, 'f', s.decimals, 64)
	if v, err := strconv.ParseFloat(text, 64); err == nil && v == 0 {
		text = strings.TrimPrefix(text, "-")
	}
	whole, frac, _ := strings.Cut(text, ".")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if frac != "" {
		frac = "." + frac
	}
	return sign + whole + frac
}

// BareChange writes a change with its sign and without its unit.
func (s Style) BareChange(n Number) string {
	text := s.Bare(n)
	if n.OK && n.V > 0 && strings.ContainsAny(text, "123456789") {
		return "+" + text
	}
	return text
}

// Level writes a level with its unit.
func (s Style) Level(n Number) string { return withUnit(s.Bare(n), s.Unit) }

// Change writes a change with its sign and unit.
func (s Style) Change(n Number) string { return withUnit(s.BareChange(n), s.ChangeUnit) }

// Levels writes a range of levels, the unit once.
func (s Style) Levels(low, high Number) string {
	return withUnit(fromTo(s.Bare(low), s.Bare(high)), s.Unit)
}

// Changes writes a range of changes, the unit once.
func (s Style) Changes(low, high Number) string {
	return withUnit(fromTo(s.BareChange(low), s.BareChange(high)), s.ChangeUnit)
}

func fromTo(low, high string) string {
	if low == high {
		return low
	}
	return low + " to " + high
}

func withUnit(text, unit string) string {
	if unit == "" || text == "-" {
		return text
	}
	return text + " " + unit
}
