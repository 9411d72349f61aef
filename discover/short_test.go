package discover

import (
	"math"
	"testing"
)

// Interest lies where a is x and b is x, in 8 of the 10 rows there and in 1 of the
// 30 others; c says nothing. Peeling also restricts c in the end; what is told does
// not.
func TestShort(t *testing.T) {
	tab := &Table{Columns: []Column{{Name: "a", Categories: []string{"x", "y"}}, {Name: "b", Categories: []string{"x", "y"}}, {Name: "c", Categories: []string{"x", "y"}}}}
	for i := range 40 {
		a, b := i/10%2, i/20
		tab.Columns[0].Code = append(tab.Columns[0].Code, a)
		tab.Columns[1].Code = append(tab.Columns[1].Code, b)
		tab.Columns[2].Code = append(tab.Columns[2].Code, i%2)
		in := 0.0
		if i < 8 || i == 30 {
			in = 1
		}
		tab.Interest = append(tab.Interest, in)
	}
	bs, err := Peel(tab, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := Short(tab, bs, MostLimits)
	if len(b.Limits) != 2 || b.Limits[0].Column != 0 || b.Limits[1].Column != 1 || b.Rows != 10 {
		t.Fatalf("%+v", b)
	}
	if math.Abs(b.Coverage-8.0/9) > 1e-12 || math.Abs(b.Density-0.8) > 1e-12 || math.Abs(b.Mass-0.25) > 1e-12 {
		t.Errorf("%+v", b)
	}
	// One limit: half the rows, 8 or 9 of 20.
	if one := Short(tab, bs, 1); len(one.Limits) != 1 || one.Rows != 20 {
		t.Errorf("%+v", one)
	}
}

// Rows of weight 2 count as two rows would: boxes, coverage and density agree with
// the table in which each row stands twice.
func TestWeightsAreCounts(t *testing.T) {
	one := &Table{Columns: []Column{{Name: "a", Categories: []string{"x", "y", "z"}}, {Name: "b", Categories: []string{"x", "y"}}}}
	two := &Table{Columns: []Column{{Name: "a", Categories: []string{"x", "y", "z"}}, {Name: "b", Categories: []string{"x", "y"}}}}
	for i := range 60 {
		in := 0.0
		if i%3 == 1 && i%2 == 0 || i%17 == 0 {
			in = 1
		}
		times := 1 + i%2
		one.Weight = append(one.Weight, float64(times))
		one.Interest = append(one.Interest, in)
		for c, k := range []int{i % 3, i / 7 % 2} {
			one.Columns[c].Code = append(one.Columns[c].Code, k)
		}
		for range times {
			two.Interest = append(two.Interest, in)
			for c, k := range []int{i % 3, i / 7 % 2} {
				two.Columns[c].Code = append(two.Columns[c].Code, k)
			}
		}
	}
	a, err := Peel(one, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Peel(two, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(a) != len(b) {
		t.Fatalf("%d boxes and %d", len(a), len(b))
	}
	for i := range a {
		if math.Abs(a[i].Coverage-b[i].Coverage) > 1e-12 || math.Abs(a[i].Density-b[i].Density) > 1e-12 || len(a[i].Limits) != len(b[i].Limits) {
			t.Errorf("step %d: %+v and %+v", i, a[i], b[i])
		}
	}
}
