package region

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
)

// Rules of the energy tables (family A8xx: energy).
var (
	ruleTwice     = diag.NewRule("A866", "energy-duplicate-row", diag.Error, "two rows of an energy table have the same id, or two load rows the same zone, tier and block")
	ruleReference = diag.NewRule("A867", "energy-unknown-reference", diag.Error, "a row of an energy table names a zone, block, tier, pipe, contract or exchange that does not exist")
	ruleBlocks    = diag.NewRule("A868", "energy-block-hours", diag.Error, "the hours of the load blocks do not sum to a year, or a block has none")
	ruleFigure    = diag.NewRule("A869", "energy-figure", diag.Error, "a figure of an energy table is missing, negative, not a share, or has a range out of order")
	ruleCarrier   = diag.NewRule("A870", "energy-carrier", diag.Error, "a row does not fit the carriers of its zone or tier")
	ruleReactance = diag.NewRule("A871", "energy-zero-reactance", diag.Error, "an AC tie has no reactance, nor a length and voltage to tell it from")
	ruleWord      = diag.NewRule("A872", "energy-unknown-word", diag.Error, "a status, season, coupling, kind or carrier is none of the words the energy tables know")
	ruleScale     = diag.NewRule("A873", "energy-unit-plausibility", diag.Warning, "a figure of the energy tables is far from what it is measured against: most likely another unit was meant")
	ruleIsland    = diag.NewRule("A874", "energy-island-without-plants", diag.Warning, "a zone has load, but nothing listed can supply it: all of it will be unserved")
	ruleAreas     = diag.NewRule("A875", "energy-two-areas-one-grid", diag.Error, "an AC tie in service joins zones of two synchronous areas")
	ruleConstant  = diag.NewRule("A876", "energy-constant", diag.Error, "a constant the energy engine needs is missing, or it does not know one")
	ruleTrade     = diag.NewRule("A877", "energy-contract", diag.Error, "a gas contract or exchange lacks what its kind needs, or does not leave its market")
	ruleLoop      = diag.NewRule("A878", "energy-link-to-itself", diag.Error, "a tie or pipe ends where it begins")
	ruleMustRun   = diag.NewRule("A879", "energy-must-run", diag.Warning, "plants must run more than anything can take, or than their energy allows")
	ruleDates     = diag.NewRule("A880", "energy-date-order", diag.Error, "a row of an energy table closes before it opens")
	ruleValues    = diag.NewRule("A881", "energy-value-order", diag.Error, "values of lost load do not follow the order of tiers")
	ruleOwnFirst  = diag.NewRule("A882", "energy-own-load-first", diag.Warning, "a seller would let load of its own go short for a firm contract, for it values the contract more")
)

func joinNames(names []string) string { return strings.Join(names, ", ") }

// Check reports every problem of a spec, its outcomes and the years' own changes in
// one pass.
func Check(s *Spec, l *diag.List) {
	if s.Empty() {
		return
	}
	c := &checker{Spec: s, n: newNames(s), l: l}
	c.zones()
	c.blocks()
	c.tiers()
	c.loads()
	c.plants()
	c.ties()
	c.pipes()
	c.gas()
	c.trade()
	c.constants()
	c.ownFirst()
	for i := range s.Outcomes {
		checkOutcome(c.n, &s.Outcomes[i], l)
	}
	for _, list := range [][]Change{s.BaseYearChanges, s.BaselineChanges} {
		for i := range list {
			checkChange(c.n, &list[i], l)
		}
	}
	if !c.broken {
		c.scale()
	}
}

type checker struct {
	*Spec
	n      *network
	l      *diag.List
	broken bool // a reference leads nowhere, so that tables cannot be held together
}

// id reports a row without an id or with one that stands twice.
func (c *checker) id(seen map[string]diag.Pos, table, id string, p diag.Pos) {
	if first, ok := seen[id]; ok {
		d := c.l.Report(ruleTwice, p, id, "%s %q stands twice", table, id)
		d.Also = append(d.Also, first)
		d.Hint = "give each row an id of its own"
		return
	}
	seen[id] = p
}

// ref reports a name that leads nowhere.
func (c *checker) ref(p diag.Pos, where, what, id string, known ...map[string]int) bool {
	var options []string
	for _, m := range known {
		if _, ok := m[id]; ok {
			return true
		}
		options = append(options, keys(m)...)
	}
	c.broken = true
	d := c.l.Report(ruleReference, p, id, "%s names the unknown %s %q", where, what, id)
	if id == "" {
		d.Message = where + " names no " + what
	}
	d.Expected = "a " + what + " of the energy tables"
	if near := diag.Nearest(id, options); near != "" {
		d.Hint = "did you mean " + near + "?"
	} else if len(options) > 0 && len(options) <= 12 {
		d.Hint = "known: " + joinNames(options)
	}
	return false
}

