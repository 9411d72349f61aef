package freight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/units"
)

// Names of the constants every case must give (freight/calibration.csv).
const (
	ConstDispersionRoute = "dispersion.route"      // theta of routes within a mode nest, relative to the pair's cheapest cost
	ConstDispersionMode  = "dispersion.mode"       // theta between mode nests, at most the one of routes
	ConstElasticity      = "elasticity"            // of volume to the relative rise of the logsum cost
	ConstChoke           = "choke"                 // relative rise at which the volume reaches zero
	ConstVOTFactor       = "vot.factor"            // multiplies every value of time
	ConstQueueAlpha      = "queue.alpha"           // queue hours = hours * alpha * (v/cap)^beta
	ConstQueueBeta       = "queue.beta"            // see queue.alpha
	ConstRailSpeed       = "rail.commercial_speed" // share of running speed
	ConstRoadSpeed       = "road.commercial_speed" // share of running speed
	ConstCaptive         = "captive.dispersion"    // theta of captive tonnes, routes and nests alike
)

// RequiredConstants lists the names without which nothing can be computed.
func RequiredConstants() []string {
	return []string{
		ConstDispersionRoute, ConstDispersionMode, ConstElasticity, ConstChoke, ConstVOTFactor,
		ConstQueueAlpha, ConstQueueBeta, ConstRailSpeed, ConstRoadSpeed, ConstCaptive,
	}
}

// knownConstant says whether the engine uses a constant of that name in this
// case: a required one, mode.<mode>[.<commodity>], border.<id>.hours or
// regime.<regime>. No constant can name a route or a corridor.
func knownConstant(s *Spec, name string) bool {
	return slices.Contains(constantNames(s), name)
}

// constantNames lists every constant name that has a meaning in this case.
func constantNames(s *Spec) []string {
	names := RequiredConstants()
	for m := rail; m <= river; m++ {
		names = append(names, "mode."+m.String())
		for i := range s.Commodities {
			names = append(names, "mode."+m.String()+"."+s.Commodities[i].ID)
		}
	}
	seen := map[string]bool{}
	for i := range s.Borders {
		if id := s.Borders[i].ID; !seen[id] {
			seen[id] = true
			names = append(names, "border."+id+".hours")
		}
	}
	for i := range s.Rules {
		if r := s.Rules[i].Regime; r != "" && !seen["regime "+r] {
			seen["regime "+r] = true
			names = append(names, "regime."+r)
		}
	}
	return names
}

// constants are the model's numbers in use.
type constants struct {
	thetaRoute, thetaMode float64
	thetaCaptive          float64
	elasticity, choke     float64
	votFactor             float64
	alpha, beta           float64
	railSpeed, roadSpeed  float64
	mode                  [modeCount]float64
	modeCommodity         map[string]float64 // "rail.grain"
	border                map[string]float64 // border id -> factor on hours
	regime                map[string]float64 // regime -> factor on money rules
}

// readConstants evaluates the constants with draw; override wins over the
// listed value by name (used by Calibrate).
func readConstants(s *Spec, draw drawer, override map[string]float64) (constants, error) {
	c := constants{
		modeCommodity: map[string]float64{}, border: map[string]float64{}, regime: map[string]float64{},
	}
	got := map[string]float64{}
	for i := range s.Constants {
		k := &s.Constants[i]
		if !knownConstant(s, k.Name) {
			return c, fmt.Errorf("constant %q has no meaning in this case", k.Name)
		}
		got[k.Name] = draw.at("constant:"+k.Name, k.Value)
	}
	for name, v := range override {
		got[name] = v
	}
	for _, name := range RequiredConstants() {
		if _, ok := got[name]; !ok {
			return c, fmt.Errorf("constant %q is missing", name)
		}
	}
	c.thetaRoute, c.thetaMode, c.thetaCaptive = got[ConstDispersionRoute], got[ConstDispersionMode], got[ConstCaptive]
	c.elasticity, c.choke, c.votFactor = got[ConstElasticity], got[ConstChoke], got[ConstVOTFactor]
	c.alpha, c.beta = got[ConstQueueAlpha], got[ConstQueueBeta]
	c.railSpeed, c.roadSpeed = got[ConstRailSpeed], got[ConstRoadSpeed]
	for name, v := range got {
		switch {
		case strings.HasPrefix(name, "mode."):
			rest := strings.TrimPrefix(name, "mode.")
			if m := parseMode(rest); m != noMode {
				c.mode[m] = v
			} else {
				c.modeCommodity[rest] = v
			}
		case strings.HasPrefix(name, "border."):
			c.border[strings.TrimSuffix(strings.TrimPrefix(name, "border."), ".hours")] = v
		case strings.HasPrefix(name, "regime."):
			c.regime[strings.TrimPrefix(name, "regime.")] = v
		}
	}
	for _, name := range []string{ConstDispersionRoute, ConstDispersionMode, ConstCaptive, ConstChoke, ConstRailSpeed, ConstRoadSpeed} {
		if v := got[name]; !(v > 0) {
			return c, fmt.Errorf("constant %q must be above zero, it is %g", name, v)
		}
	}
	if c.thetaMode > c.thetaRoute {
		// A draw may cross the two ranges; the nest then has no correlation left.
		c.thetaMode = c.thetaRoute
	}
	return c, nil
}

// modeCost is the relative cost a nest of main-haul modes adds for a commodity:
// the sum over its modes of mode.<mode> and mode.<mode>.<commodity>, negated
// because the constants are preferences.
func (c *constants) modeCost(nest modeSet, commodity string) float64 {
	sum := 0.0
	for m := rail; m <= river; m++ {
		if nest.has(m) {
			sum += c.mode[m] + c.modeCommodity[m.String()+"."+commodity]
		}
	}
	return -sum
}

// drawer gives the quantile at which a named figure is read; nil is the centre.
type drawer func(name string) float64

// at evaluates a figure. An unknown figure is zero.
func (d drawer) at(name string, f units.Figure) float64 {
	if d == nil || f.Low == f.High {
		return f.Central
	}
	return f.At(d(name))
}

// given says whether a figure was filled in.
func given(f units.Figure) bool { return f.Known || f.Central != 0 || f.High != 0 }
