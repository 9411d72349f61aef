package assign

import "math"

// mixer finds the fixed point of volumes -> loads by Anderson's mixing (Journal of
// the ACM 12, 1965; Walker and Ni, SIAM Journal on Numerical Analysis 49, 2011):
// from the last few volumes x and residuals g = load - x it takes the combination
// whose residual would be least if loads were linear,
//
//	next = x + g - sum of gamma_i (dx_i + dg_i),   gamma = argmin |g - sum of gamma_i dg_i|
//
// Volumes below 0 are set to 0. Far from the answer loads are not linear: until
// the residual is below mixFrom, plain averages are taken. When it has grown to
// mixLost times the least so far, the memory is dropped and the work resumes from
// there.
type mixer struct {
	x, g        []float64   // last volumes and residual
	dx, dg      [][]float64 // differences, oldest first
	last, least float64     // residual: of the last volumes, and since the memory began
	best        []float64   // volumes with the least residual
	bestLoad    []float64
	mixing      bool
	divisor     float64 // of the step towards the load in a plain average
}

const (
	mixDepth = 30
	mixFrom  = 0.6
	mixLost  = 10.0
	mixAgain = 0.25 // share of the load in the step after the memory was dropped
	// The step of a plain average shrinks fast while the residual grows and slowly
	// while it falls (Liu, He, He, Networks and Spatial Economics 9, 2009).
	averageGrow = 1.5  // added to the divisor when the residual grew
	averageFall = 0.05 // added when it fell
)

// mixNew is the least part of a column that the others do not say already.
const mixNew = 1e-6

func newMixer() *mixer { return &mixer{last: math.Inf(1), divisor: 1} }

// next overwrites x by the next volumes, given the load at x and its relative
// residual.
func (a *mixer) next(x, load []float64, residual float64) {
	grew := residual >= a.last
	a.last = residual
	if !a.mixing && residual > mixFrom {
		if a.divisor += averageFall; grew {
			a.divisor += averageGrow - averageFall
		}
		a.average(x, load, 1/a.divisor)
		return
	}
	if a.mixing && residual > mixLost*a.least {
		a.average(a.best, a.bestLoad, mixAgain)
		copy(x, a.best)
		a.last = math.Inf(1)
		a.x, a.dx, a.dg = nil, nil, nil
		a.least = math.Inf(1)
		return
	}
	if !a.mixing || residual < a.least {
		a.mixing, a.least = true, residual
		a.best = append(a.best[:0], x...)
		a.bestLoad = append(a.bestLoad[:0], load...)
	}
	g := make([]float64, len(x))
	for l := range g {
		g[l] = load[l] - x[l]
	}
	a.remember(x, g)
	gamma := leastSquares(a.dg, g)
	for i, c := range gamma {
		dx, dg := a.dx[i], a.dg[i]
		for l := range g {
			g[l] -= c * (dx[l] + dg[l])
		}
	}
	for l, d := range g {
		x[l] = max(0, x[l]+d)
	}
}

func (a *mixer) average(x, load []float64, share float64) {
	for l := range x {
		x[l] += share * (load[l] - x[l])
	}
}

// remember keeps x and g and their differences from the last.
func (a *mixer) remember(x, g []float64) {
	if a.x != nil {
		dx, dg := make([]float64, len(x)), make([]float64, len(x))
		for l := range x {
			dx[l], dg[l] = x[l]-a.x[l], g[l]-a.g[l]
		}
		a.dx, a.dg = append(a.dx, dx), append(a.dg, dg)
		if len(a.dx) > mixDepth {
			a.dx, a.dg = a.dx[1:], a.dg[1:]
		}
	}
	a.x = append(a.x[:0], x...)
	a.g = append(a.g[:0], g...)
}

// leastSquares returns gamma that makes |g - sum of gamma_i d_i| least, by
// Gram and Schmidt's orthogonalization, newest column first; columns that say
// nothing new get 0.
func leastSquares(d [][]float64, g []float64) []float64 {
	n := len(d)
	q := make([][]float64, n) // by column, newest first; nil when left out
	r := make([]float64, n*n)
	b := make([]float64, n)
	rest := append([]float64(nil), g...)
	for j := range n {
		v := append([]float64(nil), d[n-1-j]...)
		whole := math.Sqrt(dot(v, v))
		for i := range j {
			if q[i] != nil {
				r[i*n+j] = dot(q[i], v)
				subtract(v, r[i*n+j], q[i])
			}
		}
		left := math.Sqrt(dot(v, v))
		if !(left > mixNew*whole) {
			continue
		}
		for l := range v {
			v[l] /= left
		}
		q[j], r[j*n+j] = v, left
		b[j] = dot(v, rest)
		subtract(rest, b[j], v)
	}
	gamma := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		if q[i] == nil {
			continue
		}
		s := b[i]
		for k := i + 1; k < n; k++ {
			s -= r[i*n+k] * gamma[n-1-k]
		}
		gamma[n-1-i] = s / r[i*n+i]
	}
	return gamma
}

func subtract(v []float64, c float64, q []float64) {
	for l, x := range q {
		v[l] -= c * x
	}
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += x * b[i]
	}
	return s
}
