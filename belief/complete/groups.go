package complete

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

// problem is a tilt over groups of worlds.
type problem struct {
	frame  *belief.Frame
	groups *belief.Partition // -1 where the weight is zero; nil for the merged parts of a stage
	order  []int32           // groups in the order of the tilt
	world  []int32           // a world of each group in that order
	arm    []int16           // arm of each group in that order
	t      tilt
	rows   []row // active, in the order of the tilt's rows
	class  map[*belief.Constraint][]uint8
	// columns remembers those of rows by key, links those of linked arms.
	columns map[key]*column
	links   map[*belief.Cells]*link
}

// link is where the groups of two linked arms lie: each in one cell, so that the
// rows of all cells together cost one pass over the groups.
type link struct {
	a  int16   // arm that enters with 1, the other with -1
	of []int32 // cell by group, -1 in other arms
}

// link returns the link of some cells.
func (p *problem) link(c *belief.Cells) *link {
	if l, ok := p.links[c]; ok {
		return l
	}
	l := &link{int16(c.A), make([]int32, len(p.world))}
	for i, row := range p.world {
		l.of[i] = c.Of[row]
	}
	p.links[c] = l
	return l
}

// newProblem sums weights into groups and sorts them by part. part maps a world
// row to its part in 0..parts-1.
func newProblem(f *belief.Frame, weight []float64, groups *belief.Partition, part func(row int) int, parts, workers int) *problem {
	p := &problem{frame: f, groups: groups, class: map[*belief.Constraint][]uint8{}, columns: map[key]*column{}, links: map[*belief.Cells]*link{}}
	base := make([]float64, groups.Count)
	for row, g := range groups.ID {
		if g >= 0 {
			base[g] += weight[row]
		}
	}
	first := groups.First()
	of := make([]int32, groups.Count)
	start := make([]int32, parts+1)
	for g, row := range first {
		of[g] = int32(part(int(row)))
		start[of[g]+1]++
	}
	for h := range parts {
		start[h+1] += start[h]
	}
	p.order = make([]int32, groups.Count)
	for g := range base {
		k := start[of[g]]
		start[of[g]]++
		p.order[k] = int32(g)
	}
	t := &p.t
	t.workers = workers
	p.arm, p.world = make([]int16, groups.Count), make([]int32, groups.Count)
	t.base, t.part, t.mass = make([]float64, groups.Count), make([]int32, groups.Count), make([]float64, parts)
	for k, g := range p.order {
		p.world[k] = first[g]
		p.arm[k] = f.ArmOf[first[g]]
		t.base[k], t.part[k] = base[g], of[g]
		t.mass[of[g]] += base[g]
	}
	t.prepare()
	return p
}

// split returns the groups of worlds with weight that enter every constraint alike.
func split(f *belief.Frame, weight []float64, words ...*belief.Words) *belief.Partition {
	groups := f.ByArm()
	groups.Drop(weight)
	for _, w := range words {
		for i := range w.Constraints {
			groups.Split(&w.Constraints[i])
		}
	}
	return groups
}

// classes returns for each group, in the order of the tilt, bit 1 when it is in
// the condition of a constraint and bit 2 when it is in its Then.
func (p *problem) classes(k *belief.Constraint) []uint8 {
	if c, ok := p.class[k]; ok {
		return c
	}
	c := make([]uint8, len(p.world))
	for i, row := range p.world {
		w := int(row)
		if k.If != nil && k.If.Has(w) {
			c[i] = 1
		}
		if k.Then != nil && k.Then.Has(w) {
			c[i] |= 2
		}
	}
	p.class[k] = c
	return c
}

// column is a row in the form that sums need: the coefficient of a group is
// coef[index of its arm's class], or by value where there are more than classes.
type column struct {
	class []uint8
	arm   [2]int16
	coef  [2][4]float64
	value []float64 // by group; nil: classes
	link  *link     // of the row of a cell; nil: of any other
	cell  int32
}

// column makes the column of a row.
func (p *problem) column(r *row) *column {
	if c, ok := p.columns[r.key]; ok {
		return c
	}
	c := &column{arm: [2]int16{int16(r.arm), int16(r.other)}}
	if r.form == cell {
		c.link, c.cell = p.link(r.cells), int32(r.key.cell)
	} else if r.k.Form == belief.Mean && r.form == against {
		c.value = make([]float64, len(p.world))
		for i, row := range p.world {
			c.value[i] = r.at(int(row), int(p.arm[i]))
		}
	} else {
		c.class = p.classes(r.k)
		for side, arm := range c.arm {
			for class := range 4 {
				if arm >= 0 {
					c.coef[side][class] = r.of(class&1 != 0, class&2 != 0, int(arm))
				}
			}
		}
	}
	p.columns[r.key] = c
	return c
}

