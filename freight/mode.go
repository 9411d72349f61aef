package freight

import "strings"

// mode is a mode of transport, or one of the two pseudo-modes of terminal rows.
type mode uint8

const (
	noMode mode = iota
	rail
	road
	sea
	ferry
	river
	zoneMode  // loading and unloading in a terminal row
	gaugeMode // change of gauge in a terminal row
)

// modeCount is the number of modes a link may have; modes 1..modeCount-1.
const modeCount = int(river) + 1

var modeNames = [...]string{"", "rail", "road", "sea", "ferry", "river", "zone", "gauge"}

func (m mode) String() string { return modeNames[m] }

// water says whether the mode runs on water.
func (m mode) water() bool { return m == sea || m == ferry || m == river }

// offshore says whether the mode leaves every country's soil: its operations
// are booked at the open sea.
func (m mode) offshore() bool { return m == sea || m == ferry }

// parseMode returns the mode of a link, or noMode.
func parseMode(s string) mode {
	for m := rail; m <= river; m++ {
		if modeNames[m] == s {
			return m
		}
	}
	return noMode
}

// parseTerminalMode also knows zone and gauge.
func parseTerminalMode(s string) mode {
	switch s {
	case "zone":
		return zoneMode
	case "gauge":
		return gaugeMode
	}
	return parseMode(s)
}

// modeSet is a set of modes, bit m for mode m.
type modeSet uint8

func (s modeSet) has(m mode) bool { return s>>m&1 == 1 }

func (s modeSet) with(m mode) modeSet { return s | 1<<m }

// String joins the names with "+", in the order of the constants.
func (s modeSet) String() string {
	var names []string
	for m := rail; m <= river; m++ {
		if s.has(m) {
			names = append(names, modeNames[m])
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, "+")
}

// parseModes turns names into a set; unknown names are left to [Check].
func parseModes(names []string) modeSet {
	var s modeSet
	for _, n := range names {
		if m := parseMode(n); m != noMode {
			s = s.with(m)
		}
	}
	return s
}

// haulSet widens the modes of a market for the test of captive tonnes: a
// market that goes by sea may use a ferry or a river vessel for its water leg.
func haulSet(s modeSet) modeSet {
	if s.has(sea) || s.has(ferry) || s.has(river) {
		s = s.with(sea).with(ferry).with(river)
	}
	return s
}

// flow is the flow type of a shipment as one country sees it.
type flow uint8

const (
	transit flow = iota
	imports
	exports
	domestic
	flowCount
)

var flowNames = [...]string{"transit", "import", "export", "domestic"}

func (f flow) String() string { return flowNames[f] }

// flowMask is a set of flow types; allFlows holds the four.
type flowMask uint8

const allFlows flowMask = 1<<flowCount - 1

// parseFlow reads a flow selector; "" and "all" mean all four.
func parseFlow(s string) (flowMask, bool) {
	if s == "" || s == "all" || s == "*" {
		return allFlows, true
	}
	for f, n := range flowNames {
		if n == s {
			return 1 << f, true
		}
	}
	return 0, false
}

// flowOf is the flow type country c sees in a shipment from country o to d.
func flowOf(c, o, d int16) flow {
	switch {
	case o == c && d == c:
		return domestic
	case o == c:
		return exports
	case d == c:
		return imports
	}
	return transit
}
