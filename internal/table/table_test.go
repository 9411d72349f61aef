package table

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/astara-corridors/astara/diag"
	_ "github.com/astara-corridors/astara/internal/seed"
	"github.com/astara-corridors/astara/units"
)

// lines gives the diagnostics as "line:col rule" and the list of their hints.
func lines(l *diag.List) string {
	var out []string
	for _, d := range l.All() {
		out = append(out, fmt.Sprintf("%d:%d %s", d.Pos.Line, d.Pos.Col, d.Rule.ID))
	}
	return strings.Join(out, ", ")
}

// show writes cells as "text@line:col+len".
func show(rows []Row) string {
	var out []string
	for _, r := range rows {
		var cells []string
		for _, c := range r.Cells {
			cells = append(cells, fmt.Sprintf("%s@%d:%d+%d", c.Text, c.Pos.Line, c.Pos.Col, c.Pos.Len))
		}
		out = append(out, strings.Join(cells, " "))
	}
	return strings.Join(out, " | ")
}

func TestReadPlaces(t *testing.T) {
	for _, c := range []struct{ name, data, rows string }{
		{"plain", "a,b\n1,22\n", "1@2:1+1 22@2:3+2"},
		{"no line break at the end", "a,b\n1,22", "1@2:1+1 22@2:3+2"},
		{"CRLF and a byte order mark", "\ufeffa,b\r\n1,2\r\n3,4\r\n", "1@2:1+1 2@2:3+1 | 3@3:1+1 4@3:3+1"},
		{"comments and blank lines", "# about\n\na,b\n  \n#x,y\n1,2\n", "1@6:1+1 2@6:3+1"},
		{"a hash elsewhere is text", "a,b\n1,#2\n\"#3\",4\n", "1@2:1+1 #2@2:3+2 | #3@3:2+2 4@3:6+1"},
		{"spaces around do not count", "a,b\n  1 ,\t2 \n", "1@2:3+1 2@2:7+1"},
		{"columns are code points", "a,b\nİğdır,2\n", "İğdır@2:1+5 2@2:7+1"},
		{"quotes", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", `x,y@2:2+3 say "hi"@2:8+10`},
		{"spaces inside quotes stay", "a,b\n\" 1 \",2\n", " 1 @2:2+3 2@2:7+1"},
		{"a line break inside quotes", "a,b\n\"x\r\ny\",2\n3,4\n", "x\ny@2:2+1 2@3:4+1 | 3@4:1+1 4@4:3+1"},
		{"empty cells", "a,b\n,\n\"\",\n", "@2:1+0 @2:2+0 | @3:2+0 @3:4+0"},
		{"one column", "a\n1\n2\n", "1@2:1+1 | 2@3:1+1"},
		{"header only", "a,b\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l diag.List
			f := Read("t.csv", []byte(c.data), &l)
			if got := show(f.Rows); got != c.rows {
				t.Errorf("rows %s\nwant %s", got, c.rows)
			}
			if l.Len() > 0 {
				t.Errorf("reported %s", lines(&l))
			}
		})
	}
}

func TestReadReports(t *testing.T) {
	for _, c := range []struct{ name, data, want, rows string }{
		{"nothing", "", "1:1 A106", ""},
		{"comments only", "# a,b\n", "1:1 A106", ""},
		{"a cell too few, others read on", "a,b,c\n1,2\n3,4,5\n", "2:3 A101", "3@3:1+1 4@3:3+1 5@3:5+1"},
		{"a cell too many", "a,b\n1,2,3\n4,5\n", "2:5 A101", "4@3:1+1 5@3:3+1"},
		{"quote without partner swallows the rest", "a,b\n1,\"2\n3,4\n", "2:3 A102", "1@2:1+1 2\n3,4\n@2:4+1"},
		{"text after a quoted cell", "a,b\n\"1\"x,2\n3,4\n", "2:4 A102", "1x@2:2+1 2@2:6+1 | 3@3:1+1 4@3:3+1"},
		{"quote inside a plain cell", "a,b\n1\"x\",2\n", "2:2 A102", `1"x"@2:1+4 2@2:6+1`},
		{"not UTF-8, once a line", "a,b\n\xff\xfe,2\n3,\xff\n", "2:1 A103, 3:3 A103", "\ufffd\ufffd@2:1+2 2@2:4+1 | 3@3:1+1 \ufffd@3:3+1"},
		{"control character", "a,b\n1,\x002\n", "2:3 A109", "1@2:1+1 \x002@2:3+2"},
		{"column twice", "a,b,a\n1,2,3\n", "1:5 A104", "1@2:1+1 2@2:3+1 3@2:5+1"},
		{"column without a name", "a,,c\n1,2,3\n", "1:3 A105", "1@2:1+1 2@2:3+1 3@2:5+1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l diag.List
			f := Read("t.csv", []byte(c.data), &l)
			if got := lines(&l); got != c.want {
				t.Errorf("reported %q, want %q", got, c.want)
			}
			if got := show(f.Rows); got != c.rows {
				t.Errorf("rows %q\nwant %q", got, c.rows)
			}
		})
	}
}

