package server

import "strings"

// waters are where straits, canals and capes lie that ships pass: longitude and
// latitude in whole minutes or so, of our own knowledge of sea charts (letter b). They
// are for drawing alone; no number depends on them. A strait of a case is found by any
// of its names.
var waters = map[string][2]float64{
	"bab el-mandeb":       {43.33, 12.58},
	"bosporus":            {29.07, 41.12},
	"cape of good hope":   {18.47, -34.60},
	"dardanelles":         {26.40, 40.20},
	"kerch strait":        {36.60, 45.25},
	"oresund":             {12.70, 56.00},
	"panama canal":        {-79.60, 9.10},
	"strait of gibraltar": {-5.60, 35.95},
	"strait of hormuz":    {56.30, 26.55},
	"strait of malacca":   {101.00, 2.70},
	"suez canal":          {32.35, 30.50},
	"sunda strait":        {105.85, -5.90},
	"taiwan strait":       {119.50, 24.50},
	"volga-don canal":     {43.75, 48.60},
}

// water is where a strait of these names lies, if we know.
func water(names ...string) ([2]float64, bool) {
	for _, n := range names {
		if at, ok := waters[strings.ToLower(n)]; ok {
			return at, true
		}
	}
	return [2]float64{}, false
}
