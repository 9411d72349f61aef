package hdf5

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// Class is what the elements of a dataset are.
type Class int

// The classes that are read.
const (
	Integer Class = iota + 1
	Float
	String         // of fixed length
	VariableString // in a heap
	Other          // not read; Type.Name says what it is
)

// Type is the type of the elements of a dataset or an attribute.
type Type struct {
	Class     Class
	Size      int // bytes of an element in the file
	BigEndian bool
	Signed    bool
	padding   byte   // of strings
	name      string // of Other
}

// String names the type in words.
func (t Type) String() string {
	order := ""
	if t.BigEndian && t.Size > 1 {
		order = "big-endian "
	}
	switch t.Class {
	case Integer:
		if !t.Signed {
			order += "unsigned "
		}
		return fmt.Sprintf("%sinteger of %d bytes", order, t.Size)
	case Float:
		return fmt.Sprintf("%sfloat of %d bytes", order, t.Size)
	case String:
		return fmt.Sprintf("string of %d bytes", t.Size)
	case VariableString:
		return "string of variable length"
	}
	return t.name
}

// Padding of strings.
const (
	nullTerminated = iota
	nullPadded
	spacePadded
)

var classNames = []string{"fixed-point", "floating-point", "time", "string", "bit field", "opaque", "compound", "reference", "enumeration", "variable-length", "array"}

// datatype reads a datatype message. Types that are not read are no error here:
// a file may hold them beside what is wanted.
func (c *cursor) datatype() Type {
	head := c.u8()
	bits := c.uint(3)
	t := Type{Size: int(c.u32()), Class: Other}
	class := int(head & 0xf)
	if class >= len(classNames) {
		c.fail(damaged(c.what, c.addr, "there is no type of class %d", class))
		return t
	}
	t.name = fmt.Sprintf("%s type of %d bytes", classNames[class], t.Size)
	switch class {
	case 0:
		t.BigEndian, t.Signed = bits&1 != 0, bits&8 != 0
		offset, precision := int(c.u16()), int(c.u16())
		whole := t.Size == 1 || t.Size == 2 || t.Size == 4 || t.Size == 8
		if whole && offset == 0 && precision == 8*t.Size {
			t.Class = Integer
		}
	case 1:
		t.BigEndian = bits&1 != 0
		vax := bits&0x40 != 0
		layout := [7]uint64{uint64(c.u16()), uint64(c.u16()), uint64(c.u8()), uint64(c.u8()), uint64(c.u8()), uint64(c.u8()), uint64(c.u32())}
		ieee := t.Size == 4 && layout == [7]uint64{0, 32, 23, 8, 0, 23, 127} || t.Size == 8 && layout == [7]uint64{0, 64, 52, 11, 0, 52, 1023}
		if ieee && !vax {
			t.Class = Float
		}
	case 3:
		t.Class, t.padding = String, byte(bits&0xf)
		if t.padding > spacePadded {
			t.Class = Other
		}
	case 8: // values as those of its base type
		if base := c.datatype(); base.Class == Integer && base.Size == t.Size {
			t = base
		}
	case 9:
		if bits&0xf == 1 {
			t.Class = VariableString
			if t.Size != 4+c.f.offsets+4 {
				c.fail(damaged(c.what, c.addr, "a string of variable length has %d bytes", t.Size))
			}
		}
	}
	if c.err == nil && t.Size == 0 {
		c.fail(damaged(c.what, c.addr, "the elements have no size"))
	}
	return t
}

func (t Type) order() binary.ByteOrder {
	if t.BigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// bits reads element i of b as an unsigned number of its size.
func (t Type) bits(b []byte, i int) uint64 {
	e := b[i*t.Size:]
	switch t.Size {
	case 1:
		return uint64(e[0])
	case 2:
		return uint64(t.order().Uint16(e))
	case 4:
		return uint64(t.order().Uint32(e))
	}
	return t.order().Uint64(e)
}

// floats converts the elements in b to dst.
func (t Type) floats(dst []float64, b []byte) {
	switch {
	case t.Class == Float && t.Size == 8 && !t.BigEndian:
		for i := range dst {
			dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	case t.Class == Float && t.Size == 8:
		for i := range dst {
			dst[i] = math.Float64frombits(binary.BigEndian.Uint64(b[8*i:]))
		}
	case t.Class == Float:
		for i := range dst {
			dst[i] = float64(math.Float32frombits(uint32(t.bits(b, i))))
		}
	case t.Signed:
		for i := range dst {
			dst[i] = float64(t.int(b, i))
		}
	default:
		for i := range dst {
			dst[i] = float64(t.bits(b, i))
		}
	}
}

// int reads element i of an integer type.
func (t Type) int(b []byte, i int) int64 {
	x := t.bits(b, i)
	if t.Signed {
		shift := 64 - 8*t.Size
		return int64(x<<shift) >> shift
	}
	return int64(x)
}

// text cuts the padding off a string of fixed length.
func (t Type) text(b []byte) string {
	s := string(b)
	switch t.padding {
	case spacePadded:
		return strings.TrimRight(s, " ")
	case nullPadded:
		return strings.TrimRight(s, "\x00")
	}
	s, _, _ = strings.Cut(s, "\x00")
	return s
}
