package bounds

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
)

// Side is the end of an interval that a row stands for.
type Side uint8

// The sides.
const (
	Lower Side = iota
	Upper
	Both // an interval of one point, or an equation
)

func (s Side) String() string { return [...]string{"low", "high", "both"}[s] }

// row is one linear row: the sum of coefficient times weight of a group, at
// least lo and at most hi. Coefficients are kept once as floats and once as the
// rationals that their decimals stand for.
type row struct {
	claim, arm int // claim -1: a row of the frame
	side       Side
	cols       []int32
	kind       []uint32 // index into float and exact, by entry
	float      []float64
	exact      []*big.Rat
	lo, hi     *big.Rat // nil: none
}

// System is the linear description of the words over groups of worlds.
type System struct {
	Words  *belief.Words
	Groups *belief.Partition
	Cells  []belief.Cells
	// like is Groups before cells split them: worlds alike to every claim.
	like *belief.Partition
	cols int
	// at has for each arm and column a world row of the group that the column
	// weighs there, -1 for none. A column weighs a group of one arm, or when arms
	// are joined one of each.
	at     [][]int32
	join   *join // nil when arms are linked by rows
	shrunk bool  // cells are merged, see shrink
	// worlds has the world rows of each arm, ascending.
	worlds [][]int32
	rows   []row // claims, then links; the sums of the arms are made with each programme
	bent   float64
	// bilinear lists the directions inside an arm.
	bilinear []cut
}

// NewSystem groups the worlds and writes the rows. query are the variables that
// later queries speak of besides the claims, all where allQuery; they matter for
// linked arms only.
func NewSystem(w *belief.Words, query []int, allQuery bool) *System {
	like, cells, worlds := classes(w, query, allQuery)
	return newSystem(w, like, split(like, cells), cells, worlds)
}

// classes are worlds alike to every claim, the cells of links, and the world rows of
// each arm.
func classes(w *belief.Words, query []int, allQuery bool) (like *belief.Partition, cells []belief.Cells, worlds [][]int32) {
	like = w.Frame.ByArm()
	for i := range w.Constraints {
		like.Split(&w.Constraints[i])
	}
	worlds = make([][]int32, len(w.Frame.Arms))
	for row, a := range w.Frame.ArmOf {
		if a >= 0 {
			worlds[a] = append(worlds[a], int32(row))
		}
	}
	return like, w.Cells(query, allQuery), worlds
}

// split refines classes by the cells of every link.
func split(like *belief.Partition, cells []belief.Cells) *belief.Partition {
	if len(cells) == 0 {
		return like
	}
	p := like.Clone()
	for i := range cells {
		p.RefineCells(&cells[i])
	}
	return p
}

func newSystem(w *belief.Words, like, p *belief.Partition, cells []belief.Cells, worlds [][]int32) *System {
	s := &System{Words: w, Groups: p, Cells: cells, like: like, worlds: worlds}
	s.join = newJoin(w.Frame, like, p, cells)
	s.lay()
	for i := range w.Constraints {
		if k := &w.Constraints[i]; k.Form == belief.Bilinear {
			for _, a := range k.Arms {
				s.bilinear = append(s.bilinear, cut{k, a})
			}
		}
	}
	s.write(0)
	return s
}

// lay sets what the columns weigh.
func (s *System) lay() {
	if s.join != nil {
		s.cols, s.at = len(s.join.start)-1, s.join.at
		return
	}
	first, f := s.Groups.First(), s.Words.Frame
	s.cols, s.at = len(first), make([][]int32, len(f.Arms))
	for a := range s.at {
		s.at[a] = make([]int32, len(first))
		for g, row := range first {
			if s.at[a][g] = -1; int(f.ArmOf[row]) == a {
				s.at[a][g] = row
			}
		}
	}
}

// within returns the system whose groups also respect a set.
func (s *System) within(set formula.Set) *System {
	like := s.like.Clone()
	like.RefineSets(set, nil)
	if like.Count == s.like.Count {
		return s
	}
	t := newSystem(s.Words, like, split(like, s.Cells), s.Cells, s.worlds)
	if s.bent != 0 {
		t.write(s.bent)
	}
	return t
}

// rat returns the rational that the shortest decimal of v stands for, so that
// 0.55 is 11/20.
func rat(v float64) *big.Rat {
	var room [32]byte
	text := strconv.AppendFloat(room[:0], v, 'e', -1, 64)
	if num, den, ok := fraction(text); ok {
		return big.NewRat(num, den)
	}
	r, ok := new(big.Rat).SetString(string(text))
	if !ok {
		panic("bounds: no rational for " + string(text))
	}
	return r
}

