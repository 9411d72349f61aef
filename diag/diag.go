// Package diag carries what is wrong with a user's input as data: which rule,
// where, which text, what was expected and what to do about it.
//
// Readers and checkers append to a [List] and go on, so that one run shows all
// problems of a case. The list prints like a compiler does:
//
//	freight/link.csv:12:7: error A012 unknown-node: no node "aktua"
//	  aktau_baku,aktua,baku,0,ferry
//	             ^~~~~
//	  expected: the node_id of a row of node.csv
//	  hint: did you mean "aktau"?
//
// Rule ids go by families: A0xx folder and YAML, A1xx tables, A2xx network,
// A3xx demand, prices and rules, A4xx variables and propositions, A5xx effects,
// outcomes and corridors, A6xx agreements, claims, ledger and sources, A7xx
// calibration and observed figures.
//
// The order of the output depends on the diagnostics alone: sorted by file,
// line, column and rule id, ties in the order of reporting.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
)

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities. Only an Error makes a case unusable.
const (
	Error Severity = iota
	Warning
	Note
)

var severityNames = [...]string{Error: "error", Warning: "warning", Note: "note"}

// String returns "error", "warning" or "note".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// Pos is a place in a file. Line and Col count from 1, Col and Len in code
// points. Zero values mean unknown.
type Pos struct {
	File           string
	Line, Col, Len int
}

// String returns "file:line:col" and leaves out what is unknown.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders places by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Rule is a named check. Its id and name never change once released; About is
// one sentence for the list of rules.
type Rule struct {
	ID, Name string
	Severity Severity
	About    string
}

var registry struct {
	sync.Mutex
	byID, byName map[string]*Rule
}

// NewRule registers a rule and returns it. It is meant for package variables
// and panics when the id or the name is taken.
func NewRule(id, name string, s Severity, about string) *Rule {
	registry.Lock()
	defer registry.Unlock()
	if registry.byID == nil {
		registry.byID, registry.byName = map[string]*Rule{}, map[string]*Rule{}
	}
	if old := registry.byID[id]; old != nil {
		panic(fmt.Sprintf("diag: rule id %s of %q is taken by %q", id, name, old.Name))
	}
	if old := registry.byName[name]; old != nil {
		panic(fmt.Sprintf("diag: rule name %q of %s is taken by %s", name, id, old.ID))
	}
	r := &Rule{ID: id, Name: name, Severity: s, About: about}
	registry.byID[id], registry.byName[name] = r, r
	return r
}

// Rules returns every registered rule, sorted by id.
func Rules() []*Rule {
	registry.Lock()
	defer registry.Unlock()
	rules := make([]*Rule, 0, len(registry.byID))
	for _, r := range registry.byID {
		rules = append(rules, r)
	}
	slices.SortFunc(rules, func(a, b *Rule) int { return cmp.Compare(a.ID, b.ID) })
	return rules
}

// Diagnostic is one finding. Text is the offending text, Message says what is
// wrong with it, Expected what would be right, Hint what to write instead.
// Also lists further places that belong to it, such as the first of two rows
// with the same id.
type Diagnostic struct {
	Rule                          *Rule
	Pos                           Pos
	Text, Message, Expected, Hint string
	Also                          []Pos
}

// String returns the first line of the printed form.
func (d Diagnostic) String() string {
	head := fmt.Sprintf("%s %s %s: %s", d.Rule.Severity, d.Rule.ID, d.Rule.Name, d.Message)
	if at := d.Pos.String(); at != "" {
		return at + ": " + head
	}
	return head
}

// List collects diagnostics. The zero value is ready to use. A list is not for
// concurrent use.
type List struct {
	items []*Diagnostic
}

// Add appends a diagnostic. Its Rule must be set.
func (l *List) Add(d Diagnostic) {
	if d.Rule == nil {
		panic("diag: diagnostic without a rule: " + d.Message)
	}
	l.items = append(l.items, &d)
}

// Report appends a diagnostic made from its parts and returns it, so that the
// caller may set Expected, Hint and Also. The pointer stays valid.
func (l *List) Report(r *Rule, p Pos, text, format string, args ...any) *Diagnostic {
	l.Add(Diagnostic{Rule: r, Pos: p, Text: text, Message: fmt.Sprintf(format, args...)})
	return l.items[len(l.items)-1]
}

// Merge appends all diagnostics of o. The list o stays as it is.
func (l *List) Merge(o *List) {
	if o == nil {
		return
	}
	for _, d := range o.items {
		l.Add(*d)
	}
}

// All returns a copy of the diagnostics, sorted by file, line, column and rule
// id; those that tie keep the order of reporting.
func (l *List) All() []Diagnostic {
	all := make([]Diagnostic, len(l.items))
	for i, d := range l.items {
		all[i] = *d
	}
	slices.SortStableFunc(all, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Rule.ID, b.Rule.ID))
	})
	return all
}

// Count returns the number of diagnostics of severity s.
func (l *List) Count(s Severity) int {
	n := 0
	for _, d := range l.items {
		if d.Rule.Severity == s {
			n++
		}
	}
	return n
}

// Failed reports whether the list holds an Error.
func (l *List) Failed() bool { return l.Count(Error) > 0 }

// Len returns the number of diagnostics of any severity.
func (l *List) Len() int { return len(l.items) }
