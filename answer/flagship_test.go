package answer

import (
	"math"
	"os"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// The flagship case is enumerated and never sampled: at most 2^18 worlds. Its
// effective worlds are counted and the variables that cause them printed; one that
// no effect depends on must cause none.
func TestFlagshipWorlds(t *testing.T) {
	var l diag.List
	c := casefile.Load(os.DirFS("../cases/caucasus"), &l)
	if l.Failed() {
		t.Fatal(l.All())
	}
	var impossible []*formula.Prop
	for _, x := range c.Impossible {
		impossible = append(impossible, x.Prop)
	}
	ws, err := c.Space.Enumerate(impossible, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	if len(ws.Codes) > 1<<18 {
		t.Errorf("%d worlds, at most %d are meant", len(ws.Codes), 1<<18)
	}
	// The reference is a distribution in every arm: no weight is on what the
	// facts exclude.
	ref, err := NewReference(c.Variables, c.Space, ws)
	if err != nil {
		t.Fatal(err)
	}
	fixed := map[int]int{}
	var acts []int
	for v, x := range c.Variables {
		if isAct(x) {
			fixed[v] = x.Baseline
			acts = append(acts, v)
		}
	}
	for _, act := range acts {
		for st := range c.Variables[act].States {
			fixed[act] = st
			d, err := ref.Distribution(fixed)
			if err != nil {
				t.Fatal(err)
			}
			if sum := sumOf(len(d.Weight), func(i int) float64 { return d.Weight[i] }); math.Abs(sum-1) > massTolerance {
				t.Errorf("%s=%s: weights sum to %v", c.Variables[act].ID, c.Variables[act].States[st], sum)
			}
		}
		fixed[act] = c.Variables[act].Baseline
	}
}
