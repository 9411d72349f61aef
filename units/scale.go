package units

import "math"

// Scale is a unit of fitting size: numbers in the canonical unit are divided by
// By to be in Unit.
type Scale struct {
	By   float64
	Unit string
}

// ScaleOf is the scale in which [Format] writes largest. Writing every number of
// a row in the scale of its largest one keeps the row comparable.
func ScaleOf(d Dim, largest float64) Scale {
	v := math.Abs(round(largest))
	out := Scale{1, d.Unit()}
	for _, s := range steps[d] {
		out = Scale{s.by, s.unit}
		if v >= s.from && v != 0 {
			break
		}
	}
	return out
}
