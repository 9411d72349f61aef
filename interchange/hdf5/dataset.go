package hdf5

import (
	"slices"
)

// dataset is what is known of a dataset before its elements are read.
type dataset struct {
	o       *Object
	op      *operation
	typ     Type
	space   space
	layout  layout
	filters []filter
	fill    []byte // an element; nil: zeros
	addr    uint64 // of the header
}

// Shape returns the size of each dimension of a dataset, and none for a single
// element.
func (o *Object) Shape() ([]int, error) {
	d, err := o.describe()
	if err != nil {
		return nil, at(o.path, err)
	}
	return shape(d.space), nil
}

func shape(s space) []int {
	dims := make([]int, len(s.dims))
	for i, x := range s.dims {
		dims[i] = int(min(x, 1<<62))
	}
	return dims
}

// Type returns the type of the elements of a dataset.
func (o *Object) Type() (Type, error) {
	d, err := o.describe()
	if err != nil {
		return Type{}, at(o.path, err)
	}
	return d.typ, nil
}

// describe reads the messages of a dataset.
func (o *Object) describe() (*dataset, error) {
	d := &dataset{o: o, op: o.f.begin()}
	seen := map[uint16]bool{}
	for _, m := range o.messages {
		what := map[uint16]string{msgDataspace: "dataspace message", msgDatatype: "datatype message", msgLayout: "layout message",
			msgFill: "fill value message", msgFillOld: "fill value message", msgFilters: "filter message", msgExternal: "external file message"}[m.kind]
		if what == "" {
			continue
		}
		seen[m.kind] = true
		d.addr = m.addr
		c, err := m.cursor(o.f, what)
		if err != nil {
			return nil, err
		}
		switch m.kind {
		case msgDataspace:
			d.space = c.dataspace()
		case msgDatatype:
			d.typ = c.datatype()
		case msgLayout:
			d.layout, err = c.layout()
		case msgFilters:
			d.filters, err = c.filters()
		case msgFill, msgFillOld:
			if v := c.fillValue(m.kind); v != nil {
				d.fill = v
			}
		case msgExternal:
			err = fail(ErrUnsupported, what, m.addr, "the data lie in other files, which are not read")
		}
		if err == nil {
			err = c.err
		}
		if err != nil {
			return nil, err
		}
	}
	for _, k := range []uint16{msgLayout, msgDataspace, msgDatatype} {
		if !seen[k] {
			return nil, damaged("object header", d.addr, "it is no dataset: the message of type %d is missing", k)
		}
	}
	return d, nil
}

func (c *cursor) fillValue(kind uint16) []byte {
	if kind == msgFillOld {
		return c.take(c.count(4, uint64(len(c.b)), "the size of a fill value"))
	}
	defined := true
	switch version := c.u8(); version {
	case 1, 2:
		c.skip(2)
		defined = c.u8() != 0 || version == 1
	case 3:
		defined = c.u8()&0x20 != 0
	default:
		c.fail(unsupported(c.what, c.addr, "version %d", version))
	}
	if !defined {
		return nil
	}
	return c.take(c.count(4, uint64(len(c.b)), "the size of a fill value"))
}

// Floats reads a dataset of numbers, the last dimension running fastest. Integers
// beyond 2^53 are rounded.
func (o *Object) Floats() ([]float64, error) {
	var out []float64
	err := o.read([]Class{Integer, Float}, func(d *dataset, n int) error {
		out = make([]float64, n)
		if fill := d.fillElement(); fill != nil {
			var v [1]float64
			d.typ.floats(v[:], fill)
			for i := range out {
				out[i] = v[0]
			}
		}
		return d.visit(n, func(at int, run []byte) error {
			d.typ.floats(out[at:at+len(run)/d.typ.Size], run)
			return nil
		})
	})
	return out, err
}

