package freight

import (
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
)

func (c *checker) nodes(where CountryFinder) {
	seen := map[string]diag.Pos{}
	for i := range c.s.Nodes {
		n := &c.s.Nodes[i]
		twice(c.l, seen, n.ID, "node", n.Pos)
		if math.Abs(n.X) > 180 || math.Abs(n.Y) > 90 || math.IsNaN(n.X+n.Y) {
			c.l.Report(ruleCoordinates, n.Pos, n.ID, "node %s stands at longitude %g, latitude %g", n.ID, n.X, n.Y)
			continue
		}
		if where == nil || n.Country == openSea {
			continue
		}
		if in, known := where.CountriesAt(n.X, n.Y); known && !slices.Contains(in, n.Country) {
			found := "at sea"
			if len(in) > 0 {
				found = "in " + joinNames(in)
			}
			c.l.Report(ruleOffCountry, n.Pos, n.ID, "node %s is said to be in %s but its coordinates %.4f, %.4f (longitude, latitude) are %s", n.ID, n.Country, n.X, n.Y, found)
		}
	}
	if where == nil && len(c.s.Nodes) > 0 {
		c.l.Report(ruleNoShapes, diag.Pos{File: c.s.Nodes[0].Pos.File}, "", "nodes were not tested against the shapes of countries")
	}
}

func (c *checker) links() {
	seen := map[string]diag.Pos{}
	for i := range c.s.Links {
		k := &c.s.Links[i]
		twice(c.l, seen, k.ID, "link", k.Pos)
		bad := unknown(c.l, ruleUnknownNode, k.Pos, "node", k.From, "link "+k.ID, c.nodeAt)
		bad = unknown(c.l, ruleUnknownNode, k.Pos, "node", k.To, "link "+k.ID, c.nodeAt) || bad
		m := parseMode(k.Mode)
		if m == noMode {
			c.badMode(k.Pos, k.Mode, "link "+k.ID)
		}
		if k.From == k.To {
			c.l.Report(ruleSelfLink, k.Pos, k.ID, "link %s begins and ends at %s", k.ID, k.From)
		}
		for _, s := range k.Straits {
			unknown(c.l, ruleUnknownStrait, k.Pos, "strait", s, "link "+k.ID, c.straitIDs)
		}
		if k.Project != "" {
			unknown(c.l, ruleUnknownProject, k.Pos, "project", k.Project, "link "+k.ID, c.projectID)
			if k.Open {
				c.l.Report(ruleOpenUnbuilt, k.Pos, k.ID, "link %s is open and waits for project %s", k.ID, k.Project)
			}
		}
		if given(k.Capacity) && len(k.Capacity.Source) == 0 {
			c.l.Report(ruleNoSource, k.Pos, k.ID, "the capacity of link %s names no source: the link is uncongested", k.ID)
		}
		if m == rail && len(k.Gauge) == 0 {
			c.l.Report(ruleGauge, k.Pos, k.ID, "railway link %s has no gauge", k.ID)
		}
		if open, ok := yearOf(k.Opens); ok {
			if shut, ok := yearOf(k.Closes); ok && shut < open {
				c.l.Report(ruleDates, k.Pos, k.Closes, "link %s closes (%s) before it opens (%s)", k.ID, k.Closes, k.Opens)
			}
		}
		if !bad && m != noMode && k.From != k.To {
			c.linkLength(k, m)
		}
	}
}

func (c *checker) badMode(p diag.Pos, name, where string) {
	d := c.l.Report(ruleUnknownMode, p, name, "%s has the unknown mode %q", where, name)
	d.Expected = "rail, road, sea, ferry or river"
	if near := diag.Nearest(name, modeNames[1:]); near != "" {
		d.Hint = "did you mean " + near + "?"
	}
}

// linkLength holds length, speed and hours of a link against each other and
// against the geodesic.
func (c *checker) linkLength(k *Link, m mode) {
	f, t := c.nodeAt[k.From], c.nodeAt[k.To]
	geo := Geodesic(f.X, f.Y, t.X, t.Y)
	if k.Length < geo*(1-ShorterSlack) && k.Length < geo-ShorterSlackKm {
		d := c.l.Report(ruleTooShort, k.Pos, k.ID, "link %s (%s - %s) is %.4g km long, its nodes are %.4g km apart", k.ID, k.From, k.To, k.Length, geo)
		if miles := k.Length * 1.609344; miles > geo && miles < 2*geo {
			d.Hint = "is the length in miles?"
		}
	}
	limit := LongLand
	if m.water() {
		limit = LongWater
	}
	if k.Length > limit*geo && k.Length > geo+LongKm {
		c.l.Report(ruleTooLong, k.Pos, k.ID, "link %s (%s - %s) is %.4g km long, %.1f times the %.4g km between its nodes", k.ID, k.From, k.To, k.Length, k.Length/geo, geo)
	}
	band := speedBand[m]
	switch {
	case given(k.Hours):
		if k.Speed > 0 && k.Hours.Central > 0 {
			if v := k.Length / k.Hours.Central; v > 2*k.Speed || v < k.Speed/2 {
				c.l.Report(ruleOddSpeed, k.Pos, k.ID, "link %s has a speed of %.3g km/h, but %.4g km in %.3g h are %.3g km/h", k.ID, k.Speed, k.Length, k.Hours.Central, v)
				return
			}
		}
		if k.Hours.Central > 0 && k.Length > 20 {
			if v := k.Length / k.Hours.Central; v < band[0]/3 || v > band[1] {
				c.l.Report(ruleOddSpeed, k.Pos, k.ID, "link %s: %.4g km in %.3g h are %.3g km/h, %s runs %g to %g", k.ID, k.Length, k.Hours.Central, v, m, band[0], band[1])
			}
		}
	case k.Speed <= 0:
		c.l.Report(ruleNoTime, k.Pos, k.ID, "link %s has neither speed nor hours", k.ID)
	case k.Speed < band[0] || k.Speed > band[1]:
		c.l.Report(ruleOddSpeed, k.Pos, k.ID, "link %s runs at %g km/h, %s runs %g to %g", k.ID, k.Speed, m, band[0], band[1])
	}
}

