package region

import (
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// Rules of changes (family A8xx: energy).
var (
	ruleTarget  = diag.NewRule("A860", "energy-unknown-target", diag.Error, "a change names a tie, pipe, plant, source, storage, contract, exchange, zone, country, area, tier or block that the energy tables do not have")
	ruleNothing = diag.NewRule("A861", "energy-nothing-matched", diag.Error, "no row of the energy tables meets all fields of a change")
	ruleFit     = diag.NewRule("A862", "energy-change-does-not-fit", diag.Error, "the kind of change does not fit what it selects")
	ruleAmount  = diag.NewRule("A863", "energy-bad-amount", diag.Error, "the amount of a change is missing, negative where it cannot be, or of the wrong way")
)

type tableKind uint8

const (
	ties tableKind = iota
	pipes
	plants
	sources
	storages
	contracts
	exchanges
)

// element is a row that can be in or out of service, with where its parameters
// stand; -1 for what it has not.
type element struct {
	table               tableKind
	row                 int
	from, to            int // zones
	on, cap, back, cost int
}

// elements calls f for every row that a selector names. A selector that names a
// zone or country with a fuel selects plants.
func (r *resolver) elements(on *Selector, f func(element)) int {
	k := 0
	l := r.lay
	hit := func(e element) {
		f(e)
		k++
	}
	if i, ok := r.tie[on.Tie]; ok {
		t := &r.Ties[i]
		hit(element{ties, i, r.zone[t.From], r.zone[t.To], l.tieOn + i, l.tieCap + i, l.tieBack + i, -1})
	}
	if i, ok := r.pipe[on.Pipe]; ok {
		t := &r.Pipes[i]
		hit(element{pipes, i, r.zone[t.From], r.zone[t.To], l.pipeOn + i, l.pipeCap + i, l.pipeBack + i, -1})
	}
	for i := range r.Plants {
		if x := &r.Plants[i]; on.Plant == x.ID || on.Plant == "" && on.Fuel == x.Fuel &&
			(on.Zone == "" || on.Zone == x.Zone) && (on.Country == "" || on.Country == r.Zones[r.zone[x.Zone]].Country) {
			z := r.zone[x.Zone]
			hit(element{plants, i, z, z, l.plantOn + i, l.plantCap + i, -1, l.plantCost + i})
		}
	}
	if i, ok := r.source[on.Source]; ok {
		z := r.zone[r.Sources[i].Zone]
		hit(element{sources, i, z, z, l.sourceOn + i, l.sourceCap + i, -1, l.sourceCost + i})
	}
	if i, ok := r.storage[on.Storage]; ok {
		z := r.zone[r.Storages[i].Zone]
		hit(element{storages, i, z, z, l.storageOn + i, l.storageOut + i, -1, -1})
	}
	if i, ok := r.contract[on.Contract]; ok {
		hit(element{contracts, i, -1, -1, l.conOn + i, l.conAmount + i, -1, l.conPrice + i})
	}
	if i, ok := r.exchange[on.Exchange]; ok {
		hit(element{exchanges, i, -1, -1, l.excOn + i, l.excPower + i, -1, l.excPrice + i})
	}
	return k
}

// CheckChange reports every problem of a change against the tables of a spec: unknown
// names, kinds that do not fit what they select, amounts that cannot be.
func CheckChange(s *Spec, c *Change, l *diag.List) { checkChange(newNames(s), c, l) }

// newNames is the part of a network that names need; it stands broken references.
func newNames(s *Spec) *network {
	n := &network{Spec: *s}
	n.zone = indexOf(s.Zones, func(r *Zone) string { return r.ID })
	n.block = indexOf(s.Blocks, func(r *Block) string { return r.ID })
	n.tier = indexOf(s.Tiers, func(r *Tier) string { return r.ID })
	n.plant = indexOf(s.Plants, func(r *Plant) string { return r.ID })
	n.tie = indexOf(s.Ties, func(r *Tie) string { return r.ID })
	n.exchange = indexOf(s.Exchanges, func(r *Exchange) string { return r.ID })
	n.pipe = indexOf(s.Pipes, func(r *Pipe) string { return r.ID })
	n.source = indexOf(s.Sources, func(r *Source) string { return r.ID })
	n.contract = indexOf(s.Contracts, func(r *Contract) string { return r.ID })
	n.storage = indexOf(s.Storages, func(r *Storage) string { return r.ID })
	n.country = map[string]int{}
	for i := range s.Zones {
		n.country[s.Zones[i].Country] = i
	}
	n.originsOf()
	return n
}

func checkChange(n *network, c *Change, l *diag.List) {
	on := &c.On
	name := func(what, id string, known ...map[string]int) {
		if id == "" {
			return
		}
		var options []string
		for _, m := range known {
			if _, ok := m[id]; ok {
				return
			}
			options = append(options, keys(m)...)
		}
		d := l.Report(ruleTarget, c.Pos, id, "unknown %s %q", what, id)
		d.Expected = "the id of a " + what + " of the case"
		if near := diag.Nearest(id, options); near != "" {
			d.Hint = "did you mean " + near + "?"
		}
	}
	name("tie", on.Tie, n.tie)
	name("pipe", on.Pipe, n.pipe)
	name("plant", on.Plant, n.plant)
	name("gas source", on.Source, n.source)
	name("storage", on.Storage, n.storage)
	name("gas contract", on.Contract, n.contract)
	name("exchange", on.Exchange, n.exchange)
	name("zone", on.Zone, n.zone)
	name("country", on.Country, n.country)
	name("tier", on.Tier, n.tier)
	name("block", on.Block, n.block)
	name("zone or country", on.Direction, n.zone, n.country)
	name("origin", on.Origin, n.origin)
	name("zone or country", on.Buyer, n.zone, n.country)
	areas, fuels := map[string]int{}, map[string]int{}
	for i := range n.Zones {
		areas[n.Zones[i].Area] = i
	}
	for i := range n.Plants {
		fuels[n.Plants[i].Fuel] = i
	}
	for _, a := range on.Areas {
		name("synchronous area", a, areas)
	}
	name("fuel", on.Fuel, fuels)
	if on.Carrier != "" && on.Carrier != Power && on.Carrier != Gas {
		l.Report(ruleTarget, c.Pos, string(on.Carrier), "unknown carrier %q", on.Carrier).Expected = "power or gas"
	}
	if bad := unfit(c); bad != "" {
		l.Report(ruleFit, c.Pos, string(c.Op), "%s on %s: %s", c.Op, describe(on), bad)
	}
	if i, ok := n.pipe[on.Pipe]; ok && c.Op == OpCapacity && on.Direction != "" && !given(n.Pipes[i].CapacityBack) && on.Direction != n.Pipes[i].To {
		if z, ok := n.zone[n.Pipes[i].To]; ok && n.Zones[z].Country != on.Direction {
			d := l.Report(ruleFit, c.Pos, on.Pipe, "pipe %s has no reverse direction", on.Pipe)
			d.Hint = "give capacity_back (0 will do) in its row"
		}
	}
	if bad := badAmount(c); bad != "" {
		l.Report(ruleAmount, c.Pos, string(c.How), "%s on %s %s", c.Op, describe(on), bad)
	}
}

// unfit says why a change does not fit its selector, or "".
func unfit(c *Change) string {
	on := &c.On
	elements := 0
	for _, id := range []string{on.Tie, on.Pipe, on.Plant, on.Source, on.Storage, on.Contract, on.Exchange} {
		if id != "" {
			elements++
		}
	}
	group := on.Fuel != ""
	place := on.Zone != "" || on.Country != ""
	loads := on.Carrier != "" || on.Tier != "" || on.Block != ""
	switch c.Op {
	case OpOpen, OpClose, OpCapacity, OpCost:
		switch {
		case elements+b2i(group) != 1:
			return "needs one tie, pipe, plant, source, storage, contract or exchange, or plants by fuel"
		case loads || len(on.Areas) > 0 || on.Origin != "" || on.Buyer != "":
			return "load, areas and sales have changes of their own"
		case place && !group:
			return "a zone or country goes with a fuel"
		case on.Direction != "" && (c.Op != OpCapacity || on.Tie == "" && on.Pipe == ""):
			return "a direction goes with the capacity of a tie or pipe"
		case c.Op == OpCost && (on.Tie != "" || on.Pipe != "" || on.Storage != ""):
			return "ties, pipes and storages have no cost of their own"
		}
	case OpCoupling:
		if on.Tie == "" || elements != 1 || group || place || loads {
			return "needs one tie"
		}
		if _, ok := couplingNumber(c.Coupling); !ok {
			return "the coupling is ac, radial, hvdc or open"
		}
	case OpLoad:
		if elements > 0 || group || len(on.Areas) > 0 || on.Origin != "" || on.Buyer != "" || on.Direction != "" || !place && !loads {
			return "load is selected by zone, country, carrier, tier and block"
		}
	case OpJoin:
		if len(on.Areas) < 2 || elements > 0 || group || place || loads {
			return "needs two or more synchronous areas"
		}
	case OpSale:
		if on.Origin == "" || elements > 0 || group || place || loads || len(on.Areas) > 0 {
			return "needs an origin, and the buyer unless it stops selling abroad altogether"
		}
	default:
		return "unknown kind of change"
	}
	return ""
}

func b2i(x bool) int {
	if x {
		return 1
	}
	return 0
}

func badAmount(c *Change) string {
	switch c.Op {
	case OpOpen, OpClose, OpCoupling, OpJoin:
		if c.How != "" && c.How != On && (c.Op != OpCoupling || c.How != Set) {
			return "needs no amount"
		}
	case OpSale:
		if c.How != On && c.How != Off {
			return "is on or off"
		}
	default:
		switch {
		case c.How != Set && c.How != Add && c.How != Times:
			return "needs set, add or times"
		case c.How != Add && c.Amount.Low < 0:
			return "has a negative amount"
		case c.Amount.Check() != nil:
			return "has a range out of order"
		}
	}
	return ""
}

// FigureOf is the amount of a change as a figure to draw: the same effect asking the
// same thing of the same rows is one number.
func FigureOf(c *Change) NamedFigure {
	return NamedFigure{"change:" + c.Why + ":" + string(c.Op) + " " + describe(&c.On), c.Amount}
}

// describe prints the fields of a selector that are set.
func describe(s *Selector) string {
	var parts []string
	for _, f := range [][2]string{
		{"tie", s.Tie}, {"pipe", s.Pipe}, {"plant", s.Plant}, {"source", s.Source}, {"storage", s.Storage}, {"contract", s.Contract},
		{"exchange", s.Exchange}, {"zone", s.Zone}, {"country", s.Country}, {"fuel", s.Fuel}, {"carrier", string(s.Carrier)}, {"tier", s.Tier},
		{"block", s.Block}, {"direction", s.Direction}, {"areas", strings.Join(s.Areas, ",")}, {"origin", s.Origin}, {"buyer", s.Buyer},
	} {
		if f[1] != "" {
			parts = append(parts, f[0]+" "+f[1])
		}
	}
	return fmt.Sprintf("{%s}", strings.Join(parts, ", "))
}

// keys lists the keys of a map in order.
func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
