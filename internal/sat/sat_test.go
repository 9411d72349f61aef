package sat

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/crillab/gophersat/explain"
	"github.com/crillab/gophersat/maxsat"
	gopher "github.com/crillab/gophersat/solver"
	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
	"github.com/astara-corridors/astara/internal/testdata"
)

// roomy is beyond what the small formulas here need.
var roomy = Limits{Cores: 1000, Steps: 10000}

func readCNF(t *testing.T, path string) (vars int, clauses [][]int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := strings.Fields(sc.Text())
		if len(line) == 0 || line[0] == "c" || line[0] == "p" {
			continue
		}
		var c []int
		for _, w := range line {
			l, err := strconv.Atoi(w)
			if err != nil {
				t.Fatal(err)
			}
			if l != 0 {
				c = append(c, l)
				vars = max(vars, l, -l)
			}
		}
		clauses = append(clauses, c)
	}
	return vars, clauses
}

// groups makes every clause an item.
func groups(vars int, clauses [][]int) *Groups {
	g := NewGroups(NewSolver())
	for range vars {
		g.S.Var()
	}
	for _, c := range clauses {
		lits := make([]Lit, len(c))
		for i, l := range c {
			lits[i] = Lit(l)
		}
		g.Add(lits)
	}
	return g
}

func from1(sets [][]int) [][]int {
	out := make([][]int, len(sets))
	for i, s := range sets {
		for _, k := range s {
			out[i] = append(out[i], k-1)
		}
		slices.Sort(out[i])
	}
	slices.SortFunc(out, compareSets)
	return out
}

func same(a, b [][]int) bool { return slices.EqualFunc(a, b, slices.Equal[[]int]) }

