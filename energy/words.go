package energy

import (
	"runtime"
	"strconv"
	"strings"
)

// megawatts writes a power for people: four significant digits.
func megawatts(x float64) string { return digits(x) + " MW" }

// digits writes a number with four significant digits and no exponent.
func digits(x float64) string {
	s := strconv.FormatFloat(x, 'g', 4, 64)
	y, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	s = strconv.FormatFloat(y, 'f', -1, 64)
	if s == "-0" {
		return "0"
	}
	return s
}

// some lists at most a few names and says how many more there are.
func some(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
}

// workersFor is the number of goroutines for a wish; 0 is one a processor.
func workersFor(wish int) int {
	if wish < 1 {
		return runtime.GOMAXPROCS(0)
	}
	return wish
}
