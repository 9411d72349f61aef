package hdf5

import "math/bits"

// array reads the two indexes of chunks that are arrays: fixed and extensible
// (specification VII.C and VII.D).
type array struct {
	op       *operation
	size     uint64 // bytes of a chunk without filters
	filtered bool
	total    uint64 // elements that can have a chunk
	entry    int    // bytes of an element
	put      func(i, addr, stored uint64, mask uint32) error
}

// elements reads n elements of which the first has number first.
func (a *array) elements(c *cursor, first, n uint64) error {
	for i := range n {
		if first+i >= a.total {
			c.skip(int(n-i) * a.entry)
			return c.err
		}
		addr, stored, mask := c.address(), a.size, uint32(0)
		if a.filtered {
			stored, mask = c.uint(a.entry-a.op.f.offsets-4), c.u32()
		}
		if c.err != nil {
			return c.err
		}
		if err := a.put(first+i, addr, stored, mask); err != nil {
			return err
		}
	}
	return nil
}

// check compares the head of the index with what the dataset wants.
func (a *array) check(c *cursor, client byte, entry int) error {
	a.entry = entry
	want, least := byte(0), a.op.f.offsets
	if a.filtered {
		want, least = 1, least+1+4
	}
	if c.err != nil {
		return c.err
	}
	if client != want || entry < least || !a.filtered && entry != least || entry > a.op.f.offsets+12 {
		return damaged(c.what, c.addr, "elements of %d bytes for client %d do not go with the dataset", entry, client)
	}
	return nil
}

// pages reads elements that are kept in pages, each with a checksum. used has a bit
// a page, from the highest of each byte; that of the first page is number bit.
func (a *array) pages(what string, addr, first, n, page uint64, used []byte, bit uint64) error {
	for i := uint64(0); i*page < n; i++ {
		k := min(page, n-i*page)
		bytes := k*uint64(a.entry) + 4
		if b := bit + i; used[b/8]>>(7-b%8)&1 != 0 {
			c, err := a.op.verified(what, "", addr, bytes)
			if err != nil {
				return err
			}
			if err := a.elements(c, first+i*page, k); err != nil {
				return err
			}
		}
		addr += bytes
	}
	return nil
}

func (a *array) fixed(addr uint64) error {
	const what = "fixed array"
	f := a.op.f
	c, err := a.op.verified(what, "FAHD", addr, uint64(12+f.lengths+f.offsets))
	if err != nil {
		return err
	}
	c.skip(1)
	client, entry := c.u8(), int(c.u8())
	pageBits := c.u8()
	n, block := c.length(), c.address()
	if err := a.check(c, client, entry); err != nil {
		return err
	}
	if block == undefined {
		return nil
	}
	if n > MaxElements || pageBits > 63 {
		return damaged(what, c.addr, "%d elements in pages of 2^%d", n, pageBits)
	}
	page := uint64(1) << pageBits
	prefix := uint64(10 + f.offsets)
	if n <= page {
		c, err := a.op.verified(what+" block", "FADB", block, prefix+n*uint64(entry))
		if err != nil {
			return err
		}
		c.skip(2 + f.offsets)
		return a.elements(c, 0, n)
	}
	bitmap := ((n-1)/page + 8) / 8
	if c, err = a.op.verified(what+" block", "FADB", block, prefix+bitmap); err != nil {
		return err
	}
	c.skip(2 + f.offsets)
	used := c.take(int(bitmap))
	if c.err != nil {
		return c.err
	}
	return a.pages(what+" page", block+prefix+bitmap, 0, n, page, used, 0)
}

