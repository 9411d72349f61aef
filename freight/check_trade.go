package freight

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

func (c *checker) zones() {
	seen := map[string]diag.Pos{}
	at := map[string]*Zone{}
	for i := range c.s.Zones {
		z := &c.s.Zones[i]
		twice(c.l, seen, z.ID, "zone", z.Pos)
		unknown(c.l, ruleUnknownNode, z.Pos, "node", z.Node, "zone "+z.ID, c.nodeAt)
		if o := at[z.Node]; o != nil && o.Country != z.Country {
			d := c.l.Report(ruleZoneNodeTwo, z.Pos, z.ID, "zones %s (%s) and %s (%s) share node %s", o.ID, o.Country, z.ID, z.Country, z.Node)
			d.Also = append(d.Also, o.Pos)
		}
		at[z.Node] = z
	}
}

func (c *checker) commodities() {
	seen := map[string]diag.Pos{}
	for i := range c.s.Commodities {
		g := &c.s.Commodities[i]
		twice(c.l, seen, g.ID, "commodity", g.Pos)
		if !given(g.ValueOfTime) {
			c.l.Report(ruleGoods, g.Pos, g.ID, "commodity %s has no value of time", g.ID)
		}
		if g.Container && !given(g.TonnesPerTEU) {
			c.l.Report(ruleGoods, g.Pos, g.ID, "commodity %s moves in boxes and has no tonnes in a TEU", g.ID)
		}
	}
	if len(c.s.Commodities) > maxCommodities {
		c.l.Report(ruleTooManyGoods, c.s.Commodities[maxCommodities].Pos, "", "%d commodities, at most %d can be told apart", len(c.s.Commodities), maxCommodities)
	}
}

// goodsName tests a commodity column that may be "*".
func (c *checker) goodsName(name string, p diag.Pos, where string) {
	if name != "*" && name != "" {
		unknown(c.l, ruleUnknownGoods, p, "commodity", name, where, c.goods)
	}
}

// earner tests an earner column.
func (c *checker) earner(name string, p diag.Pos, where string) {
	if name == "" || name == "flag" || c.countries[name] {
		return
	}
	d := c.l.Report(ruleUnknownEarner, p, name, "%s is earned by %q", where, name)
	d.Expected = "a country of the case, or flag for the haulier's"
}

func (c *checker) modeNames(names []string, p diag.Pos, where string) {
	for _, m := range names {
		if parseMode(m) == noMode {
			c.badMode(p, m, where)
		}
	}
}

func (c *checker) markets() {
	seen := map[string]diag.Pos{}
	sum := map[string]float64{}
	rows := map[string]diag.Pos{}
	pairs := map[string]diag.Pos{}
	for i := range c.s.Demand {
		d := &c.s.Demand[i]
		if unknown(c.l, ruleUnknownMarket, d.Pos, "market", d.Market, "demand row", c.marketAt) {
			continue
		}
		m := c.marketAt[d.Market]
		where := "market " + m.ID
		o, t := c.zoneAt[d.OriginZone], c.zoneAt[d.DestinationZone]
		unknown(c.l, ruleUnknownZone, d.Pos, "zone", d.OriginZone, where, c.zoneAt)
		unknown(c.l, ruleUnknownZone, d.Pos, "zone", d.DestinationZone, where, c.zoneAt)
		if o != nil && !areaMatches(o, m.Origin) {
			c.l.Report(ruleOutsideArea, d.Pos, d.OriginZone, "market %s starts in %s, zone %s is in %s", m.ID, m.Origin, o.ID, o.Area)
		}
		if t != nil && !areaMatches(t, m.Destination) {
			c.l.Report(ruleOutsideArea, d.Pos, d.DestinationZone, "market %s ends in %s, zone %s is in %s", m.ID, m.Destination, t.ID, t.Area)
		}
		if d.Fraction < 0 || math.IsNaN(d.Fraction) {
			c.l.Report(ruleNegative, d.Pos, "", "a fraction of market %s is %g", m.ID, d.Fraction)
		}
		twice(c.l, pairs, m.ID+" "+d.OriginZone+" - "+d.DestinationZone, "demand of", d.Pos)
		sum[d.Market] += d.Fraction
		rows[d.Market] = d.Pos
	}
	for i := range c.s.Markets {
		m := &c.s.Markets[i]
		twice(c.l, seen, m.ID, "market", m.Pos)
		where := "market " + m.ID
		unknown(c.l, ruleUnknownGoods, m.Pos, "commodity", m.Commodity, where, c.goods)
		for _, a := range []string{m.Origin, m.Destination} {
			if !slices.ContainsFunc(c.s.Zones, func(z Zone) bool { return areaMatches(&z, a) }) {
				unknown(c.l, ruleNoZone, m.Pos, "zone area", a, where, c.areas)
			}
		}
		c.modeNames(m.Modes, m.Pos, where)
		if m.Share.High > 1 || m.Share.Low < 0 {
			c.l.Report(ruleShare, m.Pos, m.ID, "the contestable share of market %s is %g to %g", m.ID, m.Share.Low, m.Share.High)
		}
		if p, ok := rows[m.ID]; !ok {
			d := c.l.Report(ruleFractions, m.Pos, m.ID, "market %s has no rows in demand.csv: its tonnes move nowhere", m.ID)
			d.Hint = "astara demand writes demand.csv anew"
		} else if math.Abs(sum[m.ID]-1) > FractionTolerance {
			c.l.Report(ruleFractions, p, m.ID, "the fractions of market %s sum to %.6g", m.ID, sum[m.ID])
		}
	}
}

