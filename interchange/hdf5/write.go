package hdf5

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Node is a group or a dataset to be written.
type Node struct {
	Name       string // not used of the root
	Attributes []Value
	Children   []*Node // of a group
	Data       *Array  // of a dataset
}

// Value is an attribute to be written.
type Value struct {
	Name string
	Array
}

// Array is what a dataset or an attribute holds. Values is []float64, []float32,
// []int64, []int32 or []string; no Dims makes it a single value.
type Array struct {
	Dims   []int
	Values any
}

// Text is an attribute of one string.
func Text(name, s string) Value { return Value{Name: name, Array: Array{Values: []string{s}}} }

// Sizes of what the writer makes, in the terms of the specification.
const (
	superblockSize = 96
	groupK         = 16 // half the children of a node of a group's B-tree
	chunkK         = 32 // half the children of a node of a B-tree of chunks
	chunkTarget    = 1 << 18
	none           = math.MaxUint64
)

// Write writes a file that every HDF5 library since 1.0 reads: superblock 0, groups
// as symbol tables, numbers little-endian, arrays of two and more dimensions in
// chunks of whole rows, shuffled and deflated, others contiguous; strings of fixed
// length. The same tree gives the same bytes. The file is put together in memory.
func Write(w io.Writer, root *Node) error {
	b := &builder{}
	most := 0
	if err := check(root, "/", &most, 0); err != nil {
		return err
	}
	// One level of B-tree over symbol nodes of 2 leafK names must do for each group.
	b.leafK = max(4, (most+4*groupK-1)/(4*groupK))
	if b.leafK > math.MaxUint16 {
		return fmt.Errorf("hdf5: a group of %d names cannot be written", most)
	}
	b.grow(superblockSize)
	addr, tree, heap, err := b.node(root)
	if err != nil {
		return err
	}
	b.superblock(addr, tree, heap)
	_, err = w.Write(b.b)
	return err
}

