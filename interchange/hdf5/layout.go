package hdf5

// Where the elements of a dataset lie.
const (
	layoutCompact    = 0
	layoutContiguous = 1
	layoutChunked    = 2
)

// Indexes of chunks.
const (
	indexTree1      = 0 // layouts before version 4
	indexSingle     = 1
	indexImplicit   = 2
	indexFixed      = 3
	indexExtensible = 4
	indexTree2      = 5
)

type layout struct {
	class   int
	addr    uint64 // of the data or of the index
	size    uint64 // of contiguous data
	compact []byte
	chunk   []uint64 // elements of a chunk by dimension
	element uint64   // bytes of an element as the layout has it; 0 not said
	index   int
	// Of a single filtered chunk.
	stored uint64
	mask   uint32
	// whole says that chunks that reach over the edge are kept without filters.
	whole bool
}

func (c *cursor) layout() (layout, error) {
	var l layout
	version := c.u8()
	switch version {
	case 1, 2:
		n := int(c.u8())
		l.class = int(c.u8())
		c.skip(5)
		if l.class != layoutCompact {
			l.addr = c.address()
		}
		l.chunkDims(c, n, 4)
		if l.class == layoutCompact {
			l.compact = c.take(c.count(4, uint64(len(c.b)), "the size of its data"))
		}
		l.size = undefined // that of the elements
	case 3, 4:
		l.class = int(c.u8())
		switch {
		case l.class == layoutCompact:
			l.compact = c.take(int(c.u16()))
		case l.class == layoutContiguous:
			l.addr, l.size = c.address(), c.length()
		case l.class == layoutChunked && version == 3:
			n := int(c.u8())
			l.addr = c.address()
			l.chunkDims(c, n, 4)
		case l.class == layoutChunked:
			l.chunks4(c)
		default:
			return l, unsupported(c.what, c.addr, "class %d (virtual is 3)", l.class)
		}
	default:
		if c.err == nil {
			return l, unsupported(c.what, c.addr, "version %d", version)
		}
	}
	if c.err == nil && l.class > layoutChunked {
		return l, damaged(c.what, c.addr, "there is no class %d", l.class)
	}
	return l, c.err
}

// chunkDims reads n sizes, of which the last is that of an element.
func (l *layout) chunkDims(c *cursor, n, size int) {
	if n > mostRank+1 {
		c.fail(damaged(c.what, c.addr, "it has %d dimensions", n))
	}
	for range n {
		if c.err != nil {
			return
		}
		l.chunk = append(l.chunk, c.uint(size))
	}
	if n > 0 && l.class == layoutChunked {
		l.element = l.chunk[n-1]
		l.chunk = l.chunk[:n-1]
	}
}

func (l *layout) chunks4(c *cursor) {
	flags := c.u8()
	n, size := int(c.u8()), int(c.u8())
	if size < 1 || size > 8 {
		c.fail(damaged(c.what, c.addr, "sizes of chunks take %d bytes", size))
		return
	}
	l.chunkDims(c, n, size)
	l.whole = flags&1 != 0
	l.index = int(c.u8())
	switch l.index {
	case indexSingle:
		if flags&2 != 0 {
			l.stored, l.mask = c.length(), c.u32()
		}
	case indexImplicit:
	case indexFixed:
		c.skip(1)
	case indexExtensible:
		c.skip(5)
	case indexTree2:
		c.skip(6)
	default:
		c.fail(unsupported(c.what, c.addr, "an index of chunks of type %d", l.index))
	}
	l.addr = c.address()
}
