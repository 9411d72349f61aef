package interchange

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
)

// The rules of MATPOWER and matgas files. Both are MATLAB functions that assign
// tables to fields of one structure; this reader takes tables, numbers and texts and
// runs no code.
var (
	ruleMatSyntax  = diag.NewRule("A820", "matlab-syntax", diag.Error, "a statement is not one this reader takes: only plain tables, numbers and texts are read, no code")
	ruleMatNumber  = diag.NewRule("A821", "matlab-number", diag.Error, "a cell of a table is not a number, or not a whole one where that is needed")
	ruleMatColumns = diag.NewRule("A822", "matlab-columns", diag.Error, "a row of a table has too few columns")
	ruleMatMissing = diag.NewRule("A823", "matlab-missing", diag.Error, "a field that is needed is missing")
	ruleMatTwice   = diag.NewRule("A824", "matlab-twice", diag.Error, "a field is assigned twice")
	ruleMatIgnored = diag.NewRule("A825", "matlab-ignored", diag.Note, "a field is not read")
	ruleMatRef     = diag.NewRule("A826", "matlab-unknown-id", diag.Error, "a row names a bus or junction that does not exist")
	ruleMatVersion = diag.NewRule("A827", "matpower-version", diag.Error, "the file is of a MATPOWER case format that is not read")
	ruleMatCost    = diag.NewRule("A828", "matpower-cost", diag.Error, "a cost cannot be read")
	ruleMatLeft    = diag.NewRule("A829", "matlab-not-modelled", diag.Warning, "a field that bears on the answer is not part of the model")
)

// matFile is what such a file assigns.
type matFile struct {
	name   string // of the function
	order  []string
	fields map[string]*matField
}

type matField struct {
	pos     diag.Pos
	rows    []matRow // a scalar or text is one row of one cell
	table   bool
	columns []string // of a "%column_names%" line before it
}

type matRow []matCell

type matCell struct {
	field
	quoted bool
}

// readMat reads a file whose structure is called name ("mpc", "mgc").
func readMat(file, structure string, data []byte, l *diag.List) *matFile {
	m := &matFile{fields: map[string]*matField{}}
	var table matStatement // whose table is open
	var row matRow
	var columns []string
	endRow := func() {
		if len(row) > 0 {
			table.opened.rows = append(table.opened.rows, row)
			row = nil
		}
	}
	feed := func(t matCell) {
		mark := ""
		if !t.quoted {
			mark = t.text
		}
		switch mark {
		case string(table.closing):
			endRow()
			table.opened = nil
		case ";":
			endRow()
		case ",":
		case "[", "]", "{", "}", "=":
			l.Report(ruleMatSyntax, t.pos, t.text, "%q inside the table %s", t.text, table.name).Expected = "the end of the table with " + string(table.closing)
		default:
			row = append(row, t)
		}
	}
	eachLine(file, string(data), func(ln line) {
		if names, ok := strings.CutPrefix(strings.TrimSpace(ln.text), "%column_names%"); ok {
			columns = strings.Fields(names)
			return
		}
		for tokens := matTokens(ln, l); len(tokens) > 0; {
			if table.opened != nil {
				feed(tokens[0])
				tokens = tokens[1:]
				continue
			}
			s := m.statement(structure, tokens, &columns, l)
			if s.opened != nil {
				table = s
			}
			tokens = s.rest
		}
		if table.opened != nil && !continued(ln.text) {
			endRow()
		}
	})
	if table.opened != nil {
		l.Report(ruleMatSyntax, table.opened.pos, table.name, "the table %s does not end", table.name).Expected = string(table.closing)
	}
	return m
}

// continued says whether a line goes on in the next one.
func continued(text string) bool {
	if i := strings.IndexByte(text, '%'); i >= 0 {
		text = text[:i]
	}
	return strings.HasSuffix(strings.TrimRight(text, " \t"), "...")
}

// matStatement is what a statement turned out to be.
type matStatement struct {
	name    string
	opened  *matField // the table it opens, nil when it is complete
	closing byte
	rest    matRow // what follows it on its line
}

// statement reads one statement from the front of the tokens.
func (m *matFile) statement(structure string, t matRow, columns *[]string, l *diag.List) (out matStatement) {
	end := 0
	for end < len(t) && (t[end].quoted || t[end].text != ";") {
		end++
	}
	next := t[min(end+1, len(t)):]
	first := t[0]
	switch {
	case first.text == ";" && !first.quoted:
		return matStatement{rest: t[1:]}
	case first.text == "function":
		if end >= 4 && t[2].text == "=" {
			m.name = t[3].text
		}
		return matStatement{rest: next}
	case first.text == "end" || first.text == "return" || first.text == "endfunction":
		return matStatement{rest: next}
	}
	name, ok := strings.CutPrefix(first.text, structure+".")
	if !ok || len(t) < 3 || t[1].text != "=" || strings.ContainsAny(name, "(){}") {
		d := l.Report(ruleMatSyntax, first.pos, first.text, "cannot read the statement that begins with %q", first.text)
		d.Expected = structure + ".<field> = a table in [ ], a number or a text"
		if ok {
			d.Hint = "the file changes a table by code; save the case from MATPOWER with savecase, which writes plain tables"
		}
		return matStatement{rest: next}
	}
	f := &matField{pos: first.pos, columns: *columns}
	*columns = nil
	if old, twice := m.fields[name]; twice {
		l.Report(ruleMatTwice, first.pos, first.text, "%s is assigned twice", first.text).Also = []diag.Pos{old.pos}
	} else {
		m.order = append(m.order, name)
	}
	m.fields[name] = f
	if o := t[2]; !o.quoted && (o.text == "[" || o.text == "{") {
		f.table = true
		closing := byte(']')
		if o.text == "{" {
			closing = '}'
		}
		return matStatement{name: name, opened: f, closing: closing, rest: t[3:]}
	}
	if end != 3 {
		l.Report(ruleMatSyntax, t[min(3, len(t)-1)].pos, t[min(3, len(t)-1)].text, "%s is not a plain number or text", first.text).Expected = "a table in [ ], a number or a text"
	} else {
		f.rows = []matRow{{t[2]}}
	}
	return matStatement{rest: next}
}

