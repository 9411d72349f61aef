package answer

import (
	"encoding/json"
	"math"
)

// some is the Number of v; NaN and infinities are absent.
func some(v float64) Number {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Number{}
	}
	return Number{v, true}
}

// Or returns the value, or def where there is none.
func (n Number) Or(def float64) float64 {
	if n.OK {
		return n.V
	}
	return def
}

// MarshalJSON writes null for an absent value.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.OK {
		return []byte("null"), nil
	}
	return json.Marshal(n.V)
}

// UnmarshalJSON reads null as an absent value.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number{}
		return nil
	}
	n.OK = true
	return json.Unmarshal(b, &n.V)
}

// minus is a-b, absent where either is.
func minus(a, b Number) Number {
	if !a.OK || !b.OK {
		return Number{}
	}
	return some(a.V - b.V)
}

// over is a/b, absent where either is or b is 0.
func over(a, b Number) Number {
	if !a.OK || !b.OK || b.V == 0 {
		return Number{}
	}
	return some(a.V / b.V)
}

// plus is a+b, absent where either is.
func plus(a, b Number) Number {
	if !a.OK || !b.OK {
		return Number{}
	}
	return some(a.V + b.V)
}
