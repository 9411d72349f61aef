package formula

import "slices"

// The irredundant sum of products follows S. Minato, "Fast generation of
// prime-irredundant covers from binary decision diagrams" (IEICE Trans. E76-A,
// 1993). It deviates in one thing: a literal is a set of states, and where the
// binary recursion has two cofactors this one goes over all subsets of the
// states, small ones first. A point that only a set of states S may cover is
// covered when S has its turn, so every product is needed by some point.

// cover is rule 4.
func (m *manager) cover(r ref) (expr, error) {
	sum, sumErr := m.products(r)
	negated, productErr := m.products(m.not(r))
	switch {
	case sumErr != nil && productErr != nil:
		return expr{}, errEntangled
	case sumErr == nil && (productErr != nil || literals(sum) <= literals(negated)):
		return m.sumOf(sum, conjunction, disjunction, false), nil
	}
	return m.sumOf(negated, disjunction, conjunction, true), nil
}

// cube is a product of literals, ascending by variable.
type cube []literal

type literal struct {
	v   int32
	set stateSet
}

func literals(cubes []cube) int {
	n := 0
	for _, c := range cubes {
		n += len(c)
	}
	return n
}

// sumOf makes an expression of cubes: inside one of kind in, between them of
// kind out, with the literals negated for the product of sums.
func (m *manager) sumOf(cubes []cube, in, out kind, negate bool) expr {
	terms := make([]expr, len(cubes))
	for i, c := range cubes {
		atoms := make([]expr, len(c))
		for j, l := range c {
			set := l.set
			if negate {
				set ^= full(m.states(l.v))
			}
			atoms[j] = expr{kind: atom, v: l.v, states: set}
		}
		terms[i] = expr{kind: in, args: atoms}
		if len(atoms) == 1 {
			terms[i] = atoms[0]
		}
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return expr{kind: out, args: terms}
}

// products returns an irredundant sum of products of r, in a fixed order.
func (m *manager) products(r ref) ([]cube, error) {
	c := coverer{m: m, memo: map[[2]ref]covered{}}
	got, err := c.between(r, r)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(got.cubes, compareCubes)
	return got.cubes, nil
}

// compareCubes orders by variable, then by first differing state.
func compareCubes(a, b cube) int {
	return slices.CompareFunc(a, b, func(x, y literal) int {
		if x.v != y.v {
			return int(x.v - y.v)
		}
		return int(x.set) - int(y.set)
	})
}

// covered is a sum of products and the function it covers.
type covered struct {
	cubes []cube
	f     ref
}

type coverer struct {
	m     *manager
	memo  map[[2]ref]covered
	steps int
}

// between returns a sum of products that is true where low is and false where
// high is not.
func (c *coverer) between(low, high ref) (covered, error) {
	switch {
	case low == falseRef:
		return covered{f: falseRef}, nil
	case high == trueRef:
		return covered{cubes: []cube{{}}, f: trueRef}, nil
	}
	key := [2]ref{low, high}
	if got, ok := c.memo[key]; ok {
		return got, nil
	}
	if c.steps++; c.steps > maxCoverSteps || c.m.full {
		return covered{}, errEntangled
	}
	m := c.m
	v := min(m.nodes[low].v, m.nodes[high].v)
	n := m.states(v)
	lows, highs := make([]ref, n), make([]ref, n)
	for k := range n {
		lows[k], highs[k] = m.cofactor(low, v, k), m.cofactor(high, v, k)
	}
	out := covered{f: falseRef}
	for _, set := range subsets[n] {
		need, allowed, outside := falseRef, trueRef, falseRef
		for k := range n {
			if set.has(k) {
				need, allowed = m.or(need, lows[k]), m.and(allowed, highs[k])
			} else {
				outside = m.or(outside, highs[k])
			}
		}
		// What no larger set of states could cover must be covered here.
		need = m.and(need, m.not(outside))
		part, err := c.between(need, allowed)
		if err != nil {
			return covered{}, err
		}
		for _, q := range part.cubes {
			if set != full(n) {
				q = append(cube{{v, set}}, q...)
			}
			out.cubes = append(out.cubes, q)
		}
		if len(out.cubes) > MaxTerms {
			return covered{}, errEntangled
		}
		for k := range n {
			if set.has(k) {
				lows[k] = m.and(lows[k], m.not(part.f))
			}
		}
		out.f = m.or(out.f, m.and(m.literal(v, set), part.f))
	}
	c.memo[key] = out
	return out, nil
}

// subsets[n] lists the non-empty subsets of n states, small ones first.
var subsets = func() [MaxStates + 1][]stateSet {
	var all [MaxStates + 1][]stateSet
	for n := range all {
		for s := stateSet(1); s <= full(n) && n > 0; s++ {
			all[n] = append(all[n], s)
		}
		slices.SortStableFunc(all[n], func(a, b stateSet) int { return a.count() - b.count() })
	}
	return all
}()
