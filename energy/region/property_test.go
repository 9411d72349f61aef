package region

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/par"
	_ "github.com/astara-corridors/astara/internal/seed"
	"github.com/astara-corridors/astara/internal/testdata"
)

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// someChanges is a world of a random case.
func someChanges(r *rand.Rand, s *Spec) []Change {
	var out []Change
	for range 1 + r.IntN(3) {
		switch r.IntN(5) {
		case 0:
			out = append(out, Change{Op: OpClose, On: Selector{Tie: s.Ties[r.IntN(len(s.Ties))].ID}})
		case 1:
			out = append(out, Change{Op: OpClose, On: Selector{Pipe: s.Pipes[r.IntN(len(s.Pipes))].ID}})
		case 2:
			out = append(out, Change{Op: OpCoupling, On: Selector{Tie: s.Ties[r.IntN(len(s.Ties))].ID}, Coupling: []Coupling{AC, HVDC, Radial, Open}[r.IntN(4)]})
		case 3:
			out = append(out, Change{Op: OpLoad, On: Selector{Zone: s.Zones[r.IntN(len(s.Zones))].ID, Carrier: Power}, How: Times, Amount: plain(1.2)})
		case 4:
			out = append(out, Change{Op: OpSale, On: Selector{Origin: s.Sources[r.IntN(len(s.Sources))].Origin, Buyer: s.Zones[r.IntN(len(s.Zones))].ID}, How: Off})
		}
	}
	return out
}

// Every dispatch keeps Kirchhoff's laws, and what is served and unserved is what was
// wanted.
func TestBalances(t *testing.T) {
	for seed := range uint64(12) {
		r := rng(seed)
		s := randomSpec(r, 4+int(seed), 2+int(seed%4), seed%2 == 0)
		b := prepare(t, s)
		for range 3 {
			d := solved(t, b, someChanges(r, s)...)
			n, pr := b.net, b.prog
			var out Detail
			d.flows(&out)
			for k := range n.Blocks {
				net := make([]float64, len(n.Zones)) // of ties, at the zone
				for i, x := range out.Ties {
					from, to, loss := n.zone[x.From], n.zone[x.To], b.vals.tieLoss[i]
					f := d.x[pr.ac[i][k]]
					if d.w.coupling[i] == AC {
						drop := b.vals.beta[i] * (d.x[pr.theta[from][k]] - d.x[pr.theta[to][k]])
						if math.Abs(f-drop) > residualTolerance {
							t.Errorf("seed %d: %s carries %v, its angles want %v", seed, x.Tie, f, drop)
						}
					} else if f != 0 {
						t.Errorf("seed %d: %s is not in AC service and carries %v", seed, x.Tie, f)
					}
					net[from] -= f
					net[to] += f
					for dir, ends := range [2][2]int{{from, to}, {to, from}} {
						q := d.x[pr.hvdc[dir][i][k]] + d.x[pr.radial[dir][i][k]]
						net[ends[0]] -= q
						net[ends[1]] += q * (1 - loss)
					}
					if other := d.x[pr.hvdc[1][i][k]]; other > near && d.x[pr.hvdc[0][i][k]] > near {
						t.Errorf("seed %d: %s runs both ways", seed, x.Tie)
					}
				}
				for z := range out.Zones {
					x := &out.Zones[z]
					served := x.Generation[k] - x.Spilled[k] + net[z]
					if math.Abs(served+x.Unserved[k]-x.Load[k]) > residualTolerance {
						t.Errorf("seed %d: %s block %d: served %v + unserved %v is not %v", seed, x.Zone, k, served, x.Unserved[k], x.Load[k])
					}
					if x.Unserved[k] < 0 || x.Unserved[k] > x.Load[k]+near {
						t.Errorf("seed %d: %s sheds %v of %v", seed, x.Zone, x.Unserved[k], x.Load[k])
					}
				}
			}
		}
	}
}