// The listed sets come from a search through all assignments, made with the
// data (min-unsat/README.md).
func TestMinimalSetsOfPublishedFormulas(t *testing.T) {
	dir := testdata.Dir(t, "cases-external/min-unsat")
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string]struct {
		Satisfiable bool
		Cores       [][]int `json:"minimal_unsatisfiable_subsets_clause_numbers"`
		Corrections [][]int `json:"minimal_correction_sets"`
	}
	if err := json.Unmarshal(raw, &expected); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.cnf"))
	if err != nil || len(files) != 10 || len(expected) != 10 {
		t.Fatalf("%d formulas, %d answers (%v), want 10 of each", len(files), len(expected), err)
	}
	for name := range maps.Keys(expected) {
		t.Run(name, func(t *testing.T) {
			want := expected[name]
			vars, clauses := readCNF(t, filepath.Join(dir, name+".cnf"))
			g := groups(vars, clauses)
			all := complement(len(clauses), nil)
			conflict, found := g.Check(all)
			if conflict == want.Satisfiable {
				t.Fatalf("conflict %v, satisfiable by the list %v", conflict, want.Satisfiable)
			}
			if !conflict {
				return
			}
			if core := Shrink(g, found); !slices.ContainsFunc(from1(want.Cores), func(c []int) bool { return slices.Equal(c, core) }) {
				t.Errorf("one core: %v is none of %v", core, from1(want.Cores))
			}
			f := Enumerate(len(clauses), g, roomy)
			if !f.Complete || !same(f.Cores, from1(want.Cores)) {
				t.Errorf("cores %v (complete %v), want %v", f.Cores, f.Complete, from1(want.Cores))
			}
			if !same(f.Corrections, from1(want.Corrections)) {
				t.Errorf("corrections %v, want %v", f.Corrections, from1(want.Corrections))
			}
			// The other solver's core is one of ours.
			file, err := os.Open(filepath.Join(dir, name+".cnf"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			problem, err := explain.ParseCNF(file)
			if err != nil {
				t.Fatal(err)
			}
			mus, err := problem.MUSDeletion()
			if err != nil {
				t.Fatal(err)
			}
			theirs := slices.Clone(mus.Clauses)
			if !slices.ContainsFunc(f.Cores, func(core []int) bool { return equalClauses(clauses, core, theirs) }) {
				t.Errorf("the core %v of gophersat is not among ours", theirs)
			}
		})
	}
}

// equalClauses reports whether the items of core are the clauses of list in any
// order.
func equalClauses(clauses [][]int, core []int, list [][]int) bool {
	key := func(c []int) string { c = slices.Clone(c); slices.Sort(c); return fmt.Sprint(c) }
	var a, b []string
	for _, i := range core {
		a = append(a, key(clauses[i]))
	}
	for _, c := range list {
		b = append(b, key(c))
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// drawFormula draws short clauses over few variables.
func drawFormula(t *rapid.T) (vars int, clauses [][]int) {
	vars = rapid.IntRange(1, 5).Draw(t, "vars")
	lit := rapid.Custom(func(t *rapid.T) int {
		return rapid.IntRange(1, vars).Draw(t, "v") * rapid.SampledFrom([]int{-1, 1}).Draw(t, "sign")
	})
	// A variable once a clause: gophersat's MaxSAT counts repeated literals.
	clause := rapid.SliceOfNDistinct(lit, 1, min(3, vars), func(l int) int { return max(l, -l) })
	return vars, rapid.SliceOfN(clause, 0, 9).Draw(t, "clauses")
}

// satisfiable tries every assignment.
func satisfiable(vars int, clauses [][]int, set uint) bool {
	for a := range uint(1) << vars {
		ok := true
		for i, c := range clauses {
			if set>>i&1 != 0 && !slices.ContainsFunc(c, func(l int) bool { return a>>(max(l, -l)-1)&1 == 1 == (l > 0) }) {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// brute finds cores and corrections by going through all subsets.
func brute(vars int, clauses [][]int) (cores, corrections [][]int) {
	n := len(clauses)
	unsat := make([]bool, 1<<n)
	for s := range unsat {
		unsat[s] = !satisfiable(vars, clauses, uint(s))
	}
	list := func(s int) []int {
		set := []int{}
		for i := range n {
			if s>>i&1 != 0 {
				set = append(set, i)
			}
		}
		return set
	}
	for s := range unsat {
		least, largest := unsat[s], !unsat[s]
		for i := range n {
			if s>>i&1 != 0 {
				least = least && !unsat[s&^(1<<i)]
			} else {
				largest = largest && unsat[s|1<<i]
			}
		}
		if least {
			cores = append(cores, list(s))
		}
		if largest {
			corrections = append(corrections, list((1<<n-1)&^s))
		}
	}
	slices.SortFunc(cores, compareSets)
	slices.SortFunc(corrections, compareSets)
	return cores, corrections
}

func TestEnumerationAgainstAllSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vars, clauses := drawFormula(t)
		f := Enumerate(len(clauses), groups(vars, clauses), roomy)
		cores, corrections := brute(vars, clauses)
		if !f.Complete || !same(f.Cores, cores) || !same(f.Corrections, corrections) {
			t.Fatalf("%v: cores %v, corrections %v; by all subsets %v, %v", clauses, f.Cores, f.Corrections, cores, corrections)
		}
		// The other solver on each core, and on each core less one clause.
		solvable := func(set []int) bool {
			var sub [][]int
			for _, i := range set {
				sub = append(sub, slices.Clone(clauses[i]))
			}
			return len(sub) == 0 || gopher.New(gopher.ParseSlice(sub)).Solve() == gopher.Sat
		}
		for _, core := range f.Cores {
			if solvable(core) {
				t.Fatalf("%v: gophersat solves the core %v", clauses, core)
			}
			for i := range core {
				if less := slices.Delete(slices.Clone(core), i, i+1); !solvable(less) {
					t.Fatalf("%v: gophersat does not solve %v, part of the core %v", clauses, less, core)
				}
			}
		}
		for _, gone := range f.Corrections {
			if !solvable(complement(len(clauses), gone)) {
				t.Fatalf("%v: gophersat does not solve the rest of the correction %v", clauses, gone)
			}
		}
	})
}

func TestCheapestAgainstAllCorrectionsAndGophersat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vars, clauses := drawFormula(t)
		weights := make([]float64, len(clauses))
		constrs := make([]maxsat.Constr, len(clauses))
		for i, c := range clauses {
			w := rapid.IntRange(1, 5).Draw(t, "weight")
			weights[i] = float64(w)
			var lits []maxsat.Lit
			for _, l := range c {
				name := strconv.Itoa(max(l, -l))
				if l > 0 {
					lits = append(lits, maxsat.Var(name))
				} else {
					lits = append(lits, maxsat.Not(name))
				}
			}
			constrs[i] = maxsat.WeightedClause(lits, w)
		}
		got, ok := Correct(weights, groups(vars, clauses), 1<<20)
		_, corrections := brute(vars, clauses)
		least, fewest := 1e9, 0
		for _, m := range corrections {
			w := 0.0
			for _, i := range m {
				w += weights[i]
			}
			if w < least || w == least && len(m) < fewest {
				least, fewest = w, len(m)
			}
		}
		if !ok || !got.Proven || got.Weight != least || len(got.Drop) != fewest || len(got.Drop) > 0 && !slices.ContainsFunc(corrections, func(m []int) bool { return slices.Equal(m, got.Drop) }) {
			t.Fatalf("%v weights %v: %+v, want weight %v with %d items", clauses, weights, got, least, fewest)
		}
		if len(clauses) > 0 {
			// The cost that gophersat 1.4.0 returns is wrong now and then, and not
			// always the same; what its solution really costs is a bound.
			model, _ := maxsat.New(constrs...).Solve()
			if model == nil {
				return
			}
			cost := 0.0
			for i, c := range clauses {
				if !slices.ContainsFunc(c, func(l int) bool { return model[strconv.Itoa(max(l, -l))] == (l > 0) }) {
					cost += weights[i]
				}
			}
			if cost < least {
				t.Fatalf("%v weights %v: gophersat's solution costs %v, ours %v", clauses, weights, cost, least)
			}
		}
	})
}

func TestLimitsAreReported(t *testing.T) {
	// Three independent contradictions: 3 cores, 8 corrections.
	g := groups(3, [][]int{{1}, {-1}, {2}, {-2}, {3}, {-3}})
	if f := Enumerate(6, g, Limits{Cores: 2, Steps: 100}); f.Complete || len(f.Cores) != 2 {
		t.Errorf("two cores at most: %+v", f)
	}
	if f := Enumerate(6, g, Limits{Cores: 100, Steps: 4}); f.Complete || f.Steps != 4 {
		t.Errorf("four steps at most: %+v", f)
	}
	if f := Enumerate(6, g, roomy); !f.Complete || len(f.Cores) != 3 || len(f.Corrections) != 8 {
		t.Errorf("all: %+v", f)
	}
}

func TestEmptySetThatConflicts(t *testing.T) {
	s := NewSolver()
	v := s.Var()
	s.Add(v)
	s.Add(-v)
	g := NewGroups(s)
	g.Add([]Lit{v})
	f := Enumerate(1, g, roomy)
	if !f.Complete || len(f.Cores) != 1 || len(f.Cores[0]) != 0 {
		t.Errorf("enumeration: %+v", f)
	}
	if _, ok := Correct([]float64{1}, g, 100); ok {
		t.Error("nothing to give up cures it, and something was given up")
	}
}

func TestCoreIsPartOfTheAssumptions(t *testing.T) {
	s := NewSolver()
	a, b, c := s.Var(), s.Var(), s.Var()
	s.Add(-a, -b)
	if s.Solve(c, b, a) {
		t.Fatal("a and b together were allowed")
	}
	if got := s.Core(); !slices.Equal(got, []Lit{b, a}) {
		t.Errorf("core %v, want [%d %d]", got, b, a)
	}
	if !s.Solve(c, a) || !s.Value(a) || s.Value(b) {
		t.Error("no solution with a and c alone")
	}
	s.Add()
	if s.Solve() || len(s.Core()) != 0 {
		t.Error("solved a problem with the empty clause")
	}
}

// large makes n clauses over n variables that can all be true, and conflicts
// planted among them: chains of implications between two facts.
func large(n, conflicts, length int) *Groups {
	r := rand.New(rand.NewPCG(1, 2))
	g := NewGroups(NewSolver())
	for range n {
		g.S.Var()
	}
	lit := func() Lit {
		return Lit(1 + conflicts*length + r.IntN(n-conflicts*length))
	}
	for k := range conflicts {
		first := Lit(1 + k*length)
		g.Add([]Lit{first})
		for i := range Lit(length - 1) {
			g.Add([]Lit{-(first + i), first + i + 1})
		}
		g.Add([]Lit{-(first + Lit(length) - 1)})
	}
	for g.Len() < n {
		g.Add([]Lit{lit(), lit(), -lit()})
	}
	return g
}

// BenchmarkCores5000 finds all cores among 5,000 clauses: four planted ones of
// 9 clauses.
func BenchmarkCores5000(b *testing.B) {
	for b.Loop() {
		g := large(5000, 4, 8)
		// The chains are independent, so there are 9^4 corrections: enough cores are
		// asked for, and no proof that there are no more.
		f := Enumerate(g.Len(), g, Limits{Cores: 4, Steps: 100})
		if len(f.Cores) != 4 {
			b.Fatalf("%d cores", len(f.Cores))
		}
	}
}

// BenchmarkOneCore5000 finds one core and the cheapest correction.
func BenchmarkOneCore5000(b *testing.B) {
	for b.Loop() {
		g := large(5000, 1, 8)
		f := Enumerate(g.Len(), g, Limits{Cores: 10, Steps: 100})
		if len(f.Cores) != 1 || !f.Complete {
			b.Fatalf("%+v", f.Cores)
		}
	}
}

// TestClausesAddedBetweenQuestions asks and adds in turn, against all
// assignments.
func TestClausesAddedBetweenQuestions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const vars = 5
		lit := rapid.Custom(func(t *rapid.T) int {
			return rapid.IntRange(1, vars).Draw(t, "v") * rapid.SampledFrom([]int{-1, 1}).Draw(t, "sign")
		})
		s := NewSolver()
		for range vars {
			s.Var()
		}
		var clauses [][]int
		for range rapid.IntRange(1, 12).Draw(t, "turns") {
			for range rapid.IntRange(0, 3).Draw(t, "new") {
				c := rapid.SliceOfN(lit, 1, 3).Draw(t, "clause")
				clauses = append(clauses, c)
				var lits []Lit
				for _, l := range c {
					lits = append(lits, Lit(l))
				}
				s.Add(lits...)
			}
			assume := rapid.SliceOfN(lit, 0, 4).Draw(t, "assume")
			with := slices.Clone(clauses)
			var lits []Lit
			for _, l := range assume {
				with = append(with, []int{l})
				lits = append(lits, Lit(l))
			}
			want := satisfiable(vars, with, 1<<len(with)-1)
			if got := s.Solve(lits...); got != want {
				t.Fatalf("%v under %v: solved %v", clauses, assume, got)
			}
			if want {
				for _, c := range with {
					if !slices.ContainsFunc(c, func(l int) bool { return s.Value(Lit(l)) }) {
						t.Fatalf("%v under %v: the solution breaks %v", clauses, assume, c)
					}
				}
				continue
			}
			core := slices.Clone(clauses)
			for _, l := range s.Core() {
				if !slices.Contains(lits, l) {
					t.Fatalf("%d is no assumption of %v", l, assume)
				}
				core = append(core, []int{int(l)})
			}
			if satisfiable(vars, core, 1<<len(core)-1) {
				t.Fatalf("%v under %v: the core %v can be true", clauses, assume, s.Core())
			}
		}
	})
}

