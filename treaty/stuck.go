package treaty

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/sat"
)

// stuck returns the worlds in which the duties cannot all be kept, whatever
// becomes of the object variables: a proposition over the others,
//
//	possible context  and not  (exists objects: possible and keep_1 and .. keep_n).
func (an *analysis) stuck(objects []int, duties ...int) *formula.Prop {
	s := an.space
	all := an.possible
	for _, d := range duties {
		all = s.And(all, an.duties[d].keep)
	}
	return s.And(an.exists(an.possible, objects), s.Not(an.exists(all, objects)))
}

// contexts is the oracle of latent conflicts: duties conflict when in some
// context, a state of the variables that are not objects, no state of the
// objects keeps them all. That is a quantified question, exists context forall
// objects, answered by two solvers in turn (counterexample-guided expansion; M.
// Janota, W. Klieber, J. Marques-Silva, E. Clarke, "Solving QBF with
// counterexample guided refinement", Artificial Intelligence 234, 2016): one
// proposes a context that no state of the objects found so far answers, the
// other looks for a state that does.
type contexts struct {
	an       *analysis
	duties   []int
	isObj    []bool
	props    []*formula.Prop // impossible combinations, as what must hold
	ask      *encoder        // proposes contexts
	on       []sat.Lit       // by duty, in ask
	keep     *encoder        // looks for objects
	groups   *sat.Groups
	context  []sat.Lit // last proposal, in keep
	at       []int     // last proposal by variable
	relevant []int
	// extra are literals of ask that proposals must satisfy.
	extra []sat.Lit
}

func newContexts(an *analysis, duties []int, objects []int) *contexts {
	q := &contexts{an: an, duties: duties, isObj: make([]bool, len(an.space.Vars())), at: make([]int, len(an.space.Vars()))}
	for _, v := range objects {
		q.isObj[v] = true
	}
	q.ask, q.keep = newEncoder(sat.NewSolver(), an.space), newEncoder(sat.NewSolver(), an.space)
	in := make([]bool, len(q.isObj))
	for _, f := range an.facts {
		if f.role == RoleImpossible {
			q.props = append(q.props, f.keep)
			for _, e := range []*encoder{q.ask, q.keep} {
				e.implied(e.lit(f.keep, nil))
			}
			for _, v := range f.keep.Vars() {
				in[v] = true
			}
		}
	}
	q.groups = sat.NewGroups(q.keep.s)
	for _, d := range duties {
		q.groups.Add([]sat.Lit{q.keep.lit(an.duties[d].keep, nil)})
		q.on = append(q.on, q.ask.s.Var())
		for _, v := range an.duties[d].keep.Vars() {
			in[v] = true
		}
	}
	for v, ok := range in {
		if ok && !q.isObj[v] {
			q.relevant = append(q.relevant, v)
		}
	}
	return q
}

// Check implements [sat.Oracle] over the numbers of duties in q.duties.
func (q *contexts) Check(set []int) (bool, []int) {
	assume := slices.Clone(q.extra)
	in := make([]bool, len(q.duties))
	for _, i := range set {
		in[i] = true
	}
	for i, l := range q.on {
		if !in[i] {
			l = -l
		}
		assume = append(assume, l)
	}
	for q.ask.s.Solve(assume...) {
		q.context = q.context[:0]
		for v := range q.at {
			q.at[v] = free
		}
		for _, v := range q.relevant {
			q.at[v] = q.ask.value(v)
			q.context = append(q.context, q.keep.state[v][q.at[v]])
		}
		if conflict, found := q.groups.Under(q.context, set); conflict {
			return true, found
		}
		q.answered()
	}
	return false, set
}

// answered rules out the contexts that the objects of the last solution answer:
// from now on some fact, or some duty that is on, must fail with those objects.
func (q *contexts) answered() {
	fixed := make([]int, len(q.isObj))
	for v := range fixed {
		fixed[v] = free
		if q.isObj[v] {
			fixed[v] = q.keep.value(v)
		}
	}
	var clause []sat.Lit
	for _, p := range q.props {
		clause = append(clause, -q.ask.lit(p, fixed))
	}
	for i, d := range q.duties {
		l := q.ask.lit(q.an.duties[d].keep, fixed)
		if l == q.ask.yes {
			continue
		}
		fails := q.ask.s.Var()
		q.ask.s.Add(-fails, q.on[i])
		q.ask.implied(-fails, -l)
		clause = append(clause, fails)
	}
	q.ask.implied(clause...)
}

// here is the oracle of the duties in the last context that was proposed.
func (q *contexts) here() sat.Oracle { return fixedContext{q, slices.Clone(q.context)} }

type fixedContext struct {
	q       *contexts
	context []sat.Lit
}

// Check implements [sat.Oracle].
func (f fixedContext) Check(set []int) (bool, []int) { return f.q.groups.Under(f.context, set) }
