package units

import (
	"math"
	"strconv"
	"strings"
)

// significant is the number of digits shown to people.
const significant = 3

// step is one way to show a dimension: numbers of at least from (in canonical
// units) are divided by by and get unit.
type step struct {
	from, by float64
	unit     string
}

// steps hold the scales of the dimensions that have several, largest first.
// The last one takes everything below.
var steps = map[Dim][]step{
	Mass:        {{1e5, 1e6, "Mt"}, {1e3, 1e3, "kt"}, {0, 1, "t"}},
	Rate:        {{1e5, 1e6, "Mt/yr"}, {1e3, 1e3, "kt/yr"}, {0, 1, "t/yr"}},
	Money:       {{1e9, 1e9, "bn USD"}, {1e6, 1e6, "m USD"}, {1e3, 1e3, "k USD"}, {0, 1, "USD"}},
	MoneyRate:   {{1e9, 1e9, "bn USD/yr"}, {1e6, 1e6, "m USD/yr"}, {1e3, 1e3, "k USD/yr"}, {0, 1, "USD/yr"}},
	Boxes:       {{1e6, 1e6, "m TEU"}, {1e4, 1e3, "k TEU"}, {0, 1, "TEU"}},
	BoxRate:     {{1e6, 1e6, "m TEU/yr"}, {1e4, 1e3, "k TEU/yr"}, {0, 1, "TEU/yr"}},
	Work:        {{1e9, 1e9, "bn t-km"}, {1e6, 1e6, "mn t-km"}, {0, 1, "t-km"}},
	WorkRate:    {{1e9, 1e9, "bn t-km/yr"}, {1e6, 1e6, "mn t-km/yr"}, {0, 1, "t-km/yr"}},
	Power:       {{1e3, 1e3, "GW"}, {0, 1, "MW"}},
	Energy:      {{1e3, 1e3, "TWh"}, {0, 1, "GWh"}},
	EnergyRate:  {{1e3, 1e3, "TWh/yr"}, {0, 1, "GWh/yr"}},
	Share:       {{0, 0.01, "%"}},
	VolumeStock: {{0.1, 1, "bcm"}, {0, 1e-3, "mcm"}},
	Volume:      {{0.1, 1, "bcm/yr"}, {0, 1e-3, "mcm/yr"}},
}

// Format writes v, in the canonical unit of d, for people: three significant
// digits, a unit of fitting size, a comma between thousands from 10,000 up.
// A year is written whole. NaN is "unknown", infinity "unlimited".
func Format(v float64, d Dim) string {
	switch {
	case math.IsNaN(v):
		return "unknown"
	case math.IsInf(v, 1):
		return "unlimited"
	case math.IsInf(v, -1):
		return "-unlimited"
	case d == Year:
		return strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	}
	v = round(v)
	by, unit := 1., d.Unit()
	for _, s := range steps[d] {
		by, unit = s.by, s.unit
		if math.Abs(v) >= s.from && v != 0 {
			break
		}
	}
	text := decimal(round(v / by))
	if unit == "" {
		return text
	}
	return text + " " + unit
}

// round keeps the significant digits of v.
func round(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', significant-1, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// decimal writes a rounded number without exponent.
func decimal(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if v == 0 {
		return "0"
	}
	whole, frac, point := strings.Cut(s, ".")
	sign := ""
	if whole[0] == '-' {
		sign, whole = "-", whole[1:]
	}
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if point {
		frac = "." + frac
	}
	return sign + whole + frac
}
