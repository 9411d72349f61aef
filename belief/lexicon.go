package belief

import (
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

// Term is a phrase with its interval, in shares from 0 to 1.
type Term struct {
	Phrase    string
	Low, High float64
}

// Lexicons returns the published scales by name, the default first. The slice
// is shared: do not change it.
func Lexicons() []Lexicon { return lexicons }

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
func (l *Lexicon) Find(hedge string) (t Term, ok bool) {
	words := " " + fold(hedge) + " "
	for _, x := range l.Terms {
		if strings.Contains(words, " "+fold(x.Phrase)+" ") && (!ok || len(x.Phrase) > len(t.Phrase)) {
			t, ok = x, true
		}
	}
	return t, ok
}

// fold keeps letters and digits in lower case, one space between words.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// The scales as their issuing bodies published them. Kent gives a centre with a
// tolerance, so his scale has gaps.
var lexicons = []Lexicon{
	{Name: "kent", Kind: "centre with tolerance", Source: "S. Kent, Words of Estimative Probability, 1964", Terms: []Term{
		{"certain", 1, 1}, {"almost certain", 0.87, 0.99}, {"probable", 0.63, 0.87}, {"chances about even", 0.40, 0.60},
		{"probably not", 0.20, 0.40}, {"almost certainly not", 0.02, 0.12}, {"impossible", 0, 0}}},
	{Name: "icd-203", Kind: "partition", Source: "US Intelligence Community Directive 203, 2015", Terms: []Term{
		{"almost no chance", 0.01, 0.05}, {"remote", 0.01, 0.05}, {"very unlikely", 0.05, 0.20}, {"highly improbable", 0.05, 0.20},
		{"unlikely", 0.20, 0.45}, {"improbable", 0.20, 0.45}, {"roughly even chance", 0.45, 0.55}, {"roughly even odds", 0.45, 0.55},
		{"likely", 0.55, 0.80}, {"probable", 0.55, 0.80}, {"very likely", 0.80, 0.95}, {"highly probable", 0.80, 0.95},
		{"almost certain", 0.95, 0.99}, {"nearly certain", 0.95, 0.99}}},
	{Name: "uk-phia", Kind: "disjoint with gaps", Source: "UK Professional Head of Intelligence Assessment, probability yardstick", Terms: []Term{
		{"remote chance", 0, 0.05}, {"highly unlikely", 0.10, 0.20}, {"unlikely", 0.25, 0.35}, {"realistic possibility", 0.40, 0.50},
		{"likely", 0.55, 0.75}, {"probable", 0.55, 0.75}, {"highly likely", 0.80, 0.90}, {"almost certain", 0.95, 1}}},
	{Name: "ipcc-ar5", Kind: "nested", Source: "IPCC guidance note on the treatment of uncertainties, AR5", Terms: []Term{
		{"virtually certain", 0.99, 1}, {"extremely likely", 0.95, 1}, {"very likely", 0.90, 1}, {"likely", 0.66, 1},
		{"more likely than not", 0.50, 1}, {"about as likely as not", 0.33, 0.66}, {"unlikely", 0, 0.33}, {"very unlikely", 0, 0.10},
		{"extremely unlikely", 0, 0.05}, {"exceptionally unlikely", 0, 0.01}}},
	{Name: "efsa-2019", Kind: "partition", Source: "EFSA, approximate probability scale, 2019", Terms: []Term{
		{"almost certain", 0.99, 1}, {"extremely likely", 0.95, 0.99}, {"very likely", 0.90, 0.95}, {"likely", 0.66, 0.90},
		{"about as likely as not", 0.33, 0.66}, {"unlikely", 0.10, 0.33}, {"very unlikely", 0.05, 0.10}, {"extremely unlikely", 0.01, 0.05},
		{"almost impossible", 0, 0.01}}},
	{Name: "nato-ajp-2.1", Kind: "partition", Source: "NATO, AJP-2.1", Terms: []Term{
		{"highly likely", 0.90, 1}, {"likely", 0.60, 0.90}, {"even chance", 0.40, 0.60}, {"unlikely", 0.10, 0.40}, {"highly unlikely", 0, 0.10}}},
}