// TestManyQuestionsToOneSolver compares a solver that is asked again and again,
// and given clauses in between, with a fresh one for each question.
func TestManyQuestionsToOneSolver(t *testing.T) {
	yes, no := 0, 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		vars := 8 + r.IntN(20)
		lit := func() Lit {
			l := Lit(1 + r.IntN(vars))
			if r.IntN(2) == 0 {
				return -l
			}
			return l
		}
		fresh := func() *Solver {
			s := NewSolver()
			for range vars {
				s.Var()
			}
			return s
		}
		s := fresh()
		var clauses [][]Lit
		for range 40 {
			for range r.IntN(6) {
				c := make([]Lit, 1+min(r.IntN(5), 2))
				for i := range c {
					c[i] = lit()
				}
				if len(c) == 1 && r.IntN(3) > 0 {
					c = append(c, lit())
				}
				clauses = append(clauses, c)
				s.Add(c...)
			}
			assume := make([]Lit, r.IntN(5))
			for i := range assume {
				assume[i] = lit()
			}
			one := fresh()
			for _, c := range clauses {
				one.Add(c...)
			}
			got, want := s.Solve(assume...), one.Solve(assume...)
			if got != want {
				t.Fatalf("seed %d: %v under %v: %v, and %v when asked afresh", seed, clauses, assume, got, want)
			}
			if !got {
				no++
				if core := s.Core(); one.Solve(core...) {
					t.Fatalf("seed %d: the core %v can be true", seed, core)
				}
				continue
			}
			yes++
			for _, c := range append(clauses[:len(clauses):len(clauses)], oneEach(assume)...) {
				if !slices.ContainsFunc(c, s.Value) {
					t.Fatalf("seed %d: the solution breaks %v", seed, c)
				}
			}
		}
	}
	if yes < 1000 || no < 1000 {
		t.Errorf("%d answers yes, %d no: hardly a test", yes, no)
	}
}

func oneEach(lits []Lit) [][]Lit {
	var out [][]Lit
	for _, l := range lits {
		out = append(out, []Lit{l})
	}
	return out
}
