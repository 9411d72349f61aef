package energy

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// day is a triangle in three snapshots: as it is, with more demand than can be served, and
// with a dear plant for a cheap one.
func day() []Snapshot {
	short, dear := triangle(), triangle()
	short.Loads[0].Demand = 300
	dear.Generators[0].Cost.C[1] = 40
	return []Snapshot{{"morning", 2, 1, triangle()}, {"noon", 3, 3, short}, {"night", 4, 4, dear}}
}

// Totals weigh cost and energy each by their own; a snapshot of a series is the dispatch
// it has alone, whatever the workers.
func TestSeries(t *testing.T) {
	need(t)
	r, err := OPFSeries(context.Background(), day(), SeriesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != "infeasible" || r.Infeasible != 1 || r.Objective != nil || r.Demand != 2*120+3*300+4*120 || r.Served != 2*120+4*120 {
		t.Errorf("%+v", r)
	}
	price := 1000.0
	opt := SeriesOptions{OPFOptions: OPFOptions{Shed: &price}}
	var text [2]string
	for k, workers := range []int{1, 3} {
		opt.Workers = workers
		var told []int
		opt.Progress = func(done, total int) { told = append(told, done*10+total) }
		if r, err = OPFSeries(context.Background(), day(), opt); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(told, []int{13, 23, 33}) {
			t.Errorf("told of %v", told)
		}
		want := 0.0
		for i, s := range day() {
			alone := dispatchOf(t, s.Grid, opt.OPFOptions)
			if *alone.Objective != *r.Snapshots[i].Dispatch.Objective {
				t.Errorf("%s: %v, alone %v", s.ID, *r.Snapshots[i].Dispatch.Objective, *alone.Objective)
			}
			want += s.Weight * *alone.Objective
		}
		// 120 MW go unserved at noon, as in TestShedding.
		if r.Status != "optimal" || math.Abs(*r.Objective-want) > small || math.Abs(r.Unserved-360) > small || math.Abs(r.Served+r.Unserved-r.Demand) > small {
			t.Errorf("%+v, want %v", r, want)
		}
		r.Run = Run{}
		for i := range r.Snapshots {
			r.Snapshots[i].Dispatch.Run = Run{}
		}
		b, err := json.Marshal(r)
		if err != nil || !strings.HasPrefix(string(b), `{"format":1,"kind":"opf-series"`) {
			t.Errorf("%v %.60s", err, b)
		}
		text[k] = string(b)
	}
	if text[0] != text[1] {
		t.Error("the report depends on the number of workers")
	}
	if notes := strings.Join(r.Notes, "; "); !strings.Contains(notes, "demand goes unserved in 1 snapshot: noon (120 MW)") {
		t.Errorf("notes %q", notes)
	}
	if _, err := OPFSeries(context.Background(), nil, opt); err == nil {
		t.Error("a series of nothing was solved")
	}
	bad := day()
	bad[1].Grid.Branches[0].X = 0
	var input *InputError
	if _, err := OPFSeries(context.Background(), bad, opt); !errors.As(err, &input) || !strings.Contains(err.Error(), "snapshot noon") {
		t.Errorf("%v", err)
	}
}

// Every report writes a table with one width and its parts in it.
func TestCSV(t *testing.T) {
	need(t)
	g := triangle()
	g.Links = []Link{{ID: "l", From: 0, To: 2, Pmax: 10, Cost: Cost{C: [3]float64{0, 5, 0}}}}
	d := dispatchOf(t, g, OPFOptions{})
	series, err := OPFSeries(context.Background(), day()[:1], SeriesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	output, flow := d.Outputs(g)
	n, err := N1(context.Background(), g, N1Options{Output: output, LinkFlow: flow, Supply: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		write func(w *bytes.Buffer) error
		want  []string
	}{
		"opf":    {func(w *bytes.Buffer) error { return d.WriteCSV(w) }, []string{",generator,cheap,1,,", ",bus,3,3,,", ",branch,c,1,3,60,60,", ",link,l,1,3,10,,"}},
		"series": {func(w *bytes.Buffer) error { return series.WriteCSV(w) }, []string{"morning,branch,c,1,3,60,60,60,,"}},
		"n1":     {func(w *bytes.Buffer) error { return n.WriteCSV(w) }, []string{"branch,a,1,2,", ",overload,c,1,3,"}},
		"gas":    {func(w *bytes.Buffer) error { return gas(t, onePipe(), GasOptions{}).WriteCSV(w) }, []string{"supply,receipt,s,1,,800,", "edge,pipe,p,1,2,800,", "junction,,2,2,,,,,0,"}},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		if all, err := csv.NewReader(strings.NewReader(b.String())).ReadAll(); err != nil || len(all) < 2 {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, b.String())
			}
		}
	}
}

// By hand: cheap power at 10 may go to 3 over a link that keeps 90 % and costs 5 per MWh
// sent, (10 + 5)/0.9 = 16.7 a MWh there, less than the 50 that the ring costs, so it is full:
// 10 sent, 9 arrive. What is left, 111, makes 2p + (111 - p) = 180, p = 69: 690 + 100 + 50 +
// 42 x 30.
func TestPricedLink(t *testing.T) {
	need(t)
	g := triangle()
	g.Links = []Link{{ID: "l", From: 0, To: 2, Pmax: 10, Loss1: 0.1, Cost: Cost{C: [3]float64{0, 5, 0}}}}
	r := dispatchOf(t, g, OPFOptions{})
	if want := 690.0 + 100 + 50 + 42*30; math.Abs(*r.Objective-want) > small || math.Abs(r.Links[0].Cost-50) > small {
		t.Errorf("%v, not %v; link %+v", *r.Objective, want, r.Links[0])
	}
	if r.Residual > small {
		t.Errorf("Kirchhoff's laws are missed by %v MW", r.Residual)
	}
	// A quadratic and a piecewise cost with the same slope at what is sent give the same.
	for _, c := range []Cost{{C: [3]float64{0, 1, 0.4}}, {Points: []Point{{0, 0}, {10, 50}, {20, 500}}}} {
		g.Links[0].Cost = c
		if again := dispatchOf(t, g, OPFOptions{}); math.Abs(*again.Objective-*r.Objective) > 1e-5 {
			t.Errorf("%+v: %v, not %v", c, *again.Objective, *r.Objective)
		}
	}
	g.Links[0].Cost = Cost{C: [3]float64{0, 0, -1}}
	var input *InputError
	if _, err := OPF(context.Background(), g, OPFOptions{}); !errors.As(err, &input) || !strings.Contains(err.Error(), "the cost of link l bends down") {
		t.Errorf("%v", err)
	}
}

// Outage factors in JSON have nothing in the columns of bridges.
func TestOutageFactorsJSON(t *testing.T) {
	g := triangle()
	g.Buses = append(g.Buses, Bus{ID: "4"})
	g.Branches = append(g.Branches, line("d", 2, 3, 0.1, 0))
	r, err := LODF(g, Reactance)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Format  int
		Kind    string
		Bridge  []bool
		Factors [][]*float64
	}
	if err := json.Unmarshal(b, &back); err != nil || back.Format != Format || back.Kind != "lodf" || !back.Bridge[3] || len(back.Factors) != 4 {
		t.Fatalf("%v %s", err, b)
	}
	for l, row := range back.Factors {
		if row[3] != nil || row[0] == nil || *row[0] != r.Factors[l][0] {
			t.Errorf("row %d: %v", l, row)
		}
	}
}
