package bounds

import (
	"math"

	"github.com/astara-corridors/astara/internal/lp"
)

// walker goes from a feasible vertex to the best one for an objective: the primal
// simplex method in its revised form (Dantzig 1963) with the inverse of the basis
// kept whole, for many objectives over one set of rows. Rows are few here (a
// handful a claim) and columns may be thousands, so what counts is how often all
// columns are priced: each time the best of every block of columns become
// candidates, and steps are taken among the candidates until none is left
// (multiple pricing, Orchard-Hays 1968). Where steps no longer gain anything, the
// rule of Bland (Mathematics of Operations Research 2, 1977) takes over.
//
// It computes in floats and proves nothing; what it ends with is certified like a
// basis of the solver, which also finds the first vertex.
//
// Row i with a least value b is a x - s = b, with a largest a x + s = b, s >= 0; an
// equation is a x + s = b with s fixed at 0. Variables from cols on are the s.
type walker struct {
	q          *programme
	cols, rows int
	first      []int32 // entries of column j: first[j] .. first[j+1]
	row        []int32
	val        []float64
	sign       []float64 // of the s of each row
	fixed      []bool    // the s of an equation
	b          []float64

	basis []int32 // variable by place
	in    []bool  // by variable
	inv   []float64
	x     []float64 // by place
	since int       // steps since the inverse was made anew

	// of the objective at hand
	cost  []float64 // by variable
	y     []float64
	alpha []float64
}

const (
	// mostRows is the number of rows up to which bases are kept whole.
	mostRows = 256
	// pivotFloor is the least pivot that is taken.
	pivotFloor = 1e-9
	// gainShare of the largest value of an objective is the least reduced cost that
	// is worth a step.
	gainShare = 1e-12
	// freshEvery is the number of steps after which the inverse is made anew.
	freshEvery = 64
	// blocks is the number of candidates a pricing gives, at most.
	blocks = 256
	// mostSteps bounds the steps of one objective, stalled those without gain
	// before Bland's rule.
	mostSteps = 5000
	stalled   = 200
)

func newWalker(q *programme) *walker {
	w := &walker{q: q, cols: q.cols, rows: len(q.rows)}
	c := columns{q: q}
	c.transpose()
	w.first, w.row, w.val = c.first, c.row, c.val
	w.sign, w.fixed, w.b = make([]float64, w.rows), make([]bool, w.rows), make([]float64, w.rows)
	for i := range q.rows {
		r := &q.rows[i]
		w.sign[i], w.fixed[i] = 1, r.lo != nil && r.hi != nil
		if w.b[i] = q.p.RowUpper[i]; r.hi == nil {
			w.sign[i], w.b[i] = -1, q.p.RowLower[i]
		}
	}
	return w
}

// begin stands at a basis of the solver; false when it is of no use.
func (w *walker) begin(b *lp.Basis) bool {
	w.basis, w.in, w.cost = nil, make([]bool, w.cols+w.rows), make([]float64, w.cols+w.rows)
	for j, p := range b.Cols {
		if p == lp.Basic {
			w.basis, w.in[j] = append(w.basis, int32(j)), true
		}
	}
	for i, p := range b.Rows {
		if p == lp.Basic {
			w.basis, w.in[w.cols+i] = append(w.basis, int32(w.cols+i)), true
		}
	}
	if len(w.basis) != w.rows {
		return false
	}
	w.inv, w.x, w.y, w.alpha = make([]float64, w.rows*w.rows), make([]float64, w.rows), make([]float64, w.rows), make([]float64, w.rows)
	return w.fresh()
}

// places writes the basis as the solver does.
func (w *walker) places() (cols, rows []lp.Place) {
	cols, rows = make([]lp.Place, w.cols), make([]lp.Place, w.rows)
	for i := range rows {
		if w.sign[i] > 0 && !w.fixed[i] {
			rows[i] = lp.AtUpper
		}
	}
	for _, v := range w.basis {
		if int(v) < w.cols {
			cols[v] = lp.Basic
		} else {
			rows[int(v)-w.cols] = lp.Basic
		}
	}
	return cols, rows
}

// each calls do for every entry of a variable's column.
func (w *walker) each(v int32, do func(i int32, a float64)) {
	if int(v) >= w.cols {
		i := v - int32(w.cols)
		do(i, w.sign[i])
		return
	}
	for e := w.first[v]; e < w.first[v+1]; e++ {
		do(w.row[e], w.val[e])
	}
}

