package region

import (
	"cmp"
	"slices"
)

// network is a spec put in order: rows sorted by id, names turned into numbers,
// markets and gas commodities worked out. Sorting makes every result independent of
// the order of rows.
type network struct {
	Spec // own, sorted copies of the tables

	zone, block, tier, plant, tie, exchange, pipe, source, contract, storage map[string]int

	countries []string
	country   map[string]int
	origins   []string
	origin    map[string]int

	zoneCountry []int
	zonePower   []bool
	zoneGas     []bool
	market      []int // of each zone
	markets     []string
	loads       []loadKey // distinct (zone, tier)
	loadOf      map[loadKey]int
	hours       []float64
	days        []float64

	poolPower, poolGas bool

	goods    []commodity
	buyers   [][]int // contract -> zones it may deliver to
	goodOf   []int   // contract -> its commodity
	partners [][]int // stop together: numbers of exchanges, then of contracts
}

type loadKey struct{ zone, tier int }

// commodity is gas of one origin; contracts with a way of their own have a
// commodity of their own, which uses the pipes of that way only.
type commodity struct {
	origin   int
	contract int // -1: the common one
}

func byID[T any](rows []T, id func(*T) string) []T {
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(id(&a), id(&b)) })
	return out
}

func indexOf[T any](rows []T, id func(*T) string) map[string]int {
	m := make(map[string]int, len(rows))
	for i := range rows {
		if _, ok := m[id(&rows[i])]; !ok {
			m[id(&rows[i])] = i
		}
	}
	return m
}

