package belief

import (
	"slices"
	"strings"
	"unicode"
)

// Lexicon is a named scale of hedge words: what each phrase means as an
// interval of probability.
type Lexicon struct {
	Name   string
	Kind   string // how the intervals of the scale lie to each other
	Source string // the issuing body's document
	Terms  []Term
}

// Term is a phrase with its interval, in shares from 0 to 1. Centre is the middle
// of a published band and the median of a survey.
type Term struct {
	Phrase            string
	Low, High, Centre float64
	// Half is the middle half of a survey's answers; zero for published bands.
	Half [2]float64
	N    int // people asked; 0 for published bands
	// Derived says by which rule the term was made when the lexicon does not hold
	// the phrase itself; "" when it does.
	Derived string
}

// Lexicons returns the published scales by name, the default first. The slice
// is shared: do not change it.
func Lexicons() []Lexicon { return lexicons }

func init() {
	for i := range lexicons {
		for j := range lexicons[i].Terms {
			if t := &lexicons[i].Terms[j]; t.N == 0 {
				t.Centre = (t.Low + t.High) / 2
			}
		}
	}
}

// LexiconNames lists the names of Lexicons in their order.
func LexiconNames() []string {
	out := make([]string, len(lexicons))
	for i, l := range lexicons {
		out[i] = l.Name
	}
	return out
}

// LexiconNamed returns the lexicon of a name.
func LexiconNamed(name string) (*Lexicon, bool) {
	for i := range lexicons {
		if lexicons[i].Name == name {
			return &lexicons[i], true
		}
	}
	return nil, false
}

// Find returns the term of the longest phrase that stands in a hedge as whole
// words, whatever the case of its letters. ok is false when none does.
//
// A phrase right after "not", "no" or "never" is not read: how people read a
// denial is not the mirror of how they read the phrase (Mosteller and
// Youtz 1990; in the survey "unlikely" is centred on 0.20 and "likely" on 0.75).
// "very" before a phrase that the lexicon holds without it takes the meaning half
// way to the nearer end (Mosteller and Youtz, Statistical Science 5, 1990); such
// a term says so in Derived.
func (l *Lexicon) Find(hedge string) (t Term, ok bool) {
	words := strings.Fields(fold(hedge))
	best := 0
	for _, x := range l.Terms {
		phrase := strings.Fields(fold(x.Phrase))
		at := place(words, phrase)
		size := len(fold(x.Phrase))
		if at < 0 || size <= best {
			continue
		}
		best, ok = size, at == 0 || !denies(words[at-1])
		t = x
		if ok && at > 0 && words[at-1] == "very" && phrase[0] != "very" {
			t = x.strengthened()
		}
	}
	if !ok {
		t = Term{}
	}
	return t, ok
}

// place returns where phrase stands in words, or -1.
func place(words, phrase []string) int {
	for i := 0; i+len(phrase) <= len(words); i++ {
		if slices.Equal(words[i:i+len(phrase)], phrase) {
			return i
		}
	}
	return -1
}

func denies(word string) bool { return word == "not" || word == "no" || word == "never" }

// strengthened takes a term half way to the nearer end; one about even stays.
func (t Term) strengthened() Term {
	end := -1.0
	switch {
	case t.Centre > 0.5:
		end = 1
	case t.Centre < 0.5:
		end = 0
	}
	if end >= 0 {
		t.Low, t.High, t.Centre = (t.Low+end)/2, (t.High+end)/2, (t.Centre+end)/2
	}
	t.Phrase, t.Derived = "very "+t.Phrase, "half way to the end"
	t.Half, t.N = [2]float64{}, 0
	return t
}

