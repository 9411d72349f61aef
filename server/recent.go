package server

import "slices"

// recent are the values that were used last, the very last at the end. Whoever holds
// them guards them.
type recent[T any] []T

// find returns the value that is meant, which is the one used last then.
func (r *recent[T]) find(meant func(T) bool) (x T, ok bool) {
	i := slices.IndexFunc(*r, meant)
	if i < 0 {
		return x, false
	}
	x = (*r)[i]
	*r = append(slices.Delete(*r, i, i+1), x)
	return x, true
}

// add adds a value, and lets go of those used longest ago beyond a number.
func (r *recent[T]) add(x T, most int) {
	*r = append(*r, x)
	if more := len(*r) - most; more > 0 {
		*r = slices.Delete(*r, 0, more) // which clears what is behind the end
	}
}
