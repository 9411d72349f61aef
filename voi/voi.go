// Package voi reads weighted worlds: what knowing a variable is worth, what
// drives an outcome, and what would settle a dispute.
//
// Worlds are discrete and their variables depend on each other, so measures are
// taken from the given weights, not from designs that assume independence:
//
//	value of information   EVPPI(X) = sum_x P(x) max_d E[U_d | x] - max_d E[U_d]
//	explains alone         Var(E[Y | X]) / Var(Y)
//	only it explains       E[Var(Y | all but X)] / Var(Y)
//	settles                disagreement of speakers before, less its mean after learning X
//
// (Howard, IEEE Trans. SSC 2, 1966; Saltelli and others, Global Sensitivity
// Analysis, 2008.) The two shares are never stacked to 100 %: with interaction
// or dependence they do not add up. A label gives the group of each world; equal
// labels are one state of knowledge. Sums run in the order of worlds.
package voi

import (
	"fmt"
	"math"
)

// weightTolerance is how far weights may sum from 1.
const weightTolerance = 1e-6

func check(weights []float64, lists ...[]float64) error {
	sum := 0.0
	for _, w := range weights {
		if !(w >= 0) {
			return fmt.Errorf("voi: weight %v", w)
		}
		sum += w
	}
	if math.Abs(sum-1) > weightTolerance {
		return fmt.Errorf("voi: weights sum to %v, not to 1", sum)
	}
	for _, l := range lists {
		if len(l) != len(weights) {
			return fmt.Errorf("voi: %d values for %d worlds", len(l), len(weights))
		}
		for i, v := range l {
			if weights[i] > 0 && math.IsNaN(v) {
				return fmt.Errorf("voi: world %d has weight and no value", i)
			}
		}
	}
	return nil
}

// groups numbers labels by first appearance.
func groups(label []int) (of []int32, n int) {
	of = make([]int32, len(label))
	seen := map[int]int32{}
	for i, l := range label {
		g, ok := seen[l]
		if !ok {
			g = int32(len(seen))
			seen[l] = g
		}
		of[i] = g
	}
	return of, len(seen)
}

// Choice is a comparison of options.
type Choice struct {
	Expected []float64 // by option
	Best     int       // first option with the largest expectation
	Worst    []float64 // by option: least payoff over worlds with weight
	Maximin  int       // first option with the largest Worst
	Regret   []float64 // by option: expected shortfall from the best option of each world
	// MaxRegret is the largest shortfall over worlds with weight.
	MaxRegret []float64
	// DominatedBy is another option that is at least as good in every world with
	// weight and better in one; -1: none.
	DominatedBy []int
	// EVPI is what knowing the world before choosing is worth.
	EVPI float64
}

// Compare compares options by their payoff in each world: payoff[option][world],
// higher is better.
func Compare(payoff [][]float64, weights []float64) (*Choice, error) {
	if len(payoff) == 0 {
		return nil, fmt.Errorf("voi: no options")
	}
	if err := check(weights, payoff...); err != nil {
		return nil, err
	}
	n := len(payoff)
	c := &Choice{Expected: make([]float64, n), Worst: make([]float64, n), Regret: make([]float64, n), MaxRegret: make([]float64, n), DominatedBy: make([]int, n)}
	for d := range n {
		c.Worst[d] = math.Inf(1)
	}
	informed := 0.0
	for i, w := range weights {
		if w == 0 {
			continue
		}
		best := math.Inf(-1)
		for d := range n {
			best = max(best, payoff[d][i])
		}
		informed += w * best
		for d := range n {
			v := payoff[d][i]
			c.Expected[d] += w * v
			c.Worst[d] = min(c.Worst[d], v)
			c.Regret[d] += w * (best - v)
			c.MaxRegret[d] = max(c.MaxRegret[d], best-v)
		}
	}
	for d := range n {
		if c.Expected[d] > c.Expected[c.Best] {
			c.Best = d
		}
		if c.Worst[d] > c.Worst[c.Maximin] {
			c.Maximin = d
		}
		c.DominatedBy[d] = -1
		for e := range n {
			if c.DominatedBy[d] < 0 && dominates(payoff[e], payoff[d], weights) {
				c.DominatedBy[d] = e
			}
		}
	}
	c.EVPI = max(0, informed-c.Expected[c.Best])
	return c, nil
}

func dominates(a, b, weights []float64) bool {
	better := false
	for i, w := range weights {
		if w == 0 {
			continue
		}
		if a[i] < b[i] {
			return false
		}
		better = better || a[i] > b[i]
	}
	return better
}

// EVPPI is what learning the label before choosing is worth.
func EVPPI(payoff [][]float64, weights []float64, label []int) (float64, error) {
	if len(payoff) == 0 || len(label) != len(weights) {
		return 0, fmt.Errorf("voi: %d options, %d labels for %d worlds", len(payoff), len(label), len(weights))
	}
	if err := check(weights, payoff...); err != nil {
		return 0, err
	}
	of, n := groups(label)
	informed := make([]float64, n)
	for g := range informed {
		informed[g] = math.Inf(-1)
	}
	best := math.Inf(-1)
	for _, u := range payoff {
		sum := make([]float64, n)
		total := 0.0
		for i, w := range weights {
			if w > 0 {
				sum[of[i]] += w * u[i]
				total += w * u[i]
			}
		}
		best = max(best, total)
		for g, v := range sum {
			informed[g] = max(informed[g], v)
		}
	}
	s := 0.0
	for _, v := range informed {
		s += v
	}
	return max(0, s-best), nil
}

