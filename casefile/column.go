package casefile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/table"
	"github.com/astara-corridors/astara/units"
)

// cell is the type of a column's cells.
type cell uint8

const (
	cText   cell = iota // words
	cID                 // id of the row, or a reference
	cFigure             // number; with the columns x_low and x_high a range
	cNumber             // number
	cBool               // yes or no
	cDate               // YYYY, YYYY-MM or YYYY-MM-DD
	cYear               // whole number
	cEnum               // one of the words of the column
	cList               // texts separated by ";"
	cEnums              // words of the column separated by ";"
	cLetter             // a, m, b or c
	cSource             // ids of sources.yaml separated by ";"
)

// column is one column of a table: the single source of the reader and the
// documentation. A figure stands for the three columns x, x_low and x_high.
type column struct {
	name     string
	cell     cell
	required bool // no empty cells
	optional bool // the column itself may be absent
	enum     []string
	dim      units.Dim
	unit     string // of a bare number
	def      string // what an empty cell means
	doc      string
}

// tableDef is a table of the case folder.
type tableDef struct {
	path     string
	doc      string
	required bool // the file must be there
	energy   part // of energy tables: whether a case with energy needs it
	backed   bool // rows carry source and letter
	cols     []column
}

// part says whether an energy table may be absent in a case that has others.
type part uint8

const (
	optional part = iota
	needed
)

func (t *tableDef) column(name string) *column {
	for i := range t.cols {
		if t.cols[i].name == name {
			return &t.cols[i]
		}
	}
	return nil
}

// headers lists the column names with those of ranges.
func (t *tableDef) headers() []string {
	var out []string
	for _, c := range t.cols {
		out = append(out, c.name)
		if c.cell == cFigure {
			out = append(out, c.name+"_low", c.name+"_high")
		}
	}
	return out
}

// row hands out the values of a row.
type row struct {
	b     *builder
	def   *tableDef
	index map[string]int
	r     table.Row
	id    string // for names of figures
}

// table reads a table and calls f for each row. Unknown and missing columns are
// reported; with a missing column the rows are still read, its cells empty.
func (b *builder) table(def *tableDef, data []byte, f func(row)) {
	t := table.Read(def.path, data, b.l)
	headers := def.headers()
	index := map[string]int{}
	for i, h := range t.Header {
		name := h.Text
		if _, dup := index[name]; dup || name == "" || strings.HasPrefix(name, "x_") && !slices.Contains(headers, name) {
			continue
		}
		index[name] = i
		if !slices.Contains(headers, name) {
			d := b.l.Report(ruleUnknownColumn, h.Pos, name, "the table has no column %q, and its cells are not read", name)
			d.Expected = "one of " + join(headers) + "; a column of your own begins with x_"
			b.suggest(d, name, headers)
		}
	}
	if len(t.Header) > 0 {
		for _, c := range def.cols {
			if _, ok := index[c.name]; !ok && !c.optional {
				d := b.l.Report(ruleMissingColumn, diag.Pos{File: def.path, Line: t.Header[0].Pos.Line, Col: 1}, c.name, "the column %q is missing", c.name)
				d.Expected = c.name + ": " + c.doc
			}
		}
	}
	for _, r := range t.Rows {
		w := row{b: b, def: def, index: index, r: r}
		w.id = w.cell(def.cols[0].name).Text
		w.required()
		f(w)
	}
}

// required reports empty cells that must have a value, and rows with numbers
// that nothing backs.
func (w row) required() {
	for _, c := range w.def.cols {
		if _, ok := w.index[c.name]; ok && c.required && w.cell(c.name).Empty() {
			d := w.b.l.Report(table.RuleNoValue, w.cell(c.name).Pos, "", "%s is empty", c.name)
			d.Expected = c.doc
		}
	}
	if !w.def.backed {
		return
	}
	_, hasLetter := w.index["letter"]
	_, hasSource := w.index["source"]
	letter := w.cell("letter")
	switch {
	case hasLetter && letter.Empty():
		d := w.b.l.Report(ruleNoLetter, letter.Pos, "", "the row %q has no letter", w.id)
		d.Expected = "a (read), m (computed), b (own knowledge) or c (estimate)"
	case hasSource && w.cell("source").Empty() && (letter.Text == "a" || letter.Text == "m"):
		d := w.b.l.Report(ruleReadNoSource, w.cell("source").Pos, "", "the row %q has letter %s and no source", w.id, letter.Text)
		d.Expected = "ids of sources.yaml; letter b or c where there is no source"
	case hasSource && w.cell("source").Empty():
		d := w.b.l.Report(ruleNoSource, w.cell("source").Pos, "", "the row %q has no source", w.id)
		d.Expected = "ids of sources.yaml, also for own knowledge and own estimates"
	}
}

