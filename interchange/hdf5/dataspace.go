package hdf5

// space is the extent of a dataset or an attribute.
type space struct {
	null      bool
	dims, max []uint64 // none: a single element
}

const (
	mostRank  = 32
	unlimited = 1<<64 - 1
)

func (c *cursor) dataspace() space {
	var s space
	version := c.u8()
	rank := int(c.u8())
	flags := c.u8()
	switch version {
	case 1:
		c.skip(5)
	case 2:
		s.null = c.u8() == 2
	default:
		c.fail(unsupported(c.what, c.addr, "a dataspace of version %d", version))
	}
	if rank > mostRank {
		c.fail(damaged(c.what, c.addr, "it has %d dimensions", rank))
	}
	if c.err != nil {
		return s
	}
	for range rank {
		s.dims = append(s.dims, c.length())
	}
	s.max = s.dims
	if flags&1 != 0 {
		s.max = nil
		for range rank {
			x := c.length()
			if c.f.lengths < 8 && x == 1<<(8*c.f.lengths)-1 {
				x = unlimited
			}
			s.max = append(s.max, x)
		}
	}
	for i := range s.max {
		if s.max[i] < s.dims[i] && c.err == nil {
			c.fail(damaged(c.what, c.addr, "dimension %d has %d places, at most %d", i+1, s.dims[i], s.max[i]))
		}
	}
	return s
}

// product multiplies numbers; ok is false above limit.
func product(x []uint64, limit uint64) (n uint64, ok bool) {
	n = 1
	for _, k := range x {
		if k == 0 {
			return 0, true
		}
	}
	for _, k := range x {
		if k > limit/n {
			return 0, false
		}
		n *= k
	}
	return n, true
}

// elements is the number of elements, when their count and their bytes are within
// the limits.
func (f *File) elements(s space, size int, what string, addr uint64) (int, error) {
	if s.null {
		return 0, nil
	}
	n, ok := product(s.dims, MaxElements)
	if !ok {
		return 0, fail(ErrTooLarge, what, addr, "%v places, more than %d in all are not read", s.dims, MaxElements)
	}
	return int(n), f.allow(n*uint64(size), what, addr)
}

// allow refuses what is too large for its file.
func (f *File) allow(bytes uint64, what string, addr uint64) error {
	if bytes > freeBytes && bytes/mostRatio > f.size {
		return fail(ErrTooLarge, what, addr, "it declares %d bytes in a file of %d", bytes, f.size)
	}
	return nil
}
