package hierarchy

import "slices"

// SameCosts compares costs and what they stand for, bit for bit.
func SameCosts(a, b *Metric) bool { return slices.Equal(a.dir, b.dir) && slices.Equal(a.via, b.via) }