// newNetwork puts a spec in order. References of a spec that passed Check all lead
// somewhere.
func newNetwork(s *Spec) *network {
	n := &network{Spec: *s}
	n.Zones = byID(s.Zones, func(r *Zone) string { return r.ID })
	n.Blocks = byID(s.Blocks, func(r *Block) string { return r.ID })
	n.Tiers = slices.Clone(s.Tiers)
	slices.SortStableFunc(n.Tiers, func(a, b Tier) int {
		return cmp.Or(cmp.Compare(a.Carrier, b.Carrier), cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	n.Plants = byID(s.Plants, func(r *Plant) string { return r.ID })
	n.Ties = byID(s.Ties, func(r *Tie) string { return r.ID })
	n.Exchanges = byID(s.Exchanges, func(r *Exchange) string { return r.ID })
	n.Pipes = byID(s.Pipes, func(r *Pipe) string { return r.ID })
	n.Sources = byID(s.Sources, func(r *Source) string { return r.ID })
	n.Contracts = byID(s.Contracts, func(r *Contract) string { return r.ID })
	n.Storages = byID(s.Storages, func(r *Storage) string { return r.ID })
	n.Constants = byID(s.Constants, func(r *Constant) string { return r.Name })
	n.Loads = slices.Clone(s.Loads)
	slices.SortStableFunc(n.Loads, func(a, b Load) int {
		return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Block, b.Block))
	})
	n.zone = indexOf(n.Zones, func(r *Zone) string { return r.ID })
	n.block = indexOf(n.Blocks, func(r *Block) string { return r.ID })
	n.tier = indexOf(n.Tiers, func(r *Tier) string { return r.ID })
	n.plant = indexOf(n.Plants, func(r *Plant) string { return r.ID })
	n.tie = indexOf(n.Ties, func(r *Tie) string { return r.ID })
	n.exchange = indexOf(n.Exchanges, func(r *Exchange) string { return r.ID })
	n.pipe = indexOf(n.Pipes, func(r *Pipe) string { return r.ID })
	n.source = indexOf(n.Sources, func(r *Source) string { return r.ID })
	n.contract = indexOf(n.Contracts, func(r *Contract) string { return r.ID })
	n.storage = indexOf(n.Storages, func(r *Storage) string { return r.ID })
	n.poolPower, n.poolGas = len(n.Exchanges) == 0, len(n.Contracts) == 0

	n.country = map[string]int{}
	for i := range n.Zones {
		n.countries = append(n.countries, n.Zones[i].Country)
		n.zonePower = append(n.zonePower, slices.Contains(n.Zones[i].Carriers, Power))
		n.zoneGas = append(n.zoneGas, slices.Contains(n.Zones[i].Carriers, Gas))
	}
	slices.Sort(n.countries)
	n.countries = slices.Compact(n.countries)
	for i, c := range n.countries {
		n.country[c] = i
	}
	for i := range n.Zones {
		n.zoneCountry = append(n.zoneCountry, n.country[n.Zones[i].Country])
	}
	for k := range n.Blocks {
		n.hours = append(n.hours, n.Blocks[k].Hours)
		n.days = append(n.days, n.Blocks[k].Hours/24)
	}
	n.originsOf()
	n.marketsOf()
	n.loadsOf()
	n.commoditiesOf()
	n.partnersOf()
	return n
}

func (n *network) originsOf() {
	for i := range n.Sources {
		n.origins = append(n.origins, n.Sources[i].Origin)
	}
	for i := range n.Contracts {
		n.origins = append(n.origins, n.Contracts[i].Origin)
	}
	slices.Sort(n.origins)
	n.origins = slices.Compact(n.origins)
	n.origin = map[string]int{}
	for i, o := range n.origins {
		n.origin[o] = i
	}
}

// marketsOf unites the zones of a country that ties or pipes of the case join.
func (n *network) marketsOf() {
	u := newUnion(len(n.Zones))
	join := func(a, b string) {
		i, j := n.zone[a], n.zone[b]
		if n.zoneCountry[i] == n.zoneCountry[j] {
			u.join(i, j)
		}
	}
	for i := range n.Ties {
		join(n.Ties[i].From, n.Ties[i].To)
	}
	for i := range n.Pipes {
		join(n.Pipes[i].From, n.Pipes[i].To)
	}
	number := map[int]int{}
	parts := map[int]int{} // country -> markets
	for i := range n.Zones {
		if u.find(i) == i {
			parts[n.zoneCountry[i]]++
		}
	}
	for i := range n.Zones {
		r := u.find(i)
		if _, ok := number[r]; !ok {
			number[r] = len(n.markets)
			name := n.Zones[i].Country
			if parts[n.zoneCountry[i]] > 1 {
				name = n.Zones[i].ID
			}
			n.markets = append(n.markets, name)
		}
		n.market = append(n.market, number[r])
	}
}

func (n *network) loadsOf() {
	n.loadOf = map[loadKey]int{}
	for i := range n.Loads {
		k := loadKey{n.zone[n.Loads[i].Zone], n.tier[n.Loads[i].Tier]}
		if _, ok := n.loadOf[k]; !ok {
			n.loadOf[k] = -1
			n.loads = append(n.loads, k)
		}
	}
	slices.SortFunc(n.loads, func(a, b loadKey) int {
		return cmp.Or(cmp.Compare(a.zone, b.zone), cmp.Compare(a.tier, b.tier))
	})
	for i, k := range n.loads {
		n.loadOf[k] = i
	}
}

func (n *network) commoditiesOf() {
	for o := range n.origins {
		n.goods = append(n.goods, commodity{o, -1})
	}
	for i := range n.Contracts {
		c := &n.Contracts[i]
		good := n.origin[c.Origin]
		if len(c.Via) > 0 {
			good = len(n.goods)
			n.goods = append(n.goods, commodity{n.origin[c.Origin], i})
		}
		n.goodOf = append(n.goodOf, good)
		var zones []int
		for z := range n.Zones {
			if n.zoneGas[z] && (n.Zones[z].ID == c.Buyer || n.Zones[z].Country == c.Buyer) {
				zones = append(zones, z)
			}
		}
		n.buyers = append(n.buyers, zones)
	}
}

// partnersOf joins the contracts and exchanges that stop together.
func (n *network) partnersOf() {
	nx := len(n.Exchanges)
	u := newUnion(nx + len(n.Contracts))
	link := func(a int, with string) {
		if with == "" {
			return
		}
		if j, ok := n.contract[with]; ok {
			u.join(a, nx+j)
		} else if j, ok := n.exchange[with]; ok {
			u.join(a, j)
		}
	}
	for i := range n.Exchanges {
		link(i, n.Exchanges[i].With)
	}
	for i := range n.Contracts {
		link(nx+i, n.Contracts[i].With)
	}
	of := map[int][]int{}
	for i := range nx + len(n.Contracts) {
		of[u.find(i)] = append(of[u.find(i)], i)
	}
	for i := range nx + len(n.Contracts) {
		if g := of[i]; u.find(i) == i && len(g) > 1 {
			n.partners = append(n.partners, g)
		}
	}
}

// carries says whether a pipe may carry a commodity.
func (n *network) carries(pipe, good int) bool {
	g := n.goods[good]
	return g.contract < 0 || slices.Contains(n.Contracts[g.contract].Via, n.Pipes[pipe].ID)
}

// home says whether a commodity is sold in a zone without a contract.
func (n *network) home(good, zone int) bool {
	g := n.goods[good]
	return g.contract < 0 && (n.poolGas || n.origins[g.origin] == n.Zones[zone].Country)
}

// union is a disjoint-set forest whose roots are the lowest members.
type union []int

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = i
	}
	return u
}

func (u union) find(i int) int {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u union) join(i, j int) bool {
	i, j = u.find(i), u.find(j)
	if i == j {
		return false
	}
	u[max(i, j)] = min(i, j)
	return true
}
