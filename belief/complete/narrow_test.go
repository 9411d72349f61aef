package complete

import "testing"

// Words that leave little room: four of five intervals hold the distribution of four
// worlds in place, and which of their ends do is found only by letting multipliers
// that a step took to 0 leave it again.
func TestNarrowWords(t *testing.T) {
	f := frame(t, "u: a b", "v: a b")
	w := read(t, f,
		level(t, f, "1", "v=a", "u=a", 0, 0.325),
		level(t, f, "2", "u=a", "u=a or v=b", 0.69, 0.91),
		level(t, f, "3", "u=b", "u=b or v=a", 0.832, 0.882),
		level(t, f, "4", "v=b", "", 0.627, 0.659),
		level(t, f, "5", "v=a", "u=a or v=a", 0.388, 0.445))
	for _, plain := range []bool{false, true} {
		if c := complete(t, w, uniform(f), Options{Plain: plain}); !c.Converged {
			t.Errorf("plain %v: off by %v after %+v", plain, c.Residual, c.Stages)
		}
	}
}