// word reports a word that is none of a list.
func (c *checker) word(p diag.Pos, where, what, word string, list ...string) {
	if slices.Contains(list, word) {
		return
	}
	d := c.l.Report(ruleWord, p, word, "%s: unknown %s %q", where, what, word)
	d.Expected = joinNames(list)
	if near := diag.Nearest(word, list); near != "" {
		d.Hint = "did you mean " + near + "?"
	}
}

// span of a figure.
type span uint8

const (
	optional span = 1 << iota
	share
	signed
)

// figure reports what is wrong with a figure and says whether it is given.
func (c *checker) figure(p diag.Pos, what string, f figure, s span) bool {
	if f.Pos != (diag.Pos{}) {
		p = f.Pos
	}
	if !given(f) {
		if s&optional == 0 {
			c.l.Report(ruleFigure, p, "", "%s is not given", what).Hint = "write a number; a guess with a range and letter c is better than none"
		}
		return false
	}
	if err := f.Check(); err != nil {
		c.l.Report(ruleFigure, p, "", "%s: %v", what, err)
		return true
	}
	if s&signed == 0 && f.Low < 0 {
		c.l.Report(ruleFigure, p, "", "%s is negative", what)
	}
	if s&share != 0 && f.High > 1 {
		c.l.Report(ruleFigure, p, "", "%s is %g, above 1", what, f.High).Hint = "a share is written as 0.9 or 90 %"
	}
	return true
}

func (c *checker) life(p diag.Pos, where, status, opens, closes string) {
	if status != "" {
		c.word(p, where, "status", status, operating, planned, building, closed, ended)
	}
	from, a := yearOf(opens)
	until, b := yearOf(closes)
	if a && b && until < from {
		c.l.Report(ruleDates, p, closes, "%s closes in %d, before it opens in %d", where, until, from)
	}
}

func (c *checker) zones() {
	seen := map[string]diag.Pos{}
	for i := range c.Zones {
		r := &c.Zones[i]
		c.id(seen, "zone", r.ID, r.Pos)
		if len(r.Carriers) == 0 {
			c.l.Report(ruleWord, r.Pos, r.ID, "zone %s has no carrier", r.ID).Expected = "power, gas or both"
		}
		for _, k := range r.Carriers {
			c.word(r.Pos, "zone "+r.ID, "carrier", string(k), string(Power), string(Gas))
		}
	}
}

func (c *checker) has(zone string, k Carrier) bool {
	i, ok := c.n.zone[zone]
	return !ok || slices.Contains(c.Zones[i].Carriers, k)
}

func (c *checker) blocks() {
	seen := map[string]diag.Pos{}
	sum, peak := 0., false
	for i := range c.Blocks {
		r := &c.Blocks[i]
		c.id(seen, "block", r.ID, r.Pos)
		c.word(r.Pos, "block "+r.ID, "season", r.Season, "winter", "summer", "shoulder")
		if !(r.Hours > 0) {
			c.l.Report(ruleBlocks, r.Pos, r.ID, "block %s has %g hours", r.ID, r.Hours)
		}
		sum += r.Hours
		peak = peak || r.Peak
	}
	var at diag.Pos
	if len(c.Blocks) > 0 {
		at = c.Blocks[len(c.Blocks)-1].Pos
	} else if len(c.Zones) > 0 {
		at = c.Zones[0].Pos
	}
	if sum < 8759.5 || sum > 8760.5 {
		d := c.l.Report(ruleBlocks, at, "", "the hours of all blocks sum to %g, not to 8760", sum)
		d.Expected = "blocks that cover the year once"
		d.Hint = fmt.Sprintf("%g hours are %s", sum-8760, map[bool]string{true: "too many", false: "missing"}[sum > 8760])
	} else if !peak {
		c.l.Report(ruleBlocks, at, "", "no block is a peak: adequacy cannot be told").Hint = "say peak yes for the block of the highest load of winter, and of summer"
	}
}

func (c *checker) tiers() {
	seen := map[string]diag.Pos{}
	for i := range c.Tiers {
		r := &c.Tiers[i]
		c.id(seen, "tier", r.ID, r.Pos)
		c.word(r.Pos, "tier "+r.ID, "carrier", string(r.Carrier), string(Power), string(Gas))
		c.figure(r.Pos, "value of tier "+r.ID, r.Value, 0)
		if c.figure(r.Pos, "electric share of tier "+r.ID, r.Electric, optional|share) && r.Carrier == Power && r.Electric.High > 0 {
			c.l.Report(ruleCarrier, r.Pos, r.ID, "power tier %s cannot turn to electricity", r.ID)
		}
		for j := range i {
			q := &c.Tiers[j]
			if q.Carrier == r.Carrier && (q.Order-r.Order)*b2s(q.Value.Central-r.Value.Central) < 0 {
				d := c.l.Report(ruleValues, r.Pos, r.ID, "tier %s is shed %s %s, but its value is %s", r.ID, map[bool]string{true: "before", false: "after"}[r.Order < q.Order], q.ID, map[bool]string{true: "higher", false: "lower"}[r.Value.Central > q.Value.Central])
				d.Also = append(d.Also, q.Pos)
				d.Hint = "the tier of the lowest value is shed first; change order or value"
			}
		}
	}
}

