package region

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// Delta is what a list of changes does to the networks as listed: the numbers that
// differ, in canonical form. Two lists of changes that give the same networks give
// the same Delta.
type Delta struct {
	year  Year
	index []int32
	value []float64
	// Touched counts, per change, the numbers it set (also to the value they had).
	Touched []int
	// Stopped names the contracts and exchanges that are out because their partner is.
	Stopped []string
}

// Year returns the year the delta was resolved for.
func (d *Delta) Year() Year { return d.year }

// Key is a canonical hash of what the delta changes.
func (d *Delta) Key() [32]byte {
	h := sha256.New()
	var buf [12]byte
	for i, k := range d.index {
		binary.LittleEndian.PutUint32(buf[:4], uint32(k))
		binary.LittleEndian.PutUint64(buf[4:], math.Float64bits(d.value[i]))
		h.Write(buf[:])
	}
	var out [32]byte
	copy(out[:], h.Sum(nil))
	return out
}

// Equal says whether two deltas make the same networks.
func (d *Delta) Equal(o *Delta) bool { return d.Key() == o.Key() }

// params is the parameter vector of a delta.
func (b *Base) params(d *Delta) []float64 {
	p := slices.Clone(b.vals.listed)
	for i, k := range d.index {
		p[k] = d.value[i]
	}
	return p
}
