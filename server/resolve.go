package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// The files that a resolution is added to.
const (
	resolutionsFile = "resolutions.yaml"
	sourcesFile     = "sources.yaml"
)

const emptyResolutions = "# What became of claims. Rows are only ever added at the end.\nresolutions:\n"

// errByHand says that a list is not written in the way to which a row can be added.
var errByHand = errors.New("the list in this file is not written one row below another at its end, so nothing can be added by itself: add the row in the editor")

// Resolution is what a user says became of a claim.
type Resolution struct {
	Claim    string     `json:"claim" minLength:"1" maxLength:"200"`
	Rows     int        `json:"rows" minimum:"0" doc:"how many rows on this claim the user has seen"`
	Verdict  string     `json:"verdict" maxLength:"20"`
	Happened string     `json:"happened,omitempty" maxLength:"3" doc:"yes or no: whether what the claim gives a probability to came about"`
	Date     string     `json:"date" maxLength:"20" doc:"when what settles it happened; of an open claim, when it was looked at"`
	Corrects string     `json:"corrects,omitempty" maxLength:"20" doc:"date of the settled row that this one replaces"`
	Evidence []string   `json:"evidence,omitempty" maxItems:"50" doc:"ids of timeline.csv, observed.csv or sources.yaml"`
	Source   *NewSource `json:"source,omitempty" doc:"a document that the case does not list yet; it becomes evidence, too"`
	Letter   string     `json:"letter,omitempty" maxLength:"1"`
	Quote    string     `json:"quote,omitempty" maxLength:"2000" doc:"the words of the evidence; kept in the note"`
	Note     string     `json:"note,omitempty" maxLength:"4000"`
	By       string     `json:"by,omitempty" maxLength:"200" doc:"who settles the claim; kept in the note"`
}

// NewSource is a document to be added to the sources of a case.
type NewSource struct {
	Publisher string `json:"publisher" maxLength:"300"`
	Title     string `json:"title" maxLength:"500"`
	Date      string `json:"date,omitempty" maxLength:"20"`
	Address   string `json:"address,omitempty" maxLength:"2000"`
}

// pair is a field of a row and its value as it stands in YAML; "" leaves it out.
type pair struct{ field, value string }

