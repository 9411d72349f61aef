package world

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Status says how the solving of a row went. A row of several periods has the
// worst of them.
type Status struct {
	Solved     bool
	Converged  bool
	Residual   float64
	Iterations int       // summed over periods
	Lost       []float64 // t/yr, by Table.LostKinds
}

// Table is what an engine gives for every effective world. Values are row-major:
// Values[row*len(Columns)+column]. It is a function of the case alone.
type Table struct {
	*Plan
	Columns   []Column
	LostKinds []string
	Values    []float64
	Status    []Status
	Solutions []*Solution // by network; nil where not solved
}

// At returns an entry: an annual sum or a mean over the year, NaN for a mean of
// nothing.
func (t *Table) At(row, column int) float64 { return t.Values[row*len(t.Columns)+column] }

// Column returns the index of a column, or -1.
func (t *Table) Column(id string) int {
	for i, c := range t.Columns {
		if c.ID == id {
			return i
		}
	}
	return -1
}

// NotConverged counts rows whose solving did not reach its tolerance.
func (t *Table) NotConverged() int {
	n := 0
	for _, s := range t.Status {
		if s.Solved && !s.Converged {
			n++
		}
	}
	return n
}

func (p *Plan) table(sols []*Solution) *Table {
	t := &Table{Plan: p, Columns: p.Engine.Columns(), LostKinds: p.Engine.LostKinds(), Solutions: sols}
	width := len(t.Columns)
	t.Values = make([]float64, len(p.Rows)*width)
	t.Status = make([]Status, len(p.Rows))
	for r, row := range p.Rows {
		values := t.Values[r*width : (r+1)*width]
		parts := make([]*Solution, len(row.Mix))
		shares := make([]float64, len(row.Mix))
		whole := true
		for i, m := range row.Mix {
			parts[i], shares[i] = sols[m.Network], m.Share
			whole = whole && parts[i] != nil
		}
		if !whole {
			for i := range values {
				values[i] = math.NaN()
			}
			continue
		}
		Combine(t.Columns, parts, shares, values)
		t.Status[r] = combineStatus(parts, shares, len(t.LostKinds))
	}
	return t
}

// Combine puts the periods of a year together into out, one number a column:
// sums are weighted by the periods' shares; means by the shares times what
// they are means over, periods without a value left out.
func Combine(columns []Column, parts []*Solution, shares []float64, out []float64) {
	if len(parts) == 1 {
		copy(out, parts[0].Values)
		return
	}
	for c, col := range columns {
		sum, weight := 0.0, 0.0
		for i, s := range parts {
			v, w := s.Values[c], shares[i]
			if col.Mean {
				w *= s.Weights[c]
				if math.IsNaN(v) || w == 0 {
					continue
				}
			}
			sum += w * v
			weight += w
		}
		switch {
		case !col.Mean:
			out[c] = sum
		case weight == 0:
			out[c] = math.NaN()
		default:
			out[c] = sum / weight
		}
	}
}

func combineStatus(parts []*Solution, shares []float64, kinds int) Status {
	st := Status{Solved: true, Converged: true, Lost: make([]float64, kinds)}
	for i, s := range parts {
		st.Converged = st.Converged && s.Converged
		st.Residual = max(st.Residual, s.Residual)
		st.Iterations += s.Iterations
		for k, l := range s.Lost {
			st.Lost[k] += shares[i] * l
		}
	}
	return st
}

// Hash is the SHA-256 of the canonical encoding of the table: worlds with their
// rows, columns, rows with their periods, values and status, bit for bit.
func (t *Table) Hash() [32]byte {
	h := sha256.New()
	var buf []byte
	u := func(x uint64) { buf = binary.LittleEndian.AppendUint64(buf, x) }
	text := func(s string) {
		u(uint64(len(s)))
		buf = append(buf, s...)
	}
	text(t.Engine.Name())
	u(uint64(len(t.Worlds.Codes)))
	for i, c := range t.Worlds.Codes {
		u(uint64(c)<<32 | uint64(uint32(t.RowOf[i])))
	}
	u(uint64(len(t.Columns)))
	for _, c := range t.Columns {
		text(c.ID)
		if c.Mean {
			u(1)
		} else {
			u(0)
		}
	}
	u(uint64(len(t.Rows)))
	for r, row := range t.Rows {
		u(uint64(len(row.Mix)))
		for _, m := range row.Mix {
			buf = append(buf, t.Networks[m.Network].Key[:]...)
			u(math.Float64bits(m.Share))
		}
		st := t.Status[r]
		var flags uint64
		if st.Solved {
			flags |= 1
		}
		if st.Converged {
			flags |= 2
		}
		u(flags)
		u(bitsOf(st.Residual))
		u(uint64(st.Iterations))
		for _, l := range st.Lost {
			u(bitsOf(l))
		}
		h.Write(buf)
		buf = buf[:0]
	}
	for _, v := range t.Values {
		u(bitsOf(v))
		if len(buf) > 1<<16 {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	h.Write(buf)
	return [32]byte(h.Sum(nil))
}
