package freight

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/astara-corridors/astara/diag"
)

// Rules of changes (family A5xx: effects).
var (
	RuleUnknownTarget  = diag.NewRule("A520", "unknown-target", diag.Error, "a change names a project, link, border, strait, terminal, tariff, fee, rule, market, area or country that the case does not have")
	RuleEmptySelector  = diag.NewRule("A521", "empty-selector", diag.Error, "a change selects nothing in particular; at least one field must be set")
	RuleNothingMatched = diag.NewRule("A522", "nothing-matched", diag.Error, "the fields of a selector are known each, but no row meets all of them")
	RuleBadOperation   = diag.NewRule("A523", "change-does-not-fit", diag.Error, "the kind of change does not fit what it selects")
	RuleBadAmount      = diag.NewRule("A524", "bad-amount", diag.Error, "the amount of a change is missing, negative where it cannot be, or of the wrong way")
)

// Resolve turns changes into a [Delta]: first the year's own changes (growth
// and projects by date in the horizon; the base-year or baseline conditions),
// then the list in order. Every problem is reported; a change with a problem
// changes nothing. A nil list drops the problems. It does not modify b.
func (b *Base) Resolve(year Year, changes []Change, l *diag.List) *Delta {
	if l == nil {
		l = &diag.List{}
	}
	r := &resolver{Base: b, l: l}
	r.p = r.ofYear(year)
	for i := range changes {
		r.touched = append(r.touched, r.change(&changes[i]))
	}
	d := b.deltaOf(year, r.p, r.touched)
	b.net.spare.Put(&r.p)
	return d
}

// copyParams is a copy of a parameter vector in a slice that was used before, if
// there is one.
func (n *network) copyParams(p []float64) []float64 {
	if s, ok := n.spare.Get().(*[]float64); ok && len(*s) == len(p) {
		copy(*s, p)
		return *s
	}
	return slices.Clone(p)
}

// years keeps the parameters of the two years before any change of an effect.
type years [2]atomic.Pointer[[]float64]

// ofYear is the network of a year under its own changes, worked out once unless
// these have problems, which every call reports.
func (r *resolver) ofYear(year Year) []float64 {
	if p := r.years[year].Load(); p != nil {
		return r.net.copyParams(*p)
	}
	r.p = r.net.copyParams(r.vals.listed)
	r.year(year)
	own := r.net.spec.BaseYearChanges
	if year == Horizon {
		own = r.net.spec.BaselineChanges
	}
	for i := range own {
		r.change(&own[i])
	}
	if r.l.Len() == 0 {
		p := slices.Clone(r.p)
		r.years[year].Store(&p)
	}
	return r.p
}

type resolver struct {
	*Base
	l       *diag.List
	p       []float64
	touched []int
}

// year applies what the calendar alone does.
func (r *resolver) year(y Year) {
	s := r.net.spec
	when := s.BaseYear
	if y == Horizon {
		when = s.Horizon
		for i := range s.Markets {
			r.p[r.lay.tonnes+i] *= r.vals.growth[i]
		}
	}
	byProject := r.net.byProject
	for i := range s.Projects {
		p := &s.Projects[i]
		if p.OpensBy == "date" && given(p.Year) && r.known(p.KnownSince) &&
			r.draw.at(rowName("project", p.ID, "year"), p.Year) < float64(when)+1 {
			r.openProject(int32(i))
		}
	}
	for i := range s.Links {
		l := &s.Links[i]
		if len(byProject[i]) > 0 || !r.known(l.KnownSince) || y == BaseYear {
			continue
		}
		if year, ok := yearOf(l.Opens); ok && !l.Open && year <= when && year >= s.BaseYear {
			r.openLink(int32(i))
		}
		if year, ok := yearOf(l.Closes); ok && l.Open && year <= when {
			r.closeLink(int32(i))
		}
	}
}

// known says whether a thing was public on the as-of date of the case.
func (r *resolver) known(since string) bool {
	return since == "" || r.net.spec.AsOf == "" || since <= r.net.spec.AsOf
}

