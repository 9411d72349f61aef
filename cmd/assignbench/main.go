//go:build linux || darwin || freebsd

// Command assignbench prints the table of the assignment engine: processor
// seconds of order and solve, one thread, median of five. It is run by make
// bench and is no part of the program.
//
// The networks are those of the Transportation Networks collection, read from the
// folder that ASTARA_TESTDATA names (../shared when unset); they may not be
// shipped. A row without its files says so.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
)

// network is a network of the collection with the weights its README gives.
type network struct {
	folder, name   string
	toll, distance float64
}

var (
	siouxFalls    = network{"siouxfalls", "SiouxFalls", 0, 0}
	anaheim       = network{"anaheim", "Anaheim", 0, 0}
	barcelona     = network{"barcelona", "Barcelona", 0, 0}
	chicagoSketch = network{"chicago-sketch", "ChicagoSketch", 0.02, 0.04}
)

func (n network) path(part string) string {
	base := os.Getenv("ASTARA_TESTDATA")
	if base == "" {
		base = "../shared"
	}
	return filepath.Join(base, "tntp", n.folder, n.name+"_"+part+".tntp")
}

func (n network) read() (*assign.Problem, error) {
	var l diag.List
	data, err := os.ReadFile(n.path("net"))
	if err != nil {
		return nil, err
	}
	net := interchange.ReadTNTPNetwork(n.name, data, &l)
	if data, err = os.ReadFile(n.path("trips")); err != nil {
		return nil, err
	}
	trips := interchange.ReadTNTPTrips(n.name, data, &l)
	if l.Failed() {
		return nil, fmt.Errorf("%v", l.All())
	}
	p, _, err := net.Problem(trips, interchange.TNTPOptions{TollFactor: &n.toll, DistanceFactor: &n.distance})
	return p, err
}

// cpu returns the processor seconds of the process so far.
func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}

// median runs f so often and returns the median of what it returns.
func median(runs int, f func() float64) float64 {
	var all []float64
	for range runs {
		runtime.GC()
		all = append(all, f())
	}
	slices.Sort(all)
	return all[runs/2]
}

// repeated is how often a run is done between two readings of the clock, so that
// short ones can be read.
func repeated(f func()) float64 {
	const least = 0.05
	begin := cpu()
	f()
	once := cpu() - begin
	n := 1
	if once < least {
		n = min(200, int(least/max(once, 1e-5))+1)
		begin = cpu()
		for range n {
			f()
		}
		return (cpu() - begin) / float64(n)
	}
	return once
}

func solve(p *assign.Problem, s assign.Settings) *assign.Result {
	s.Workers = 1
	r, err := assign.Solve(context.Background(), p, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return r
}

type row struct {
	n    network
	what string
	s    assign.Settings
	goal float64
	peer string
}

var rows = []row{
	{siouxFalls, "ue 1e-10", assign.Settings{Gap: 1e-10}, 0.003, "tap-b 0.012, TAPAS 0.008"},
	{anaheim, "ue 1e-6", assign.Settings{Gap: 1e-6}, 0.015, "tap-b 0.023"},
	{anaheim, "ue 1e-12", assign.Settings{Gap: 1e-12}, 0.05, "tap-b 0.074"},
	{barcelona, "ue 1e-6", assign.Settings{Gap: 1e-6}, 0.08, "tap-b 0.32"},
	{barcelona, "ue 1e-10", assign.Settings{Gap: 1e-10}, 0.15, "tap-b 0.59"},
	{chicagoSketch, "ue 1e-4", assign.Settings{Gap: 1e-4}, 0.15, "tap-b 0.65, AequilibraE 2.7"},
	{chicagoSketch, "ue 1e-6", assign.Settings{Gap: 1e-6}, 0.35, "tap-b 1.02"},
	{chicagoSketch, "ue 1e-10", assign.Settings{Gap: 1e-10}, 0.7, "tap-b 1.75"},
}

func main() {
	only := flag.String("only", "", "only rows whose name holds this")
	runs := flag.Int("runs", 5, "runs of which the median counts")
	large := flag.Bool("large", false, "solve the large region once and print its figures; used by the table itself")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	if *large {
		solveLarge()
		return
	}
	t := table{only: *only, runs: *runs, peer: os.Getenv(peerVar)}
	t.head()
	for _, r := range rows {
		p := t.problem(r.n, r.what)
		if p == nil {
			continue
		}
		seconds := median(t.runs, func() float64 { return repeated(func() { solve(p, r.s) }) })
		t.row(r.n.name, r.what, seconds, r.goal, r.peer, t.measure(r.n, r.s.Gap))
	}
	t.sweep()
	t.ensemble()
	t.stochastic()
	t.threads()
	t.large()
}
