//go:build linux || darwin || freebsd

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/freight/assign/synthetic"
	"github.com/astara-corridors/astara/graph"
)

// peerVar names the command of another program to run beside: {net}, {trips} and
// {gap} are filled in. Its processor seconds are those of the whole process.
const peerVar = "ASTARA_PEER"

type table struct {
	only, peer string
	runs       int
}

func (t table) head() {
	fmt.Printf("%-15s %-34s %9s %9s %9s  %s\n", "network", "what", "cpu s", "goal", "peer now", "peers as published, whole process")
}

func (t table) row(name, what string, seconds, goal float64, peer, now string) {
	fmt.Printf("%-15s %-34s %9.4f %9.3g %9s  %s\n", name, what, seconds, goal, now, peer)
}

// problem reads a network if its row is wanted; nil otherwise and when it is absent.
func (t table) problem(n network, what string) *assign.Problem {
	if !t.wanted(n.name, what) {
		return nil
	}
	p, err := n.read()
	if err != nil {
		fmt.Printf("%-15s %-34s absent: %v\n", n.name, what, err)
		return nil
	}
	return p
}

func (t table) wanted(name, what string) bool { return strings.Contains(name+" "+what, t.only) }

// measure runs the peer on a network.
func (t table) measure(n network, gap float64) string {
	if t.peer == "" {
		return "-"
	}
	words := strings.Fields(t.peer)
	for i := range words {
		words[i] = strings.NewReplacer("{net}", n.path("net"), "{trips}", n.path("trips"), "{gap}", strconv.FormatFloat(gap, 'g', -1, 64)).Replace(words[i])
	}
	failed := false
	seconds := median(t.runs, func() float64 {
		c := exec.Command(words[0], words[1:]...)
		failed = c.Run() != nil || failed
		if c.ProcessState == nil {
			return 0
		}
		return (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds()
	})
	if failed {
		return "failed"
	}
	return fmt.Sprintf("%.4f", seconds)
}

// sweep is one all-or-nothing sweep with loading, the topology ordered before.
func (t table) sweep() {
	const what = "one sweep with loading"
	p := t.problem(chicagoSketch, what)
	if p == nil {
		return
	}
	o := assign.Prepare(p.Network)
	seconds := median(t.runs, func() float64 {
		return repeated(func() { solve(p, assign.Settings{Method: assign.AllOrNothing, Order: o}) })
	})
	t.row(chicagoSketch.name, what, seconds, 0.006, "AequilibraE 0.057 an iteration", "-")
}

// ensemble solves worlds in which one link has lost half its capacity: cold, and
// from the base. The first row takes links spread over all that carry something
// and slow down under volume, the second over those beyond their capacity, which
// move most. What is made once with a base, before its first world, is printed too.
func (t table) ensemble() {
	const what, worlds = "next world, ue 1e-6", 41
	p := t.problem(chicagoSketch, what)
	if p == nil {
		return
	}
	base := solve(p, assign.Settings{Gap: 1e-6})
	var used, full []int
	for l, v := range base.Volume {
		if p.Network.B[l] > 0 && v > 0 {
			used = append(used, l)
			if v > p.Network.Capacity[l] {
				full = append(full, l)
			}
		}
	}
	begin := cpu()
	solve(p, assign.Settings{Gap: 1e-6, Warm: base})
	once := cpu() - begin
	for _, row := range []struct {
		name  string
		links []int
	}{{what + ", any link", used}, {what + ", full link", full}} {
		var cold, warm, share []float64
		for w := range worlds {
			world := *p.Network
			world.Capacity = slices.Clone(p.Network.Capacity)
			world.Capacity[row.links[w*len(row.links)/worlds]] /= 2
			next := &assign.Problem{Network: &world, Classes: p.Classes}
			c := median(1, func() float64 { return repeated(func() { solve(next, assign.Settings{Gap: 1e-6}) }) })
			x := median(t.runs, func() float64 { return repeated(func() { solve(next, assign.Settings{Gap: 1e-6, Warm: base}) }) })
			cold, warm, share = append(cold, c), append(warm, x), append(share, x/c)
		}
		slices.Sort(cold)
		slices.Sort(warm)
		slices.Sort(share)
		t.row(chicagoSketch.name, row.name, warm[worlds/2], 0.1*cold[worlds/2],
			fmt.Sprintf("cold %.4f: of %d worlds warm is %.1f %% of it in the median, %.1f %% at the 90th percentile, %.1f %% at most",
				cold[worlds/2], worlds, 100*share[worlds/2], 100*share[worlds*9/10], 100*share[worlds-1]), "-")
	}
	fmt.Printf("                (the first solve from a base, with nothing changed and what is made once: %.4f s)\n", once)
}

// stochastic is the equilibrium by recursive logit, zones not passed, to a residual
// of 1e-6; its goal is three times the user equilibrium to 1e-6 on the same network.
func (t table) stochastic() {
	const what, theta = "sue 1e-6, theta 2 a minute", 2
	p := t.problem(chicagoSketch, what)
	if p == nil {
		return
	}
	net := *p.Network
	net.NoThrough = graph.Below(net.Graph.Nodes(), len(net.Centroid))
	p = &assign.Problem{Network: &net, Classes: p.Classes}
	ue := median(t.runs, func() float64 { return repeated(func() { solve(p, assign.Settings{Gap: 1e-6}) }) })
	var r *assign.Result
	seconds := median(t.runs, func() float64 {
		return repeated(func() { r = solve(p, assign.Settings{Method: assign.Stochastic, Theta: theta, Gap: 1e-6}) })
	})
	t.row(chicagoSketch.name, what, seconds, 3*ue, fmt.Sprintf("%d loads, residual %.1g; ue there %.4f", len(r.Iterations), r.RelativeGap, ue), "-")
}

// threads compares two threads with one, by wall clock and processor.
func (t table) threads() {
	const what = "ue 1e-6, two threads"
	p := t.problem(chicagoSketch, what)
	if p == nil {
		return
	}
	run := func(n int) (seconds, wall float64, r *assign.Result) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
		var walls []float64
		seconds = median(t.runs, func() float64 {
			begin, c := time.Now(), cpu()
			var err error
			if r, err = assign.Solve(context.Background(), p, assign.Settings{Gap: 1e-6, Workers: n}); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			walls = append(walls, time.Since(begin).Seconds())
			return cpu() - c
		})
		slices.Sort(walls)
		return seconds, walls[len(walls)/2], r
	}
	one, wallOne, a := run(1)
	two, wallTwo, b := run(2)
	t.row(chicagoSketch.name, what, two, 1.1*one, fmt.Sprintf("wall %.2f of one thread, cpu %.2f, same bytes %v",
		wallTwo/wallOne, two/one, slices.Equal(a.Volume, b.Volume)), "-")
}

