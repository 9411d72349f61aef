package belief

import "testing"

func TestLexiconsAreInOrder(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Lexicons() {
		if seen[l.Name] || l.Source == "" || len(l.Terms) == 0 {
			t.Errorf("lexicon %q: twice, without a source or empty", l.Name)
		}
		seen[l.Name] = true
		phrases := map[string]bool{}
		for _, x := range l.Terms {
			if x.Low < 0 || x.Low > x.High || x.High > 1 || phrases[x.Phrase] {
				t.Errorf("%s: %q from %v to %v", l.Name, x.Phrase, x.Low, x.High)
			}
			phrases[x.Phrase] = true
		}
	}
}

// Kent's centre values with his tolerances (Words of Estimative Probability,
// 1964): 93 +-6, 75 +-12, 50 +-10, 30 +-10, 7 +-5.
func TestKent(t *testing.T) {
	kent, ok := LexiconNamed("kent")
	if !ok {
		t.Fatal("no lexicon kent")
	}
	for phrase, want := range map[string][2]float64{
		"almost certain": {0.93, 0.06}, "probable": {0.75, 0.12}, "chances about even": {0.50, 0.10}, "probably not": {0.30, 0.10}, "almost certainly not": {0.07, 0.05},
	} {
		x, ok := kent.Find(phrase)
		const digits = 1e-12 // the table has two decimals
		if !ok || x.Low-(want[0]-want[1]) > digits || x.High-(want[0]+want[1]) > digits || (want[0]-want[1])-x.Low > digits || (want[0]+want[1])-x.High > digits {
			t.Errorf("%q: %+v", phrase, x)
		}
	}
}

func TestFindTakesTheLongestWholePhrase(t *testing.T) {
	icd, _ := LexiconNamed("icd-203")
	for hedge, want := range map[string]string{
		"likely": "likely", "it is Very  likely that": "very likely", "unlikely": "unlikely", "very unlikely": "very unlikely", "almost certain": "almost certain", "likelihood": "", "": "", "might": "",
	} {
		x, ok := icd.Find(hedge)
		if x.Phrase != want || ok != (want != "") {
			t.Errorf("%q: found %q", hedge, x.Phrase)
		}
	}
	if _, ok := LexiconNamed("none"); ok {
		t.Error("a lexicon of no name")
	}
}