func (c *checker) tariffs() {
	seen := map[string]diag.Pos{}
	type key struct{ kind, mode, country, commodity, tag string }
	rows := map[key]*Tariff{}
	for i := range c.s.Tariffs {
		t := &c.s.Tariffs[i]
		twice(c.l, seen, t.ID, "tariff", t.Pos)
		where := "tariff " + t.ID
		if t.Kind != "infrastructure" && t.Kind != "haulage" {
			d := c.l.Report(ruleTariffKind, t.Pos, t.Kind, "tariff %s has the kind %q", t.ID, t.Kind)
			d.Expected = "infrastructure or haulage"
		}
		m := parseMode(t.Mode)
		if m == noMode && t.Mode != "*" {
			c.badMode(t.Pos, t.Mode, where)
		}
		c.goodsName(t.Commodity, t.Pos, where)
		if t.Country != "*" && t.Country != "" && !c.countries[t.Country] && !c.tags[t.Country] {
			unknown(c.l, ruleUnknownCountry, t.Pos, "country", t.Country, where, c.countries)
		}
		if !given(t.PerTonneKm) && !given(t.PerTonne) {
			c.l.Report(ruleTariffKind, t.Pos, t.ID, "tariff %s has no amount", t.ID)
		}
		c.earner(t.Earner, t.Pos, where)
		c.split(t)
		if t.Payer == "" {
			c.l.Report(ruleNobodyEarns, t.Pos, t.ID, "tariff %s does not say who pays", t.ID)
		}
		if t.Earner == "" && len(t.Split) == 0 && (t.Country == "*" || m.offshore()) {
			c.l.Report(ruleNobodyEarns, t.Pos, t.ID, "nobody earns tariff %s", t.ID)
		}
		if band, ok := tariffBand[m]; ok && given(t.PerTonneKm) && t.PerTonneKm.Central != 0 {
			if v := t.PerTonneKm.Central; v < band[0] || v > band[1] {
				c.l.Report(ruleTariffBand, t.Pos, t.ID, "tariff %s asks %.3g USD/t-km by %s, plausible are %g to %g", t.ID, v, m, band[0], band[1])
			}
		}
		star := func(s string) string {
			if s == "" {
				return "*"
			}
			return s
		}
		k := key{t.Kind, t.Mode, star(t.Country), star(t.Commodity), star(t.Tag)}
		if o := rows[k]; o != nil {
			d := c.l.Report(ruleTariffTie, t.Pos, t.ID, "tariffs %s and %s are for the same goods, mode, country and tag", o.ID, t.ID)
			d.Also = append(d.Also, o.Pos)
		}
		rows[k] = t
	}
}

func (c *checker) split(t *Tariff) {
	if len(t.Split) == 0 {
		return
	}
	sum := 0.0
	for _, name := range keys(t.Split)() {
		c.earner(name, t.Pos, "a share of tariff "+t.ID)
		sum += t.Split[name]
	}
	if math.Abs(sum-1) > FractionTolerance {
		c.l.Report(ruleSplit, t.Pos, t.ID, "the shares of tariff %s sum to %.4g", t.ID, sum)
	}
}

