package freight

import (
	"fmt"
	"sync"
)

// openSea is the country code of operations that stand on no country's soil.
const openSea = "XZ"

// opKind is the kind of an operation.
type opKind uint8

const (
	opLoad opKind = iota
	opUnload
	opMove
	opTranship
	opGauge
	opBorder
	opStrait
)

var opKindNames = [...]string{"load", "unload", "move", "tranship", "gauge", "border", "strait"}

func (k opKind) String() string { return opKindNames[k] }

// vertexKind tells the platforms of a node from its two demand ends.
type vertexKind uint8

const (
	platform vertexKind = iota
	source              // goods start here, before loading
	sink                // goods end here, after unloading
)

// vertex is one platform of a node: where goods stand on one mode (and, by
// rail, on one gauge).
type vertex struct {
	node  int32
	kind  vertexKind
	mode  mode
	gauge int32 // mm, rail only
	leg   leg   // where changing vessel takes work: before or after it
}

// leg tells goods that have just come off a vessel from goods that wait for the
// next, at nodes where a terminal row prices the change (sea to sea, ferry to
// ferry, river to river). Everywhere else, and at chokepoints, a platform is
// both at once.
type leg uint8

const (
	anyLeg leg = iota
	arriving
	departing
)

// arc joins two vertices by one or more operations done in order. A link gives
// one arc a direction; a node gives arcs between its platforms.
type arc struct {
	from, to int32
	op0, op1 int32 // operations [op0, op1)
	link     int32 // index of the link, -1 inside a node
	forward  bool  // direction of use of the link
	mask     commodityMask
}

// commodityMask is a set of commodities by index.
type commodityMask uint64

// maxCommodities is the size of a commodityMask; [Check] refuses more.
const maxCommodities = 64

func (m commodityMask) has(c int) bool { return m>>uint(c)&1 == 1 }

// operation is one thing done to goods at one place in one country. Its hours,
// spread, openness and money live in the parameter vector (see layout).
type operation struct {
	kind         opKind
	mode         mode // of the move; of the arriving side at a terminal
	mode2        mode // of the leaving side at a terminal
	country      int16
	node         int32 // terminal and gauge operations, else -1
	link         int32 // move, border, strait
	border       int32 // index of the border row, else -1
	strait       int32
	terminal     int32 // index of the terminal row, else -1
	forward      bool
	km           float64
	part         float64 // share of the link's length this operation covers
	freeOfHours  bool    // hours are counted elsewhere (inside a border row)
	comp0, comp1 int32
	elem         int32 // element with a capacity, -1 if it can have none
}

// compKind is what a payment is for.
type compKind uint8

const (
	compInfrastructure compKind = iota
	compHaulage
	compFee
	compPort
	compPayment // payment and insurance cost, nobody's revenue unless an earner is named
)

var compKindNames = [...]string{"infrastructure", "haulage", "fee", "port", "payment"}

func (k compKind) String() string { return compKindNames[k] }

// component is one payment at an operation: so much a tonne, for some
// commodities and flow types, to some earners.
type component struct {
	op           int32
	kind         compKind
	row          rowRef
	coef         float64 // factor from the row's figure to USD/t
	mask         commodityMask
	flows        flowMask
	view         int16 // country whose flow type counts, -1 when flows is all
	earn0, earn1 int32
	payer        string
}

// rowRef names a figure of a price row.
type rowRef struct {
	table rowTable
	row   int32
}

type rowTable uint8

const (
	tariffPerTonneKm rowTable = iota
	tariffPerTonne
	feeMoney
	terminalMoney
)

// earnFlag marks a share that goes to the haulier's flag: the countries of
// origin and destination share it equally by land and river; at sea it is
// nobody's unless the row names the earners.
const earnFlag int16 = -2

// earnShare is one earner of a component and its share.
type earnShare struct {
	country int16
	share   float64
}

// elementKind says how a capacity binds.
type elementKind uint8

const (
	elemLink     elementKind = iota // rationing price in money
	elemBorder                      // queue in hours
	elemTerminal                    // queue in hours
)

// element is a thing that may have a capacity: one direction of a link (or
// both, when shared), one direction of a border, a terminal row at a node.
type element struct {
	kind elementKind
	row  int32 // link, border or terminal row
	node int32 // terminal: the node
	back bool  // link: the reverse direction
	name string
}

func (e *element) queue() bool { return e.kind != elemLink }