// b2s is the sign of x.
func b2s(x float64) int { return b2i(x > 0) - b2i(x < 0) }

func (c *checker) loads() {
	seen := map[string]diag.Pos{}
	for i := range c.Loads {
		r := &c.Loads[i]
		where := "load of " + r.Zone
		known := c.ref(r.Pos, where, "zone", r.Zone, c.n.zone)
		if r.Block != "*" {
			c.ref(r.Pos, where, "block", r.Block, c.n.block)
		}
		c.figure(r.Pos, "amount of the "+where, r.Amount, 0)
		c.figure(r.Pos, "growth of the "+where, r.Growth, optional)
		if c.ref(r.Pos, where, "tier", r.Tier, c.n.tier) {
			if t := &c.Tiers[c.n.tier[r.Tier]]; t.Carrier != r.Carrier {
				c.l.Report(ruleCarrier, r.Pos, r.Tier, "the %s is %s, tier %s is of %s", where, r.Carrier, r.Tier, t.Carrier)
			}
		}
		if known && !c.has(r.Zone, r.Carrier) {
			c.l.Report(ruleCarrier, r.Pos, r.Zone, "zone %s has load of %s but not that carrier", r.Zone, r.Carrier).Hint = "add it to the carriers of the zone"
		}
		for k := range c.Blocks {
			if id := c.Blocks[k].ID; r.Block == "*" || r.Block == id {
				key := r.Zone + " " + r.Tier + " " + id
				if first, ok := seen[key]; ok {
					d := c.l.Report(ruleTwice, r.Pos, r.Block, "load of zone, tier and block %q stands twice", key)
					d.Also = append(d.Also, first)
					break
				}
				seen[key] = r.Pos
			}
		}
	}
}

func (c *checker) plants() {
	seen := map[string]diag.Pos{}
	for i := range c.Plants {
		r := &c.Plants[i]
		where := "plant " + r.ID
		c.id(seen, "plant", r.ID, r.Pos)
		if c.ref(r.Pos, where, "zone", r.Zone, c.n.zone) && !c.has(r.Zone, Power) {
			c.l.Report(ruleCarrier, r.Pos, r.Zone, "%s stands in zone %s, which has no power", where, r.Zone)
		}
		c.figure(r.Pos, "capacity of "+where, r.Capacity, 0)
		c.figure(r.Pos, "cost of "+where, r.Cost, optional)
		c.figure(r.Pos, "energy of "+where, r.Energy, optional)
		c.figure(r.Pos, "unit of "+where, r.Unit, optional)
		for _, f := range []struct {
			name string
			f    figure
		}{{"availability", r.Availability}, {"winter availability", r.AvailabilityWinter}, {"summer availability", r.AvailabilitySummer}, {"must-run share", r.MustRun}} {
			c.figure(r.Pos, f.name+" of "+where, f.f, optional|share)
		}
		if r.Fuel == "gas" {
			c.figure(r.Pos, "heat rate of "+where, r.HeatRate, 0)
			if !c.has(r.Zone, Gas) {
				c.l.Report(ruleCarrier, r.Pos, r.Zone, "%s burns gas, zone %s has none", where, r.Zone).Hint = "add gas to the carriers of the zone, or give the plant a fuel of another name"
			}
		}
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
	}
}

