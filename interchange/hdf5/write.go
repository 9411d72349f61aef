package hdf5

import (
	"bufio"
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
// []int64, []int32, []string or, of a dataset of two dimensions, [Rows]; no Dims
// makes it a single value.
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
	mostAttribute  = 60000 // bytes; a message holds less than 64 KiB
	none           = math.MaxUint64
)

// Write writes a file that every HDF5 library since 1.0 reads: superblock 0, groups
// as symbol tables, numbers little-endian, arrays of two and more dimensions in
// chunks of whole rows, shuffled and deflated, others contiguous; strings of fixed
// length. The same tree gives the same bytes.
//
// Nothing but a chunk and a node of a tree is held in memory. The head of a file
// says where it ends, so the tree is gone through twice: once for the addresses,
// once to be written.
func Write(w io.Writer, root *Node) error {
	most := 0
	if err := check(root, "/", &most, 0); err != nil {
		return err
	}
	// One level of B-tree over symbol nodes of 2 leafK names must do for each group.
	leafK := max(4, (most+4*groupK-1)/(4*groupK))
	if leafK > math.MaxUint16 {
		return fmt.Errorf("hdf5: a group of %d names cannot be written", most)
	}
	head := make([]byte, superblockSize)
	for _, to := range []io.Writer{io.Discard, w} {
		b := &builder{w: bufio.NewWriterSize(to, 1<<16), leafK: leafK}
		b.add(head)
		addr, tree, heap, err := b.node(root)
		if err != nil {
			return err
		}
		b.pad()
		if b.err == nil {
			b.err = b.w.Flush()
		}
		if b.err != nil {
			return b.err
		}
		head = b.superblock(addr, tree, heap)
	}
	return nil
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
		if _, size := v.datatype(); len(v.Name)+v.count()*size > mostAttribute {
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

// dataspaceMessage is the shape, of version 1.
func dataspaceMessage(dims []int) []byte {
	b := []byte{1, byte(len(dims)), 0, 0, 0, 0, 0, 0}
	for _, d := range dims {
		b = binary.LittleEndian.AppendUint64(b, uint64(d))
	}
	return b
}

// builder writes a file from its beginning to its end.
type builder struct {
	w     *bufio.Writer
	at    uint64 // bytes so far
	err   error  // the first
	leafK int
}

func (b *builder) add(p []byte) {
	if b.err == nil {
		_, b.err = b.w.Write(p)
	}
	b.at += uint64(len(p))
}

func (b *builder) zeros(n int) { b.add(make([]byte, n)) }
func (b *builder) pad()        { b.zeros(int((8 - b.at%8) % 8)) }

// begin pads to a multiple of 8 and returns the address of what comes.
func (b *builder) begin() uint64 {
	b.pad()
	return b.at
}

// fillUp adds zeros up to n bytes from an address.
func (b *builder) fillUp(from uint64, n int) { b.zeros(int(from) + n - int(b.at)) }

func (b *builder) text(s string) { b.add([]byte(s)) }
func (b *builder) u16(x uint16)  { b.add(binary.LittleEndian.AppendUint16(nil, x)) }
func (b *builder) u32(x uint32)  { b.add(binary.LittleEndian.AppendUint32(nil, x)) }
func (b *builder) u64(x uint64)  { b.add(binary.LittleEndian.AppendUint64(nil, x)) }

// superblock is the head of a file that ends here.
func (b *builder) superblock(root, tree, heap uint64) []byte {
	le := binary.LittleEndian
	s := append([]byte(signature), 0, 0, 0, 0, 0, 8, 8, 0)
	s = le.AppendUint16(s, uint16(b.leafK))
	s = le.AppendUint16(s, groupK)
	s = le.AppendUint32(s, 0)
	for _, x := range []uint64{0, none, b.at, none, 0, root} {
		s = le.AppendUint64(s, x)
	}
	s = le.AppendUint32(s, 1) // the root's tree and heap are repeated here
	s = le.AppendUint32(s, 0)
	s = le.AppendUint64(s, tree)
	return le.AppendUint64(s, heap)
}

// headerMessage is a message of an object header to be written.
type headerMessage struct {
	kind uint16
	data []byte
}

// header writes an object header of version 1.
func (b *builder) header(messages []headerMessage, attributes []Value) (uint64, error) {
	le := binary.LittleEndian
	for _, v := range attributes {
		kind, size := v.datatype()
		extent := dataspaceMessage(v.Dims)
		m := []byte{1, 0}
		m = le.AppendUint16(m, uint16(len(v.Name)+1))
		m = le.AppendUint16(m, uint16(len(kind)))
		m = le.AppendUint16(m, uint16(len(extent)))
		m = padded(append(append(m, v.Name...), 0))
		m = padded(append(m, kind...))
		m = append(m, extent...)
		messages = append(messages, headerMessage{msgAttribute, v.appendElements(m, 0, v.count(), size)})
	}
	if len(messages) > math.MaxUint16 {
		return 0, fmt.Errorf("hdf5: %d messages in one header cannot be written", len(messages))
	}
	size := 0
	for i := range messages {
		m := &messages[i]
		m.data = padded(m.data)
		size += 8 + len(m.data)
	}
	at := b.begin()
	b.add([]byte{1, 0})
	b.u16(uint16(len(messages)))
	b.u32(1) // links to it
	b.u32(uint32(size))
	b.u32(0)
	for _, m := range messages {
		b.u16(m.kind)
		b.u16(uint16(len(m.data)))
		b.u32(0)
		b.add(m.data)
	}
	return at, nil
}

// padded is p with zeros up to a multiple of 8 bytes.
func padded(p []byte) []byte { return append(p, make([]byte, (8-len(p)%8)%8)...) }

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
		names = padded(append(append(names, c.Name...), 0))
	}
	heap = b.begin()
	b.text("HEAP\x00\x00\x00\x00")
	b.u64(uint64(len(names)))
	b.u64(1) // nothing is free
	b.u64(heap + 32)
	b.add(names)

	perNode := 2 * b.leafK
	var nodes []uint64
	var last []uint64
	for i := 0; i < len(entries); i += perNode {
		part := entries[i:min(i+perNode, len(entries))]
		at := b.begin()
		b.text("SNOD\x01\x00")
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
	b.text("TREE\x00\x00")
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
	kind, size := n.Data.datatype()
	le := binary.LittleEndian
	dims, count := n.Data.Dims, n.Data.count()
	messages := []headerMessage{{msgDataspace, dataspaceMessage(dims)}, {msgDatatype, kind}}
	fill := func(alloc byte) headerMessage { return headerMessage{msgFill, []byte{2, alloc, 2, 1, 0, 0, 0, 0}} }
	if len(dims) < 2 || count == 0 {
		at := uint64(none)
		if count > 0 {
			at = b.begin()
		}
		part := max(1, chunkTarget/size)
		for i := 0; i < count; i += part {
			b.add(n.Data.appendElements(nil, i, min(i+part, count), size))
		}
		l := le.AppendUint64([]byte{3, layoutContiguous}, at)
		l = le.AppendUint64(l, uint64(count*size))
		messages = append(messages, fill(2), headerMessage{msgLayout, l})
		return b.header(messages, n.Attributes)
	}
	row := count / dims[0] // elements
	chunk := slices.Clone(dims)
	chunk[0] = min(dims[0], max(1, chunkTarget/(row*size)))
	tree, err := b.chunks(n.Data, chunk[0], row, size)
	if err != nil {
		return 0, err
	}
	l := le.AppendUint64([]byte{3, layoutChunked, byte(len(dims) + 1)}, tree)
	for _, c := range chunk {
		l = le.AppendUint32(l, uint32(c))
	}
	l = le.AppendUint32(l, uint32(size))
	pipeline := []byte{1, 2, 0, 0, 0, 0, 0, 0}
	for _, f := range []struct {
		id    uint16
		name  string
		value uint32
	}{{filterShuffle, "shuffle\x00", uint32(size)}, {filterDeflate, "deflate\x00", deflateLevel}} {
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

// chunks writes the chunks of so many whole rows and the B-tree over them; row is
// the elements of a row.
func (b *builder) chunks(a *Array, rows, row, size int) (uint64, error) {
	type key struct {
		size uint32
		row  uint64
		addr uint64
	}
	var keys []key
	dims := a.Dims
	plain, mixed := make([]byte, 0, rows*row*size), make([]byte, rows*row*size)
	z, err := zlib.NewWriterLevel(io.Discard, deflateLevel)
	if err != nil {
		return 0, err
	}
	var packed bytes.Buffer
	for r := 0; r < dims[0]; r += rows {
		plain = a.appendElements(plain[:0], r*row, min(r+rows, dims[0])*row, size)
		plain = append(plain, make([]byte, rows*row*size-len(plain))...)
		packed.Reset()
		z.Reset(&packed)
		if _, err := z.Write(shuffle(mixed, plain, size)); err != nil {
			return 0, err
		}
		if err := z.Close(); err != nil {
			return 0, err
		}
		keys = append(keys, key{uint32(packed.Len()), uint64(r), b.begin()})
		b.add(packed.Bytes())
	}
	// The key behind the last child is past all chunks.
	end := uint64(len(keys) * rows)
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
			b.add([]byte{'T', 'R', 'E', 'E', 1, byte(level)})
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
