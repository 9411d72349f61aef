package hdf5

// nodes1 walks a B-tree of version 1 and calls leaf for every child of its level-0
// nodes with the key before it, of keySize bytes.
func (op *operation) nodes1(addr uint64, kind byte, keySize int, leaf func(key *cursor, child uint64) error) error {
	return op.node1(addr, kind, keySize, -1, leaf)
}

func (op *operation) node1(addr uint64, kind byte, keySize, level int, leaf func(key *cursor, child uint64) error) error {
	const what = "B-tree node"
	f := op.f
	head, err := op.cursor(what, addr, uint64(8+2*f.offsets))
	if err != nil {
		return err
	}
	if sig := string(head.take(4)); sig != "TREE" {
		return damaged(what, head.addr, "it begins with %q instead of %q", sig, "TREE")
	}
	if k := head.u8(); k != kind {
		return damaged(what, head.addr, "it is of type %d, expected %d", k, kind)
	}
	at := int(head.u8())
	if level >= 0 && at != level {
		return damaged(what, head.addr, "it is of level %d below one of level %d", at, level+1)
	}
	used := int(head.u16())
	c, err := op.cursor(what, addr+uint64(8+2*f.offsets), uint64(used*(keySize+f.offsets)))
	if err != nil {
		return err
	}
	for range used {
		key := &cursor{f: f, b: c.take(keySize), what: what, addr: head.addr}
		child := c.address()
		if c.err != nil {
			return c.err
		}
		if at == 0 {
			err = leaf(key, child)
		} else {
			err = op.node1(child, kind, keySize, at-1, leaf)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
