package treaty_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/treaty"
)

// many makes n clauses of 40 agreements on 10 bearers with 2 variables each in
// their hands and 10 conditions in nobody's, the largest space a case may have.
// All clauses can be kept in one world but for four of the first bearer, about
// a variable of their own: two that ask for it and two that forbid it, each
// under a condition, which makes four latent conflicts.
func many(t testing.TB, n int) *small {
	r := rand.New(rand.NewPCG(3, 4))
	var vars []string
	for i := range 20 {
		vars = append(vars, fmt.Sprintf("v%d: no yes", i))
	}
	for i := range 10 {
		vars = append(vars, fmt.Sprintf("c%d: no yes", i))
	}
	m := newSmall(t, append(vars, "own: no yes")...)
	k := 0
	for a := range 40 {
		m.agreement(fmt.Sprintf("a%02d", a), "M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8", "M9")
		for range n / 40 {
			b := r.IntN(10)
			what := fmt.Sprintf("v%d=yes or v%d=%s", 2*b, 2*b+1, []string{"no", "yes"}[r.IntN(2)])
			if r.IntN(2) == 0 {
				what = fmt.Sprintf("v%d=yes", 2*b+r.IntN(2))
			}
			var when []string
			for _, c := range r.Perm(10)[:5] {
				when = append(when, fmt.Sprintf("c%d=%s", c, []string{"no", "yes"}[r.IntN(2)]))
			}
			if k < 4 {
				b, what = 0, []string{"own=yes", "own=no"}[k%2]
				when = when[:1]
				when[0] = fmt.Sprintf("c%d=yes", k)
			}
			m.clause(fmt.Sprintf("%d obligation M%d>M%d", k, b, (b+1)%10), what, m.when(strings.Join(when, " and ")))
			k++
		}
	}
	return m
}

// BenchmarkAnalyse is the whole report; sizes are numbers of clauses, each with
// a proposition over 31 variables.
func BenchmarkAnalyse(b *testing.B) {
	for _, n := range []int{120, 480, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := many(b, n)
			for b.Loop() {
				r, err := treaty.Analyse(m.in, treaty.Options{AsOf: day})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(r.Verdicts)), "verdicts")
				b.ReportMetric(float64(len(r.Unfinished)), "unfinished")
			}
		})
	}
}

// BenchmarkConflicts looks for the conflicts alone.
func BenchmarkConflicts(b *testing.B) {
	for _, n := range []int{480, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := many(b, n)
			for b.Loop() {
				r, err := treaty.Analyse(m.in, treaty.Options{AsOf: day, ConflictsOnly: true})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(r.Verdicts)), "verdicts")
				b.ReportMetric(float64(len(r.Unfinished)), "unfinished")
			}
		})
	}
}
