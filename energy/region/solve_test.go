package region

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func TestTmp(t *testing.T) {
	need(t)
	for seed := range uint64(8) {
		s := randomSpec(rand.New(rand.NewPCG(seed, 1)), 20, 6, seed%2 == 0)
		t0 := time.Now()
		b := prepare(t, s)
		fmt.Println(seed, b.Statistics(), time.Since(t0))
		for i := range 3 {
			var ch []Change
			if i > 0 {
				ch = append(ch, Change{Op: OpClose, On: Selector{Tie: s.Ties[i].ID}})
			}
			t0 = time.Now()
			d := b.Resolve(Horizon, ch, nil)
			w := b.problem(b.worldOf(b.params(d)))
			run, err := w.settle(context.Background(), b.basis)
			if err != nil {
				t.Fatal(err)
			}
			run.close()
			sum := run.summary()
			fmt.Println("  ", time.Since(t0), "rounds", run.rounds, "steps", run.steps, "moved", run.moved, run.exact, sum.Residual, sum.Lost, sum.Objective)
		}
	}
}
