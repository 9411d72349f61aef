package treaty

import (
	"cmp"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/formula"
)

// The rules by which one clause yields to another, as in Verdict.Sub.
const (
	ByRank     = "ranks over"
	ByLater    = "later treaty between the same parties (Vienna Convention, art. 30)"
	BySpecific = "narrower condition (lex specialis)"
)

// rank says that duty low yields to duty high where both cannot be kept.
type rank struct {
	high, low int // indices of duties
	rule      string
}

// ranking finds which duties of one bearer yield to which. Rules other than
// explicit ranks apply by option, and never against an explicit rank.
func (an *analysis) ranking() error {
	over := map[[2]string]bool{} // explicit arrows between clauses
	for i := range an.in.Agreements {
		a := &an.in.Agreements[i]
		for _, c := range a.Clauses {
			for _, target := range c.RanksOver {
				for _, name := range an.in.targets(a.ID, target) {
					over[[2]string{Name(a.ID, c.ID), name}] = true
				}
			}
		}
	}
	arrows := map[string][]string{}
	for p := range over {
		arrows[p[0]] = append(arrows[p[0]], p[1])
	}
	for _, to := range arrows {
		slices.Sort(to)
	}
	if at := circle(arrows); at != "" {
		return &RankCircle{Clause: at}
	}
	of := map[string][]int{} // bearer -> its duties
	for i := range an.duties {
		of[an.duties[i].Bearer] = append(of[an.duties[i].Bearer], i)
	}
	if len(over) == 0 && !an.opt.LaterPrevails && !an.opt.SpecificPrevails {
		return nil
	}
	for h := range an.duties {
		for _, l := range of[an.duties[h].Bearer] {
			high, low := &an.duties[h], &an.duties[l]
			switch {
			case high.Clause == low.Clause:
			case over[[2]string{high.Clause, low.Clause}]:
				an.ranks = append(an.ranks, rank{h, l, ByRank})
			case over[[2]string{low.Clause, high.Clause}]:
			case an.opt.LaterPrevails && later(high, low):
				an.ranks = append(an.ranks, rank{h, l, ByLater})
			case an.opt.SpecificPrevails && !(an.opt.LaterPrevails && later(low, high)) && an.narrower(high, low):
				an.ranks = append(an.ranks, rank{h, l, BySpecific})
			}
		}
	}
	return nil
}

// RankCircle is the fault that clauses rank over each other in a circle.
type RankCircle struct{ Clause string }

// Error implements error.
func (e *RankCircle) Error() string {
	return "treaty: clauses rank over each other in a circle through " + e.Clause
}

// targets returns the clauses that a RanksOver entry names: an agreement, a full
// name, or a clause of the same agreement.
func (in *Input) targets(agreement, target string) []string {
	var names []string
	for _, a := range in.Agreements {
		for _, c := range a.Clauses {
			name := Name(a.ID, c.ID)
			if target == a.ID || within(agreement, target) == name {
				names = append(names, name)
			}
		}
	}
	return names
}

// later reports whether the treaty of high came after that of low and all who
// are owed low are party to it.
func later(high, low *duty) bool {
	// A missing date is before nothing.
	return low.a.Signed.Before(high.a.Signed) &&
		!slices.ContainsFunc(low.Toward, func(x string) bool { return !slices.Contains(high.a.Parties, x) })
}

func (an *analysis) narrower(high, low *duty) bool {
	s := an.space
	h, l := s.And(high.Binding, an.possible), s.And(low.Binding, an.possible)
	return s.Implies(h, l) && !s.Implies(l, h)
}

// yield suspends duties where they yield, higher ones first, and returns the
// verdicts that say so.
func (an *analysis) yield() []Verdict {
	order := an.rankOrder()
	var out []Verdict
	suspended := make([]*formula.Prop, len(an.duties))
	for _, r := range order {
		high, low := &an.duties[r.high], &an.duties[r.low]
		objects := unionInts(high.objects, low.objects)
		// Where each can be kept alone and not both.
		where := an.space.And(an.space.Not(an.stuck(objects, r.high)), an.space.Not(an.stuck(objects, r.low)), an.stuck(objects, r.high, r.low))
		if value, constant := where.Constant(); constant && !value {
			continue
		}
		v := an.verdict(Resolved, r.rule, []int{r.high, r.low}, nil, where, objects)
		v.Yields = low.Clause
		out = append(out, v)
		if suspended[r.low] == nil {
			suspended[r.low] = an.space.False()
		}
		suspended[r.low] = an.space.Or(suspended[r.low], where)
		low.Binding = an.space.And(low.Binding, an.space.Not(where))
		an.finish(low)
	}
	if len(out) > 0 {
		an.reparations(true)
	}
	return out
}

// rankOrder sorts ranks so that a duty has yielded to all above it before
// anything yields to it.
func (an *analysis) rankOrder() []rank {
	depth := make([]int, len(an.duties))
	// The arrows have no circle among explicit ranks; later and narrower are
	// orders of their own. A mixed circle would never settle: the number of
	// rounds is bounded by the number of duties.
	for range len(an.duties) {
		changed := false
		for _, r := range an.ranks {
			if d := depth[r.high] + 1; d > depth[r.low] && d <= len(an.duties) {
				depth[r.low], changed = d, true
			}
		}
		if !changed {
			break
		}
	}
	order := slices.Clone(an.ranks)
	slices.SortStableFunc(order, func(x, y rank) int {
		return cmp.Or(cmp.Compare(depth[x.low], depth[y.low]), cmp.Compare(depth[x.high], depth[y.high]),
			strings.Compare(an.duties[x.high].Clause, an.duties[y.high].Clause), strings.Compare(an.duties[x.low].Clause, an.duties[y.low].Clause),
			cmp.Compare(x.high, y.high), cmp.Compare(x.low, y.low))
	})
	return order
}

// yields returns a rank inside a core, the first of an.ranks, if there is one.
func (an *analysis) yields(core []int) (rank, bool) {
	for _, r := range an.ranks {
		if slices.Contains(core, r.high) && slices.Contains(core, r.low) {
			return r, true
		}
	}
	return rank{}, false
}

func unionInts(a, b []int) []int {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