func (c *checker) fees() {
	seen := map[string]diag.Pos{}
	for i := range c.s.Fees {
		f := &c.s.Fees[i]
		twice(c.l, seen, f.ID, "fee", f.Pos)
		where := "fee " + f.ID
		switch f.At {
		case "border":
			unknown(c.l, ruleFee, f.Pos, "border", f.Target, where, c.borderIDs)
		case "country":
			unknown(c.l, ruleFee, f.Pos, "country", f.Target, where, c.countries)
		case "strait":
			unknown(c.l, ruleFee, f.Pos, "strait", f.Target, where, c.straitIDs)
		case "link":
			unknown(c.l, ruleFee, f.Pos, "link", f.Target, where, c.links_)
		case "terminal":
			if !c.terminal[f.Target] {
				unknown(c.l, ruleFee, f.Pos, "terminal", f.Target, where, c.nodeAt)
			}
		default:
			d := c.l.Report(ruleFee, f.Pos, f.At, "fee %s is charged at a %q", f.ID, f.At)
			d.Expected = "border, country, terminal, strait or link"
		}
		if _, ok := parseFlow(f.Flow); !ok {
			d := c.l.Report(ruleFee, f.Pos, f.Flow, "fee %s is for the unknown flow type %q", f.ID, f.Flow)
			d.Expected = "transit, import, export, domestic or all"
		}
		if f.Mode != "*" && f.Mode != "" && parseMode(f.Mode) == noMode {
			c.badMode(f.Pos, f.Mode, where)
		}
		if f.From != "*" && f.From != "" {
			unknown(c.l, ruleUnknownCountry, f.Pos, "country", f.From, where, c.countries)
		}
		c.goodsName(f.Commodity, f.Pos, where)
		c.earner(f.Earner, f.Pos, where)
		if f.Payer == "" || f.Earner == "" && f.At == "strait" {
			c.l.Report(ruleNobodyEarns, f.Pos, f.ID, "fee %s does not say who pays and who earns", f.ID)
		}
		if !given(f.Money) {
			c.l.Report(ruleFee, f.Pos, f.ID, "fee %s has no amount", f.ID)
		}
	}
}

func (c *checker) rules() {
	seen := map[string]diag.Pos{}
	used := map[string]bool{}
	for i := range c.s.Rules {
		r := &c.s.Rules[i]
		twice(c.l, seen, r.ID, "rule", r.Pos)
		where := "rule " + r.ID
		used[r.Regime] = true
		if !slices.Contains([]string{"forbid", "money", "ad_valorem", "hours"}, r.Kind) {
			d := c.l.Report(ruleRule, r.Pos, r.Kind, "rule %s has the kind %q", r.ID, r.Kind)
			d.Expected = "forbid, money, ad_valorem or hours"
		} else if r.Kind != "forbid" && !given(r.Amount) {
			c.l.Report(ruleRule, r.Pos, r.ID, "rule %s is of kind %s and has no amount", r.ID, r.Kind)
		}
		c.modeNames(r.Modes, r.Pos, where)
		for _, a := range append(slices.Clone(r.Origins), r.Destinations...) {
			if a = strings.TrimPrefix(a, "!"); a != "*" && !c.areas[a] && !c.countries[a] && c.zoneAt[a] == nil {
				unknown(c.l, ruleRule, r.Pos, "area", a, where, c.areas)
			}
		}
		for _, g := range r.Commodities {
			c.goodsName(g, r.Pos, where)
		}
		if r.Through != "" {
			unknown(c.l, ruleRule, r.Pos, "country", r.Through, where, c.countries)
		}
		if r.At != "" && !c.borderIDs[r.At] && !c.straitIDs[r.At] && c.links_[r.At] == nil && !c.terminal[r.At] && c.nodeAt[r.At] == nil {
			unknown(c.l, ruleRule, r.Pos, "border, strait or link", r.At, where, c.borderIDs)
		}
		c.earner(r.Earner, r.Pos, where)
		c.ruleDates(r)
		c.ruleIdle(r)
	}
	for _, regime := range keys(c.regimes)() {
		if !used[regime] && regime != "" && regime != "none" {
			var p diag.Pos
			for i := range c.s.Markets {
				if slices.Contains(c.s.Markets[i].Regimes, regime) {
					p = c.s.Markets[i].Pos
					break
				}
			}
			c.l.Report(ruleRegimeIdle, p, regime, "no rule belongs to regime %s: markets under it move as if free", regime)
		}
	}
}

