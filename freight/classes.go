package freight

import (
	"fmt"
	"slices"
	"strings"
)

// segment tells tonnes that choose freely from tonnes tied to the usual modes.
type segment uint8

const (
	contestable segment = iota
	captive
)

func (s segment) String() string { return [...]string{"contestable", "captive"}[s] }

// class is what decides cost and choice: commodity x regime set x segment.
type class struct {
	commodity int
	regimes   []string
	segment   segment
}

func (c class) key() string {
	return fmt.Sprint(c.commodity, c.segment, strings.Join(c.regimes, ";"))
}

// item is one unit of demand: the tonnes of a market's segment between two
// zones. Its routes are [route0, route1), sorted by nest and cost.
type item struct {
	market         int32
	class          int32
	segment        segment
	commodity      int
	origin, dest   int32 // zones
	fraction       float64
	route0, route1 int32
	oc, dc         int16 // countries of the zones
	relaxed        bool  // captive tonnes without a way of their own modes: all modes allowed
}

// itemsOf lists the demand rows of the spec as items, contestable and captive,
// in file order, and the classes they belong to.
func (n *network) itemsOf() ([]item, []class, error) {
	s := n.spec
	var items []item
	var classes []class
	seen := map[string]int32{}
	for i := range s.Demand {
		d := &s.Demand[i]
		mi, ok := n.market[d.Market]
		oz, ok1 := n.zone[d.OriginZone]
		dz, ok2 := n.zone[d.DestinationZone]
		if !ok || !ok1 || !ok2 {
			return nil, nil, fmt.Errorf("demand row %d: unknown market or zone (%s, %s, %s)", i+1, d.Market, d.OriginZone, d.DestinationZone)
		}
		m := &s.Markets[mi]
		com, ok := n.commodity[m.Commodity]
		if !ok {
			return nil, nil, fmt.Errorf("market %q: unknown commodity %q", m.ID, m.Commodity)
		}
		regimes := slices.Clone(m.Regimes)
		slices.Sort(regimes)
		regimes = slices.Compact(regimes)
		for _, seg := range []segment{contestable, captive} {
			if seg == contestable && m.Share.High == 0 || seg == captive && m.Share.Low >= 1 {
				continue
			}
			c := class{commodity: com, regimes: regimes, segment: seg}
			ci, ok := seen[c.key()]
			if !ok {
				ci = int32(len(classes))
				seen[c.key()] = ci
				classes = append(classes, c)
			}
			items = append(items, item{
				market: mi, class: ci, segment: seg, commodity: com, origin: oz, dest: dz, fraction: d.Fraction,
				oc: n.country[s.Zones[oz].Country], dc: n.country[s.Zones[dz].Country],
			})
		}
	}
	return items, classes, nil
}

// areaMatches says whether one entry of an origin or destination list covers a
// zone: by area, country or zone id.
func areaMatches(z *Zone, want string) bool {
	return z.Area == want || z.Country == want || z.ID == want
}

// zoneIn tests a zone against a list; "!X" entries exclude, an empty list (or
// one of exclusions only) takes the rest.
func zoneIn(z *Zone, list []string) bool {
	if len(list) == 0 {
		return true
	}
	in, positive := false, false
	for _, w := range list {
		if strings.HasPrefix(w, "!") {
			if areaMatches(z, w[1:]) {
				return false
			}
			continue
		}
		positive = true
		in = in || areaMatches(z, w) || w == "*"
	}
	return in || !positive
}

// ruleOnItem says whether a rule's market selectors cover an item; what it
// asks of the path is left to ruleOnPath.
func (n *network) ruleOnItem(r *Rule, it *item) bool {
	s := n.spec
	m := &s.Markets[it.market]
	return ruleOnGoods(r, m.Regimes, m.Commodity, &s.Zones[it.origin], &s.Zones[it.dest])
}

// ruleOnGoods is ruleOnItem for goods of no market in particular.
func ruleOnGoods(r *Rule, regimes []string, commodity string, origin, dest *Zone) bool {
	if r.Regime != "" && !slices.Contains(regimes, r.Regime) {
		return false
	}
	if len(r.Commodities) > 0 && !slices.Contains(r.Commodities, commodity) && !slices.Contains(r.Commodities, "*") {
		return false
	}
	return zoneIn(origin, r.Origins) && zoneIn(dest, r.Destinations)
}