// fraction reads a decimal as written by strconv with an exponent, 5.5e-01, where
// nominator and denominator are small enough. It takes a third of the time of a general
// reader, and tables are read by the hundred thousand.
func fraction(text []byte) (num, den int64, ok bool) {
	negative := text[0] == '-'
	if negative {
		text = text[1:]
	}
	at := 0
	for ; at < len(text) && text[at] != 'e'; at++ {
		switch c := text[at]; {
		case c == '.':
		case c < '0' || c > '9':
			return 0, 0, false // not finite
		default:
			num = 10*num + int64(c-'0') // at most 17 digits
		}
	}
	exponent, err := strconv.Atoi(string(text[min(at+1, len(text)):]))
	exponent -= max(at-2, 0) // digits behind the point
	if err != nil || exponent > 0 || exponent < -18 {
		return 0, 0, false
	}
	den = 1
	for range -exponent {
		den *= 10
	}
	if negative {
		num = -num
	}
	return num, den, true
}

// write makes the rows with every interval widened by bend.
func (s *System) write(bend float64) {
	s.rows, s.bent = s.rows[:0], bend
	for i := range s.Words.Constraints {
		s.constraint(&s.Words.Constraints[i], bend)
	}
	if s.join != nil {
		return
	}
	for i := range s.Cells {
		s.link(&s.Cells[i])
	}
}

// ends returns the interval of a constraint as rationals, widened; nil for an
// end that says nothing.
func ends(k *belief.Constraint, bend float64) (lo, hi *big.Rat) {
	floor, ceiling := 0.0, 1.0
	switch k.Form {
	case belief.Mean:
		floor, ceiling = math.Inf(-1), math.Inf(1)
	case belief.Between, belief.Bilinear:
		floor = -1
	}
	by := new(big.Rat)
	if bend > 0 {
		by.Mul(rat(bend), rat(k.Scale))
	}
	if !math.IsInf(k.Low, -1) {
		lo = new(big.Rat).Sub(rat(k.Low), by)
		if !math.IsInf(floor, -1) && lo.Cmp(rat(floor)) <= 0 {
			lo = nil
		}
	}
	if !math.IsInf(k.High, 1) {
		hi = new(big.Rat).Add(rat(k.High), by)
		if !math.IsInf(ceiling, 1) && hi.Cmp(rat(ceiling)) >= 0 {
			hi = nil
		}
	}
	return lo, hi
}

func (s *System) constraint(k *belief.Constraint, bend float64) {
	lo, hi := ends(k, bend)
	if k.Form == belief.Bilinear {
		return // see box.go
	}
	if k.Form == belief.Between {
		for _, pair := range k.Pairs {
			s.between(k, pair, lo, hi)
		}
		return
	}
	for _, a := range k.Arms {
		switch {
		case lo != nil && hi != nil && lo.Cmp(hi) == 0:
			s.against(k, a, lo, Both)
		default:
			if lo != nil {
				s.against(k, a, lo, Lower)
			}
			if hi != nil {
				s.against(k, a, hi, Upper)
			}
		}
	}
}

var zero, one, minusOne = new(big.Rat), big.NewRat(1, 1), big.NewRat(-1, 1)

// against writes the row E[(value - end) if] >= 0, <= 0 or = 0 in an arm.
func (s *System) against(k *belief.Constraint, arm int, end *big.Rat, side Side) {
	b := newRow(k.Claim, arm, side)
	yes, no := new(big.Rat).Sub(one, end), new(big.Rat).Neg(end)
	for g, w := range s.at[arm] {
		switch {
		case w < 0 || !k.If.Has(int(w)):
		case k.Form == belief.Mean:
			b.add(g, new(big.Rat).Sub(rat(k.Value[w]), end))
		case k.Then.Has(int(w)):
			b.add(g, yes)
		default:
			b.add(g, no)
		}
	}
	b.atZero(side)
	s.rows = append(s.rows, b.row)
}

// between writes P_a(Then) - P_b(Then) >= lo and <= hi, ends as shares of the
// arm's weight so that the rows have no constant.
func (s *System) between(k *belief.Constraint, pair [2]int, lo, hi *big.Rat) {
	write := func(side Side, end *big.Rat) {
		b := newRow(k.Claim, pair[0], side)
		yes, no := new(big.Rat).Sub(one, end), new(big.Rat).Neg(end)
		less := new(big.Rat).Sub(no, one) // in the other arm only
		for g := range s.cols {
			here, there := s.at[pair[0]][g], s.at[pair[1]][g]
			in, out := here >= 0 && k.Then.Has(int(here)), there >= 0 && k.Then.Has(int(there))
			switch {
			case in && !out:
				b.add(g, yes)
			case here >= 0 && !in && out:
				b.add(g, less)
			case here >= 0:
				b.add(g, no)
			case out:
				b.add(g, minusOne)
			}
		}
		b.atZero(side)
		s.rows = append(s.rows, b.row)
	}
	switch {
	case lo != nil && hi != nil && lo.Cmp(hi) == 0:
		write(Both, lo)
	default:
		if lo != nil {
			write(Lower, lo)
		}
		if hi != nil {
			write(Upper, hi)
		}
	}
}

