package server

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMerge(t *testing.T) {
	const base = "a\nb\nc\nd\ne\nf\n"
	for _, x := range []struct {
		name, ours, theirs, want string
		clean                    bool
	}{
		{"nothing", base, base, base, true},
		{"one side", "a\nB\nc\nd\ne\nf\n", base, "a\nB\nc\nd\ne\nf\n", true},
		{"the other side", base, "a\nb\nc\nd\ne\n", "a\nb\nc\nd\ne\n", true},
		{"apart", "a\nB\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf\n", "a\nB\nc\nd\nE\nf\n", true},
		{"the same", "a\nX\nc\nd\ne\nf\n", "a\nX\nc\nd\ne\nf\n", "a\nX\nc\nd\ne\nf\n", true},
		{"against each other", "a\nX\nc\nd\ne\nf\n", "a\nY\nc\nd\ne\nf\n", "a\n<<<<<<< yours\nX\n=======\nY\n>>>>>>> saved meanwhile\nc\nd\ne\nf\n", false},
		{"one deletes what the other changes", "a\ne\nf\n", "a\nb\nC\nd\ne\nf\n", "a\n<<<<<<< yours\n=======\nb\nC\nd\n>>>>>>> saved meanwhile\ne\nf\n", false},
		{"both add at the end", base + "x\n", base + "y\n", base + "<<<<<<< yours\nx\n=======\ny\n>>>>>>> saved meanwhile\n", false},
		{"no last line feed", "a\nb\nc\nd\ne\nF", base, "a\nb\nc\nd\ne\nF", true},
	} {
		got, clean := merge(base, x.ours, x.theirs)
		if got != x.want || clean != x.clean {
			t.Errorf("%s: clean %v\n%s\nwant %v\n%s", x.name, clean, got, x.clean, x.want)
		}
	}
}

// Changes of one side alone are taken as they are; a clean merge keeps every line that
// either side has added; the sides may be swapped.
func TestMergeProperties(t *testing.T) {
	line := rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n", "long line, with commas\n"})
	text := func(t *rapid.T, name string) string {
		return strings.Join(rapid.SliceOfN(line, 0, 12).Draw(t, name), "")
	}
	rapid.Check(t, func(t *rapid.T) {
		base, ours, theirs := text(t, "base"), text(t, "ours"), text(t, "theirs")
		if got, clean := merge(base, ours, base); got != ours || !clean {
			t.Fatalf("only ours changed: %v %q, want %q", clean, got, ours)
		}
		if got, clean := merge(base, base, theirs); got != theirs || !clean {
			t.Fatalf("only theirs changed: %v %q, want %q", clean, got, theirs)
		}
		if got, clean := merge(base, ours, ours); got != ours || !clean {
			t.Fatalf("both changed alike: %v %q, want %q", clean, got, ours)
		}
		one, clean := merge(base, ours, theirs)
		two, again := merge(base, theirs, ours)
		if clean != again || clean && one != two {
			t.Fatalf("swapped: %v %q, %v %q", clean, one, again, two)
		}
		if clean {
			for _, h := range append(hunks(base, ours), hunks(base, theirs)...) {
				if !strings.Contains(one, strings.Join(h.lines, "")) {
					t.Fatalf("lines %q are lost in %q", h.lines, one)
				}
			}
		}
	})
}