// The outcomes do not depend on the vertex: the same programme with its columns and
// rows in another order, from another start, gives the same point.
func TestUniqueWhateverVertex(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(8) {
		r := rng(100 + seed)
		s := randomSpec(r, 5+int(seed), 3, seed%2 == 0)
		b := prepare(t, s)
		d := solved(t, b)
		p := d.p
		for range 3 {
			cols, rows := r.Perm(p.Cols()), r.Perm(p.Rows())
			q := &lp.Problem{}
			where := make([]int, p.Cols())
			var weight []float64
			for c, j := range cols {
				q.Col(p.Cost[j], p.Lower[j], p.Upper[j])
				where[j] = c
				weight = append(weight, d.weight[j])
			}
			for _, i := range rows {
				var terms []lp.Term
				for e := p.First[i]; e < p.First[i+1]; e++ {
					terms = append(terms, lp.Term{Col: where[p.Index[e]], Value: p.Value[e]})
				}
				q.Row(p.RowLower[i], p.RowUpper[i], terms...)
			}
			res, err := lp.Solve(ctx, q, lp.Options{})
			if err = optimal(res, err); err != nil {
				t.Fatal(err)
			}
			x, moved, exact := choose(q, q.Lower, q.Upper, q.RowLower, q.RowUpper, weight, res, nil)
			if !exact {
				t.Errorf("seed %d: the choice did not settle", seed)
			}
			worst, at := 0., 0
			for j := range d.x {
				if e := math.Abs(x[where[j]]-d.x[j]) / (1 + math.Abs(d.x[j])); e > worst {
					worst, at = e, j
				}
			}
			if worst > 1e-9 {
				t.Errorf("seed %d: %v of kind %d (block %d) differs by %g; %d moved", seed, d.x[at], d.cols[at].kind, d.cols[at].k, worst, moved)
			}
		}
	}
}

// Bounds that another choice holds are only where the search begins: whatever they are,
// the point is the same.
func TestChoiceWhateverBeginning(t *testing.T) {
	for seed := range uint64(8) {
		r := rng(300 + seed)
		s := randomSpec(r, 5+int(seed), 3, seed%2 == 0)
		b := prepare(t, s)
		d := solved(t, b, someChanges(r, s)...)
		p := d.p
		want, moved, _ := choose(p, p.Lower, p.Upper, p.RowLower, p.RowUpper, d.weight, d.r, nil)
		if moved == 0 {
			t.Errorf("seed %d: nothing to choose", seed)
		}
		away := slices.Clone(want)
		for j := range away {
			if r.IntN(3) == 0 {
				away[j] = []float64{p.Lower[j], p.Upper[j], 0}[r.IntN(3)]
			}
		}
		for _, like := range [][]float64{want, b.start.x, away} {
			x, _, exact := choose(p, p.Lower, p.Upper, p.RowLower, p.RowUpper, d.weight, d.r, like)
			if !exact {
				t.Errorf("seed %d: the choice did not settle", seed)
			}
			for j := range x {
				if e := math.Abs(x[j]-want[j]) / (1 + math.Abs(want[j])); e > 1e-9 {
					t.Errorf("seed %d: column %d is %v, begun inside %v", seed, j, x[j], want[j])
				}
			}
		}
	}
}

