package units

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The units and numbers of docs/formats/quantities.md are read as a user would
// type them.
func TestDocument(t *testing.T) {
	data, err := os.ReadFile("../docs/formats/quantities.md")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`([^`]+)`")
	number := regexp.MustCompile(`^-?\d+`)
	ranges, dimensions := 0, 0
	// Dimensions by the first column of the table of units.
	dims := map[string]Dim{
		"time": Time, "length": Length, "track gauge": Gauge, "mass": Mass, "boxes": Boxes, "speed": Speed,
		"power": Power, "energy": Energy, "gas": VolumeStock, "share": Share, "factor": Dimensionless, "year": Year,
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		switch {
		case len(cells) == 4 && strings.HasPrefix(line, "| `"):
			ranges++
			var want [3]float64
			for i, c := range cells[1:] {
				want[i], _ = strconv.ParseFloat(number.FindString(c), 64)
			}
			for _, m := range code.FindAllStringSubmatch(cells[0], -1) {
				dim := Time
				k := 1.
				if strings.HasSuffix(m[1], "d") {
					k = 24
				}
				f, err := Parse(m[1], dim, Options{})
				if err != nil || f.Low != k*want[0] || f.Central != k*want[1] || f.High != k*want[2] {
					t.Errorf("%s reads as %+v, %v, the page says %v", m[1], f, err, want)
				}
			}
		case len(cells) == 3 && dims[cells[0]] != 0 || cells[0] == "factor":
			dimensions++
			for _, m := range code.FindAllStringSubmatch(cells[1], -1) {
				text := m[1]
				if !number.MatchString(text) {
					text = "1 " + text
				}
				if _, err := Parse(text, dims[cells[0]], Options{}); err != nil {
					t.Errorf("%s as %s: %v", text, cells[0], err)
				}
			}
			if unit := dims[cells[0]].Unit(); unit != "" && unit != cells[2] {
				t.Errorf("%s is kept in %s, the page says %s", cells[0], unit, cells[2])
			}
		}
	}
	if ranges != 4 || dimensions != len(dims) {
		t.Errorf("found %d ranges and %d dimensions", ranges, dimensions)
	}
}
