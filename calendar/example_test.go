package calendar_test

import (
	"fmt"

	"github.com/astara-corridors/astara/calendar"
)

// A coarse date is before another only when all of it is.
func ExampleDate_Before() {
	year, _ := calendar.Parse("2025")
	day, _ := calendar.Parse("2025-01-17")
	next, _ := calendar.Parse("2026")
	fmt.Println(year.Before(day), day.Before(year), year.Before(next))
	// Output: false false true
}
