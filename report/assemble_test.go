package report

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/world"
)

func TestTonnesSumsDirections(t *testing.T) {
	s := &freight.Spec{Links: []freight.Link{{ID: "a"}, {ID: "b"}}}
	got := Tonnes(s, []freight.LinkFlow{{Link: "b", Tonnes: 2}, {Link: "b", Tonnes: 3}, {Link: "elsewhere", Tonnes: 9}})
	if got[0] != 0 || got[1] != 5 {
		t.Errorf("tonnes %v", got)
	}
}

// The rows between which an act moves weight, by hand: 0.3 leaves row 0, 0.2
// goes to row 2 and 0.1 to row 3; row 1 keeps its weight.
func TestMoved(t *testing.T) {
	with, without := []float64{0.4, 0.3, 0.2, 0.1}, []float64{0.7, 0.3, 0, 0}
	list, text := moved(with, without, 0)
	if len(list) != 3 || list[0].row != 0 || math.Abs(list[0].weight+0.3) > 1e-12 || list[1].row != 2 || list[2].row != 3 {
		t.Errorf("moves %v", list)
	}
	if !strings.Contains(text, "moves 30 % of the weight") || !strings.Contains(text, "100 % of that, over 3 worlds") {
		t.Error(text)
	}
	list, text = moved(with, without, 2)
	if len(list) != 2 || !strings.Contains(text, "83 % of that, over 2 worlds") { // 0.5 of 0.6
		t.Errorf("cut to 2: %v %s", list, text)
	}
	if list, text := moved(with, with, 0); len(list) != 0 || !strings.Contains(text, "moves no weight") {
		t.Errorf("nothing moved: %v %s", list, text)
	}
}

// A change of expected flows, by hand: 0.25 of the weight leaves a world that
// flows like the baseline for one that has network 1 half of the year.
func TestExpectedChange(t *testing.T) {
	c := &casefile.Case{Freight: &freight.Spec{Links: make([]freight.Link, 2)}}
	p := &world.Plan{Rows: []world.Row{{Mix: []world.Period{{Network: 0, Share: 1}}}, {Mix: []world.Period{{Network: 0, Share: 0.5}, {Network: 1, Share: 0.5}}}}}
	m := &mapper{c: c, t: &world.Table{Plan: p}, baseline: []float64{100, 50}, flows: map[int][]float64{0: {100, 50}, 1: {180, 50.5}}}
	got := m.change([]move{{0, -0.25}, {1, 0.25}})
	if math.Abs(got[0]-0.25*0.5*80) > 1e-9 || got[1] != 0 { // 0.06 t is below a tonne
		t.Errorf("change %v", got)
	}
}

func TestSteps(t *testing.T) {
	s := &freight.Spec{Nodes: []freight.Node{{ID: "a", Name: "Astara (AZ)"}, {ID: "b", Name: "Baku"}}, Borders: []freight.Border{{ID: "x", Name: "Astara / Astara"}}, Rules: []freight.Rule{{ID: "r", Name: "Payment"}}}
	got := Steps(s, []freight.Step{
		{Kind: "load", From: "b", Hours: 2}, {Kind: "move", Mode: "rail", From: "b", To: "a", Km: 300, Hours: 10, Money: 5}, {Kind: "strait", Name: "z"},
		{Kind: "border", Name: "x", From: "a", Hours: 20, Queue: 4}, {Kind: "rule", Name: "r", Money: 3}})
	want := []string{"Baku", "Baku – Astara", "Astara", "Payment"}
	if len(got) != len(want) {
		t.Fatalf("steps %+v", got)
	}
	for i, w := range want {
		if got[i].Place != w {
			t.Errorf("step %d at %q, want %q", i, got[i].Place, w)
		}
	}
	if got[2].Hours != 24 {
		t.Errorf("the queue is not in the hours: %v", got[2].Hours)
	}
}

// An interrupted run opens no network.
func TestOpenInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := &world.Plan{Rows: []world.Row{{Mix: []world.Period{{Network: 0, Share: 1}}}}}
	m := &mapper{t: &world.Table{Plan: p}}
	if err := m.open(ctx, [][]move{{{0, 1}}}, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
