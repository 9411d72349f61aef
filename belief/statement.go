package belief

import (
	"fmt"
	"math"
	"slices"
)

// outcome brings a statement about outcomes to worlds: a flag a world, or for a
// statement about an expectation the column itself.
func (r *Words) outcome(c *Claim, k *Constraint, o *ReadOptions) error {
	s := c.Statement
	if o.Columns == nil {
		return &ClaimError{c.ID, "a statement about outcomes and no table to read them from", ""}
	}
	cols := make([]Column, len(s.Outcomes))
	for j, id := range s.Outcomes {
		col, err := o.Columns.Column(id, s.Change, s.Relative)
		if err != nil {
			return &ClaimError{c.ID, err.Error(), ""}
		}
		if col.Len() != len(r.Frame.ArmOf) {
			return &ClaimError{c.ID, fmt.Sprintf("outcome %q has %d values for %d worlds", id, col.Len(), len(r.Frame.ArmOf)), ""}
		}
		cols[j] = col
	}
	k.AllVars = true
	if s.Expected {
		return r.expectation(c, k, cols)
	}
	if err := r.interval(c, k, o); err != nil {
		return err
	}
	x := r.Frame.flagged(s, cols)
	k.Undefined = k.If.AndNot(x.known).Count()
	k.If = k.If.And(x.known)
	k.Then = k.If.And(x.holds)
	return nil
}

// expectation makes the constraint of a statement about one expectation.
func (r *Words) expectation(c *Claim, k *Constraint, cols []Column) error {
	s := c.Statement
	if len(cols) != 1 {
		return &ClaimError{c.ID, fmt.Sprintf("a statement about the expectation of %d outcomes together", len(cols)), "one claim an outcome"}
	}
	if s.Beyond.Known {
		return &ClaimError{c.ID, "beyond is said of a world, not of an expectation", "at_least or at_most"}
	}
	k.Form, k.Value = Mean, cols[0].ByRow()
	k.Low, k.High = math.Inf(-1), math.Inf(1)
	if s.AtLeast.Known {
		k.Low = s.AtLeast.Central
	}
	if s.AtMost.Known {
		k.High = s.AtMost.Central
	}
	k.SoftLow, k.SoftHigh = k.Low, k.High
	defined := slices.Clone(k.If)
	least, most := math.Inf(1), math.Inf(-1)
	for row := range k.If.Rows() {
		v := k.Value[row]
		if math.IsNaN(v) || math.IsInf(v, 0) { // no share of nothing has a mean
			k.Undefined++
			defined[row>>6] &^= 1 << (row & 63)
			continue
		}
		least, most = min(least, v), max(most, v)
	}
	k.If = defined
	if k.Scale = most - least; !(k.Scale > 0) {
		k.Scale = max(1, math.Abs(most))
	}
	return nil
}

// Holds reports whether the statement is true of a world in which the j-th
// outcome has the value at(j). known is false when an outcome without a value
// leaves that open.
func (s *Statement) Holds(at func(j int) float64) (holds, known bool) {
	open := false
	for j := range s.Outcomes {
		v := at(j)
		if math.IsNaN(v) {
			open = true
			continue
		}
		one := s.one(v)
		if one && s.Quantifier == Any {
			return true, true
		}
		if !one && s.Quantifier != Any {
			return false, true
		}
	}
	if open {
		return false, false
	}
	return s.Quantifier != Any, true
}

// one is the statement about one value.
func (s *Statement) one(v float64) bool {
	if s.Beyond.Known {
		return math.Abs(v) > s.Beyond.Central
	}
	return (!s.AtLeast.Known || v >= s.AtLeast.Central) && (!s.AtMost.Known || v <= s.AtMost.Central)
}
