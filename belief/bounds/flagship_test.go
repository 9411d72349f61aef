package bounds

import (
	"fmt"
	"math"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

// flagship has the shape of the case cases/caucasus, whose files no package of this
// floor can read: its 16 variables (221,184 worlds), the arrows between them, the
// claims that weigh worlds with their intervals, and columns of outcomes that are
// made up: each takes 1,728 values, by nine of the variables.
type flagship struct {
	frame *belief.Frame
	acts  [2]int // variables
	said  map[string][]belief.Claim
}

var flagshipVars = []struct {
	id, kind string
	states   []string
	parents  []string
}{
	{"pact", "act", []string{"none", "in_force"}, nil},
	{"tripartite_treaty", "act", []string{"none", "signed"}, nil},
	{"strikes_on_iran", "event", []string{"no", "yes"}, []string{"pact"}},
	{"sanctions", "event", []string{"as_2024", "tighter", "eased"}, []string{"pact", "strikes_on_iran"}},
	{"ties_ru_ir", "event", []string{"weak", "strong"}, []string{"pact", "sanctions"}},
	{"az_iran", "event", []string{"tense", "normal"}, []string{"ties_ru_ir", "strikes_on_iran"}},
	{"position_ir", "position", []string{"oppose", "tolerate"}, []string{"az_iran"}},
	{"position_ru", "position", []string{"support", "obstruct"}, []string{"pact"}},
	{"platform_3plus3", "event", []string{"dormant", "active"}, []string{"pact"}},
	{"pressure_on_az", "event", []string{"no", "yes"}, []string{"pact", "tripartite_treaty", "az_iran"}},
	{"zangezur", "event", []string{"closed", "open_regional", "open_third_party"}, []string{"tripartite_treaty", "position_ir", "position_ru", "platform_3plus3"}},
	{"rasht_astara", "event", []string{"missing", "built"}, []string{"pact", "ties_ru_ir", "strikes_on_iran"}},
	{"corridor_war", "event", []string{"none", "iran_alone", "with_russia"}, []string{"zangezur", "position_ir", "pact"}},
	{"gas_ru_am", "event", []string{"flows", "stopped"}, []string{"tripartite_treaty"}},
	{"gas_ir_am", "event", []string{"flows", "stopped"}, []string{"pact", "gas_ru_am"}},
	{"grid", "event", []string{"separate", "joined"}, []string{"pact", "az_iran"}},
}

// flagshipSaid is the claims: a way and no interval for directions; outcomes of a
// statement are columns by number with their threshold.
var flagshipSaid = []struct {
	speaker, kind, cond, then string
	low, high                 float64
	outcomes                  []string
	beyond                    float64
	any                       bool
}{
	{"soltan", "level", "pact=in_force and gas_ru_am=stopped", "gas_ir_am=stopped", 0.5, 0.95, nil, 0, false},
	{"soltan", "outcome", "pact=in_force", "", 0.05, 0.5, []string{"0", "1", "2", "3", "4"}, 0.95, true},
	{"soltan", "level", "", "position_ru=obstruct", 0.9, 1, nil, 0, false}, // of the past: it counts where time does not
	{"oktay", "level", "pact=in_force", "(position_ir=oppose and position_ru=obstruct) or (position_ir=tolerate and position_ru=support)", 0.6, 0.9, nil, 0, false},
	{"oktay", "level", "tripartite_treaty=none", "pressure_on_az=yes", 0.8, 1, nil, 0, false},
	{"oktay", "level", "tripartite_treaty=signed", "pressure_on_az=no", 0.5, 0.95, nil, 0, false},
	{"arkov", "lowers", "pact=in_force", "strikes_on_iran=yes", 0, 0, nil, 0, false},
	{"arkov", "outcome", "pact=in_force", "", 0.9, 1, []string{"5", "6", "7"}, -0.9, false},
	{"arkov", "raises", "pact=in_force", "rasht_astara=built", 0, 0, nil, 0, false},
	{"arkov", "raises", "pact=in_force", "ties_ru_ir=strong", 0, 0, nil, 0, false},
	{"korybko", "level", "pact=in_force", "ties_ru_ir=strong", 0.6, 0.95, nil, 0, false},
	{"korybko", "outcome", "pact=in_force", "", 0.2, 0.45, []string{"0", "1", "2", "3", "8", "9"}, 0.9, true},
	{"korybko", "outcome", "pact=in_force", "", 0.05, 0.4, []string{"0", "1", "2", "3", "8", "9"}, 0.93, true},
	{"korybko", "outcome", "ties_ru_ir=strong", "", 0.1, 0.6, []string{"10"}, 0.5, true},
	{"korybko", "possibility", "ties_ru_ir=strong", "az_iran=normal", 0.1, 0.6, nil, 0, false},
	{"korybko", "possibility", "ties_ru_ir=strong and az_iran=normal", "position_ir=tolerate", 0.1, 0.6, nil, 0, false},
	{"korybko", "level", "corridor_war in {iran_alone, with_russia}", "corridor_war=with_russia", 0, 0.05, nil, 0, false},
	{"korybko", "level", "", "position_ru=support", 0.9, 1, nil, 0, false},
}

func newFlagship(t testing.TB) *flagship {
	t.Helper()
	var vars []formula.Variable
	index := map[string]int{}
	var parents [][]int
	for v, x := range flagshipVars {
		vars = append(vars, formula.Variable{ID: x.id, Kind: x.kind, States: x.states})
		index[x.id] = v
		var ps []int
		for _, p := range x.parents {
			ps = append(ps, index[p])
		}
		parents = append(parents, ps)
	}
	space, err := formula.NewSpace(vars)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	fl := &flagship{acts: [2]int{0, 1}, said: map[string][]belief.Claim{}}
	if fl.frame, err = belief.NewFrame(ws, space, parents, fl.acts[:], nil); err != nil {
		t.Fatal(err)
	}
	parse := func(text string) *formula.Prop {
		if text == "" {
			return nil
		}
		var l diag.List
		p := space.Parse(text, diag.Pos{}, &l)
		if p == nil {
			t.Fatalf("%q: %v", text, l.All())
		}
		return p
	}
	for i, x := range flagshipSaid {
		c := belief.Claim{ID: fmt.Sprint(x.speaker, "-", i), Speaker: x.speaker, Kind: belief.Kind(x.kind), Reading: belief.See, If: parse(x.cond), Then: parse(x.then),
			Interval: belief.Interval{Low: x.low, High: x.high, Known: true}}
		switch x.kind {
		case "raises", "lowers":
			c.Kind, c.Way, c.Reading = belief.Direction, belief.Way(x.kind), belief.Do
		case "outcome":
			c.Statement = &belief.Statement{Outcomes: x.outcomes, Quantifier: belief.All, Change: belief.Absolute}
			if x.any {
				c.Statement.Quantifier = belief.Any
				c.Statement.Beyond.Known, c.Statement.Beyond.Central = true, x.beyond
			} else {
				c.Statement.AtLeast.Known, c.Statement.AtLeast.Central = true, x.beyond
			}
		}
		fl.said[x.speaker] = append(fl.said[x.speaker], c)
		fl.said["all"] = append(fl.said["all"], c)
	}
	return fl
}

// Column is a made-up outcome from -1 to 1.
func (f *flagship) Column(outcome string, _ belief.Against, _ bool) (belief.Column, error) {
	var seed uint64
	if _, err := fmt.Sscan(outcome, &seed); err != nil {
		return belief.Column{}, err
	}
	by := []int{1, 2, 3, 4, 5, 9, 10, 11, 12}
	out := make([]float64, len(f.frame.ArmOf))
	for row, w := range f.frame.Worlds.Codes {
		h := seed*0x9e3779b97f4a7c15 + 1
		for _, v := range by {
			h = (h ^ uint64(f.frame.Space.State(w, v)+1)) * 0x100000001b3
			h ^= h >> 29
		}
		h *= 0xbf58476d1ce4e5b9
		out[row] = math.Round(2e9*(float64(h>>11)/(1<<53)-0.5)) / 1e9
	}
	return belief.Column{Value: out}, nil
}

// pair is the frame of an act: without it and with it, the other at its baseline.
func (f *flagship) pair(act int) *belief.Frame {
	names := [][2]string{{"pact=none,tripartite_treaty=none", "pact=in_force,tripartite_treaty=none"}, {"pact=none,tripartite_treaty=none", "pact=none,tripartite_treaty=signed"}}
	a, _ := f.frame.Arm(names[act][0])
	b, _ := f.frame.Arm(names[act][1])
	return f.frame.Only(a, b)
}

// words reads a speaker's claims; those of the past count where past is true.
func (f *flagship) words(t testing.TB, frame *belief.Frame, speaker string, past bool) *belief.Words {
	t.Helper()
	var claims []belief.Claim
	for _, c := range f.said[speaker] {
		if past || c.ID != "soltan-2" {
			claims = append(claims, c)
		}
	}
	w, err := frame.Read(claims, belief.ReadOptions{Columns: f})
	if err != nil {
		t.Fatal(err)
	}
	return w
}
