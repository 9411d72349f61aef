package interchange_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// benchmarkOPF times a dispatch with the solver compiled and an instance warm.
func benchmarkOPF(b *testing.B, name string) {
	testdata.Need(b, lp.Available())
	g := pglib(b, name)
	for b.Loop() {
		if r, err := energy.OPF(context.Background(), g, energy.OPFOptions{}); err != nil || r.Status != "optimal" {
			b.Fatal(r, err)
		}
	}
}

// Aim: 0.1 s and 1.0 s.
func BenchmarkOPFCase300(b *testing.B)  { benchmarkOPF(b, "pglib_opf_case300_ieee") }
func BenchmarkOPFCase793(b *testing.B)  { benchmarkOPF(b, "pglib_opf_case793_goc") }
func BenchmarkOPFCase1354(b *testing.B) { benchmarkOPF(b, "pglib_opf_case1354_pegase") }
func BenchmarkOPFCase2383(b *testing.B) { benchmarkOPF(b, "pglib_opf_case2383wp_k") }

// Aim: 0.5 s for all 2,896 branches.
func BenchmarkN1Case2383(b *testing.B) {
	g := pglib(b, "pglib_opf_case2383wp_k")
	for b.Loop() {
		if r, err := energy.N1(context.Background(), g, energy.N1Options{}); err != nil || r.Screened != 2896 {
			b.Fatal(r.Screened, err)
		}
	}
}

func BenchmarkFlowCase2383(b *testing.B) {
	g := pglib(b, "pglib_opf_case2383wp_k")
	for b.Loop() {
		if _, err := energy.Flow(g, energy.Reactance); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPTDFCase2383(b *testing.B) {
	g := pglib(b, "pglib_opf_case2383wp_k")
	for b.Loop() {
		if _, err := energy.PTDF(g, energy.PTDFOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadMATPOWER2383(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(testdata.Dir(b, "energy/pglib"), "pglib_opf_case2383wp_k.m"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		var l diag.List
		interchange.ReadMATPOWER("case.m", data, &l)
		if l.Failed() {
			b.Fatal(l.All())
		}
	}
}

func BenchmarkGasLib40(b *testing.B) {
	testdata.Need(b, lp.Available())
	g := matgas(b, "gaslib-40-E-ls")
	for b.Loop() {
		if _, err := energy.Gas(context.Background(), g, energy.GasOptions{Model: energy.LinearRelaxation}); err != nil {
			b.Fatal(err)
		}
	}
}
