package astara

import (
	"context"
	"fmt"
	"strconv"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/table"
)

// Fit is a calibration with its back-cast.
type Fit struct {
	*freight.Fit
	Back []freight.FitRow // figures of earlier years against the base-year run
}

// Calibrate fits the free constants of the case to the observed rows marked
// fit; held-out rows and earlier years are evaluated, never fitted.
func (m *Model) Calibrate(ctx context.Context, o Options, leaveOneOut bool) (*Fit, error) {
	ids := make([]string, len(m.Freight.Outcomes()))
	for i, out := range m.Freight.Outcomes() {
		ids[i] = out.ID
	}
	fit, holdout, back := answer.Calibration(m.Case, ids)
	f, err := freight.Calibrate(ctx, m.Freight, fit, freight.FitOptions{
		Workers: workers(o.Workers), Holdout: append(append([]freight.Observation(nil), holdout...), back...), SkipLeaveOneOut: !leaveOneOut})
	if err != nil {
		return nil, err
	}
	out := &Fit{Fit: f, Back: f.Holdout[len(holdout):]}
	f.Holdout = f.Holdout[:len(holdout):len(holdout)]
	return out, nil
}

// FittedDigits is the number of significant digits a fitted constant is written
// with.
const FittedDigits = 6

// WriteConstants returns the bytes of a calibration.csv with the values of the
// fitted constants in its column "fitted"; all else stays as it was written, the
// start values above all, so that fitting again gives the same.
func WriteConstants(path string, data []byte, f *Fit) ([]byte, error) {
	var l diag.List
	t := table.Read(path, data, &l)
	if l.Failed() {
		return nil, fmt.Errorf("%v", l.All()[0])
	}
	if t.Column("fitted") < 0 {
		return nil, fmt.Errorf("%s has no column \"fitted\" for the fitted values; add it (it may be empty)", path)
	}
	value := map[string]string{}
	for _, c := range f.Constants {
		value[c.Name] = strconv.FormatFloat(c.After, 'g', FittedDigits, 64)
	}
	cells := map[[2]int]replacement{}
	for _, r := range t.Rows {
		if v, ok := value[r.Get("name").Text]; ok {
			c := r.Get("fitted")
			cells[[2]int{c.Pos.Line, c.Pos.Col}] = replacement{c.Pos.Len, v}
		}
	}
	return replaceCells(data, cells), nil
}

type replacement struct {
	len  int
	text string
}

// replaceCells replaces spans that start at line and column, in code points.
func replaceCells(data []byte, cells map[[2]int]replacement) []byte {
	var out []byte
	line, col, skip := 1, 1, 0
	for _, r := range string(data) {
		if c, ok := cells[[2]int{line, col}]; ok && skip == 0 {
			out = append(out, c.text...)
			skip = c.len
		}
		if skip > 0 {
			skip--
		} else {
			out = append(out, string(r)...)
		}
		col++
		if r == '\n' {
			line, col = line+1, 1
		}
	}
	return out
}