// between returns the variance of Y and that of its mean by label.
func between(y, weights []float64, label []int) (variance, explained float64) {
	of, n := groups(label)
	mass, sum := make([]float64, n), make([]float64, n)
	mean := 0.0
	for i, w := range weights {
		if w > 0 {
			mass[of[i]] += w
			sum[of[i]] += w * y[i]
			mean += w * y[i]
		}
	}
	for i, w := range weights {
		if w > 0 {
			variance += w * (y[i] - mean) * (y[i] - mean)
		}
	}
	for g, m := range mass {
		if m > 0 {
			d := sum[g]/m - mean
			explained += m * d * d
		}
	}
	return variance, explained
}

// Alone returns the share of the variance of y that the label explains alone;
// NaN when y does not vary.
func Alone(y, weights []float64, label []int) (float64, error) {
	if err := check(weights, y); err != nil {
		return 0, err
	}
	v, e := between(y, weights, label)
	if v == 0 {
		return math.NaN(), nil
	}
	return e / v, nil
}

// Only returns the share of the variance of y that is left when everything but a
// variable is known: others labels worlds by all other variables. NaN when y does
// not vary.
func Only(y, weights []float64, others []int) (float64, error) {
	if err := check(weights, y); err != nil {
		return 0, err
	}
	v, e := between(y, weights, others)
	if v == 0 {
		return math.NaN(), nil
	}
	return max(0, 1-e/v), nil
}

// Dispute is how far speakers stand apart on the mean of an outcome.
type Dispute struct {
	Before float64 // standard deviation of their means, weighted
	After  float64 // the same after learning the label, averaged over what may be learnt
	// Speaker is the share of the variance of the mixture that knowing which
	// speaker is right explains.
	Speaker float64
}

// Settle returns what learning the label does to a dispute. ps holds the
// speakers' distributions over worlds; what may be learnt is weighted by their
// mixture. A speaker for whom a label has no weight has no say about it.
func Settle(ps [][]float64, weights, y []float64, label []int) (*Dispute, error) {
	if len(ps) == 0 || len(ps) != len(weights) {
		return nil, fmt.Errorf("voi: %d speakers with %d weights", len(ps), len(weights))
	}
	if err := check(weights); err != nil {
		return nil, err
	}
	of, n := groups(label)
	told := Told{make([][]float64, len(ps)), make([][]float64, len(ps))}
	second := 0.0
	for s, p := range ps {
		if err := check(p, y); err != nil {
			return nil, err
		}
		told.Chance[s], told.Mean[s] = make([]float64, n), make([]float64, n)
		for i, w := range p {
			if w > 0 {
				told.Chance[s][of[i]] += w
				told.Mean[s][of[i]] += w * y[i]
				second += weights[s] * w * y[i] * y[i]
			}
		}
		for g := range told.Mean[s] {
			if told.Chance[s][g] > 0 {
				told.Mean[s][g] /= told.Chance[s][g]
			}
		}
	}
	before, mean := told.Before(weights)
	d := &Dispute{Before: before, After: told.After(weights), Speaker: math.NaN()}
	if v := second - mean*mean; v > 0 {
		d.Speaker = before * before / v
	}
	return d, nil
}

// Told is what speakers expect once they are told something that may turn out in
// several ways: by speaker and way, the chance of it and the mean of the outcome
// given it. A mean with chance 0 is not read.
type Told struct{ Chance, Mean [][]float64 }

// Before is the weighted standard deviation of the speakers' means before they
// are told, and the mean of their means.
func (t Told) Before(weights []float64) (apart, mean float64) {
	return spread(len(weights), func(s int) (float64, float64) {
		m := 0.0
		for g, c := range t.Chance[s] {
			if c > 0 {
				m += c * t.Mean[s][g]
			}
		}
		return m, weights[s]
	})
}

// After is the standard deviation of their means once they are told, averaged
// over the ways it may turn out by the mixture's chances. It is above Before when
// being told drives them further apart.
func (t Told) After(weights []float64) float64 {
	after := 0.0
	for g := range t.Chance[0] {
		chance := 0.0
		for s, w := range weights {
			chance += w * t.Chance[s][g]
		}
		apart, _ := spread(len(weights), func(s int) (float64, float64) {
			if t.Chance[s][g] > 0 {
				return t.Mean[s][g], weights[s]
			}
			return 0, 0
		})
		after += chance * apart
	}
	return after
}

// spread is the standard deviation and the mean of n values with weights.
func spread(n int, at func(i int) (value, weight float64)) (deviation, mean float64) {
	total := 0.0
	for i := range n {
		v, w := at(i)
		mean += w * v
		total += w
	}
	if total == 0 {
		return 0, 0
	}
	mean /= total
	variance := 0.0
	for i := range n {
		v, w := at(i)
		variance += w / total * (v - mean) * (v - mean)
	}
	return math.Sqrt(variance), mean
}
