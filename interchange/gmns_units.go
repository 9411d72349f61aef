package interchange

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// Units of GMNS networks are declared once, in config.csv, and are sometimes
// wrong: the Lima sample declares miles and stores feet. A reader that trusts the
// declaration is wrong by a factor of 5,280, so lengths are compared with the
// distance between the nodes: over the links of a network the median of length /
// distance must lie a little above 1.

// metres per unit of length.
var lengthUnits = map[string]float64{
	"m": 1, "meter": 1, "metre": 1, "meters": 1, "metres": 1,
	"km": 1000, "kilometer": 1000, "kilometre": 1000, "kilometers": 1000, "kilometres": 1000,
	"ft": foot, "foot": foot, "feet": foot, "us survey foot": surveyFoot,
	"mi": mile, "mile": mile, "miles": mile, "yard": 3 * foot, "yards": 3 * foot,
}

// metres per hour per unit of speed.
var speedUnits = map[string]float64{
	"mph": mile, "mi/h": mile, "miles per hour": mile, "kph": 1000, "kmh": 1000, "km/h": 1000, "kmph": 1000,
	"m/s": 3600, "mps": 3600, "ft/s": 3600 * foot, "fps": 3600 * foot,
}

const (
	foot       = 0.3048
	surveyFoot = 1200.0 / 3937
	mile       = 5280 * foot
	earth      = 6371008.8 // mean radius in metres
)

// Bounds of the checks.
const (
	ratioLow  = 0.8 // median of length over straight distance
	ratioHigh = 3.0
	shortLink = 0.8 // of one link; below is reported
	speedLow  = 3e3 // median free speed in metres an hour
	speedHigh = 200e3
	// tooNear is the distance in metres below which coordinates are too coarse to
	// compare.
	tooNear = 10
)

// plane says how coordinates measure: degrees, or metres per unit.
type plane struct {
	degrees bool
	metres  float64
	name    string
}

// planeOf knows a few coordinate reference systems by EPSG number.
func planeOf(crs string) (plane, bool) {
	crs = strings.TrimSpace(crs)
	if i := strings.LastIndexByte(crs, ':'); i >= 0 {
		crs = crs[i+1:]
	}
	n, err := strconv.Atoi(crs)
	if err != nil {
		return plane{}, false
	}
	switch {
	case n == 4326 || n == 4269 || n == 4258:
		return plane{degrees: true, name: "degree"}, true
	case n >= 32601 && n <= 32660, n >= 32701 && n <= 32760, n >= 26901 && n <= 26923, n >= 25828 && n <= 25838:
		return plane{metres: 1, name: "metre"}, true // UTM zones
	case n == 3734 || n == 3735:
		return plane{metres: surveyFoot, name: "foot"}, true // Ohio North and South, US survey feet
	}
	return plane{}, false
}

// distance in metres between two nodes.
func (p plane) distance(a, b GMNSNode) float64 {
	if !p.degrees {
		return math.Hypot(a.X-b.X, a.Y-b.Y) * p.metres
	}
	const rad = math.Pi / 180
	sLat, sLon := math.Sin((b.Y-a.Y)*rad/2), math.Sin((b.X-a.X)*rad/2)
	h := sLat*sLat + math.Cos(a.Y*rad)*math.Cos(b.Y*rad)*sLon*sLon
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}

// LengthRatio returns the median over links of length, in the given unit, over
// the straight distance between their nodes, and the number of links that could
// be compared. Where the coordinate system is unknown, metres are assumed.
func (g *GMNS) LengthRatio(unit string) (median float64, links int) {
	p, ok := planeOf(g.Config.CRS)
	if !ok {
		p = plane{metres: 1}
	}
	scale := lengthUnits[strings.ToLower(unit)]
	var ratios []float64
	for _, k := range g.compared(p) {
		ratios = append(ratios, k.length*scale/k.distance)
	}
	return medianOf(ratios), len(ratios)
}

type comparedLink struct {
	link             GMNSLink
	length, distance float64
}