// Ints reads a dataset of integers. Unsigned ones beyond 2^63-1 wrap around.
func (o *Object) Ints() ([]int64, error) {
	var out []int64
	err := o.read([]Class{Integer}, func(d *dataset, n int) error {
		out = make([]int64, n)
		if fill := d.fillElement(); fill != nil {
			v := d.typ.int(fill, 0)
			for i := range out {
				out[i] = v
			}
		}
		return d.visit(n, func(at int, run []byte) error {
			for i := range len(run) / d.typ.Size {
				out[at+i] = d.typ.int(run, i)
			}
			return nil
		})
	})
	return out, err
}

// Strings reads a dataset of strings, without their padding.
func (o *Object) Strings() ([]string, error) {
	var out []string
	err := o.read([]Class{String, VariableString}, func(d *dataset, n int) error {
		out = make([]string, n)
		return d.visit(n, func(at int, run []byte) error {
			for i := range len(run) / d.typ.Size {
				var err error
				if out[at+i], err = d.op.string(d.typ, run[i*d.typ.Size:], d.addr); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return out, err
}

// string decodes one string.
func (op *operation) string(t Type, b []byte, addr uint64) (string, error) {
	if t.Class == String {
		return t.text(b[:t.Size]), nil
	}
	n := littleUint(b[:4])
	at := littleUint(b[4 : 4+op.f.offsets])
	index := littleUint(b[4+op.f.offsets : t.Size])
	if n == 0 {
		return "", nil
	}
	o, err := op.globalHeap(at, uint16(index))
	if err != nil {
		return "", err
	}
	if n > uint64(len(o)) || index > 1<<16-1 {
		return "", damaged("string", addr, "it has %d bytes, its place in the heap %d", n, len(o))
	}
	return Type{padding: nullTerminated}.text(o[:n]), op.spend("string", addr, n)
}

// read checks class and size of a dataset before f reads its n elements.
func (o *Object) read(classes []Class, f func(d *dataset, n int) error) error {
	d, err := o.describe()
	if err != nil {
		return at(o.path, err)
	}
	if !slices.Contains(classes, d.typ.Class) {
		return at(o.path, fail(ErrUnsupported, "dataset", d.addr, "its elements are %s; that is not what is wanted, or not read", d.typ))
	}
	n, err := o.f.elements(d.space, max(d.typ.Size, 8), "dataset", d.addr)
	if err == nil && len(d.fill) != 0 && len(d.fill) != d.typ.Size {
		err = damaged("fill value message", d.addr, "it has %d bytes, an element %d", len(d.fill), d.typ.Size)
	}
	if err == nil {
		err = f(d, n)
	}
	if err != nil {
		return at(o.path, err)
	}
	return nil
}

// fillElement is the fill value when it is not 0.
func (d *dataset) fillElement() []byte {
	if slices.ContainsFunc(d.fill, func(b byte) bool { return b != 0 }) {
		return d.fill
	}
	return nil
}

// visit calls put with every run of elements that the file holds and the place of
// its first. What is not stored is left out.
func (d *dataset) visit(n int, put func(at int, run []byte) error) error {
	l := d.layout
	bytes := uint64(n) * uint64(d.typ.Size)
	switch {
	case n == 0:
		return nil
	case l.class == layoutChunked:
		return d.visitChunks(put)
	case len(d.filters) > 0:
		return damaged("dataset", d.addr, "it has filters but no chunks")
	case l.class == layoutCompact:
		if uint64(len(l.compact)) < bytes {
			return damaged("dataset", d.addr, "it has %d bytes, expected %d", len(l.compact), bytes)
		}
		return put(0, l.compact[:bytes])
	case l.addr == undefined:
		return nil // never written
	case l.size < bytes:
		return damaged("dataset", d.addr, "it has %d bytes, expected %d", l.size, bytes)
	}
	// In pieces, so that the bytes need not be held beside what becomes of them.
	piece := max(1, pieceBytes/d.typ.Size)
	for i := 0; i < n; i += piece {
		k := min(piece, n-i)
		b, err := d.op.bytes("data", l.addr+uint64(i)*uint64(d.typ.Size), uint64(k)*uint64(d.typ.Size))
		if err != nil {
			return err
		}
		if err := put(i, b); err != nil {
			return err
		}
	}
	return nil
}

const pieceBytes = 1 << 20
