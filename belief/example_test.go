package belief_test

import (
	"fmt"

	"github.com/astara-corridors/astara/belief"
)

func ExampleLexicon_Find() {
	l, _ := belief.LexiconNamed("icd-203")
	t, ok := l.Find("very unlikely")
	fmt.Println(t.Phrase, t.Low, t.High, ok)
	// Output: very unlikely 0.05 0.2 true
}