// link writes one equation for each cell: its weight is the same in both arms.
func (s *System) link(c *belief.Cells) {
	bs := make([]*builder, c.Count)
	for i := range bs {
		bs[i] = newRow(-1, c.A, Both)
		bs[i].lo, bs[i].hi = zero, zero
	}
	for g := range s.cols {
		if w := s.at[c.A][g]; w >= 0 {
			bs[c.Of[w]].add(g, one)
		}
		if w := s.at[c.B][g]; w >= 0 {
			bs[c.Of[w]].add(g, minusOne)
		}
	}
	for _, b := range bs {
		s.rows = append(s.rows, b.row)
	}
}

// builder collects the entries of a row and shares equal coefficients.
type builder struct {
	row
	seen map[string]uint32
}

func newRow(claim, arm int, side Side) *builder {
	return &builder{row: row{claim: claim, arm: arm, side: side}, seen: map[string]uint32{}}
}

// atZero sets the ends of a row without a constant.
func (b *builder) atZero(side Side) {
	if side != Upper {
		b.lo = zero
	}
	if side != Lower {
		b.hi = zero
	}
}

func (b *builder) add(col int, v *big.Rat) {
	if v.Sign() == 0 {
		return
	}
	var kind uint32
	found := false
	if len(b.exact) < 8 { // a handful of coefficients is the rule
		for i, e := range b.exact {
			if e == v || e.Cmp(v) == 0 {
				kind, found = uint32(i), true
				break
			}
		}
	} else {
		kind, found = b.seen[v.RatString()]
	}
	if !found {
		kind = uint32(len(b.exact))
		f, _ := v.Float64()
		b.exact, b.float = append(b.exact, v), append(b.float, f)
		b.seen[v.RatString()] = kind
	}
	b.cols, b.kind = append(b.cols, int32(col)), append(b.kind, kind)
}

// programme is a linear programme with its exact twin.
type programme struct {
	p    lp.Problem
	rows []row
	cost []*big.Rat // by column; nil: 0
	cols int
}

func (q *programme) addCol() int {
	q.cols++
	q.cost = append(q.cost, nil)
	return q.p.Col(0, 0, lp.Inf)
}

func (q *programme) addRow(r row) {
	terms := make([]lp.Term, len(r.cols))
	for i, c := range r.cols {
		terms[i] = lp.Term{Col: int(c), Value: r.float[r.kind[i]]}
	}
	lo, hi := math.Inf(-1), math.Inf(1)
	if r.lo != nil {
		lo, _ = r.lo.Float64()
	}
	if r.hi != nil {
		hi, _ = r.hi.Float64()
	}
	q.p.Row(lo, hi, terms...)
	q.rows = append(q.rows, r)
}

func (q *programme) setCost(col int, v *big.Rat) {
	q.cost[col] = v
	q.p.Cost[col], _ = v.Float64()
}

// base is the programme with one column a group and all rows but the sums.
func (s *System) base() *programme {
	q := &programme{}
	for range s.cols {
		q.addCol()
	}
	for _, r := range s.rows {
		q.addRow(r)
	}
	return q
}

// sums adds the rows that make every arm a distribution.
func (s *System) sums(q *programme) {
	for _, b := range s.totals() {
		b.lo, b.hi = one, one
		q.addRow(b.row)
	}
}

// totals are the rows that sum the weight of each arm; joined arms have one, since
// every column weighs both.
func (s *System) totals() []*builder {
	var out []*builder
	for a, at := range s.at {
		b := newRow(-1, a, Both)
		for g, w := range at {
			if w >= 0 {
				b.add(g, one)
			}
		}
		if out = append(out, b); s.join != nil {
			break
		}
	}
	return out
}

// groupsOf lists the columns that weigh a set, which the grouping respects, in an
// arm.
func (s *System) groupsOf(set formula.Set, arm int) []int32 {
	var out []int32
	for g, w := range s.at[arm] {
		if w >= 0 && set.Has(int(w)) {
			out = append(out, int32(g))
		}
	}
	return out
}

// conditions lists the condition of each claim and arm that must be possible,
// by claim; claims without a condition have none.
func (s *System) conditions() []condition {
	var out []condition
	for i := range s.Words.Constraints {
		k := &s.Words.Constraints[i]
		if k.Form == belief.Between {
			continue
		}
		for _, a := range k.Arms {
			in := s.groupsOf(k.If, a)
			total := 0
			for _, w := range s.at[a] {
				if w >= 0 {
					total++
				}
			}
			if k.Form == belief.Bilinear || len(in) < total {
				out = append(out, condition{k.Claim, a, in})
			}
		}
	}
	return slices.Clip(out)
}

type condition struct {
	claim, arm int
	groups     []int32
}
