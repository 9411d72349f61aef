package region

import (
	"context"
	"math/rand/v2"
	"testing"
)

// BenchmarkDispatch is one world of a case of 20 zones and 6 blocks with contracts.
func BenchmarkDispatch(b *testing.B) {
	s := randomSpec(rand.New(rand.NewPCG(5, 1)), 20, 6, false)
	base := prepare(b, s)
	d := base.Resolve(Horizon, []Change{{Op: OpClose, On: Selector{Tie: s.Ties[1].ID}}}, nil)
	for b.Loop() {
		run, err := base.dispatch(context.Background(), d)
		if err != nil {
			b.Fatal(err)
		}
		run.close()
	}
}
