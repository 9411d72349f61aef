package complete

import (
	"context"
	"math"

	"github.com/astara-corridors/astara/belief"
)

// problem is a tilt over groups of worlds.
type problem struct {
	frame  *belief.Frame
	groups *belief.Partition // -1 where the weight is zero
	first  []int32           // a world of each group
	order  []int32           // groups in the order of the tilt
	place  []int32           // place of a group in that order
	t      tilt
	rows   []row // active, in the order of the tilt's rows
}

// newProblem sums weights into groups and sorts them by part. part maps a world
// row to its part in 0..parts-1.
func newProblem(f *belief.Frame, weight []float64, groups *belief.Partition, part func(row int) int, parts, workers int) *problem {
	p := &problem{frame: f, groups: groups, first: groups.First()}
	base := make([]float64, groups.Count)
	for row, g := range groups.ID {
		if g >= 0 {
			base[g] += weight[row]
		}
	}
	of := make([]int32, groups.Count)
	start := make([]int32, parts+1)
	for g, row := range p.first {
		of[g] = int32(part(int(row)))
		start[of[g]+1]++
	}
	for h := range parts {
		start[h+1] += start[h]
	}
	p.order, p.place = make([]int32, groups.Count), make([]int32, groups.Count)
	for g := range base {
		k := start[of[g]]
		start[of[g]]++
		p.order[k], p.place[g] = int32(g), k
	}
	t := &p.t
	t.workers = workers
	t.base, t.part, t.mass = make([]float64, groups.Count), make([]int32, groups.Count), make([]float64, parts)
	for k, g := range p.order {
		t.base[k], t.part[k] = base[g], of[g]
		t.mass[of[g]] += base[g]
	}
	t.prepare()
	return p
}

// without marks worlds of no weight as outside.
func without(p *belief.Partition, weight []float64) {
	for row, w := range weight {
		if w <= 0 {
			p.ID[row] = -1
		}
	}
	// number the classes that are left afresh
	p.Refine(1, func(int) int { return 0 })
}

// load gives the tilt the active rows, with their multipliers.
func (p *problem) load(rows []row, y []float64) {
	t := &p.t
	p.rows = rows
	t.free, t.y = make([]bool, len(rows)), y
	for i := range rows {
		t.free[i] = rows[i].equal
	}
	t.first = make([]int32, 1, len(p.order)+1)
	t.row, t.val = t.row[:0], t.val[:0]
	for _, g := range p.order {
		world := int(p.first[g])
		arm := int(p.frame.ArmOf[world])
		for i := range rows {
			if v := rows[i].at(world, arm); v != 0 {
				t.row, t.val = append(t.row, uint16(i)), append(t.val, v)
			}
		}
		t.first = append(t.first, int32(len(t.row)))
	}
}

// off returns how far a row is from holding under the present weights.
func (p *problem) off(r *row) float64 {
	sum := 0.0
	for k, g := range p.order {
		world := int(p.first[g])
		if v := r.at(world, int(p.frame.ArmOf[world])); v != 0 {
			sum += float64(p.t.p[k] * v)
		}
	}
	if r.equal {
		return math.Abs(sum)
	}
	return max(0, sum)
}

// maxActive is how many rows one problem may have.
const maxActive = math.MaxUint16

// solve tilts until every row holds: rows come in when the weights break them.
func (p *problem) solve(ctx context.Context, rows []row, start map[key]float64) (tilted, error) {
	copy(p.t.p, p.t.base)
	on := make([]bool, len(rows))
	value := make([]float64, len(rows))
	for i := range rows {
		if y, ok := start[rows[i].key]; ok && y != 0 {
			on[i], value[i] = true, y
		}
	}
	var res tilted
	res.converged = true
	for first := true; ; first = false {
		added := false
		for i := range rows {
			if !on[i] && (rows[i].equal && first || p.off(&rows[i]) > tiltTolerance) {
				on[i], added = true, true
			}
		}
		if !added && !(first && len(start) > 0) {
			return res, nil
		}
		var active []row
		var y []float64
		var back []int
		for i := range rows {
			if on[i] {
				active, y, back = append(active, rows[i]), append(y, value[i]), append(back, i)
			}
		}
		if len(active) == 0 {
			return res, nil
		}
		p.load(active, y)
		var err error
		if res, err = p.t.solve(ctx); err != nil || !res.converged {
			return res, err
		}
		for k, i := range back {
			value[i] = p.t.y[k]
		}
	}
}

// spread multiplies the weights of worlds by what their group gained.
func (p *problem) spread(weight []float64) {
	factor := make([]float64, len(p.order))
	for k, g := range p.order {
		if b := p.t.base[k]; b > 0 {
			factor[g] = p.t.p[k] / b
		}
	}
	for row, g := range p.groups.ID {
		if g >= 0 {
			weight[row] *= factor[g]
		}
	}
}
