package world

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// A segment is a file of records. It starts with segmentMagic and the format
// as four bytes; each record is
//
//	uint32 length of the payload | 32 bytes key | payload | 16 bytes check
//
// little endian, where check is the first half of the SHA-256 of what stands
// before it in the record. Only one process ever writes a segment.
var segmentMagic = []byte("astara-pack\x00")

const (
	headerLen = 16
	keyLen    = 32
	checkLen  = 16
	// maxPayload is far above any solution: a longer length is damage.
	maxPayload = 1 << 28
)

// damage says what was wrong with a segment.
type damage struct {
	torn    bool // the last record is cut short, as after a killed process
	records int  // records whose check failed
	reason  string
}

func segmentHeader() []byte {
	return binary.LittleEndian.AppendUint32(bytes.Clone(segmentMagic), cacheFormat)
}

func appendRecord(b []byte, key [32]byte, payload []byte) []byte {
	at := len(b)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	b = append(b, key[:]...)
	b = append(b, payload...)
	sum := sha256.Sum256(b[at:])
	return append(b, sum[:checkLen]...)
}

// readSegment calls found for each whole record, in file order. A record whose
// check fails is passed over; after a length that leads out of the file nothing
// more can be read.
func readSegment(b []byte, found func(key [32]byte, payload []byte)) damage {
	var d damage
	if len(b) < headerLen {
		d.torn = true
		return d
	}
	if !bytes.Equal(b[:headerLen], segmentHeader()) {
		d.reason = "not a segment of this format"
		d.records = 1
		return d
	}
	b = b[headerLen:]
	for len(b) > 0 {
		if len(b) < 4+keyLen+checkLen {
			d.torn = true
			return d
		}
		n := int(binary.LittleEndian.Uint32(b))
		size := 4 + keyLen + n + checkLen
		if n > maxPayload || size > len(b) {
			d.torn = true
			return d
		}
		rec := b[:size]
		sum := sha256.Sum256(rec[:size-checkLen])
		if bytes.Equal(sum[:checkLen], rec[size-checkLen:]) {
			found([32]byte(rec[4:4+keyLen]), rec[4+keyLen:size-checkLen])
		} else {
			d.records++
			d.reason = "check sum does not match"
		}
		b = b[size:]
	}
	return d
}

var errPayload = errors.New("payload is not a solution")

// encode is the canonical encoding of a solution. Vectors are written as their
// length, the number of entries that are not +0, and these with their places:
// weights and states are mostly 0.
func (s *Solution) encode() []byte {
	var b []byte
	for _, v := range [][]float64{s.Values, s.Weights, s.State, s.Lost} {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
		at := len(b)
		b = binary.LittleEndian.AppendUint32(b, 0)
		count := uint32(0)
		for i, x := range v {
			if bits := bitsOf(x); bits != 0 {
				b = binary.LittleEndian.AppendUint32(b, uint32(i))
				b = binary.LittleEndian.AppendUint64(b, bits)
				count++
			}
		}
		binary.LittleEndian.PutUint32(b[at:], count)
	}
	var conv byte
	if s.Converged {
		conv = 1
	}
	b = append(b, conv)
	b = binary.LittleEndian.AppendUint64(b, bitsOf(s.Residual))
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Iterations))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(s.Kind)))
	return slices.Clip(append(b, s.Kind...))
}

// bitsOf gives every NaN the same bits.
func bitsOf(x float64) uint64 {
	if x != x {
		return 0x7ff8000000000001
	}
	return math.Float64bits(x)
}

func decodeSolution(b []byte) (*Solution, error) {
	r := reader{b: b}
	s := &Solution{Values: r.floats(), Weights: r.floats(), State: r.floats(), Lost: r.floats()}
	if flag := r.bytes(1); flag != nil {
		s.Converged = flag[0] == 1
	}
	s.Residual = math.Float64frombits(r.u64())
	s.Iterations = int(r.u64())
	s.Kind = string(r.bytes(r.u32()))
	if r.short || len(r.b) != 0 {
		return nil, errPayload
	}
	return s, nil
}

// reader takes fields off the front of b; short is set once one is missing.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) bytes(n int) []byte {
	if r.short || n > len(r.b) {
		r.short = true
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u32() int {
	if b := r.bytes(4); b != nil {
		return int(binary.LittleEndian.Uint32(b))
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) floats() []float64 {
	n, count := r.u32(), r.u32()
	raw := r.bytes(12 * count)
	if raw == nil && count > 0 || count > n || n > maxPayload/8 {
		r.short = true
		return nil
	}
	if n == 0 {
		return nil
	}
	out := make([]float64, n)
	for ; len(raw) > 0; raw = raw[12:] {
		i := binary.LittleEndian.Uint32(raw)
		if int(i) >= n {
			r.short = true
			return nil
		}
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[4:]))
	}
	return out
}