// yearOf reads the year of a date written YYYY or YYYY-MM-DD.
func yearOf(date string) (int, bool) {
	if len(date) < 4 {
		return 0, false
	}
	y, err := strconv.Atoi(date[:4])
	return y, err == nil
}

// openLink opens a link and the border rows on it.
func (r *resolver) openLink(link int32) int {
	k := 0
	for _, i := range r.net.linkOps.of(link) {
		if kind := r.net.ops[i].kind; kind == opMove || kind == opBorder {
			r.p[r.lay.open+int(i)] = 1
			k++
		}
	}
	return k
}

// closeLink closes the moves of a link.
func (r *resolver) closeLink(link int32) int {
	k := 0
	for _, i := range r.net.linkOps.of(link) {
		if r.net.ops[i].kind == opMove {
			r.p[r.lay.open+int(i)] = 0
			k++
		}
	}
	return k
}

// openProject opens the links of a project with their border rows, and gives
// them the project's capacity where it names one.
func (r *resolver) openProject(project int32) int {
	p := &r.net.spec.Projects[project]
	k := 0
	for i, list := range r.net.byProject {
		if !slices.Contains(list, project) {
			continue
		}
		k += r.openLink(int32(i))
		if !hasCapacity(p.Capacity, &p.Ref) {
			continue
		}
		c := r.draw.at(rowName("project", p.ID, "capacity"), p.Capacity)
		for e := range r.net.elems {
			if el := &r.net.elems[e]; el.kind == elemLink && el.row == int32(i) {
				r.p[r.lay.cap+e] = c
			}
		}
	}
	return k
}

// change applies one change and returns how many numbers it set.
func (r *resolver) change(c *Change) int {
	before := r.l.Count(diag.Error)
	if !r.checkSelector(c) || !r.checkAmount(c) || r.l.Count(diag.Error) > before {
		return 0
	}
	k := 0
	switch c.Op {
	case OpOpen:
		k = r.open(c)
	case OpClose:
		k = r.close(c)
	case OpHours:
		k = r.numbers(c, r.lay.hours)
	case OpSpread:
		k = r.numbers(c, r.lay.spread)
	case OpMoney:
		k = r.money(c)
	case OpCapacity:
		k = r.capacity(c)
	case OpDemand:
		k = r.demand(c)
	case OpRule:
		k = r.rules(c)
	}
	if k == 0 {
		r.l.Report(RuleNothingMatched, c.Pos, string(c.Op), "%s: nothing in the network meets all of %s", c.Op, describe(&c.On))
	}
	return k
}

// amount is the number of a change at the base's quantile.
func (r *resolver) amount(c *Change) float64 {
	return r.draw.at(changeName(c), c.Amount)
}

// changeName names the amount of a change for draws: the same effect asking the
// same thing of the same rows is one number.
func changeName(c *Change) string {
	return "change:" + c.Why + ":" + string(c.Op) + " " + describe(&c.On)
}

// apply acts with the amount of a change on a number.
func (r *resolver) apply(c *Change) func(float64) float64 {
	a := r.amount(c)
	switch c.How {
	case Add:
		return func(x float64) float64 { return math.Max(0, x+a) }
	case Times:
		return func(x float64) float64 { return x * a }
	}
	return func(float64) float64 { return a }
}

func (r *resolver) open(c *Change) int {
	on := &c.On
	if on.Project != "" {
		return r.openProject(r.net.project[on.Project])
	}
	if on.Link != "" {
		return r.openLink(r.net.link[on.Link])
	}
	if on.Country != "" && !strings.Contains(on.Country, "-") && on.Border == "" && on.Terminal == "" && on.Strait == "" && on.Tag == "" {
		return r.shutCountry(c, 0)
	}
	k := 0
	inProject := r.net.byProject
	for _, i := range r.net.selected(on) {
		o := &r.net.ops[i]
		if !closable(on, o) {
			continue
		}
		r.p[r.lay.open+int(i)] = 1
		k++
		// A crossing opens with the link under it, unless a project must build it.
		if o.kind == opBorder && len(inProject[o.link]) == 0 {
			for _, j := range r.net.linkOps.of(o.link) {
				if q := &r.net.ops[j]; q.kind == opMove && q.forward == o.forward {
					r.p[r.lay.open+int(j)] = 1
				}
			}
		}
	}
	return k
}

