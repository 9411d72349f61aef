package casefile

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/astara-corridors/astara/diag"
)

// The format pages are made from the field tables and the rules, and kept by
// these tests: run with -update after a change.

func keepPage(t *testing.T, path string, now []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, now, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(old), string(now)); d != "" {
		t.Errorf("%s is not what the tables say; run go test ./casefile -update (-file +tables):\n%s", path, d)
	}
}

func TestCasePage(t *testing.T) { keepPage(t, "../docs/formats/case.md", casePage()) }

func TestRulesPage(t *testing.T) { keepPage(t, "../docs/formats/check-rules.md", rulesPage()) }

const caseIntro = `# The case folder

A case is a folder of text files: YAML for what people write by hand, CSV for
tables. This page is made from the tables that the reader itself uses.

` + "```" + `
astara init DIR                   a small commented case to start from
astara init --from caucasus DIR   a copy of a shipped case
astara check DIR                  all problems in one pass
astara schema                     JSON Schema of the YAML files, for editors
` + "```" + `

## What holds in every file

- Text is UTF-8. Files that end in ` + "`.md`" + ` and hidden files are notes and are not
  read. Any other file that belongs to no part of a case is reported.
- The format has a version: ` + "`format: 1`" + ` in case.yaml. Other YAML files may state it.
- Dates are YYYY, YYYY-MM or YYYY-MM-DD; a coarse date means the whole year or
  month.
- **Figures** are a number in the unit that the key names, a text with a unit
  ("15 Mt/yr", "26 h", "10-14 d", "12..20..26 h", "30 %"), a list [low, high] or
  [low, central, high], or a record {value, low, high, source, letter, note}. The
  centre of [low, high] is the mean. Money of another year needs the deflator of
  case.yaml.
- **Letters** say how much to trust a number: a read in the source, m computed from
  it, b own knowledge, c estimate.
- **Propositions** combine variable=state, variable!=state and variable in {a, b}
  with not, and, or and parentheses; true and false stand for themselves.
- YAML is kept plain: one document a file, no anchors, aliases, tags or merge keys,
  no tabs. A key that the format does not know is an error.
- Tables follow RFC 4180. Lines that begin with # are notes. Lists inside a cell
  are separated by ;. A column x with a range has x_low and x_high beside it; both
  empty means exact. Columns that begin with x_ are yours. A bare number is in the
  unit of its column; a cell may carry its own unit ("3 Mt/yr").
- Claims carry a paraphrase and the place of the words: a locator, or in a case of
  yours a quote. Words are shown only from a text that is attached on the machine
  (` + "`astara attach`" + `).

`

func casePage() []byte {
	var b bytes.Buffer
	b.WriteString(caseIntro)
	b.WriteString("## YAML files\n\n| file | needed | what it holds |\n| --- | --- | --- |\n")
	for _, f := range files {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", f.path, yesNo(f.required), f.rec.doc)
	}
	b.WriteString("\n")
	done := map[*record]bool{}
	for _, f := range files {
		recordPage(&b, f.rec, done)
	}
	recordPage(&b, figureRecord, done)
	b.WriteString("## Tables\n\n| table | needed | what it holds |\n| --- | --- | --- |\n")
	for _, t := range tables {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", t.path, yesNo(t.required), t.doc)
	}
	for _, t := range tables {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n| column | cells | empty | unit | meaning |\n| --- | --- | --- | --- | --- |\n", t.path, t.doc)
		for _, c := range t.cols {
			name := c.name
			if c.cell == cFigure {
				name += ", " + c.name + "_low, " + c.name + "_high"
			}
			empty := "may be"
			switch {
			case c.required:
				empty = "no"
			case c.def != "":
				empty = "means " + c.def
			case c.optional:
				empty = "may be; the column may be left out"
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", name, c.cells(), empty, c.unit, pipe(c.doc))
		}
	}
	return b.Bytes()
}

// cells names the type of a column's cells.
func (c *column) cells() string {
	switch c.cell {
	case cText:
		return "text"
	case cID:
		return "name"
	case cFigure, cNumber:
		return "number"
	case cBool:
		return "yes or no"
	case cDate:
		return "date"
	case cYear:
		return "year"
	case cEnum:
		return join(c.enum)
	case cList:
		return "list"
	case cEnums:
		return "list of " + join(c.enum)
	case cLetter:
		return "a, m, b, c"
	case cSource:
		return "list of source ids"
	}
	panic("column without words")
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func pipe(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func recordPage(b *bytes.Buffer, r *record, done map[*record]bool) {
	if done[r] {
		return
	}
	done[r] = true
	fmt.Fprintf(b, "### %s\n\n%s\n\n| key | value | needed | meaning |\n| --- | --- | --- | --- |\n", r.name, r.doc)
	for _, f := range r.fields {
		value := f.what()
		switch {
		case f.kind == kRecord && f.many == list:
			value = "list of " + f.rec.name
		case f.kind == kRecord:
			value = f.rec.name
		case f.kind == kFigure && f.many == one:
			value = "figure"
		case f.kind == kFigures:
			value = "names with a figure each"
		case f.kind == kProp:
			value = "proposition"
		case f.kind == kDate:
			value = "date"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", f.name, pipe(value), yesNo(f.required), pipe(f.describe()))
	}
	b.WriteString("\n")
	if r.exactlyOne != nil {
		fmt.Fprintf(b, "Exactly one of %s.\n\n", join(r.exactlyOne))
	}
	if r.atLeastOne != nil {
		fmt.Fprintf(b, "At least one of %s.\n\n", join(r.atLeastOne))
	}
	for _, keys := range r.together {
		fmt.Fprintf(b, "All or none of %s.\n\n", join(keys))
	}
	for _, f := range r.fields {
		if f.rec != nil {
			recordPage(b, f.rec, done)
		}
	}
}

const rulesIntro = `# The rules of check

Every diagnostic of ` + "`astara check`" + ` names the rule it comes from. An error makes a
case unusable, a warning is probably a mistake, a note is worth a look. Ids and
names of rules never change. This page is made from the list of rules in the
program.

Families: A0xx folder and YAML; A1xx tables; A2xx network; A3xx demand, prices and
rules; A4xx variables and propositions; A5xx effects, outcomes and corridors; A6xx
agreements, claims, ledger and sources; A7xx calibration and observed figures; A8xx
power and gas.

| rule | name | severity | what it means |
| --- | --- | --- | --- |
`

func rulesPage() []byte {
	var b bytes.Buffer
	b.WriteString(rulesIntro)
	for _, r := range diag.Rules() {
		about := strings.TrimSuffix(r.About, ".")
		if about != "" {
			about = strings.ToUpper(about[:1]) + about[1:]
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.ID, r.Name, r.Severity, pipe(about))
	}
	return b.Bytes()
}
