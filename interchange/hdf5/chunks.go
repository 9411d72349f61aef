package hdf5

// chunk is a stored chunk: where its first element belongs, and where it lies.
type chunk struct {
	at     []uint64 // in elements, by dimension
	addr   uint64
	stored uint64 // bytes in the file
	mask   uint32 // filters that were left out
}

// visitChunks calls put with the rows of every stored chunk.
func (d *dataset) visitChunks(put func(at int, run []byte) error) error {
	const what = "dataset"
	l, dims := d.layout, d.space.dims
	if len(l.chunk) != len(dims) || len(dims) == 0 {
		return damaged(what, d.addr, "it has %d dimensions, its chunks %d", len(dims), len(l.chunk))
	}
	if l.element != uint64(d.typ.Size) {
		return damaged(what, d.addr, "its elements have %d bytes, in its chunks %d", d.typ.Size, l.element)
	}
	n, ok := product(l.chunk, MaxElements)
	if !ok || n == 0 {
		return damaged(what, d.addr, "chunks of %v elements are impossible", l.chunk)
	}
	size := n * l.element
	if err := d.op.f.allow(size, "chunk", d.addr); err != nil {
		return err
	}
	if l.addr == undefined {
		return nil // never written
	}
	p := &pipeline{filters: d.filters, size: int(size)}
	all := uint64(0) // bytes of the chunks so far: listed again and again they would have no end
	return d.chunks(size, func(k chunk) error {
		for i, x := range k.at {
			if x >= dims[i] {
				return nil // left over from a time when the dataset was larger
			}
			if x%l.chunk[i] != 0 {
				return damaged("chunk", k.addr, "it begins at place %d of dimension %d, chunks have %d", x, i+1, l.chunk[i])
			}
		}
		if k.addr == undefined {
			return nil
		}
		if k.stored > d.op.f.size {
			return damaged("chunk", k.addr, "it has %d bytes in a file of %d", k.stored, d.op.f.size)
		}
		all += size
		if err := d.op.f.allow(all, "chunks", d.addr); err != nil {
			return err
		}
		b, err := d.op.bytes("chunk", k.addr, k.stored)
		if err != nil {
			return err
		}
		mask := k.mask
		if l.whole && d.overEdge(k.at) {
			mask = ^uint32(0)
		}
		if b, err = p.undo(b, mask, k.addr); err != nil {
			return err
		}
		return d.rows(k.at, b, put)
	})
}

// overEdge says whether a chunk reaches over the end of a dimension.
func (d *dataset) overEdge(at []uint64) bool {
	for i, x := range at {
		if x+d.layout.chunk[i] > d.space.dims[i] {
			return true
		}
	}
	return false
}

// rows cuts a chunk into runs along its last dimension.
func (d *dataset) rows(at []uint64, b []byte, put func(at int, run []byte) error) error {
	l, dims := d.layout, d.space.dims
	last := len(dims) - 1
	element := uint64(d.typ.Size)
	length := min(l.chunk[last], dims[last]-at[last])
	place := make([]uint64, last) // within the chunk
	for {
		from, to := uint64(0), uint64(0)
		for i := range last {
			from = from*l.chunk[i] + place[i]
			to = to*dims[i] + at[i] + place[i]
		}
		from, to = from*l.chunk[last], to*dims[last]+at[last]
		if err := put(int(to), b[from*element:(from+length)*element]); err != nil {
			return err
		}
		i := last - 1
		for ; i >= 0; i-- {
			if place[i]++; place[i] < l.chunk[i] && at[i]+place[i] < dims[i] {
				break
			}
			place[i] = 0
		}
		if i < 0 {
			return nil
		}
	}
}

// chunks lists the stored chunks, whatever their index.
func (d *dataset) chunks(size uint64, each func(chunk) error) error {
	l, f, rank := d.layout, d.op.f, len(d.space.dims)
	switch l.index {
	case indexTree1:
		return d.op.nodes1(l.addr, 1, 8+8*(rank+1), func(key *cursor, child uint64) error {
			k := chunk{addr: child, stored: uint64(key.u32()), mask: key.u32(), at: make([]uint64, rank)}
			for i := range k.at {
				k.at[i] = key.u64()
			}
			if key.err != nil {
				return key.err
			}
			return each(k)
		})
	case indexTree2:
		kind := byte(recordChunk)
		if len(d.filters) > 0 {
			kind = recordFilteredChunk
		}
		return d.op.records2(l.addr, kind, func(r *cursor) error {
			k := chunk{addr: r.address(), stored: size, at: make([]uint64, rank)}
			if kind == recordFilteredChunk {
				k.stored, k.mask = r.uint(r.rest()-4-8*rank), r.u32()
			}
			for i := range k.at {
				x := r.u64()
				if x > unlimited/max(l.chunk[i], 1) {
					return damaged("chunk", k.addr, "it is number %d of dimension %d", x, i+1)
				}
				k.at[i] = x * l.chunk[i]
			}
			if r.err != nil {
				return r.err
			}
			return each(k)
		})
	}
	grid, err := d.grid()
	if err != nil {
		return err
	}
	put := func(i, addr, stored uint64, mask uint32) error {
		if addr == undefined {
			return nil
		}
		return each(chunk{at: grid.place(i), addr: addr, stored: stored, mask: mask})
	}
	switch l.index {
	case indexSingle:
		if len(d.filters) > 0 {
			size = l.stored
		}
		return put(0, l.addr, size, l.mask)
	case indexImplicit:
		for i := range grid.total {
			if l.addr > f.size || i*size > f.size {
				return damaged("chunk", l.addr, "chunk %d lies behind the end of the file", i)
			}
			if err := put(i, l.addr+i*size, size, 0); err != nil {
				return err
			}
		}
		return nil
	}
	a := &array{op: d.op, size: size, filtered: len(d.filters) > 0, put: put, total: grid.total}
	if l.index == indexFixed {
		return a.fixed(l.addr)
	}
	return a.extensible(l.addr)
}

// grid numbers the chunks of a dataset for indexes that are arrays: by the most
// places of each dimension; an unlimited dimension goes first.
type grid struct {
	chunk []uint64 // elements of a chunk
	order []int    // dimensions from slowest to fastest
	count []uint64 // chunks by dimension; of the slowest it does not matter
	total uint64   // numbers that can occur
}

func (d *dataset) grid() (*grid, error) {
	rank := len(d.space.dims)
	g := &grid{chunk: d.layout.chunk, count: make([]uint64, rank)}
	endless := -1
	for i, n := range d.space.max {
		if n == unlimited {
			if d.layout.index != indexExtensible || endless >= 0 {
				return nil, damaged("dataset", d.addr, "its index of chunks does not go with its unlimited dimensions")
			}
			endless = i
			n = d.space.dims[i]
		}
		g.count[i] = (n-1)/g.chunk[i] + 1
		if n == 0 {
			g.count[i] = 0
		}
	}
	if endless >= 0 {
		g.order = append(g.order, endless)
	}
	for i := range rank {
		if i != endless {
			g.order = append(g.order, i)
		}
	}
	total, ok := product(g.count, MaxElements)
	if !ok {
		return nil, fail(ErrTooLarge, "dataset", d.addr, "it has %v chunks", g.count)
	}
	g.total = total
	return g, nil
}

// place is the first element of chunk i.
func (g *grid) place(i uint64) []uint64 {
	at := make([]uint64, len(g.count))
	for k := len(g.order) - 1; k >= 0; k-- {
		d := g.order[k]
		at[d] = i % g.count[d] * g.chunk[d]
		i /= g.count[d]
	}
	return at
}