// scalar is a text in YAML: in double quotes, where JSON's way of writing strings is
// YAML's.
func scalar(s string) string {
	if s == "" {
		return ""
	}
	if plainScalar.MatchString(s) && !slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off"}, s) {
		return s
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("server: " + err.Error()) // a string is always written
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plainScalar are ids and dates, which files write without quotes. What YAML reads as
// something else than text or a date is quoted.
var plainScalar = regexp.MustCompile(`^(\d{4}-\d{2}(-\d{2})?|\d{4}|[a-z][a-z0-9_-]{2,}[a-z0-9]|[a-z])$`)

// pairs are the fields of the row in the order of the files.
func (r *Resolution) pairs(added string) []pair {
	var ids []string
	for _, id := range r.Evidence {
		ids = append(ids, scalar(id))
	}
	evidence := ""
	if len(ids) > 0 {
		evidence = "[" + strings.Join(ids, ", ") + "]"
	}
	return []pair{
		{"claim", scalar(r.Claim)}, {"verdict", scalar(r.Verdict)}, {"happened", yesNo(r.Happened)}, {"date", scalar(r.Date)}, {"added", scalar(added)},
		{"corrects", scalar(r.Corrects)}, {"evidence", evidence}, {"letter", scalar(r.Letter)}, {"note", scalar(r.note())},
	}
}

// yesNo is an answer as the files write it: plain, which YAML 1.2 reads as text.
func yesNo(s string) string {
	if s == "yes" || s == "no" {
		return s
	}
	return scalar(s)
}

// note is the remark with the words of the evidence and who settles it, for which rows
// have no fields of their own.
func (r *Resolution) note() string {
	var parts []string
	if s := strings.TrimSpace(r.Note); s != "" {
		parts = append(parts, s)
	}
	if s := strings.TrimSpace(r.Quote); s != "" {
		parts = append(parts, "In its words: “"+s+"”")
	}
	if s := strings.TrimSpace(r.By); s != "" {
		parts = append(parts, "Settled by "+s+".")
	}
	return strings.Join(parts, " ")
}

// pairs are the fields of the source.
func (n *NewSource) pairs(id string) []pair {
	return []pair{{"id", scalar(id)}, {"publisher", scalar(n.Publisher)}, {"title", scalar(n.Title)}, {"date", scalar(n.Date)}, {"address", scalar(n.Address)}, {"kind", "document"}}
}

// check returns what is wrong with the fields that the files cannot tell.
func (n *NewSource) check() []FieldProblem {
	var out []FieldProblem
	for _, x := range []struct{ field, value string }{{"source.publisher", n.Publisher}, {"source.title", n.Title}} {
		if strings.TrimSpace(x.value) == "" {
			out = append(out, FieldProblem{x.field, "a new source needs this", ""})
		}
	}
	if n.Address != "" {
		if u, err := url.Parse(n.Address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			out = append(out, FieldProblem{"source.address", "this is no address of a page", "https://…"})
		}
	}
	return out
}

// idOf makes an id for a new source that nothing in the case has.
func (n *NewSource) idOf(c *casefile.Case) string {
	taken := map[string]bool{}
	for _, s := range c.Sources {
		taken[s.ID] = true
	}
	for _, e := range c.Timeline {
		taken[e.ID] = true
	}
	for _, o := range c.Observed {
		taken[o.ID] = true
	}
	slug := strings.Trim(notInID.ReplaceAllString(strings.ToLower(n.Publisher+"-"+n.Date), "-"), "-")
	if len(slug) > 40 {
		slug = strings.Trim(slug[:40], "-")
	}
	if slug == "" || slug[0] < 'a' || slug[0] > 'z' {
		slug = strings.TrimSuffix("source-"+slug, "-")
	}
	id := slug
	for i := 2; taken[id]; i++ {
		id = fmt.Sprintf("%s-%d", slug, i)
	}
	return id
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// added is a text with a row at the end of a list, and where its fields stand.
type added struct {
	text  string
	first int            // line of the row, from 1
	field map[int]string // by line
}

// addRow adds a row at the end of the list under key, which has to be the last thing
// of the file.
func addRow(text, key string, row []pair) (added, error) {
	eol := "\n"
	if strings.Contains(text, "\r\n") {
		eol = "\r\n"
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += eol
	}
	lines := splitLines(text)
	at := -1
	for i, l := range lines {
		rest, ok := strings.CutPrefix(strings.TrimPrefix(l, "\ufeff"), key+":")
		if !ok {
			continue
		}
		value, _, _ := strings.Cut(rest, "#")
		switch strings.TrimSpace(value) {
		case "":
		case "[]", "null", "~":
			lines[i] = strings.Replace(l, strings.TrimSpace(value), "", 1)
		default:
			return added{}, errByHand
		}
		at = i
		break
	}
	if at < 0 {
		return added{}, errByHand
	}
	indent := ""
	for _, l := range lines[at+1:] {
		if s := strings.TrimSpace(l); s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		i := strings.Index(l, "-")
		if i < 0 || strings.TrimSpace(l[:i]) != "" {
			return added{}, errByHand
		}
		indent = l[:i]
		break
	}
	out := added{first: len(lines) + 1, field: map[int]string{}}
	head := indent + "- "
	for _, p := range row {
		if p.value == "" {
			continue
		}
		lines = append(lines, head+p.field+": "+p.value+eol)
		out.field[len(lines)] = p.field
		head = indent + "  "
	}
	out.text = strings.Join(lines, "")
	return out, nil
}

// with loads the case as it would be with some files changed. Nothing is written.
func (s *source) with(changed map[string]string) (*casefile.Case, *diag.List, error) {
	files, err := s.files()
	if err != nil {
		return nil, nil, err
	}
	m := fstest.MapFS{}
	err = caseFiles(files, func(path string, b []byte) error {
		m[path] = &fstest.MapFile{Data: b}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for p, text := range changed {
		m[p] = &fstest.MapFile{Data: []byte(text)}
	}
	l := &diag.List{}
	return casefile.Load(m, l), l, nil
}

// textOf is a file of the case, or a first text where there is none.
func (s *source) textOf(p, first string) (text, sum string, err error) {
	b, sum, err := s.read(p)
	if errors.Is(err, errNoFile) {
		return first, "", nil
	}
	if err == nil && s.kind == Shipped {
		return string(b), "", nil
	}
	return string(b), sum, err
}

// today is the day that rows are added on.
func today() string {
	y, m, d := time.Now().Date()
	return calendar.Date{Year: y, Month: int(m), Day: d}.String()
}

// change is what a resolution does to the files of a case.
type change struct {
	files    []string // in the order to write them
	text     map[string]string
	sum      map[string]string // of the texts they are based on
	source   string            // id of the new source, "" for none
	problems []FieldProblem    // none: it can be written
	warnings []FieldProblem
}

// prepare works out what a resolution does, and checks the case as it would be: the
// checks are those of every case file.
func (s *source) prepare(r Resolution, c *casefile.Case, before *diag.List) (*change, error) {
	ch := &change{text: map[string]string{}, sum: map[string]string{}}
	rows := map[string]added{}
	add := func(p, first, key string, row []pair) error {
		text, sum, err := s.textOf(p, first)
		if err != nil {
			return err
		}
		a, err := addRow(text, key, row)
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		ch.files, ch.text[p], ch.sum[p], rows[p] = append(ch.files, p), a.text, sum, a
		return nil
	}
	r.Evidence = append([]string(nil), r.Evidence...)
	if n := r.Source; n != nil {
		if ch.problems = n.check(); len(ch.problems) > 0 {
			return ch, nil
		}
		id := n.idOf(c)
		ch.source = id
		if err := add(sourcesFile, "sources:\n", "sources", n.pairs(id)); err != nil {
			return nil, err
		}
		r.Evidence = append(r.Evidence, id)
	}
	if err := add(resolutionsFile, emptyResolutions, "resolutions", r.pairs(today())); err != nil {
		return nil, err
	}
	after, l, err := s.with(ch.text)
	if err != nil {
		return nil, err
	}
	for _, d := range l.All() {
		a, ok := rows[d.Pos.File]
		if !ok || d.Pos.Line < a.first || d.Rule.Severity == diag.Note {
			continue
		}
		p := FieldProblem{fieldOf(d, a), d.Message, d.Expected}
		if p.Field == "evidence" {
			p.Expected = "an event, a published figure or a source of the case" // names of files say nothing in a form
		}
		if d.Rule.Severity == diag.Error {
			ch.problems = append(ch.problems, p)
		} else {
			ch.warnings = append(ch.warnings, p)
		}
	}
	if len(ch.problems) > 0 {
		return ch, nil
	}
	// What was read has to be what was written: the rows of before, and this one. A
	// case with errors elsewhere may be read in part only.
	n := len(c.Resolutions)
	if l.Count(diag.Error) > before.Count(diag.Error) || len(after.Resolutions) != n+1 || after.Resolutions[n].Claim != r.Claim {
		return nil, fmt.Errorf("%s: %w", resolutionsFile, errByHand)
	}
	return ch, nil
}

// fieldOf is the field of the form that a problem is shown at. Some rules point at the
// verdict, which asks for another field.
func fieldOf(d diag.Diagnostic, a added) string {
	switch d.Rule.Name {
	case "ledger-evidence":
		return "evidence"
	case "ledger-letter":
		return "letter"
	case "ledger-happened", "ledger-unsaid":
		return "happened"
	case "ledger-overwrite":
		return "corrects"
	}
	f := a.field[d.Pos.Line]
	if d.Pos.File == sourcesFile {
		return "source." + f
	}
	return f
}

// FieldProblem is what is wrong with a field of a form.
type FieldProblem struct {
	Field    string `json:"field"`
	Message  string `json:"message"`
	Expected string `json:"expected,omitempty"`
}

// errStale says that the claim has other rows than the user has seen.
var errStale = errors.New("somebody has added a row on this claim meanwhile: look at it before you add another")

// errNoClaim says that the case has no such claim.
var errNoClaim = errors.New("the case has no such claim")

// maxTries bounds how often a save is begun anew because another one came between.
const maxTries = 4

// resolve adds a row to the ledger of a case that may be written. Rows are only
// added, so whoever saved the file meanwhile is no hindrance: the row is added to
// what they saved.
func (s *source) resolve(data string, r Resolution) (v Version, ch *change, err error) {
	for range maxTries {
		x, err := s.load()
		if err != nil {
			return v, nil, err
		}
		if err := seen(x.Case, r); err != nil {
			return v, nil, err
		}
		if ch, err = s.prepare(r, x.Case, x.List); err != nil || len(ch.problems) > 0 {
			return v, ch, err
		}
		about := fmt.Sprintf("resolution of %s: %s", r.Claim, r.Verdict)
		clash := false
		for _, p := range ch.files {
			v, err = s.save(data, p, ch.sum[p], []byte(ch.text[p]), about)
			var c *conflict
			if errors.As(err, &c) {
				clash = true
				break
			}
			if err != nil {
				return v, ch, err
			}
			if p == sourcesFile { // begun anew, the row finds it there
				r.Source, r.Evidence = nil, append(slices.Clone(r.Evidence), ch.source)
			}
		}
		if !clash {
			return v, ch, nil
		}
	}
	return v, ch, errStale
}

// seen compares the rows on the claim with those that the user has seen.
func seen(c *casefile.Case, r Resolution) error {
	known := false
	for i := range c.Claims {
		known = known || c.Claims[i].ID == r.Claim
	}
	if !known {
		return errNoClaim
	}
	rows := 0
	for i := range c.Resolutions {
		if c.Resolutions[i].Claim == r.Claim {
			rows++
		}
	}
	if rows != r.Rows {
		return errStale
	}
	return nil
}