func TestBadRowsAreKeptApart(t *testing.T) {
	var l diag.List
	f := Read("t.csv", []byte("id,x\nbaku\npoti,1\n"), &l)
	if len(f.Bad) != 1 || f.Bad[0].Get("id").Text != "baku" || f.Bad[0].Get("x").Text != "" {
		t.Errorf("bad rows %v", f.Bad)
	}
}

func TestColumnsAndGet(t *testing.T) {
	var l diag.List
	f := Read("t.csv", []byte("id,x\nbaku,1\n"), &l)
	if f.Column("x") != 1 || f.Column("y") != -1 || f.Column("") != -1 {
		t.Error("columns are wrong")
	}
	if c := f.Rows[0].Get("x"); c.Text != "1" || c.Pos != (diag.Pos{File: "t.csv", Line: 2, Col: 6, Len: 1}) {
		t.Errorf("x is %+v", c)
	}
	if c := f.Rows[0].Get("y"); c.Text != "" || c.Pos.Line != 2 {
		t.Errorf("y is %+v", c)
	}
}

// cell makes a cell as it stands in column 5 of line 3.
func cell(text string) Cell {
	return Cell{Text: text, Pos: diag.Pos{File: "t.csv", Line: 3, Col: 5, Len: len([]rune(text))}}
}

func TestCells(t *testing.T) {
	read := map[string]func(c Cell, l *diag.List) (any, bool){
		"float":  func(c Cell, l *diag.List) (any, bool) { return two(c.Float(l)) },
		"int":    func(c Cell, l *diag.List) (any, bool) { return two(c.Int(l)) },
		"bool":   func(c Cell, l *diag.List) (any, bool) { return two(c.Bool(l)) },
		"enum":   func(c Cell, l *diag.List) (any, bool) { return two(c.Enum([]string{"rail", "road", "sea"}, l)) },
		"id":     func(c Cell, l *diag.List) (any, bool) { return two(c.ID("node_id", l)) },
		"date":   func(c Cell, l *diag.List) (any, bool) { d, ok := c.Date(l); return d.String(), ok },
		"letter": func(c Cell, l *diag.List) (any, bool) { v, ok := c.Letter(l); return v.String(), ok },
		"list":   func(c Cell, l *diag.List) (any, bool) { return strings.Join(c.List(l), "+"), true },
		"enums": func(c Cell, l *diag.List) (any, bool) {
			return strings.Join(c.EnumList([]string{"rail", "road", "sea"}, l), "+"), true
		},
	}
	for _, c := range []struct {
		kind, text string
		want       any
		ok         bool
		reports    string
		hint       string
	}{
		{"float", "12.5", 12.5, true, "", ""},
		{"float", "-.5e2", -50., true, "", ""},
		{"float", "", 0., false, "", ""},
		{"float", "1,200", 0., false, "3:5 A111", "write 1200"},
		{"float", "1 200 000.5", 0., false, "3:5 A111", "write 1200000.5"},
		{"float", "1\u00a0200", 0., false, "3:5 A111", "write 1200"},
		{"float", "1,5", 0., false, "3:5 A111", "write 1.5"},
		{"float", "12 Mt", 0., false, "3:5 A110", "the column has its unit already; write the number alone"},
		{"float", "30%", 0., false, "3:5 A110", "the column has its unit already; write the number alone"},
		{"float", "NaN", 0., false, "3:5 A110", ""},
		{"float", "inf", 0., false, "3:5 A110", ""},
		{"float", "0x10", 0., false, "3:5 A110", ""},
		{"float", "1e999", 0., false, "3:5 A110", ""},
		{"float", "1_000", 0., false, "3:5 A111", "write 1000"},
		{"int", "1520", 1520, true, "", ""},
		{"int", "1520.0", 0, false, "3:5 A114", ""},
		{"int", "1,520", 0, false, "3:5 A111", "write 1520"},
		{"int", "", 0, false, "", ""},
		{"bool", "true", true, true, "", ""},
		{"bool", "0", false, true, "", ""},
		{"bool", "yes", false, false, "3:5 A115", ""},
		{"bool", "", false, false, "", ""},
		{"enum", "road", "road", true, "", ""},
		{"enum", "raod", "raod", false, "3:5 A116", `did you mean "road"?`},
		{"enum", "", "", false, "", ""},
		{"id", "baku_alat-2.b", "baku_alat-2.b", true, "", ""},
		{"id", "İğdır", "İğdır", true, "", ""},
		{"id", "baku alat", "", false, "3:5 A117", ""},
		{"id", "-x", "", false, "3:5 A117", ""},
		{"id", "", "", false, "3:5 A119", ""},
		{"date", "2025-01-17", "2025-01-17", true, "", ""},
		{"date", "2025", "2025", true, "", ""},
		{"date", "2025-02-30", "", false, "3:5 A118", ""},
		{"date", "17.01.2025", "", false, "3:5 A118", ""},
		{"date", "", "", false, "", ""},
		{"letter", "m", "m", true, "", ""},
		{"letter", "d", "", false, "3:5 A116", ""},
		{"list", "AZ; IR ;RU", "AZ+IR+RU", true, "", ""},
		{"list", "", "", true, "", ""},
		{"list", "AZ;;RU", "AZ+RU", true, "3:8 A107", ""},
		{"list", "AZ; AZ", "AZ", true, "3:9 A108", ""},
		{"enums", "sea;raul", "sea", true, "3:9 A116", `did you mean "rail"?`},
	} {
		t.Run(c.kind+" "+c.text, func(t *testing.T) {
			var l diag.List
			got, ok := read[c.kind](cell(c.text), &l)
			if got != c.want || ok != c.ok {
				t.Errorf("read %v, %v, want %v, %v", got, ok, c.want, c.ok)
			}
			if reports := lines(&l); reports != c.reports {
				t.Errorf("reported %q, want %q", reports, c.reports)
			}
			if c.hint != "" && l.Len() == 1 && l.All()[0].Hint != c.hint {
				t.Errorf("hint %q, want %q", l.All()[0].Hint, c.hint)
			}
		})
	}
}

