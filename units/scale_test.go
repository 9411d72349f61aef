package units

import (
	"strings"
	"testing"
)

// A scale is the one that Format uses for the same number.
func TestScaleIsThatOfFormat(t *testing.T) {
	for d := Dimensionless; d <= WorkRate; d++ {
		for _, v := range []float64{0, 1, -3.2, 480, 9_999, 99_960, -250_000, 4e6, 2e9} {
			s := ScaleOf(d, v)
			if d == Year || s.Unit == "" {
				continue
			}
			if text := Format(v, d); !strings.HasSuffix(text, " "+s.Unit) {
				t.Errorf("%v in dimension %d reads %q, scale %q", v, d, text, s.Unit)
			}
		}
	}
	if s := ScaleOf(Rate, 3.58e6); s.By != 1e6 || s.Unit != "Mt/yr" {
		t.Errorf("scale of 3.58 million t/yr: %+v", s)
	}
}
