package bounds

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

var ctx = context.Background()

func need(t testing.TB) {
	t.Helper()
	testdata.Need(t, lp.Available())
}

// dnf is a formula of the data: alternatives of atoms that hold together, "!"
// negates an atom, no alternative at all means always.
type dnf [][]string

func (d dnf) text() string {
	if len(d) == 0 {
		return "true"
	}
	var alts []string
	for _, a := range d {
		var atoms []string
		for _, x := range a {
			if strings.HasPrefix(x, "!") {
				x = "not " + x[1:]
			}
			atoms = append(atoms, x)
		}
		alts = append(alts, "("+strings.Join(atoms, " and ")+")")
	}
	return strings.Join(alts, " or ")
}

type statement struct {
	ID       string
	If, Then dnf
	Lo, Hi   float64
}

type answer struct {
	If, Then dnf
	Bounds   *[2]float64
	P        float64
}

type base struct {
	ID         string
	Variables  map[string][]string
	Statements []statement
	Query      answer
	Bounds     [2]float64
	Rule       string
	Expected   struct {
		Feasible   bool
		Bounds     []answer
		MaxEnt     []answer
		Antecedent map[string]float64 `json:"antecedent_max"`
		Violation  float64            `json:"min_total_violation_L1"`
		Minimal    [][]string         `json:"minimal_inconsistent_subsets_up_to_size_5"`
	}
}