func (r *resolver) close(c *Change) int {
	on := &c.On
	if on.Project != "" {
		k := 0
		for i, list := range r.net.byProject {
			if slices.Contains(list, r.net.project[on.Project]) {
				k += r.closeLink(int32(i))
			}
		}
		return k
	}
	if on.Country != "" && !strings.Contains(on.Country, "-") && on.Border == "" && on.Terminal == "" && on.Strait == "" && on.Tag == "" && on.Link == "" && on.Direction == "" {
		return r.shutCountry(c, 1)
	}
	k := 0
	for _, i := range r.net.selected(on) {
		if closable(on, &r.net.ops[i]) {
			r.p[r.lay.open+int(i)] = 0
			k++
		}
	}
	return k
}

// closable says which operation of a selected place is the one to shut: the
// border of a crossing, the strait, the terminal work, else the move.
func closable(on *Selector, o *operation) bool {
	switch {
	case on.Border != "" || strings.Contains(on.Country, "-") || on.Direction != "":
		return o.kind == opBorder
	case on.Strait != "":
		return o.kind == opStrait
	case on.Terminal != "":
		return o.terminal >= 0 && o.kind != opMove
	case on.Link != "" || on.Tag != "":
		return o.kind == opMove
	}
	return o.kind == opMove || o.kind == opBorder
}

// shutCountry forbids (or allows again) a country's soil by mode and flow type.
func (r *resolver) shutCountry(c *Change, v float64) int {
	country := r.net.countryOf(c.On.Country)
	flows, _ := parseFlow(c.On.Flow)
	modes := parseModes(c.On.Modes)
	k := 0
	for m := rail; m <= river; m++ {
		if modes != 0 && !modes.has(m) {
			continue
		}
		for f := transit; f < flowCount; f++ {
			if flows>>f&1 == 1 {
				r.p[r.lay.shutIndex(country, m, f)] = v
				k++
			}
		}
	}
	return k
}

// listed tests membership; an empty list takes all, "!x" excludes.
func listed(list []string, x string) bool {
	in, positive := false, false
	for _, w := range list {
		if strings.HasPrefix(w, "!") {
			if w[1:] == x {
				return false
			}
			continue
		}
		positive = true
		in = in || w == x || w == "*"
	}
	return in || !positive
}

func (r *resolver) rules(c *Change) int {
	on := 0.0
	if c.How == On {
		on = 1
	}
	k := 0
	for i := range r.net.spec.Rules {
		rule := &r.net.spec.Rules[i]
		if c.On.Rule != "" && rule.ID != c.On.Rule || len(c.On.Regimes) > 0 && !slices.Contains(c.On.Regimes, rule.Regime) {
			continue
		}
		if c.On.Rule == "" && len(c.On.Regimes) == 0 {
			continue
		}
		r.p[r.lay.ruleOn+i] = on
		k++
	}
	return k
}

// describe prints the fields of a selector that are set.
func describe(s *Selector) string {
	var parts []string
	one := func(k, v string) {
		if v != "" {
			parts = append(parts, k+" "+v)
		}
	}
	many := func(k string, v []string) { one(k, strings.Join(v, ",")) }
	one("project", s.Project)
	one("link", s.Link)
	one("border", s.Border)
	one("strait", s.Strait)
	one("terminal", s.Terminal)
	one("tariff", s.Tariff)
	one("fee", s.Fee)
	one("rule", s.Rule)
	one("tag", s.Tag)
	one("country", s.Country)
	one("direction", s.Direction)
	many("modes", s.Modes)
	one("flow", s.Flow)
	many("markets", s.Markets)
	many("origins", s.Origins)
	many("destinations", s.Destinations)
	many("commodities", s.Commodities)
	many("regimes", s.Regimes)
	return fmt.Sprintf("{%s}", strings.Join(parts, ", "))
}
