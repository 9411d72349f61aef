// Package pool puts several speakers side by side: the hull of what each allows,
// the mixture of their distributions, how far they disagree and which two claims
// drive it. Probabilities are shares from 0 to 1; divergences are in nats.
//
// The linear pool is the default: with the speaker as a variable that is drawn
// it is simply a mixture. The logarithmic pool (Genest and Zidek, Statistical
// Science 1, 1986) and extremising (Satopaa and others, International Journal of
// Forecasting 30, 2014) are options and never the default. Weights are equal
// until every speaker has MinResolved settled items. docs/methods/pooling.md.
package pool

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
)

// MinResolved is how many settled items every speaker needs before weights may
// differ; with fewer, weights from performance are mostly noise.
const MinResolved = 10

// weightTolerance is how far weights may sum from 1.
const weightTolerance = 1e-6

// Equal returns n equal weights.
func Equal(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(n)
	}
	return w
}

// Weights returns weights proportional to scores when every speaker has
// MinResolved settled items and some score is positive, else equal ones; earned
// says which.
func Weights(scores []float64, resolved []int) (w []float64, earned bool) {
	sum := 0.0
	for i, s := range scores {
		if resolved[i] < MinResolved || !(s >= 0) {
			return Equal(len(scores)), false
		}
		sum += s
	}
	if !(sum > 0) {
		return Equal(len(scores)), false
	}
	w = make([]float64, len(scores))
	for i, s := range scores {
		w[i] = s / sum
	}
	return w, true
}

func check(n int, weights []float64) error {
	if n == 0 || n != len(weights) {
		return fmt.Errorf("pool: %d things with %d weights", n, len(weights))
	}
	sum := 0.0
	for _, w := range weights {
		if !(w >= 0) {
			return fmt.Errorf("pool: weight %v", w)
		}
		sum += w
	}
	if math.Abs(sum-1) > weightTolerance {
		return fmt.Errorf("pool: weights sum to %v, not to 1", sum)
	}
	return nil
}

// Linear returns the weighted mean of probabilities.
func Linear(p, weights []float64) (float64, error) {
	if err := check(len(p), weights); err != nil {
		return 0, err
	}
	s, total := 0.0, 0.0
	for i, v := range p {
		s += float64(weights[i] * v)
		total += weights[i]
	}
	return s / total, nil
}

// Logarithmic returns the normalised weighted geometric mean. One certain "no"
// vetoes; a certain "yes" against a certain "no" is an error.
func Logarithmic(p, weights []float64) (float64, error) {
	if err := check(len(p), weights); err != nil {
		return 0, err
	}
	odds, total, yes, no := 0.0, 0.0, false, false
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			return 0, fmt.Errorf("pool: probability %v", v)
		}
		if weights[i] == 0 {
			continue
		}
		total += weights[i]
		yes, no = yes || v == 1, no || v == 0
		if v > 0 && v < 1 {
			odds += weights[i] * math.Log(v/(1-v))
		}
	}
	switch {
	case yes && no:
		return 0, fmt.Errorf("pool: certain of it and certain of its opposite")
	case yes:
		return 1, nil
	case no:
		return 0, nil
	}
	return 1 / (1 + math.Exp(-odds/total)), nil
}

// Extremise multiplies the log odds of p by a factor.
func Extremise(p, factor float64) float64 {
	if p <= 0 || p >= 1 {
		return p
	}
	return 1 / (1 + math.Exp(-factor*math.Log(p/(1-p))))
}

// NeymanFactor returns the extremising factor of n forecasters of Neyman and
// Roughgarden (2022): n (sqrt(3n^2-3n+1) - 2) / (n^2-n-1). It tends to the square
// root of 3. n must be at least 2.
func NeymanFactor(n int) float64 {
	x := float64(n)
	return x * (math.Sqrt(3*x*x-3*x+1) - 2) / (x*x - x - 1)
}

