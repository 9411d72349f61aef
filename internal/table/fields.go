package table

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// The rules of cells.
var (
	RuleNumber    = diag.NewRule("A110", "cell-number", diag.Error, "a cell that must hold a number does not")
	RuleThousands = diag.NewRule("A111", "thousands-separator", diag.Error, "a number has thousands separators or a decimal comma")
	RuleOrder     = diag.NewRule("A112", "cell-range-order", diag.Error, "a range does not satisfy low <= central <= high")
	RuleHalfRange = diag.NewRule("A113", "cell-half-range", diag.Error, "a range has one end, or ends without a centre")
	RuleInteger   = diag.NewRule("A114", "cell-integer", diag.Error, "a cell that must hold a whole number does not")
	RuleBool      = diag.NewRule("A115", "cell-bool", diag.Error, "a cell that must hold true or false does not")
	RuleEnum      = diag.NewRule("A116", "cell-value", diag.Error, "a cell holds a value that is not in the list of allowed ones")
	RuleID        = diag.NewRule("A117", "cell-id", diag.Error, "an id holds characters other than letters, digits, _, - and .")
	RuleDate      = diag.NewRule("A118", "cell-date", diag.Error, "a date is not YYYY, YYYY-MM or YYYY-MM-DD, or does not exist")
	RuleNoValue   = diag.NewRule("A119", "cell-empty", diag.Error, "a cell that must hold a value is empty")
	RuleEmptyItem = diag.NewRule("A107", "cell-item-empty", diag.Error, "a list in a cell has an empty item")
	RuleItemTwice = diag.NewRule("A108", "cell-item-twice", diag.Error, "a list in a cell has an item twice")
)

// Empty reports whether the cell has no text.
func (c Cell) Empty() bool { return c.Text == "" }

// Required returns the text of the cell and reports an empty one; name is the
// column's, for the message.
func (c Cell) Required(name string, l *diag.List) (text string, ok bool) {
	if c.Text == "" {
		l.Report(RuleNoValue, c.Pos, "", "%s is empty", name)
		return "", false
	}
	return c.Text, true
}

// plain is a number as a table may hold it.
var plain = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// grouped is a number with thousands separators; comma one with a decimal
// comma.
var (
	grouped = regexp.MustCompile("^[+-]?[0-9]{1,3}([, _'’\u00a0\u202f][0-9]{3})+([.,][0-9]+)?$")
	comma   = regexp.MustCompile(`^[+-]?[0-9]+,[0-9]+$`)
)

// Float reads a finite number. An empty cell gives ok false without a report.
func (c Cell) Float(l *diag.List) (v float64, ok bool) {
	if c.Text == "" {
		return 0, false
	}
	if !plain.MatchString(c.Text) {
		c.badNumber(l)
		return 0, false
	}
	v, err := strconv.ParseFloat(c.Text, 64)
	if err != nil || math.IsInf(v, 0) {
		l.Report(RuleNumber, c.Pos, c.Text, "%q is too large", c.Text)
		return 0, false
	}
	return v, true
}

func (c Cell) badNumber(l *diag.List) {
	switch {
	case grouped.MatchString(c.Text):
		digits := strings.Map(func(r rune) rune {
			if strings.ContainsRune(", _'’\u00a0\u202f", r) {
				return -1
			}
			return r
		}, c.Text)
		d := l.Report(RuleThousands, c.Pos, c.Text, "%q has thousands separators", c.Text)
		d.Hint = fmt.Sprintf("write %s", digits)
	case comma.MatchString(c.Text):
		d := l.Report(RuleThousands, c.Pos, c.Text, "%q has a decimal comma", c.Text)
		d.Hint = fmt.Sprintf("write %s", strings.Replace(c.Text, ",", ".", 1))
	default:
		d := l.Report(RuleNumber, c.Pos, c.Text, "%q is not a number", c.Text)
		d.Expected = "digits with an optional point, such as 12.5"
		if i := strings.IndexFunc(c.Text, func(r rune) bool { return r == ' ' || r == '%' || r >= 'A' && r != 'E' && r != 'e' }); i > 0 && plain.MatchString(c.Text[:i]) {
			d.Hint = "the column has its unit already; write the number alone"
		}
	}
}

