package formula

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"sync"
)

// Worlds is a list of worlds, ascending by code. A row is an index into Codes.
type Worlds struct {
	Codes []World

	once  sync.Once
	s     *Space  // set with masks
	masks [][]Set // by variable and state: the rows in that state
}

// TooMany is the error of [Space.Enumerate] when there are more worlds than
// allowed. Count is exact.
type TooMany struct {
	Count uint64
	Limit int
}

// Error says how many worlds there are and how many may be.
func (e *TooMany) Error() string {
	return fmt.Sprintf("formula: %d worlds are possible, more than the limit of %d", e.Count, e.Limit)
}

// Enumerate returns the worlds in which none of the impossible propositions
// holds, ascending. When there are more than limit the error is a *[TooMany].
// Cost: the size of the diagram of the facts, then constant a world.
func (s *Space) Enumerate(impossible []*Prop, limit int) (*Worlds, error) {
	possible := s.Not(s.Or(impossible...))
	count := s.Count(possible)
	if count > uint64(max(limit, 0)) {
		return nil, &TooMany{Count: count, Limit: limit}
	}
	ws := &Worlds{Codes: make([]World, 0, count)}
	d := &possible.d
	// walk visits the assignments of variables v.. that make r true, in rising
	// order of the code; a diagram has no dead ends, so no step is in vain.
	var walk func(r ref, v int, code World)
	walk = func(r ref, v int, code World) {
		switch {
		case r == falseRef:
			return
		case r == trueRef:
			for c, end := uint64(code), uint64(code)+s.span(int32(v)); c < end; c++ {
				ws.Codes = append(ws.Codes, World(c))
			}
			return
		}
		n := &d.nodes[r-inner]
		for k := range len(s.vars[v].States) {
			kid := r
			if int(n.v) == v {
				kid = n.kids[k]
			}
			walk(kid, v+1, code+World(uint32(k)*s.strides[v]))
		}
	}
	walk(d.root, 0, 0)
	return ws, nil
}

// Len returns the number of worlds.
func (ws *Worlds) Len() int { return len(ws.Codes) }

// Row returns the row of world w, and false when it is not in the list.
func (ws *Worlds) Row(w World) (int, bool) { return slices.BinarySearch(ws.Codes, w) }

// maxSelectNodes is the size of a diagram up to which Select combines bitsets;
// beyond it walking the diagram for each world is cheaper.
const maxSelectNodes = 256

// Select returns the rows in which p holds. All propositions given to one
// Worlds must be of the space it was made by. The first call prepares one
// bitset a state of each variable; after that a call costs one pass over a
// bitset for each edge of p's diagram, however many variables there are. Safe
// for concurrent use.
func (ws *Worlds) Select(p *Prop) Set {
	n := len(ws.Codes)
	if p.d.root == trueRef {
		return fullSet(n)
	}
	if p.d.root == falseRef {
		return NewSet(n)
	}
	if len(p.d.nodes) > maxSelectNodes {
		set := NewSet(n)
		for row, w := range ws.Codes {
			if p.Eval(w) {
				set.Add(row)
			}
		}
		return set
	}
	ws.once.Do(func() { ws.prepare(p.s) })
	ws.s.own(p)
	sets := make([]Set, len(p.d.nodes)+int(inner))
	for i, nd := range p.d.nodes {
		set := NewSet(n)
		for k, mask := range ws.masks[nd.v] {
			switch kid := nd.kids[k]; kid {
			case falseRef:
			case trueRef:
				for j, m := range mask {
					set[j] |= m
				}
			default:
				for j, m := range mask {
					set[j] |= m & sets[kid][j]
				}
			}
		}
		sets[int(inner)+i] = set
	}
	return sets[p.d.root]
}

func (ws *Worlds) prepare(s *Space) {
	ws.s = s
	ws.masks = make([][]Set, len(s.vars))
	for v := range s.vars {
		ws.masks[v] = make([]Set, len(s.vars[v].States))
		for k := range ws.masks[v] {
			ws.masks[v][k] = NewSet(len(ws.Codes))
		}
		for row, w := range ws.Codes {
			ws.masks[v][s.State(w, v)].Add(row)
		}
	}
}

// Set is a set of rows of a [Worlds], one bit a row. Bits beyond the last row
// are 0.
type Set []uint64

// NewSet returns an empty set for n rows.
func NewSet(n int) Set { return make(Set, (n+63)/64) }

func fullSet(n int) Set {
	s := NewSet(n)
	for i := range s {
		s[i] = ^uint64(0)
	}
	if rest := n % 64; rest != 0 {
		s[len(s)-1] = 1<<rest - 1
	}
	return s
}

// Add puts a row into the set.
func (s Set) Add(row int) { s[row>>6] |= 1 << (row & 63) }

// Has reports whether the row is in the set.
func (s Set) Has(row int) bool { return s[row>>6]>>(row&63)&1 != 0 }

// Count returns the number of rows in the set.
func (s Set) Count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Rows goes through the rows of the set, ascending.
func (s Set) Rows() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, w := range s {
			for ; w != 0; w &= w - 1 {
				if !yield(i<<6 + bits.TrailingZeros64(w)) {
					return
				}
			}
		}
	}
}

// And returns the rows in both sets, which must be over the same rows.
func (s Set) And(t Set) Set { return s.join(t, func(a, b uint64) uint64 { return a & b }) }

// Or returns the rows in either set.
func (s Set) Or(t Set) Set { return s.join(t, func(a, b uint64) uint64 { return a | b }) }

// AndNot returns the rows of s that are not in t.
func (s Set) AndNot(t Set) Set { return s.join(t, func(a, b uint64) uint64 { return a &^ b }) }

func (s Set) join(t Set, f func(a, b uint64) uint64) Set {
	if len(s) != len(t) {
		panic("formula: sets over different rows")
	}
	u := make(Set, len(s))
	for i := range s {
		u[i] = f(s[i], t[i])
	}
	return u
}
