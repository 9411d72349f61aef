package report

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/report/carto"
)

const (
	energyWide     = 720  // user units
	energyAround   = 1.25 // of what the zones span
	energyLeast    = 900  // km across, for a case of neighbours
	energyClose    = 1600 // km across, around the country in the middle
	energyWidest   = 12   // user units of the largest flow
	kmPerDegree    = 111.2
	energyLow      = 380 // user units, lowest and highest map
	energyHigh     = 700
	energyFrontier = 6000 // km across, above which boundaries and names are left off
)

// energyFrame is a window on power and gas.
type energyFrame struct {
	id, caption string
	frame       carto.Frame
	across      float64 // km
	names       int
}

// energyFrames are a window on all zones and, where that is wide, one on those around
// the country in the middle.
func (b *builder) energyFrames() []energyFrame {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	var fx, fy, n float64
	for _, z := range b.Case.Energy.Zones {
		x0, x1 = math.Min(x0, z.X), math.Max(x1, z.X)
		y0, y1 = math.Min(y0, z.Y), math.Max(y1, z.Y)
		if z.Country == b.Case.Focus {
			fx, fy, n = fx+z.X, fy+z.Y, n+1
		}
	}
	x, y := (x0+x1)/2, (y0+y1)/2
	wide := (x1 - x0) * math.Cos(y*math.Pi/180) * kmPerDegree
	high := (y1 - y0) * kmPerDegree
	across := math.Max(math.Max(wide, high)*energyAround, energyLeast)
	height := math.Min(energyHigh, math.Max(energyLow, energyWide*math.Max(high*energyAround, energyLeast*0.6)/across))
	half := math.Max(2.5, (y1-y0)/3)
	out := []energyFrame{{"all", "", carto.NewFrame(carto.NewConic(x, y, math.Max(5, y-half), math.Min(80, y+half)), x, y, across, energyWide, height), across, 40}}
	if across > 2*energyClose && n > 0 {
		fx, fy = fx/n, fy/n
		out = append(out, energyFrame{"close", ", close by", carto.NewFrame(carto.NewConic(fx, fy, fy-2.5, fy+2.5), fx, fy, energyClose, energyWide, 520), energyClose, 20})
	}
	return out
}

// energyMaps draws maps of power and of gas for every run. All runs share the scales.
func (b *builder) energyMaps(runs []*answer.EnergyRun, figures []energyFigure) ([]ground, error) {
	m, err := atlas.Load()
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	full := map[region.Carrier]float64{}
	for _, carrier := range []region.Carrier{region.Power, region.Gas} {
		for _, r := range runs {
			for _, s := range b.energyStretches(r, carrier) {
				full[carrier] = math.Max(full[carrier], math.Abs(s.Tonnes))
			}
		}
	}
	lanes := carto.NewLanes(m)
	frames := b.energyFrames()
	var grounds []ground
	drawn := make([]*carto.Ground, len(frames))
	for k, f := range frames {
		drawn[k] = carto.NewGround(m, lanes, f.frame, b.Case.Focus, stateNames(b.Case), f.across > energyFrontier)
		grounds = append(grounds, ground{"ground-energy-" + f.id, svg(drawn[k].Shapes)})
	}
	for i, r := range runs {
		for _, carrier := range []region.Carrier{region.Power, region.Gas} {
			for k, f := range frames {
				if view, ok := b.energyMap(r, &figures[i], carrier, f, drawn[k], full[carrier]); ok {
					figures[i].Maps = append(figures[i].Maps, view)
				}
			}
		}
	}
	return grounds, nil
}

// energyMap draws one carrier of one run in one window.
func (b *builder) energyMap(r *answer.EnergyRun, figure *energyFigure, carrier region.Carrier, f energyFrame, g *carto.Ground, full float64) (mapView, bool) {
	list := b.energyStretches(r, carrier)
	if len(list) == 0 {
		return mapView{}, false
	}
	scale := carto.Scale{By: 1, Unit: "bcm a year"}
	caption, rows := "Gas", figure.Pipes
	if carrier == region.Power {
		caption, rows = "Power", figure.Ties
		if scale = (carto.Scale{By: 1, Unit: "GWh a year"}); full >= 1000 {
			scale = carto.Scale{By: 1000, Unit: "TWh a year"}
		}
	}
	caption += f.caption
	text := "Largest: "
	for k, row := range rows[:min(5, len(rows))] {
		if k > 0 {
			text += "; "
		}
		text += row.Link + " " + row.Tonnes
	}
	d := carto.Map{Ground: g, Base: "ground-energy-" + f.id, ID: figure.ID + "-" + string(carrier) + "-" + f.id, Title: r.Name + ": " + caption, Text: text + ".",
		Stretches: list, Places: b.energyPlaces(carrier), MostNames: f.names, Full: math.Max(full, 1e-9), Widest: energyWidest, Scale: scale, Arrows: true}.Draw()
	return mapView{caption, "Net flow of the year between countries, lines straight between zones; all maps of " + string(carrier) + " share a scale.", svg(d.SVG)}, true
}

// energyStretches are the ties or pipes of a run between the places of their zones.
// What moves inside a country is left out: it would dwarf what crosses borders.
func (b *builder) energyStretches(r *answer.EnergyRun, carrier region.Carrier) []carto.Stretch {
	at, country := map[string]carto.Point{}, map[string]string{}
	for _, z := range b.Case.Energy.Zones {
		at[z.ID], country[z.ID] = carto.Point{z.X, z.Y}, z.Country
	}
	var out []carto.Stretch
	add := func(from, to, mode string, flow float64, idle bool) {
		p, ok1 := at[from]
		q, ok2 := at[to]
		if ok1 && ok2 && (country[from] != country[to] || flow == 0) {
			out = append(out, carto.Stretch{From: p, To: q, Mode: mode, Tonnes: flow, Idle: idle})
		}
	}
	if carrier == region.Power {
		for _, t := range r.Ties {
			add(t.From, t.To, t.Coupling, t.Energy.Or(0), !t.InService || t.Energy.Or(0) == 0)
		}
		return out
	}
	for _, p := range r.Pipes {
		add(p.From, p.To, "pipe", p.Volume.Or(0), !p.InService || p.Volume.Or(0) == 0)
	}
	return out
}

// energyPlaces are the zones with a carrier, those with the largest load first.
func (b *builder) energyPlaces(carrier region.Carrier) []carto.Place {
	load := map[string]float64{}
	for _, l := range b.Case.Energy.Loads {
		if l.Carrier == carrier {
			load[l.Zone] = math.Max(load[l.Zone], l.Amount.Central)
		}
	}
	var out []carto.Place
	for _, z := range b.Case.Energy.Zones {
		for _, c := range z.Carriers {
			if c == carrier {
				out = append(out, carto.Place{Name: shortName(z.Name), At: carto.Point{z.X, z.Y}, Kind: "city", Weight: load[z.ID]})
			}
		}
	}
	return out
}
