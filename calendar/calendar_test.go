package calendar

import (
	"encoding/json"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Date{
		"2025": {2025, 0, 0}, "2025-01": {2025, 1, 0}, "2025-01-17": {2025, 1, 17}, "2024-02-29": {2024, 2, 29}, "1828-02-22": {1828, 2, 22},
	} {
		got, err := Parse(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "25", "2025-1", "2025-13", "2025-00", "2025-02-29", "2025-04-31", "2025/01/01", "2025-01-1x", "0999", "2201", "２025", "-025", "2025-01-00"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestBefore(t *testing.T) {
	date := func(s string) Date {
		d, err := Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"2024", "2025", true}, {"2025", "2025", false}, {"2025", "2025-03", false}, {"2025-03", "2025", false},
		{"2025-02", "2025-03-01", true}, {"2025-03-01", "2025-03-02", true}, {"2025-03-02", "2025-03-01", false}, {"2024-12-31", "2025", true},
	} {
		if got := date(test.a).Before(date(test.b)); got != test.want {
			t.Errorf("%s before %s: %v", test.a, test.b, got)
		}
	}
	if (Date{}).Before(date("2025")) || date("2025").Before(Date{}) {
		t.Error("no date lies before nothing and nothing before it")
	}
	if got := date("2024-02").Last(); got != (Date{2024, 2, 29}) {
		t.Errorf("last day of February 2024: %v", got)
	}
}

func TestJSON(t *testing.T) {
	type row struct{ Day Date }
	for _, want := range []row{{}, {Date{2025, 1, 17}}, {Date{2030, 0, 0}}} {
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got row
		if err := json.Unmarshal(data, &got); err != nil || got != want {
			t.Errorf("%s: %v, %v", data, got, err)
		}
	}
	var r row
	if err := json.Unmarshal([]byte(`{"Day":"2025-13"}`), &r); err == nil {
		t.Error("a month 13 was read")
	}
}
