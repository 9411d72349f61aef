package ledger

import (
	"fmt"
	"testing"
)

func TestSettled(t *testing.T) {
	settled := 0
	for _, v := range Verdicts() {
		if Verdict(v).Settled() {
			settled++
		}
	}
	if settled != 3 || Open.Settled() || Verdict("").Settled() {
		t.Errorf("%d of %v are settled", settled, Verdicts())
	}
}

func ExampleVerdict_Settled() {
	fmt.Println(Held.Settled(), Annulled.Settled(), Open.Settled())
	// Output: true true false
}
