package hdf5

// Types of header messages that are read.
const (
	msgNil         = 0x00
	msgDataspace   = 0x01
	msgLinkInfo    = 0x02
	msgDatatype    = 0x03
	msgFillOld     = 0x04
	msgFill        = 0x05
	msgLink        = 0x06
	msgExternal    = 0x07
	msgLayout      = 0x08
	msgFilters     = 0x0b
	msgAttribute   = 0x0c
	msgContinue    = 0x10
	msgSymbolTable = 0x11
	msgAttrInfo    = 0x15
)

// Flags of header messages.
const (
	messageShared = 0x02
)

// message is one message of an object header.
type message struct {
	kind  uint16
	flags byte
	data  []byte
	addr  uint64 // of the header, for errors
}

// cursor decodes the message; a message that lies elsewhere is refused.
func (m message) cursor(f *File, what string) (*cursor, error) {
	if m.flags&messageShared != 0 {
		return nil, unsupported(what, m.addr, "it is shared with other objects")
	}
	return &cursor{f: f, b: m.data, what: what, addr: m.addr}, nil
}

// block is a part of an object header.
type block struct{ addr, length uint64 }

// header reads all messages of the object header at an address.
func (op *operation) header(addr uint64) ([]message, error) {
	const what = "object header"
	c, err := op.upTo(what, addr, 64)
	if err != nil {
		return nil, err
	}
	if c.rest() >= 4 && string(c.b[:4]) == "OHDR" {
		return op.header2(c, addr)
	}
	if v := c.u8(); v != 1 {
		return nil, damaged(what, c.addr, "there is none: the first byte is %d", v)
	}
	c.skip(1)
	count := int(c.u16())
	c.skip(4)
	size := uint64(c.u32())
	if c.err != nil {
		return nil, c.err
	}
	var messages []message
	blocks := []block{{addr + 16, size}}
	for len(blocks) > 0 && count > 0 {
		b := blocks[0]
		blocks = blocks[1:]
		c, err := op.cursor(what, b.addr, b.length)
		if err != nil {
			return nil, err
		}
		for ; count > 0 && c.rest() >= 8; count-- {
			m := message{kind: c.u16(), addr: addr + op.f.base}
			n := int(c.u16())
			m.flags = c.u8()
			c.skip(3)
			m.data = c.take(n)
			if c.err != nil {
				return nil, c.err
			}
			if messages, blocks, err = op.collect(messages, blocks, m); err != nil {
				return nil, err
			}
		}
	}
	return messages, nil
}

// collect keeps a message, or the block that it continues in.
func (op *operation) collect(messages []message, blocks []block, m message) ([]message, []block, error) {
	switch m.kind {
	case msgNil:
		return messages, blocks, nil
	case msgContinue:
		c := &cursor{f: op.f, b: m.data, what: "object header continuation", addr: m.addr}
		b := block{c.address(), c.length()}
		return messages, append(blocks, b), c.err
	}
	return append(messages, m), blocks, nil
}

func (op *operation) header2(c *cursor, addr uint64) ([]message, error) {
	const what = "object header"
	c.skip(4)
	if v := c.u8(); v != 2 {
		return nil, unsupported(what, c.addr, "version %d", v)
	}
	flags := c.u8()
	if flags&0x20 != 0 {
		c.skip(16) // times
	}
	if flags&0x10 != 0 {
		c.skip(4) // when attributes become dense
	}
	size := c.uint(1 << (flags & 3))
	if c.err != nil {
		return nil, c.err
	}
	if size > op.f.size {
		return nil, damaged(what, c.addr, "it declares %d bytes in a file of %d", size, op.f.size)
	}
	begin := uint64(c.at)
	c, err := op.verified(what, "OHDR", addr, begin+size+4)
	if err != nil {
		return nil, err
	}
	c.skip(int(begin) - 4)
	prefix := 4
	if flags&0x04 != 0 {
		prefix = 6 // with the order of creation
	}
	var messages []message
	var blocks []block
	for {
		for c.rest() >= prefix {
			m := message{kind: uint16(c.u8()), addr: addr + op.f.base}
			n := int(c.u16())
			m.flags = c.u8()
			c.skip(prefix - 4)
			m.data = c.take(n)
			if c.err != nil {
				return nil, c.err
			}
			if messages, blocks, err = op.collect(messages, blocks, m); err != nil {
				return nil, err
			}
		}
		if len(blocks) == 0 {
			return messages, nil
		}
		b := blocks[0]
		blocks = blocks[1:]
		if c, err = op.verified("object header continuation", "OCHK", b.addr, b.length); err != nil {
			return nil, err
		}
	}
}
