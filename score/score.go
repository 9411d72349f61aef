package score

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// overshoot is the share of the range that is added at either end.
const overshoot = 0.1

// Score is what an expert or a decision maker earned on the seed items.
type Score struct {
	Name        string
	Calibration float64
	Information float64 // nats, mean over seed items
	Combined    float64 // calibration x information
	Seeds       int     // realisations met
	Hits        []int   // by bin
	Weight      float64 // in the decision maker, normalised
}

// bins are the probabilities between the quantiles.
func (s *Study) bins() []float64 {
	var p []float64
	last := 0.0
	for _, q := range s.Quantiles {
		p = append(p, q-last)
		last = q
	}
	return append(p, 1-last)
}

// scaled takes a value to the scale of an item.
func (it *Item) scaled(v float64) float64 {
	if it.Log {
		return math.Log(v)
	}
	return v
}

// span is the intrinsic range of an item on its scale.
func (s *Study) span(i int) (low, high float64) {
	it := &s.Items[i]
	low, high = math.Inf(1), math.Inf(-1)
	add := func(v float64) { low, high = min(low, it.scaled(v)), max(high, it.scaled(v)) }
	for _, e := range s.Experts {
		for _, v := range e.Assessment[i] {
			add(v)
		}
	}
	if it.Seed {
		add(it.Value)
	}
	over := overshoot * (high - low)
	return low - over, high + over
}

// Scores scores every expert, in the order of the file.
func (s *Study) Scores() []Score {
	out := make([]Score, len(s.Experts))
	for e := range s.Experts {
		out[e] = s.score(s.Experts[e].Name, s.Experts[e].Assessment)
	}
	return out
}

// score scores quantiles by item; nil items are left out.
func (s *Study) score(name string, assessed [][]float64) Score {
	p := s.bins()
	r := Score{Name: name, Hits: make([]int, len(p))}
	for i, qs := range assessed {
		it := &s.Items[i]
		if qs == nil || !it.Seed {
			continue
		}
		bin := len(qs)
		for k, q := range qs {
			if it.Value <= q {
				bin = k
				break
			}
		}
		r.Hits[bin]++
		r.Seeds++
		r.Information += s.information(i, qs, p)
	}
	if r.Seeds == 0 {
		return r
	}
	r.Information /= float64(r.Seeds)
	r.Calibration = Calibration(r.Hits, p)
	r.Combined = r.Calibration * r.Information
	return r
}

// information is the relative information of quantiles to the background on the
// item's range.
func (s *Study) information(i int, qs, p []float64) float64 {
	low, high := s.span(i)
	sum, last := 0.0, low
	for k, pk := range p {
		next := high
		if k < len(qs) {
			next = s.Items[i].scaled(qs[k])
		}
		sum += pk * math.Log(pk*(high-low)/(next-last))
		last = next
	}
	return sum
}

// Calibration is the probability of bins as far off as these hits or further,
// were the probabilities p right.
func Calibration(hits []int, p []float64) float64 {
	n := 0
	for _, h := range hits {
		n += h
	}
	if n == 0 {
		return math.NaN()
	}
	sum := 0.0
	for k, h := range hits {
		if h > 0 {
			s := float64(h) / float64(n)
			sum += s * math.Log(s/p[k])
		}
	}
	return distuv.ChiSquared{K: float64(len(p) - 1)}.Survival(2 * float64(n) * sum)
}

// DecisionMaker is the mixture of the experts whose calibration reaches the
// cut-off, weighted by their combined score (global weights).
type DecisionMaker struct {
	Score
	CutOff     float64
	Weights    []float64   // by expert
	Assessment [][]float64 // quantiles by item; nil where no weighted expert assessed it
}

// Decide returns the decision maker at a cut-off of calibration, 0 for none. ok
// is false when no expert reaches it.
func (s *Study) Decide(cutOff float64) (*DecisionMaker, bool) {
	scores := s.Scores()
	w := make([]float64, len(scores))
	sum := 0.0
	for e, r := range scores {
		if r.Calibration >= cutOff && r.Combined > 0 {
			w[e] = r.Combined
			sum += w[e]
		}
	}
	if !(sum > 0) {
		return nil, false
	}
	for e := range w {
		w[e] /= sum
	}
	return s.decide(w, cutOff), true
}

// Equal returns the decision maker with equal weights.
func (s *Study) Equal() *DecisionMaker {
	w := make([]float64, len(s.Experts))
	for e := range w {
		w[e] = 1 / float64(len(w))
	}
	return s.decide(w, 0)
}

// Optimised returns the decision maker at the cut-off, among the experts'
// calibrations, whose own combined score is highest; the lowest one on a tie.
func (s *Study) Optimised() (*DecisionMaker, bool) {
	var best *DecisionMaker
	for _, r := range s.Scores() {
		if d, ok := s.Decide(r.Calibration); ok && (best == nil || d.Combined > best.Combined || d.Combined == best.Combined && d.CutOff < best.CutOff) {
			best = d
		}
	}
	return best, best != nil
}

func (s *Study) decide(w []float64, cutOff float64) *DecisionMaker {
	d := &DecisionMaker{CutOff: cutOff, Weights: w, Assessment: make([][]float64, len(s.Items))}
	for i := range s.Items {
		d.Assessment[i] = s.mixed(i, w)
	}
	d.Score = s.score("decision maker", d.Assessment)
	d.Weight = 1
	return d
}

// mixed returns the quantiles of the mixture for an item: the mixture's
// distribution is piecewise linear on the item's scale, so between two of the
// experts' quantiles it is inverted by a line.
func (s *Study) mixed(i int, w []float64) []float64 {
	it := &s.Items[i]
	low, high := s.span(i)
	type line struct {
		w float64
		x []float64 // low, quantiles, high
	}
	var ls []line
	var knots []float64
	total := 0.0
	for e, x := range s.Experts {
		if qs := x.Assessment[i]; qs != nil && w[e] > 0 {
			xs := []float64{low}
			for _, q := range qs {
				xs = append(xs, it.scaled(q))
			}
			xs = append(xs, high)
			ls = append(ls, line{w[e], xs})
			knots = append(knots, xs...)
			total += w[e]
		}
	}
	if len(ls) == 0 {
		return nil
	}
	levels := append(append([]float64{0}, s.Quantiles...), 1)
	at := func(x float64) float64 { // the mixture's distribution function
		sum := 0.0
		for _, l := range ls {
			f := 1.0
			for k := 1; k < len(l.x); k++ {
				if x < l.x[k] {
					f = levels[k-1]
					if x > l.x[k-1] {
						f += (levels[k] - levels[k-1]) * (x - l.x[k-1]) / (l.x[k] - l.x[k-1])
					}
					break
				}
			}
			sum += l.w * f
		}
		return sum / total
	}
	out := make([]float64, len(s.Quantiles))
	for k, q := range s.Quantiles {
		a, b := low, high
		for _, x := range knots {
			if f := at(x); f <= q {
				a = max(a, x)
			} else {
				b = min(b, x)
			}
		}
		fa, fb := at(a), at(b)
		v := a
		if fb > fa {
			v = a + (b-a)*(q-fa)/(fb-fa)
		}
		if it.Log {
			v = math.Exp(v)
		}
		out[k] = v
	}
	return out
}
