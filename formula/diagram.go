package formula

import "slices"

// ref is a node of a diagram: 0 false, 1 true, 2.. an inner node.
type ref int32

const (
	falseRef ref = 0
	trueRef  ref = 1
	inner    ref = 2 // the first inner node
)

// node asks for the state of a variable. kids has one entry a state; those
// beyond the number of states are 0.
type node struct {
	v    int32
	kids [MaxStates]ref
}

// terminalVar stands after all variables in the order.
const terminalVar = int32(1 << 30)

// manager builds reduced diagrams: no node has all kids equal, no two nodes are
// equal. Kids have larger variables than their parent and lower refs.
type manager struct {
	s      *Space
	nodes  []node // nodes[0] and nodes[1] stand for false and true
	unique map[node]ref
	binary map[binaryKey]ref
	negate map[ref]ref
	limit  int  // nodes allowed, 0 = any number
	full   bool // the limit was met: results are void
}

type binaryKey struct {
	and  bool
	a, b ref
}

func newManager(s *Space) *manager {
	return &manager{
		s: s, nodes: []node{{v: terminalVar}, {v: terminalVar}}, unique: map[node]ref{},
		binary: map[binaryKey]ref{}, negate: map[ref]ref{},
	}
}

func (m *manager) states(v int32) int { return len(m.s.vars[v].States) }

// mk returns the node with these kids, reduced and shared. When that would take
// more nodes than the limit, it sets full and the manager is of no more use.
func (m *manager) mk(n node) ref {
	same := true
	for k := 1; k < m.states(n.v); k++ {
		same = same && n.kids[k] == n.kids[0]
	}
	if same {
		return n.kids[0]
	}
	if r, ok := m.unique[n]; ok {
		return r
	}
	if m.limit > 0 && len(m.nodes) >= m.limit {
		m.full = true
		return falseRef
	}
	r := ref(len(m.nodes))
	m.nodes = append(m.nodes, n)
	m.unique[n] = r
	return r
}

// literal returns the diagram of "variable v is in one of the states of mask".
func (m *manager) literal(v int32, mask stateSet) ref {
	n := node{v: v}
	for k := range m.states(v) {
		if mask.has(k) {
			n.kids[k] = trueRef
		}
	}
	return m.mk(n)
}

// cofactor returns r with variable v in state k, for v not after r's top.
func (m *manager) cofactor(r ref, v int32, k int) ref {
	if n := &m.nodes[r]; n.v == v {
		return n.kids[k]
	}
	return r
}

func (m *manager) and(a, b ref) ref { return m.apply(true, a, b) }
func (m *manager) or(a, b ref) ref  { return m.apply(false, a, b) }

// apply is Bryant's: recursion on the earlier top variable, with memory.
func (m *manager) apply(and bool, a, b ref) ref {
	zero, one := falseRef, trueRef // absorbing, neutral
	if !and {
		zero, one = trueRef, falseRef
	}
	switch {
	case m.full:
		return falseRef
	case a == zero || b == zero:
		return zero
	case a == one || a == b:
		return b
	case b == one:
		return a
	case a > b:
		a, b = b, a
	}
	key := binaryKey{and, a, b}
	if r, ok := m.binary[key]; ok {
		return r
	}
	n := node{v: min(m.nodes[a].v, m.nodes[b].v)}
	for k := range m.states(n.v) {
		n.kids[k] = m.apply(and, m.cofactor(a, n.v, k), m.cofactor(b, n.v, k))
	}
	r := m.mk(n)
	m.binary[key] = r
	return r
}

func (m *manager) not(a ref) ref {
	if m.full {
		return falseRef
	}
	if a < inner {
		return trueRef - a
	}
	if r, ok := m.negate[a]; ok {
		return r
	}
	n := node{v: m.nodes[a].v}
	for k := range m.states(n.v) {
		n.kids[k] = m.not(m.nodes[a].kids[k])
	}
	r := m.mk(n)
	m.negate[a], m.negate[r] = r, a
	return r
}

// restrict returns r with variable v in state k, v anywhere.
func (m *manager) restrict(r ref, v int32, k int) ref {
	memo := map[ref]ref{}
	var walk func(r ref) ref
	walk = func(r ref) ref {
		n := m.nodes[r]
		switch {
		case n.v > v:
			return r
		case n.v == v:
			return n.kids[k]
		}
		if done, ok := memo[r]; ok {
			return done
		}
		for i := range m.states(n.v) {
			n.kids[i] = walk(n.kids[i])
		}
		memo[r] = m.mk(n)
		return memo[r]
	}
	return walk(r)
}

// load copies a frozen diagram into the manager and returns its root.
func (m *manager) load(d diagram) ref {
	at := make([]ref, len(d.nodes)+int(inner))
	at[trueRef] = trueRef
	for i, n := range d.nodes {
		for k := range m.states(n.v) {
			n.kids[k] = at[n.kids[k]]
		}
		at[int(inner)+i] = m.mk(n)
	}
	return at[d.root]
}

// diagram is a frozen diagram: only the nodes the root reaches, kids before
// parents, in an order that depends on the meaning alone (depth first, states
// ascending), so equal meaning gives equal values.
type diagram struct {
	nodes []node // ref 2 is nodes[0]
	root  ref
}

func (m *manager) freeze(root ref) diagram {
	var d diagram
	at := map[ref]ref{falseRef: falseRef, trueRef: trueRef}
	var walk func(r ref) ref
	walk = func(r ref) ref {
		if done, ok := at[r]; ok {
			return done
		}
		n := m.nodes[r]
		for k := range m.states(n.v) {
			n.kids[k] = walk(n.kids[k])
		}
		d.nodes = append(d.nodes, n)
		at[r] = ref(len(d.nodes)-1) + inner
		return at[r]
	}
	d.root = walk(root)
	return d
}

func (d *diagram) equal(e *diagram) bool { return d.root == e.root && slices.Equal(d.nodes, e.nodes) }

// support returns the variables of the diagram, ascending.
func (d *diagram) support() []int {
	var vars []int
	for _, n := range d.nodes {
		vars = append(vars, int(n.v))
	}
	slices.Sort(vars)
	return slices.Compact(vars)
}

// stateSet is a set of states of one variable.
type stateSet uint8

func (s stateSet) has(k int) bool { return s>>k&1 != 0 }

func (s stateSet) count() int {
	n := 0
	for ; s != 0; s &= s - 1 {
		n++
	}
	return n
}

// full is the set of all n states.
func full(n int) stateSet { return stateSet(1<<n - 1) }
