package lp

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/astara-corridors/astara/internal/testdata"
)

// close is the relative size of differences that solver tolerances allow.
const closeEnough = 1e-7

func near(a, b float64) bool { return math.Abs(a-b) <= closeEnough*(1+math.Abs(b)) }

func need(t testing.TB) {
	t.Helper()
	testdata.Need(t, Available())
}

func solve(t testing.TB, p *Problem, opt Options) *Result {
	t.Helper()
	r, err := Solve(context.Background(), p, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wyndor is the product mix of Hillier and Lieberman, "Introduction to Operations
// Research", chapter 3: optimum 36 at (2, 6), shadow prices 0, 3/2, 1.
func wyndor() *Problem {
	p := &Problem{Maximise: true}
	x, y := p.Col(3, 0, Inf), p.Col(5, 0, Inf)
	p.Row(-Inf, 4, Term{x, 1})
	p.Row(-Inf, 12, Term{y, 2})
	p.Row(-Inf, 18, Term{x, 3}, Term{y, 2})
	return p
}

func TestVersionAndNames(t *testing.T) {
	need(t)
	e, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	ins, err := e.borrow(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer e.give(ins)
	p, err := ins.call(context.Background(), "Highs_version")
	if err != nil {
		t.Fatal(err)
	}
	if got := ins.text(uint32(p)); got != Version {
		t.Errorf("the module says %q, the program is written for %s", got, Version)
	}
	for i, name := range []string{"Highs_versionMajor", "Highs_versionMinor"} {
		v, err := ins.call(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		if want := []uint64{1, 15}[i]; v != want {
			t.Errorf("%s is %d, not %d", name, v, want)
		}
	}
}

func TestTextbook(t *testing.T) {
	need(t)
	for _, presolve := range []bool{true, false} {
		r := solve(t, wyndor(), Options{NoPresolve: !presolve})
		if r.Status != Optimal || !near(r.Objective, 36) || !near(r.X[0], 2) || !near(r.X[1], 6) {
			t.Fatalf("presolve %v: %+v", presolve, r)
		}
		for i, want := range []float64{0, 1.5, 1} {
			if !near(r.Dual[i], want) {
				t.Errorf("shadow price %d is %v, not %v", i, r.Dual[i], want)
			}
		}
		if r.Basis == nil || r.Basis.Cols[0] != Basic || r.Basis.Rows[0] != Basic || r.Basis.Rows[1] != AtUpper {
			t.Errorf("basis %+v", r.Basis)
		}
	}
}

// The sign of duals and reduced costs is that of the change they predict, for both
// senses and both sides.
func TestDualsPredict(t *testing.T) {
	need(t)
	rng := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for range 40 {
		p := random(rng, 5, 4)
		r := solve(t, p, Options{})
		if r.Status != Optimal {
			continue
		}
		const step = 1e-5
		for i, y := range r.Dual {
			q := p.clone()
			q.RowLower[i] += step
			q.RowUpper[i] += step
			if s := solve(t, q, Options{}); s.Status == Optimal && reflect.DeepEqual(s.Basis, r.Basis) {
				checked++
				if got := (s.Objective - r.Objective) / step; math.Abs(got-y) > 1e-3*(1+math.Abs(y)) {
					t.Errorf("dual %v, change %v (maximise %v)", y, got, p.Maximise)
				}
			}
		}
		for j, d := range r.Reduced {
			q := p.clone()
			q.Lower[j] += step
			q.Upper[j] += step
			if s := solve(t, q, Options{}); s.Status == Optimal && reflect.DeepEqual(s.Basis, r.Basis) {
				checked++
				if got := (s.Objective - r.Objective) / step; math.Abs(got-d) > 1e-3*(1+math.Abs(d)) {
					t.Errorf("reduced cost %v, change %v (maximise %v)", d, got, p.Maximise)
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d changes kept their basis", checked)
	}
}

// random makes a problem of any outcome.
func random(rng *rand.Rand, cols, rows int) *Problem {
	p := &Problem{Maximise: rng.IntN(2) == 0, Offset: float64(rng.IntN(5))}
	for range cols {
		lo, hi := float64(rng.IntN(5)-3), float64(rng.IntN(8)+2)
		switch rng.IntN(6) {
		case 0:
			hi = Inf
		case 1:
			lo = -Inf
		case 2:
			lo, hi = -Inf, Inf
		}
		p.Col(float64(rng.IntN(19)-9)+rng.Float64(), lo, hi)
	}
	for range rows {
		var terms []Term
		for j := range cols {
			if rng.IntN(3) > 0 {
				terms = append(terms, Term{j, float64(rng.IntN(13)-6) + rng.Float64()})
			}
		}
		b := float64(rng.IntN(21) - 8)
		switch rng.IntN(4) {
		case 0:
			p.Row(b, b, terms...)
		case 1:
			p.Row(b, Inf, terms...)
		case 2:
			p.Row(-Inf, b, terms...)
		default:
			p.Row(b, b+float64(rng.IntN(9)+1), terms...)
		}
	}
	return p
}

// Weak duality closes the gap: the objective of an optimum is that of its duals, and
// the rows and bounds hold.
func TestOptimalityConditions(t *testing.T) {
	need(t)
	rng := rand.New(rand.NewPCG(3, 4))
	seen := map[Status]int{}
	for n := range 150 {
		p := random(rng, 2+n%9, 1+n%7)
		r := solve(t, p, Options{Certificate: true})
		seen[r.Status]++
		switch r.Status {
		case Optimal:
			checkOptimum(t, p, r)
		case Infeasible:
			if gap, ok := p.Refutes(r.Farkas); !ok {
				t.Errorf("problem %d: certificate has gap %v", n, gap)
			}
		}
	}
	for _, s := range []Status{Optimal, Infeasible, Unbounded} {
		if seen[s] == 0 {
			t.Errorf("no problem was %v: %v", s, seen)
		}
	}
}

func checkOptimum(t *testing.T, p *Problem, r *Result) {
	t.Helper()
	dual := p.Offset
	reduced := append([]float64(nil), p.Cost...)
	for i, y := range r.Dual {
		if a := r.Activity[i]; a < p.RowLower[i]-closeEnough || a > p.RowUpper[i]+closeEnough {
			t.Errorf("row %d: %v outside [%v, %v]", i, a, p.RowLower[i], p.RowUpper[i])
		}
		if y != 0 {
			dual += y * r.Activity[i]
		}
		for k := p.First[i]; k < p.First[i+1]; k++ {
			reduced[p.Index[k]] -= y * p.Value[k]
		}
	}
	for j, d := range r.Reduced {
		if math.Abs(d-reduced[j]) > 1e-6 {
			t.Errorf("reduced cost %d is %v, not %v", j, d, reduced[j])
		}
		if d != 0 {
			dual += d * r.X[j]
		}
		sense := 1.0
		if p.Maximise {
			sense = -1
		}
		if slack := r.X[j] - p.Lower[j]; sense*d > 1e-6 && slack > 1e-6 {
			t.Errorf("column %d is worth lowering: %v above its bound, reduced cost %v", j, slack, d)
		}
		if slack := p.Upper[j] - r.X[j]; sense*d < -1e-6 && slack > 1e-6 {
			t.Errorf("column %d is worth raising: %v below its bound, reduced cost %v", j, slack, d)
		}
	}
	if !near(dual, r.Objective) {
		t.Errorf("duals give %v, objective %v", dual, r.Objective)
	}
}

func TestQuadratic(t *testing.T) {
	need(t)
	// min x^2 + xy + y^2 - 3x, x + y >= 1: gradient 2x + y = 3, x + 2y = 0 gives (2, -1),
	// objective -3, where the row holds with equality by chance and has no force.
	p := &Problem{Quad: []QuadTerm{{1, 0, 1}, {0, 0, 2}, {1, 1, 2}}}
	x, y := p.Col(-3, -Inf, Inf), p.Col(0, -Inf, Inf)
	p.Row(1, Inf, Term{x, 1}, Term{y, 1})
	r := solve(t, p, Options{})
	if r.Status != Optimal || !near(r.Objective, -3) || !near(r.X[0], 2) || !near(r.X[1], -1) {
		t.Errorf("%+v", r)
	}
	// The projection of (3, 4) on x + y <= 1 with x, y >= 0 is (0, 1), distance squared
	// 18; the row's multiplier is -2 (4 - 1) = -6.
	p = &Problem{Offset: 25, Quad: []QuadTerm{{0, 0, 2}, {1, 1, 2}}}
	x, y = p.Col(-6, 0, Inf), p.Col(-8, 0, Inf)
	p.Row(-Inf, 1, Term{x, 1}, Term{y, 1})
	r = solve(t, p, Options{})
	if r.Status != Optimal || !near(r.Objective, 18) || !near(r.X[0], 0) || !near(r.X[1], 1) || !near(r.Dual[0], -6) {
		t.Errorf("%+v", r)
	}
	if r.Basis != nil {
		t.Error("a quadratic optimum has no basis")
	}
	p.RowLower[0], p.RowUpper[0] = -2, -1
	if r = solve(t, p, Options{}); r.Status != Infeasible {
		t.Errorf("%+v", r)
	}
}

func TestOutcomes(t *testing.T) {
	need(t)
	free := &Problem{}
	free.Col(1, -Inf, Inf)
	crossedCol := &Problem{}
	crossedCol.Col(1, 2, 1)
	crossedRow := &Problem{}
	crossedRow.Col(1, 0, 1)
	crossedRow.Row(2, 1, Term{0, 1})
	emptyRow := &Problem{}
	emptyRow.Col(1, 0, 1)
	emptyRow.Row(1, 2)
	noCols := &Problem{Offset: 7}
	noCols.Row(0, 1)
	noColsBad := &Problem{}
	noColsBad.Row(1, 2)
	for name, c := range map[string]struct {
		p    *Problem
		want Status
	}{
		"unbounded": {free, Unbounded}, "crossed column": {crossedCol, Infeasible}, "crossed row": {crossedRow, Infeasible},
		"empty row": {emptyRow, Infeasible}, "no columns": {noCols, Optimal}, "no columns, bad row": {noColsBad, Infeasible},
		"nothing": {&Problem{Offset: 3}, Optimal},
	} {
		r := solve(t, c.p, Options{Certificate: true})
		if r.Status != c.want {
			t.Errorf("%s: %v", name, r.Status)
			continue
		}
		switch r.Status {
		case Infeasible:
			if _, ok := c.p.Refutes(r.Farkas); !ok {
				t.Errorf("%s: certificate %v does not hold", name, r.Farkas)
			}
		case Optimal:
			if r.Objective != c.p.Offset {
				t.Errorf("%s: objective %v", name, r.Objective)
			}
		}
	}
}

func TestIterationLimit(t *testing.T) {
	need(t)
	p := transport(rand.New(rand.NewPCG(5, 6)), 20, 30)
	full := solve(t, p, Options{NoPresolve: true})
	if full.Status != Optimal || full.Iterations < 20 {
		t.Fatalf("%v after %d steps", full.Status, full.Iterations)
	}
	r := solve(t, p, Options{NoPresolve: true, Iterations: 5})
	if r.Status != Limit || r.Iterations > 5 {
		t.Errorf("%v after %d steps", r.Status, r.Iterations)
	}
	// From the optimal basis nothing is left to do.
	again := solve(t, p, Options{NoPresolve: true, Start: full.Basis})
	if again.Status != Optimal || again.Iterations != 0 || !near(again.Objective, full.Objective) {
		t.Errorf("from the optimal basis: %v after %d steps, %v", again.Status, again.Iterations, again.Objective)
	}
}

// transport makes a balanced transport problem.
func transport(rng *rand.Rand, from, to int) *Problem {
	p := &Problem{}
	for range from * to {
		p.Col(1+rng.Float64()*9, 0, Inf)
	}
	for i := range from {
		var terms []Term
		for j := range to {
			terms = append(terms, Term{i*to + j, 1})
		}
		p.Row(-Inf, float64(to)*1.2, terms...)
	}
	for j := range to {
		var terms []Term
		for i := range from {
			terms = append(terms, Term{i*to + j, 1})
		}
		p.Row(float64(from), Inf, terms...)
	}
	return p
}

// Terms of one column are added up in short rows and in long ones.
func TestRowAddsUp(t *testing.T) {
	for _, n := range []int{3, 100} {
		p := &Problem{}
		var terms []Term
		for j := range n {
			p.Col(0, 0, 1)
			terms = append(terms, Term{j, 1}, Term{n - 1 - j, 2}, Term{j, 0})
		}
		p.Row(0, 1, terms...)
		if err := p.Check(); err != nil || len(p.Index) != n {
			t.Fatalf("%d entries: %v", len(p.Index), err)
		}
		for k, v := range p.Value {
			if v != 3 {
				t.Errorf("entry %d of %d is %v", k, n, v)
			}
		}
	}
}

func TestMalformed(t *testing.T) {
	nan := math.NaN()
	for name, p := range map[string]*Problem{
		"cost":       {Cost: []float64{nan}, Lower: []float64{0}, Upper: []float64{1}},
		"length":     {Cost: []float64{1}, Lower: []float64{0}},
		"bound":      {Cost: []float64{1}, Lower: []float64{nan}, Upper: []float64{1}},
		"inf bound":  {Cost: []float64{1}, Lower: []float64{Inf}, Upper: []float64{Inf}},
		"column":     {Cost: []float64{1}, Lower: []float64{0}, Upper: []float64{1}, RowLower: []float64{0}, RowUpper: []float64{1}, First: []int32{0, 1}, Index: []int32{1}, Value: []float64{1}},
		"twice":      {Cost: []float64{1}, Lower: []float64{0}, Upper: []float64{1}, RowLower: []float64{0}, RowUpper: []float64{1}, First: []int32{0, 2}, Index: []int32{0, 0}, Value: []float64{1, 2}},
		"value":      {Cost: []float64{1}, Lower: []float64{0}, Upper: []float64{1}, RowLower: []float64{0}, RowUpper: []float64{1}, First: []int32{0, 1}, Index: []int32{0}, Value: []float64{Inf}},
		"row starts": {Cost: []float64{1}, Lower: []float64{0}, Upper: []float64{1}, RowLower: []float64{0}, RowUpper: []float64{1}, First: []int32{0, 2}, Index: []int32{0}, Value: []float64{1}},
		"hessian":    {Cost: []float64{1, 1}, Lower: []float64{0, 0}, Upper: []float64{1, 1}, Quad: []QuadTerm{{0, 1, 1}}},
		"offset":     {Offset: Inf},
	} {
		if err := p.Check(); !errors.Is(err, ErrProblem) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Solve(context.Background(), p, Options{}); !errors.Is(err, ErrProblem) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(context.Background(), wyndor(), Options{Start: &Basis{Cols: []Place{Basic, Basic}, Rows: []Place{0, 0, 0}}}); !errors.Is(err, ErrProblem) {
		t.Errorf("bad basis: %v", err)
	}
}

func TestMissingSolver(t *testing.T) {
	_, _, err := load(fstest.MapFS{"dist/README.txt": {}})
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "make build") {
		t.Errorf("got %v", err)
	}
	table := `{"package":"highs","version":"` + packageVersion + `","sha256":"00"}`
	_, _, err = load(fstest.MapFS{"dist/names.json": {Data: []byte(table)}, "dist/highs.wasm": {Data: []byte("x")}})
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v", err)
	}
	_, _, err = load(fstest.MapFS{"dist/names.json": {Data: []byte(`{"package":"highs","version":"1.0.0"}`)}, "dist/highs.wasm": {}})
	if err == nil || !strings.Contains(err.Error(), "1.0.0") {
		t.Errorf("got %v", err)
	}
}

func TestDistHoldsReadme(t *testing.T) {
	if _, err := fs.Stat(dist, "dist/README.txt"); err != nil {
		t.Error(err)
	}
}

// At the rim of what is feasible there is an answer, too: an optimum within tolerances or
// a certificate that holds.
func TestRimOfFeasible(t *testing.T) {
	need(t)
	rim := 0
	for k := range 40 {
		// Two sources feed two demands over a link; the sources fall short by the gap.
		gap := math.Pow(10, -6-float64(k)/5)
		p := &Problem{}
		a, b, link := p.Col(1, 0, 1484.123456789), p.Col(2, 0, 1031.000000001-gap), p.Col(0, -500, 500)
		p.Row(1000, 1000, Term{a, 1}, Term{link, -1})
		p.Row(1515.12345679, 1515.12345679, Term{b, 1}, Term{link, 1})
		r, err := Solve(context.Background(), p, Options{Certificate: true})
		if err != nil {
			if !errors.Is(err, ErrUndecided) {
				t.Errorf("gap %.1e: %v", gap, err)
			}
			continue
		}
		switch r.Status {
		case Optimal:
			rim++
		case Infeasible:
			if _, ok := p.Refutes(r.Farkas); !ok {
				t.Errorf("gap %.1e: the certificate does not hold", gap)
			}
		default:
			t.Errorf("gap %.1e: %v", gap, r.Status)
		}
	}
	if rim == 0 {
		t.Error("no gap was within tolerances")
	}
}
