package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// Rows fills row r of a matrix of 64-bit floats. It is called twice for each row,
// in order, and must give the same both times.
type Rows func(r int, to []float64)

func (a *Array) check(path string) error {
	want := 1
	for _, d := range a.Dims {
		if d < 0 || d > 0 && want > MaxElements/d {
			return fmt.Errorf("hdf5: %s: shape %v cannot be written", path, a.Dims)
		}
		want *= d
	}
	n := -1
	switch v := a.Values.(type) {
	case []float64:
		n = len(v)
	case []float32:
		n = len(v)
	case []int64:
		n = len(v)
	case []int32:
		n = len(v)
	case []string:
		n = len(v)
		for _, s := range v {
			if strings.HasSuffix(s, "\x00") {
				return fmt.Errorf("hdf5: %s: a string ends with a zero byte", path)
			}
		}
	case Rows:
		if n = want; len(a.Dims) != 2 {
			return fmt.Errorf("hdf5: %s: rows for shape %v", path, a.Dims)
		}
	}
	if n < 0 {
		return fmt.Errorf("hdf5: %s: values of type %T cannot be written", path, a.Values)
	}
	if want != n || len(a.Dims) > mostRank {
		return fmt.Errorf("hdf5: %s: %d values for shape %v", path, n, a.Dims)
	}
	return nil
}

// count is the number of elements.
func (a *Array) count() int {
	n := 1
	for _, d := range a.Dims {
		n *= d
	}
	return n
}

// datatype is the message that says what an element is, and its size.
func (a *Array) datatype() (message []byte, size int) {
	integer := func(size byte) []byte { return []byte{0x10, 0x08, 0, 0, size, 0, 0, 0, 0, 0, 8 * size, 0} }
	switch v := a.Values.(type) {
	case []float32:
		return []byte{0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0}, 4
	case []int64:
		return integer(8), 8
	case []int32:
		return integer(4), 4
	case []string:
		size, ascii := 1, true
		for _, s := range v {
			size = max(size, len(s))
			ascii = ascii && !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
		}
		kind := byte(nullPadded)
		if !ascii {
			kind |= 0x10 // UTF-8
		}
		return append([]byte{0x13, kind, 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(size))...), size
	}
	return []byte{0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0}, 8
}

// appendElements appends elements from..to-1; with [Rows] they are whole rows.
func (a *Array) appendElements(b []byte, from, to, size int) []byte {
	le := binary.LittleEndian
	float := func(x float64) { b = le.AppendUint64(b, math.Float64bits(x)) }
	switch v := a.Values.(type) {
	case []float64:
		for _, x := range v[from:to] {
			float(x)
		}
	case Rows:
		row := make([]float64, a.Dims[1])
		for at := from; at < to; at += len(row) {
			v(at/len(row), row)
			for _, x := range row {
				float(x)
			}
		}
	case []float32:
		for _, x := range v[from:to] {
			b = le.AppendUint32(b, math.Float32bits(x))
		}
	case []int64:
		for _, x := range v[from:to] {
			b = le.AppendUint64(b, uint64(x))
		}
	case []int32:
		for _, x := range v[from:to] {
			b = le.AppendUint32(b, uint32(x))
		}
	case []string:
		for _, s := range v[from:to] {
			b = append(append(b, s...), make([]byte, size-len(s))...)
		}
	}
	return b
}
