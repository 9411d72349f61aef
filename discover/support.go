package discover

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Support is how much a limit of a box is needed.
type Support struct {
	Column string
	End    string // "low", "high", or "categories"
	// QuasiP is the chance that a box as large would be as dense if the limit did
	// nothing: the binomial probability of at least as many cases of interest among
	// the box's rows, at the density of the box without the limit (Bryant and
	// Lempert 2010). It is no p value: the limits were chosen by the same data.
	// With weights, the rows are as many as would carry as much alike (Kish:
	// (sum w)^2 / sum w^2), and as many of interest as the density says.
	QuasiP float64
	// Coverage and Density are those of the box without the limit.
	Coverage, Density float64
}

// Supports tests each limit of a box. Without weights rows are counted, so it
// wants a table whose interest is 0 or 1.
func Supports(t *Table, b Box) []Support {
	s := &search{t: t}
	for row := range t.Interest {
		s.mass += s.weight(row)
		s.interest += s.weight(row) * t.Interest[row]
	}
	inside := func(limits []Limit) (rows []int32) {
	next:
		for r := range t.Interest {
			for i := range limits {
				if !limits[i].Holds(t, r) {
					continue next
				}
			}
			rows = append(rows, int32(r))
		}
		return rows
	}
	hits := func(rows []int32) (n int) {
		for _, r := range rows {
			if t.Interest[r] >= 0.5 {
				n++
			}
		}
		return n
	}
	own := inside(b.Limits)
	quasiP := func(without []int32) float64 {
		if t.Weight == nil {
			return upperTail(hits(own), len(own), float64(hits(without))/float64(len(without)))
		}
		w, in := s.sums(own)
		squares := 0.0
		for _, r := range own {
			squares += t.Weight[r] * t.Weight[r]
		}
		all, of := s.sums(without)
		n := w * w / squares
		return upperTail(int(math.Round(n*in/w)), int(math.Round(n)), of/all)
	}
	var out []Support
	for i := range b.Limits {
		test := func(end string, change func(*Limit)) {
			limits := append([]Limit(nil), b.Limits...)
			change(&limits[i])
			rows := inside(limits)
			if len(rows) == len(own) {
				return // this end keeps nothing out
			}
			w, in := s.sums(rows)
			out = append(out, Support{Column: t.Columns[b.Limits[i].Column].Name, End: end,
				QuasiP: quasiP(rows), Coverage: in / s.interest, Density: in / w})
		}
		if b.Limits[i].Allowed != nil {
			test("categories", func(l *Limit) {
				all := make([]bool, len(l.Allowed))
				for k := range all {
					all[k] = true
				}
				l.Allowed = all
			})
			continue
		}
		test("low", func(l *Limit) { l.Low = math.Inf(-1) })
		test("high", func(l *Limit) { l.High = math.Inf(1) })
	}
	return out
}

// upperTail is P(X >= k) for X binomial(n, p).
func upperTail(k, n int, p float64) float64 {
	if p <= 0 {
		if k <= 0 {
			return 1
		}
		return 0
	}
	if p >= 1 {
		return 1
	}
	sum := 0.0
	for i := n; i >= k; i-- {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(i + 1))
		c, _ := math.Lgamma(float64(n - i + 1))
		sum += math.Exp(a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(1, sum)
}

// Resample peels samples of the rows drawn with replacement (runs of them, from
// a seed) and returns for each column the share of runs whose best box restricts
// it.
func Resample(t *Table, o Options, runs int, seed uint64) ([]float64, error) {
	out := make([]float64, len(t.Columns))
	n := len(t.Interest)
	for run := range runs {
		rng := rand.New(rand.NewPCG(seed, uint64(run)))
		count := make([]float64, n)
		for range n {
			count[rng.IntN(n)]++
		}
		sample := *t
		sample.Weight = make([]float64, n)
		interest := 0.0
		for row := range count {
			w := 1.0
			if t.Weight != nil {
				w = t.Weight[row]
			}
			sample.Weight[row] = w * count[row]
			interest += sample.Weight[row] * t.Interest[row]
		}
		if interest == 0 {
			continue
		}
		bs, err := Peel(&sample, o)
		if err != nil {
			return nil, err
		}
		for _, l := range bs[Best(bs)].Limits {
			out[l.Column]++
		}
	}
	for c := range out {
		out[c] /= float64(runs)
	}
	return out, nil
}

// Sentence says a box in words, with coverage and density beside it.
func Sentence(t *Table, b Box) string {
	var parts []string
	for _, l := range b.Limits {
		parts = append(parts, l.words(&t.Columns[l.Column]))
	}
	where := "anywhere"
	if len(parts) > 0 {
		where = "where " + strings.Join(parts, " and ")
	}
	return fmt.Sprintf("%s: %.0f %% of the cases of interest lie there (coverage), and %.0f %% of what lies there is of interest (density)", where, 100*b.Coverage, 100*b.Density)
}

func (l *Limit) words(c *Column) string {
	if l.Allowed != nil {
		var in []string
		for k, ok := range l.Allowed {
			if ok {
				in = append(in, c.Categories[k])
			}
		}
		return c.Name + " is " + strings.Join(in, " or ")
	}
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
	switch {
	case math.IsInf(l.Low, -1):
		return c.Name + " is at most " + num(l.High)
	case math.IsInf(l.High, 1):
		return c.Name + " is at least " + num(l.Low)
	}
	return c.Name + " is from " + num(l.Low) + " to " + num(l.High)
}