// at returns the coefficient of group i.
func (c *column) at(i int, arm int16) float64 {
	switch {
	case c.link != nil:
		switch {
		case c.link.of[i] != c.cell:
			return 0
		case arm == c.link.a:
			return 1
		}
		return -1
	case c.value != nil:
		return c.value[i]
	case arm == c.arm[0]:
		return c.coef[0][c.class[i]]
	case arm == c.arm[1]:
		return c.coef[1][c.class[i]]
	}
	return 0
}

// load gives the tilt the active rows, with their multipliers.
func (p *problem) load(ctx context.Context, rows []row, cols []*column, y []float64) error {
	t := &p.t
	p.rows = rows
	t.free, t.y = make([]bool, len(rows)), y
	t.row, t.val = t.row[:0], t.val[:0]
	// Coefficients: eight slots a row for classes, then one for each distinct value.
	base := make([]uint32, len(rows))
	slots := make([]map[float64]uint32, len(rows))
	for i := range rows {
		t.free[i] = rows[i].equal
		base[i] = uint32(len(t.val))
		if cols[i].link != nil {
			t.row, t.val = append(t.row, uint16(i), uint16(i)), append(t.val, 1, -1)
			continue
		}
		if cols[i].value == nil {
			for side := range 2 {
				for class := range 4 {
					t.row, t.val = append(t.row, uint16(i)), append(t.val, cols[i].coef[side][class])
				}
			}
			continue
		}
		slots[i] = map[float64]uint32{}
		for _, v := range cols[i].value {
			if _, ok := slots[i][v]; !ok && v != 0 {
				slots[i][v] = uint32(len(t.val))
				t.row, t.val = append(t.row, uint16(i)), append(t.val, v)
			}
		}
	}
	plain, linked := byLink(cols)
	t.apart = rowsApart(rows, linked)
	// walk calls f with the entries of a group in the order of the rows.
	walk := func(g int, f func(e uint32)) {
		arm := p.arm[g]
		for i, c := range cols[:plain] {
			switch {
			case c.value != nil:
				if v := c.value[g]; v != 0 {
					f(slots[i][v])
				}
			case arm == c.arm[0]:
				if e := base[i] + uint32(c.class[g]); t.val[e] != 0 {
					f(e)
				}
			case arm == c.arm[1]:
				if e := base[i] + 4 + uint32(c.class[g]); t.val[e] != 0 {
					f(e)
				}
			}
		}
		for _, x := range linked {
			if n := x.link.of[g]; n >= 0 && int(n) < len(x.rows) && x.rows[n] >= 0 {
				e := base[x.rows[n]]
				if arm != x.link.a {
					e++
				}
				f(e)
			}
		}
	}
	n := len(p.world)
	if len(t.first) != n+1 {
		t.first = make([]int32, n+1)
	}
	err := each(ctx, t.workers, len(t.blocks), func(_, b int) error {
		for g := t.blocks[b].from; g < t.blocks[b].to; g++ {
			count := int32(0)
			walk(g, func(uint32) { count++ })
			t.first[g+1] = count
		}
		return nil
	})
	if err != nil {
		return err
	}
	for g := range n {
		t.first[g+1] += t.first[g]
	}
	if size := int(t.first[n]); cap(t.entry) < size {
		t.entry = make([]uint32, size)
	} else {
		t.entry = t.entry[:size]
	}
	return each(ctx, t.workers, len(t.blocks), func(_, b int) error {
		for g := t.blocks[b].from; g < t.blocks[b].to; g++ {
			at := t.first[g]
			walk(g, func(e uint32) { t.entry[at] = e; at++ })
		}
		return nil
	})
}

// linkRows are the rows of the cells of a link, -1 where a cell has none.
type linkRows struct {
	*link
	rows []int32
}

// byLink splits columns: the first are plain, after them come those of cells.
func byLink(cols []*column) (plain int, linked []linkRows) {
	for plain < len(cols) && cols[plain].link == nil {
		plain++
	}
	for i, c := range cols[plain:] {
		if n := len(linked); n == 0 || linked[n-1].link != c.link {
			linked = append(linked, linkRows{link: c.link})
		}
		x := &linked[len(linked)-1]
		for int(c.cell) >= len(x.rows) {
			x.rows = append(x.rows, -1)
		}
		x.rows[c.cell] = int32(plain + i)
	}
	return plain, linked
}

// rowsApart marks rows no two of which a group enters: the cells of the largest link
// and of further ones, large before small and then in their order, that share no arm
// with those taken, since a group lies in one arm and there in one cell.
func rowsApart(rows []row, linked []linkRows) []bool {
	out := make([]bool, len(rows))
	bySize := slices.Clone(linked)
	slices.SortStableFunc(bySize, func(a, b linkRows) int { return len(b.rows) - len(a.rows) })
	taken := map[int]bool{} // arms
	for _, x := range bySize {
		at := slices.IndexFunc(x.rows, func(i int32) bool { return i >= 0 })
		k := &rows[x.rows[at]].key
		if taken[k.arm] || taken[k.other] {
			continue
		}
		taken[k.arm], taken[k.other] = true, true
		for _, i := range x.rows {
			if i >= 0 {
				out[i] = true
			}
		}
	}
	return out
}