// Int reads a whole number. An empty cell gives ok false without a report.
func (c Cell) Int(l *diag.List) (v int, ok bool) {
	if c.Text == "" {
		return 0, false
	}
	v, err := strconv.Atoi(c.Text)
	if err != nil {
		if grouped.MatchString(c.Text) {
			c.badNumber(l)
			return 0, false
		}
		l.Report(RuleInteger, c.Pos, c.Text, "%q is not a whole number", c.Text)
		return 0, false
	}
	return v, true
}

// Bool reads "true" or "false" (also "1" and "0", as GMNS writes them). An
// empty cell gives ok false without a report.
func (c Cell) Bool(l *diag.List) (v, ok bool) {
	switch c.Text {
	case "":
		return false, false
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	l.Report(RuleBool, c.Pos, c.Text, "%q is neither true nor false", c.Text).Expected = "true or false"
	return false, false
}

// Enum reads one of the allowed values. An empty cell gives ok false without a
// report.
func (c Cell) Enum(allowed []string, l *diag.List) (v string, ok bool) {
	if c.Text == "" {
		return "", false
	}
	return c.Text, c.oneOf(allowed, l)
}

func (c Cell) oneOf(allowed []string, l *diag.List) bool {
	for _, a := range allowed {
		if a == c.Text {
			return true
		}
	}
	d := l.Report(RuleEnum, c.Pos, c.Text, "%q is not allowed here", c.Text)
	d.Expected = "one of " + strings.Join(allowed, ", ")
	if near := diag.Nearest(c.Text, allowed); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	}
	return false
}

// Items splits the cell at ";" and returns one cell an item, each with its own
// place; spaces around items do not count. An empty cell has no items.
func (c Cell) Items() []Cell {
	if c.Text == "" {
		return nil
	}
	var items []Cell
	col := c.Pos.Col
	for part := range strings.SplitSeq(c.Text, ";") {
		item := trim(Cell{Pos: diag.Pos{File: c.Pos.File, Line: c.Pos.Line, Col: col, Len: len([]rune(part))}}, []byte(part))
		items = append(items, item)
		col += len([]rune(part)) + 1
	}
	return items
}

// List reads items separated by ";" and reports empty and repeated ones.
func (c Cell) List(l *diag.List) []string {
	var texts []string
	first := map[string]diag.Pos{}
	for _, item := range c.Items() {
		if item.Text == "" {
			l.Report(RuleEmptyItem, item.Pos, c.Text, "an item of the list is empty")
			continue
		}
		if at, twice := first[item.Text]; twice {
			l.Report(RuleItemTwice, item.Pos, item.Text, "%q is there twice", item.Text).Also = []diag.Pos{at}
			continue
		}
		first[item.Text] = item.Pos
		texts = append(texts, item.Text)
	}
	return texts
}

// EnumList reads items separated by ";", each one of the allowed values.
// Others are reported and left out.
func (c Cell) EnumList(allowed []string, l *diag.List) []string {
	var texts []string
	for _, item := range c.Items() {
		if item.Text == "" {
			l.Report(RuleEmptyItem, item.Pos, c.Text, "an item of the list is empty")
		} else if item.oneOf(allowed, l) {
			texts = append(texts, item.Text)
		}
	}
	return texts
}

