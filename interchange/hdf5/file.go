package hdf5

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// Errors that an [*Error] wraps.
var (
	ErrNotHDF5     = errors.New("not an HDF5 file")
	ErrUnsupported = errors.New("not supported")
	ErrDamaged     = errors.New("damaged or cut off")
	ErrTooLarge    = errors.New("too large")
	ErrNotFound    = errors.New("not found")
)

// Limits of reading.
const (
	// MaxElements is the largest number of elements of one dataset that is read: a
	// matrix of 16,384 zones squared.
	MaxElements = 1 << 28
	// mostRatio bounds the size of a dataset over that of its file. Deflate shrinks
	// by at most 1,032.
	mostRatio = 2048
	// freeBytes is the size up to which a dataset may have any ratio: one that was
	// never written takes no place in the file.
	freeBytes = 16 << 20
	// readFactor bounds what one operation reads over the size of the file. A sound
	// file is read about once.
	readFactor = 4
	readFloor  = 1 << 16
	// leastRead is what even an empty read costs, so that loops end.
	leastRead = 8
)

// Error says what is wrong with a structure of a file, and where it lies.
type Error struct {
	Structure string // "object header", "chunk", ...
	Address   uint64 // byte in the file
	Problem   string
	Err       error // one of the sentinels
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == ErrNotHDF5 {
		return "hdf5: " + e.Problem
	}
	return fmt.Sprintf("hdf5: %s at byte %d: %s", e.Structure, e.Address, e.Problem)
}

// Unwrap gives the sentinel.
func (e *Error) Unwrap() error { return e.Err }

func fail(kind error, what string, addr uint64, format string, args ...any) *Error {
	return &Error{Structure: what, Address: addr, Problem: fmt.Sprintf(format, args...), Err: kind}
}

func damaged(what string, addr uint64, format string, args ...any) error {
	return fail(ErrDamaged, what, addr, format, args...)
}

func unsupported(what string, addr uint64, format string, args ...any) error {
	return fail(ErrUnsupported, what, addr, format+", which is not supported", args...)
}

// File is an open file. Its objects may be used from several goroutines when the
// io.ReaderAt may.
type File struct {
	r          io.ReaderAt
	size       uint64
	base       uint64 // address 0 of the file
	offsets    int    // bytes of an address
	lengths    int    // bytes of a length
	root       uint64
	unverified bool // do not compare checksums: only for tests that damage files
}

// undefined is the address that says that there is none.
const undefined = math.MaxUint64

// signature begins a superblock.
const signature = "\x89HDF\r\n\x1a\n"

// Open reads the superblock of a file of size bytes.
func Open(r io.ReaderAt, size int64) (*File, error) { return open(r, size, false) }

func open(r io.ReaderAt, size int64, unverified bool) (*File, error) {
	f := &File{r: r, size: uint64(max(size, 0)), offsets: 8, lengths: 8, unverified: unverified}
	// A user block of 512 bytes or a power of two times that may come first.
	for at := uint64(0); at+8 <= f.size; at = max(512, 2*at) {
		op := f.begin()
		b, err := op.bytes("superblock", at, 8)
		if err != nil {
			return nil, err
		}
		if string(b) == signature {
			return f, f.readSuperblock(op, at)
		}
	}
	return nil, &Error{Structure: "superblock", Problem: "the HDF5 signature is missing", Err: ErrNotHDF5}
}

func (f *File) readSuperblock(op *operation, at uint64) error {
	const what = "superblock"
	c, err := op.upTo(what, at, 128)
	if err != nil {
		return err
	}
	c.skip(8)
	version := c.u8()
	if version > 3 {
		return unsupported(what, at, "version %d", version)
	}
	if version < 2 {
		c.skip(4)
		f.offsets, f.lengths = int(c.u8()), int(c.u8())
		c.skip(1 + 2 + 2 + 4)
		if version == 1 {
			c.skip(4)
		}
	} else {
		f.offsets, f.lengths = int(c.u8()), int(c.u8())
		c.skip(1)
	}
	for _, n := range []int{f.offsets, f.lengths} {
		if c.err == nil && n != 2 && n != 4 && n != 8 {
			return unsupported(what, at, "addresses of %d and lengths of %d bytes", f.offsets, f.lengths)
		}
	}
	f.base = c.address()
	c.address() // free space, or the extension of the superblock
	end := c.address()
	if version < 2 {
		c.address() // driver
		c.offset()  // name of the root
	}
	f.root = c.address()
	if version >= 2 {
		n := c.at
		sum := c.u32()
		if c.err == nil && !f.unverified && lookup3(c.b[:n]) != sum {
			return damaged(what, at, "the checksum does not agree")
		}
	}
	if c.err != nil {
		return c.err
	}
	if f.base == undefined || f.base > f.size {
		return damaged(what, at, "the base address %d lies outside the file of %d bytes", f.base, f.size)
	}
	// The library counts the end from the start of the file, user block and all.
	if end != undefined && end > f.size {
		return damaged(what, at, "the file should have %d bytes and has %d: it was cut off", end, f.size)
	}
	return nil
}

// Root returns the root group.
func (f *File) Root() (*Object, error) { return f.object("/", f.root) }

// operation is one request on a file, with what it may still read.
type operation struct {
	f    *File
	left uint64
	heap map[uint64]map[uint16][]byte // global heap collections by address
}

func (f *File) begin() *operation { return &operation{f: f, left: readFactor*f.size + readFloor} }

// spend takes n bytes from what the operation may read.
func (op *operation) spend(what string, addr, n uint64) error {
	n = max(n, leastRead)
	if n > op.left {
		return damaged(what, addr, "reading goes round in a circle or over the same place again and again")
	}
	op.left -= n
	return nil
}

// bytes reads n bytes at an address.
func (op *operation) bytes(what string, addr, n uint64) ([]byte, error) {
	f := op.f
	if addr == undefined {
		return nil, damaged(what, 0, "it has no address")
	}
	room := f.size - f.base
	if addr > room || n > room-addr {
		return nil, damaged(what, addr+f.base, "it takes %d bytes, but the file ends at byte %d", n, f.size)
	}
	if err := op.spend(what, addr+f.base, n); err != nil {
		return nil, err
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, int64(addr+f.base)); err != nil && !(errors.Is(err, io.EOF) && n == 0) {
		if errors.Is(err, io.EOF) {
			return nil, damaged(what, addr+f.base, "the file ends before it does")
		}
		return nil, fmt.Errorf("hdf5: reading %s at byte %d: %w", what, addr+f.base, err)
	}
	return b, nil
}

// cursor reads n bytes at an address to be decoded.
func (op *operation) cursor(what string, addr, n uint64) (*cursor, error) {
	b, err := op.bytes(what, addr, n)
	if err != nil {
		return nil, err
	}
	return &cursor{f: op.f, b: b, what: what, addr: addr + op.f.base}, nil
}

// upTo is cursor, with fewer bytes at the end of the file.
func (op *operation) upTo(what string, addr, n uint64) (*cursor, error) {
	if room := op.f.size - op.f.base; addr != undefined && addr < room {
		n = min(n, room-addr)
	}
	return op.cursor(what, addr, n)
}

// verified checks the signature of a structure and the checksum in its last four
// bytes, and gives a cursor behind the signature and without the checksum.
func (op *operation) verified(what, signature string, addr, n uint64) (*cursor, error) {
	c, err := op.cursor(what, addr, n)
	if err != nil {
		return nil, err
	}
	return c, c.verify(signature)
}
