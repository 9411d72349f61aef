package belief

import (
	"slices"
	"time"

	"github.com/astara-corridors/astara/calendar"
)

// Slice is a period in which the same claims speak.
type Slice struct {
	From, Until calendar.Date // both included; zero Until: no end
	Claims      []int         // ascending
}

// Span returns the days that a claim speaks of: From, or else the day it was
// said, to Until, or else the horizon (zero: no end).
func (c *Claim) Span(horizon calendar.Date) (from, until calendar.Date) {
	from, until = c.From, c.Until
	if from.IsZero() {
		from = c.Date
	}
	if until.IsZero() {
		until = horizon
	}
	return from.First(), until.Last()
}

// Overlap returns the days that two claims both speak of.
func Overlap(a, b *Claim, horizon calendar.Date) (from, until calendar.Date, ok bool) {
	from, until = a.Span(horizon)
	f, u := b.Span(horizon)
	if from.Before(f) {
		from = f
	}
	if until.IsZero() || !u.IsZero() && u.Before(until) {
		until = u
	}
	return from, until, until.IsZero() || !until.Before(from)
}

// Slices cuts the time that claims speak of into periods within which the same
// claims speak, in order. Two claims that never share a slice fit side by side
// in time whatever they say.
func Slices(claims []Claim, horizon calendar.Date) []Slice {
	var cuts []calendar.Date
	open := false
	for i := range claims {
		from, until := claims[i].Span(horizon)
		cuts = append(cuts, from)
		if until.IsZero() {
			open = true
			continue
		}
		cuts = append(cuts, shift(until, 1))
	}
	slices.SortFunc(cuts, func(a, b calendar.Date) int {
		switch {
		case a.Before(b):
			return -1
		case b.Before(a):
			return 1
		}
		return 0
	})
	cuts = slices.Compact(cuts)
	var out []Slice
	for i, from := range cuts {
		s := Slice{From: from}
		if i+1 < len(cuts) {
			s.Until = shift(cuts[i+1], -1)
		} else if !open {
			break
		}
		for k := range claims {
			f, u := claims[k].Span(horizon)
			if !from.Before(f) && (u.IsZero() || !u.Before(from)) {
				s.Claims = append(s.Claims, k)
			}
		}
		if len(s.Claims) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// shift moves a day.
func shift(d calendar.Date, days int) calendar.Date {
	t := time.Date(d.Year, time.Month(d.Month), d.Day+days, 0, 0, 0, 0, time.UTC)
	return calendar.Date{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}
}
