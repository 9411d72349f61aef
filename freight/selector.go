package freight

import (
	"slices"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/diag"
)

// selections remembers which operations selectors select: the same few selectors
// are resolved in every network of an ensemble.
type selections struct {
	mu    sync.Mutex
	known map[string][]int32
}

// maxSelections bounds what is remembered, should somebody ask without end.
const maxSelections = 4096

// selected lists the operations that meet every place field of a selector, in
// order. The list must not be modified.
func (n *network) selected(on *Selector) []int32 {
	key := strings.Join([]string{on.Project, on.Link, on.Border, on.Strait, on.Terminal, on.Tag, on.Country, on.Direction,
		strings.Join(on.Modes, "\x01")}, "\x00")
	n.selections.mu.Lock()
	list, ok := n.selections.known[key]
	n.selections.mu.Unlock()
	if ok {
		return list
	}
	for i := range n.ops {
		if n.selects(on, &n.ops[i]) {
			list = append(list, int32(i))
		}
	}
	n.selections.mu.Lock()
	defer n.selections.mu.Unlock()
	if n.selections.known == nil {
		n.selections.known = map[string][]int32{}
	}
	if len(n.selections.known) < maxSelections {
		n.selections.known[key] = list
	}
	return list
}

// selects says whether an operation meets every place field of a selector.
// Tariff, fee and rule fields are rows, not places; the caller tests them.
func (n *network) selects(on *Selector, o *operation) bool {
	s := n.spec
	if on.Project != "" {
		if o.link < 0 || !slices.Contains(n.byProject[o.link], n.project[on.Project]) {
			return false
		}
	}
	if on.Link != "" && (o.link < 0 || s.Links[o.link].ID != on.Link) {
		return false
	}
	if on.Border != "" && (o.border < 0 || s.Borders[o.border].ID != on.Border) {
		return false
	}
	if on.Strait != "" && (o.strait < 0 || s.Straits[o.strait].ID != on.Strait) {
		return false
	}
	if on.Terminal != "" && (o.terminal < 0 || s.Terminals[o.terminal].ID != on.Terminal && s.Nodes[o.node].ID != on.Terminal) {
		return false
	}
	if on.Tag != "" && (o.link < 0 || !slices.Contains(s.Links[o.link].Tags, on.Tag)) {
		return false
	}
	if len(on.Modes) > 0 {
		m := parseModes(on.Modes)
		if !m.has(o.mode) && !m.has(o.mode2) {
			return false
		}
	}
	if on.Country != "" && !n.inCountry(on.Country, o) {
		return false
	}
	if on.Direction != "" && (o.border < 0 || s.Borders[o.border].CountryTo != on.Direction) {
		return false
	}
	return true
}

// inCountry says whether an operation stands in a country, or at a border of the
// pair of countries "A-B".
func (n *network) inCountry(country string, o *operation) bool {
	from, to, pair := strings.Cut(country, "-")
	if !pair {
		return n.countries[o.country] == country
	}
	if o.border < 0 {
		return false
	}
	b := &n.spec.Borders[o.border]
	return b.CountryFrom == from && b.CountryTo == to || b.CountryFrom == to && b.CountryTo == from
}

// vocabulary is what selectors may name beside the ids that have rows of their
// own in the network's indices.
type vocabulary struct{ tariffs, fees, tags, areas, regimes map[string]bool }

func vocabularyOf(s *Spec) vocabulary {
	v := vocabulary{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{"*": true}, map[string]bool{}}
	for i := range s.Tariffs {
		v.tariffs[s.Tariffs[i].ID] = true
	}
	for i := range s.Fees {
		v.fees[s.Fees[i].ID] = true
	}
	for i := range s.Links {
		for _, t := range s.Links[i].Tags {
			v.tags[t] = true
		}
	}
	for i := range s.Markets {
		v.areas[s.Markets[i].Origin], v.areas[s.Markets[i].Destination] = true, true
		for _, g := range s.Markets[i].Regimes {
			v.regimes[g] = true
		}
	}
	for i := range s.Rules {
		v.regimes[s.Rules[i].Regime] = true
	}
	return v
}

