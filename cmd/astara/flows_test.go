package main

import "testing"

// TestTonnes: what is less than a kilogram a year is nothing to a reader.
func TestTonnes(t *testing.T) {
	for v, want := range map[float64]string{3.21e-9: "0 t/yr", -3.21e-9: "0 t/yr", 0.2: "0.2 t/yr", 7.38e6: "7.38 Mt/yr"} {
		if got := tonnes(v); got != want {
			t.Errorf("tonnes(%g) = %q, want %q", v, got, want)
		}
	}
}