// check finds what cannot be written.
func check(n *Node, path string, most *int, depth int) error {
	if depth > mostRank {
		return fmt.Errorf("hdf5: %s: nested too deeply", path)
	}
	for _, v := range n.Attributes {
		if err := v.check(path + ", attribute " + v.Name); err != nil {
			return err
		}
		if size, _ := v.encoded(); len(v.Name)+len(size.head)+len(size.data) > 60000 {
			return fmt.Errorf("hdf5: %s: the attribute %s is too large", path, v.Name)
		}
	}
	if n.Data != nil {
		if len(n.Children) > 0 {
			return fmt.Errorf("hdf5: %s: both a group and a dataset", path)
		}
		return n.Data.check(path)
	}
	*most = max(*most, len(n.Children))
	seen := map[string]bool{}
	for _, c := range n.Children {
		if c.Name == "" || c.Name == "." || strings.ContainsAny(c.Name, "/\x00") {
			return fmt.Errorf("hdf5: %s: %q cannot be a name", path, c.Name)
		}
		if seen[c.Name] {
			return fmt.Errorf("hdf5: %s: two children are named %q", path, c.Name)
		}
		seen[c.Name] = true
		if err := check(c, strings.TrimSuffix(path, "/")+"/"+c.Name, most, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (a *Array) check(path string) error {
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
	}
	if n < 0 {
		return fmt.Errorf("hdf5: %s: values of type %T cannot be written", path, a.Values)
	}
	want := 1
	for _, d := range a.Dims {
		if d < 0 || d > 0 && want > MaxElements/d {
			return fmt.Errorf("hdf5: %s: shape %v cannot be written", path, a.Dims)
		}
		want *= d
	}
	if want != n || len(a.Dims) > mostRank {
		return fmt.Errorf("hdf5: %s: %d values for shape %v", path, n, a.Dims)
	}
	return nil
}

// encoding is a datatype message and the elements.
type encoding struct {
	head []byte
	size int
	data []byte
}

func (a *Array) encoded() (encoding, error) {
	var e encoding
	var data bytes.Buffer
	le := binary.LittleEndian
	integer := func(size byte) []byte { return []byte{0x10, 0x08, 0, 0, size, 0, 0, 0, 0, 0, 8 * size, 0} }
	switch v := a.Values.(type) {
	case []float64:
		e.size = 8
		e.head = []byte{0x11, 0x20, 63, 0, 8, 0, 0, 0, 0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0}
		e.data = make([]byte, 8*len(v))
		for i, x := range v {
			le.PutUint64(e.data[8*i:], math.Float64bits(x))
		}
		return e, nil
	case []float32:
		e.size = 4
		e.head = []byte{0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0}
		e.data = make([]byte, 4*len(v))
		for i, x := range v {
			le.PutUint32(e.data[4*i:], math.Float32bits(x))
		}
		return e, nil
	case []int64:
		e.size, e.head = 8, integer(8)
		if err := binary.Write(&data, le, v); err != nil {
			return e, err
		}
	case []int32:
		e.size, e.head = 4, integer(4)
		if err := binary.Write(&data, le, v); err != nil {
			return e, err
		}
	case []string:
		e.size = 1
		ascii := true
		for _, s := range v {
			e.size = max(e.size, len(s))
			ascii = ascii && !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
		}
		kind := byte(nullPadded)
		if !ascii {
			kind |= 0x10 // UTF-8
		}
		e.head = append([]byte{0x13, kind, 0, 0}, le.AppendUint32(nil, uint32(e.size))...)
		for _, s := range v {
			data.WriteString(s)
			data.Write(make([]byte, e.size-len(s)))
		}
	}
	e.data = data.Bytes()
	return e, nil
}

// dataspaceMessage is the shape, of version 1.
func dataspaceMessage(dims []int) []byte {
	b := []byte{1, byte(len(dims)), 0, 0, 0, 0, 0, 0}
	for _, d := range dims {
		b = binary.LittleEndian.AppendUint64(b, uint64(d))
	}
	return b
}

// builder is the file so far.
type builder struct {
	b     []byte
	leafK int
}

// grow adds n zero bytes at a multiple of 8 and returns their address.
func (b *builder) grow(n int) uint64 {
	b.pad()
	at := len(b.b)
	b.b = append(b.b, make([]byte, n)...)
	return uint64(at)
}

func (b *builder) pad()         { b.b = append(b.b, make([]byte, (8-len(b.b)%8)%8)...) }
func (b *builder) u16(x uint16) { b.b = binary.LittleEndian.AppendUint16(b.b, x) }
func (b *builder) u32(x uint32) { b.b = binary.LittleEndian.AppendUint32(b.b, x) }
func (b *builder) u64(x uint64) { b.b = binary.LittleEndian.AppendUint64(b.b, x) }

// begin pads to a multiple of 8 and returns the address of what comes.
func (b *builder) begin() uint64 {
	b.pad()
	return uint64(len(b.b))
}

// fillUp adds zeros up to n bytes from an address.
func (b *builder) fillUp(from uint64, n int) {
	b.b = append(b.b, make([]byte, int(from)+n-len(b.b))...)
}

func (b *builder) superblock(root, tree, heap uint64) {
	b.pad()
	end := uint64(len(b.b))
	s := &builder{}
	s.b = append(s.b, signature...)
	s.b = append(s.b, 0, 0, 0, 0, 0, 8, 8, 0)
	s.u16(uint16(b.leafK))
	s.u16(groupK)
	s.u32(0)
	for _, x := range []uint64{0, none, end, none, 0, root} {
		s.u64(x)
	}
	s.u32(1) // the root's tree and heap are repeated here
	s.u32(0)
	s.u64(tree)
	s.u64(heap)
	copy(b.b, s.b)
}

// headerMessage is a message of an object header to be written.
type headerMessage struct {
	kind uint16
	data []byte
}

// header writes an object header of version 1.
func (b *builder) header(messages []headerMessage, attributes []Value) (uint64, error) {
	for _, v := range attributes {
		e, err := v.encoded()
		if err != nil {
			return 0, err
		}
		m := &builder{}
		extent := dataspaceMessage(v.Dims)
		m.b = append(m.b, 1, 0)
		m.u16(uint16(len(v.Name) + 1))
		m.u16(uint16(len(e.head)))
		m.u16(uint16(len(extent)))
		m.b = append(m.b, v.Name...)
		m.b = append(m.b, 0)
		m.pad()
		m.b = append(m.b, e.head...)
		m.pad()
		m.b = append(m.b, extent...)
		m.b = append(m.b, e.data...)
		messages = append(messages, headerMessage{msgAttribute, m.b})
	}
	if len(messages) > math.MaxUint16 {
		return 0, fmt.Errorf("hdf5: %d messages in one header cannot be written", len(messages))
	}
	size := 0
	for i := range messages {
		m := &messages[i]
		m.data = append(m.data, make([]byte, (8-len(m.data)%8)%8)...)
		size += 8 + len(m.data)
	}
	at := b.begin()
	b.b = append(b.b, 1, 0)
	b.u16(uint16(len(messages)))
	b.u32(1) // links to it
	b.u32(uint32(size))
	b.u32(0)
	for _, m := range messages {
		b.u16(m.kind)
		b.u16(uint16(len(m.data)))
		b.u32(0)
		b.b = append(b.b, m.data...)
	}
	return at, nil
}

// node writes a group or a dataset and what it needs.
func (b *builder) node(n *Node) (header, tree, heap uint64, err error) {
	if n.Data != nil {
		header, err = b.dataset(n)
		return header, 0, 0, err
	}
	children := slices.Clone(n.Children)
	slices.SortFunc(children, func(x, y *Node) int { return cmp.Compare(x.Name, y.Name) })
	type entry struct{ name, header, tree, heap uint64 }
	entries := make([]entry, len(children))
	names := make([]byte, 8) // place 0 is the empty name
	for i, c := range children {
		e := &entries[i]
		if e.header, e.tree, e.heap, err = b.node(c); err != nil {
			return 0, 0, 0, err
		}
		e.name = uint64(len(names))
		names = append(names, c.Name...)
		names = append(names, 0)
		names = append(names, make([]byte, (8-len(names)%8)%8)...)
	}
	heap = b.begin()
	b.b = append(b.b, "HEAP\x00\x00\x00\x00"...)
	b.u64(uint64(len(names)))
	b.u64(1) // nothing is free
	b.u64(heap + 32)
	b.b = append(b.b, names...)

	perNode := 2 * b.leafK
	var nodes []uint64
	var last []uint64
	for i := 0; i < len(entries); i += perNode {
		part := entries[i:min(i+perNode, len(entries))]
		at := b.begin()
		b.b = append(b.b, "SNOD\x01\x00"...)
		b.u16(uint16(len(part)))
		for _, e := range part {
			b.u64(e.name)
			b.u64(e.header)
			if e.tree != 0 {
				b.u64(1)
			} else {
				b.u64(0)
			}
			b.u64(e.tree)
			b.u64(e.heap)
		}
		b.fillUp(at, 8+perNode*40)
		nodes, last = append(nodes, at), append(last, part[len(part)-1].name)
	}
	tree = b.begin()
	b.b = append(b.b, "TREE\x00\x00"...)
	b.u16(uint16(len(nodes)))
	b.u64(none)
	b.u64(none)
	b.u64(0)
	for i, at := range nodes {
		b.u64(at)
		b.u64(last[i])
	}
	b.fillUp(tree, 24+(4*groupK+1)*8)

	table := binary.LittleEndian.AppendUint64(nil, tree)
	table = binary.LittleEndian.AppendUint64(table, heap)
	header, err = b.header([]headerMessage{{msgSymbolTable, table}}, n.Attributes)
	return header, tree, heap, err
}

func (b *builder) dataset(n *Node) (uint64, error) {
	e, err := n.Data.encoded()
	if err != nil {
		return 0, err
	}
	le := binary.LittleEndian
	dims := n.Data.Dims
	messages := []headerMessage{{msgDataspace, dataspaceMessage(dims)}, {msgDatatype, e.head}}
	fill := func(alloc byte) headerMessage { return headerMessage{msgFill, []byte{2, alloc, 2, 1, 0, 0, 0, 0}} }
	if len(dims) < 2 || len(e.data) == 0 {
		at := uint64(none)
		if len(e.data) > 0 {
			at = b.begin()
			b.b = append(b.b, e.data...)
		}
		l := le.AppendUint64([]byte{3, layoutContiguous}, at)
		l = le.AppendUint64(l, uint64(len(e.data)))
		messages = append(messages, fill(2), headerMessage{msgLayout, l})
		return b.header(messages, n.Attributes)
	}
	row := len(e.data) / dims[0]
	chunk := slices.Clone(dims)
	chunk[0] = min(dims[0], max(1, chunkTarget/row))
	tree, err := b.chunks(e, dims, chunk, row)
	if err != nil {
		return 0, err
	}
	l := le.AppendUint64([]byte{3, layoutChunked, byte(len(dims) + 1)}, tree)
	for _, c := range chunk {
		l = le.AppendUint32(l, uint32(c))
	}
	l = le.AppendUint32(l, uint32(e.size))
	pipeline := []byte{1, 2, 0, 0, 0, 0, 0, 0}
	for _, f := range []struct {
		id    uint16
		name  string
		value uint32
	}{{filterShuffle, "shuffle\x00", uint32(e.size)}, {filterDeflate, "deflate\x00", deflateLevel}} {
		for _, x := range []uint16{f.id, uint16(len(f.name)), 1, 1} { // optional, one value
			pipeline = le.AppendUint16(pipeline, x)
		}
		pipeline = append(pipeline, f.name...)
		pipeline = le.AppendUint32(pipeline, f.value)
		pipeline = le.AppendUint32(pipeline, 0)
	}
	messages = append(messages, fill(3), headerMessage{msgLayout, l}, headerMessage{msgFilters, pipeline})
	return b.header(messages, n.Attributes)
}

const deflateLevel = zlib.BestSpeed

// chunks writes the chunks of whole rows and the B-tree over them.
func (b *builder) chunks(e encoding, dims, chunk []int, row int) (uint64, error) {
	type key struct {
		size uint32
		row  uint64
		addr uint64
	}
	var keys []key
	size := chunk[0] * row
	plain, mixed := make([]byte, size), make([]byte, size)
	z, err := zlib.NewWriterLevel(io.Discard, deflateLevel)
	if err != nil {
		return 0, err
	}
	for r := 0; r < dims[0]; r += chunk[0] {
		part := e.data[r*row : min((r+chunk[0])*row, len(e.data))]
		clear(plain[copy(plain, part):])
		var packed bytes.Buffer
		z.Reset(&packed)
		if _, err := z.Write(shuffle(mixed, plain, e.size)); err != nil {
			return 0, err
		}
		if err := z.Close(); err != nil {
			return 0, err
		}
		keys = append(keys, key{uint32(packed.Len()), uint64(r), b.begin()})
		b.b = append(b.b, packed.Bytes()...)
	}
	// The key behind the last child is past all chunks.
	end := uint64(len(keys) * chunk[0])
	put := func(size uint32, row uint64) {
		b.u32(size)
		b.u32(0)
		b.u64(row)
		for range len(dims) { // the other dimensions and the place within the element
			b.u64(0)
		}
	}
	keySize := 8 + 8*(len(dims)+1)
	nodeSize := 24 + (2*chunkK+1)*keySize + 2*chunkK*8
	for level := 0; ; level++ {
		var above []key
		first := b.begin()
		count := (len(keys) + 2*chunkK - 1) / (2 * chunkK)
		for i := range count {
			part := keys[i*2*chunkK : min((i+1)*2*chunkK, len(keys))]
			at := b.begin()
			b.b = append(b.b, 'T', 'R', 'E', 'E', 1, byte(level))
			b.u16(uint16(len(part)))
			left, right := uint64(none), uint64(none)
			if i > 0 {
				left = first + uint64((i-1)*nodeSize)
			}
			if i+1 < count {
				right = first + uint64((i+1)*nodeSize)
			}
			b.u64(left)
			b.u64(right)
			for _, k := range part {
				put(k.size, k.row)
				b.u64(k.addr)
			}
			if i+1 < count {
				put(keys[(i+1)*2*chunkK].size, keys[(i+1)*2*chunkK].row)
			} else {
				put(0, end)
			}
			b.fillUp(at, nodeSize)
			above = append(above, key{part[0].size, part[0].row, at})
		}
		if count == 1 {
			return first, nil
		}
		keys = above
	}
}
