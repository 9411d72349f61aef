package region

import (
	"math"
)

// interior runs the interior point method; s.x, s.y and the multipliers of bounds are
// its result. It ends where rounding stops it at the latest; the caller tests the point.
func (s *projection) interior() {
	n, m := len(s.l), len(s.b)
	vec := func(k int) []float64 { return make([]float64, k) }
	x, y, zl, zu := s.x, s.y, s.zl, s.zu
	hasL, hasU := make([]bool, n), make([]bool, n)
	bounds := 0.
	for c := range x {
		hasL[c], hasU[c] = !math.IsInf(s.l[c], -1), !math.IsInf(s.u[c], 1)
		switch {
		case hasL[c] && hasU[c]:
			x[c] = (s.l[c] + s.u[c]) / 2
		case hasL[c]:
			x[c] = s.l[c] + 1
		case hasU[c]:
			x[c] = s.u[c] - 1
		default:
			x[c] = 0
		}
		if hasL[c] {
			zl[c] = 1
			bounds++
		}
		if hasU[c] {
			zu[c] = 1
			bounds++
		}
	}
	rd, rp, d, g, t, rhs, ax := vec(n), vec(m), vec(n), vec(n), vec(n), vec(m), vec(m)
	dx, dy, dl, du := vec(n), vec(m), vec(n), vec(n)
	cl, cu := vec(n), vec(n)
	var step func(center float64)
	for range interiorSteps {
		s.transposed(y, t)
		mu := 0.
		worst := 0.
		for c := range x {
			rd[c] = s.w[c]*x[c] - t[c] - zl[c] + zu[c]
			worst = math.Max(worst, math.Abs(rd[c]))
			if hasL[c] {
				mu += zl[c] * (x[c] - s.l[c])
			}
			if hasU[c] {
				mu += zu[c] * (s.u[c] - x[c])
			}
		}
		mu /= math.Max(1, bounds)
		s.times(x, ax)
		for i := range rp {
			rp[i] = s.b[i] - ax[i]
			worst = math.Max(worst, math.Abs(rp[i])/s.size[i])
		}
		if mu < interiorGap && worst < interiorResidual {
			return
		}
		for c := range x {
			d[c] = s.w[c]
			if hasL[c] {
				d[c] += zl[c] / (x[c] - s.l[c])
			}
			if hasU[c] {
				d[c] += zu[c] / (s.u[c] - x[c])
			}
			t[c] = 1 / d[c]
		}
		if !s.factor(t) {
			break
		}
		work := s.like.NewWork()
		step = func(center float64) {
			for c := range x {
				g[c] = -rd[c]
				if hasL[c] {
					g[c] += (center-cl[c])/(x[c]-s.l[c]) - zl[c]
				}
				if hasU[c] {
					g[c] -= (center-cu[c])/(s.u[c]-x[c]) - zu[c]
				}
				t[c] = g[c] / d[c]
			}
			s.times(t, rhs)
			for i := range rhs {
				rhs[i] = rp[i] - rhs[i]
			}
			s.newton(dy, rhs, work)
			s.transposed(dy, t)
			for c := range x {
				dx[c] = (t[c] + g[c]) / d[c]
				if hasL[c] {
					dl[c] = (center-cl[c]-zl[c]*dx[c])/(x[c]-s.l[c]) - zl[c]
				}
				if hasU[c] {
					du[c] = (center-cu[c]+zu[c]*dx[c])/(s.u[c]-x[c]) - zu[c]
				}
			}
		}
		length := func() (primal, dual float64) {
			primal, dual = 1, 1
			for c := range x {
				if hasL[c] {
					if dx[c] < 0 {
						primal = math.Min(primal, -(x[c]-s.l[c])/dx[c])
					}
					if dl[c] < 0 {
						dual = math.Min(dual, -zl[c]/dl[c])
					}
				}
				if hasU[c] {
					if dx[c] > 0 {
						primal = math.Min(primal, (s.u[c]-x[c])/dx[c])
					}
					if du[c] < 0 {
						dual = math.Min(dual, -zu[c]/du[c])
					}
				}
			}
			return primal, dual
		}
		clear(cl)
		clear(cu)
		step(0)
		ap, ad := length()
		a := math.Min(ap, ad)
		after := 0.
		for c := range x {
			if hasL[c] {
				after += (zl[c] + a*dl[c]) * (x[c] - s.l[c] + a*dx[c])
				cl[c] = dl[c] * dx[c]
			}
			if hasU[c] {
				after += (zu[c] + a*du[c]) * (s.u[c] - x[c] - a*dx[c])
				cu[c] = -du[c] * dx[c]
			}
		}
		after /= math.Max(1, bounds)
		sigma := 0.
		if mu > 0 {
			sigma = math.Pow(after/mu, 3)
		}
		step(sigma * mu)
		ap, ad = length()
		a = math.Min(1, 0.995*math.Min(ap, ad)) // one length for both: the problem is quadratic
		if !finites(dx) || !finites(dy) {
			break // as near as rounding lets it come
		}
		for c := range x {
			x[c] += a * dx[c]
			if hasL[c] {
				zl[c] += a * dl[c]
			}
			if hasU[c] {
				zu[c] += a * du[c]
			}
		}
		for i := range y {
			y[i] += a * dy[i]
		}
	}
}

func finites(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
