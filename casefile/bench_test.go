package casefile

import (
	"testing"

	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
)

// BenchmarkLoadCaucasus times what "astara check caucasus" does. The aim is
// 0.3 s for the whole command.
func BenchmarkLoadCaucasus(b *testing.B) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var l diag.List
		if c := Load(fsys, &l); c.WorldCount == 0 {
			b.Fatal("the case was not read")
		}
	}
}
