package hdf5

import "encoding/binary"

// cursor decodes the bytes of one structure. The first read beyond them sets err;
// everything read after that is 0.
type cursor struct {
	f    *File
	b    []byte
	at   int
	what string
	addr uint64 // of the first byte in the file
	err  error
}

// fail sets the error unless there is one.
func (c *cursor) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

func (c *cursor) take(n int) []byte {
	if c.err == nil && (n < 0 || n > len(c.b)-c.at) {
		c.fail(damaged(c.what, c.addr, "it ends after %d bytes, before a field of %d", len(c.b), n))
	}
	if c.err != nil {
		return nil
	}
	b := c.b[c.at : c.at+n]
	c.at += n
	return b
}

func (c *cursor) skip(n int) { c.take(n) }

// rest is how many bytes are left.
func (c *cursor) rest() int {
	if c.err != nil {
		return 0
	}
	return len(c.b) - c.at
}

// uint reads a little-endian number of up to 8 bytes.
func (c *cursor) uint(n int) uint64 { return littleUint(c.take(n)) }

func littleUint(b []byte) uint64 {
	var x uint64
	for i := min(len(b), 8) - 1; i >= 0; i-- {
		x = x<<8 | uint64(b[i])
	}
	return x
}

func (c *cursor) u8() byte    { return byte(c.uint(1)) }
func (c *cursor) u16() uint16 { return uint16(c.uint(2)) }
func (c *cursor) u32() uint32 { return uint32(c.uint(4)) }
func (c *cursor) u64() uint64 { return c.uint(8) }

// length reads a length of the file's size.
func (c *cursor) length() uint64 { return c.uint(c.f.lengths) }

// offset reads a number of the size of an address.
func (c *cursor) offset() uint64 { return c.uint(c.f.offsets) }

// address reads an address; all bits set is [undefined].
func (c *cursor) address() uint64 {
	x := c.offset()
	if c.f.offsets < 8 && x == 1<<(8*c.f.offsets)-1 {
		return undefined
	}
	return x
}

// count reads a number that must be at most most.
func (c *cursor) count(n int, most uint64, name string) int {
	x := c.uint(n)
	if c.err == nil && x > most {
		c.fail(damaged(c.what, c.addr, "%s is %d, at most %d is possible", name, x, most))
		return 0
	}
	return int(x)
}

// align skips to a multiple of 8 from the first byte.
func (c *cursor) align() { c.skip((8 - c.at%8) % 8) }

// verify checks a signature at the cursor and a checksum over all but the last
// four bytes, which it drops.
func (c *cursor) verify(signature string) error {
	if got := string(c.take(len(signature))); c.err == nil && got != signature {
		return damaged(c.what, c.addr, "it begins with %q instead of %q", got, signature)
	}
	if c.rest() < 4 {
		c.fail(damaged(c.what, c.addr, "it is too short"))
		return c.err
	}
	n := len(c.b) - 4
	if sum := binary.LittleEndian.Uint32(c.b[n:]); !c.f.unverified && sum != lookup3(c.b[:n]) {
		return damaged(c.what, c.addr, "the checksum does not agree")
	}
	c.b = c.b[:n]
	return nil
}
