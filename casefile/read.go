package casefile

import (
	"regexp"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// reader checks trees against field tables and hands out their values. Shapes
// are checked by [reader.record]; the getters of [values] then convert what is
// known to have the right shape, and report wrong dates, figures and the like.
type reader struct {
	l         *diag.List
	priceYear int
	deflate   units.Deflator
}

// values are the checked values of a record: those with a wrong shape are left
// out.
type values struct {
	r    *reader
	def  *record
	pos  diag.Pos
	node map[string]*node
}

// record checks n against def and reports everything that is wrong. ok is false
// when n is no record at all.
func (r *reader) record(def *record, n *node) (v values, ok bool) {
	v = values{r: r, def: def, pos: n.pos, node: map[string]*node{}}
	if n.shape == sBad {
		return v, false
	}
	if n.shape != sRecord {
		if def.bare != nil {
			if r.fits(def.bare, n, def.name) {
				v.node[def.bare.name] = n
				return v, true
			}
			return v, false
		}
		d := r.l.Report(ruleWrongType, n.pos, n.text, "%s is %s", def.name, n.shape)
		d.Expected = "a record with the keys " + join(def.names())
		return v, false
	}
	for _, e := range n.keys {
		f := def.field(e.key)
		if f == nil {
			r.unknownKey(def, e)
			continue
		}
		if r.fits(f, e.value, e.key) {
			v.node[e.key] = e.value
		}
	}
	has := func(key string) bool {
		for _, e := range n.keys {
			if e.key == key {
				return true
			}
		}
		return false
	}
	for _, f := range def.fields {
		if f.required && !has(f.name) {
			d := r.l.Report(ruleMissingKey, n.pos, "", "the key %q is missing in %s", f.name, def.name)
			d.Expected = f.name + ": " + f.what()
		}
	}
	count := func(keys []string) (n int) {
		for _, k := range keys {
			if has(k) {
				n++
			}
		}
		return n
	}
	if keys := def.exactlyOne; keys != nil && count(keys) != 1 {
		d := r.l.Report(ruleKeyChoice, n.pos, "", "%d of the keys of which %s has exactly one", count(keys), def.name)
		d.Expected = "exactly one of " + join(keys)
	}
	if keys := def.atLeastOne; keys != nil && count(keys) == 0 {
		d := r.l.Report(ruleKeyChoice, n.pos, "", "none of the keys of which %s has at least one", def.name)
		d.Expected = "at least one of " + join(keys)
	}
	for _, keys := range def.together {
		if c := count(keys); c != 0 && c != len(keys) {
			d := r.l.Report(ruleKeyChoice, n.pos, "", "keys of %s that go together stand alone", def.name)
			d.Expected = "all of " + join(keys) + ", or none"
		}
	}
	return v, true
}

func (r *reader) unknownKey(def *record, e entry) {
	if quoting[e.key] {
		d := r.l.Report(ruleQuote, e.pos, e.key, "the key %q would carry the words of a source", e.key)
		d.Expected = "paraphrase: the claim in words of the case; locator: {start, end, sha256} for the place of the words, or quote: {exact, prefix, suffix} in a case that may cite them"
		return
	}
	d := r.l.Report(ruleUnknownKey, e.pos, e.key, "%s has no key %q", def.name, e.key)
	d.Expected = "one of " + join(def.names())
	if near := diag.Nearest(e.key, def.names()); near != "" {
		d.Hint = "did you mean \"" + near + "\"?"
	}
}

// quoting are keys that people would put the words of a source under.
var quoting = map[string]bool{"quotes": true, "quotation": true, "verbatim": true, "text_quoted": true, "words": true}

// fits checks the shape of a field's value, lists and records inside included.
func (r *reader) fits(f *field, n *node, name string) bool {
	if n.shape == sBad {
		return false
	}
	if n.shape == sNull {
		d := r.l.Report(ruleEmptyValue, n.pos, name, "the key %q has no value", name)
		d.Expected = f.what()
		d.Hint = "give a value or remove the key"
		return false
	}
	if f.many == list && n.shape != sList {
		r.wrong(f, n, name)
		return false
	}
	if n.shape == sList && f.many != one {
		if len(n.items) == 0 && !f.required {
			return false // as if the key were absent
		}
		if len(n.items) == 0 {
			d := r.l.Report(ruleEmptyValue, n.pos, name, "the list of %q is empty", name)
			d.Expected = f.what()
			d.Hint = "give a value or remove the key"
			return false
		}
		kept := n.items[:0:0]
		for _, item := range n.items {
			if r.fitsOne(f, item, name) {
				kept = append(kept, item)
			}
		}
		n.items = kept
		return true
	}
	return r.fitsOne(f, n, name)
}

func (r *reader) fitsOne(f *field, n *node, name string) bool {
	ok := false
	switch f.kind {
	case kText:
		ok = n.shape == sText && strings.TrimSpace(n.text) != ""
		if ok && f.pattern != "" {
			ok = pattern(f.pattern).MatchString(n.text)
		}
	case kName:
		ok = (n.shape == sText || n.shape == sInt) && pattern(namePattern).MatchString(n.text)
	case kInt:
		ok = n.shape == sInt && strings.Trim(n.text, "-0123456789") == ""
	case kNumber:
		ok = n.shape == sInt || n.shape == sFloat
	case kBool:
		ok = n.shape == sBool
	case kDate:
		ok = n.shape == sText || n.shape == sInt
		if ok {
			_, err := calendar.Parse(n.text)
			if err != nil {
				d := r.l.Report(ruleDate, n.pos, n.text, "%q is not a date: %v", n.text, err)
				d.Expected = f.what()
				return false
			}
		}
	case kEnum:
		ok = n.shape == sText
		if ok && !contains(f.enum, n.text) {
			d := r.l.Report(ruleUnknownWord, n.pos, n.text, "%q is not a value of %q", n.text, name)
			d.Expected = f.what()
			if near := diag.Nearest(n.text, f.enum); near != "" {
				d.Hint = "did you mean \"" + near + "\"?"
			}
			return false
		}
	case kProp:
		ok = n.shape == sText && strings.TrimSpace(n.text) != "" || n.shape == sBool
	case kFigure:
		return r.fitsFigure(f, n, name)
	case kRecord:
		// The record itself is checked when its own table is read.
		ok = n.shape == sRecord || f.rec.bare != nil && n.shape != sList
	case kFigures:
		if ok = n.shape == sRecord && len(n.keys) > 0; ok {
			n.keys = keep(n.keys, func(e entry) bool {
				return r.fitsFigure(f, e.value, name+"."+e.key)
			})
		}
	case kTexts:
		if ok = n.shape == sRecord && len(n.keys) > 0; ok {
			inner := &field{name: f.name, kind: kText}
			n.keys = keep(n.keys, func(e entry) bool { return r.fits(inner, e.value, name+"."+e.key) })
		}
	}
	if !ok {
		r.wrong(f, n, name)
	}
	return ok
}

func (r *reader) fitsFigure(f *field, n *node, name string) bool {
	scalar := func(n *node) bool {
		return n.shape == sInt || n.shape == sFloat || n.shape == sText && strings.TrimSpace(n.text) != ""
	}
	ok := false
	switch n.shape {
	case sList:
		ok = len(n.items) == 2 || len(n.items) == 3
		for _, item := range n.items {
			ok = ok && scalar(item)
		}
	case sRecord:
		ok = true // checked when it is read, by figureRecord
	default:
		ok = scalar(n)
	}
	if !ok {
		r.wrong(f, n, name)
	}
	return ok
}

func (r *reader) wrong(f *field, n *node, name string) {
	found := n.shape.String()
	switch {
	case n.shape == sText && strings.TrimSpace(n.text) == "":
		found = "an empty text"
	case n.shape == sText || n.shape == sInt || n.shape == sFloat || n.shape == sBool:
		found += " (" + clip(n.text) + ")"
	}
	d := r.l.Report(ruleWrongType, n.pos, n.text, "%q is %s", name, found)
	d.Expected = f.what()
	if f.pattern != "" {
		d.Expected = f.what() + " like " + f.def
	}
	switch {
	case f.many == list && n.shape != sList && n.shape != sRecord:
		d.Hint = "write [" + clip(n.text) + "]"
	case f.kind == kText && (n.shape == sInt || n.shape == sFloat || n.shape == sBool):
		d.Hint = "put quotes around it"
	case f.kind == kName && n.shape == sText:
		d.Hint = "letters, digits and _ - . / ( ) , : + without spaces"
	}
}

// namePattern is what ids look like. Parentheses and commas serve variables
// such as position(IR,zangezur), the slash clauses such as ru-ir-2025/21.
const namePattern = `^[\p{L}\p{N}+_][\p{L}\p{N}_.,:()/+*-]*$`

var patterns = map[string]*regexp.Regexp{namePattern: regexp.MustCompile(namePattern), sha256Pattern: regexp.MustCompile(sha256Pattern), standingPattern: regexp.MustCompile(standingPattern)}

// pattern returns a compiled pattern of the field tables.
func pattern(text string) *regexp.Regexp {
	p := patterns[text]
	if p == nil {
		panic("casefile: pattern not in the list: " + text)
	}
	return p
}

// clip shortens a text for a message.
func clip(s string) string {
	const limit = 40
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

func contains(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

func keep(keys []entry, f func(entry) bool) []entry {
	kept := keys[:0:0]
	for _, e := range keys {
		if f(e) {
			kept = append(kept, e)
		}
	}
	return kept
}