// figures of the large region, passed between processes.
type figures struct {
	Generate, Order, Solve, Gap, Over, Megabytes float64
	Iterations, Pairs                            int
}

// large solves the generated region in a process of its own, so that its memory
// can be read.
func (t table) large() {
	const name, what = "region", "bfw 1e-4"
	if !t.wanted(name, what) {
		return
	}
	var all []figures
	for range t.runs {
		out, err := exec.Command(os.Args[0], "-large").Output()
		var f figures
		if err == nil {
			err = json.Unmarshal(out, &f)
		}
		if err != nil {
			fmt.Printf("%-15s %-34s failed: %v\n", name, what, err)
			return
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b figures) int { return int(1e6 * (a.Order + a.Solve - b.Order - b.Solve)) })
	f := all[len(all)/2]
	t.row(name, what, f.Order+f.Solve, 25, "tap-b 260 and 710 MB on a like one", "-")
	r := synthetic.Large
	fmt.Printf("                (generated, seed %d: %d nodes, %d links, %d zones, %d pairs; %.1f %% of its streets over capacity; gap %.2g in %d sweeps; order %.2f s; peak %.0f MB, goal 300)\n",
		r.Seed, r.Crossings+r.Zones, r.Links, r.Zones, f.Pairs, 100*f.Over, f.Gap, f.Iterations, f.Order, f.Megabytes)
}

func solveLarge() {
	begin := cpu()
	p, err := synthetic.Large.Problem()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	made := cpu()
	o := assign.Prepare(p.Network)
	ordered := cpu()
	r := solve(p, assign.Settings{Method: assign.Biconjugate, Gap: 1e-4, Order: o})
	f := figures{Generate: made - begin, Order: ordered - made, Solve: cpu() - ordered, Gap: r.RelativeGap,
		Iterations: len(r.Iterations), Pairs: p.Classes[0].Demand.Pairs()}
	over, streets := 0, 0
	for l, v := range r.Volume {
		if p.Network.B[l] > 0 {
			streets++
			if v > p.Network.Capacity[l] {
				over++
			}
		}
	}
	f.Over = float64(over) / float64(streets)
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		f.Megabytes = float64(u.Maxrss) / 1024
	}
	if err := json.NewEncoder(os.Stdout).Encode(f); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
