package cases

import (
	"io/fs"
	"slices"
	"testing"
)

func TestShipped(t *testing.T) {
	if got := Names(); !slices.Contains(got, "caucasus") {
		t.Fatalf("shipped cases: %v", got)
	}
	for _, name := range Names() {
		f, ok := Open(name)
		if !ok {
			t.Fatalf("%s is listed and cannot be opened", name)
		}
		if _, err := fs.Stat(f, "case.yaml"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "nowhere", "../cases", "."} {
		if _, ok := Open(name); ok {
			t.Errorf("Open(%q) found a case", name)
		}
	}
}