// cell returns a cell; an empty one at the place of the row where the column is
// absent.
func (w row) cell(name string) table.Cell {
	if i, ok := w.index[name]; ok {
		return w.r.Cells[i]
	}
	return table.Cell{Pos: w.r.Pos}
}

func (w row) want(name string, kinds ...cell) *column {
	c := w.def.column(name)
	if c == nil || !slices.Contains(kinds, c.cell) {
		panic("casefile: table " + w.def.path + " has no such column " + name)
	}
	return c
}

func (w row) text(name string) string { w.want(name, cText); return w.cell(name).Text }

// name reads an id or a reference.
func (w row) name(name string) string {
	w.want(name, cID)
	c := w.cell(name)
	if c.Empty() {
		return ""
	}
	if strings.ContainsAny(c.Text, " \t;") {
		d := w.b.l.Report(table.RuleID, c.Pos, c.Text, "%q cannot be an id", c.Text)
		d.Expected = "letters, digits and marks without spaces"
		return ""
	}
	return c.Text
}

func (w row) enum(name string) string {
	c := w.want(name, cEnum)
	v, ok := w.cell(name).Enum(c.enum, w.b.l)
	if !ok {
		return ""
	}
	return v
}

func (w row) list(name string) []string {
	c := w.want(name, cList, cEnums)
	if c.cell == cEnums {
		return w.cell(name).EnumList(c.enum, w.b.l)
	}
	return w.cell(name).List(w.b.l)
}

func (w row) letter(name string) units.Letter {
	w.want(name, cLetter)
	l, _ := w.cell(name).Letter(w.b.l)
	return l
}

// sources reads source ids and notes that they must exist.
func (w row) sources(name string) []string {
	w.want(name, cSource)
	for _, it := range w.cell(name).Items() {
		w.b.ref(tSource, it.Text, it.Pos)
	}
	return w.cell(name).List(w.b.l)
}

// boolean reads yes or no; also true, false, 1 and 0.
func (w row) boolean(name string) bool {
	w.want(name, cBool)
	c := w.cell(name)
	switch c.Text {
	case "yes":
		return true
	case "no":
		return false
	}
	v, _ := c.Bool(w.b.l)
	return v
}

func (w row) year(name string) int {
	w.want(name, cYear)
	v, _ := w.cell(name).Int(w.b.l)
	return v
}

// date reads a date and returns it as written, "" when it is none.
func (w row) date(name string) string {
	w.want(name, cDate)
	if _, ok := w.cell(name).Date(w.b.l); !ok {
		return ""
	}
	return w.cell(name).Text
}

func (w row) number(name string) float64 {
	c := w.want(name, cNumber)
	v, _ := w.value(w.cell(name), c)
	return v
}

// value reads one number, in the unit of the column or in its own.
func (w row) value(c table.Cell, col *column) (float64, bool) {
	if c.Empty() {
		return 0, false
	}
	if v, err := strconv.ParseFloat(c.Text, 64); err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) && !strings.ContainsAny(c.Text, "_xXpP") {
		if math.Abs(v) > units.Largest {
			d := w.b.l.Report(table.RuleNumber, c.Pos, c.Text, "%q is too large", c.Text)
			d.Expected = fmt.Sprintf("at most %g", units.Largest)
			return 0, false
		}
		return v * w.b.scale(col), true
	}
	if col.unit == "" || strings.Trim(c.Text, "0123456789.,+-eE ") == "" {
		return c.Float(w.b.l) // reports what is wrong with it
	}
	f, err := units.Parse(c.Text, col.dim, units.Options{PriceYear: w.b.r.priceYear, Deflate: w.b.r.deflate, Bare: col.unit})
	if err != nil {
		reportQuantity(w.b.l, ruleCellQuantity, c.Text, c.Pos, err)
		return 0, false
	}
	if !f.Fixed() {
		d := w.b.l.Report(ruleCellQuantity, c.Pos, c.Text, "%q is a range", c.Text)
		d.Expected = "one number; the ends go into " + col.name + "_low and " + col.name + "_high"
		return 0, false
	}
	return f.Central, true
}