// matTokens cuts a line into words, quoted texts and the marks [ ] { } ; , =; comments
// and the dots of a continuation are dropped.
func matTokens(ln line, l *diag.List) []matCell {
	var out []matCell
	s, col := ln.text, 1
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '%' || c == '#':
			return out
		case c == ' ' || c == '\t' || c == '\r' || c == '\u00a0':
		case strings.HasPrefix(s[i:], "..."):
			return out
		case strings.ContainsRune("[]{};,=", c):
			out = append(out, matCell{field{string(c), ln.at(col, 1)}, false})
		case c == '\'' || c == '"':
			j := strings.IndexRune(s[i+1:], c)
			if j < 0 {
				l.Report(ruleMatSyntax, ln.at(col, 1), string(c), "a text has no closing %c", c)
				return out
			}
			text := s[i+1 : i+1+j]
			n := utf8.RuneCountInString(text)
			out = append(out, matCell{field{text, ln.at(col, n+2)}, true})
			col += n + 2
			i += len(text) + 2
			continue
		default:
			j := i
			for j < len(s) && !strings.ContainsRune(" \t\r[]{};,='\"%", rune(s[j])) && !strings.HasPrefix(s[j:], "...") {
				j++
			}
			n := utf8.RuneCountInString(s[i:j])
			out = append(out, matCell{field{s[i:j], ln.at(col, n)}, false})
			col += n
			i = j
			continue
		}
		col++
		i += size
	}
	return out
}

// number reads a number; Inf and -Inf are numbers here, NaN is not.
func (c matCell) num(what string, l *diag.List) (float64, bool) {
	x, err := strconv.ParseFloat(c.text, 64)
	// A number too large for float64 reads as infinite.
	if (err != nil && !math.IsInf(x, 0)) || math.IsNaN(x) || c.quoted {
		l.Report(ruleMatNumber, c.pos, c.text, "%s is %q", what, c.text).Expected = "a number"
		return 0, false
	}
	return x, true
}

// finite reads a number that must be finite.
func (c matCell) fin(what string, l *diag.List) (float64, bool) {
	x, ok := c.num(what, l)
	if ok && math.IsInf(x, 0) {
		l.Report(ruleMatNumber, c.pos, c.text, "%s is %q", what, c.text).Expected = "a finite number"
		return 0, false
	}
	return x, ok
}

// matTable reads rows of numbers with at least so many columns.
type matTable struct {
	name  string
	l     *diag.List
	rows  []matRow
	names []string // of columns, for messages
}

// table returns a field's rows that have at least need columns.
func (m *matFile) table(name string, names []string, need int, l *diag.List) *matTable {
	t := &matTable{name: name, l: l, names: names}
	f := m.fields[name]
	if f == nil {
		return t
	}
	for _, r := range f.rows {
		if len(r) < need {
			d := l.Report(ruleMatColumns, r[0].pos, r[0].text, "a row of %s has %d columns", name, len(r))
			d.Expected = fmt.Sprintf("at least %d: %s", need, strings.Join(names[:need], " "))
			continue
		}
		t.rows = append(t.rows, r)
	}
	return t
}

// reader reads the cells of one row and remembers whether all was well.
type rowReader struct {
	t   *matTable
	row matRow
	ok  bool
}

func (t *matTable) read(row matRow) *rowReader { return &rowReader{t, row, true} }

func (r *rowReader) what(col int) string {
	if col < len(r.t.names) {
		return r.t.name + " " + r.t.names[col]
	}
	return r.t.name + " column " + strconv.Itoa(col+1)
}

// f reads a finite number; absent columns are 0.
func (r *rowReader) f(col int) float64 {
	if col >= len(r.row) {
		return 0
	}
	x, ok := r.row[col].fin(r.what(col), r.t.l)
	r.ok = r.ok && ok
	return x
}

// bound reads a number that may be infinite.
func (r *rowReader) bound(col int) float64 {
	if col >= len(r.row) {
		return 0
	}
	x, ok := r.row[col].num(r.what(col), r.t.l)
	r.ok = r.ok && ok
	return x
}

// id reads a whole number as its text.
func (r *rowReader) id(col int) string {
	x := r.f(col)
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		c := r.row[col]
		r.t.l.Report(ruleMatNumber, c.pos, c.text, "%s is %q", r.what(col), c.text).Expected = "a whole number"
		r.ok = false
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// at is the place of a column, or of the row when it is absent.
func (r *rowReader) at(col int) diag.Pos {
	if col < len(r.row) {
		return r.row[col].pos
	}
	return r.row[0].pos
}

// index finds an id among known ones and reports an unknown one.
func (r *rowReader) index(col int, known map[string]int, what string) int {
	id := r.id(col)
	if !r.ok {
		return -1
	}
	i, ok := known[id]
	if !ok {
		r.t.l.Report(ruleMatRef, r.at(col), id, "%s is %s, and there is no such %s", r.what(col), id, what)
		r.ok = false
		return -1
	}
	return i
}
