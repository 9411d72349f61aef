package lp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// WriteMPS writes a linear problem as a free-format MPS file, for other solvers:
// columns C0, C1 ..., rows R0, R1 ..., objective COST. MPS has no word for
// maximising that all solvers know, so a maximisation is written as the minimisation
// of the negated objective. Solvers also disagree on the sign of a constant, so it is
// the cost of a column OFFSET that is fixed at 1. Numbers are in the shortest form that reads back
// exactly. A quadratic problem is an error that wraps [ErrProblem].
func WriteMPS(w io.Writer, p *Problem) error {
	if err := p.Check(); err != nil {
		return err
	}
	if len(p.Quad) > 0 {
		return fmt.Errorf("%w: MPS files here are linear", ErrProblem)
	}
	out := bufio.NewWriter(w)
	num := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	sign := 1.0
	if p.Maximise {
		sign = -1
	}
	fmt.Fprintln(out, "NAME problem")
	fmt.Fprintln(out, "ROWS\n N COST")
	kinds := make([]byte, p.Rows())
	for i, lo := range p.RowLower {
		hi := p.RowUpper[i]
		switch {
		case lo == hi:
			kinds[i] = 'E'
		case math.IsInf(lo, -1) && math.IsInf(hi, 1):
			kinds[i] = 'N'
		case math.IsInf(lo, -1):
			kinds[i] = 'L'
		default:
			kinds[i] = 'G'
		}
		fmt.Fprintf(out, " %c R%d\n", kinds[i], i)
	}
	type entry struct {
		row   int
		value float64
	}
	columns := make([][]entry, p.Cols())
	for i := range p.Rows() {
		for k := p.First[i]; k < p.First[i+1]; k++ {
			columns[p.Index[k]] = append(columns[p.Index[k]], entry{i, p.Value[k]})
		}
	}
	fmt.Fprintln(out, "COLUMNS")
	for j, entries := range columns {
		// The cost is written even when it is 0, so that every column is declared.
		fmt.Fprintf(out, " C%d COST %s\n", j, num(sign*p.Cost[j]))
		for _, e := range entries {
			fmt.Fprintf(out, " C%d R%d %s\n", j, e.row, num(e.value))
		}
	}
	if p.Offset != 0 {
		fmt.Fprintf(out, " OFFSET COST %s\n", num(sign*p.Offset))
	}
	fmt.Fprintln(out, "RHS")
	for i, kind := range kinds {
		b := p.RowLower[i]
		if kind == 'L' {
			b = p.RowUpper[i]
		}
		if kind != 'N' && b != 0 {
			fmt.Fprintf(out, " RHS R%d %s\n", i, num(b))
		}
	}
	fmt.Fprintln(out, "RANGES")
	for i, kind := range kinds {
		if kind == 'G' && !math.IsInf(p.RowUpper[i], 1) {
			fmt.Fprintf(out, " RNG R%d %s\n", i, num(p.RowUpper[i]-p.RowLower[i]))
		}
	}
	fmt.Fprintln(out, "BOUNDS")
	for j, lo := range p.Lower {
		hi := p.Upper[j]
		switch {
		case lo > hi:
			return errors.Join(out.Flush(), fmt.Errorf("%w: bounds of column %d cross, which MPS cannot say", ErrProblem, j))
		case lo == hi:
			fmt.Fprintf(out, " FX BND C%d %s\n", j, num(lo))
			continue
		case math.IsInf(lo, -1) && math.IsInf(hi, 1):
			fmt.Fprintf(out, " FR BND C%d\n", j)
			continue
		case math.IsInf(lo, -1):
			fmt.Fprintf(out, " MI BND C%d\n", j)
		default:
			fmt.Fprintf(out, " LO BND C%d %s\n", j, num(lo))
		}
		if !math.IsInf(hi, 1) {
			fmt.Fprintf(out, " UP BND C%d %s\n", j, num(hi))
		}
	}
	if p.Offset != 0 {
		fmt.Fprintln(out, " FX BND OFFSET 1")
	}
	fmt.Fprintln(out, "ENDATA")
	return out.Flush()
}