// hop is an arc and the vertex it leads to (or, backwards, comes from).
type hop struct{ to, arc int32 }

// network is the graph of operations of the union network: all that is listed,
// open or not. It is built once and never changed.
type network struct {
	spec      *Spec
	words     vocabulary // what selectors may name
	countries []string
	country   map[string]int16
	node      map[string]int32
	link      map[string]int32
	borders   map[string][]int32 // border id -> its rows
	strait    map[string]int32
	terminals map[string][]int32 // terminal id -> its rows
	project   map[string]int32
	zone      map[string]int32
	commodity map[string]int
	market    map[string]int32
	rule      map[string]int32

	vertices []vertex
	sourceOf []int32 // node -> vertex, -1
	sinkOf   []int32
	arcs     []arc
	ops      []operation
	comps    []component
	earns    []earnShare
	elems    []element

	outStart, outArc []int32
	inStart          []int32
	outHop, inHop    []hop // arcs out of and into each vertex, with their other end

	selections selections
	spare      sync.Pool    // of parameter vectors, *[]float64
	linkOps    rows         // link -> operations on it
	ruleOn     []bitset     // rule with path selectors -> arcs it is on
	byProject  [][]int32    // link -> projects that open it
	linkBorder [][2][]int32 // link -> border rows forward and backward
	notes      []string     // readings of the data worth saying, in order
}

// index fills the maps from ids to rows.
func (n *network) index() error {
	s := n.spec
	n.country, n.node, n.link = map[string]int16{}, map[string]int32{}, map[string]int32{}
	n.borders, n.strait, n.terminals = map[string][]int32{}, map[string]int32{}, map[string][]int32{}
	n.project, n.zone, n.commodity = map[string]int32{}, map[string]int32{}, map[string]int{}
	n.market, n.rule = map[string]int32{}, map[string]int32{}
	n.addCountry(openSea)
	for i := range s.Nodes {
		n.node[s.Nodes[i].ID] = int32(i)
		n.addCountry(s.Nodes[i].Country)
	}
	for i := range s.Zones {
		n.zone[s.Zones[i].ID] = int32(i)
		n.addCountry(s.Zones[i].Country)
	}
	for i := range s.Links {
		n.link[s.Links[i].ID] = int32(i)
	}
	for i := range s.Borders {
		n.borders[s.Borders[i].ID] = append(n.borders[s.Borders[i].ID], int32(i))
	}
	for i := range s.Straits {
		n.strait[s.Straits[i].ID] = int32(i)
	}
	for i := range s.Terminals {
		n.terminals[s.Terminals[i].ID] = append(n.terminals[s.Terminals[i].ID], int32(i))
	}
	for i := range s.Projects {
		n.project[s.Projects[i].ID] = int32(i)
	}
	if len(s.Commodities) > maxCommodities {
		return fmt.Errorf("%d commodities, at most %d", len(s.Commodities), maxCommodities)
	}
	for i := range s.Commodities {
		n.commodity[s.Commodities[i].ID] = i
	}
	for i := range s.Markets {
		n.market[s.Markets[i].ID] = int32(i)
	}
	for i := range s.Rules {
		n.rule[s.Rules[i].ID] = int32(i)
	}
	n.byProject = n.projectLinks()
	return nil
}

func (n *network) addCountry(c string) int16 {
	if k, ok := n.country[c]; ok {
		return k
	}
	k := int16(len(n.countries))
	n.countries = append(n.countries, c)
	n.country[c] = k
	return k
}

// countryOf returns the index of a country, -1 when it is not in the case.
func (n *network) countryOf(c string) int16 {
	if k, ok := n.country[c]; ok {
		return k
	}
	return -1
}

// allCommodities is the mask of every commodity.
func (n *network) allCommodities() commodityMask {
	k := len(n.spec.Commodities)
	if k == maxCommodities {
		return ^commodityMask(0)
	}
	return 1<<uint(k) - 1
}

// opName is what an operation is called in reports and diagnostics.
func (n *network) opName(o *operation) string {
	s := n.spec
	switch o.kind {
	case opBorder:
		if o.border < 0 {
			return "border of link " + s.Links[o.link].ID
		}
		b := &s.Borders[o.border]
		return b.ID + " (" + b.CountryFrom + "-" + b.CountryTo + ")"
	case opStrait:
		return s.Straits[o.strait].ID
	case opMove:
		return s.Links[o.link].ID
	}
	return s.Nodes[o.node].ID
}
