package chart

import (
	"math"
	"strings"
	"testing"
)

func TestScale(t *testing.T) {
	s := Cover(2, 10, math.NaN(), math.Inf(1))
	if s.Low != 0 || s.High != 10 { // the span of 8 is more than a third of the way to 0
		t.Errorf("scale %v", s)
	}
	if s := Cover(100, 101); s.Low != 100 {
		t.Errorf("zero is far, but the scale is %v", s)
	}
	if s := Cover(5); !(s.High > s.Low) || s.At(5) != 50 {
		t.Errorf("one number: %v, at %v", s, s.At(5))
	}
	if s := Cover(); s.High != 1 {
		t.Errorf("no number: %v", s)
	}
	s = Scale{0, 10}
	if s.At(-5) != margin || s.At(50) != 100-margin || s.At(5) != 50 {
		t.Errorf("places %v %v %v", s.At(-5), s.At(50), s.At(5))
	}
}

func TestTrack(t *testing.T) {
	got := Track(Scale{0, 10}, []Band{{Low: 2, Mean: 5, High: 8, Class: "act"}, {Low: 1, Mean: math.NaN(), High: 3, Class: "none"}}, []float64{5, 99}, `a "label"`)
	if strings.Count(got, "<circle") != 1 || strings.Count(got, `class="band`) != 2 || strings.Count(got, `class="mark"`) != 1 {
		t.Errorf("track %s", got)
	}
	if !strings.Contains(got, `cx="50.00%"`) || !strings.Contains(got, "a &#34;label&#34;") || strings.Contains(got, "NaN") {
		t.Errorf("track %s", got)
	}
}

// All of an opinion that is known is drawn, and nothing else; the band of no
// change lies around zero.
func TestOpinion(t *testing.T) {
	s := Scale{-10, 10}
	got := Opinion{Mean: 5, Low: 0, High: 10, BoundLow: -10, BoundHigh: 10, Class: "act"}.Draw(s, 1, `a "label"`)
	for _, want := range []string{`cx="73.50%"`, `class="band act" x1="50.00%" x2="97.00%"`, `class="bound" x1="3.00%" x2="97.00%"`, `class="still" x="45.30%" width="9.40%"`, "a &#34;label&#34;"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	nan := math.NaN()
	if got := (Opinion{Mean: nan, Low: nan, High: nan, BoundLow: nan, BoundHigh: nan}).Draw(s, 0, ""); strings.Contains(got, "NaN") || strings.Contains(got, "bound") || strings.Contains(got, "circle") || strings.Contains(got, "still") {
		t.Errorf("nothing known: %s", got)
	}
}

// Shares are drawn as they are: what is missing to the whole stays empty, and
// nothing runs over.
func TestWhole(t *testing.T) {
	got := Whole([]Part{{0.25, "a"}, {0, "b"}, {0.5, "c"}}, "shares")
	if !strings.Contains(got, `class="a" x="0.00%" width="25.00%"`) || !strings.Contains(got, `class="c" x="25.00%" width="50.00%"`) || strings.Contains(got, `class="b"`) {
		t.Errorf("whole %s", got)
	}
	if got := Whole([]Part{{0.9, "a"}, {0.9, "b"}}, ""); !strings.Contains(got, `class="b" x="90.00%" width="10.00%"`) {
		t.Errorf("too much: %s", got)
	}
}

func TestBar(t *testing.T) {
	got := Bar(3, 12, &Band{Low: 2, Mean: 6, High: 9}, "bar")
	if !strings.Contains(got, `width="25.00%"`) || !strings.Contains(got, `x1="50.00%" x2="50.00%"`) {
		t.Errorf("bar %s", got)
	}
	if got := Bar(1, 0, nil, ""); !strings.Contains(got, `width="0.00%"`) {
		t.Errorf("no scale: %s", got)
	}
}

func TestProfile(t *testing.T) {
	p := Profile{ID: "p", Title: "A & B", Hours: &Band{Low: 20, Mean: 30, High: 40}, Steps: []Step{
		{Kind: "load", Place: "Here", Hours: 5, Money: 3}, {Kind: "move", Mode: "rail", Km: 500, Hours: 20, Money: 10},
		{Kind: "border", Place: "The <border>", Hours: 30, Money: 2}, {Kind: "move", Mode: "road", Km: 100, Hours: 2, Money: 5}}}
	if km, hours, money := p.Totals(); km != 600 || hours != 57 || money != 20 {
		t.Errorf("totals %v %v %v", km, hours, money)
	}
	got := p.Draw()
	for _, want := range []string{"A &amp; B: 600 km, 57 hours, 20 US dollars a tonne", "The &lt;border&gt;", `class="leg stand border"`, `class="leg rail"`, "20–40"} {
		if !strings.Contains(got, want) {
			t.Errorf("the chart lacks %s", want)
		}
	}
	if strings.Contains(got, "NaN") || strings.Contains(got, "Inf") {
		t.Error("a number went wrong")
	}
	if empty := (Profile{ID: "e"}).Draw(); strings.Contains(empty, "NaN") {
		t.Error("a chain without steps divides by nothing")
	}
}

func TestTicks(t *testing.T) {
	got := ticks(57, 3)
	if len(got) != 3 || got[1] != 20 || got[2] != 40 {
		t.Errorf("ticks %v", got)
	}
	for v, want := range map[float64]string{0: "0", 1234567: "1,234,567", 9999: "9999", 12000: "12,000", 0.25: "0.25", -12000: "-12,000"} {
		if got := thousands(v); got != want {
			t.Errorf("thousands(%v) = %q, want %q", v, got, want)
		}
	}
}