// What is left out of a programme bears on nothing: the whole programme has the same
// optimum, the basis of the rest is one of the whole, and its duals close the gap.
func TestTrimmedProgramme(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(8) {
		r := rng(500 + seed)
		s := randomSpec(r, 5+int(seed), 3, seed%2 == 0)
		b := prepare(t, s)
		w := b.worldOf(b.params(b.Resolve(Horizon, someChanges(r, s), nil)))
		q := b.problem(w)
		for _, start := range []*lp.Basis{nil, b.start.basis} {
			m, err := q.open(ctx, start)
			if err != nil {
				t.Fatal(err)
			}
			got, err := m.solve(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.cols) == q.p.Cols() || len(m.rows) == q.p.Rows() {
				t.Errorf("seed %d: %d of %d columns and %d of %d rows are kept", seed, len(m.cols), q.p.Cols(), len(m.rows), q.p.Rows())
			}
			m.close()
			// Gas that cannot flow is closed in q; the whole has it open.
			open := b.worldOf(w.p)
			for j, c := range q.cols {
				if c.kind == colPipe || c.kind == colHome || c.kind == colSource || c.kind == colCon {
					open.column(j, &q.cols[j])
				}
			}
			whole := *q.p
			whole.Upper = open.upper
			want, err := lp.Solve(ctx, &whole, lp.Options{})
			if err = optimal(want, err); err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.Objective-want.Objective) > 1e-9*(1+math.Abs(want.Objective)) {
				t.Errorf("seed %d: %v trimmed, %v whole", seed, got.Objective, want.Objective)
			}
			again, err := lp.Solve(ctx, q.p, lp.Options{Start: got.Basis})
			if err = optimal(again, err); err != nil {
				t.Fatal(err)
			}
			if again.Iterations > 0 {
				t.Errorf("seed %d: its basis is %d steps from the optimum of the whole", seed, again.Iterations)
			}
			bound := 0. // of the dual problem
			for i := range got.Dual {
				bound += atSide(got.Dual[i], q.p.RowLower[i], q.p.RowUpper[i])
			}
			for j := range got.Reduced {
				bound += atSide(got.Reduced[j], q.p.Lower[j], q.p.Upper[j])
			}
			if math.Abs(bound-want.Objective) > 1e-7*(1+math.Abs(want.Objective)) {
				t.Errorf("seed %d: the duals are worth %v, the optimum is %v", seed, bound, want.Objective)
			}
		}
	}
}

// atSide is what a multiplier is worth at the bound that it holds.
func atSide(y, lower, upper float64) float64 {
	switch {
	case y > faceTolerance:
		return y * lower
	case y < -faceTolerance:
		return y * upper
	}
	return 0
}

// The choice matters: without it, vertices differ.
func TestVerticesDiffer(t *testing.T) {
	b := prepare(t, randomSpec(rng(3), 8, 4, true))
	d := solved(t, b)
	diff := 0.
	for j := range d.x {
		diff = math.Max(diff, math.Abs(d.x[j]-d.r.X[j])/(1+math.Abs(d.x[j])))
	}
	if d.moved == 0 || diff < 1e-3 {
		t.Errorf("%d columns had a choice, the vertex differs by %g", d.moved, diff)
	}
}

