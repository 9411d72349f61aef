package belief

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/formula"
)

// Limits of a frame.
const (
	MaxArms  = 64   // arms that are read together
	MaxCells = 1024 // joint states over which one pair of arms is held equal
)

// Frame is what claims are read against: the worlds, the arms they fall into and
// what arms have in common. An arm is a distribution of its own that sums to 1;
// it holds the worlds in which its acts are as it says. A frame is immutable and
// safe for concurrent use.
type Frame struct {
	Space  *formula.Space
	Worlds *formula.Worlds
	Arms   []Arm
	Links  []Link
	// ArmOf is the arm of each world row, -1 for worlds in none.
	ArmOf []int16

	// Free says that every combination of states is a world, so that variables
	// which nobody speaks of may be left out of Links.
	Free bool

	made *made // nil: nothing is remembered
}

// made is what a frame remembers of what it was asked for.
type made struct {
	mu    sync.Mutex
	cells map[string]Cells
	flags *flags // shared by all frames over the same worlds
}

func newMade() *made {
	return &made{cells: map[string]Cells{}, flags: &flags{of: map[flagKey]flagged{}}}
}

// flags are the worlds in which statements hold, and those in which they can be
// judged.
type flags struct {
	mu sync.Mutex
	of map[flagKey]flagged
}

// flagKey tells statements apart by where they and their columns are kept.
type flagKey struct {
	statement *Statement
	column    *float64
}

type flagged struct{ holds, known formula.Set }

// maxFlags bounds how many statements are remembered.
const maxFlags = 64

// flagged returns where a statement about columns holds and where it can be judged.
func (f *Frame) flagged(s *Statement, cols []Column) flagged {
	key := flagKey{statement: s}
	if len(cols) > 0 && len(cols[0].Value) > 0 {
		key.column = &cols[0].Value[0]
	}
	if f.made != nil {
		f.made.flags.mu.Lock()
		defer f.made.flags.mu.Unlock()
		if x, ok := f.made.flags.of[key]; ok {
			return x
		}
	}
	x := flagged{formula.NewSet(len(f.ArmOf)), formula.NewSet(len(f.ArmOf))}
	for row := range f.ArmOf {
		holds, known := s.Holds(func(j int) float64 { return cols[j].At(row) })
		if known {
			x.known.Add(row)
		}
		if known && holds {
			x.holds.Add(row)
		}
	}
	if f.made != nil && len(f.made.flags.of) < maxFlags {
		f.made.flags.of[key] = x
	}
	return x
}

// maxCells bounds how many sets of cells a frame remembers.
const maxCells = 16

// cells returns the joint states of some variables of a link.
func (f *Frame) cells(l Link, vars []int) Cells {
	if f.made == nil {
		return f.makeCells(l, vars)
	}
	key := fmt.Sprint(l.A, l.B, vars)
	f.made.mu.Lock()
	defer f.made.mu.Unlock()
	c, ok := f.made.cells[key]
	if !ok {
		c = f.makeCells(l, vars)
		if len(f.made.cells) < maxCells {
			f.made.cells[key] = c
		}
	}
	return c
}

func (f *Frame) makeCells(l Link, vars []int) Cells {
	c := Cells{A: l.A, B: l.B, Vars: vars}
	p := &Partition{ID: make([]int32, len(f.ArmOf)), Count: 1}
	for row, a := range f.ArmOf {
		p.ID[row] = -1
		if int(a) == l.A || int(a) == l.B {
			p.ID[row] = 0
		}
	}
	for _, v := range vars {
		p.Refine(len(f.Space.Vars()[v].States), func(row int) int { return f.Space.State(f.Worlds.Codes[row], v) })
	}
	c.Of, c.Count = p.ID, p.Count
	return c
}

// Arm is one way in which acts are fixed.
type Arm struct {
	Name  string      // as in "pact=in_force"; "all" when nothing is fixed
	Fixed map[int]int // variable -> state
}

// Link says that two arms have the same joint distribution of some variables:
// those that do not descend from the act in which the arms differ.
type Link struct {
	A, B int
	Vars []int // ascending
}

// NewFrame returns the frame of the worlds with one arm for each combination of
// states of the acts, links between arms that differ in one act, and worlds
// outside fixed left out. parents holds for each variable what influences it
// (nil: nothing is known to be unmoved by an act, so there are no links). Without
// acts there is one arm.
func NewFrame(ws *formula.Worlds, space *formula.Space, parents [][]int, acts []int, fixed map[int]int) (*Frame, error) {
	f := &Frame{Space: space, Worlds: ws, Free: uint64(ws.Len()) == space.Size(), made: newMade()}
	vars := space.Vars()
	f.Arms = []Arm{{Fixed: map[int]int{}}}
	for v := range vars {
		if st, ok := fixed[v]; ok {
			for a := range f.Arms {
				f.Arms[a].Fixed[v] = st
			}
			continue
		}
		if !slices.Contains(acts, v) {
			continue
		}
		var next []Arm
		for _, a := range f.Arms {
			for st := range vars[v].States {
				b := Arm{Fixed: map[int]int{v: st}}
				for k, s := range a.Fixed {
					b.Fixed[k] = s
				}
				next = append(next, b)
			}
		}
		if len(next) > MaxArms {
			return nil, fmt.Errorf("belief: %d arms; at most %d are read together", len(next), MaxArms)
		}
		f.Arms = next
	}
	for a := range f.Arms {
		f.Arms[a].Name = armName(vars, f.Arms[a].Fixed)
	}
	f.ArmOf = make([]int16, ws.Len())
	count := make([]int, len(f.Arms))
	for row, w := range ws.Codes {
		f.ArmOf[row] = -1
		for a := range f.Arms {
			if f.Arms[a].holds(space, w) {
				f.ArmOf[row] = int16(a)
				count[a]++
				break
			}
		}
	}
	for a, n := range count {
		if n == 0 {
			return nil, fmt.Errorf("belief: no world is possible with %s", f.Arms[a].Name)
		}
	}
	if parents != nil {
		f.link(parents, acts)
	}
	return f, nil
}

