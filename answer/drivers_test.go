package answer

import (
	"math"
	"testing"

	"github.com/astara-corridors/astara/voi"
	"pgregory.net/rapid"
)

// Under an expert's completed weights variables depend on each other in ways no
// reference table has; the drivers of every view are still what voi says of the
// worlds one by one.
func TestDriversOfCompletedWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		weight := func(name string) float64 { return rapid.Float64Range(0.1, 0.9).Draw(rt, name) }
		c, tab, e := build(t, []variable{
			{id: "pact", kind: "act", states: []string{"none", "in_force"}},
			{id: "a", kind: "event", rows: []given{{"", weight("a")}}},
			{id: "b", kind: "event", parents: []int{0}, rows: []given{{"pact=in_force", weight("b1")}, {"", weight("b2")}}},
			{id: "d", kind: "event", parents: []int{2}, rows: []given{{"b=yes", weight("d1")}, {"", weight("d2")}}},
		}, nil, []effect{{"a", "a=yes", 1}, {"b", "b=yes and d=no", 2}, {"d", "d=yes or a=no", 0.5}})
		// a and b are independent in the reference, and not in these words.
		x, y := weight("x"), weight("y")
		speak(t, c, said{id: "x", speaker: "s", when: "a=yes", then: "b=yes", low: x, high: x},
			said{id: "y", speaker: "r", then: "a=yes and d=yes or a=no and b=no", low: y, high: y})
		ask(c, []string{"pact"}, "tonnes")
		k := reading2(t, c, tab, e)
		for lens := range k.lenses {
			r := k.all[lens][0]
			d := r.readings[1].dist
			var values []float64
			of := make([][]int, 4)     // by variable and entry: its state
			others := make([][]int, 4) // by variable and entry: the states of all others
			for _, row := range d.Rows {
				values = append(values, tab.At(int(tab.RowOf[row]), 0))
				for v := 1; v < 4; v++ {
					of[v] = append(of[v], c.Space.State(tab.Worlds.Codes[row], v))
					others[v] = append(others[v], int(c.Space.With(tab.Worlds.Codes[row], v, 0)))
				}
			}
			why := r.act.Arms[1].Drivers[0]
			for v := 1; v < 4; v++ {
				alone, err := voi.Alone(values, d.Weight, of[v])
				if err != nil {
					rt.Fatal(err)
				}
				only, err := voi.Only(values, d.Weight, others[v])
				if err != nil {
					rt.Fatal(err)
				}
				var got Driver
				for _, x := range why.Drivers {
					if x.Variable == c.Variables[v].ID {
						got = x
					}
				}
				if math.Abs(got.Alone-alone) > 2*driverFloor || math.Abs(got.Only-only) > 2*driverFloor {
					rt.Errorf("%s, %s: alone %v, only %v; want %v, %v", k.lenses[lens].View().ID, c.Variables[v].ID, got.Alone, got.Only, alone, only)
				}
			}
		}
	})
}
