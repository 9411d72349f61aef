package complete

import (
	"context"
	"math"

	"github.com/astara-corridors/astara/internal/par"
)

const (
	// tiltTolerance is how far a row may be off, as a probability.
	tiltTolerance = 1e-12
	// looseTolerance is accepted when rounding allows no further step.
	looseTolerance = 1e-9
	// maxSteps bounds the Newton steps of one problem.
	maxSteps = 200
	// armijo is the share of the predicted decrease that a step must bring.
	armijo = 1e-4
	// ridge is added to the diagonal of the Hessian, relative to its largest entry:
	// rows that say the same make it singular.
	ridge = 1e-13
	// longest bounds a Newton step in one multiplier, which keeps exponents finite.
	longest = 40
	// blockSize is the least number of groups in a block of a sum, and maxBlocks the
	// most blocks.
	blockSize = 8192
	maxBlocks = 16
	// thinned is the number of groups from which the Hessian of a part that is cut
	// into pieces is taken from a sample of one group in sampleEvery.
	thinned     = 1 << 17
	sampleEvery = 8
	// fewParts is up to how many parts the means of each are kept for bordered.
	fewParts = 16
	// leaves is the gain, relative to its terms, from which a stopped row leaves 0.
	leaves = 1e-9
	// slow is the fall of the residual in a step above which a sample is given up.
	slow = 0.5
)

// tilt is the problem: minimise the relative entropy to base, with the weight of
// every part held, under sum_g p_g f_r(g) <= 0 (or = 0 for equations).
//
// Its dual is to minimise over the multipliers y (y_r >= 0 but for equations)
//
//	sum_h B_h ln( sum_{g in h} b_g exp(-y.f(g)) / B_h )
//
// with gradient -E[f] and Hessian sum_h B_h Cov_h[f]. Groups are sorted by part.
type tilt struct {
	base  []float64 // by group; 0 where a certain claim rules it out
	part  []int32   // by group, ascending
	mass  []float64 // by part: B
	free  []bool    // by row: an equation
	first []int32   // entries of group g: first[g] .. first[g+1]
	entry []uint32  // index into row and val
	row   []uint16  // by coefficient: its row, ascending within a group
	val   []float64 // by coefficient
	// apart marks rows no two of which a group enters: the cells of links that share no arm.
	apart []bool

	y    []float64 // multipliers
	p    []float64
	s, w []float64 // scratch
	top  []float64 // by part
	sum  []float64

	blocks  []block
	curve   curvature
	workers int
	steps   int
	whole   bool // the Hessian is taken from all groups
}

// block is a range of groups: whole parts, or a piece of one part.
type block struct {
	from, to int
	piece    bool
}

// each runs f(worker, i) for i in 0..n-1, on this goroutine where one would do: the
// problems of a consensus are small and many.
func each(ctx context.Context, workers, n int, f func(worker, i int) error) error {
	if workers != 1 && n > 1 {
		return par.Do(ctx, workers, n, f)
	}
	for i := range n {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := f(0, i); err != nil {
			return err
		}
	}
	return nil
}

func (t *tilt) prepare() {
	n := len(t.base)
	t.whole = n < thinned
	t.p, t.s, t.w = make([]float64, n), make([]float64, n), make([]float64, n)
	t.top, t.sum = make([]float64, len(t.mass)), make([]float64, len(t.mass))
	size := max(blockSize, (n+maxBlocks-1)/maxBlocks)
	for g := 0; g < n; {
		end := g
		for end < n && end-g < size { // whole parts while they fit
			e := end
			for e < n && t.part[e] == t.part[end] {
				e++
			}
			if e-g > size && end > g {
				break
			}
			end = e
		}
		if end-g <= size || t.part[g] != t.part[end-1] {
			t.blocks = append(t.blocks, block{g, end, false})
		} else { // one part larger than a block
			for f := g; f < end; f += size {
				t.blocks = append(t.blocks, block{f, min(f+size, end), true})
			}
		}
		g = end
	}
}

