package bounds

import (
	"context"
	"fmt"
	"math/big"
	"slices"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/internal/lp"
)

const (
	// possibleTolerance: a condition that can have no more than this probability
	// is impossible. It stands well above the solver's tolerance.
	possibleTolerance = 1e-7
	// DefaultMaxConflicts is how many minimal conflicts are listed.
	DefaultMaxConflicts = 64
	// DefaultMaxTests is how many sets of claims are tried.
	DefaultMaxTests = 4096
)

// ConflictOptions steer the search for conflicts.
type ConflictOptions struct {
	// Literal takes the rows at their word: claims that can be kept only by making
	// a condition impossible are no conflict. The default is that they are: nobody
	// who says "if" means "never".
	Literal      bool
	MaxConflicts int // 0 is DefaultMaxConflicts
	MaxTests     int // 0 is DefaultMaxTests
}

// Conflicts are minimal sets of claims that no distribution fits: each is fine
// without any one of its claims.
type Conflicts struct {
	Minimal  [][]int // by index in Words.Claims, each ascending; sorted by size, then lexically
	Complete bool    // every minimal conflict is listed
	Tests    int     // sets of claims tried
}

// Conflicts lists the minimal conflicts among the claims, by the method MARCO
// (Liffiton, Previti, Malik and Marques-Silva, Constraints 21, 2016): seeds that
// no known result covers, grown to a maximal consistent or shrunk to a minimal
// conflicting set. Claims alone count; the frame (arms, links) is given.
func (s *System) Conflicts(ctx context.Context, o ConflictOptions) (*Conflicts, error) {
	if o.MaxConflicts == 0 {
		o.MaxConflicts = DefaultMaxConflicts
	}
	if o.MaxTests == 0 {
		o.MaxTests = DefaultMaxTests
	}
	t, err := s.fitting().tester(ctx, o.Literal)
	if err != nil {
		return nil, err
	}
	defer t.close()
	c := &Conflicts{}
	n := len(t.claims)
	m := cover{n: n}
	for {
		seed, ok := m.seed()
		if !ok {
			c.Complete = true
			break
		}
		if len(c.Minimal) >= o.MaxConflicts || t.tests >= o.MaxTests {
			break
		}
		fits, err := t.fits(ctx, seed)
		if err != nil {
			return nil, err
		}
		// The seed is a largest set that is not covered yet, so a seed that fits is
		// maximal; one that does not is shrunk.
		if fits {
			m.fits = append(m.fits, seed)
			continue
		}
		for i := range n {
			if !seed[i] {
				continue
			}
			seed[i] = false
			if fits, err = t.fits(ctx, seed); err != nil {
				return nil, err
			} else if fits {
				seed[i] = true
			}
		}
		m.clash = append(m.clash, seed)
		var set []int
		for i, in := range seed {
			if in {
				set = append(set, t.claims[i])
			}
		}
		c.Minimal = append(c.Minimal, set)
	}
	c.Tests = t.tests
	slices.SortFunc(c.Minimal, func(a, b []int) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	})
	return c, nil
}

// Consistent reports whether all claims fit together.
func (s *System) Consistent(ctx context.Context, o ConflictOptions) (bool, error) {
	t, err := s.fitting().tester(ctx, o.Literal)
	if err != nil {
		return false, err
	}
	defer t.close()
	all := make([]bool, len(t.claims))
	for i := range all {
		all[i] = true
	}
	return t.fits(ctx, all)
}

// tester decides whether a set of claims fits. The programme holds the rows of
// all claims; those out of the set have their sides taken away.
type tester struct {
	s       *System
	literal bool
	claims  []int     // claims with rows, ascending
	elastic *elastic  // nil: every set by the model
	model   *lp.Model // nil until it is needed
	rows    [][]int   // by claim: rows of the programme
	q       *programme
	on      []bool
	cuts    []bool // claims that are directions inside an arm
	tests   int
}

func (s *System) tester(ctx context.Context, literal bool) (*tester, error) {
	t := &tester{s: s, literal: literal}
	for i := range s.Words.Constraints {
		t.claims = append(t.claims, s.Words.Constraints[i].Claim)
	}
	slices.Sort(t.claims)
	t.claims = slices.Compact(t.claims)
	t.cuts = make([]bool, len(t.claims))
	for _, c := range s.bilinear {
		t.cuts[slices.Index(t.claims, c.k.Claim)] = true
	}
	t.q = s.possibly(literal)
	t.q.p.Maximise = true
	t.rows = make([][]int, len(t.claims))
	t.on = make([]bool, len(t.claims))
	for i := range t.q.rows {
		if k := slices.Index(t.claims, t.q.rows[i].claim); k >= 0 {
			t.rows[k] = append(t.rows[k], i)
		}
	}
	for k := range t.on {
		t.on[k] = true
	}
	if t.q.cols < elasticFrom {
		return t, nil
	}
	var err error
	t.elastic, err = t.newElastic(ctx)
	return t, err
}

