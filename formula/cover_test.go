package formula

import (
	"testing"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
)

// A sum of products has the value of its function, and none of its products
// can be left out.
func TestProductsAreIrredundant(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := drawSpace(r, t)
		p := mustParse(t, s, drawTerm(r, s, 3).text)
		m := newManager(s)
		root := m.load(p.d)
		cubes, err := m.products(root)
		if err != nil {
			r.Fatal(err)
		}
		sum := func(skip int) ref {
			out := falseRef
			for i, c := range cubes {
				if i == skip {
					continue
				}
				one := trueRef
				for _, l := range c {
					one = m.and(one, m.literal(l.v, l.set))
				}
				out = m.or(out, one)
			}
			return out
		}
		if sum(-1) != root {
			r.Fatalf("%s: the products say something else", p)
		}
		for i := range cubes {
			if sum(i) == root {
				r.Fatalf("%s: product %d of %d is idle", p, i, len(cubes))
			}
		}
	})
}