// off returns how far rows are from holding under the present weights; 0 for
// those skipped.
func (p *problem) off(ctx context.Context, rows []row, cols []*column, skip []bool) ([]float64, error) {
	out := make([]float64, len(rows))
	plain, linked := byLink(cols)
	for _, x := range linked {
		sum := make([]float64, len(x.rows))
		for g, w := range p.t.p {
			if n := x.of[g]; n >= 0 && int(n) < len(sum) {
				if p.arm[g] == x.a {
					sum[n] += w
				} else {
					sum[n] -= w
				}
			}
		}
		for n, i := range x.rows {
			if i >= 0 && !skip[i] {
				out[i] = math.Abs(sum[n])
			}
		}
	}
	err := each(ctx, p.t.workers, plain, func(_, i int) error {
		if skip[i] {
			return nil
		}
		sum, c := 0.0, cols[i]
		for g, w := range p.t.p {
			if v := c.at(g, p.arm[g]); v != 0 {
				sum += float64(w * v)
			}
		}
		if rows[i].equal {
			sum = math.Abs(sum)
		}
		out[i] = max(0, sum)
		return nil
	})
	return out, err
}

// exclude takes the weight from worlds that a certain claim rules out, P(then|if)
// = 1 or 0, and gives it to the rest of their part: no finite multiplier does
// that. false: a part is left with no world at all.
func (p *problem) exclude(rows []row) bool {
	t := &p.t
	ruled := false
	for i := range rows {
		r := &rows[i]
		if r.form != against || !r.equal || r.k.Form != belief.Share || r.end != 0 && r.end != 1 {
			continue
		}
		c := p.column(r)
		for g := range t.base {
			if t.base[g] > 0 && c.at(g, p.arm[g]) != 0 {
				t.base[g], ruled = 0, true
			}
		}
	}
	copy(t.p, t.base)
	if !ruled {
		return true
	}
	clear(t.sum)
	for g, h := range t.part {
		t.sum[h] += t.base[g]
	}
	for h, m := range t.mass {
		if m > 0 && !(t.sum[h] > 0) {
			return false
		}
	}
	for g, h := range t.part {
		if t.mass[h] > 0 {
			t.p[g] = t.base[g] / t.sum[h] * t.mass[h]
		}
	}
	return true
}

// batch is how many Newton steps are taken before rows that broke come in.
const batch = 2

// solve tilts until every row holds: rows come in when the weights break them.
func (p *problem) solve(ctx context.Context, rows []row, start map[key]float64) (tilted, error) {
	if !p.exclude(rows) {
		return tilted{residual: 1, divergent: true, ended: true}, nil
	}
	on := make([]bool, len(rows))
	value := make([]float64, len(rows))
	cols := make([]*column, len(rows))
	for i := range rows {
		cols[i] = p.column(&rows[i])
		if y, ok := start[rows[i].key]; ok && y != 0 {
			on[i], value[i] = true, y
		}
	}
	var back []int // row of each active one
	added := len(start) > 0
	total := 0
	res := tilted{converged: true, ended: true}
	for {
		off, err := p.off(ctx, rows, cols, on)
		if err != nil {
			return res, err
		}
		for i := range rows {
			if off[i] > tiltTolerance {
				on[i], added = true, true
			}
		}
		if added {
			var active []row
			var columns []*column
			var y []float64
			back = back[:0]
			for i := range rows {
				if on[i] {
					active, columns, y, back = append(active, rows[i]), append(columns, cols[i]), append(y, value[i]), append(back, i)
				}
			}
			if err := p.load(ctx, active, columns, y); err != nil {
				return res, err
			}
		} else if res.ended || total >= maxSteps {
			return res, nil
		}
		added = false
		if len(back) == 0 {
			return res, nil
		}
		if res, err = p.t.solve(ctx, batch); err != nil || res.divergent {
			return res, err
		}
		total += batch
		for k, i := range back {
			value[i] = p.t.y[k]
		}
		if res.ended && !res.converged {
			return res, nil
		}
	}
}

// spread multiplies the weights of worlds by what their group gained.
func (p *problem) spread(weight []float64) {
	factor := make([]float64, len(p.order))
	for k, g := range p.order {
		if b := p.t.base[k]; b > 0 {
			factor[g] = p.t.p[k] / b // 0 where a certain claim rules the group out
		}
	}
	for row, g := range p.groups.ID {
		if g >= 0 {
			weight[row] *= factor[g]
		}
	}
}
