package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// MinCalibration is how many settled claims a calibration table needs.
const MinCalibration = 10

// Item is a claim with its probability and what became of it.
type Item struct {
	Claim, Speaker string
	// Low and High are the claim's interval, Centre its centre (NaN: the middle).
	Low, High, Centre float64
	Verdict           Verdict
	Happened          Answer // as the row tells it
}

// Range is an interval of scores: Best and Worst over the claim's interval, and
// the score at its centre.
type Range struct{ Best, Centre, Worst float64 }

// Score is what one claim earned.
type Score struct {
	Item
	Happened bool // whether what the probability is about came true
	Brier    Range
	Log      Range // nats; Worst may be infinite
}

// centre returns the item's centre.
func (it *Item) centre() float64 {
	if math.IsNaN(it.Centre) {
		return (it.Low + it.High) / 2
	}
	return it.Centre
}

// ErrContradicts is the error of a row whose verdict and whose word on what
// happened exclude each other.
var ErrContradicts = errors.New("ledger: the verdict and what happened exclude each other")

// Happened says whether the thing came true to which a claim gives the
// probability low to high, from the verdict on the claim and from what the row
// tells of the thing itself. An interval above one half expects it, so that the
// claim is held where it happens; one below does not, and is held where it fails
// to happen; one with one half inside holds either way and the row must tell.
// known is false where nothing says it, and where the claim is not held or failed.
func Happened(low, high float64, v Verdict, told Answer) (yes, known bool, err error) {
	if v != Held && v != Failed {
		return false, false, nil
	}
	switch {
	case low >= 0.5 && high > 0.5:
		yes, known = v == Held, true
	case high <= 0.5 && low < 0.5:
		yes, known = v == Failed, true
	}
	if told == "" {
		return yes, known, nil
	}
	if known && yes != (told == Yes) {
		return false, false, ErrContradicts
	}
	return told == Yes, true, nil
}

// Scored scores one item; ok is false unless it is held or failed and it is known
// whether the thing happened.
func Scored(it Item) (s Score, ok bool, err error) {
	if !(it.Low >= 0 && it.Low <= it.High && it.High <= 1) {
		return s, false, fmt.Errorf("ledger: %q has the interval %v to %v", it.Claim, it.Low, it.High)
	}
	yes, known, err := Happened(it.Low, it.High, it.Verdict, it.Happened)
	if err != nil {
		return s, false, fmt.Errorf("%w (%q)", err, it.Claim)
	}
	if !known {
		return s, false, nil
	}
	s.Item, s.Happened = it, yes
	y := 0.0
	if yes {
		y = 1
	}
	near := min(max(y, it.Low), it.High)
	far := it.Low
	if y == 0 {
		far = it.High
	}
	brier := func(p float64) float64 { return (p - y) * (p - y) }
	log := func(p float64) float64 { return max(0, -math.Log(1-math.Abs(y-p))) }
	s.Brier = Range{brier(near), brier(it.centre()), brier(far)}
	s.Log = Range{log(near), log(it.centre()), log(far)}
	return s, true, nil
}

// Record is what one speaker's claims earned.
type Record struct {
	Speaker  string
	Claims   int // that give a probability to something
	Scored   int
	Happened int // of the scored, what came true
	Held     int
	Failed   int
	Annulled int
	Open     int
	// Brier and Log are means over the scored claims; NaN without any. They
	// compare speakers only over the same claims.
	Brier, Log Range
}

// Records sums up scores by speaker, in the order in which speakers first come.
func Records(items []Item) ([]Record, error) {
	at := map[string]int{}
	var out []Record
	for _, it := range items {
		k, ok := at[it.Speaker]
		if !ok {
			k = len(out)
			at[it.Speaker] = k
			out = append(out, Record{Speaker: it.Speaker})
		}
		r := &out[k]
		r.Claims++
		switch it.Verdict {
		case Held:
			r.Held++
		case Failed:
			r.Failed++
		case Annulled:
			r.Annulled++
		default:
			r.Open++
		}
		s, ok, err := Scored(it)
		if err != nil {
			return nil, err
		}
		if ok {
			r.Scored++
			if s.Happened {
				r.Happened++
			}
			r.Brier = r.Brier.plus(s.Brier)
			r.Log = r.Log.plus(s.Log)
		}
	}
	for i := range out {
		n := float64(out[i].Scored) // 0 of 0 is NaN
		out[i].Brier, out[i].Log = out[i].Brier.over(n), out[i].Log.over(n)
	}
	return out, nil
}

