package interchange

import (
	"maps"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/table"
)

// Uses of GMNS links: allowed_uses lists uses of use_definition.csv and groups of
// use_group.csv, separated by commas. An empty cell and "all" let every use on.

// allUses is the word for every use.
const allUses = "all"

// useSet finds what a list of uses stands for.
type useSet struct {
	groups map[string][]string // members of a group, in lower case
	known  map[string]bool     // all names that occur
}

// splitUses cuts a list of uses.
func splitUses(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func readUses(groups, definitions *table.File, links []GMNSLink) useSet {
	u := useSet{groups: map[string][]string{}, known: map[string]bool{}}
	if groups != nil {
		for _, row := range groups.Rows {
			name := strings.ToLower(row.Get("use_group").Text)
			u.groups[name] = splitUses(row.Get("uses").Text)
			u.known[name] = true
			for _, m := range u.groups[name] {
				u.known[m] = true
			}
		}
	}
	if definitions != nil {
		for _, row := range definitions.Rows {
			u.known[strings.ToLower(row.Get("use").Text)] = true
		}
	}
	for i := range links {
		for _, use := range splitUses(links[i].AllowedUses) {
			u.known[use] = true
		}
	}
	delete(u.known, "")
	return u
}

// spread adds a name and, if it is a group, its members to out.
func (u useSet) spread(name string, out map[string]bool) {
	if out[name] {
		return
	}
	out[name] = true
	for _, m := range u.groups[name] {
		u.spread(m, out)
	}
}

// lets says whether a link with these allowed uses is open to a use: one that it
// names, by itself or in a group, or a group of which it names all members.
func (u useSet) lets(allowed, use string) bool {
	names := splitUses(allowed)
	if len(names) == 0 {
		return true
	}
	open := map[string]bool{}
	for _, n := range names {
		u.spread(n, open)
	}
	return open[allUses] || u.within(strings.ToLower(use), open, map[string]bool{})
}

// within says whether a use, or each member of a group, is in open.
func (u useSet) within(use string, open, asked map[string]bool) bool {
	if open[use] {
		return true
	}
	if len(u.groups[use]) == 0 || asked[use] { // a group may name itself
		return false
	}
	asked[use] = true
	for _, m := range u.groups[use] {
		if !u.within(m, open, asked) {
			return false
		}
	}
	return true
}

// checkUses reads what uses there are, and reports those asked for that are none of
// them. Without any asked for, it says that links are kept for some.
func (g *GMNS) checkUses(r *gmnsReader, asked []string, l *diag.List) {
	g.uses = readUses(r.table("use_group.csv", false, []string{"use_group", "uses"}), r.table("use_definition.csv", false, []string{"use"}), g.Links)
	g.asked = asked
	for _, use := range asked {
		if name := strings.ToLower(use); !g.uses.known[name] {
			names := slices.Sorted(maps.Keys(g.uses.known))
			d := l.Report(ruleGMNSRef, diag.Pos{File: g.Dir}, use, "no link, group or definition names the use %q", use)
			d.Expected = "one of " + strings.Join(names, ", ")
			if near := diag.Nearest(name, names); near != "" {
				d.Hint = "did you mean \"" + near + "\"?"
			}
		}
	}
	if len(asked) > 0 {
		return
	}
	var kept, other *GMNSLink // two links for different uses
	n := 0
	for i := range g.Links {
		k := &g.Links[i]
		if k.AllowedUses == "" {
			continue
		}
		if kept == nil {
			kept = k
		} else if other == nil && !strings.EqualFold(k.AllowedUses, kept.AllowedUses) {
			other = k
		}
		if !strings.EqualFold(k.AllowedUses, allUses) {
			n++
		}
	}
	if other != nil {
		l.Report(ruleGMNSUses, kept.Pos, kept.AllowedUses, "%d links are for some uses alone (link %q: %s; link %q: %s), but all trips are let on all of them", n, kept.ID, kept.AllowedUses, other.ID, other.AllowedUses).
			Hint = "say whose trips they are (--use): others' links are left out"
	}
}

// open says whether one of the uses asked for may take a link.
func (g *GMNS) open(k *GMNSLink) bool {
	return len(g.asked) == 0 || slices.ContainsFunc(g.asked, func(use string) bool { return g.uses.lets(k.AllowedUses, use) })
}

// Closed says for each link of a problem of g whether a use may not take it.
func (g *GMNS) Closed(p *GMNSProblem, use string) []bool {
	closed := make([]bool, len(p.Row))
	for i, row := range p.Row {
		closed[i] = !g.uses.lets(g.Links[row].AllowedUses, use)
	}
	return closed
}
