package hdf5

import (
	"bytes"
	"math/bits"
)

// localHeap reads the data segment of a local heap, which holds the names of a
// group's links.
func (op *operation) localHeap(addr uint64) ([]byte, error) {
	const what = "local heap"
	c, err := op.cursor(what, addr, uint64(8+2*op.f.lengths+op.f.offsets))
	if err != nil {
		return nil, err
	}
	if sig := string(c.take(4)); sig != "HEAP" {
		return nil, damaged(what, c.addr, "it begins with %q instead of %q", sig, "HEAP")
	}
	c.skip(4)
	size := c.length()
	c.length()
	data := c.address()
	if c.err != nil {
		return nil, c.err
	}
	return op.bytes(what+" data", data, size)
}

// name is the text at a place of a local heap.
func (op *operation) name(heap []byte, at, addr uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", damaged("group", addr, "a name lies at %d of a heap of %d bytes", at, len(heap))
	}
	b := heap[at:]
	n := bytes.IndexByte(b, 0)
	if n < 0 {
		return "", damaged("group", addr, "a name has no end")
	}
	return string(b[:n]), op.spend("group", addr, uint64(n))
}

// globalHeap reads an object of a global heap collection: a string of variable
// length.
func (op *operation) globalHeap(addr uint64, index uint16) ([]byte, error) {
	const what = "global heap"
	objects, seen := op.heap[addr]
	if !seen {
		var err error
		if objects, err = op.collection(addr); err != nil {
			return nil, err
		}
		if op.heap == nil {
			op.heap = map[uint64]map[uint16][]byte{}
		}
		op.heap[addr] = objects
	}
	b, ok := objects[index]
	if !ok {
		return nil, damaged(what, addr, "it has no object %d", index)
	}
	return b, nil
}

func (op *operation) collection(addr uint64) (map[uint16][]byte, error) {
	const what = "global heap"
	c, err := op.cursor(what, addr, uint64(8+op.f.lengths))
	if err != nil {
		return nil, err
	}
	if sig := string(c.take(4)); sig != "GCOL" {
		return nil, damaged(what, c.addr, "it begins with %q instead of %q", sig, "GCOL")
	}
	c.skip(4)
	head := c.at
	size := c.length()
	if c.err != nil {
		return nil, c.err
	}
	if c, err = op.cursor(what, addr, size); err != nil {
		return nil, err
	}
	c.skip(head + op.f.lengths)
	c.align()
	objects := map[uint16][]byte{}
	for c.rest() >= 8+op.f.lengths {
		index := c.u16()
		c.skip(6)
		n := c.length()
		if index == 0 { // the rest is free
			break
		}
		if n > uint64(c.rest()) {
			return nil, damaged(what, c.addr, "object %d has %d bytes, more than are left", index, n)
		}
		objects[index] = c.take(int(n))
		c.align()
	}
	return objects, nil
}

// fractalHeap holds dense links and attributes. Its objects lie in blocks that
// double in size by rows of a table (specification III.G).
type fractalHeap struct {
	op                  *operation
	addr                uint64
	idLength            int
	width               uint64
	start, largest      uint64 // bytes of a direct block in the first rows, and at most
	offsetSize, lenSize int    // bytes of these two in an id
	root                uint64
	rows                uint64 // of the root block; 0: it is a direct block
	indirect            map[uint64][]uint64
}

func (op *operation) fractalHeap(addr uint64) (*fractalHeap, error) {
	const what = "fractal heap"
	f := op.f
	c, err := op.verified(what, "FRHP", addr, uint64(26+12*f.lengths+3*f.offsets))
	if err != nil {
		return nil, err
	}
	if v := c.u8(); v != 0 {
		return nil, unsupported(what, c.addr, "version %d", v)
	}
	h := &fractalHeap{op: op, addr: c.addr, idLength: int(c.u16()), indirect: map[uint64][]uint64{}}
	filters := c.u16()
	c.skip(1)
	most := uint64(c.u32())
	c.length()
	c.address()
	c.length()
	c.address()
	c.skip(8 * f.lengths)
	h.width = uint64(c.u16())
	h.start, h.largest = c.length(), c.length()
	maxBits := int(c.u16())
	c.skip(2)
	h.root = c.address()
	h.rows = uint64(c.u16())
	if c.err != nil {
		return nil, c.err
	}
	if filters != 0 {
		return nil, unsupported(what, c.addr, "it is compressed")
	}
	if bits.OnesCount64(h.start) != 1 || bits.OnesCount64(h.largest) != 1 || h.start > h.largest || bits.OnesCount64(h.width) != 1 || maxBits < 1 || maxBits > 64 || h.rows > 64 || most == 0 {
		return nil, damaged(what, c.addr, "its table is impossible: %d blocks a row, %d to %d bytes, %d bits, %d rows", h.width, h.start, h.largest, maxBits, h.rows)
	}
	h.offsetSize = (maxBits + 7) / 8
	h.lenSize = min((bits.Len64(h.largest)-1+7)/8, encodedSize(most))
	return h, nil
}

