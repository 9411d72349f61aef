package complete

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

// sharing merges the parts of a stage: those of one arm whose children enter the
// rows alike with the same conditional probabilities are tilted alike, so that one
// part of their common weight stands for all of them.
type sharing struct {
	sig   []int32 // by child: which coefficients it has; children of one sig enter all rows alike
	of    []int32 // by parent: its class, -1 for one of no weight
	first []int32 // slots of class k: first[k] .. first[k+1]
	slot  []int32 // by slot: its sig, ascending within a class
	share []uint64
	p     *problem
}

// mantissa is how many bits of a conditional probability are compared: parts that
// differ by rounding alone, and by less than 2^-40 of each share, are one.
const mantissa = 40

func rounded(x float64) uint64 {
	const drop = 52 - mantissa
	return (math.Float64bits(x) + 1<<(drop-1)) >> drop
}

// signatures numbers the children of level n by how they enter the constraints.
func (t *tree) signatures(n int, ks []*belief.Constraint) []int32 {
	head := t.head[n]
	sig := make([]int32, len(head))
	count := 1
	for _, k := range ks {
		labels, value := 4, map[float64]int{}
		if k.Form == belief.Mean { // outside the condition, or one of its values
			for _, row := range head {
				if k.If.Has(int(row)) {
					if _, ok := value[k.Value[row]]; !ok {
						value[k.Value[row]] = len(value) + 1
					}
				}
			}
			labels = len(value) + 1
		}
		next := make([]int32, labels*count)
		count = 0
		for i, row := range head {
			w, b := row>>6, row&63
			label := 0
			if k.If != nil {
				label = int(k.If[w] >> b & 1)
			}
			switch {
			case k.Form == belief.Mean && label == 1:
				label = value[k.Value[row]]
			case k.Then != nil:
				label |= int(k.Then[w]>>b&1) << 1
			}
			s := &next[int(sig[i])*labels+label]
			if *s == 0 {
				count++
				*s = int32(count)
			}
			sig[i] = *s - 1
		}
	}
	return sig
}

// share merges the parts of level n-1 for a stage at level n. base is the weight
// of every node before any stage, ratio what the parents have gained since.
func (t *tree) share(f *belief.Frame, n int, ks []*belief.Constraint, base [][]float64, ratio []float64, workers int) *sharing {
	s := &sharing{sig: t.signatures(n, ks), of: make([]int32, len(base[n-1])), first: []int32{0}}
	most := int32(0)
	for _, g := range s.sig {
		most = max(most, g)
	}
	world := make([]int32, most+1) // a world of each sig
	for i, g := range s.sig {
		world[g] = t.head[n][i]
	}
	sum := make([]float64, most+1)
	stamp := make([]int32, most+1)
	var here []int32 // sigs of one parent
	var share []float64
	var bits []uint64
	classes := map[uint64][]int32{}
	var mass []float64
	var weight []float64 // by slot
	var arms []int16
	kids, below := t.kids[n-1], base[n]
	for h, b := range base[n-1] {
		s.of[h] = -1
		if !(b > 0) {
			continue
		}
		here = here[:0]
		for i := kids[h]; i < kids[h+1]; i++ {
			g, w := s.sig[i], below[i]
			if !(w > 0) {
				continue
			}
			if stamp[g] != int32(h)+1 {
				stamp[g], sum[g] = int32(h)+1, 0
				here = append(here, g)
			}
			sum[g] += w
		}
		slices.Sort(here)
		arm := f.ArmOf[t.head[n-1][h]]
		share, bits = share[:0], bits[:0]
		hash := uint64(arm) + 1
		for _, g := range here {
			x := sum[g] / b
			share, bits = append(share, x), append(bits, rounded(x))
			hash = mix(mix(hash, uint64(g)), bits[len(bits)-1])
		}
		class := int32(-1)
		for _, k := range classes[hash] {
			from, to := s.first[k], s.first[k+1]
			if arms[k] == arm && slices.Equal(s.slot[from:to], here) && slices.Equal(s.share[from:to], bits) {
				class = k
				break
			}
		}
		if class < 0 {
			class = int32(len(mass))
			classes[hash] = append(classes[hash], class)
			s.slot, s.share = append(s.slot, here...), append(s.share, bits...)
			s.first = append(s.first, int32(len(s.slot)))
			mass, arms = append(mass, 0), append(arms, arm)
			weight = append(weight, make([]float64, len(here))...)
		}
		s.of[h] = class
		m := b * ratio[h]
		mass[class] += m
		for j, x := range share {
			weight[int(s.first[class])+j] += float64(m * x)
		}
	}
	p := &problem{frame: f, class: map[*belief.Constraint][]uint8{}, columns: map[key]*column{}}
	p.t.workers = workers
	for k := range mass {
		total := 0.0
		for j := s.first[k]; j < s.first[k+1]; j++ {
			p.world, p.arm = append(p.world, world[s.slot[j]]), append(p.arm, arms[k])
			p.t.part = append(p.t.part, int32(k))
			total += weight[j]
		}
		mass[k] = total
	}
	p.t.base, p.t.mass = weight, mass
	p.t.prepare()
	s.p = p
	return s
}

// mix folds a number into a hash.
func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// gained returns what every child of level n has gained once the merged parts are
// tilted; tilted false passes on what the parents gained.
func (t *tree) gained(n int, ratio []float64, s *sharing) []float64 {
	kids := t.kids[n-1]
	out := make([]float64, len(t.head[n]))
	var factor []float64
	if s != nil {
		factor = make([]float64, len(s.slot))
		for j, b := range s.p.t.base {
			if b > 0 {
				factor[j] = s.p.t.p[j] / b
			}
		}
	}
	for h, r := range ratio {
		kin := out[kids[h]:kids[h+1]]
		if s == nil {
			for i := range kin {
				kin[i] = r
			}
			continue
		}
		class := s.of[h]
		if class < 0 {
			continue // no weight to gain anything
		}
		slots := s.slot[s.first[class]:s.first[class+1]]
		gain := factor[s.first[class]:s.first[class+1]]
		for i := range kin {
			if j, ok := slices.BinarySearch(slots, s.sig[int(kids[h])+i]); ok {
				kin[i] = r * gain[j]
			}
		}
	}
	return out
}
