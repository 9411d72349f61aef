package hdf5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
)

// Filters that are read.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
)

// filterNames names filters that are not read.
var filterNames = map[uint16]string{4: "szip", 5: "nbit", 6: "scale-offset", 305: "LZO", 307: "bzip2", 32000: "LZF", 32001: "Blosc", 32004: "LZ4", 32013: "ZFP", 32015: "Zstandard"}

// filter is a step of the pipeline that chunks went through.
type filter struct {
	id      uint16
	element int // of shuffle: bytes of an element
}

func (c *cursor) filters() ([]filter, error) {
	version := c.u8()
	n := int(c.u8())
	switch version {
	case 1:
		c.skip(6)
	case 2:
	default:
		if c.err == nil {
			return nil, unsupported(c.what, c.addr, "version %d", version)
		}
	}
	if n > 32 {
		return nil, damaged(c.what, c.addr, "it has %d filters", n)
	}
	var out []filter
	for range n {
		f := filter{id: c.u16()}
		name := 0
		if version == 1 || f.id >= 256 {
			name = int(c.u16())
		}
		c.skip(2)
		values := int(c.u16())
		c.skip(name)
		for i := range values {
			if v := c.u32(); i == 0 {
				f.element = int(v)
			}
		}
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		if c.err != nil {
			return nil, c.err
		}
		switch f.id {
		case filterDeflate, filterFletcher32:
		case filterShuffle:
			if f.element < 1 {
				return nil, damaged(c.what, c.addr, "shuffle of elements of %d bytes", f.element)
			}
		default:
			called := fmt.Sprint("number ", f.id)
			if s := filterNames[f.id]; s != "" {
				called = s
			}
			return nil, fail(ErrUnsupported, c.what, c.addr, "the data are kept with filter %s; deflate (zlib, gzip), shuffle and fletcher32 are read: write the file anew with h5repack -f GZIP=1", called)
		}
		out = append(out, f)
	}
	return out, nil
}

// pipeline undoes filters of chunks of one size; it keeps its buffers.
type pipeline struct {
	filters []filter
	size    int // bytes of a chunk without filters
	inflate io.ReadCloser
	buffers [2][]byte
}

// undo gives back the chunk that went through the filters whose bit in mask is 0.
// The result is good until the next call.
func (p *pipeline) undo(b []byte, mask uint32, addr uint64) ([]byte, error) {
	const what = "chunk"
	for i := len(p.filters) - 1; i >= 0; i-- {
		if mask>>i&1 != 0 {
			continue
		}
		f := p.filters[i]
		switch f.id {
		case filterFletcher32:
			if len(b) < 4 {
				return nil, damaged(what, addr, "it has %d bytes, fewer than its checksum", len(b))
			}
			n := len(b) - 4
			stored, sum := binary.LittleEndian.Uint32(b[n:]), fletcher32(b[:n])
			b = b[:n]
			// HDF5 1.6.2 and older wrote the bytes of each half the other way round.
			if old := sum<<8&0xff00ff00 | sum>>8&0x00ff00ff; stored != sum && stored != old {
				return nil, damaged(what, addr, "the checksum does not agree")
			}
		case filterDeflate:
			var err error
			if b, err = p.deflated(b, i, addr); err != nil {
				return nil, err
			}
		case filterShuffle:
			b = unshuffle(p.buffer(len(b), b), b, f.element)
		}
	}
	if len(b) != p.size {
		return nil, damaged(what, addr, "it has %d bytes, expected %d", len(b), p.size)
	}
	return b, nil
}

// buffer gives n bytes that do not share those of used.
func (p *pipeline) buffer(n int, used []byte) []byte {
	i := 0
	if len(used) > 0 && len(p.buffers[0]) > 0 && &used[0] == &p.buffers[0][0] {
		i = 1
	}
	if cap(p.buffers[i]) < n {
		p.buffers[i] = make([]byte, n)
	}
	p.buffers[i] = p.buffers[i][:n]
	return p.buffers[i]
}

// deflated inflates b. What comes out has the size of a chunk, and a checksum more
// for each fletcher32 before it in the pipeline.
func (p *pipeline) deflated(b []byte, at int, addr uint64) ([]byte, error) {
	const what = "chunk"
	n := p.size
	for _, f := range p.filters[:at] {
		if f.id == filterFletcher32 {
			n += 4
		}
	}
	src := bytes.NewReader(b)
	var err error
	if p.inflate == nil {
		p.inflate, err = zlib.NewReader(src)
	} else {
		err = p.inflate.(zlib.Resetter).Reset(src, nil)
	}
	if err != nil {
		p.inflate = nil
		return nil, damaged(what, addr, "it is not deflated data: %v", err)
	}
	out := p.buffer(n, b)
	got, err := io.ReadFull(p.inflate, out)
	if err != nil {
		return nil, damaged(what, addr, "inflated, it has %d bytes, expected %d (%v)", got, n, err)
	}
	var one [1]byte
	if k, err := p.inflate.Read(one[:]); k != 0 || err != io.EOF {
		if k != 0 {
			return nil, damaged(what, addr, "inflated, it has more than %d bytes", n)
		}
		return nil, damaged(what, addr, "it is not sound deflated data: %v", err)
	}
	return out, nil
}

// unshuffle puts the bytes of elements together again: src holds the first bytes of
// all, then the second ones, and so on; what does not fill an element stays behind.
func unshuffle(dst, src []byte, element int) []byte {
	n := len(src) / element
	if n == 0 { // however large an element is said to be
		copy(dst, src)
		return dst
	}
	for j := range element {
		plane := src[j*n : (j+1)*n]
		for i, x := range plane {
			dst[i*element+j] = x
		}
	}
	copy(dst[n*element:], src[n*element:])
	return dst
}

// shuffle is the inverse of unshuffle.
func shuffle(dst, src []byte, element int) []byte {
	n := len(src) / element
	for j := range element {
		plane := dst[j*n : (j+1)*n]
		for i := range plane {
			plane[i] = src[i*element+j]
		}
	}
	copy(dst[n*element:], src[n*element:])
	return dst
}
