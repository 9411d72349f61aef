package lp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestChangesAgreeWithFreshSolves(t *testing.T) {
	need(t)
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(7, 8))
	m, err := Open(ctx, transport(rng, 6, 8), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for step := range 60 {
		p := m.Problem()
		switch step % 6 {
		case 0:
			fatal(m.SetCost(ctx, rng.IntN(p.Cols()), rng.Float64()*20))
		case 1:
			j := rng.IntN(p.Cols())
			fatal(m.SetBounds(ctx, j, 0, rng.Float64()*3))
		case 2:
			i := rng.IntN(6)
			fatal(m.SetRowBounds(ctx, i, -Inf, 8+rng.Float64()*3))
		case 3:
			_, err := m.AddCol(ctx, rng.Float64()*5, 0, 2, RowTerm{rng.IntN(6), 1}, RowTerm{6 + rng.IntN(8), 1})
			fatal(err)
		case 4:
			a, b := rng.IntN(p.Cols()), rng.IntN(p.Cols())
			_, err := m.AddRow(ctx, -Inf, 5+rng.Float64(), Term{a, 1}, Term{b, 1})
			fatal(err)
		case 5:
			cost := make([]float64, p.Cols())
			for j := range cost {
				cost[j] = rng.Float64() * 10
			}
			fatal(m.SetObjective(ctx, false, cost, float64(step)))
		}
		got, err := m.Solve(ctx)
		fatal(err)
		want := solve(t, m.Problem(), Options{})
		if got.Status != want.Status || (got.Status == Optimal && !near(got.Objective, want.Objective)) {
			t.Fatalf("step %d: %v %v, fresh %v %v", step, got.Status, got.Objective, want.Status, want.Objective)
		}
	}
	before := m.Problem().Cols()
	for k := range 3 {
		if j, err := m.AddCol(ctx, 1, 0, 1, RowTerm{k, 1}, RowTerm{0 + 6, 2}); err != nil || j != before+k {
			t.Fatalf("column %d: %v", j, err)
		}
	}
	if p := m.Problem(); p.Cols() != before+3 || p.Check() != nil {
		t.Errorf("%d columns: %v", p.Cols(), p.Check())
	}
	for name, err := range map[string]error{
		"cost":   m.SetCost(ctx, 9999, 1),
		"bounds": m.SetBounds(ctx, 0, math.NaN(), 1),
		"row":    m.SetRowBounds(ctx, -1, 0, 1),
		"costs":  m.SetObjective(ctx, false, []float64{1}, 0),
	} {
		if !errors.Is(err, ErrProblem) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := m.AddCol(ctx, 1, 0, 1, RowTerm{0, 1}, RowTerm{0, 2}); !errors.Is(err, ErrProblem) {
		t.Errorf("a row named twice: %v", err)
	}
	if _, err := m.AddRow(ctx, 1, 0, Term{0, 1}); !errors.Is(err, ErrProblem) {
		t.Errorf("crossed row: %v", err)
	}
	fatal(m.SetBounds(ctx, 0, 2, 1))
	if r, err := m.Solve(ctx); err != nil || r.Status != Infeasible {
		t.Errorf("crossed bounds: %+v %v", r, err)
	}
	fatal(m.SetBounds(ctx, 0, 0, 1))
	if r, err := m.Solve(ctx); err != nil || r.Status != Optimal {
		t.Errorf("bounds restored: %+v %v", r, err)
	}
}

// Variants solved from one basis have the bits of a model opened for them alone, in any
// order, and take fewer steps than from scratch.
func TestStartFrom(t *testing.T) {
	need(t)
	ctx := context.Background()
	base := transport(rand.New(rand.NewPCG(31, 32)), 30, 50)
	root := solve(t, base, Options{})
	const variants = 12
	change := func(set func(i int, lo, hi float64) error, k int) {
		i := k % 30
		if err := set(i, base.RowLower[i], base.RowUpper[i]*0.9); err != nil {
			t.Fatal(err)
		}
	}
	want, cold, warm := make([]*Result, variants), 0, 0
	for k := range variants {
		p := base.clone()
		change(func(i int, lo, hi float64) error { p.RowLower[i], p.RowUpper[i] = lo, hi; return nil }, k)
		want[k] = solve(t, p, Options{Start: root.Basis})
		cold += solve(t, p, Options{NoPresolve: true}).Iterations
		warm += want[k].Iterations
	}
	if 2*warm > cold {
		t.Errorf("%d steps from the basis, %d from scratch", warm, cold)
	}
	m, err := Open(ctx, base, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for _, k := range rand.New(rand.NewPCG(33, 34)).Perm(variants) {
		set := func(i int, lo, hi float64) error { return m.SetRowBounds(ctx, i, lo, hi) }
		change(set, k)
		if err := m.StartFrom(ctx, root.Basis); err != nil {
			t.Fatal(err)
		}
		got, err := m.Solve(ctx)
		if err != nil || !reflect.DeepEqual(got, want[k]) {
			t.Errorf("variant %d: %v %v in %d steps, alone %v in %d (%v)", k, got.Status, got.Objective, got.Iterations, want[k].Objective, want[k].Iterations, err)
		}
		if err := set(k%30, base.RowLower[k%30], base.RowUpper[k%30]); err != nil {
			t.Fatal(err)
		}
	}
	// From scratch the model is as good as new.
	if err := m.StartFrom(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Solve(ctx); err != nil || !reflect.DeepEqual(got, root) {
		t.Errorf("from scratch: %+v %v", got, err)
	}
	if err := m.StartFrom(ctx, &Basis{}); !errors.Is(err, ErrProblem) {
		t.Errorf("a basis of another size: %v", err)
	}
}

// The same problem has the same bits whatever was solved before, on any number of
// goroutines.
func TestSameBits(t *testing.T) {
	need(t)
	rng := rand.New(rand.NewPCG(9, 10))
	problems := make([]*Problem, 24)
	want := make([]*Result, len(problems))
	for k := range problems {
		problems[k] = transport(rng, 3+k%5, 4+k%7)
		if k%4 == 3 {
			problems[k].Quad = []QuadTerm{{0, 0, 1}, {1, 1, 2}}
		}
		want[k] = solve(t, problems[k], Options{})
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for s := range problems {
				k := (s*5 + g*7) % len(problems)
				r, err := Solve(context.Background(), problems[k], Options{})
				if err != nil || !reflect.DeepEqual(r, want[k]) {
					t.Errorf("problem %d on goroutine %d: %+v %v", k, g, r, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestInterrupted(t *testing.T) {
	need(t)
	cause := errors.New("stop now")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, err := Solve(ctx, wyndor(), Options{}); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	// In the middle of a solve: the context ends after so many looks at it.
	p := transport(rand.New(rand.NewPCG(17, 18)), 30, 60)
	whole := &countdown{Context: context.Background(), left: 1 << 40}
	if _, err := Solve(whole, p, Options{}); err != nil {
		t.Fatal(err)
	}
	looks := 1<<40 - whole.left
	if looks < 20 {
		t.Fatalf("the solver looked at the context only %d times", looks)
	}
	if _, err := Solve(&countdown{Context: context.Background(), left: looks / 2}, p, Options{}); !errors.Is(err, errCounted) {
		t.Errorf("got %v", err)
	}
	if r := solve(t, wyndor(), Options{}); r.Status != Optimal {
		t.Errorf("after an interruption: %v", r.Status)
	}
}

// A model whose solve was interrupted refuses further use; it does not go on from a
// state nobody knows.
func TestInterruptedModel(t *testing.T) {
	need(t)
	m, err := Open(context.Background(), transport(rand.New(rand.NewPCG(19, 20)), 20, 40), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if _, err := m.Solve(&countdown{Context: context.Background(), left: 10}); !errors.Is(err, errCounted) {
		t.Errorf("got %v", err)
	}
	if _, err := m.Solve(context.Background()); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

var errCounted = errors.New("counted down")

// countdown is a context that ends after its error was asked for left times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return errCounted
	}
	return nil
}

// Instances that nobody uses go when asked to, those in use stay, and a problem
// solved after that is solved to the same bits.
func TestRelease(t *testing.T) {
	need(t)
	ctx := context.Background()
	e, err := start(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer e.rt.Close(ctx)
	used, err := e.borrow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	idle, err := e.borrow(ctx)
	if err != nil {
		t.Fatal(err)
	}
	e.give(idle)
	e.release()
	if len(e.free) != 0 || !idle.mod.IsClosed() || used.mod.IsClosed() {
		t.Errorf("%d instances kept; the idle one closed: %v, the one in use: %v", len(e.free), idle.mod.IsClosed(), used.mod.IsClosed())
	}
	if _, err := used.call(ctx, "Highs_version"); err != nil {
		t.Error(err)
	}

	p := transport(rand.New(rand.NewPCG(17, 18)), 8, 12)
	before := solve(t, p, Options{})
	Release()
	if after := solve(t, p, Options{}); !reflect.DeepEqual(before, after) {
		t.Errorf("%v, after letting go %v", before, after)
	}
}

// A cache folder that cannot be written costs time, not results, and is said.
func TestCacheThatCannotBeWritten(t *testing.T) {
	need(t)
	file := filepath.Join(t.TempDir(), "not-a-folder")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := start(filepath.Join(file, "solver"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer e.rt.Close(context.Background())
	if !strings.Contains(e.notice, "not-a-folder") || !strings.Contains(e.notice, "cannot be kept") {
		t.Errorf("notice %q", e.notice)
	}
	if _, err := e.borrow(context.Background()); err != nil {
		t.Error(err)
	}
}

// A damaged entry of the cache is made again.
func TestDamagedCache(t *testing.T) {
	need(t)
	dir := t.TempDir()
	for round := range 3 {
		e, err := start(dir, "")
		if err != nil || e.notice != "" {
			t.Fatalf("round %d: %v %q", round, err, e.notice)
		}
		if _, err := e.borrow(context.Background()); err != nil {
			t.Fatal(err)
		}
		e.rt.Close(context.Background())
		files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		if err != nil || len(files) != 1 {
			t.Fatalf("%v %v", files, err)
		}
		data, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			data = data[:len(data)/2]
		} else {
			data[len(data)/2] ^= 0xff
		}
		if err := os.WriteFile(files[0], data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
