package casefile

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

// target is a kind of thing that others refer to by id.
type target uint8

const (
	tSource target = iota
	tActor
	tVariable
	tOutcome
	tCorridor
	tEffect
	tAgreement
	tClause
	tClaim
	tObservation
	tEvent
	tNode
	tWaypoint // a node or a link
	tCommodity
	targets
)

// known says of each target its name, the rule that a dangling reference breaks
// and where the ids stand.
var known = [targets]struct {
	what  string
	rule  *diag.Rule
	where string
}{
	tSource:      {"source", ruleUnknownSource, "an id of sources.yaml"},
	tActor:       {"actor", ruleUnknownActor, "an id of actors.yaml"},
	tVariable:    {"variable", ruleUnknownVariable, "an id of variables.yaml"},
	tOutcome:     {"outcome", ruleUnknownOutcome, "an id of outcomes.yaml"},
	tCorridor:    {"corridor", ruleUnknownCorridor, "an id of corridors.yaml"},
	tEffect:      {"effect", ruleUnknownEffect, "an id of effects.yaml"},
	tAgreement:   {"agreement", ruleUnknownAgreement, "an id of a file in agreements/"},
	tClause:      {"clause", ruleUnknownClause, "agreement/clause of a file in agreements/"},
	tClaim:       {"claim", ruleUnknownClaim, "an id of a file in claims/"},
	tObservation: {"observation", ruleLedgerEvidence, "an id of observed.csv"},
	tEvent:       {"event", ruleLedgerEvidence, "an id of timeline.csv"},
	tNode:        {"node", ruleUnknownNode, "a node_id of freight/node.csv"},
	tWaypoint:    {"node or link", ruleUnknownNode, "a node_id of freight/node.csv or a link_id of freight/link.csv"},
	tCommodity:   {"commodity", ruleChainGood, "a commodity of freight/commodity.csv"},
}

// reference is a name that must exist once everything is read.
type reference struct {
	to   target
	name string
	pos  diag.Pos
	rule *diag.Rule // nil: that of the target
}

// builder makes a Case from trees and tables.
type builder struct {
	r     *reader
	l     *diag.List
	c     *Case
	ids   [targets]map[string]diag.Pos
	names [targets][]string
	refs  []reference
	used  map[string]bool // sources that are cited

	lost          [targets]bool // a file that declares such things could not be read
	variablesLost bool          // a variable could not be read: do not report what follows from it
	energyLost    bool          // a needed energy table is missing: do not report what follows from it

	// What the cross checks need beside the Case.
	parents                               map[string][]int // as written, before circles are cut
	gaps                                  []gap
	possible                              *formula.Prop // worlds that no fact excludes
	paths                                 []values
	effects                               []effectAt
	areas                                 []areaRef
	scales                                map[*column]float64
	energyNames                           []energyName
	backtests                             []backtestAt
	agreementAts, claimAts, resolutionAts []values
	ranks                                 []rank
	evidence, bearsOn, clashes            []item
}

func newBuilder(l *diag.List) *builder {
	b := &builder{l: l, c: &Case{}, r: &reader{l: l}, used: map[string]bool{}, scales: map[*column]float64{}, parents: map[string][]int{}}
	for i := range b.ids {
		b.ids[i] = map[string]diag.Pos{}
	}
	return b
}

// declare notes an id; a second one of the same kind is reported and refused.
func (b *builder) declare(to target, name string, pos diag.Pos) bool {
	if name == "" {
		return false
	}
	if at, dup := b.ids[to][name]; dup {
		d := b.l.Report(ruleDuplicateID, pos, name, "there are two %ss %q", known[to].what, name)
		d.Also = append(d.Also, at)
		return false
	}
	b.ids[to][name] = pos
	b.names[to] = append(b.names[to], name)
	return true
}

// ref notes that a name must exist.
func (b *builder) ref(to target, name string, pos diag.Pos) {
	if name != "" {
		b.refs = append(b.refs, reference{to: to, name: name, pos: pos})
	}
}

// refItem notes the reference of a field and returns the name.
func (b *builder) refItem(to target, v values, name string) string {
	it, ok := v.one(name)
	if ok {
		b.ref(to, it.text, it.pos)
	}
	return it.text
}