func (c *checker) borders() {
	seen := map[string]diag.Pos{}
	type crossing struct{ from, to, mode string }
	rows := map[crossing]*Border{}
	for i := range c.s.Borders {
		b := &c.s.Borders[i]
		twice(c.l, seen, b.NodeFrom+" - "+b.NodeTo+" by "+b.Mode, "border", b.Pos)
		rows[crossing{b.NodeFrom, b.NodeTo, b.Mode}] = b
		if m := parseMode(b.Mode); m == noMode {
			c.badMode(b.Pos, b.Mode, "border "+b.ID)
		}
		f, ok1 := c.nodeAt[b.NodeFrom]
		t, ok2 := c.nodeAt[b.NodeTo]
		unknown(c.l, ruleUnknownNode, b.Pos, "node", b.NodeFrom, "border "+b.ID, c.nodeAt)
		unknown(c.l, ruleUnknownNode, b.Pos, "node", b.NodeTo, "border "+b.ID, c.nodeAt)
		if ok1 && ok2 && (f.Country != b.CountryFrom || t.Country != b.CountryTo || f.Country == t.Country) {
			c.l.Report(ruleBorderCountry, b.Pos, b.ID, "border %s is from %s to %s, its nodes %s and %s are in %s and %s", b.ID, b.CountryFrom, b.CountryTo, b.NodeFrom, b.NodeTo, f.Country, t.Country)
		}
		if given(b.Capacity) && len(b.Capacity.Source) == 0 {
			c.l.Report(ruleNoSource, b.Pos, b.ID, "the capacity of border %s %s-%s names no source: it has no queue", b.ID, b.CountryFrom, b.CountryTo)
		}
	}
	used := map[*Border]bool{}
	for i := range c.s.Links {
		k := &c.s.Links[i]
		f, ok1 := c.nodeAt[k.From]
		t, ok2 := c.nodeAt[k.To]
		m := parseMode(k.Mode)
		if !ok1 || !ok2 || m == noMode || m.offshore() {
			continue
		}
		there, back := rows[crossing{k.From, k.To, k.Mode}], rows[crossing{k.To, k.From, k.Mode}]
		if there != nil {
			used[there] = true
		}
		if back != nil {
			used[back] = true
		}
		if f.Country == t.Country {
			continue
		}
		c.crossing(k, there, back)
	}
	for i := range c.s.Borders {
		b := &c.s.Borders[i]
		if !used[b] && c.nodeAt[b.NodeFrom] != nil && c.nodeAt[b.NodeTo] != nil && parseMode(b.Mode) != noMode {
			c.l.Report(ruleBorderNoLink, b.Pos, b.ID, "border %s: no %s link joins %s and %s", b.ID, b.Mode, b.NodeFrom, b.NodeTo)
		}
	}
}

// crossing tests a link between two countries against its border rows.
func (c *checker) crossing(k *Link, there, back *Border) {
	cf, ct := c.nodeAt[k.From].Country, c.nodeAt[k.To].Country
	switch {
	case there == nil && back == nil, k.Directed && there == nil:
		c.l.Report(ruleBorderMissing, k.Pos, k.ID, "link %s crosses from %s to %s, and no border row tells what that takes", k.ID, cf, ct)
		return
	case !k.Directed && (there == nil || back == nil):
		from, to := cf, ct
		if there != nil {
			from, to = ct, cf
		}
		c.l.Report(ruleBorderOneWay, k.Pos, k.ID, "link %s is two-way, but border.csv has no row from %s to %s", k.ID, from, to)
	}
	row := there
	if row == nil {
		row = back
	}
	if given(k.Hours) {
		c.l.Report(ruleWaitTwice, k.Pos, k.ID, "link %s over border %s has hours of its own; the hours of the border row replace them", k.ID, row.ID)
	} else if k.Speed > 0 && k.Speed < BorderLinkSpeed {
		c.l.Report(ruleWaitTwice, k.Pos, k.ID, "link %s over border %s runs at %g km/h: that seems to hold the wait, which the border row holds too", k.ID, row.ID, k.Speed)
	}
	if k.Open != row.Open && k.Project == "" {
		state := map[bool]string{true: "open", false: "closed"}
		c.l.Report(ruleShutRow, k.Pos, k.ID, "link %s is %s, border %s is %s: the crossing is closed", k.ID, state[k.Open], row.ID, state[row.Open])
	}
	two := len(k.Gauge) > 1 && k.Gauge[0] != k.Gauge[1]
	if k.Mode == "rail" && two && !row.GaugeChange {
		c.l.Report(ruleGauge, k.Pos, k.ID, "the gauge changes on link %s, border %s has no gauge change: its hours come on top of those of the border", k.ID, row.ID)
	}
	if k.Mode == "rail" && !two && row.GaugeChange {
		c.l.Report(ruleGauge, row.Pos, row.ID, "border %s changes gauge, its link %s has one gauge", row.ID, k.ID)
	}
}

