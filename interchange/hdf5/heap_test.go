package hdf5

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

// A table whose blocks together are larger than numbers of 64 bits can say: places
// behind its last row are damage, and so is a heap whose root has no address.
func TestHeapPlacesOutside(t *testing.T) {
	data := load(t, "new.h5")
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for width := uint64(1); width <= 4; width *= 2 {
		for rows := uint64(1); rows <= 62; rows++ { // at most 2^63 bytes in all
			h := &fractalHeap{op: f.begin(), width: width, start: 1, largest: 1 << 63, root: 100, rows: rows,
				indirect: map[uint64][]uint64{100: make([]uint64, rows*width)}}
			if _, _, err := h.locate(math.MaxUint64); !errors.Is(err, ErrDamaged) {
				t.Errorf("%d rows of %d: %v", rows, width, err)
			}
		}
	}
	h := &fractalHeap{op: f.begin(), width: 1, start: 512, largest: 512, root: undefined}
	if _, _, err := h.locate(8); !errors.Is(err, ErrDamaged) {
		t.Errorf("no root: %v", err)
	}
}
