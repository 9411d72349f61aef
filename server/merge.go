package server

import (
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// hunk replaces lines from..to of a text by others.
type hunk struct {
	from, to int // lines of the base
	lines    []string
}

// hunks is what turns base into other, in ascending order, touching ones joined.
func hunks(base, other string) []hunk {
	d := diffmatchpatch.New()
	d.DiffTimeout = 0 // the same texts always give the same lines
	a, b, lines := d.DiffLinesToRunes(base, other)
	var out []hunk
	at := 0
	open := false
	for _, x := range d.DiffCharsToLines(d.DiffMainRunes(a, b, false), lines) {
		text := splitLines(x.Text)
		if x.Type == diffmatchpatch.DiffEqual {
			at, open = at+len(text), false
			continue
		}
		if !open {
			out, open = append(out, hunk{from: at, to: at}), true
		}
		h := &out[len(out)-1]
		if x.Type == diffmatchpatch.DiffDelete {
			at += len(text)
			h.to = at
		} else {
			h.lines = append(h.lines, text...)
		}
	}
	return out
}

// splitLines cuts after each line feed; a last line may lack one.
func splitLines(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// merge puts two changes of one base together, line by line. Where both changed the
// same or touching lines to different ones, both stand in the result between markers
// as version control writes them, and clean is false.
func merge(base, ours, theirs string) (text string, clean bool) {
	lines := splitLines(base)
	x, y := hunks(base, ours), hunks(base, theirs)
	var b strings.Builder
	clean = true
	at := 0
	for len(x) > 0 || len(y) > 0 {
		// The next region: the first hunk, and all that overlap or touch it.
		from, to := len(lines), 0
		if len(x) > 0 {
			from, to = x[0].from, x[0].to
		}
		if len(y) > 0 && (len(x) == 0 || y[0].from < from) {
			from, to = y[0].from, y[0].to
		}
		i, j := 0, 0
		for grown := true; grown; {
			grown = false
			for i < len(x) && x[i].from <= to {
				to, i, grown = max(to, x[i].to), i+1, true
			}
			for j < len(y) && y[j].from <= to {
				to, j, grown = max(to, y[j].to), j+1, true
			}
		}
		write(&b, lines[at:from])
		mine, other := apply(lines, from, to, x[:i]), apply(lines, from, to, y[:j])
		switch {
		case j == 0 || mine == other:
			b.WriteString(mine)
		case i == 0:
			b.WriteString(other)
		default:
			clean = false
			b.WriteString("<<<<<<< yours\n" + ended(mine) + "=======\n" + ended(other) + ">>>>>>> saved meanwhile\n")
		}
		at, x, y = to, x[i:], y[j:]
	}
	write(&b, lines[at:])
	return b.String(), clean
}

// apply is lines from..to of the base with hunks done to them.
func apply(lines []string, from, to int, hs []hunk) string {
	var b strings.Builder
	at := from
	for _, h := range hs {
		write(&b, lines[at:h.from])
		write(&b, h.lines)
		at = h.to
	}
	write(&b, lines[at:to])
	return b.String()
}

func write(b *strings.Builder, lines []string) {
	for _, l := range lines {
		b.WriteString(l)
	}
}

// ended makes sure that a marker starts on a line of its own.
func ended(s string) string {
	if s != "" && !strings.HasSuffix(s, "\n") {
		return s + "\n"
	}
	return s
}