func (t *tester) close() {
	if t.model != nil {
		t.model.Close()
	}
}

// possibly is the programme that makes the least probable condition as probable
// as can be; without an objective when literal.
func (s *System) possibly(literal bool) *programme {
	q := s.base()
	s.sums(q)
	if literal {
		return q
	}
	least := q.addCol()
	q.p.Upper[least] = 1
	q.setCost(least, one)
	for _, c := range s.conditions() {
		b := newRow(c.claim, c.arm, Lower)
		for _, g := range c.groups {
			b.add(int(g), one)
		}
		b.add(least, big.NewRat(-1, 1))
		b.lo = zero
		q.addRow(b.row)
	}
	return q
}

func (t *tester) fits(ctx context.Context, set []bool) (bool, error) {
	t.tests++
	for k, in := range set {
		if in && t.cuts[k] {
			return t.fitsCut(ctx, set)
		}
	}
	if t.elastic != nil {
		if fits, known := t.elastic.fits(set); known {
			return fits, nil
		}
		t.elastic = nil
	}
	if t.model == nil {
		var err error
		if t.model, err = lp.Open(ctx, &t.q.p, lp.Options{NoPresolve: true}); err != nil {
			return false, fmt.Errorf("bounds: %w", err)
		}
	}
	for k, in := range set {
		if in == t.on[k] {
			continue
		}
		t.on[k] = in
		for _, i := range t.rows[k] {
			lo, hi := -lp.Inf, lp.Inf
			if in {
				lo, hi = t.q.p.RowLower[i], t.q.p.RowUpper[i]
			}
			if err := t.model.SetRowBounds(ctx, i, lo, hi); err != nil {
				return false, fmt.Errorf("bounds: %w", err)
			}
		}
	}
	res, err := t.model.Solve(ctx)
	if err != nil {
		return false, fmt.Errorf("bounds: %w", err)
	}
	return res.Status == lp.Optimal && (t.literal || res.Objective > possibleTolerance), nil
}

// fitsCut decides about a set with directions inside an arm, from scratch.
func (t *tester) fitsCut(ctx context.Context, set []bool) (bool, error) {
	var claims []int
	for k, in := range set {
		if in {
			claims = append(claims, t.claims[k])
		}
	}
	sub := newSystem(t.s.Words.Only(claims), t.s.like, t.s.Groups, t.s.Cells, t.s.worlds)
	sub.write(t.s.bent)
	return sub.possible(ctx, t.literal, possibleTolerance)
}

// possible reports whether every condition can have the probability floor
// together.
func (s *System) possible(ctx context.Context, literal bool, floor float64) (bool, error) {
	f, ok, err := s.search(ctx, true, func() *programme { return s.possibly(literal) }, s.bent, func(v float64) bool { return literal || v > floor })
	if err != nil {
		return false, fmt.Errorf("bounds: %w", err)
	}
	return ok && (literal || f.res.Objective > floor), nil
}

// cover remembers which sets are settled: subsets of those that fit, supersets
// of those that clash.
type cover struct {
	n           int
	fits, clash [][]bool
}

// seed returns a set that is not settled and has no unsettled superset; ok is
// false when every set is settled. It is a search for the lexically last
// assignment under the clauses "some claim outside each fitting set" and "not all
// of each clashing set", then grown.
func (m *cover) seed() ([]bool, bool) {
	set := make([]bool, m.n)
	var walk func(i int) bool
	walk = func(i int) bool {
		if i == m.n {
			return m.open(set)
		}
		for _, v := range []bool{true, false} {
			set[i] = v
			if m.hopeful(set, i+1) && walk(i+1) {
				return true
			}
		}
		return false
	}
	if !walk(0) {
		return nil, false
	}
	for i := range set {
		if !set[i] {
			set[i] = true
			if !m.open(set) {
				set[i] = false
			}
		}
	}
	return set, true
}

// hopeful reports whether the first n choices leave every clause a way out.
func (m *cover) hopeful(set []bool, n int) bool {
	for _, c := range m.clash {
		all := true
		for i, in := range c {
			if in && (i >= n || !set[i]) {
				all = false
				break
			}
		}
		if all {
			return false
		}
	}
	for _, c := range m.fits {
		outside := false
		for i, in := range c {
			if !in && (i >= n || set[i]) {
				outside = true
				break
			}
		}
		if !outside {
			return false
		}
	}
	return true
}

func (m *cover) open(set []bool) bool { return m.hopeful(set, m.n) }

// Speakers lists the speakers of a set of claims, in order of the claims.
func Speakers(claims []belief.Claim, set []int) []string {
	var out []string
	for _, i := range set {
		if !slices.Contains(out, claims[i].Speaker) {
			out = append(out, claims[i].Speaker)
		}
	}
	return out
}