// fresh makes the inverse anew by Gauss and Jordan, and the point with it.
func (w *walker) fresh() bool {
	n := w.rows
	a := make([]float64, n*n) // column k is that of the variable in place k
	for k, v := range w.basis {
		w.each(v, func(i int32, x float64) { a[int(i)*n+k] = x })
	}
	clear(w.inv)
	for i := range n {
		w.inv[i*n+i] = 1
	}
	for c := range n {
		pivot := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r*n+c]) > math.Abs(a[pivot*n+c]) {
				pivot = r
			}
		}
		if math.Abs(a[pivot*n+c]) < pivotFloor {
			return false
		}
		if pivot != c {
			for k := range n {
				a[c*n+k], a[pivot*n+k] = a[pivot*n+k], a[c*n+k]
				w.inv[c*n+k], w.inv[pivot*n+k] = w.inv[pivot*n+k], w.inv[c*n+k]
			}
		}
		f := 1 / a[c*n+c]
		for k := range n {
			a[c*n+k] *= f
			w.inv[c*n+k] *= f
		}
		for r := range n {
			if g := a[r*n+c]; r != c && g != 0 {
				for k := range n {
					a[r*n+k] -= float64(g * a[c*n+k])
					w.inv[r*n+k] -= float64(g * w.inv[c*n+k])
				}
			}
		}
	}
	for k := range n {
		sum := 0.0
		for i, v := range w.b {
			sum += float64(w.inv[k*n+i] * v)
		}
		w.x[k] = sum
	}
	w.since = 0
	return true
}

// multipliers sets y for the objective.
func (w *walker) multipliers() {
	clear(w.y)
	n := w.rows
	for k, v := range w.basis {
		if c := w.cost[v]; c != 0 {
			for i := range n {
				w.y[i] += float64(c * w.inv[k*n+i])
			}
		}
	}
}

// reduced is the reduced cost of a variable.
func (w *walker) reduced(v int32) float64 {
	d := w.cost[v]
	if int(v) >= w.cols {
		i := v - int32(w.cols)
		return d - float64(w.y[i]*w.sign[i])
	}
	y, row := w.y, w.row[w.first[v]:w.first[v+1]]
	val := w.val[w.first[v]:][:len(row)]
	for e, i := range row {
		d -= float64(y[i] * val[e])
	}
	return d
}

// open reports whether a variable may enter.
func (w *walker) open(v int32) bool {
	return !w.in[v] && (int(v) < w.cols || !w.fixed[int(v)-w.cols])
}

// maximise goes to a vertex from which no step gains for the costs set; least is
// the reduced cost from which a step gains. False when it gives up.
func (w *walker) maximise(least float64) bool {
	w.multipliers()
	var candidates []int32
	idle, steps := 0, 0
	for {
		bland := idle > stalled
		candidates = w.price(candidates[:0], least, bland)
		if len(candidates) == 0 {
			return w.fresh()
		}
		for {
			best, most := int32(-1), least
			for _, v := range candidates {
				if w.in[v] {
					continue
				}
				if d := w.reduced(v); d > most {
					if best, most = v, d; bland {
						break
					}
				}
			}
			if best < 0 {
				break
			}
			gain, ok := w.step(best, most, bland)
			if steps++; !ok || steps > mostSteps {
				return false
			}
			if idle++; gain > least {
				idle = 0
			}
			if w.since >= freshEvery {
				if !w.fresh() {
					return false
				}
				w.multipliers()
			}
			if bland {
				break
			}
		}
	}
}

// price appends the best variable of each block of them that is worth a step; under
// Bland's rule the first of all.
func (w *walker) price(out []int32, least float64, bland bool) []int32 {
	total := int32(w.cols + w.rows)
	width := max(1, (total+blocks-1)/blocks)
	for from := int32(0); from < total; from += width {
		best, most := int32(-1), least
		for v := from; v < min(from+width, total); v++ {
			if !w.open(v) {
				continue
			}
			if d := w.reduced(v); d > most {
				if best, most = v, d; bland {
					return append(out, v)
				}
			}
		}
		if best >= 0 {
			out = append(out, best)
		}
	}
	return out
}

// step lets a variable with reduced cost d enter and returns what that gains.
func (w *walker) step(v int32, d float64, bland bool) (gain float64, ok bool) {
	n := w.rows
	clear(w.alpha)
	w.each(v, func(i int32, a float64) {
		for k := range n {
			w.alpha[k] += float64(w.inv[k*n+int(i)] * a)
		}
	})
	leave, theta := -1, math.Inf(1)
	for k, a := range w.alpha {
		stuck := int(w.basis[k]) >= w.cols && w.fixed[int(w.basis[k])-w.cols]
		if a <= pivotFloor && (!stuck || a >= -pivotFloor) {
			continue
		}
		t := 0.0
		if !stuck {
			t = max(0, w.x[k]) / a
		}
		const tie = 1e-12
		switch {
		case leave < 0 || t < theta-tie:
		case t > theta+tie:
			continue
		case bland:
			if w.basis[k] > w.basis[leave] {
				continue
			}
		case math.Abs(a) <= math.Abs(w.alpha[leave]):
			continue
		}
		leave, theta = k, t
	}
	if leave < 0 {
		return 0, false // unbounded, which a distribution cannot be
	}
	f := 1 / w.alpha[leave]
	pivot := w.inv[leave*n : (leave+1)*n]
	for i := range pivot {
		pivot[i] *= f
	}
	for k, a := range w.alpha {
		if k == leave || a == 0 {
			continue
		}
		to := w.inv[k*n : (k+1)*n]
		for i, p := range pivot {
			to[i] -= float64(a * p)
		}
		w.x[k] -= float64(a * theta)
	}
	w.x[leave] = theta
	for i, p := range pivot {
		w.y[i] += float64(d * p)
	}
	w.in[w.basis[leave]], w.in[v] = false, true
	w.basis[leave] = v
	w.since++
	return theta * d, true
}
