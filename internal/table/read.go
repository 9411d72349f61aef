// Package table reads the CSV tables of a case and keeps the place of every
// cell, so that whatever is wrong with a value can be shown where it stands.
//
// The dialect is RFC 4180: cells between commas, quotes around a cell with
// commas, quotes or line breaks, a quote inside doubled. On top of that: UTF-8
// with or without a byte order mark, LF or CRLF, blank lines and lines that
// begin with "#" are skipped, the last line may lack its line break. The first
// line left is the header.
package table

import (
	"bytes"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
)

// The rules of the reader; see fields.go for those of cells.
var (
	RuleCells        = diag.NewRule("A101", "row-length", diag.Error, "a row of a table has more or fewer cells than the header")
	RuleQuotes       = diag.NewRule("A102", "unbalanced-quotes", diag.Error, "a quote in a table has no partner or stands inside an unquoted cell")
	RuleUTF8         = diag.NewRule("A103", "table-not-utf8", diag.Error, "a table is not valid UTF-8")
	RuleHeaderTwice  = diag.NewRule("A104", "column-twice", diag.Error, "a table has two columns of the same name")
	RuleHeaderEmpty  = diag.NewRule("A105", "column-without-name", diag.Error, "a column of a table has no name")
	RuleNoHeader     = diag.NewRule("A106", "table-without-header", diag.Error, "a table has no header row")
	RuleControlBytes = diag.NewRule("A109", "control-character", diag.Error, "a cell holds a control character")
)

// Cell is the text between two commas, without its quotes. Pos is where its
// first character stands, after the quote if there is one.
type Cell struct {
	Text string
	Pos  diag.Pos
}

// Row is a row with as many cells as the header.
type Row struct {
	Cells []Cell
	Pos   diag.Pos // of the first cell
	file  *File
}

// File is a table. Rows with a wrong number of cells are reported and kept
// apart in Bad, so that ids in them can still be known.
type File struct {
	Path   string
	Header []Cell
	Rows   []Row
	Bad    []Row
	Data   []byte // as read
	column map[string]int
}

var bom = []byte("\ufeff")

// Read reads a table and reports what is wrong with its form. It always
// returns a file, with what could be read.
func Read(path string, data []byte, l *diag.List) *File {
	f := &File{Path: path, Data: data, column: map[string]int{}}
	s := scanner{path: path, data: bytes.TrimPrefix(data, bom), line: 1, col: 1, l: l}
	for {
		cells, ok := s.record()
		if !ok {
			break
		}
		if f.Header == nil {
			f.setHeader(cells, l)
			continue
		}
		row := Row{Cells: cells, Pos: cells[0].Pos, file: f}
		if len(cells) == len(f.Header) {
			f.Rows = append(f.Rows, row)
			continue
		}
		f.Bad = append(f.Bad, row)
		if s.broken {
			continue // the quote is the trouble, not the count
		}
		f.reportCount(row, l)
	}
	if f.Header == nil {
		d := l.Report(RuleNoHeader, diag.Pos{File: path, Line: 1, Col: 1}, "", "the table has no header row")
		d.Expected = "the names of the columns on the first line"
	}
	return f
}

func (f *File) setHeader(cells []Cell, l *diag.List) {
	f.Header = cells
	for i, c := range cells {
		if c.Text == "" {
			l.Report(RuleHeaderEmpty, c.Pos, "", "column %d has no name", i+1)
			continue
		}
		if first, twice := f.column[c.Text]; twice {
			d := l.Report(RuleHeaderTwice, c.Pos, c.Text, "column %q is there twice", c.Text)
			d.Also = []diag.Pos{cells[first].Pos}
			continue
		}
		f.column[c.Text] = i
	}
}

func (f *File) reportCount(row Row, l *diag.List) {
	have, want := len(row.Cells), len(f.Header)
	if have > want {
		extra := row.Cells[want]
		d := l.Report(RuleCells, extra.Pos, extra.Text, "%d cells, the header has %d", have, want)
		d.Hint = "put a cell that holds a comma in quotes"
		return
	}
	last := row.Cells[have-1]
	d := l.Report(RuleCells, last.Pos, last.Text, "%d cells, the header has %d", have, want)
	d.Expected = "cells up to column " + f.Header[want-1].Text
}

// scanner walks over the bytes. line and col are of the next character, col in
// code points.
type scanner struct {
	path      string
	data      []byte
	at        int
	line, col int
	l         *diag.List
	broken    bool // the last record had a quote without partner
	invalid   bool // invalid UTF-8 has been reported on this line
	control   bool // a control character has been reported on this line
}

func (s *scanner) pos(length int) diag.Pos {
	return diag.Pos{File: s.path, Line: s.line, Col: s.col, Len: length}
}

func (s *scanner) end() bool { return s.at >= len(s.data) }

