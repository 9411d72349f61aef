package casefile

import (
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// item is a text with its place.
type item struct {
	text string
	pos  diag.Pos
}

func (v values) get(name string) *node {
	if v.def.field(name) == nil && (v.def.bare == nil || v.def.bare.name != name) {
		panic("casefile: record " + v.def.name + " has no field " + name)
	}
	return v.node[name]
}

func (v values) has(name string) bool { return v.get(name) != nil }

// at returns the place of a value, or that of the record.
func (v values) at(name string) diag.Pos {
	if n := v.get(name); n != nil {
		return n.pos
	}
	return v.pos
}

func (v values) text(name string) string {
	if n := v.get(name); n != nil {
		return n.text
	}
	return ""
}

func (v values) one(name string) (item, bool) {
	n := v.get(name)
	if n == nil {
		return item{}, false
	}
	return item{n.text, n.pos}, true
}

func (v values) list(name string) []item {
	n := v.get(name)
	if n == nil {
		return nil
	}
	if n.shape != sList {
		return []item{{n.text, n.pos}}
	}
	out := make([]item, len(n.items))
	for i, x := range n.items {
		out[i] = item{x.text, x.pos}
	}
	return out
}

// texts returns the texts of a list without their places.
func (v values) texts(name string) []string {
	var out []string
	for _, it := range v.list(name) {
		out = append(out, it.text)
	}
	return out
}

// records returns the records of a list (or the one record) of a field.
func (v values) records(name string) []values {
	n := v.get(name)
	if n == nil {
		return nil
	}
	def := v.def.field(name).rec
	items := n.items
	if n.shape != sList {
		items = []*node{n}
	}
	var out []values
	for _, x := range items {
		if w, ok := v.r.record(def, x); ok {
			out = append(out, w)
		}
	}
	return out
}

// record returns the record of a field.
func (v values) record(name string) (values, bool) {
	n := v.get(name)
	if n == nil {
		return values{}, false
	}
	return v.r.record(v.def.field(name).rec, n)
}

func (v values) boolean(name string) bool {
	return v.text(name) != "" && strings.EqualFold(v.text(name), "true")
}

func (v values) integer(name string) int {
	n := v.get(name)
	if n == nil {
		return 0
	}
	i, err := strconv.Atoi(n.text)
	if err != nil {
		v.r.wrong(v.def.field(name), n, name)
	}
	return i
}

// date returns a date; fitsOne has read it once already.
func (v values) date(name string) Date {
	n := v.get(name)
	if n == nil {
		return Date{}
	}
	d, err := calendar.Parse(n.text)
	if err != nil {
		panic("casefile: a date that was checked cannot be read: " + n.text)
	}
	return d
}

func (v values) letter(name string) units.Letter {
	if t := v.text(name); t != "" {
		return units.Letter(t[0])
	}
	return 0
}
