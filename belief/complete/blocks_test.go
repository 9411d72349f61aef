package complete

import (
	"reflect"
	"testing"
)

// Enough groups for several blocks, some of them pieces of one part: one worker
// and seven sum in the same order.
func TestWorkersChangeNoBit(t *testing.T) {
	f := binary(t, 16)
	w := read(t, f, many(t, f, 12, 5)...)
	q := uniform(f)
	for _, o := range []Options{{}, {Plain: true}} {
		o.Workers = 1
		one := complete(t, w, q, o)
		o.Workers = 7
		if seven := complete(t, w, q, o); !reflect.DeepEqual(one.Weight, seven.Weight) || !one.Converged {
			t.Errorf("plain %v: other bits with seven workers (converged %v)", o.Plain, one.Converged)
		}
	}
	g := f.ByArm()
	g.Refine(len(f.ArmOf), func(row int) int { return row })
	p := newProblem(f, q, g, func(int) int { return 0 }, 1, 1)
	pieces := 0
	for _, b := range p.t.blocks {
		if b.piece {
			pieces++
		}
	}
	if pieces < 2 || p.t.blocks[len(p.t.blocks)-1].to != len(f.ArmOf) {
		t.Errorf("blocks %+v", p.t.blocks)
	}
}