// id is what the rows of a table may be called.
var id = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{N}_.\-]*$`)

// ID reads an identifier: letters, digits, "_", "-" and ".". An empty cell is
// reported, for a row cannot do without its id.
func (c Cell) ID(name string, l *diag.List) (v string, ok bool) {
	if _, ok := c.Required(name, l); !ok {
		return "", false
	}
	if !id.MatchString(c.Text) {
		l.Report(RuleID, c.Pos, c.Text, "%q cannot be an id", c.Text).Expected = `letters, digits, "_", "-" and "."`
		return "", false
	}
	return c.Text, true
}

// Date reads a date. An empty cell gives ok false without a report.
func (c Cell) Date(l *diag.List) (d calendar.Date, ok bool) {
	if c.Text == "" {
		return calendar.Date{}, false
	}
	d, err := calendar.Parse(c.Text)
	if err != nil {
		l.Report(RuleDate, c.Pos, c.Text, "%q is no date: %s", c.Text, err).Expected = "YYYY, YYYY-MM or YYYY-MM-DD"
		return calendar.Date{}, false
	}
	return d, true
}

// Letter reads a confidence letter. An empty cell gives ok false without a
// report.
func (c Cell) Letter(l *diag.List) (letter units.Letter, ok bool) {
	if c.Text == "" {
		return 0, false
	}
	if letter, ok = units.ParseLetter(c.Text); !ok {
		l.Report(RuleEnum, c.Pos, c.Text, "%q is not a confidence letter", c.Text).Expected =
			"a (read), m (computed), b (own knowledge) or c (estimate)"
	}
	return letter, ok
}

// FloatRange reads the columns x, x_low and x_high as a figure in the canonical
// unit of d, scale canonical units to one of the column (1e6 for a column in
// Mt/yr). Without low and high, or without those columns, the figure is exact.
// Where the table has the columns x_source and x_letter the figure takes them;
// else it takes source and letter of the row (the letter of the row is checked
// by the caller, who reads it once). An empty x gives ok false, with a report
// only if low or high are there. Pos of the figure is the place of x.
func (r Row) FloatRange(x string, d units.Dim, scale float64, l *diag.List) (f units.Figure, ok bool) {
	central, low, high := r.Get(x), r.Get(x+"_low"), r.Get(x+"_high")
	if low.Empty() != high.Empty() || central.Empty() && !low.Empty() {
		present, missing := low, x+"_high"
		switch {
		case central.Empty():
			missing = x
			if low.Empty() {
				present = high
			}
		case low.Empty():
			present, missing = high, x+"_low"
		}
		dg := l.Report(RuleHalfRange, present.Pos, present.Text, "the range of %s lacks %s", x, missing)
		dg.Expected = "a centre alone, or a centre with low and high"
		return units.Figure{}, false
	}
	if central.Empty() {
		return units.Figure{}, false
	}
	v, ok := central.Float(l)
	f = units.Exactly(v*scale, d)
	if !low.Empty() {
		a, okA := low.Float(l)
		b, okB := high.Float(l)
		ok = ok && okA && okB
		if ok && (a > v || v > b) {
			l.Report(RuleOrder, central.Pos, central.Text, "%s is not in order: low %s, central %s, high %s", x, low.Text, central.Text, high.Text)
			ok = false
		}
		f = units.Between(a*scale, v*scale, b*scale, d)
	}
	if !ok {
		return units.Figure{}, false
	}
	f.Name, f.Pos = x, central.Pos
	r.backing(&f, x, l)
	return f, true
}

// backing fills source, letter and note of a figure.
func (r Row) backing(f *units.Figure, x string, l *diag.List) {
	source := r.Get("source")
	if r.file.Column(x+"_source") >= 0 {
		source = r.Get(x + "_source")
	}
	for _, item := range source.Items() {
		if item.Text != "" {
			f.Source = append(f.Source, item.Text)
		}
	}
	if r.file.Column(x+"_letter") >= 0 {
		f.Letter, _ = r.Get(x + "_letter").Letter(l)
	} else {
		f.Letter, _ = units.ParseLetter(r.Get("letter").Text)
	}
	f.Note = r.Get("note").Text
}