func armName(vars []formula.Variable, fixed map[int]int) string {
	var parts []string
	for v := range vars {
		if st, ok := fixed[v]; ok {
			parts = append(parts, vars[v].ID+"="+vars[v].States[st])
		}
	}
	if len(parts) == 0 {
		return "all"
	}
	return strings.Join(parts, ",")
}

func (a *Arm) holds(space *formula.Space, w formula.World) bool {
	for v, st := range a.Fixed {
		if space.State(w, v) != st {
			return false
		}
	}
	return true
}

// link ties arms that differ in exactly one act.
func (f *Frame) link(parents [][]int, acts []int) {
	for a := range f.Arms {
		for b := a + 1; b < len(f.Arms); b++ {
			act, differ := -1, 0
			for v := range parents {
				if f.Arms[a].Fixed[v] != f.Arms[b].Fixed[v] {
					act = v
					differ++
				}
			}
			if differ != 1 {
				continue
			}
			if vars := f.unmoved(parents, act); len(vars) > 0 {
				f.Links = append(f.Links, Link{A: a, B: b, Vars: vars})
			}
		}
	}
	// A link that follows from two others by way of a third arm is left out.
	all := slices.Clone(f.Links)
	linked := func(a, b int, vars []int) bool {
		return slices.ContainsFunc(all, func(l Link) bool { return l.A == a && l.B == b && slices.Equal(l.Vars, vars) })
	}
	f.Links = slices.DeleteFunc(f.Links, func(l Link) bool {
		for m := range f.Arms {
			if m < l.A && linked(m, l.A, l.Vars) && linked(m, l.B, l.Vars) {
				return true
			}
		}
		return false
	})
}

// unmoved lists the variables that are fixed in no arm and do not descend from
// the act.
func (f *Frame) unmoved(parents [][]int, act int) []int {
	moved := make([]bool, len(parents))
	moved[act] = true
	for changed := true; changed; {
		changed = false
		for v := range parents {
			for _, p := range parents[v] {
				if moved[p] && !moved[v] {
					moved[v], changed = true, true
				}
			}
		}
	}
	var out []int
	for v := range parents {
		if _, fixed := f.Arms[0].Fixed[v]; !moved[v] && !fixed {
			out = append(out, v)
		}
	}
	return out
}

// Arm returns the number of the arm with this name.
func (f *Frame) Arm(name string) (int, bool) {
	i := slices.IndexFunc(f.Arms, func(a Arm) bool { return a.Name == name })
	return i, i >= 0
}

// Only returns the frame of some of the arms, renumbered in the order given, with
// the links among them, those by way of arms left out included. Leaving arms out
// takes constraints away, so bounds in the smaller frame are never too narrow, and a
// conflict in it is a conflict.
func (f *Frame) Only(arms ...int) *Frame {
	g := &Frame{Space: f.Space, Worlds: f.Worlds, Free: f.Free, ArmOf: make([]int16, len(f.ArmOf)), made: newMade()}
	if f.made != nil {
		g.made.flags = f.made.flags
	}
	to := make([]int16, len(f.Arms))
	for a := range to {
		to[a] = -1
	}
	for i, a := range arms {
		to[a] = int16(i)
		g.Arms = append(g.Arms, f.Arms[a])
	}
	for row, a := range f.ArmOf {
		g.ArmOf[row] = -1
		if a >= 0 {
			g.ArmOf[row] = to[a]
		}
	}
	for _, l := range f.Links {
		if to[l.A] >= 0 && to[l.B] >= 0 {
			g.Links = append(g.Links, Link{int(to[l.A]), int(to[l.B]), l.Vars})
		}
	}
	if len(arms) == len(f.Arms) {
		return g
	}
	whole := f.common()
	for i, a := range arms {
		for j := i + 1; j < len(arms); j++ {
			vars := whole[a][arms[j]]
			if len(vars) > len(g.common()[i][j]) {
				g.Links = append(g.Links, Link{i, j, vars})
			}
		}
	}
	return g
}

// common lists for each two arms the variables of which they have the same joint
// distribution: those of a link, or those that all links on a way from one to the
// other share, on the way where these are most.
func (f *Frame) common() [][][]int {
	out := make([][][]int, len(f.Arms))
	for a := range out {
		out[a] = make([][]int, len(f.Arms))
	}
	for _, l := range f.Links {
		out[l.A][l.B], out[l.B][l.A] = l.Vars, l.Vars
	}
	for changed := true; changed; {
		changed = false
		for m := range f.Arms {
			for a := range f.Arms {
				for b := range f.Arms {
					if a == b || m == a || m == b || len(out[a][m]) <= len(out[a][b]) {
						continue
					}
					var both []int
					for _, v := range out[a][m] {
						if slices.Contains(out[m][b], v) {
							both = append(both, v)
						}
					}
					if len(both) > len(out[a][b]) {
						out[a][b], out[b][a], changed = both, both, true
					}
				}
			}
		}
	}
	return out
}
