package hdf5

// Types of records of a B-tree of version 2.
const (
	recordLinkName      = 5
	recordAttributeName = 8
	recordChunk         = 10
	recordFilteredChunk = 11
)

// tree2 is the header of a B-tree of version 2.
type tree2 struct {
	op       *operation
	kind     byte
	nodeSize int
	record   int // bytes of a record
	// By level from the leaves: bytes of the count of records below a node.
	countSize, totalSize []int
}

// records2 calls each for every record of a B-tree of version 2, in order.
func (op *operation) records2(addr uint64, kind byte, each func(record *cursor) error) error {
	const what = "B-tree 2"
	f := op.f
	c, err := op.verified(what, "BTHD", addr, uint64(22+f.offsets+f.lengths))
	if err != nil {
		return err
	}
	c.skip(1)
	if k := c.u8(); k != kind {
		return damaged(what, c.addr, "it is of type %d, expected %d", k, kind)
	}
	t := &tree2{op: op, kind: kind, nodeSize: int(c.u32()), record: int(c.u16())}
	depth := int(c.u16())
	c.skip(2)
	root, records := c.address(), int(c.u16())
	total := c.length()
	if c.err != nil {
		return c.err
	}
	if total == 0 {
		return nil
	}
	if t.record == 0 || t.nodeSize < 10+t.record || uint64(t.nodeSize) > f.size || depth > mostRank {
		return damaged(what, c.addr, "nodes of %d bytes with records of %d in %d levels are impossible", t.nodeSize, t.record, depth)
	}
	t.sizes(depth)
	return t.node(root, records, depth, each)
}

// sizes finds how many bytes the counts of records take at each level: as many as
// hold the largest possible (specification III.A.2).
func (t *tree2) sizes(depth int) {
	most := uint64(t.nodeSize-10) / uint64(t.record)
	count := encodedSize(most)
	t.countSize, t.totalSize = []int{count}, []int{0}
	total := most
	for level := 1; level <= depth; level++ {
		pointer := uint64(t.op.f.offsets + count + t.totalSize[level-1])
		most := uint64(0)
		if room := uint64(t.nodeSize) - 10; room > pointer {
			most = (room - pointer) / (uint64(t.record) + pointer)
		}
		if total > 1<<56 { // so that the product below cannot overflow
			total = 1 << 56
		} else {
			total = min((most+1)*min(total, 1<<40)+most, 1<<56)
		}
		t.countSize, t.totalSize = append(t.countSize, count), append(t.totalSize, encodedSize(total))
	}
}

func (t *tree2) node(addr uint64, records, level int, each func(*cursor) error) error {
	const what = "B-tree 2 node"
	f := t.op.f
	sig, size := "BTLF", 10+records*t.record
	pointer := 0
	if level > 0 {
		sig = "BTIN"
		pointer = f.offsets + t.countSize[level-1] + t.totalSize[level-1]
		size += (records + 1) * pointer
	}
	if size > t.nodeSize {
		return damaged(what, addr+f.base, "%d records do not fit", records)
	}
	c, err := t.op.verified(what, sig, addr, uint64(size))
	if err != nil {
		return err
	}
	c.skip(1)
	if k := c.u8(); k != t.kind {
		return damaged(what, c.addr, "it is of type %d, expected %d", k, t.kind)
	}
	keys := c.take(records * t.record)
	if c.err != nil {
		return c.err
	}
	for i := 0; i <= records; i++ {
		if level > 0 {
			child, n := c.address(), c.uint(t.countSize[level-1])
			c.skip(t.totalSize[level-1])
			if c.err != nil {
				return c.err
			}
			if n > uint64(t.nodeSize) {
				return damaged(what, c.addr, "a child has %d records", n)
			}
			if err := t.node(child, int(n), level-1, each); err != nil {
				return err
			}
		}
		if i < records {
			if err := each(&cursor{f: f, b: keys[i*t.record : (i+1)*t.record], what: what, addr: c.addr}); err != nil {
				return err
			}
		}
	}
	return nil
}