// checkSelector reports every unknown name of a change, with the nearest known
// one.
func (r *resolver) checkSelector(c *Change) bool {
	on := &c.On
	ok := true
	name := func(what, id string, known func(string) bool, options func() []string) {
		if id == "" || known(id) {
			return
		}
		ok = false
		d := r.l.Report(RuleUnknownTarget, c.Pos, id, "unknown %s %q", what, id)
		d.Expected = "the id of a " + what + " of the case"
		if near := diag.Nearest(id, options()); near != "" {
			d.Hint = "did you mean " + near + "?"
		}
	}
	name("project", on.Project, has(r.net.project), keys(r.net.project))
	name("link", on.Link, has(r.net.link), keys(r.net.link))
	name("border", on.Border, has(r.net.borders), keys(r.net.borders))
	name("strait", on.Strait, has(r.net.strait), keys(r.net.strait))
	terminals := func(x string) bool { return has(r.net.terminals)(x) || has(r.net.node)(x) }
	name("terminal", on.Terminal, terminals, func() []string { return append(keys(r.net.terminals)(), keys(r.net.node)()...) })
	name("rule", on.Rule, has(r.net.rule), keys(r.net.rule))
	words := &r.net.words
	name("tariff", on.Tariff, has(words.tariffs), keys(words.tariffs))
	name("fee", on.Fee, has(words.fees), keys(words.fees))
	name("link tag", on.Tag, has(words.tags), keys(words.tags))
	for _, half := range strings.Split(on.Country, "-") {
		name("country", half, has(r.net.country), keys(r.net.country))
	}
	name("country", on.Direction, has(r.net.country), keys(r.net.country))
	for _, m := range on.Modes {
		name("mode", m, func(x string) bool { return parseMode(x) != noMode }, func() []string { return modeNames[1:modeCount] })
	}
	name("flow type", on.Flow, func(x string) bool { _, ok := parseFlow(x); return ok }, func() []string { return flowNames[:] })
	for _, a := range append(slices.Clone(on.Origins), on.Destinations...) {
		name("area", strings.TrimPrefix(a, "!"), has(words.areas), keys(words.areas))
	}
	for _, a := range on.Commodities {
		name("commodity", strings.TrimPrefix(a, "!"), has(r.net.commodity), keys(r.net.commodity))
	}
	for _, a := range on.Markets {
		name("market", strings.TrimPrefix(a, "!"), has(r.net.market), keys(r.net.market))
	}
	for _, a := range on.Regimes {
		name("regime", a, has(words.regimes), keys(words.regimes))
	}
	if describe(on) == "{}" {
		r.l.Report(RuleEmptySelector, c.Pos, string(c.Op), "%s selects nothing in particular", c.Op)
		ok = false
	}
	return ok && r.checkFit(c)
}

// checkFit refuses changes that do not fit what they select.
func (r *resolver) checkFit(c *Change) bool {
	on := &c.On
	bad := ""
	rows := on.Tariff != "" || on.Fee != "" || on.Rule != ""
	markets := len(on.Markets)+len(on.Origins)+len(on.Destinations)+len(on.Commodities) > 0
	places := on.Project != "" || on.Link != "" || on.Border != "" || on.Strait != "" || on.Terminal != "" || on.Tag != "" || on.Country != "" || on.Direction != "" || len(on.Modes) > 0
	switch c.Op {
	case OpOpen, OpClose, OpHours, OpSpread, OpCapacity:
		switch {
		case rows:
			bad = "a tariff, fee or rule has no way to be closed, slowed or widened"
		case markets || len(on.Regimes) > 0:
			bad = "places are selected by place; to act on some goods only use a rule"
		case on.Flow != "" && (c.Op != OpClose && c.Op != OpOpen || on.Country == "" || strings.Contains(on.Country, "-")):
			bad = "a flow type goes with closing or opening a country"
		case c.Op == OpCapacity && on.Strait != "":
			bad = "a strait has no capacity"
		}
	case OpMoney:
		switch {
		case markets || len(on.Regimes) > 0 || on.Flow != "":
			bad = "payments of some goods or flow types only are rows of fee.csv or rule.csv"
		case on.Rule != "" && places:
			bad = "a rule is selected by its id alone"
		case c.How == Set && !rows && on.Border == "" && on.Terminal == "" && on.Strait == "" && on.Link == "":
			bad = "set needs a row or one border, terminal, strait or link; use add or times"
		}
	case OpDemand:
		if rows || places || on.Flow != "" {
			bad = "demand is selected by markets, origins, destinations, commodities and regimes"
		}
	case OpRule:
		if markets || places || on.Flow != "" || on.Tariff != "" || on.Fee != "" {
			bad = "rules are switched by id or regime"
		}
	default:
		bad = "unknown kind of change"
	}
	if bad != "" {
		r.l.Report(RuleBadOperation, c.Pos, string(c.Op), "%s on %s: %s", c.Op, describe(on), bad)
	}
	return bad == ""
}

// checkAmount tests the way and the number of a change.
func (r *resolver) checkAmount(c *Change) bool {
	bad := ""
	switch c.Op {
	case OpOpen, OpClose:
		if c.How != "" && c.How != On {
			bad = "needs no amount"
		}
	case OpRule:
		if c.How != On && c.How != Off {
			bad = "is on or off"
		}
	default:
		switch {
		case c.How != Set && c.How != Add && c.How != Times:
			bad = "needs set, add or times"
		case c.How != Add && c.Amount.Low < 0:
			bad = "has a negative amount"
		case c.Amount.Low > c.Amount.Central || c.Amount.Central > c.Amount.High:
			bad = "has a range out of order"
		}
	}
	if bad != "" {
		r.l.Report(RuleBadAmount, c.Pos, string(c.How), "%s on %s %s", c.Op, describe(&c.On), bad)
	}
	return bad == ""
}

func has[V any](m map[string]V) func(string) bool {
	return func(k string) bool { _, ok := m[k]; return ok }
}

// keys lists the keys of a map in order, when asked.
func keys[V any](m map[string]V) func() []string {
	return func() []string {
		out := make([]string, 0, len(m))
		for k := range m {
			out = append(out, k)
		}
		slices.Sort(out)
		return out
	}
}