// weigh sets p for the multipliers y and returns the dual objective.
func (t *tilt) weigh(ctx context.Context, y []float64) (float64, error) {
	pull := make([]float64, len(t.val)) // multiplier times coefficient
	for e, v := range t.val {
		pull[e] = y[t.row[e]] * v
	}
	err := each(ctx, t.workers, len(t.blocks), func(_, b int) error {
		for g := t.blocks[b].from; g < t.blocks[b].to; g++ {
			s := 0.0
			for _, e := range t.entry[t.first[g]:t.first[g+1]] {
				s -= pull[e]
			}
			t.s[g] = s
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for h := range t.top {
		t.top[h], t.sum[h] = math.Inf(-1), 0
	}
	for g, h := range t.part {
		t.top[h] = max(t.top[h], t.s[g])
	}
	err = each(ctx, t.workers, len(t.blocks), func(_, b int) error {
		for g := t.blocks[b].from; g < t.blocks[b].to; g++ {
			t.w[g] = t.base[g] * math.Exp(t.s[g]-t.top[t.part[g]])
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for g, h := range t.part {
		t.sum[h] += t.w[g]
	}
	value := 0.0
	for h, b := range t.mass {
		if b > 0 {
			value += float64(b * (t.top[h] + math.Log(t.sum[h]/b)))
		}
	}
	for g, h := range t.part {
		t.p[g] = 0
		if t.mass[h] > 0 {
			t.p[g] = t.w[g] / t.sum[h] * t.mass[h]
		}
	}
	return value, nil
}

// means sets mean to E[f].
func (t *tilt) means(ctx context.Context, mean []float64) error {
	m := len(t.free)
	out := make([]float64, m*len(t.blocks))
	err := each(ctx, t.workers, len(t.blocks), func(_, i int) error {
		sum := make([]float64, len(t.val)) // of the weights with each coefficient
		for g := t.blocks[i].from; g < t.blocks[i].to; g++ {
			p := t.p[g]
			for _, e := range t.entry[t.first[g]:t.first[g+1]] {
				sum[e] += p
			}
		}
		o := out[i*m : i*m+m]
		for e, v := range sum {
			o[t.row[e]] += float64(v * t.val[e])
		}
		return nil
	})
	if err != nil {
		return err
	}
	clear(mean)
	for i := range t.blocks {
		for r, v := range out[i*m : i*m+m] {
			mean[r] += v
		}
	}
	return nil
}

// sampled reports whether a group is in the sample: a fixed choice that no state
// of a variable sways.
func sampled(g int) bool { return mix(1, uint64(g))>>40%sampleEvery == 0 }

// hessian sets the curvature. A part that is cut into pieces is sampled unless
// whole: the covariance within the sample times the mass of the part, which is
// positive semidefinite and serves a Newton step, while the gradient, which decides
// where the steps end, is always exact.
func (t *tilt) hessian(ctx context.Context) error {
	m := len(t.free)
	if t.curve.place != nil {
		return t.moments(ctx, &t.curve)
	}
	t.curve.clear()
	hess := t.curve.dense
	type part struct {
		mean, hess []float64
		mass       float64 // of the groups taken
	}
	out := make([]part, len(t.blocks))
	err := each(ctx, t.workers, len(t.blocks), func(_, i int) error {
		b := t.blocks[i]
		o := part{mean: make([]float64, m), hess: make([]float64, m*m)}
		local := make([]float64, m)
		var touched []uint16
		flush := func(mass float64) {
			for _, r := range touched {
				o.mean[r] += local[r]
			}
			if !b.piece && mass > 0 {
				for _, r := range touched {
					for _, q := range touched {
						if q <= r {
							o.hess[int(r)*m+int(q)] -= local[r] * local[q] / mass
						}
					}
				}
			}
			for _, r := range touched {
				local[r] = 0
			}
			touched = touched[:0]
		}
		seen := make([]bool, m)
		rows, vals := make([]uint16, 0, m), make([]float64, 0, m) // entries of one group
		sample := b.piece && !t.whole
		for g := b.from; g < b.to; g++ {
			if g > b.from && t.part[g] != t.part[g-1] {
				for _, r := range touched {
					seen[r] = false
				}
				flush(t.mass[t.part[g-1]])
			}
			if sample && !sampled(g) {
				continue
			}
			p := t.p[g]
			o.mass += p
			rows, vals = rows[:0], vals[:0]
			for _, e := range t.entry[t.first[g]:t.first[g+1]] {
				r := t.row[e]
				if !seen[r] {
					seen[r] = true
					touched = append(touched, r)
				}
				rows, vals = append(rows, r), append(vals, t.val[e])
			}
			for i, r := range rows {
				v := p * vals[i]
				local[r] += v
				h := o.hess[int(r)*m : int(r)*m+m]
				vs := vals[:i+1]
				for j, q := range rows[:len(vs)] {
					h[q] += float64(v * vs[j])
				}
			}
		}
		flush(t.mass[t.part[b.to-1]])
		out[i] = o
		return nil
	})
	if err != nil {
		return err
	}
	one := part{mean: make([]float64, m), hess: make([]float64, m*m)} // a part that is cut into pieces
	for i, o := range out {
		if !t.blocks[i].piece {
			for k, v := range o.hess {
				hess[k] += v
			}
			continue
		}
		for r, v := range o.mean {
			one.mean[r] += v
		}
		for k, v := range o.hess {
			one.hess[k] += v
		}
		one.mass += o.mass
		h := t.part[t.blocks[i].from]
		if i+1 == len(out) || !t.blocks[i+1].piece || t.part[t.blocks[i+1].from] != h {
			if one.mass > 0 {
				for r := range m {
					for q := range r + 1 {
						hess[r*m+q] += t.mass[h] / one.mass * (one.hess[r*m+q] - one.mean[r]*one.mean[q]/one.mass)
					}
				}
			}
			clear(one.mean)
			clear(one.hess)
			one.mass = 0
		}
	}
	return nil
}

// outcome of a tilt.
type tilted struct {
	converged bool
	residual  float64
	// divergent says that no distribution can fit: the dual fell below what any
	// distribution on this support can reach.
	divergent bool
	// ended says that no further step is possible or needed.
	ended bool
}

// solve finds the multipliers, starting from y, in at most limit Newton steps.
// Cost: a step is a pass over the entries, squared by group, and m^3/3.
func (t *tilt) solve(ctx context.Context, limit int) (tilted, error) {
	m := len(t.free)
	mean := make([]float64, m)
	t.curve.pieces(m, t.apart, len(t.mass))
	value, err := t.weigh(ctx, t.y)
	if err != nil {
		return tilted{}, err
	}
	floor := t.floor()
	trial := make([]float64, m)
	before := math.Inf(1) // residual before the last step
	for steps := 0; ; steps++ {
		if err := t.means(ctx, mean); err != nil {
			return tilted{}, err
		}
		var on []int
		last := tilted{divergent: value < floor}
		for r := range m {
			off := mean[r]
			if !t.free[r] && t.y[r] == 0 && off <= 0 {
				continue
			}
			on = append(on, r)
			last.residual = max(last.residual, math.Abs(off))
		}
		last.converged = last.residual <= looseTolerance
		if last.residual <= tiltTolerance || last.divergent {
			last.ended = true
			return last, nil
		}
		if steps == limit {
			return last, nil
		}
		t.steps++
		t.whole = t.whole || last.residual > slow*before
		before = last.residual
		if err := t.hessian(ctx); err != nil {
			return last, err
		}
		d := t.direction(mean, on)
		slope := 0.0
		for k, r := range on {
			slope -= mean[r] * d[k]
		}
		step, moved := 1.0, false
		for range 40 {
			copy(trial, t.y)
			for k, r := range on {
				trial[r] += step * d[k]
				if !t.free[r] {
					trial[r] = max(0, trial[r]) // rounding
				}
			}
			next, err := t.weigh(ctx, trial)
			if err != nil {
				return tilted{}, err
			}
			// Near the optimum the decrease drowns in rounding; there the full step
			// is taken and the residual decides.
			if next <= value+armijo*step*slope || step == 1 && -slope < 1e-13*max(1, math.Abs(value)) {
				copy(t.y, trial)
				value, moved = next, true
				break
			}
			step /= 2
		}
		if !moved && !t.whole {
			t.whole = true
			if value, err = t.weigh(ctx, t.y); err != nil {
				return last, err
			}
			continue
		}
		if !moved {
			last.ended = true
			if _, err := t.weigh(ctx, t.y); err != nil {
				return tilted{}, err
			}
			return last, nil
		}
	}
}

// direction is the Newton step on the rows given that keeps multipliers from becoming
// negative: the least value of the quadratic model over them. Those that the free
// step would make negative are taken to 0 and the others solved again; where the
// model would then have one of them leave 0, the step is found row by row (stepwise).
// When the result is no descent the gradient, scaled by the diagonal, is.
func (t *tilt) direction(mean []float64, on []int) []float64 {
	d := make([]float64, len(on))
	stopped := make([]bool, len(on)) // taken to 0
	for {
		x, sub := t.rest(mean, on, d, stopped)
		more := false
		for i, k := range sub {
			d[k] = x[i]
			if r := on[k]; !t.free[r] && t.y[r]+d[k] < 0 {
				d[k], stopped[k], more = -t.y[r], true, true
			}
		}
		if !more {
			break
		}
	}
	t.stepwise(mean, on, d, stopped)
	slope := 0.0
	for k, r := range on {
		slope -= mean[r] * d[k]
	}
	if slope < 0 {
		return d
	}
	for k, r := range on {
		d[k] = mean[r] / max(t.curve.at(r, r), ridge)
		if !t.free[r] {
			d[k] = max(d[k], -t.y[r])
		}
	}
	return d
}

// rest solves the model for the rows that are not stopped, the others at d; sub are
// the places of its solution.
func (t *tilt) rest(mean []float64, on []int, d []float64, stopped []bool) (x []float64, sub []int) {
	var rhs []float64
	var rows []int
	for k, r := range on {
		if stopped[k] {
			continue
		}
		v := mean[r]
		for j, q := range on {
			if stopped[j] {
				v -= t.curve.at(r, q) * d[j]
			}
		}
		sub, rhs, rows = append(sub, k), append(rhs, v), append(rows, r)
	}
	x, ok := t.curve.bordered(rhs, rows)
	if !ok {
		x = t.curve.newton(rhs, rows)
	}
	return x, sub
}

// stepwise improves a step that keeps the signs until no stopped row gains by leaving
// 0, letting one go at a time and stopping the first that comes to 0 (the active sets
// of Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23).
func (t *tilt) stepwise(mean []float64, on []int, d []float64, stopped []bool) {
	for range 2 * len(on) {
		best, most := -1, leaves
		for k, r := range on {
			if !stopped[k] {
				continue
			}
			v, size := mean[r], math.Abs(mean[r])
			for j, q := range on {
				h := t.curve.at(r, q) * d[j]
				v -= h
				size = max(size, math.Abs(h))
			}
			if v > most*size {
				best, most = k, v/size
			}
		}
		if best < 0 {
			return
		}
		stopped[best] = false
		for {
			x, sub := t.rest(mean, on, d, stopped)
			share, first := 1.0, -1
			for i, k := range sub {
				if r := on[k]; !t.free[r] && t.y[r]+x[i] < 0 {
					if s := max(0, t.y[r]+d[k]) / (d[k] - x[i]); s < share {
						share, first = s, k
					}
				}
			}
			for i, k := range sub {
				d[k] += share * (x[i] - d[k])
			}
			if first < 0 {
				break
			}
			d[first], stopped[first] = -t.y[on[first]], true
		}
	}
}

// floor is below the dual objective of any problem that has a solution: minus the
// largest relative entropy that a distribution on this support can have, and one
// nat more.
func (t *tilt) floor() float64 {
	least := make([]float64, len(t.mass))
	for h := range least {
		least[h] = math.Inf(1)
	}
	for g, h := range t.part {
		if t.base[g] > 0 {
			least[h] = min(least[h], t.base[g])
		}
	}
	sum := 1.0
	for h, b := range t.mass {
		if b > 0 {
			sum += b * math.Log(b/least[h])
		}
	}
	return -sum
}

// newton solves (H + ridge) d = rhs on the rows given, by Cholesky, with a
// larger ridge while that fails.
func (h *curvature) newton(rhs []float64, on []int) []float64 {
	n := len(on)
	largest := 0.0
	for _, r := range on {
		largest = max(largest, h.at(r, r))
	}
	if largest == 0 {
		largest = 1
	}
	a, d := make([]float64, n*n), make([]float64, n)
	for mu := ridge * largest; mu <= largest; mu *= 100 {
		for i, r := range on {
			for j, q := range on[:i+1] {
				a[i*n+j] = h.at(r, q)
			}
			a[i*n+i] += mu
		}
		if !cholesky(a, n) {
			continue
		}
		for i := range on {
			s := rhs[i]
			for j := range i {
				s -= float64(a[i*n+j] * d[j])
			}
			d[i] = s / a[i*n+i]
		}
		for i := n - 1; i >= 0; i-- {
			s := d[i]
			for j := i + 1; j < n; j++ {
				s -= float64(a[j*n+i] * d[j])
			}
			d[i] = s / a[i*n+i]
		}
		break
	}
	shorten(d)
	return d
}

// shorten keeps a step within longest.
func shorten(d []float64) {
	far := 0.0
	for _, v := range d {
		far = max(far, math.Abs(v))
	}
	if far > longest {
		for i := range d {
			d[i] *= longest / far
		}
	}
}

// cholesky factors the lower triangle in place; false when it is not positive.
func cholesky(a []float64, n int) bool {
	for j := range n {
		rj := a[j*n : j*n+j+1]
		for i := j; i < n; i++ {
			ri := a[i*n : i*n+j+1]
			s := ri[j] - dot(ri[:j], rj[:j])
			if i == j {
				if !(s > 0) {
					return false
				}
				ri[j] = math.Sqrt(s)
			} else {
				ri[j] = s / rj[j]
			}
		}
	}
	return true
}

// dot is the inner product, in four sums that are added in fixed order.
func dot(x, y []float64) float64 {
	var a, b, c, d float64
	y = y[:len(x)]
	k := 0
	for ; k+4 <= len(x); k += 4 {
		a += float64(x[k] * y[k])
		b += float64(x[k+1] * y[k+1])
		c += float64(x[k+2] * y[k+2])
		d += float64(x[k+3] * y[k+3])
	}
	for ; k < len(x); k++ {
		a += float64(x[k] * y[k])
	}
	return (a + b) + (c + d)
}