// scale is how many base units the unit of a column is; remembered by column.
func (b *builder) scale(col *column) float64 {
	if s, ok := b.scales[col]; ok {
		return s
	}
	s := unitScale(col.unit, col.dim)
	b.scales[col] = s
	return s
}

// figure reads x, x_low and x_high. Source and letter are those of x_source and
// x_letter where the table has them, else those of the row.
func (w row) figure(x string) units.Figure { return w.figureAs(w.want(x, cFigure)) }

// figureAs reads the figure of a column whose dimension the row decides.
func (w row) figureAs(col *column) units.Figure {
	x := col.name
	if _, ok := w.index[x]; !ok {
		return units.Figure{} // the missing column has been reported, or may be missing
	}
	central, low, high := w.cell(x), w.cell(x+"_low"), w.cell(x+"_high")
	if central.Empty() && low.Empty() && high.Empty() {
		return units.Figure{}
	}
	if low.Empty() != high.Empty() || central.Empty() {
		missing := x + "_low"
		switch {
		case central.Empty():
			missing = x
		case high.Empty():
			missing = x + "_high"
		}
		at := central
		if at.Empty() {
			at = low
		}
		if at.Empty() {
			at = high
		}
		d := w.b.l.Report(table.RuleHalfRange, at.Pos, at.Text, "the range of %s lacks %s", x, missing)
		d.Expected = "a centre alone, or a centre with low and high"
		return units.Figure{}
	}
	v, ok := w.value(central, col)
	f := units.Exactly(v, col.dim)
	if !low.Empty() {
		a, okA := w.value(low, col)
		z, okZ := w.value(high, col)
		if ok = ok && okA && okZ; ok && (a > v || v > z) {
			d := w.b.l.Report(table.RuleOrder, central.Pos, central.Text, "%s is not in order: low %s, central %s, high %s", x, low.Text, central.Text, high.Text)
			d.Expected = "low <= central <= high"
			ok = false
		}
		f = units.Between(a, v, z, col.dim)
	}
	if !ok {
		return units.Figure{}
	}
	if col.dim.IsMoney() {
		f.PriceYear = w.b.r.priceYear
	}
	f.Name, f.Pos = strings.TrimSuffix(w.def.path[strings.LastIndexByte(w.def.path, '/')+1:], ".csv")+"/"+w.id+"/"+x, central.Pos
	w.backing(&f, x)
	return f
}

func (w row) backing(f *units.Figure, x string) {
	source, letter := "source", "letter"
	if _, ok := w.index[x+"_source"]; ok {
		source = x + "_source"
	}
	if _, ok := w.index[x+"_letter"]; ok {
		letter = x + "_letter"
	}
	for _, it := range w.cell(source).Items() {
		if it.Text != "" {
			f.Source = append(f.Source, it.Text)
		}
	}
	f.Letter, _ = units.ParseLetter(w.cell(letter).Text)
	f.Note = w.cell("note").Text
}

// ref reads what backs the row; its place is that of the first column.
func (w row) ref() freight.Ref {
	r := freight.Ref{Pos: w.cell(w.def.cols[0].name).Pos}
	if w.def.column("source") != nil {
		r.Source = w.sources("source")
		r.Letter = w.letter("letter")
		r.Note = w.cell("note").Text
	}
	return r
}

// side notes the sources and checks the letters of the columns x_source and
// x_letter.
func (w row) side(x ...string) {
	for _, name := range x {
		if w.def.column(name+"_source") != nil {
			w.sources(name + "_source")
		}
		if w.def.column(name+"_letter") != nil {
			w.letter(name + "_letter")
		}
	}
}

// own is the row's meta for the types of this package.
func (w row) own() Ref {
	r := w.ref()
	return Ref{Pos: r.Pos, Source: r.Source, Letter: r.Letter, Note: r.Note}
}