func (g *GMNS) compared(p plane) []comparedLink {
	at := make(map[string]GMNSNode, len(g.Nodes))
	for _, n := range g.Nodes {
		at[n.ID] = n
	}
	var out []comparedLink
	for _, k := range g.Links {
		if !(k.Length > 0) {
			continue
		}
		if d := p.distance(at[k.From], at[k.To]); d > tooNear {
			out = append(out, comparedLink{k, k.Length, d})
		}
	}
	return out
}

func medianOf(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	x = slices.Clone(x)
	slices.Sort(x)
	if n := len(x); n%2 == 0 {
		return (x[n/2-1] + x[n/2]) / 2
	}
	return x[len(x)/2]
}

// checkUnits compares lengths with coordinates and speeds with common sense.
func (g *GMNS) checkUnits(l *diag.List) {
	at := g.Config.lengthPos
	if at.File == "" {
		at = diag.Pos{File: g.Dir}
	}
	unit := strings.ToLower(g.Config.LongLength)
	scale, known := lengthUnits[unit]
	if !known {
		l.Report(ruleGMNSNoUnit, at, g.Config.LongLength, "long_length is %q: lengths were not compared with coordinates", g.Config.LongLength).Expected = "mile, km, metre or foot"
	} else {
		g.checkLength(unit, scale, at, l)
	}
	at = g.Config.speedPos
	if at.File == "" {
		at = diag.Pos{File: g.Dir}
	}
	per, known := speedUnits[strings.ToLower(g.Config.Speed)]
	if !known {
		l.Report(ruleGMNSNoUnit, at, g.Config.Speed, "speed is %q: free speeds were not checked", g.Config.Speed).Expected = "mph or km/h"
		return
	}
	var speeds []float64
	for _, k := range g.Links {
		if k.FreeSpeed > 0 {
			speeds = append(speeds, k.FreeSpeed*per)
		}
	}
	if m := medianOf(speeds); len(speeds) > 0 && (m < speedLow || m > speedHigh) {
		l.Report(ruleGMNSSpeed, at, g.Config.Speed, "the median free speed is %.4g km/h under the declared unit %q", m/1000, g.Config.Speed).Expected = "3 to 200 km/h"
	}
}

func (g *GMNS) checkLength(unit string, scale float64, at diag.Pos, l *diag.List) {
	p, ok := planeOf(g.Config.CRS)
	planes := []plane{p}
	if !ok { // metres or feet: both must disagree before anything is said
		planes = []plane{{metres: 1, name: "metre"}, {metres: foot, name: "foot"}}
	}
	type guess struct {
		ratio float64
		links []comparedLink
		plane plane
	}
	var guesses []guess
	for _, p := range planes {
		links := g.compared(p)
		ratios := make([]float64, len(links))
		for i, k := range links {
			ratios[i] = k.length * scale / k.distance
		}
		if len(links) == 0 {
			return
		}
		m := medianOf(ratios)
		if m >= ratioLow && m <= ratioHigh {
			if ok {
				shortLinks(links, scale, l)
			}
			return
		}
		guesses = append(guesses, guess{m, links, p})
	}
	best := guesses[0]
	d := l.Report(ruleGMNSUnit, at, g.Config.LongLength, "lengths are declared in %s, but the median link is %.4g times as long as the straight line between its nodes (%d links compared, coordinates in %s)",
		unit, best.ratio, len(best.links), best.plane.name)
	d.Expected = "a ratio of 0.8 to 3"
	for _, name := range []string{"foot", "metre", "km", "mile"} {
		if r := best.ratio / scale * lengthUnits[name]; r >= ratioLow && r <= ratioHigh {
			d.Hint = "lengths look like " + name + " (ratio " + strconv.FormatFloat(r, 'f', 4, 64) + "): correct long_length, or give the unit when reading"
			break
		}
	}
}

// shortLinks reports links shorter than the straight line allows.
func shortLinks(links []comparedLink, scale float64, l *diag.List) {
	for _, k := range links {
		if r := k.length * scale / k.distance; r < shortLink {
			l.Report(ruleGMNSLength, k.link.Pos, k.link.ID, "link %q is %.3g km long, the straight line between its nodes is %.3g km", k.link.ID, k.length*scale/1000, k.distance/1000)
		}
	}
}