func (c *checker) ruleDates(r *Rule) {
	from, ok1 := yearOf(r.From)
	until, ok2 := yearOf(r.Until)
	switch {
	case ok1 && ok2 && until < from:
		c.l.Report(ruleDates, r.Pos, r.Until, "rule %s ends (%s) before it begins (%s)", r.ID, r.Until, r.From)
	case ok2 && r.Active && until < c.s.BaseYear:
		c.l.Report(ruleDates, r.Pos, r.Until, "rule %s is active and ended in %s, before the base year %d", r.ID, r.Until, c.s.BaseYear)
	case ok1 && r.Active && from > c.s.Horizon:
		c.l.Report(ruleDates, r.Pos, r.From, "rule %s is active and begins in %s, after the horizon %d", r.ID, r.From, c.s.Horizon)
	}
}

// ruleIdle warns of a rule that no market meets.
func (c *checker) ruleIdle(r *Rule) {
	for i := range c.s.Markets {
		m := &c.s.Markets[i]
		if r.Regime != "" && !slices.Contains(m.Regimes, r.Regime) || len(r.Commodities) > 0 && !slices.Contains(r.Commodities, m.Commodity) && !slices.Contains(r.Commodities, "*") {
			continue
		}
		o := slices.ContainsFunc(c.s.Zones, func(z Zone) bool { return areaMatches(&z, m.Origin) && zoneIn(&z, r.Origins) })
		d := slices.ContainsFunc(c.s.Zones, func(z Zone) bool { return areaMatches(&z, m.Destination) && zoneIn(&z, r.Destinations) })
		if o && d {
			return
		}
	}
	c.l.Report(ruleRuleIdle, r.Pos, r.ID, "rule %s meets no market", r.ID)
}

func (c *checker) constants() {
	seen := map[string]diag.Pos{}
	names := constantNames(c.s)
	got := map[string]*Constant{}
	for i := range c.s.Constants {
		k := &c.s.Constants[i]
		twice(c.l, seen, k.Name, "constant", k.Pos)
		got[k.Name] = k
		if !slices.Contains(names, k.Name) {
			d := c.l.Report(ruleUnknownConstant, k.Pos, k.Name, "the engine has no constant %q", k.Name)
			if near := diag.Nearest(k.Name, names); near != "" {
				d.Hint = "did you mean " + near + "?"
			}
		}
		if k.Free && k.Value.Low == k.Value.High {
			c.l.Report(ruleConstantRange, k.Pos, k.Name, "constant %s is to be fitted and has no range", k.Name)
		}
	}
	for _, name := range RequiredConstants() {
		if got[name] == nil {
			c.l.Report(ruleMissingConstant, diag.Pos{}, name, "calibration.csv has no constant %s", name)
		}
	}
	for _, name := range []string{ConstDispersionRoute, ConstDispersionMode, ConstCaptive, ConstChoke, ConstRailSpeed, ConstRoadSpeed, ConstVOTFactor, ConstQueueBeta} {
		if k := got[name]; k != nil && !(k.Value.Low > 0) {
			c.l.Report(ruleConstant, k.Pos, name, "constant %s must be above zero, its low value is %g", name, k.Value.Low)
		}
	}
	for _, name := range []string{ConstElasticity, ConstQueueAlpha} {
		if k := got[name]; k != nil && k.Value.Low < 0 {
			c.l.Report(ruleConstant, k.Pos, name, "constant %s must not be below zero, its low value is %g", name, k.Value.Low)
		}
	}
	if k := got[ConstQueueBeta]; k != nil && k.Value.Low > 0 && k.Value.Low < 1 {
		c.l.Report(ruleConstant, k.Pos, k.Name, "constant %s must be at least 1, or the first tonne would make a queue without end; its low value is %g", k.Name, k.Value.Low)
	}
	if r, m := got[ConstDispersionRoute], got[ConstDispersionMode]; r != nil && m != nil && m.Value.Central > r.Value.Central {
		c.l.Report(ruleConstant, m.Pos, fmt.Sprint(m.Value.Central), "%s (%g) is above %s (%g): nests would be less alike inside than outside", ConstDispersionMode, m.Value.Central, ConstDispersionRoute, r.Value.Central)
	}
}
