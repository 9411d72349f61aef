package score

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/testdata"
)

// dataTolerance is the relative tolerance of the data set.
const dataTolerance = 1e-4

func close(a, b float64) bool { return math.Abs(a-b) <= dataTolerance*math.Max(math.Abs(b), 1e-12) }

func study(t *testing.T, name string) *Study {
	t.Helper()
	dir := testdata.Dir(t, "cases-external/cooke-classical")
	read := func(ext string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name+ext))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var l diag.List
	s := Read(name+".dtt", read(".dtt"), name+".rls", read(".rls"), &l)
	if s == nil {
		t.Fatalf("%s: %v", name, l.All())
	}
	return s
}

// Scores published with G. Rongen and co-authors' data (2023) for five studies
// of the open archive of R. M. Cooke.
func TestPublishedStudies(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/cooke-classical"), "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var data map[string]struct {
		Quantiles []float64
		SeedItems int `json:"seed_items"`
		Experts   map[string]struct {
			Calibration, Combined, Information float64
			Hits                               []int
			N                                  int
		}
		Makers map[string]struct{ Calibration, Combined float64 } `json:"decision_makers"`
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatal(err)
	}
	experts := 0
	for name, want := range data {
		s := study(t, name)
		if !slices.EqualFunc(s.Quantiles, want.Quantiles, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }) {
			t.Errorf("%s: quantiles %v, want %v", name, s.Quantiles, want.Quantiles)
		}
		for _, r := range s.Scores() {
			e, ok := want.Experts[r.Name]
			if !ok {
				t.Errorf("%s: no expert %q", name, r.Name)
				continue
			}
			experts++
			if !close(r.Calibration, e.Calibration) || !close(r.Information, e.Information) || !close(r.Combined, e.Combined) || !slices.Equal(r.Hits, e.Hits) || r.Seeds != e.N {
				t.Errorf("%s %s: %+v, want %+v", name, r.Name, r, e)
			}
		}
		all, ok := s.Decide(0)
		best, ok2 := s.Optimised()
		if !ok || !ok2 {
			t.Errorf("%s: no decision maker", name)
			continue
		}
		for what, d := range map[string]*DecisionMaker{"global_no_cutoff": all, "global_optimised_cutoff": best} {
			if w := want.Makers[what]; !close(d.Calibration, w.Calibration) || !close(d.Combined, w.Combined) {
				t.Errorf("%s %s: calibration %v combined %v, published %v %v", name, what, d.Calibration, d.Combined, w.Calibration, w.Combined)
			}
		}
		if equal := s.Equal(); best.Combined < all.Combined || math.IsNaN(equal.Combined) {
			t.Errorf("%s: optimised %v below %v, equal %v", name, best.Combined, all.Combined, equal.Combined)
		}
	}
	if experts != 34 {
		t.Errorf("%d experts, want 34", experts)
	}
}

// Every problem of a file is found in one pass.
func TestBadFiles(t *testing.T) {
	rls := "    1          first  1.00000E+0001 UNI\n    2         second -9.99600E+0002 LOG\n    4          third  1.00000E+0000 UNI\n    3          third  x UNI\n"
	dtt := "* CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95\n" +
		"    1        A    1          first UNI  3.0E+0 2.0E+0 1.0E+0\n" +
		"    1        A    2         second UNI  1.0E+0 2.0E+0 3.0E+0\n" +
		"    1        A    9           none UNI  1.0E+0 2.0E+0 3.0E+0\n" +
		"    1        A    1          first UNI  1.0E+0 2.0E+0\n"
	var l diag.List
	if s := Read("a.dtt", []byte(dtt), "a.rls", []byte(rls), &l); s != nil {
		t.Fatal("a broken study is read")
	}
	got := map[string]int{}
	for _, d := range l.All() {
		got[d.Rule.ID]++
		if d.Pos.File == "" || d.Pos.Line == 0 {
			t.Errorf("%v has no place", d)
		}
	}
	if got["A693"] != 3 || got["A691"] != 2 || got["A692"] != 1 {
		t.Errorf("%v", got)
	}
	var m diag.List
	if s := Read("a.dtt", []byte("nothing\n"), "a.rls", []byte("    1          first  1.00000E+0001 UNI\n"), &m); s != nil || m.Count(diag.Error) == 0 {
		t.Error("a header without quantiles is taken")
	}
}

// Perfect shares score 1: the statistic is 0.
func TestCalibrationOfPerfectShares(t *testing.T) {
	if c := Calibration([]int{1, 9, 9, 1}, []float64{0.05, 0.45, 0.45, 0.05}); math.Abs(c-1) > 1e-12 {
		t.Errorf("%v", c)
	}
	if c := Calibration([]int{0, 0}, []float64{0.5, 0.5}); !math.IsNaN(c) {
		t.Errorf("nothing scores %v", c)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("* NQ= 3 QU= 5 50 95\n    1        A    1          first UNI  1 2 3\n"), []byte("    1          first  1.0 UNI\n"))
	f.Fuzz(func(t *testing.T, dtt, rls []byte) {
		var l diag.List
		if s := Read("a", dtt, "b", rls, &l); s != nil {
			s.Optimised()
		} else if l.Count(diag.Error) == 0 {
			t.Error("refused without a reason")
		}
	})
}
