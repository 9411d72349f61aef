package freight

import (
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// Rules of outcome queries (family A5xx).
var (
	RuleUnknownPlace   = diag.NewRule("A530", "unknown-place-in-query", diag.Error, "a path query names a node, border, link, strait, country or pair of countries that the case does not have")
	RuleUnknownMeasure = diag.NewRule("A531", "unknown-measure", diag.Error, "an outcome of the freight engine asks for a measure it does not know")
	RuleQueryField     = diag.NewRule("A532", "query-field", diag.Error, "a field of an outcome or its query is missing or names something unknown")
	RuleQueryEmpty     = diag.NewRule("A533", "query-matches-nothing", diag.Warning, "no route of the union network meets an outcome's query: the outcome is zero in every world")
)

// token is one thing a path passes: kind and number.
type token int64

const (
	tokNode token = iota << 32
	tokLink
	tokBorder
	tokStrait
	tokCountry
	tokPair // from<<16 | to
)

// pathTest is the part of a query that looks at the path.
type pathTest struct {
	steps     [][]token
	reversed  [][]token
	avoids    []token
	modes     modeSet // 0 = any
	uses      modeSet
	modeIn    map[int16]mode
	flows     flowMask
	flowOf    int16 // country, -1
	mustTouch bool  // a transit flow exists only where the country is touched
}

// Measures lists the measures the engine knows.
func Measures() []Measure {
	return []Measure{Tonnes, TEU, TonneKm, Revenue, Haulage, Hours, Money, Spread, BorderShare, Unserved, Served, UserCost, Benefit, HHI}
}

// Mean says whether a measure is a weighted mean (or a share) and not a sum:
// such outcomes of several periods are averaged with Solution.Weights.
func (m Measure) Mean() bool {
	switch m {
	case Hours, Money, Spread, BorderShare, UserCost, HHI:
		return true
	}
	return false
}

// compileTest turns the path part of a query into tests on tokens; every
// unknown name is reported.
func (n *network) compileTest(q *PathQuery, l *diag.List) *pathTest {
	t := &pathTest{modes: parseModes(q.Modes), uses: parseModes(q.UsesModes), flowOf: -1, flows: allFlows}
	for _, step := range q.Passes {
		t.steps = append(t.steps, n.tokens(step, q, l, false))
		if q.Both {
			t.reversed = append(t.reversed, n.tokens(step, q, &diag.List{}, true))
		}
	}
	slices.Reverse(t.reversed)
	for _, a := range q.Avoids {
		t.avoids = append(t.avoids, n.tokens(a, q, l, true)...)
		t.avoids = append(t.avoids, n.tokens(a, q, &diag.List{}, false)...)
	}
	for _, m := range append(slices.Clone(q.Modes), q.UsesModes...) {
		if parseMode(m) == noMode {
			unknownName(l, RuleQueryField, q.Pos, "mode", m, modeNames[1:modeCount])
		}
	}
	countries := slices.Sorted(slices.Values(n.countries))
	for _, c := range keys(q.ModeIn)() {
		k, m := n.countryOf(c), parseMode(q.ModeIn[c])
		if k < 0 {
			unknownName(l, RuleQueryField, q.Pos, "country", c, countries)
		}
		if m == noMode {
			unknownName(l, RuleQueryField, q.Pos, "mode", q.ModeIn[c], modeNames[1:modeCount])
		}
		if t.modeIn == nil {
			t.modeIn = map[int16]mode{}
		}
		t.modeIn[k] = m
	}
	var ok bool
	if t.flows, ok = parseFlow(q.Flow); !ok {
		unknownName(l, RuleQueryField, q.Pos, "flow type", q.Flow, flowNames[:])
	}
	if q.Country != "" {
		if t.flowOf = n.countryOf(q.Country); t.flowOf < 0 {
			unknownName(l, RuleQueryField, q.Pos, "country", q.Country, countries)
		}
	} else if t.flows != allFlows {
		l.Report(RuleQueryField, q.Pos, q.Flow, "flow %s needs the country it is seen from", q.Flow)
	}
	t.mustTouch = t.flows == 1<<transit
	return t
}

func unknownName(l *diag.List, r *diag.Rule, p diag.Pos, what, name string, options []string) {
	d := l.Report(r, p, name, "unknown %s %q", what, name)
	d.Expected = "a " + what + " of the case"
	if near := diag.Nearest(name, options); near != "" {
		d.Hint = "did you mean " + near + "?"
	}
}

// tokens resolves one step ("a|b|c") to the things it may mean. With swap, a
// pair of countries is read the other way round.
func (n *network) tokens(step string, q *PathQuery, l *diag.List, swap bool) []token {
	var out []token
	for _, name := range strings.Split(step, "|") {
		name = strings.TrimSpace(name)
		found := len(out)
		if k, ok := n.node[name]; ok {
			out = append(out, tokNode|token(k))
		}
		if k, ok := n.link[name]; ok {
			out = append(out, tokLink|token(k))
		}
		if rows, ok := n.borders[name]; ok {
			out = append(out, tokBorder|token(rows[0]))
		}
		if k, ok := n.strait[name]; ok {
			out = append(out, tokStrait|token(k))
		}
		if k := n.countryOf(name); k >= 0 {
			out = append(out, tokCountry|token(k))
		}
		if from, to, ok := strings.Cut(name, "-"); ok {
			f, t := n.countryOf(from), n.countryOf(to)
			if swap {
				f, t = t, f
			}
			if f >= 0 && t >= 0 {
				out = append(out, tokPair|token(f)<<16|token(t))
			}
		}
		if len(out) == found {
			unknownName(l, RuleUnknownPlace, q.Pos, "place", name, n.placeNames())
		}
	}
	return out
}

// placeTokens resolves one place without complaint.
func (n *network) placeTokens(place string) []token {
	return n.tokens(place, &PathQuery{}, &diag.List{}, false)
}

func (n *network) placeNames() []string {
	var out []string
	out = append(out, keys(n.node)()...)
	out = append(out, keys(n.borders)()...)
	out = append(out, keys(n.strait)()...)
	out = append(out, keys(n.country)()...)
	return append(out, keys(n.link)()...)
}

// events lists what a path passes, in order.
func (n *network) events(arcs []int32) []token { return n.appendEvents(nil, arcs) }

func (n *network) appendEvents(out []token, arcs []int32) []token {
	first := len(out)
	add := func(t token) {
		if len(out) == first || out[len(out)-1] != t {
			out = append(out, t)
		}
	}
	for _, a := range arcs {
		r := &n.arcs[a]
		add(tokNode | token(n.vertices[r.from].node))
		for k := r.op0; k < r.op1; k++ {
			o := &n.ops[k]
			switch o.kind {
			case opStrait:
				add(tokStrait | token(o.strait))
			case opBorder:
				if o.border >= 0 {
					b := &n.spec.Borders[o.border]
					add(tokBorder | token(n.borders[b.ID][0]))
					add(tokPair | token(n.country[b.CountryFrom])<<16 | token(n.country[b.CountryTo]))
				}
			case opMove:
				add(tokLink | token(o.link))
				if o.country > 0 {
					add(tokCountry | token(o.country))
				}
			default:
				if o.country > 0 {
					add(tokCountry | token(o.country))
				}
			}
		}
		add(tokNode | token(n.vertices[r.to].node))
	}
	return out
}

// itemTest says whether the goods of a query are those of an item, asked of many.
type itemTest struct{ market, origin, dest []bool }

// itemTest works out which markets, origins and destinations a query is about.
func (n *network) itemTest(q *PathQuery) itemTest {
	s := n.spec
	t := itemTest{make([]bool, len(s.Markets)), make([]bool, len(s.Zones)), make([]bool, len(s.Zones))}
	for k := range s.Markets {
		m := &s.Markets[k]
		t.market[k] = listed(q.Markets, m.ID) && listed(q.Commodities, m.Commodity) &&
			(len(q.Regimes) == 0 || slices.ContainsFunc(m.Regimes, func(x string) bool { return slices.Contains(q.Regimes, x) }))
	}
	for k := range s.Zones {
		t.origin[k], t.dest[k] = zoneIn(&s.Zones[k], q.Origins), zoneIn(&s.Zones[k], q.Destinations)
	}
	return t
}

func (t *itemTest) on(it *item) bool {
	return t.market[it.market] && t.origin[it.origin] && t.dest[it.dest]
}
