package hdf5

import (
	"fmt"
	"slices"
	"strings"
)

// Object is a group or a dataset.
type Object struct {
	f        *File
	path     string
	messages []message
}

func (f *File) object(path string, addr uint64) (*Object, error) {
	m, err := f.begin().header(addr)
	if err != nil {
		return nil, at(path, err)
	}
	return &Object{f: f, path: path, messages: m}, nil
}

// at names the object in an error.
func at(path string, err error) error { return fmt.Errorf("%s: %w", path, err) }

// Path is the way to the object from the root.
func (o *Object) Path() string { return o.path }

func (o *Object) message(kind uint16) (message, bool) {
	for _, m := range o.messages {
		if m.kind == kind {
			return m, true
		}
	}
	return message{}, false
}

// IsDataset says whether the object is a dataset; else it is a group, or a type.
func (o *Object) IsDataset() bool {
	_, ok := o.message(msgLayout)
	return ok
}

// link is a name in a group. Only hard links have an address.
type link struct {
	name string
	addr uint64
	kind byte // 0 hard, 1 soft, 64 external
}

// Names lists the names in a group, sorted.
func (o *Object) Names() ([]string, error) {
	links, err := o.links()
	if err != nil {
		return nil, at(o.path, err)
	}
	names := make([]string, len(links))
	for i, k := range links {
		names[i] = k.name
	}
	slices.Sort(names)
	return names, nil
}

// Open returns the object of that name in the group: [ErrNotFound] when there is
// none.
func (o *Object) Open(name string) (*Object, error) {
	links, err := o.links()
	if err != nil {
		return nil, at(o.path, err)
	}
	path := strings.TrimSuffix(o.path, "/") + "/" + name
	for _, k := range links {
		if k.name != name {
			continue
		}
		switch k.kind {
		case 0:
			return o.f.object(path, k.addr)
		case 1:
			return nil, at(path, fail(ErrUnsupported, "link", 0, "it is a soft link, which is not followed"))
		}
		return nil, at(path, fail(ErrUnsupported, "link", 0, "it is an external link, which is not followed"))
	}
	return nil, at(path, fail(ErrNotFound, "group", 0, "there is no %q", name))
}

func (o *Object) links() ([]link, error) {
	op := o.f.begin()
	var links []link
	for _, m := range o.messages {
		switch m.kind {
		case msgSymbolTable:
			c, err := m.cursor(o.f, "symbol table message")
			if err != nil {
				return nil, err
			}
			tree, heap := c.address(), c.address()
			if c.err != nil {
				return nil, c.err
			}
			more, err := op.symbolTable(tree, heap)
			if err != nil {
				return nil, err
			}
			links = append(links, more...)
		case msgLink:
			c, err := m.cursor(o.f, "link message")
			if err != nil {
				return nil, err
			}
			k, err := c.link()
			if err != nil {
				return nil, err
			}
			links = append(links, k)
		case msgLinkInfo:
			more, err := op.denseLinks(m)
			if err != nil {
				return nil, err
			}
			links = append(links, more...)
		}
	}
	return links, nil
}

func (op *operation) symbolTable(tree, heapAddr uint64) ([]link, error) {
	const what = "symbol table node"
	f := op.f
	heap, err := op.localHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var links []link
	err = op.nodes1(tree, 0, f.lengths, func(_ *cursor, child uint64) error {
		head, err := op.cursor(what, child, 8)
		if err != nil {
			return err
		}
		if sig := string(head.take(4)); sig != "SNOD" {
			return damaged(what, head.addr, "it begins with %q instead of %q", sig, "SNOD")
		}
		head.skip(2)
		n := int(head.u16())
		c, err := op.cursor(what, child+8, uint64(n*(2*f.offsets+24)))
		if err != nil {
			return err
		}
		for range n {
			at, addr := c.offset(), c.address()
			cached := c.u32()
			c.skip(20)
			if c.err != nil {
				return c.err
			}
			name, err := op.name(heap, at, c.addr)
			if err != nil {
				return err
			}
			k := link{name: name, addr: addr}
			if cached == 2 {
				k.kind = 1
			}
			links = append(links, k)
		}
		return nil
	})
	return links, err
}

func (c *cursor) link() (link, error) {
	var k link
	if v := c.u8(); v != 1 && c.err == nil {
		return k, unsupported(c.what, c.addr, "version %d", v)
	}
	flags := c.u8()
	if flags&8 != 0 {
		k.kind = c.u8()
	}
	if flags&4 != 0 {
		c.skip(8)
	}
	if flags&16 != 0 {
		c.skip(1)
	}
	n := c.count(1<<(flags&3), uint64(len(c.b)), "the length of its name")
	k.name = string(c.take(n))
	if k.kind == 0 {
		k.addr = c.address()
	}
	return k, c.err
}

func (op *operation) denseLinks(m message) ([]link, error) {
	c, err := m.cursor(op.f, "link info message")
	if err != nil {
		return nil, err
	}
	c.skip(1)
	if c.u8()&1 != 0 {
		c.skip(8)
	}
	heapAddr, tree := c.address(), c.address()
	if c.err != nil || heapAddr == undefined {
		return nil, c.err
	}
	heap, err := op.fractalHeap(heapAddr)
	if err != nil {
		return nil, err
	}
	var links []link
	err = op.records2(tree, recordLinkName, func(r *cursor) error {
		r.skip(4) // hash of the name
		o, err := heap.object(r.take(min(heap.idLength, r.rest())))
		if err != nil {
			return err
		}
		k, err := o.link()
		links = append(links, k)
		return err
	})
	return links, err
}
