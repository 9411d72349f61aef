//go:build linux || darwin || freebsd

// Command energybench prints the table of the power and gas engine room: processor
// seconds of one solve with the solver warm, median of five, beside what each should
// take. It is run by make bench and is no part of the program.
//
// The cases are those of PGLib-OPF and GasModels, read from the folder that
// ASTARA_TESTDATA names (../shared when unset). A row without its file says so.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
)

// row is one line of the table. Its goal is in processor seconds; 0 is none.
type row struct {
	file, what string
	goal       float64
	run        func(data []byte) (func() error, error)
}

var rows = []row{
	{"pglib/pglib_opf_case300_ieee.m", "dispatch, reactance", 0.1, dispatch(energy.Reactance)},
	{"pglib/pglib_opf_case300_ieee.m", "dispatch, series", 0.1, dispatch(energy.Series)},
	{"pglib/pglib_opf_case793_goc.m", "dispatch, quadratic costs", 0, dispatch(energy.Reactance)},
	{"pglib/pglib_opf_case1354_pegase.m", "dispatch, reactance", 0, dispatch(energy.Reactance)},
	{"pglib/pglib_opf_case2383wp_k.m", "dispatch, reactance", 1.0, dispatch(energy.Reactance)},
	{"pglib/pglib_opf_case2383wp_k.m", "dispatch, series", 1.0, dispatch(energy.Series)},
	{"pglib/pglib_opf_case2383wp_k.m", "loss of each of 2,896 branches", 0.5, screen(energy.N1Options{Workers: 1}, 2896)},
	{"pglib/pglib_opf_case2383wp_k.m", "and of each plant", 0, screen(energy.N1Options{Workers: 1, Supply: true}, 2896+327)},
	{"pglib/pglib_opf_case2383wp_k.m", "power flow", 0, grid(func(g *energy.Grid) error { _, err := energy.Flow(g, energy.Reactance); return err })},
	{"pglib/pglib_opf_case2383wp_k.m", "transfer factors", 0, grid(func(g *energy.Grid) error { _, err := energy.PTDF(g, energy.PTDFOptions{}); return err })},
	{"pglib/pglib_opf_case2383wp_k.m", "read the file", 0, func(data []byte) (func() error, error) {
		return func() error { _, err := read(data); return err }, nil
	}},
	{"gas/gaslib-40-E-ls.m", "gas, transport and relaxation", 0, gas},
}

func main() {
	only := flag.String("only", "", "only rows whose name holds this")
	runs := flag.Int("runs", 5, "runs of which the median counts")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	base := os.Getenv("ASTARA_TESTDATA")
	if base == "" {
		base = "../shared"
	}
	fmt.Printf("%-22s %-34s %9s %9s\n", "case", "what", "cpu s", "goal")
	missed := 0
	for _, r := range rows {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(r.file), "pglib_opf_"), ".m")
		if !strings.Contains(name+" "+r.what, *only) {
			continue
		}
		seconds, err := measure(filepath.Join(base, "energy", r.file), r, *runs)
		switch {
		case os.IsNotExist(err):
			fmt.Printf("%-22s %-34s absent\n", name, r.what)
		case err != nil:
			fmt.Fprintf(os.Stderr, "%s, %s: %v\n", name, r.what, err)
			os.Exit(1)
		case r.goal == 0:
			fmt.Printf("%-22s %-34s %9.4f %9s\n", name, r.what, seconds, "-")
		default:
			note := ""
			if seconds > r.goal {
				note, missed = "  missed", missed+1
			}
			fmt.Printf("%-22s %-34s %9.4f %9.3g%s\n", name, r.what, seconds, r.goal, note)
		}
	}
	if missed > 0 {
		fmt.Printf("%d goals missed\n", missed)
	}
}

// measure is the median of the processor seconds of runs after one that does not count.
func measure(path string, r row, runs int) (float64, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	f, err := r.run(data)
	if err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	var all []float64
	for range runs {
		runtime.GC()
		begin := cpu()
		if err := f(); err != nil {
			return 0, err
		}
		all = append(all, cpu()-begin)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

// cpu returns the processor seconds of the process so far.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}

func read(data []byte) (*energy.Grid, error) {
	var l diag.List
	g := interchange.ReadMATPOWER("case.m", data, &l)
	if l.Failed() {
		return nil, fmt.Errorf("%v", l.All()[0])
	}
	return g, nil
}

// grid makes the work on a case once read.
func grid(f func(g *energy.Grid) error) func([]byte) (func() error, error) {
	return func(data []byte) (func() error, error) {
		g, err := read(data)
		return func() error { return f(g) }, err
	}
}

func dispatch(s energy.Susceptance) func([]byte) (func() error, error) {
	return grid(func(g *energy.Grid) error {
		r, err := energy.OPF(context.Background(), g, energy.OPFOptions{Susceptance: s})
		if err == nil && r.Status != "optimal" {
			err = fmt.Errorf("%s", r.Status)
		}
		return err
	})
}

func screen(opt energy.N1Options, outages int) func([]byte) (func() error, error) {
	return grid(func(g *energy.Grid) error {
		r, err := energy.N1(context.Background(), g, opt)
		if err == nil && r.Screened != outages {
			err = fmt.Errorf("%d outages, not %d", r.Screened, outages)
		}
		return err
	})
}

func gas(data []byte) (func() error, error) {
	var l diag.List
	g := interchange.ReadMatgas("case.m", data, &l)
	if l.Failed() {
		return nil, fmt.Errorf("%v", l.All()[0])
	}
	return func() error {
		_, err := energy.Gas(context.Background(), g, energy.GasOptions{Model: energy.LinearRelaxation})
		return err
	}, nil
}
