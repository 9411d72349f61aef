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

// contexts looks for sets of duties that cannot all be kept in some context, a
// state of the variables that are not objects. That is a quantified question,
// exists set, context; forall objects, answered by two solvers in turn
// (counterexample-guided expansion; M. Janota, W. Klieber, J. Marques-Silva, E.
// Clarke, "Solving QBF with counterexample guided refinement", Artificial
// Intelligence 234, 2016). One proposes a set and a context that no state of the
// objects found so far answers and no core found so far explains; the other
// looks for a state that answers, or gives a core. When there is no proposal
// left, every set that is minimal in some context is a known core: it would be a
// proposal with that context, and what explains it is a part of it that is stuck
// there, so itself.
type contexts struct {
	an     *analysis
	duties []int
	isObj  []bool
	props  []*formula.Prop // impossible combinations, as what must hold
	ask    *encoder        // proposes sets and contexts
	on     []sat.Lit       // by duty, in ask: it is in the set
	keep   *encoder        // looks for objects
	groups *sat.Groups     // the duties, in keep
	// relevant are the variables of contexts.
	relevant []int
	context  []sat.Lit // of the last proposal, in keep
	set      []int     // of the last proposal
}

// roomNodes is how many diagram nodes a duty has a solver make room for.
const roomNodes = 4

func newContexts(an *analysis, duties []int, objects []int) *contexts {
	q := &contexts{an: an, duties: duties, isObj: make([]bool, len(an.space.Vars()))}
	for _, v := range objects {
		q.isObj[v] = true
	}
	// A duty has a diagram of a few nodes with two clauses a state.
	room := len(duties)*roomNodes + 2*len(q.isObj)
	q.ask = newEncoder(sat.NewSolverFor(room, 2*room), an.space)
	q.keep = newEncoder(sat.NewSolverFor(room, 2*room), an.space)
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

// propose sets the next set and context, and returns false when there is none.
func (q *contexts) propose() bool {
	if !q.ask.s.Solve() {
		return false
	}
	q.context, q.set = q.context[:0], q.set[:0]
	for _, v := range q.relevant {
		q.context = append(q.context, q.keep.state[v][q.ask.value(v)])
	}
	for i, l := range q.on {
		if q.ask.s.Value(l) {
			q.set = append(q.set, i)
		}
	}
	return true
}

// core returns a minimal part of the last proposal that is stuck in its context,
// as numbers of q.duties; false, and the proposal is answered, when the duties
// of the proposal can be kept.
func (q *contexts) core() ([]int, bool) {
	o := under{q.groups, slices.Clone(q.context)}
	conflict, found := o.Check(q.set)
	if !conflict {
		q.answered()
		return nil, false
	}
	return sat.Shrink(o, found), true
}

// explained rules out sets that hold the core in contexts where it is stuck.
func (q *contexts) explained(core []int, where *formula.Prop) {
	clause := []sat.Lit{-q.ask.lit(where, nil)}
	for _, i := range core {
		clause = append(clause, -q.on[i])
	}
	q.ask.implied(clause...)
}

// answered rules out the sets and contexts that the objects of the last solution
// answer: from now on some fact, or some duty of the set, must fail with those
// objects.
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
