package cases

import (
	"errors"
	"io/fs"
	"slices"
	"testing"
)

func TestShipped(t *testing.T) {
	if got := Names(); !slices.Contains(got, "caucasus") {
		t.Fatalf("shipped cases: %v", got)
	}
	for _, name := range Names() {
		f, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fs.Stat(f, "case.yaml"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "nowhere", "../cases", "."} {
		if _, err := Open(name); !errors.Is(err, ErrUnknown) {
			t.Errorf("Open(%q): %v", name, err)
		}
	}
}
