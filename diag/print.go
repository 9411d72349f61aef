package diag

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	tabStop = 4 // columns a tab of a source line advances to a multiple of
	// excerptColumns is how wide a printed source line may be; longer lines are
	// shown around the offending text, with "…" where they were cut.
	excerptColumns = 110
	// excerptLead is how many columns before the offending text a cut keeps.
	excerptLead = 40
)

// paint holds the terminal colours of the parts; all empty without colour.
type paint struct{ off, bold, mark, hint string }

func painter(color bool, s Severity) paint {
	if !color {
		return paint{}
	}
	mark := map[Severity]string{Error: "\x1b[31m", Warning: "\x1b[33m", Note: "\x1b[36m"}[s]
	return paint{off: "\x1b[0m", bold: "\x1b[1m", mark: mark, hint: "\x1b[32m"}
}

// Print writes all diagnostics in their order. src returns the bytes of a file
// for the source line, or nil when there are none; src itself may be nil.
// Write errors are dropped; wrap w to see them.
func (l *List) Print(w io.Writer, src func(file string) []byte, color bool) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	sources := map[string][][]byte{}
	lines := func(file string) [][]byte {
		s, seen := sources[file]
		if !seen {
			if data := src(file); data != nil {
				s = bytes.Split(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\n"))
			}
			sources[file] = s
		}
		return s
	}
	for _, d := range l.All() {
		var source [][]byte
		if src != nil && d.Pos.File != "" && d.Pos.Line > 0 { // a file without lines may be large
			source = lines(d.Pos.File)
		}
		d.print(out, source, painter(color, d.Rule.Severity))
	}
}

func (d *Diagnostic) print(out *bufio.Writer, lines [][]byte, c paint) {
	if at := d.Pos.String(); at != "" {
		fmt.Fprintf(out, "%s%s:%s ", c.bold, clean(at), c.off)
	}
	fmt.Fprintf(out, "%s%s%s %s %s: %s\n", c.mark, d.Rule.Severity, c.off, d.Rule.ID, d.Rule.Name, clean(d.Message))
	if n := d.Pos.Line; n >= 1 && n <= len(lines) {
		text := string(bytes.TrimSuffix(lines[n-1], []byte("\r")))
		source, mark := excerpt(text, d.Pos.Col, d.Pos.Len)
		fmt.Fprintf(out, "  %s\n", source)
		if mark != "" {
			fmt.Fprintf(out, "  %s%s%s\n", c.mark, mark, c.off)
		}
	}
	for _, p := range d.Also {
		fmt.Fprintf(out, "  see also: %s\n", clean(p.String()))
	}
	if d.Expected != "" {
		fmt.Fprintf(out, "  expected: %s\n", clean(d.Expected))
	}
	if d.Hint != "" {
		fmt.Fprintf(out, "  %shint:%s %s\n", c.hint, c.off, clean(d.Hint))
	}
}

// clean keeps a text from the user on one line and from steering a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}

// excerpt returns the source line as shown and the line of marks under it:
// a caret at column col (code points, from 1), tildes for the rest of length.
// Marks are "" when col is unknown or beyond the end of the line by more than
// one (one beyond is where something is missing).
func excerpt(line string, col, length int) (source, marks string) {
	var b strings.Builder
	at, from, to := 0, -1, -1 // at: columns written; from, to: columns marked
	i := 1
	for _, r := range line {
		if i == col {
			from = at
		}
		if i == col+max(length, 1) && from >= 0 {
			to = at
		}
		switch {
		case r == '\t':
			n := tabStop - at%tabStop
			b.WriteString(strings.Repeat(" ", n))
			at += n
		case unicode.IsControl(r):
			b.WriteRune('�')
			at++
		default:
			b.WriteRune(r)
			at += columns(r)
		}
		i++
	}
	if i == col {
		from = at
	}
	if from >= 0 && to <= from {
		to = max(at, from+1)
	}
	source = strings.TrimRight(b.String(), " ")
	if at > excerptColumns {
		source, from, to = window(source, from, to)
	}
	if from < 0 || col < 1 {
		return source, ""
	}
	return source, strings.Repeat(" ", from) + "^" + strings.Repeat("~", to-from-1)
}

// window cuts a long line to [excerptColumns] around column from.
func window(line string, from, to int) (string, int, int) {
	start := max(0, from-excerptLead)
	var b strings.Builder
	at, begun, cut := 0, 0, false
	for _, r := range line {
		n := columns(r)
		switch {
		case at < start:
			begun = at + n
		case at+n-begun > excerptColumns:
			cut = true
		default:
			b.WriteRune(r)
		}
		if cut {
			break
		}
		at += n
	}
	text := b.String()
	shift := -begun
	if begun > 0 {
		text, shift = "…"+text, 1-begun
	}
	if cut {
		text += "…"
	}
	if from < 0 {
		return text, from, to
	}
	from += shift
	return text, from, max(from+1, min(to+shift, columnsOf(text)))
}

// columns is the number of terminal columns a rune takes: 0 for combining
// marks and format characters, 2 for wide East Asian ones and emoji, else 1.
func columns(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n += columns(r)
	}
	return n
}
