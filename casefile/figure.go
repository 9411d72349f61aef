package casefile

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// figure reads a figure in the dimension of its field. Source and letter of the
// record stand in where the figure has none of its own.
func (v values) figure(name string) units.Figure {
	n := v.get(name)
	if n == nil {
		return units.Figure{}
	}
	f := v.def.field(name)
	return v.r.figure(n, f.dim, f.unit, name)
}

// figure reads one figure node.
func (r *reader) figure(n *node, dim units.Dim, unit, name string) units.Figure {
	var out units.Figure
	switch n.shape {
	case sList:
		parts := make([]float64, len(n.items))
		for i, x := range n.items {
			v, ok := r.number(x, dim, unit)
			if !ok {
				return units.Figure{}
			}
			parts[i] = v
		}
		if len(parts) == 2 {
			out = units.Between(parts[0], (parts[0]+parts[1])/2, parts[1], dim)
		} else {
			out = units.Between(parts[0], parts[1], parts[2], dim)
		}
	case sRecord:
		v, ok := r.record(figureRecord, n)
		if !ok || !v.has("value") {
			return units.Figure{}
		}
		value, ok := r.number(v.get("value"), dim, unit)
		if !ok {
			return units.Figure{}
		}
		out = units.Exactly(value, dim)
		if v.has("low") && v.has("high") {
			low, okLow := r.number(v.get("low"), dim, unit)
			high, okHigh := r.number(v.get("high"), dim, unit)
			if !okLow || !okHigh {
				return units.Figure{}
			}
			out = units.Between(low, value, high, dim)
		}
		out.Letter, out.Source, out.Note = v.letter("letter"), v.texts("source"), v.text("note")
	default:
		if n.shape == sText {
			f, ok := r.quantity(n.text, n.pos, dim)
			if !ok {
				return units.Figure{}
			}
			out = f
			break
		}
		value, ok := r.number(n, dim, unit)
		if !ok {
			return units.Figure{}
		}
		out = units.Exactly(value, dim)
	}
	out.Pos, out.Name, out.Known = n.pos, name, true
	if out.Low > out.Central || out.Central > out.High {
		ends := fmt.Sprintf("%v, %v, %v", out.Low, out.Central, out.High)
		if n.shape == sList && len(n.items) == 2 {
			ends = fmt.Sprintf("%v, %v", out.Low, out.High)
		}
		d := r.l.Report(ruleRangeOrder, n.pos, n.text, "the range of %q does not ascend: %s", name, ends)
		d.Expected = "low <= central <= high"
		return units.Figure{}
	}
	return out
}

// number reads a single number, in the base unit of dim or in the unit written.
func (r *reader) number(n *node, dim units.Dim, unit string) (float64, bool) {
	if n.shape == sText {
		f, ok := r.quantity(n.text, n.pos, dim)
		if ok && !f.Fixed() {
			d := r.l.Report(ruleRangeOrder, n.pos, n.text, "%q is a range inside a range", n.text)
			d.Expected = "one number with its unit"
			return 0, false
		}
		return f.Central, ok
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
		d := r.l.Report(ruleWrongType, n.pos, n.text, "%q is not a finite number", n.text)
		d.Expected = "digits, a point and digits"
		return 0, false
	}
	if math.Abs(value) > units.Largest {
		d := r.l.Report(ruleWrongType, n.pos, n.text, "%q is too large", n.text)
		d.Expected = fmt.Sprintf("at most %g", units.Largest)
		return 0, false
	}
	if n.scale != 0 {
		return value * n.scale, true
	}
	return value * unitScale(unit, dim), true
}

// quantity reads a text with a unit.
func (r *reader) quantity(text string, pos diag.Pos, dim units.Dim) (units.Figure, bool) {
	f, err := units.Parse(text, dim, units.Options{PriceYear: r.priceYear, Deflate: r.deflate})
	if err != nil {
		reportQuantity(r.l, ruleQuantity, text, pos, err)
		return units.Figure{}, false
	}
	return f, true
}
