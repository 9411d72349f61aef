// Package calendar holds dates as case files write them: a year, a month of a
// year or a day. The precision is kept, because "2025" and "2025-01-01" say
// different things about when an agreement was signed.
package calendar

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a year, a month or a day of the Gregorian calendar. The zero value
// is "no date". Month and Day are 0 where the date is coarser.
type Date struct {
	Year, Month, Day int
}

// MinYear and MaxYear bound the years that Parse takes. They guard against a
// slipped digit, not against history: the oldest treaty that a case of today
// names is centuries old, and no case looks beyond the century after next.
const (
	MinYear = 1000
	MaxYear = 2200
)

// Parse reads "2025", "2025-01" or "2025-01-17". The error names what is wrong
// in words for the user.
func Parse(text string) (Date, error) {
	if len(text) != 4 && len(text) != 7 && len(text) != 10 {
		return Date{}, fmt.Errorf("a date is YYYY, YYYY-MM or YYYY-MM-DD")
	}
	var d Date
	for i, part := range []struct {
		from, to int
		into     *int
	}{{0, 4, &d.Year}, {5, 7, &d.Month}, {8, 10, &d.Day}} {
		if part.to > len(text) {
			break
		}
		if i > 0 && text[part.from-1] != '-' {
			return Date{}, fmt.Errorf("the parts of a date are joined by \"-\"")
		}
		for _, c := range text[part.from:part.to] {
			if c < '0' || c > '9' {
				return Date{}, fmt.Errorf("a date is YYYY, YYYY-MM or YYYY-MM-DD")
			}
		}
		n, err := strconv.Atoi(text[part.from:part.to])
		if err != nil {
			return Date{}, fmt.Errorf("a date is YYYY, YYYY-MM or YYYY-MM-DD")
		}
		*part.into = n
	}
	if d.Year < MinYear || d.Year > MaxYear {
		return Date{}, fmt.Errorf("the year is not between %d and %d", MinYear, MaxYear)
	}
	if len(text) >= 7 && (d.Month < 1 || d.Month > 12) {
		return Date{}, fmt.Errorf("there is no month %d", d.Month)
	}
	if len(text) == 10 {
		last := time.Date(d.Year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if d.Day < 1 || d.Day > last {
			return Date{}, fmt.Errorf("%04d-%02d has %d days", d.Year, d.Month, last)
		}
	}
	return d, nil
}

// IsZero reports whether d is "no date".
func (d Date) IsZero() bool { return d == Date{} }

// String writes d as Parse reads it, and the empty string for no date.
func (d Date) String() string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// First returns the first day that d may mean.
func (d Date) First() Date {
	if d.IsZero() {
		return d
	}
	return Date{d.Year, max(d.Month, 1), max(d.Day, 1)}
}

// Last returns the last day that d may mean.
func (d Date) Last() Date {
	if d.IsZero() {
		return d
	}
	if d.Month == 0 {
		return Date{d.Year, 12, 31}
	}
	if d.Day == 0 {
		d.Day = time.Date(d.Year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	}
	return d
}

// Before reports whether d certainly lies before e: its last day is earlier
// than the first day of e. "2025" is not before "2025-03", nor after it.
func (d Date) Before(e Date) bool {
	return !d.IsZero() && !e.IsZero() && d.Last().number() < e.First().number()
}

// number orders days; the gaps between its values mean nothing.
func (d Date) number() int { return d.Year*10000 + d.Month*100 + d.Day }

// MarshalText writes the form of String, so that JSON carries dates as text.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of Parse; empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	got, err := Parse(string(text))
	if err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	*d = got
	return nil
}
