package hdf5

import "fmt"

// Attribute is a small value that is attached to an object.
type Attribute struct {
	Name string
	Type Type
	Dims []int // none: a single value
	op   *operation
	addr uint64
	n    int
	data []byte
}

// Attributes reads all attributes of an object, in the order of the file.
func (o *Object) Attributes() ([]*Attribute, error) {
	op := o.f.begin()
	var out []*Attribute
	for _, m := range o.messages {
		switch m.kind {
		case msgAttribute:
			c, err := m.cursor(o.f, "attribute message")
			if err != nil {
				return nil, at(o.path, err)
			}
			a, err := op.attribute(c)
			if err != nil {
				return nil, at(o.path, err)
			}
			out = append(out, a)
		case msgAttrInfo:
			more, err := op.denseAttributes(m)
			if err != nil {
				return nil, at(o.path, err)
			}
			out = append(out, more...)
		}
	}
	return out, nil
}

// Attribute returns the attribute of that name, nil when there is none.
func (o *Object) Attribute(name string) (*Attribute, error) {
	all, err := o.Attributes()
	for _, a := range all {
		if a.Name == name {
			return a, nil
		}
	}
	return nil, err
}

func (op *operation) denseAttributes(m message) ([]*Attribute, error) {
	c, err := m.cursor(op.f, "attribute info message")
	if err != nil {
		return nil, err
	}
	c.skip(1)
	if c.u8()&1 != 0 {
		c.skip(2)
	}
	heapAddr, tree := c.address(), c.address()
	if c.err != nil || heapAddr == undefined {
		return nil, c.err
	}
	heap, err := op.fractalHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var out []*Attribute
	err = op.records2(tree, recordAttributeName, func(r *cursor) error {
		id := r.take(min(heap.idLength, r.rest()))
		if flags := r.u8(); flags&messageShared != 0 {
			return unsupported(r.what, r.addr, "an attribute is shared with other objects")
		}
		o, err := heap.object(id)
		if err != nil {
			return err
		}
		a, err := op.attribute(o)
		out = append(out, a)
		return err
	})
	return out, err
}

func (op *operation) attribute(c *cursor) (*Attribute, error) {
	version := c.u8()
	if c.err == nil && (version < 1 || version > 3) {
		return nil, unsupported(c.what, c.addr, "version %d", version)
	}
	flags := c.u8()
	nameSize, typeSize, spaceSize := int(c.u16()), int(c.u16()), int(c.u16())
	if version == 3 {
		c.skip(1)
	}
	part := func(n int) *cursor {
		p := &cursor{f: c.f, b: c.take(n), what: c.what, addr: c.addr}
		if version == 1 {
			c.skip(min((8-n%8)%8, c.rest()))
		}
		return p
	}
	name, typ, extent := part(nameSize), part(typeSize), part(spaceSize)
	if c.err != nil {
		return nil, c.err
	}
	a := &Attribute{Name: Type{padding: nullTerminated}.text(name.b), op: op, addr: c.addr}
	if version > 1 && flags&3 != 0 {
		a.Type = Type{Class: Other, name: "a type that lies elsewhere"}
		return a, nil
	}
	a.Type = typ.datatype()
	s := extent.dataspace()
	for _, p := range []*cursor{typ, extent} {
		if p.err != nil {
			return nil, p.err
		}
	}
	a.Dims = shape(s)
	n, err := op.f.elements(s, a.Type.Size, c.what, c.addr)
	if err != nil {
		return nil, err
	}
	a.n = n
	a.data = c.take(n * a.Type.Size)
	return a, c.err
}

func (a *Attribute) wrong(want string) error {
	return fail(ErrUnsupported, "attribute "+a.Name, a.addr, "its value is %s; expected %s", a.Type, want)
}

// Ints returns the values of an attribute of integers.
func (a *Attribute) Ints() ([]int64, error) {
	if a.Type.Class != Integer {
		return nil, a.wrong("integers")
	}
	out := make([]int64, a.n)
	for i := range out {
		out[i] = a.Type.int(a.data, i)
	}
	return out, nil
}

// Floats returns the values of an attribute of numbers.
func (a *Attribute) Floats() ([]float64, error) {
	if a.Type.Class != Integer && a.Type.Class != Float {
		return nil, a.wrong("numbers")
	}
	out := make([]float64, a.n)
	a.Type.floats(out, a.data)
	return out, nil
}

// Strings returns the values of an attribute of strings.
func (a *Attribute) Strings() ([]string, error) {
	if a.Type.Class != String && a.Type.Class != VariableString {
		return nil, a.wrong("strings")
	}
	out := make([]string, a.n)
	for i := range out {
		var err error
		if out[i], err = a.op.string(a.Type, a.data[i*a.Type.Size:], a.addr); err != nil {
			return nil, fmt.Errorf("attribute %s: %w", a.Name, err)
		}
	}
	return out, nil
}
