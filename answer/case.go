package answer

import (
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/world"
)

// Effects returns the case's effects as conditions on worlds, in file order.
// An effect without a condition holds in no world: it acts through the lists of
// base-year and baseline conditions. The share of the year is its centre.
func Effects(c *casefile.Case) []world.Effect {
	out := make([]world.Effect, len(c.Effects))
	for i, e := range c.Effects {
		out[i] = world.Effect{ID: e.ID, When: e.When, Share: 1}
		if e.ShareOfYear.Known {
			out[i].Share = e.ShareOfYear.Central
		}
	}
	return out
}

// EnergyChanges returns the changes of power and gas of the case's effects, in
// file order.
func EnergyChanges(c *casefile.Case) [][]region.Change {
	out := make([][]region.Change, len(c.Effects))
	for i, e := range c.Effects {
		out[i] = e.Energy
	}
	return out
}

// Changes returns the freight changes of the case's effects, in file order.
func Changes(c *casefile.Case) [][]freight.Change {
	out := make([][]freight.Change, len(c.Effects))
	for i, e := range c.Effects {
		out[i] = e.Freight
	}
	return out
}
