package energy

import (
	"context"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

// Every field of the reports is on the page of the format.
func TestReportPage(t *testing.T) {
	page, err := os.ReadFile("../docs/formats/energy-report.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type)
	var missing []string
	walk = func(x reflect.Type) {
		for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct || seen[x] {
			return
		}
		seen[x] = true
		for i := range x.NumField() {
			f := x.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" && !f.Anonymous {
				missing = append(missing, x.Name()+"."+f.Name+" has no JSON name")
			} else if name != "" && !strings.Contains(string(page), "`"+name+"`") {
				missing = append(missing, x.Name()+"."+name)
			}
			walk(f.Type)
		}
	}
	for _, r := range []any{FlowReport{}, OPFReport{}, SeriesReport{}, PTDFReport{}, LODFReport{}, N1Report{}, GasReport{}} {
		walk(reflect.TypeOf(r))
	}
	if len(missing) > 0 {
		t.Errorf("not on the page: %v", missing)
	}
}

// The same grid gives the same bytes, whatever was solved in between.
func TestSameBytes(t *testing.T) {
	need(t)
	bytes := func() string {
		r := dispatchOf(t, triangle(), OPFOptions{})
		r.Run = Run{}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	first := bytes()
	dispatchOf(t, join(triangle(), triangle()), OPFOptions{})
	gas(t, onePipe(), GasOptions{Model: LinearRelaxation})
	if second := bytes(); second != first {
		t.Errorf("first\n%s\nthen\n%s", first, second)
	}
}

func TestText(t *testing.T) {
	need(t)
	g := triangle()
	r := dispatchOf(t, g, OPFOptions{})
	output, flow := r.Outputs(g)
	n, err := N1(context.Background(), g, N1Options{Output: output, LinkFlow: flow})
	if err != nil {
		t.Fatal(err)
	}
	f, err := Flow(g, Reactance)
	if err != nil {
		t.Fatal(err)
	}
	g.Loads[0].Demand = 500
	bad := dispatchOf(t, g, OPFOptions{})
	var out strings.Builder
	for _, w := range []func() error{
		func() error { return r.WriteText(&out, All) }, func() error { return n.WriteText(&out, All) },
		func() error { return f.WriteText(&out) }, func() error { return bad.WriteText(&out, All) },
		func() error { return gas(t, onePipe(), GasOptions{}).WriteText(&out, All) },
	} {
		if err := w(); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		"optimal: 2400.000 per hour; demand 120.000 MW, served 120.000, unserved 0.000",
		"branch c from 1 to 3 is at its rating of 60 MW; one more MW is worth 60 per hour",
		"       c     1   3   60.000     60.000        60.000",
		"triangle: loss of one branch, reactance susceptance",
		"b: without 2-3, 1 branch is above the rating; worst 1-3 with 120 MW of 60 MW",
		"infeasible\nthe area of buses 1, 2, 3 demands 500 MW, its plants can give 400 MW and nothing leads into it: short by 100 MW",
		"one pipe: gas, model transport",
		"warning: without pressures the network serves 800",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// A text that leaves rows out keeps those that matter most, and says so.
func TestTop(t *testing.T) {
	need(t)
	g := triangle()
	r := dispatchOf(t, g, OPFOptions{})
	var out strings.Builder
	if err := r.WriteText(&out, 1); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"branches, most loaded first", "       c     1   3   60.000     60.000        60.000\n  … 2 more; --top or --format csv shows them",
		"buses, dearest first", "    3         50.000",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "binding limits, ") || r.Branches[0].ID != "a" {
		t.Errorf("the report itself was sorted, or one limit counts as many:\n%s", out.String())
	}
	n, err := N1(context.Background(), g, N1Options{Rating: "A", Output: []float64{60, 60}})
	if err != nil || len(n.Contingencies) != 1 {
		t.Fatalf("%+v %v", n, err)
	}
	out.Reset()
	if err := n.WriteText(&out, 0); err != nil || !strings.Contains(out.String(), "… 1 more") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