// Rows in another order, several workers, a second solve: the same bytes.
func TestSameBytes(t *testing.T) {
	ctx := context.Background()
	s := randomSpec(rng(5), 8, 4, false)
	s.Outcomes = everyOutcome(s)
	b := prepare(t, s)
	changes := someChanges(rng(6), s)
	print := func(b *Base, d *Delta) string {
		x, err := b.Solve(ctx, d, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%x %+v", b.Key(), x)
	}
	want := print(b, resolved(t, b, changes...))
	o := *s
	for range 3 {
		shuffle(rng(9), &o)
		c := prepare(t, &o)
		if got := print(c, resolved(t, c, changes...)); got != want {
			t.Errorf("rows in another order:\n%s\n%s", got, want)
		}
	}
	got := make([]string, 6)
	if err := par.Do(ctx, 3, len(got), func(_, i int) error {
		if i%2 == 1 { // something else in between
			_, err := b.Solve(ctx, b.Resolve(BaseYear, nil, nil), nil, nil)
			if err != nil {
				return err
			}
		}
		got[i] = print(b, b.Resolve(Horizon, changes, nil))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, g := range got {
		if g != want {
			t.Errorf("workers:\n%s\n%s", g, want)
		}
	}
}

func shuffle(r *rand.Rand, s *Spec) {
	mix := func(n int, swap func(i, j int)) { r.Shuffle(n, swap) }
	s.Zones, s.Blocks, s.Tiers, s.Loads = slices.Clone(s.Zones), slices.Clone(s.Blocks), slices.Clone(s.Tiers), slices.Clone(s.Loads)
	s.Plants, s.Ties, s.Pipes, s.Sources = slices.Clone(s.Plants), slices.Clone(s.Ties), slices.Clone(s.Pipes), slices.Clone(s.Sources)
	s.Contracts, s.Exchanges, s.Storages = slices.Clone(s.Contracts), slices.Clone(s.Exchanges), slices.Clone(s.Storages)
	mix(len(s.Zones), func(i, j int) { s.Zones[i], s.Zones[j] = s.Zones[j], s.Zones[i] })
	mix(len(s.Blocks), func(i, j int) { s.Blocks[i], s.Blocks[j] = s.Blocks[j], s.Blocks[i] })
	mix(len(s.Tiers), func(i, j int) { s.Tiers[i], s.Tiers[j] = s.Tiers[j], s.Tiers[i] })
	mix(len(s.Loads), func(i, j int) { s.Loads[i], s.Loads[j] = s.Loads[j], s.Loads[i] })
	mix(len(s.Plants), func(i, j int) { s.Plants[i], s.Plants[j] = s.Plants[j], s.Plants[i] })
	mix(len(s.Ties), func(i, j int) { s.Ties[i], s.Ties[j] = s.Ties[j], s.Ties[i] })
	mix(len(s.Pipes), func(i, j int) { s.Pipes[i], s.Pipes[j] = s.Pipes[j], s.Pipes[i] })
	mix(len(s.Sources), func(i, j int) { s.Sources[i], s.Sources[j] = s.Sources[j], s.Sources[i] })
	mix(len(s.Contracts), func(i, j int) { s.Contracts[i], s.Contracts[j] = s.Contracts[j], s.Contracts[i] })
	mix(len(s.Exchanges), func(i, j int) { s.Exchanges[i], s.Exchanges[j] = s.Exchanges[j], s.Exchanges[i] })
	mix(len(s.Storages), func(i, j int) { s.Storages[i], s.Storages[j] = s.Storages[j], s.Storages[i] })
}

// everyOutcome asks every measure of the first country.
func everyOutcome(s *Spec) []Outcome {
	var out []Outcome
	for _, m := range Measures() {
		out = append(out, Outcome{ID: string(m), Measure: m, Country: s.Zones[0].Country, Tie: s.Ties[0].ID, Pipe: s.Pipes[0].ID, Origin: s.Sources[0].Origin})
	}
	return out
}

// A world that changes nothing is the baseline, bit for bit.
func TestNothingChanged(t *testing.T) {
	s := randomSpec(rng(8), 7, 3, false)
	s.Outcomes = everyOutcome(s)
	b := prepare(t, s)
	for _, changes := range [][]Change{
		nil,
		{{Op: OpOpen, On: Selector{Tie: s.Ties[0].ID}}},
		{{Op: OpLoad, On: Selector{Country: "C0"}, How: Times, Amount: plain(1)}},
	} {
		d := resolved(t, b, changes...)
		if d.Key() != b.Resolve(Horizon, nil, nil).Key() {
			t.Errorf("%v changes the key", changes)
		}
		x, err := b.Solve(context.Background(), d, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprintf("%x", x.Outcomes), fmt.Sprintf("%x", b.BaselineRun().Outcomes); got != want {
			t.Errorf("outcomes %s, baseline %s", got, want)
		}
	}
}

// Draws move what they should and nothing else.
func TestDraw(t *testing.T) {
	s := ring(AC)
	s.Plants[1].Cost = units3(30, 40, 50)
	s.Ties[2].Capacity = units3(50, 60, 70)
	b := prepare(t, s.Spec)
	ranged := 0
	for _, f := range b.Figures() {
		if !f.Figure.Fixed() {
			ranged++
		}
	}
	if ranged != 2 {
		t.Errorf("%d figures with a range", ranged)
	}
	draw := func(u float64) *dispatch {
		d, err := b.Draw(func(string) float64 { return u })
		if err != nil {
			t.Fatal(err)
		}
		return solved(t, d)
	}
	same(t, "middle", draw(0.5).objective(), solved(t, b).objective())
	// 2a/3 + b/3 = limit, a + b = 150: a = 3 limit - 150.
	same(t, "low", draw(0).output("a"), 0)
	same(t, "high", draw(1).output("a"), 60)
	same(t, "cost", draw(1).objective(), 8760*(60*10+90*50))
	d, err := b.Draw(func(string) float64 { return 1 })
	if err != nil {
		t.Fatal(err)
	}
	if d.Key() == b.Key() {
		t.Error("a draw has the key of its base")
	}
	// The amount of a change is drawn by name.
	c := Change{Op: OpCapacity, On: Selector{Tie: "ac"}, How: Set, Amount: units3(55, 60, 65), Why: "e"}
	same(t, "change drawn high", solved(t, d, c).output("a"), 45)
}

// Joining two grids never raises the cost when lines are unlimited: whatever was
// dispatched apart can be dispatched joined, for no flow meets a limit.
func TestMergerOfUnlimitedGrids(t *testing.T) {
	need(t)
	rapid.Check(t, func(rt *rapid.T) {
		r := rng(rapid.Uint64().Draw(rt, "seed"))
		s := randomSpec(r, rapid.IntRange(2, 7).Draw(rt, "zones"), 2, rapid.Bool().Draw(rt, "pool"))
		for i := range s.Ties {
			s.Ties[i].Capacity, s.Ties[i].Loss = mw(1e6), plain(0)
			if s.Ties[i].Coupling != AC {
				s.Ties[i].Coupling = Open
			}
		}
		b := prepare(t, s)
		cost := func(c ...Change) float64 {
			run, err := b.dispatch(context.Background(), b.Resolve(Horizon, c, nil))
			if err != nil {
				rt.Fatal(err)
			}
			defer run.close()
			return run.r.Objective
		}
		var open []Change
		for i := range s.Ties {
			if s.Ties[i].Coupling == Open {
				open = append(open, Change{Op: OpCoupling, On: Selector{Tie: s.Ties[i].ID}, Coupling: AC})
			}
		}
		if !b.net.poolPower || !b.net.poolGas {
			// Sellers' rounds are no optimum of one programme: hold their first round.
			rt.Skip("contracts")
		}
		if apart, joined := cost(), cost(open...); joined > apart*(1+1e-9)+1e-6 {
			rt.Errorf("joined %v, apart %v", joined, apart)
		}
	})
}

// GLPK, an independent solver, finds the same optimum of random worlds.
func TestAgainstGLPK(t *testing.T) {
	tool := testdata.Tool(t, "glpsol")
	for seed := range uint64(8) {
		r := rng(200 + seed)
		s := randomSpec(r, 3+int(seed), 2+int(seed%3), seed%2 == 0)
		d := solved(t, prepare(t, s), someChanges(r, s)...)
		if got, want := d.r.Objective, glpk(t, tool, d.p); math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
			t.Errorf("seed %d: %v, GLPK %v", seed, got, want)
		}
		if got := d.objective() / million; math.Abs(got-d.r.Objective) > 1e-8*(1+math.Abs(got)) {
			t.Errorf("seed %d: the point chosen costs %v, the optimum %v", seed, got, d.r.Objective)
		}
	}
}

func glpk(t *testing.T, tool string, p *lp.Problem) float64 {
	t.Helper()
	var mps bytes.Buffer
	if err := lp.WriteMPS(&mps, p); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file, out := filepath.Join(dir, "p.mps"), filepath.Join(dir, "p.txt")
	if err := os.WriteFile(file, mps.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if msg, err := exec.Command(tool, "--freemps", file, "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "Objective:"); ok {
			x, err := strconv.ParseFloat(strings.Fields(rest)[2], 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
	}
	t.Fatalf("glpsol: %s", text)
	return 0
}
