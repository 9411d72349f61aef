package world

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// foretellers is how many effects at most are taken away to foretell a state.
const foretellers = 4

// chooseStarts gives every network its start: with S its effects and D some of
// them,
//
//	z(S) ~ sum over T of D, T not empty, of (-1)^(|T|+1) z(S-T),
//
// exact where the effects of D do not all act on each other; for D = {a, b} it is
// z(S-a) + z(S-b) - z(S-a-b). The largest D up to foretellers is taken for which
// the plan has every network of the sum; of those as large, the first of the
// effects that reach least. Where there is none the start is network 0. So it is
// a function of the case alone, and a start has fewer effects than what starts
// from it.
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
		n.Start = []Term{{0, 1}}
		for size := min(foretellers, len(near)); size > 0; size-- {
			if terms := foretell(n.Active, near, size, number); terms != nil {
				n.Start = terms
				break
			}
		}
	}
}

// foretell is the sum for the first size of the effects near for which every
// network of it has a number; nil without one.
func foretell(active, near []int, size int, number map[string]int) []Term {
	pick := make([]int, size) // places in near, ascending
	for k := range pick {
		pick[k] = k
	}
	for {
		if terms := termsWithout(active, near, pick, number); terms != nil {
			return terms
		}
		k := 0 // the next pick: the lowest place that can rise rises, those below fall back
		for k < size-1 && pick[k]+1 == pick[k+1] {
			pick[k] = k
			k++
		}
		if pick[k]++; pick[size-1] == len(near) {
			return nil
		}
	}
}

// termsWithout is the sum over the sets of effects at the places pick of near, nil
// where a network is missing.
func termsWithout(active, near, pick []int, number map[string]int) []Term {
	terms := make([]Term, 0, 1<<len(pick)-1)
	for set := 1; set < 1<<len(pick); set++ {
		weight := -1.0
		rest := slices.Clone(active)
		for k, at := range pick {
			if set>>k&1 == 1 {
				weight = -weight
				rest = slices.DeleteFunc(rest, func(e int) bool { return e == near[at] })
			}
		}
		i, ok := number[effectKey(rest)]
		if !ok {
			return nil
		}
		terms = append(terms, Term{i, weight})
	}
	return terms
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