func (c *checker) straits() {
	seen := map[string]diag.Pos{}
	for i := range c.s.Straits {
		s := &c.s.Straits[i]
		twice(c.l, seen, s.ID, "strait", s.Pos)
		if s.Detour != "" {
			unknown(c.l, ruleUnknownStrait, s.Pos, "strait", s.Detour, "strait "+s.ID, c.straitIDs)
		}
		if s.CheckFrom != "" || s.CheckTo != "" {
			unknown(c.l, ruleUnknownNode, s.Pos, "node", s.CheckFrom, "strait "+s.ID, c.nodeAt)
			unknown(c.l, ruleUnknownNode, s.Pos, "node", s.CheckTo, "strait "+s.ID, c.nodeAt)
		}
	}
}

func (c *checker) terminals() {
	seen := map[string]diag.Pos{}
	for i := range c.s.Terminals {
		t := &c.s.Terminals[i]
		twice(c.l, seen, t.ID, "terminal", t.Pos)
		if t.Node != "*" {
			unknown(c.l, ruleUnknownNode, t.Pos, "node", t.Node, "terminal "+t.ID, c.nodeAt)
		}
		f, m := parseTerminalMode(t.ModeFrom), parseTerminalMode(t.ModeTo)
		for k, name := range []string{t.ModeFrom, t.ModeTo} {
			if [2]mode{f, m}[k] == noMode {
				c.badMode(t.Pos, name, "terminal "+t.ID)
			}
		}
		gauge := f == gaugeMode || m == gaugeMode
		if f != noMode && m != noMode && (f == m && !f.water() || gauge && f != rail && m != rail || f == gaugeMode && m == zoneMode || f == zoneMode && m == gaugeMode) {
			c.l.Report(ruleTerminal, t.Pos, t.ID, "terminal %s joins %s and %s", t.ID, t.ModeFrom, t.ModeTo)
		}
		c.goodsName(t.Commodity, t.Pos, "terminal "+t.ID)
		c.earner(t.Earner, t.Pos, "terminal "+t.ID)
		if given(t.Capacity) && !hasCapacity(t.Capacity, &t.Ref) {
			c.l.Report(ruleNoSource, t.Pos, t.ID, "the capacity of terminal %s names no source: it has no queue", t.ID)
		}
	}
}

func (c *checker) projects() {
	seen := map[string]diag.Pos{}
	for i := range c.s.Projects {
		p := &c.s.Projects[i]
		twice(c.l, seen, p.ID, "project", p.Pos)
		any := len(p.Links) > 0
		for _, id := range p.Links {
			unknown(c.l, ruleProject, p.Pos, "link", id, "project "+p.ID, c.links_)
		}
		for k := range c.s.Links {
			any = any || c.s.Links[k].Project == p.ID
		}
		if !any {
			c.l.Report(ruleProject, p.Pos, p.ID, "project %s opens no link", p.ID)
		}
		switch p.OpensBy {
		case "effect":
		case "date":
			if !given(p.Year) {
				c.l.Report(ruleProject, p.Pos, p.ID, "project %s opens by date and has no year", p.ID)
			}
		default:
			d := c.l.Report(ruleProject, p.Pos, p.OpensBy, "project %s opens by %q", p.ID, p.OpensBy)
			d.Expected = "date or effect"
		}
	}
}

func (c *checker) background() {
	for i := range c.s.Background {
		g := &c.s.Background[i]
		where := "background of " + g.At + " " + g.Target
		switch g.At {
		case "link":
			unknown(c.l, ruleBackground, g.Pos, "link", g.Target, where, c.links_)
		case "border":
			unknown(c.l, ruleBackground, g.Pos, "border", g.Target, where, c.borderIDs)
		case "terminal":
			if !c.terminal[g.Target] {
				unknown(c.l, ruleBackground, g.Pos, "terminal", g.Target, where, c.nodeAt)
			}
		default:
			c.l.Report(ruleBackground, g.Pos, g.At, "background is on a link, border or terminal, not on a %q", g.At)
		}
		if !slices.Contains([]string{"", "both", "forward", "back"}, g.Direction) {
			c.l.Report(ruleBackground, g.Pos, g.Direction, "direction %q is none of both, forward, back", g.Direction)
		}
	}
}
