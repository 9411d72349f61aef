package interchange

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
)

// field is a word of a line with its place.
type field struct {
	text string
	pos  diag.Pos
}

// line is one line of a text file without its end.
type line struct {
	text string
	pos  diag.Pos // of its first character
}

// eachLine calls f for each line; CRLF, LF and a last line without end are fine,
// and a byte order mark is dropped.
func eachLine(file, data string, f func(line)) {
	data = strings.TrimPrefix(data, "\ufeff")
	for n := 1; len(data) > 0; n++ {
		text, rest, _ := strings.Cut(data, "\n")
		data = rest
		f(line{strings.TrimSuffix(text, "\r"), diag.Pos{File: file, Line: n, Col: 1}})
	}
}

// fields cuts a line at blanks; each separator in marks is a field of its own.
func (l line) fields(marks string, buf []field) []field {
	col, start, startCol := 1, -1, 0
	end := func(i int) {
		if start >= 0 {
			buf = append(buf, field{l.text[start:i], l.at(startCol, col-startCol)})
			start = -1
		}
	}
	for i := 0; i < len(l.text); {
		c := rune(l.text[i])
		size := 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(l.text[i:])
		}
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\u00a0':
			end(i)
		case c < utf8.RuneSelf && strings.IndexByte(marks, byte(c)) >= 0:
			end(i)
			buf = append(buf, field{l.text[i : i+1], l.at(col, 1)})
		case start < 0:
			start, startCol = i, col
		}
		col++
		i += size
	}
	end(len(l.text))
	return buf
}

func (l line) at(col, length int) diag.Pos {
	p := l.pos
	p.Col, p.Len = col, length
	return p
}

// number reads a finite number.
func (f field) number(what string, l *diag.List) (float64, bool) {
	x, err := strconv.ParseFloat(f.text, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		l.Report(ruleNumber, f.pos, f.text, "%s is %q", what, f.text).Expected = "a finite number"
		return 0, false
	}
	return x, true
}

// whole reads a whole number, also written as 12.0.
func (f field) whole(what string, l *diag.List) (int, bool) {
	if n, err := strconv.Atoi(f.text); err == nil {
		return n, true
	}
	x, err := strconv.ParseFloat(f.text, 64)
	if err != nil || x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
		l.Report(ruleNumber, f.pos, f.text, "%s is %q", what, f.text).Expected = "a whole number"
		return 0, false
	}
	return int(x), true
}

// header is the metadata block of a TNTP file: <NAME> value, up to <END OF
// METADATA>.
type header struct {
	values map[string]field
	open   bool // still inside
	last   diag.Pos
}

// take reads a line of the block and says whether it was one.
func (h *header) take(ln line, l *diag.List) bool {
	t := strings.TrimSpace(ln.text)
	if !strings.HasPrefix(t, "<") {
		return false
	}
	h.last = ln.pos
	name, value, ok := strings.Cut(t[1:], ">")
	if !ok {
		l.Report(ruleSyntax, ln.pos, t, "metadata line %q has no >", t)
		return true
	}
	name = strings.ToUpper(strings.Join(strings.Fields(name), " "))
	if name == "END OF METADATA" {
		h.open = false
		return true
	}
	value = strings.TrimSpace(value)
	col := 1
	if i := strings.Index(ln.text, value); i >= 0 {
		col = 1 + utf8.RuneCountInString(ln.text[:i])
	}
	if _, twice := h.values[name]; twice {
		l.Report(ruleMetadata, ln.pos, t, "<%s> is given twice", name)
		return true
	}
	if h.values == nil {
		h.values = map[string]field{}
	}
	h.values[name] = field{value, ln.at(col, utf8.RuneCountInString(value))}
	return true
}

// mostDeclared is the largest number of zones, nodes or links a file may declare.
// It guards against a slip of the pen that would take all memory.
const mostDeclared = 50_000_000

// count reads a whole number of 0 or more that must be there.
func (h *header) count(name, file string, l *diag.List) (int, bool) {
	f, ok := h.values[name]
	if !ok {
		l.Report(ruleMetadata, diag.Pos{File: file}, "", "<%s> is missing", name)
		return 0, false
	}
	n, ok := f.whole("<"+name+">", l)
	if ok && (n < 0 || n > mostDeclared) {
		l.Report(ruleMetadata, f.pos, f.text, "<%s> is %d", name, n).Expected = fmt.Sprintf("0 to %d", mostDeclared)
		return 0, false
	}
	return n, ok
}

// factor reads an optional number; absent is 0.
func (h *header) factor(name string, l *diag.List) float64 {
	f, ok := h.values[name]
	if !ok {
		return 0
	}
	x, ok := f.number("<"+name+">", l)
	if ok && x < 0 {
		l.Report(ruleNegative, f.pos, f.text, "<%s> is %v", name, x).Expected = "0 or more"
		return 0
	}
	return x
}
