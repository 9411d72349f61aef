package complete

import (
	"fmt"
	"slices"
	"sync"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
)

// Plan is what completions over one frame have in common whatever the words and
// the reference: the worlds sorted by the order of influence, and the cells of
// links. It fills as it is used and is safe for concurrent use.
type Plan struct {
	frame *belief.Frame
	mu    sync.Mutex
	trees map[string]*tree
	cells map[string][]belief.Cells
}

// maxKept bounds what a plan keeps of each sort.
const maxKept = 32

// NewPlan returns an empty plan for completions over a frame.
func NewPlan(f *belief.Frame) *Plan {
	return &Plan{frame: f, trees: map[string]*tree{}, cells: map[string][]belief.Cells{}}
}

// kept returns what m holds under the key, made once where it is not there.
func kept[T any](p *Plan, m map[string]T, key string, make func() T) T {
	p.mu.Lock()
	x, ok := m[key]
	p.mu.Unlock()
	if ok {
		return x
	}
	x = make()
	p.mu.Lock()
	if len(m) < maxKept {
		m[key] = x
	}
	p.mu.Unlock()
	return x
}

func (p *Plan) tree(levels [][]int) *tree {
	return kept(p, p.trees, fmt.Sprint(levels), func() *tree { return newTree(p.frame, levels) })
}

// linked returns the cells of the links over what the words speak of and what
// influences that: given these, whatever else an act does not move is as in the
// reference. Where no influence is known they are over all variables.
func (p *Plan) linked(w *belief.Words, parents [][]int) []belief.Cells {
	vars, every := w.Scope()
	every = every || parents == nil
	for v := range parents {
		if slices.ContainsFunc(vars, func(s int) bool { return influences(parents, v, s) }) && !slices.Contains(vars, v) {
			vars = append(vars, v)
		}
	}
	slices.Sort(vars)
	return kept(p, p.cells, fmt.Sprint(vars, every), func() []belief.Cells { return w.Cells(vars, every) })
}

// tree is the worlds of a frame as leaves: level 0 has one node an arm, level n
// one for each joint state, within an arm, of the variables of the first n
// levels. A leaf is one world.
type tree struct {
	rows []int32   // world row by leaf
	kids [][]int32 // kids[n][i] to kids[n][i+1]: the children of node i of level n, at level n+1
	head [][]int32 // a world row by node of level n
}

// newTree sorts worlds by their arm and then level by level. levels hold the
// variables that no arm fixes, each once. Cost: a pass over the worlds a level, and a
// sort where many combinations of states are no worlds.
func newTree(f *belief.Frame, levels [][]int) *tree {
	vars := f.Space.Vars()
	L := len(levels)
	stride := make([]uint64, L+1) // of a node of level n in keys
	stride[L] = 1
	for n := L; n > 0; n-- {
		size := uint64(1)
		for _, v := range levels[n-1] {
			size *= uint64(len(vars[v].States))
		}
		stride[n-1] = stride[n] * size
	}
	var order []int
	for _, l := range levels {
		order = append(order, l...)
	}
	low, high, cut := keyTables(f.Space, order)
	type leaf struct {
		key uint64
		row int32
	}
	leaves := make([]leaf, 0, len(f.ArmOf))
	for row, a := range f.ArmOf {
		if a < 0 {
			continue
		}
		code := uint32(f.Worlds.Codes[row])
		leaves = append(leaves, leaf{uint64(a)*stride[0] + low[code%cut] + high[code/cut], int32(row)})
	}
	if size := uint64(len(f.Arms)) * stride[0]; size <= 4*uint64(len(leaves)) {
		place := make([]int32, size)
		for _, l := range leaves {
			place[l.key] = l.row + 1
		}
		leaves = leaves[:0]
		for key, row := range place {
			if row > 0 {
				leaves = append(leaves, leaf{uint64(key), row - 1})
			}
		}
	} else {
		slices.SortFunc(leaves, func(a, b leaf) int {
			if a.key < b.key {
				return -1
			}
			return 1
		})
	}
	t := &tree{rows: make([]int32, len(leaves)), kids: make([][]int32, L), head: make([][]int32, L+1)}
	for i, l := range leaves {
		t.rows[i] = l.row
	}
	t.head[L] = t.rows
	keys := make([]uint64, len(leaves))
	for i, l := range leaves {
		keys[i] = l.key
	}
	for n := L - 1; n >= 0; n-- {
		size := stride[n] / stride[n+1]
		count := 0
		last := ^uint64(0)
		kids, head := make([]int32, 0, len(keys)/2+1), make([]int32, 0, len(keys)/2+1)
		for i, k := range keys {
			if k /= size; k != last {
				last = k
				keys[count] = k
				count++
				kids, head = append(kids, int32(i)), append(head, t.head[n+1][i])
			}
		}
		t.kids[n] = append(kids, int32(len(keys)))
		t.head[n] = head
		keys = keys[:count]
	}
	return t
}

// keyTables returns the key of a world's states in the order given, taken apart
// into two sums: a code is a number of mixed base, so its lower and upper digits
// enter the key independently, at code%cut and code/cut.
func keyTables(s *formula.Space, order []int) (low, high []uint64, cut uint32) {
	cut = 1
	for v := range s.Vars() {
		if st := uint32(s.With(0, v, len(s.Vars()[v].States)-1)) / uint32(max(1, len(s.Vars()[v].States)-1)); uint64(st)*uint64(st) <= s.Size() {
			cut = max(cut, st)
		}
	}
	key := func(w formula.World) uint64 {
		k := uint64(0)
		for _, v := range order {
			k = k*uint64(len(s.Vars()[v].States)) + uint64(s.State(w, v))
		}
		return k
	}
	low, high = make([]uint64, cut), make([]uint64, (s.Size()+uint64(cut)-1)/uint64(cut))
	for i := range low {
		low[i] = key(formula.World(i))
	}
	for i := range high {
		high[i] = key(formula.World(uint64(i) * uint64(cut)))
	}
	return low, high, cut
}

// sums returns the weight of every node, by level.
func (t *tree) sums(weight []float64) [][]float64 {
	L := len(t.kids)
	out := make([][]float64, L+1)
	out[L] = make([]float64, len(t.rows))
	for i, row := range t.rows {
		out[L][i] = weight[row]
	}
	for n := L - 1; n >= 0; n-- {
		k, below := t.kids[n], out[n+1]
		out[n] = make([]float64, len(k)-1)
		for i := range out[n] {
			s := 0.0
			for _, v := range below[k[i]:k[i+1]] {
				s += v
			}
			out[n][i] = s
		}
	}
	return out
}