// fold keeps letters and digits in lower case, one space between words.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// The scales as their issuing bodies published them. Kent gives a centre with a
// tolerance, so his scale has gaps.
var lexicons = []Lexicon{
	{Name: "kent", Kind: "centre with tolerance", Source: "S. Kent, Words of Estimative Probability, 1964", Terms: []Term{
		{Phrase: "certain", Low: 1, High: 1}, {Phrase: "almost certain", Low: 0.87, High: 0.99}, {Phrase: "probable", Low: 0.63, High: 0.87}, {Phrase: "chances about even", Low: 0.40, High: 0.60},
		{Phrase: "probably not", Low: 0.20, High: 0.40}, {Phrase: "almost certainly not", Low: 0.02, High: 0.12}, {Phrase: "impossible", Low: 0, High: 0}}},
	{Name: "icd-203", Kind: "partition", Source: "US Intelligence Community Directive 203, 2015", Terms: []Term{
		{Phrase: "almost no chance", Low: 0.01, High: 0.05}, {Phrase: "remote", Low: 0.01, High: 0.05}, {Phrase: "very unlikely", Low: 0.05, High: 0.20}, {Phrase: "highly improbable", Low: 0.05, High: 0.20},
		{Phrase: "unlikely", Low: 0.20, High: 0.45}, {Phrase: "improbable", Low: 0.20, High: 0.45}, {Phrase: "roughly even chance", Low: 0.45, High: 0.55}, {Phrase: "roughly even odds", Low: 0.45, High: 0.55},
		{Phrase: "likely", Low: 0.55, High: 0.80}, {Phrase: "probable", Low: 0.55, High: 0.80}, {Phrase: "very likely", Low: 0.80, High: 0.95}, {Phrase: "highly probable", Low: 0.80, High: 0.95},
		{Phrase: "almost certain", Low: 0.95, High: 0.99}, {Phrase: "nearly certain", Low: 0.95, High: 0.99}}},
	{Name: "uk-phia", Kind: "disjoint with gaps", Source: "UK Professional Head of Intelligence Assessment, probability yardstick", Terms: []Term{
		{Phrase: "remote chance", Low: 0, High: 0.05}, {Phrase: "highly unlikely", Low: 0.10, High: 0.20}, {Phrase: "unlikely", Low: 0.25, High: 0.35}, {Phrase: "realistic possibility", Low: 0.40, High: 0.50},
		{Phrase: "likely", Low: 0.55, High: 0.75}, {Phrase: "probable", Low: 0.55, High: 0.75}, {Phrase: "highly likely", Low: 0.80, High: 0.90}, {Phrase: "almost certain", Low: 0.95, High: 1}}},
	{Name: "ipcc-ar5", Kind: "nested", Source: "IPCC guidance note on the treatment of uncertainties, AR5", Terms: []Term{
		{Phrase: "virtually certain", Low: 0.99, High: 1}, {Phrase: "extremely likely", Low: 0.95, High: 1}, {Phrase: "very likely", Low: 0.90, High: 1}, {Phrase: "likely", Low: 0.66, High: 1},
		{Phrase: "more likely than not", Low: 0.50, High: 1}, {Phrase: "about as likely as not", Low: 0.33, High: 0.66}, {Phrase: "unlikely", Low: 0, High: 0.33}, {Phrase: "very unlikely", Low: 0, High: 0.10},
		{Phrase: "extremely unlikely", Low: 0, High: 0.05}, {Phrase: "exceptionally unlikely", Low: 0, High: 0.01}}},
	{Name: "efsa-2019", Kind: "partition", Source: "EFSA, approximate probability scale, 2019", Terms: []Term{
		{Phrase: "almost certain", Low: 0.99, High: 1}, {Phrase: "extremely likely", Low: 0.95, High: 0.99}, {Phrase: "very likely", Low: 0.90, High: 0.95}, {Phrase: "likely", Low: 0.66, High: 0.90},
		{Phrase: "about as likely as not", Low: 0.33, High: 0.66}, {Phrase: "unlikely", Low: 0.10, High: 0.33}, {Phrase: "very unlikely", Low: 0.05, High: 0.10}, {Phrase: "extremely unlikely", Low: 0.01, High: 0.05},
		{Phrase: "almost impossible", Low: 0, High: 0.01}}},
	{Name: "nato-ajp-2.1", Kind: "partition", Source: "NATO, AJP-2.1", Terms: []Term{
		{Phrase: "highly likely", Low: 0.90, High: 1}, {Phrase: "likely", Low: 0.60, High: 0.90}, {Phrase: "even chance", Low: 0.40, High: 0.60}, {Phrase: "unlikely", Low: 0.10, High: 0.40}, {Phrase: "highly unlikely", Low: 0, High: 0.10}}},
	survey,
}