// newline reports whether a line break is next, and its length.
func (s *scanner) newline() int {
	rest := s.data[s.at:]
	switch {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		return 2
	case len(rest) > 0 && rest[0] == '\n':
		return 1
	case len(rest) == 1 && rest[0] == '\r':
		return 1
	}
	return 0
}

func (s *scanner) breakLine(n int) {
	s.at += n
	s.line++
	s.col = 1
	s.invalid, s.control = false, false
}

// take returns the next character as UTF-8 and moves over it, reporting bytes
// that are none (they become U+FFFD) and control characters, each once a line.
func (s *scanner) take() string {
	r, n := utf8.DecodeRune(s.data[s.at:])
	text := string(s.data[s.at : s.at+n])
	if r == utf8.RuneError && n == 1 {
		if !s.invalid {
			d := s.l.Report(RuleUTF8, s.pos(1), "", "byte %#02x is not UTF-8", s.data[s.at])
			d.Hint = "save the file as UTF-8"
			s.invalid = true
		}
		text = "\ufffd"
	} else if (r < ' ' && r != '\t' || r == 0x7f) && !s.control {
		s.control = true
		s.l.Report(RuleControlBytes, s.pos(1), "", "control character %#02x in a cell", r)
	}
	s.at += n
	s.col++
	return text
}

// skipLines passes blank lines and comments.
func (s *scanner) skipLines() {
	for !s.end() {
		if n := s.newline(); n > 0 {
			s.breakLine(n)
			continue
		}
		line := s.data[s.at:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if len(bytes.TrimSpace(line)) > 0 && line[0] != '#' {
			return
		}
		for !s.end() && s.newline() == 0 {
			s.take()
		}
	}
}

// record reads the cells of the next row; ok is false at the end of the data.
func (s *scanner) record() (cells []Cell, ok bool) {
	s.skipLines()
	if s.end() {
		return nil, false
	}
	s.broken = false
	for {
		cells = append(cells, s.cell())
		switch {
		case s.end():
			return cells, true
		case s.newline() > 0:
			s.breakLine(s.newline())
			return cells, true
		}
		s.at++ // the comma
		s.col++
	}
}

// cell reads up to the next comma, line break or end.
func (s *scanner) cell() Cell {
	if !s.end() && s.data[s.at] == '"' {
		return s.quoted()
	}
	c := Cell{Pos: s.pos(0)}
	var text []byte
	reported := false
	for !s.end() && s.data[s.at] != ',' && s.newline() == 0 {
		if s.data[s.at] == '"' && !reported {
			d := s.l.Report(RuleQuotes, s.pos(1), `"`, "a quote inside a cell without quotes around it")
			d.Hint = "put the whole cell in quotes and double the quotes inside"
			reported = true
		}
		text = append(text, s.take()...)
		c.Pos.Len++
	}
	return trim(c, text)
}

// trim cuts spaces and tabs from both ends of an unquoted cell.
func trim(c Cell, text []byte) Cell {
	whole := len(text)
	text = bytes.TrimLeft(text, " \t")
	c.Pos.Col += whole - len(text)
	left := len(text)
	text = bytes.TrimRight(text, " \t")
	c.Pos.Len -= whole - left + left - len(text)
	c.Text = string(text)
	return c
}

// quoted reads a cell that begins with a quote.
func (s *scanner) quoted() Cell {
	open := s.pos(1)
	s.at++
	s.col++
	c := Cell{Pos: s.pos(0)}
	var text []byte
	for {
		if s.end() {
			s.broken = true
			s.l.Report(RuleQuotes, open, `"`, "this quote is not closed")
			break
		}
		if n := s.newline(); n > 0 {
			text = append(text, '\n')
			s.breakLine(n)
			continue
		}
		if s.data[s.at] != '"' {
			text = append(text, s.take()...)
			if s.line == c.Pos.Line {
				c.Pos.Len++
			}
			continue
		}
		s.at++
		s.col++
		if s.end() || s.data[s.at] == ',' || s.newline() > 0 {
			break
		}
		if s.data[s.at] == '"' {
			text = append(text, '"')
			s.at++
			s.col++
			if s.line == c.Pos.Line {
				c.Pos.Len += 2
			}
			continue
		}
		s.broken = true
		d := s.l.Report(RuleQuotes, s.pos(1), "", "text after the closing quote of a cell")
		d.Hint = "double a quote inside a quoted cell"
		for !s.end() && s.data[s.at] != ',' && s.newline() == 0 {
			text = append(text, s.take()...)
		}
		break
	}
	c.Text = string(text)
	return c
}

// Column returns the index of the column of that name, or -1.
func (f *File) Column(name string) int {
	if i, ok := f.column[name]; ok {
		return i
	}
	return -1
}

// Get returns the cell in a column. In a table without that column it returns
// an empty cell at the place of the row.
func (r Row) Get(col string) Cell {
	if i := r.file.Column(col); i >= 0 && i < len(r.Cells) {
		return r.Cells[i]
	}
	return Cell{Pos: r.Pos}
}