func two[T any](v T, ok bool) (any, bool) { return v, ok }

func TestFloatRange(t *testing.T) {
	const header = "id,capacity,capacity_low,capacity_high,capacity_source,capacity_letter,hours,source,letter,note\n"
	for _, c := range []struct {
		name, row string
		want      units.Figure
		ok        bool
		reports   string
	}{
		{"range", "x,5,4,6,s1; s2,c,1,s9,b,n",
			units.Figure{Low: 4e6, Central: 5e6, High: 6e6, Dim: units.Rate, Source: []string{"s1", "s2"}, Letter: 'c', Note: "n", Known: true}, true, ""},
		{"exact", "x,5,,,s1,a,1,s9,b,",
			units.Figure{Low: 5e6, Central: 5e6, High: 5e6, Dim: units.Rate, Source: []string{"s1"}, Letter: 'a', Known: true}, true, ""},
		{"empty", "x,,,,,,1,s9,b,", units.Figure{}, false, ""},
		{"not in order", "x,5,6,7,s1,a,1,s9,b,", units.Figure{}, false, "2:3 A112"},
		{"low alone", "x,5,4,,s1,a,1,s9,b,", units.Figure{}, false, "2:5 A113"},
		{"high alone", "x,5,,6,s1,a,1,s9,b,", units.Figure{}, false, "2:6 A113"},
		{"no centre", "x,,4,6,s1,a,1,s9,b,", units.Figure{}, false, "2:4 A113"},
		{"three bad numbers", "x,a,b,c,s1,a,1,s9,b,", units.Figure{}, false, "2:3 A110, 2:5 A110, 2:7 A110"},
		{"bad letter", "x,5,,,s1,q,1,s9,b,",
			units.Figure{Low: 5e6, Central: 5e6, High: 5e6, Dim: units.Rate, Source: []string{"s1"}, Known: true}, true, "2:10 A116"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l diag.List
			f := Read("t.csv", []byte(header+c.row+"\n"), &l)
			got, ok := f.Rows[0].FloatRange("capacity", units.Rate, 1e6, &l)
			if lines(&l) != c.reports || ok != c.ok {
				t.Fatalf("ok %v, reported %q, want %v, %q", ok, lines(&l), c.ok, c.reports)
			}
			if ok && (got.Name != "capacity" || got.Pos.Line != 2 || got.Pos.Col != 3) {
				t.Errorf("name %q, place %v", got.Name, got.Pos)
			}
			got.Name, got.Pos = "", diag.Pos{}
			if fmt.Sprint(got) != fmt.Sprint(c.want) || strings.Join(got.Source, ";") != strings.Join(c.want.Source, ";") || got.Letter != c.want.Letter {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
	var l diag.List
	f := Read("t.csv", []byte(header+"x,5,4,6,s1,c,1.5,s9,b,\n"), &l)
	hours, ok := f.Rows[0].FloatRange("hours", units.Time, 1, &l)
	if !ok || hours.Central != 1.5 || !hours.Fixed() || hours.Letter != 'b' || len(hours.Source) != 1 || hours.Source[0] != "s9" {
		t.Errorf("a column without companions: %+v, %v", hours, ok)
	}
}

// Whatever encoding/csv writes, Read reads with the same texts. Texts keep off
// what the dialect changes on purpose: outer spaces, comments, control
// characters, and rows that are blank lines.
func TestAgreesWithEncodingCSV(t *testing.T) {
	text := rapid.StringMatching(`[a-zà-ÿ0-9.,"; \n]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		cols := rapid.IntRange(2, 4).Draw(t, "cols")
		var want [][]string
		header := []string{"a", "b", "c", "d"}[:cols]
		rows := rapid.SliceOfN(rapid.SliceOfN(text, cols, cols), 0, 5).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.Write(header); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			row := make([]string, cols)
			for i, c := range r {
				row[i] = c
				if !strings.ContainsAny(c, "\",\n") {
					row[i] = strings.TrimSpace(c)
				}
			}
			want = append(want, row)
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		w.Flush()
		var l diag.List
		f := Read("t.csv", b.Bytes(), &l)
		if l.Len() > 0 {
			t.Fatalf("%q: %s", b.String(), lines(&l))
		}
		if len(f.Rows) != len(want) {
			t.Fatalf("%d rows of %q, want %d", len(f.Rows), b.String(), len(want))
		}
		for i, r := range f.Rows {
			for j, c := range r.Cells {
				if c.Text != want[i][j] {
					t.Fatalf("row %d cell %d: %q, want %q, in %q", i, j, c.Text, want[i][j], b.String())
				}
			}
		}
	})
}

// FuzzRead checks what holds of every input: no panic, rows as wide as the
// header, places that lie in the data and point at the text of the cell.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\ufeffa\r\n\"x\r\ny\"\r\n", "#c\n\na,b\n\"1\n", "a,b\n\xff,\"\"\"\"\n", "a,a,\n1\n\"x\"y,2,3,4", "\r", "a\n \"q\" \n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		file := Read("t.csv", data, &l)
		if file.Header == nil != (l.Count(diag.Error) > 0 && len(file.Rows) == 0 && len(file.Bad) == 0 && file.Header == nil) {
			t.Fatal("no header and no report")
		}
		source := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
		for _, r := range file.Rows {
			if len(r.Cells) != len(file.Header) {
				t.Fatalf("row of %d cells under a header of %d", len(r.Cells), len(file.Header))
			}
			for _, c := range r.Cells {
				if c.Pos.Line < 1 || c.Pos.Line > len(source) {
					t.Fatalf("line %d of %d", c.Pos.Line, len(source))
				}
				line := []rune(strings.TrimSuffix(source[c.Pos.Line-1], "\r"))
				end := c.Pos.Col - 1 + c.Pos.Len
				if c.Pos.Col < 1 || end > len(line) {
					t.Fatalf("columns %d+%d of %d", c.Pos.Col, c.Pos.Len, len(line))
				}
				if text := string(line[c.Pos.Col-1 : end]); l.Len() == 0 && !strings.ContainsAny(c.Text, "\"\n") && text != c.Text {
					t.Fatalf("place holds %q, cell %q", text, c.Text)
				}
			}
		}
		for _, d := range l.All() {
			if d.Pos.Line < 1 || d.Pos.Col < 1 {
				t.Fatalf("place %v", d.Pos)
			}
		}
		var out bytes.Buffer
		l.Print(&out, func(string) []byte { return data }, false)
	})
}

func ExampleRead() {
	data := []byte("# rail links\nlink_id,length\nbaku_astara,308.2\nastara_rasht,\"162,5\"\n")

	var l diag.List
	f := Read("link.csv", data, &l)
	for _, r := range f.Rows {
		if km, ok := r.Get("length").Float(&l); ok {
			fmt.Println(r.Get("link_id").Text, km)
		}
	}
	for _, d := range l.All() {
		fmt.Println(d)
		fmt.Println(d.Hint)
	}
	// Output:
	// baku_astara 308.2
	// link.csv:4:15: error A111 thousands-separator: "162,5" has a decimal comma
	// write 162.5
}
