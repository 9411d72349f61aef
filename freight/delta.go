package freight

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// Year says which of the case's two years a run is about.
type Year uint8

// The years. BaseYear runs meet observed figures; worlds live in the Horizon.
const (
	BaseYear Year = iota
	Horizon
)

// Delta is what a list of changes does to the network as listed: the numbers
// that differ, in canonical form. Two lists of changes that give the same
// network give the same Delta.
type Delta struct {
	year  Year
	index []int32
	value []float64
	// Touched counts, per change, the numbers it set (also to the value they had).
	Touched []int
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

// Equal says whether two deltas make the same network.
func (d *Delta) Equal(o *Delta) bool {
	return slices.Equal(d.index, o.index) && slices.EqualFunc(d.value, o.value, func(x, y float64) bool {
		return math.Float64bits(x) == math.Float64bits(y)
	})
}

// params is the parameter vector of a delta: the listed one with its numbers.
func (b *Base) params(d *Delta) []float64 {
	return d.apply(slices.Clone(b.vals.listed))
}

// apply puts the numbers of a delta into a listed parameter vector.
func (d *Delta) apply(p []float64) []float64 {
	for i, k := range d.index {
		p[k] = d.value[i]
	}
	return p
}

// deltaOf compares a parameter vector with the listed one.
func (b *Base) deltaOf(year Year, p []float64, touched []int) *Delta {
	d := &Delta{year: year, Touched: touched}
	for i, v := range p {
		if math.Float64bits(v) != math.Float64bits(b.vals.listed[i]) {
			d.index = append(d.index, int32(i))
			d.value = append(d.value, v)
		}
	}
	return d
}