// refItems notes the references of a list field and returns the names.
func (b *builder) refItems(to target, v values, name string) []string {
	var out []string
	seen := map[string]bool{}
	for _, it := range v.list(name) {
		if seen[it.text] {
			d := b.l.Report(ruleDuplicateID, it.pos, it.text, "the list of %q names %q twice", name, it.text)
			d.Hint = "remove one of the two"
			continue
		}
		seen[it.text] = true
		b.ref(to, it.text, it.pos)
		out = append(out, it.text)
	}
	return out
}

// sources notes the sources of a record.
func (b *builder) sources(v values) []string { return b.refItems(tSource, v, "source") }

// meta reads source, letter and note.
func (b *builder) meta(v values) Ref {
	return Ref{Pos: v.at("id"), Source: b.sources(v), Letter: v.letter("letter"), Note: v.text("note")}
}

// figure reads a figure and notes its own sources.
func (b *builder) figure(v values, name string) units.Figure {
	f := v.figure(name)
	b.figureSources(v.get(name), f)
	return f
}

func (b *builder) figureSources(n *node, f units.Figure) {
	if n == nil || n.shape != sRecord {
		return
	}
	for _, e := range n.keys {
		if e.key != "source" {
			continue
		}
		items := e.value.items
		if e.value.shape != sList {
			items = []*node{e.value}
		}
		for _, it := range items {
			b.ref(tSource, it.text, it.pos)
		}
	}
}

// prop reads a proposition; nil when absent or wrong.
func (b *builder) prop(v values, name string) *formula.Prop {
	n := v.get(name)
	if n == nil || b.c.Space == nil {
		return nil
	}
	if b.variablesLost {
		// Some variables could not be read. Propositions are still parsed, but what
		// they miss is not reported: it would repeat the first problem many times.
		var quiet diag.List
		p := b.c.Space.Parse(boolText(n), n.pos, &quiet)
		return p
	}
	return b.c.Space.Parse(boolText(n), n.pos, b.l)
}

// boolText is the text of a proposition; YAML's True and TRUE are true.
func boolText(n *node) string {
	if n.shape == sBool {
		return strings.ToLower(n.text)
	}
	return n.text
}

// resolve reports every reference that leads nowhere.
func (b *builder) resolve() {
	for _, r := range b.refs {
		if _, ok := b.ids[r.to][r.name]; ok {
			if r.to == tSource {
				b.used[r.name] = true
			}
			continue
		}
		if r.to == tVariable && b.variablesLost || b.lost[r.to] {
			continue
		}
		rule := r.rule
		if rule == nil {
			rule = known[r.to].rule
		}
		d := b.l.Report(rule, r.pos, r.name, "there is no %s %q", known[r.to].what, r.name)
		d.Expected = known[r.to].where
		b.suggest(d, r.name, b.names[r.to])
	}
}

// suggest sets the hint to the nearest name, if one is near.
func (b *builder) suggest(d *diag.Diagnostic, name string, names []string) {
	if near := diag.Nearest(name, names); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	}
}

// reportQuantity turns an error of units.Parse into a diagnostic at its place.
func reportQuantity(l *diag.List, rule *diag.Rule, text string, pos diag.Pos, err error) {
	var pe *units.ParseError
	if !errors.As(err, &pe) {
		panic("casefile: units.Parse returned an error of another type: " + err.Error())
	}
	if pos.Col > 0 {
		pos.Col += pe.Offset
		pos.Len = utf8.RuneCountInString(pe.Text)
	}
	d := l.Report(rule, pos, pe.Text, "%q: %s", text, pe.Message)
	d.Expected, d.Hint = pe.Expected, pe.Hint
}

// unitScale is how many base units of dim one unit is; 1 for "".
func unitScale(unit string, dim units.Dim) float64 {
	if unit == "" {
		return 1
	}
	f, err := units.Parse("1 "+unit, dim, units.Options{})
	if err != nil {
		panic("casefile: unit of a field table does not fit its dimension: " + unit)
	}
	return f.Central
}