func (c *checker) ties() {
	seen := map[string]diag.Pos{}
	for i := range c.Ties {
		r := &c.Ties[i]
		where := "tie " + r.ID
		c.id(seen, "tie", r.ID, r.Pos)
		from, to := c.ref(r.Pos, where, "zone", r.From, c.n.zone), c.ref(r.Pos, where, "zone", r.To, c.n.zone)
		if r.From == r.To {
			c.l.Report(ruleLoop, r.Pos, r.From, "%s ends where it begins", where)
		}
		for _, z := range []string{r.From, r.To} {
			if !c.has(z, Power) {
				c.l.Report(ruleCarrier, r.Pos, z, "%s ends in zone %s, which has no power", where, z)
			}
		}
		c.word(r.Pos, where, "coupling", string(r.Coupling), string(AC), string(Radial), string(HVDC), string(Open))
		if r.Joined != "" {
			c.word(r.Pos, where, "coupling", string(r.Joined), string(AC), string(Radial), string(HVDC), string(Open))
		}
		c.figure(r.Pos, "capacity of "+where, r.Capacity, 0)
		c.figure(r.Pos, "reverse capacity of "+where, r.CapacityBack, optional)
		c.figure(r.Pos, "loss of "+where, r.Loss, optional|share)
		c.figure(r.Pos, "reactance of "+where, r.Reactance, optional|signed)
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
		c.reactance(r)
		if from && to && r.Coupling == AC && (r.Status == "" || r.Status == operating) {
			a, b := c.Zones[c.n.zone[r.From]].Area, c.Zones[c.n.zone[r.To]].Area
			if a != b && a != "" && b != "" {
				d := c.l.Report(ruleAreas, r.Pos, r.ID, "%s is in AC service between the synchronous areas %s and %s", where, a, b)
				d.Hint = "one of the areas is wrong, or the coupling is radial, hvdc or open"
			}
		}
	}
}

// reactance wants a number for every tie that is or may become AC.
func (c *checker) reactance(r *Tie) {
	may := r.Coupling == AC || r.Joined == AC
	if !(r.KV > 0) && may {
		c.l.Report(ruleFigure, r.Pos, r.ID, "tie %s is AC and has no voltage", r.ID).Hint = "give kv"
		return
	}
	if given(r.Reactance) {
		if r.Reactance.Low <= 0 && r.Reactance.High >= 0 {
			p := r.Pos
			if r.Reactance.Pos != (diag.Pos{}) {
				p = r.Reactance.Pos
			}
			c.l.Report(ruleReactance, p, r.ID, "the reactance of tie %s is zero, or its range holds zero", r.ID).Hint = "leave it empty to have it from length and voltage"
		}
		return
	}
	name := ConstReactance + strconv.FormatFloat(r.KV, 'f', -1, 64)
	known := slices.ContainsFunc(c.Constants, func(k Constant) bool { return k.Name == name && k.Value.Low > 0 })
	if may && (!(r.Length > 0) || !known) {
		d := c.l.Report(ruleReactance, r.Pos, r.ID, "tie %s has no reactance, and none follows from its length and voltage", r.ID)
		d.Hint = fmt.Sprintf("give reactance in ohm, or length and the constant %s in ohm per km", name)
	}
}

func (c *checker) pipes() {
	seen := map[string]diag.Pos{}
	for i := range c.Pipes {
		r := &c.Pipes[i]
		where := "pipe " + r.ID
		c.id(seen, "pipe", r.ID, r.Pos)
		c.ref(r.Pos, where, "zone", r.From, c.n.zone)
		c.ref(r.Pos, where, "zone", r.To, c.n.zone)
		if r.From == r.To {
			c.l.Report(ruleLoop, r.Pos, r.From, "%s ends where it begins", where)
		}
		for _, z := range []string{r.From, r.To} {
			if !c.has(z, Gas) {
				c.l.Report(ruleCarrier, r.Pos, z, "%s ends in zone %s, which has no gas", where, z)
			}
		}
		c.figure(r.Pos, "capacity of "+where, r.Capacity, 0)
		c.figure(r.Pos, "reverse capacity of "+where, r.CapacityBack, optional)
		c.figure(r.Pos, "unit of "+where, r.Unit, optional)
		c.life(r.Pos, where, r.Status, r.Opens, r.Closes)
	}
}

func (c *checker) constants() {
	known := []string{ConstCalorific, ConstFirmPower, ConstFirmGas, ConstStock, ConstWheeling, ConstTransport, ConstHeating}
	seen := map[string]diag.Pos{}
	for i := range c.Constants {
		r := &c.Constants[i]
		c.id(seen, "constant", r.Name, r.Pos)
		c.figure(r.Pos, "constant "+r.Name, r.Value, 0)
		if !slices.Contains(known, r.Name) && !strings.HasPrefix(r.Name, ConstReactance) {
			d := c.l.Report(ruleConstant, r.Pos, r.Name, "unknown constant %q", r.Name)
			d.Expected = joinNames(known) + " or " + ConstReactance + "<kV>"
			if near := diag.Nearest(r.Name, known); near != "" {
				d.Hint = "did you mean " + near + "?"
			}
		}
	}
	for _, name := range RequiredConstants(c.Spec) {
		if _, ok := seen[name]; !ok {
			var at diag.Pos
			if len(c.Constants) > 0 {
				at = c.Constants[len(c.Constants)-1].Pos
			} else if len(c.Zones) > 0 {
				at = c.Zones[0].Pos
			}
			c.l.Report(ruleConstant, at, name, "the constant %s is missing", name).Hint = "add it to energy/constant.csv"
		}
	}
}