// encodedSize is the number of bytes that hold numbers up to n.
func encodedSize(n uint64) int {
	if n == 0 {
		return 1
	}
	return (bits.Len64(n)-1)/8 + 1
}

// object reads the object of an id.
func (h *fractalHeap) object(id []byte) (*cursor, error) {
	const what = "fractal heap object"
	op := h.op
	c := &cursor{f: op.f, b: id, what: what, addr: h.addr}
	head := c.u8()
	switch head >> 4 & 3 {
	case 0:
		at := c.uint(h.offsetSize)
		n := c.uint(h.lenSize)
		if c.err != nil {
			return nil, c.err
		}
		addr, left, err := h.locate(at)
		if err != nil {
			return nil, err
		}
		if n > left {
			return nil, damaged(what, h.addr, "it has %d bytes, %d are left in its block", n, left)
		}
		return op.cursor(what, addr, n)
	case 2:
		n := int(head&0xf) + 1
		b := c.take(n)
		return &cursor{f: op.f, b: b, what: what, addr: h.addr}, c.err
	}
	return nil, unsupported(what, h.addr, "it is a huge one")
}

// rowSize is the size of a block in a row.
func (h *fractalHeap) rowSize(row uint64) uint64 {
	if row == 0 {
		return h.start
	}
	if row-1 >= uint64(bits.LeadingZeros64(h.start)) {
		return 1 << 63
	}
	return h.start << (row - 1)
}

// directRows is how many rows hold direct blocks.
func (h *fractalHeap) directRows() uint64 {
	return uint64(bits.Len64(h.largest)-bits.Len64(h.start)) + 2
}

// locate finds the address of a place of the heap and how many bytes its block
// has from there.
func (h *fractalHeap) locate(at uint64) (addr, left uint64, err error) {
	const what = "fractal heap"
	if h.rows == 0 {
		if at >= h.start {
			return 0, 0, damaged(what, h.addr, "place %d lies outside its block of %d bytes", at, h.start)
		}
		if h.root == undefined {
			return 0, 0, damaged(what, h.addr, "an object lies in a block that is not there")
		}
		return h.root + at, h.start - at, nil
	}
	block, rows := h.root, h.rows
	for depth := 0; depth < mostRank; depth++ {
		children, err := h.children(block, rows)
		if err != nil {
			return 0, 0, err
		}
		row, first := uint64(0), uint64(0)
		for ; row < rows; row++ {
			size := h.rowSize(row)
			if size >= 1<<58 || at-first < size*h.width {
				break
			}
			first += size * h.width
		}
		if row == rows {
			return 0, 0, damaged(what, h.addr, "place %d lies outside its blocks", at)
		}
		size := h.rowSize(row)
		column := (at - first) / size
		if column >= h.width {
			return 0, 0, damaged(what, h.addr, "place %d lies outside its blocks", at)
		}
		at = (at - first) % size
		block = children[row*h.width+column]
		if block == undefined {
			return 0, 0, damaged(what, h.addr, "an object lies in a block that is not there")
		}
		if row < h.directRows() {
			return block + at, size - at, nil
		}
		// An indirect block of this size has as many rows as make it up.
		rows = uint64(bits.Len64(size)-bits.Len64(h.start*h.width)) + 1
		if size < h.start*h.width || rows > 64 {
			return 0, 0, damaged(what, h.addr, "an indirect block of %d bytes is impossible", size)
		}
	}
	return 0, 0, damaged(what, h.addr, "its blocks are nested too deeply")
}

// children reads the addresses in an indirect block.
func (h *fractalHeap) children(addr, rows uint64) ([]uint64, error) {
	if a, ok := h.indirect[addr]; ok && uint64(len(a)) == rows*h.width {
		return a, nil
	}
	f := h.op.f
	n := rows * h.width
	c, err := h.op.verified("fractal heap indirect block", "FHIB", addr, uint64(9+f.offsets+h.offsetSize)+n*uint64(f.offsets))
	if err != nil {
		return nil, err
	}
	c.skip(1 + f.offsets + h.offsetSize)
	a := make([]uint64, n)
	for i := range a {
		a[i] = c.address()
	}
	h.indirect[addr] = a
	return a, c.err
}