func (r Range) plus(s Range) Range {
	return Range{r.Best + s.Best, r.Centre + s.Centre, r.Worst + s.Worst}
}

func (r Range) over(n float64) Range { return Range{r.Best / n, r.Centre / n, r.Worst / n} }

// Murphy is the decomposition brier = reliability - resolution + uncertainty,
// exact when forecasts are grouped by equal value (Murphy, Journal of Applied
// Meteorology 12, 1973), with the mean log score in nats.
type Murphy struct {
	N                                           int
	Brier, Reliability, Resolution, Uncertainty float64
	Log                                         float64
}

// Decompose decomposes point forecasts of yes-or-no outcomes.
func Decompose(forecast []float64, happened []bool) (Murphy, error) {
	n := len(forecast)
	if n == 0 || n != len(happened) {
		return Murphy{}, fmt.Errorf("ledger: %d forecasts of %d outcomes", n, len(happened))
	}
	type pair struct {
		p float64
		y float64
	}
	var all []pair
	base := 0.0
	m := Murphy{N: n}
	for i, p := range forecast {
		if !(p >= 0 && p <= 1) {
			return Murphy{}, fmt.Errorf("ledger: forecast %v", p)
		}
		y := 0.0
		if happened[i] {
			y = 1
		}
		all = append(all, pair{p, y})
		base += y
		m.Brier += (p - y) * (p - y)
		m.Log -= math.Log(1 - math.Abs(y-p))
	}
	base /= float64(n)
	slices.SortStableFunc(all, func(a, b pair) int { return cmp.Compare(a.p, b.p) })
	for i := 0; i < n; {
		j, sum := i, 0.0
		for j < n && all[j].p == all[i].p {
			sum += all[j].y
			j++
		}
		k := float64(j - i)
		mean := sum / k
		m.Reliability += k * (all[i].p - mean) * (all[i].p - mean)
		m.Resolution += k * (mean - base) * (mean - base)
		i = j
	}
	f := float64(n)
	m.Brier, m.Log, m.Reliability, m.Resolution = m.Brier/f, m.Log/f, m.Reliability/f, m.Resolution/f
	m.Uncertainty = base * (1 - base)
	return m, nil
}

// Bin is a row of a calibration table.
type Bin struct {
	From, To  float64 // centres in [From, To), the last bin with its end
	N         int
	Mean      float64 // of the centres
	Happened  int
	Low, High float64 // 90 % interval of the share that happens (Clopper and Pearson 1934)
}

// calibrationLevel is what a calibration interval leaves out at either end.
const calibrationLevel = 0.05

// Calibration sorts scored claims into bins of equal width by centre. ok is false
// with fewer than MinCalibration of them: the table would be noise.
func Calibration(scores []Score, bins int) (table []Bin, ok bool) {
	if len(scores) < MinCalibration || bins < 1 {
		return nil, false
	}
	table = make([]Bin, bins)
	for i := range table {
		table[i].From, table[i].To = float64(i)/float64(bins), float64(i+1)/float64(bins)
	}
	for _, s := range scores {
		c := s.centre()
		b := &table[min(bins-1, int(c*float64(bins)))]
		b.N++
		b.Mean += c
		if s.Happened {
			b.Happened++
		}
	}
	for i := range table {
		b := &table[i]
		b.Low, b.High = Binomial(b.Happened, b.N)
		b.Mean /= float64(b.N) // NaN in an empty bin
	}
	return table, true
}

// Binomial returns the 90 % interval of Clopper and Pearson (Biometrika 26, 1934)
// for a share, from k of n; 0 to 1 for n = 0.
func Binomial(k, n int) (low, high float64) {
	low, high = 0, 1
	if k > 0 {
		low = distuv.Beta{Alpha: float64(k), Beta: float64(n - k + 1)}.Quantile(calibrationLevel)
	}
	if k < n {
		high = distuv.Beta{Alpha: float64(k + 1), Beta: float64(n - k)}.Quantile(1 - calibrationLevel)
	}
	return low, high
}