// Mixture returns the linear pool of distributions of one length: the speaker is
// a variable, drawn with the weights.
func Mixture(ps [][]float64, weights []float64) ([]float64, error) {
	if err := check(len(ps), weights); err != nil {
		return nil, err
	}
	out := make([]float64, len(ps[0]))
	for s, p := range ps {
		if len(p) != len(out) {
			return nil, fmt.Errorf("pool: distributions over %d and %d worlds", len(out), len(p))
		}
		for i, v := range p {
			out[i] += float64(weights[s] * v)
		}
	}
	return out, nil
}

// JensenShannon returns the mean divergence of distributions from their mixture,
// in nats: how much one drawn world tells about who is right. It is 0 when all
// are equal and at most the entropy of the weights.
func JensenShannon(ps [][]float64, weights []float64) (float64, error) {
	m, err := Mixture(ps, weights)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for s, p := range ps {
		for i, v := range p {
			if v > 0 && weights[s] > 0 {
				sum += float64(weights[s] * v * math.Log(v/m[i]))
			}
		}
	}
	return max(0, sum), nil
}

// Opinion is what one speaker's words allow for a query. Speaks is false when
// the words leave the query as open as no words at all.
type Opinion struct {
	Speaker string
	Low     bounds.End
	High    bounds.End
	Speaks  bool
}

// Disagreement compares opinions on one query.
type Disagreement struct {
	Low, High float64 // the hull: least lower and greatest upper bound of those who speak
	Width     float64 // of the hull
	// Gap is the largest distance between two disjoint intervals, 0 when all meet.
	Gap float64
	// Above and Below are the speakers with the highest lower and the lowest upper
	// bound, as indices of opinions; -1 when fewer than two speak.
	Above, Below int
	// AboveClaim and BelowClaim hold those two bounds most, as indices of the
	// claims of either speaker; -1 when no claim does.
	AboveClaim, BelowClaim int
}

// Disagree compares what speakers allow. Ties go to the first.
func Disagree(os []Opinion) Disagreement {
	d := Disagreement{Low: math.Inf(1), High: math.Inf(-1), Above: -1, Below: -1, AboveClaim: -1, BelowClaim: -1}
	n := 0
	for i, o := range os {
		if !o.Speaks {
			continue
		}
		n++
		d.Low, d.High = min(d.Low, o.Low.Value), max(d.High, o.High.Value)
		if d.Above < 0 || o.Low.Value > os[d.Above].Low.Value {
			d.Above = i
		}
		if d.Below < 0 || o.High.Value < os[d.Below].High.Value {
			d.Below = i
		}
	}
	if n == 0 {
		return Disagreement{Low: math.NaN(), High: math.NaN(), Above: -1, Below: -1, AboveClaim: -1, BelowClaim: -1}
	}
	d.Width = d.High - d.Low
	if n < 2 || d.Above == d.Below {
		d.Above, d.Below = -1, -1
		return d
	}
	d.Gap = max(0, os[d.Above].Low.Value-os[d.Below].High.Value)
	d.AboveClaim, d.BelowClaim = strongest(os[d.Above].Low.Holds), strongest(os[d.Below].High.Holds)
	return d
}

// strongest returns the claim whose end moves a bound most.
func strongest(hs []bounds.Hold) int {
	best, claim := 0.0, -1
	for _, h := range hs {
		if m := math.Abs(h.Moves); m > best {
			best, claim = m, h.Claim
		}
	}
	return claim
}

// Joint returns the words of all speakers together: claims and constraints in
// order, on one frame. Its bounds are the common ground; its conflicts are those
// within and across speakers.
func Joint(speakers []*belief.Words) *belief.Words {
	j := &belief.Words{}
	for _, w := range speakers {
		j.Frame = w.Frame
		base := len(j.Claims)
		j.Claims = append(j.Claims, w.Claims...)
		for _, k := range w.Constraints {
			k.Claim += base
			j.Constraints = append(j.Constraints, k)
		}
		for _, x := range w.Idle {
			x.Claim += base
			j.Idle = append(j.Idle, x)
		}
	}
	return j
}

// Across returns the conflicts that need more than one speaker.
func Across(claims []belief.Claim, c *bounds.Conflicts) [][]int {
	var out [][]int
	for _, set := range c.Minimal {
		if len(bounds.Speakers(claims, set)) > 1 {
			out = append(out, set)
		}
	}
	return out
}