func readBases(t testing.TB, name string) []base {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/probability-logic"), name))
	if err != nil {
		t.Fatal(err)
	}
	var out []base
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// frame makes the space of a knowledge base; the rules have two-valued variables
// that their formulas name.
func (b *base) frame(t testing.TB) *belief.Frame {
	t.Helper()
	vars := map[string][]string{}
	for k, v := range b.Variables {
		vars[k] = v
	}
	if len(vars) == 0 {
		for _, d := range b.formulas() {
			for _, a := range d {
				for _, x := range a {
					name, _, _ := strings.Cut(strings.TrimPrefix(x, "!"), "=")
					vars[name] = []string{"y", "n"}
				}
			}
		}
	}
	var names []string
	for k := range vars {
		names = append(names, k)
	}
	sort.Strings(names)
	var list []formula.Variable
	for _, k := range names {
		list = append(list, formula.Variable{ID: k, Kind: "event", States: vars[k]})
	}
	space, err := formula.NewSpace(list)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := space.Enumerate(nil, formula.MaxWorlds)
	if err != nil {
		t.Fatal(err)
	}
	f, err := belief.NewFrame(ws, space, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (b *base) formulas() []dnf {
	out := []dnf{b.Query.If, b.Query.Then}
	for _, s := range b.Statements {
		out = append(out, s.If, s.Then)
	}
	return out
}

func prop(t testing.TB, f *belief.Frame, d dnf) *formula.Prop {
	t.Helper()
	var l diag.List
	p := f.Space.Parse(d.text(), diag.Pos{}, &l)
	if p == nil {
		t.Fatalf("%q: %v", d.text(), l.All())
	}
	return p
}

func (b *base) words(t testing.TB, f *belief.Frame) *belief.Words {
	t.Helper()
	var claims []belief.Claim
	for _, s := range b.Statements {
		c := belief.Claim{ID: s.ID, Kind: belief.Level, Reading: belief.See, Then: prop(t, f, s.Then), Interval: belief.Interval{Low: s.Lo, High: s.Hi, Known: true}}
		if len(s.If) > 0 {
			c.If = prop(t, f, s.If)
		}
		claims = append(claims, c)
	}
	w, err := f.Read(claims, belief.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func ask(t testing.TB, f *belief.Frame, a answer) Query {
	t.Helper()
	var given formula.Set
	if len(a.If) > 0 {
		given = f.Worlds.Select(prop(t, f, a.If))
	}
	return Probability(0, f.Worlds.Select(prop(t, f, a.Then)), given)
}

// tolerance of the data set: 1e-7 on bounds.
const dataTolerance = 1e-7

func compare(t *testing.T, what string, got *Bound, want [2]float64) {
	t.Helper()
	if got.Status != Found || math.Abs(got.Low.Value-want[0]) > dataTolerance || math.Abs(got.High.Value-want[1]) > dataTolerance {
		t.Errorf("%s: %v [%v, %v], want %v", what, got.Status, got.Low.Value, got.High.Value, want)
	}
	if got.Low.Certificate != Exact || got.High.Certificate != Exact {
		t.Errorf("%s: not proved in rationals: %v, %v", what, got.Low.Certificate, got.High.Certificate)
	}
}

// The closed forms of conditional probability logic (Pfeifer and Kleiter,
// Kybernetika 42, 2006, and the other sources named in the file).
func TestRules(t *testing.T) {
	need(t)
	bases := readBases(t, "rules.json")
	if len(bases) != 52 {
		t.Fatalf("%d rules, want 52", len(bases))
	}
	for _, b := range bases {
		f := b.frame(t)
		s := NewSystem(b.words(t, f), nil, false)
		got, err := s.Bounds(ctx, ask(t, f, b.Query))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, b.Rule, got, b.Bounds)
	}
}

func TestKnowledgeBases(t *testing.T) {
	need(t)
	for _, b := range readBases(t, "knowledge-bases.json") {
		t.Run(b.ID, func(t *testing.T) {
			f := b.frame(t)
			s := NewSystem(b.words(t, f), nil, false)
			ok, err := s.Consistent(ctx, ConflictOptions{Literal: true})
			if err != nil {
				t.Fatal(err)
			}
			if ok != b.Expected.Feasible {
				t.Fatalf("consistent %v, want %v", ok, b.Expected.Feasible)
			}
			if !ok {
				conflicts(t, &b, s)
				return
			}
			for _, a := range b.Expected.Bounds {
				got, err := s.Bounds(ctx, ask(t, f, a))
				if err != nil {
					t.Fatal(err)
				}
				if a.Bounds == nil {
					if got.Status != Impossible {
						t.Errorf("%s | %s: %v, want an impossible condition", a.Then.text(), a.If.text(), got.Status)
					}
					continue
				}
				compare(t, a.Then.text()+" | "+a.If.text(), got, *a.Bounds)
			}
			most, err := s.Conditions(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range s.Words.Claims {
				want, known := b.Expected.Antecedent[c.ID]
				if got, ok := most[i]; ok != known || math.Abs(got-want) > dataTolerance {
					t.Errorf("largest condition of %s: %v (%v), want %v (%v)", c.ID, got, ok, want, known)
				}
			}
		})
	}
}

// conflicts checks the list of minimal conflicts: those up to five claims are
// exactly the listed ones, larger ones are minimal indeed.
func conflicts(t *testing.T, b *base, s *System) {
	got, err := s.Conflicts(ctx, ConflictOptions{Literal: true})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Complete {
		t.Errorf("not all conflicts were found")
	}
	var small [][]string
	for _, set := range got.Minimal {
		var ids []string
		for _, i := range set {
			ids = append(ids, s.Words.Claims[i].ID)
		}
		if len(set) <= 5 {
			small = append(small, ids)
			continue
		}
		for drop := -1; drop < len(set); drop++ {
			var keep []int
			for j, i := range set {
				if j != drop {
					keep = append(keep, i)
				}
			}
			ok, err := NewSystem(s.Words.Only(keep), nil, false).Consistent(ctx, ConflictOptions{Literal: true})
			if err != nil {
				t.Fatal(err)
			}
			if ok != (drop >= 0) {
				t.Errorf("%v without number %d: consistent %v", ids, drop, ok)
			}
		}
	}
	want := slices.Clone(b.Expected.Minimal)
	order := func(a, b []string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	}
	slices.SortFunc(want, order)
	slices.SortFunc(small, order)
	if !slices.EqualFunc(small, want, func(a, b []string) bool { return slices.Equal(a, b) }) {
		t.Errorf("minimal conflicts %v, want %v", small, want)
	}
	sum, _, err := s.Violation(ctx)
	if err != nil || math.Abs(sum-b.Expected.Violation) > dataTolerance {
		t.Errorf("least violation %v (%v), want %v", sum, err, b.Expected.Violation)
	}
	bend, ok, err := s.Bend(ctx)
	if err != nil || !ok || bend <= 0 || bend > 0.5 {
		t.Errorf("bend %v %v %v", bend, ok, err)
	}
	wide := NewSystem(Widen(s.Words, bend), nil, false)
	if ok, err := wide.Consistent(ctx, ConflictOptions{}); err != nil || !ok {
		t.Errorf("words bent by %v do not hold together (%v)", bend, err)
	}
	tight := NewSystem(Widen(s.Words, bend-1e-5), nil, false)
	if ok, err := tight.possible(ctx, false, ConditionFloor); err != nil || ok {
		t.Errorf("less than the bend %v suffices (%v)", bend, err)
	}
}
