package world

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// chooseStarts gives every network its start: with S its effects and a, b two of
// them,
//
//	z(S) ~ z(S-a) + z(S-b) - z(S-a-b),
//
// exact where a and b do not act on each other: the effects that reach least are
// tried first. Where one of the three is no network of the plan the start is that
// of the network with one effect fewer, else network 0. So it is a function of
// the case alone, and a start has fewer effects than what starts from it.
func (p *Plan) chooseStarts() {
	number := map[string]int{}
	for i := range p.Networks {
		number[effectKey(p.Networks[i].Active)] = i
	}
	p.far = p.farthest()
	if e, ok := p.Engine.(Independent); ok && e.Independent() {
		return
	}
	rank := make([]int, len(p.Effects))
	for k, e := range p.far {
		rank[e] = k
	}
	for i := range p.Networks {
		n := &p.Networks[i]
		if i == 0 || len(n.Active) == 0 {
			continue
		}
		near := slices.Clone(n.Active)
		slices.SortFunc(near, func(x, y int) int { return rank[y] - rank[x] })
		without := func(drop ...int) int {
			rest := slices.DeleteFunc(slices.Clone(n.Active), func(e int) bool { return slices.Contains(drop, e) })
			if k, ok := number[effectKey(rest)]; ok {
				return k
			}
			return -1
		}
		n.Start = []Term{{0, 1}}
		for _, e := range near {
			if k := without(e); k >= 0 {
				n.Start = []Term{{k, 1}}
				break
			}
		}
	pairs:
		for y := 1; y < len(near); y++ {
			for x := range y {
				a, b, both := without(near[x]), without(near[y]), without(near[x], near[y])
				if a >= 0 && b >= 0 && both >= 0 {
					n.Start = []Term{{a, 1}, {b, 1}, {both, -1}}
					break pairs
				}
			}
		}
	}
}

func effectKey(active []int) string {
	key := make([]byte, 0, 4*len(active))
	for _, e := range active {
		key = binary.LittleEndian.AppendUint32(key, uint32(e))
	}
	return string(key)
}

// farthest lists the effects, the one that reaches furthest first where the
// engine can tell.
func (p *Plan) farthest() []int {
	reach := make([]int, len(p.Effects))
	if r, ok := p.Engine.(Reacher); ok {
		for e := range p.Effects {
			if !p.Engine.Touches(e) {
				continue
			}
			if d, err := p.Engine.Resolve([]int{e}); err == nil { // alone it may not fit the network
				reach[e] = r.Reach(d)
			}
		}
	}
	far := make([]int, len(p.Effects))
	for e := range far {
		far[e] = e
	}
	slices.SortStableFunc(far, func(x, y int) int { return reach[y] - reach[x] })
	return far
}

// inTurn lists the networks so that starts come before what starts from them and
// neighbours are alike: as binary numbers over the effects, the effect that
// reaches furthest in the first place.
func (p *Plan) inTurn() []int {
	words := make([][]byte, len(p.Networks))
	order := make([]int, len(p.Networks))
	for i := range p.Networks {
		order[i] = i
		words[i] = make([]byte, len(p.far))
		for k, e := range p.far {
			if slices.Contains(p.Networks[i].Active, e) {
				words[i][k] = 1
			}
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return slices.Compare(words[x], words[y]) })
	return order
}

// withStarts lists the networks wanted with all that they start from, each once
// and after its starts.
func (p *Plan) withStarts(wanted []int) []int {
	var order []int
	done := make([]bool, len(p.Networks))
	var add func(i int)
	add = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for _, t := range p.Networks[i].Start {
			add(t.Network)
		}
		order = append(order, i)
	}
	add(0)
	for _, i := range wanted {
		add(i)
	}
	return order
}

// startKey is the start key of a solve that starts from the sum of the entries'
// states times their weights.
func startKey(entries [][32]byte, weights []float64) [32]byte {
	if len(entries) == 0 {
		return noStart
	}
	h := sha256.New()
	for k, e := range entries {
		h.Write(e[:])
		h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(weights[k])))
	}
	return [32]byte(h.Sum(nil))
}
