package assign

// conjugate is the memory of the biconjugate method of Frank and Wolfe
// (Mitradjieva and Lindberg, Transportation Science 47, 2013): the target of an
// iteration is mixed from the all-or-nothing load y and the two targets before,
//
//	s = (y + nu s1 + mu s2) / (1 + nu + mu),   mu, nu >= 0
//
// so that the direction s - x is conjugate to the last two with respect to the
// Hessian of the objective at x, which is the diagonal of time slopes on total
// volumes:
//
//	mu = - <e, y - x> / <e, s2 - s1>,  e = step s1 + (1 - step) s2 - x
//	nu = - <d, y - x> / <d, d> + mu step / (1 - step),  d = s1 - x
//
// After a step of nearly 1 the last target is the present flow and says nothing:
// then the memory is dropped.
type conjugate struct {
	last, before [][]float64 // targets by class and link, nil when there are none
	step         float64     // taken towards last
	free         [][]float64
	total        [4][]float64 // by link, all classes: x, y, last, before
}

// After a step of fullStep or more the memory is dropped, and before one of
// leastStep or less.
const (
	fullStep  = 0.99
	leastStep = 1e-3
)

func (c *conjugate) drop() { c.last, c.before = nil, nil }

// target mixes the next target from flow x and load y.
func (c *conjugate) target(m *model, x, y [][]float64) [][]float64 {
	if c.step >= fullStep {
		c.drop()
	}
	mu, nu := 0.0, 0.0
	if c.last != nil {
		mu, nu = c.weights(m, x, y)
	}
	out := c.free
	if out == nil {
		out = make([][]float64, len(x))
		for k := range out {
			out[k] = make([]float64, len(x[k]))
		}
	}
	b0 := 1 / (1 + mu + nu)
	b1, b2 := nu*b0, mu*b0
	for k := range out {
		to, from := out[k], y[k]
		switch {
		case b2 > 0:
			s1, s2 := c.last[k], c.before[k]
			for l, f := range from {
				to[l] = b0*f + b1*s1[l] + b2*s2[l]
			}
		case b1 > 0:
			s1 := c.last[k]
			for l, f := range from {
				to[l] = b0*f + b1*s1[l]
			}
		default:
			copy(to, from)
		}
	}
	c.free, c.before, c.last = c.before, c.last, out
	return out
}

func (c *conjugate) weights(m *model, x, y [][]float64) (mu, nu float64) {
	for i, part := range [4][][]float64{x, y, c.last, c.before} {
		if c.total[i] == nil {
			c.total[i] = make([]float64, len(m.param))
		}
		if part != nil {
			addUp(c.total[i], part)
		}
	}
	var ey, es, dy, dd float64
	for l := range m.now {
		h := m.now[l].d
		if h == 0 {
			continue
		}
		f, s1 := c.total[0][l], c.total[2][l]
		toLoad, d := c.total[1][l]-f, s1-f
		dy += h * d * toLoad
		dd += h * d * d
		if c.before != nil {
			s2 := c.total[3][l]
			e := c.step*s1 + (1-c.step)*s2 - f
			ey += h * e * toLoad
			es += h * e * (s2 - s1)
		}
	}
	if es != 0 {
		mu = max(0, -ey/es)
	}
	if dd != 0 {
		nu = max(0, -dy/dd+mu*c.step/(1-c.step))
	}
	return mu, nu
}

func addUp(total []float64, part [][]float64) {
	copy(total, part[0])
	for _, p := range part[1:] {
		for l, f := range p {
			total[l] += f
		}
	}
}