func (a *array) extensible(addr uint64) error {
	const what = "extensible array"
	f := a.op.f
	c, err := a.op.verified(what, "EAHD", addr, uint64(16+6*f.lengths+f.offsets))
	if err != nil {
		return err
	}
	c.skip(1)
	client, entry := c.u8(), int(c.u8())
	maxBits, inIndex, least, leastPointers, pageBits := int(c.u8()), uint64(c.u8()), uint64(c.u8()), uint64(c.u8()), c.u8()
	c.skip(6 * f.lengths)
	index := c.address()
	if err := a.check(c, client, entry); err != nil {
		return err
	}
	if index == undefined {
		return nil
	}
	if maxBits > 64 || pageBits > 63 || bits.OnesCount64(least) != 1 || bits.OnesCount64(leastPointers) != 1 || bits.Len64(least) > maxBits {
		return damaged(what, c.addr, "its sizes are impossible: 2^%d elements, %d in the index, blocks of %d, %d pointers", maxBits, inIndex, least, leastPointers)
	}
	page := uint64(1) << pageBits
	offset := uint64((maxBits + 7) / 8)
	// Super block s stands for 2^(s/2) blocks of least * 2^((s+1)/2) elements. The
	// blocks of the first ones are pointed to from the index itself.
	supers := maxBits - (bits.Len64(least) - 1) + 1
	direct := 2 * (bits.Len64(leastPointers) - 1)
	if direct > supers {
		return damaged(what, c.addr, "it has %d super blocks, the blocks of %d in its index", supers, direct)
	}
	blocks := 2 * (leastPointers - 1)
	n := inIndex*uint64(entry) + (blocks+uint64(supers-direct))*uint64(f.offsets)
	if c, err = a.op.verified(what+" index", "EAIB", index, uint64(10+f.offsets)+n); err != nil {
		return err
	}
	c.skip(2 + f.offsets)
	if err := a.elements(c, 0, inIndex); err != nil {
		return err
	}
	first := inIndex
	for s := 0; s < supers && first < a.total; s++ {
		count, size := uint64(1)<<(s/2), least<<((s+1)/2)
		if s < direct {
			for range count {
				if err := a.block(c.address(), first, size, page, offset, nil, 0); err != nil {
					return err
				}
				first += size
			}
			continue
		}
		super := c.address()
		if c.err != nil {
			return c.err
		}
		if super != undefined {
			if err := a.super(super, first, count, size, page, offset); err != nil {
				return err
			}
		}
		first += count * size
	}
	return c.err
}

// super reads the blocks of a super block.
func (a *array) super(addr, first, count, size, page, offset uint64) error {
	const what = "extensible array super block"
	f := a.op.f
	bitmap := uint64(0) // bytes a block
	if size > page {
		bitmap = (size/page + 7) / 8
	}
	if count > f.size || bitmap > f.size {
		return damaged(what, addr, "it has %d blocks", count)
	}
	c, err := a.op.verified(what, "EASB", addr, uint64(10+f.offsets)+offset+count*(bitmap+uint64(f.offsets)))
	if err != nil {
		return err
	}
	c.skip(2 + f.offsets + int(offset))
	var used []byte
	if bitmap > 0 {
		used = c.take(int(count * bitmap))
	}
	for i := range count {
		block := c.address()
		if c.err != nil {
			return c.err
		}
		// The bits of all blocks follow each other, though there is room for whole
		// bytes a block: so the library does it.
		if err := a.block(block, first+i*size, size, page, offset, used, i*(size/page)); err != nil {
			return err
		}
		if first+i*size >= a.total {
			return nil
		}
	}
	return nil
}

// block reads a data block; used is nil when it has no pages, else the bit of its
// first page is number bit.
func (a *array) block(addr, first, size, page, offset uint64, used []byte, bit uint64) error {
	const what = "extensible array block"
	f := a.op.f
	if addr == undefined || first >= a.total {
		return nil
	}
	if size > f.size {
		return damaged(what, addr, "it has %d elements in a file of %d bytes", size, f.size)
	}
	prefix := uint64(10+f.offsets) + offset
	if used == nil {
		if size > page {
			return damaged(what, addr, "it has %d elements but no pages", size)
		}
		c, err := a.op.verified(what, "EADB", addr, prefix+size*uint64(a.entry))
		if err != nil {
			return err
		}
		c.skip(2 + f.offsets + int(offset))
		return a.elements(c, first, size)
	}
	if _, err := a.op.verified(what, "EADB", addr, prefix); err != nil {
		return err
	}
	return a.pages(what+" page", addr+prefix, first, size, page, used, bit)
}
