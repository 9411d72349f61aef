package belief

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/testdata"
)

func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata.Dir(t, "cases-external/hedge-words"), name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, v := range r {
			m[rows[0][i]] = v
		}
		out = append(out, m)
	}
	return out
}

func num(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// decimals is the rounding of two-decimal shares.
const decimals = 1e-12

// The official scales are those of the data, in shares.
func TestScales(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/hedge-words"), "scales.json"))
	if err != nil {
		t.Fatal(err)
	}
	var scales map[string]struct{ Terms map[string][2]float64 }
	if err := json.Unmarshal(raw, &scales); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"kent-1964": "kent"}
	for name, want := range scales {
		if n, ok := names[name]; ok {
			name = n
		}
		l, ok := LexiconNamed(name)
		if !ok || len(l.Terms) != len(want.Terms) {
			t.Errorf("%s: %d terms, want %d", name, len(l.Terms), len(want.Terms))
			continue
		}
		for phrase, ends := range want.Terms {
			x, ok := l.Find(phrase)
			if !ok || x.Phrase != phrase || math.Abs(x.Low-ends[0]/100) > decimals || math.Abs(x.High-ends[1]/100) > decimals {
				t.Errorf("%s %q: %+v, want %v", name, phrase, x, ends)
			}
		}
	}
}

// The survey's intervals hold the share of 5,174 answers that they say: at least
// 80 % between Low and High, at least half between the ends of Half, and not so
// many more that a narrower one of round numbers would do. Its medians order
// phrases as most of those asked did in pairs.
func TestSurvey(t *testing.T) {
	l, _ := LexiconNamed("capphrase-2026")
	terms := map[string]Term{}
	for _, r := range table(t, "capphrase_quantiles.csv") {
		x, ok := l.Find(r["phrase"])
		if !ok || x.N != int(num(t, r["n"])) || math.Abs(x.Centre-num(t, r["q50"])/100) > decimals {
			t.Fatalf("%q: %+v", r["phrase"], x)
		}
		terms[r["phrase"]] = x
	}
	if len(terms) != 19 {
		t.Fatalf("%d phrases, want 19", len(terms))
	}
	inside, half, all := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, r := range table(t, "capphrase_histogram.csv") {
		x, v, n := terms[r["phrase"]], num(t, r["value"])/100, num(t, r["count"])
		all[r["phrase"]] += n
		if v >= x.Low-decimals && v <= x.High+decimals {
			inside[r["phrase"]] += n
		}
		if v >= x.Half[0]-decimals && v <= x.Half[1]+decimals {
			half[r["phrase"]] += n
		}
	}
	for phrase, n := range all {
		if share := inside[phrase] / n; share < 0.8-0.001 { // a quantile of 5,000 answers lies between two of them
			t.Errorf("%q: %.3f of the answers inside", phrase, share)
		}
		if share := half[phrase] / n; share < 0.5-0.001 {
			t.Errorf("%q: %.3f of the answers in the middle half", phrase, share)
		}
	}
	agree, clear := 0, 0
	for _, r := range table(t, "capphrase_pairs.csv") {
		a, b := terms[r["a"]].Centre, terms[r["b"]].Centre
		na, nb := num(t, r["a_higher"]), num(t, r["b_higher"])
		if a == b || na == nb {
			continue
		}
		clear++
		if (a > b) == (na > nb) {
			agree++
		}
	}
	if clear < 100 || float64(agree) < 0.98*float64(clear) {
		t.Errorf("medians order %d of %d pairs as most people do", agree, clear)
	}
}

func TestFindReadsNoDenialAndStrengthens(t *testing.T) {
	icd, _ := LexiconNamed("icd-203")
	ipcc, _ := LexiconNamed("ipcc-ar5")
	survey, _ := LexiconNamed("capphrase-2026")
	if x, ok := icd.Find("not likely"); ok {
		t.Errorf("a denial is read as %+v", x)
	}
	if x, ok := icd.Find("likely, not certain"); !ok || x.Phrase != "likely" {
		t.Errorf("%+v", x)
	}
	// Half way from .6..  .85 to 1.
	x, ok := survey.Find("very likely")
	if !ok || x.Derived == "" || math.Abs(x.Low-0.8) > decimals || math.Abs(x.High-0.925) > decimals || math.Abs(x.Centre-0.875) > decimals {
		t.Errorf("%+v", x)
	}
	if x, ok := ipcc.Find("very likely"); !ok || x.Derived != "" || x.Low != 0.9 {
		t.Errorf("%+v", x)
	}
	if x, ok := survey.Find("It MIGHT be so"); !ok || x.Centre != 0.4 || !strings.Contains(x.Phrase, "might") {
		t.Errorf("%+v", x)
	}
}
