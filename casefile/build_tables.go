package casefile

import (
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/table"
	"github.com/astara-corridors/astara/units"
)

// freightTables reads the tables of freight/. get returns the bytes of a file
// and false when it is not there.
func (b *builder) freightTables(get func(*tableDef) ([]byte, bool)) {
	s := &freight.Spec{BaseYear: b.c.BaseYear, Horizon: b.c.Horizon, AsOf: b.c.AsOf.String()}
	b.c.Freight = s
	read := func(def *tableDef, f func(row)) {
		if data, ok := get(def); ok {
			b.table(def, data, f)
		}
	}
	read(nodeTable, func(w row) {
		n := freight.Node{ID: w.name("node_id"), Name: w.text("name"), OtherNames: w.list("other_names"), Country: w.name("country"), X: w.number("x_coord"), Y: w.number("y_coord"),
			Type: w.text("node_type"), UNLOCODE: w.text("unlocode"), Ref: w.ref()}
		for _, as := range []target{tNode, tWaypoint} {
			b.ids[as][n.ID] = n.Pos
			b.names[as] = append(b.names[as], n.ID)
		}
		s.Nodes = append(s.Nodes, n)
	})
	read(linkTable, func(w row) {
		l := freight.Link{ID: w.name("link_id"), From: w.name("from_node_id"), To: w.name("to_node_id"), Directed: w.boolean("directed"), Mode: w.enum("mode"),
			Length: w.number("length"), Speed: w.number("free_speed"), Hours: w.figure("hours"), Gauge: w.gauges("gauge"), Capacity: w.figure("capacity"),
			CapacityShared: w.boolean("capacity_shared"), Straits: w.list("straits"), Tags: w.list("tags"), Open: w.open(), Project: w.name("project"),
			Opens: w.date("opens"), Closes: w.date("closes"), KnownSince: w.date("known_since"), Ref: w.ref()}
		w.side("capacity")
		b.ids[tWaypoint][l.ID] = l.Pos
		b.names[tWaypoint] = append(b.names[tWaypoint], l.ID)
		s.Links = append(s.Links, l)
	})
	read(borderTable, func(w row) {
		x := freight.Border{ID: w.name("border_id"), Name: w.text("name"), OtherNames: w.list("other_names"), NodeFrom: w.name("node_from"), NodeTo: w.name("node_to"),
			CountryFrom: w.name("country_from"), CountryTo: w.name("country_to"), Mode: w.enum("mode"), Hours: w.figure("hours"), Spread: w.figure("spread"),
			Capacity: w.figure("capacity"), GaugeChange: w.boolean("gauge_change"), Permits: w.text("permits"), Open: w.open(), Ref: w.ref()}
		w.side("hours", "capacity")
		s.Borders = append(s.Borders, x)
	})
	read(straitTable, func(w row) {
		s.Straits = append(s.Straits, freight.Strait{ID: w.name("strait_id"), Name: w.text("name"), OtherNames: w.list("other_names"), Detour: w.name("detour"),
			CheckFrom: w.name("check_from"), CheckTo: w.name("check_to"), Ref: w.ref()})
	})
	read(terminalTable, func(w row) {
		s.Terminals = append(s.Terminals, freight.Terminal{ID: w.name("terminal_id"), Node: w.name("node_id"), ModeFrom: w.enum("mode_from"), ModeTo: w.enum("mode_to"),
			Commodity: w.name("commodity"), Money: w.figure("money"), Hours: w.figure("hours"), Spread: w.figure("spread"), Capacity: w.figure("capacity"), Earner: w.name("earner"), Ref: w.ref()})
	})
	read(projectTable, func(w row) {
		p := freight.Project{ID: w.name("project_id"), Name: w.text("name"), OtherNames: w.list("other_names"), Country: w.name("country"), Links: w.list("links"),
			OpensBy: w.enum("opens_by"), Year: w.figure("year"), KnownSince: w.date("known_since"), Ref: w.ref()}
		if !w.cell("capacity").Empty() {
			p.Capacity = units.Exactly(w.number("capacity"), units.Rate)
			p.Capacity.Source, p.Capacity.Letter, p.Capacity.Pos, p.Capacity.Name = p.Source, p.Letter, w.cell("capacity").Pos, "project/"+p.ID+"/capacity"
		}
		s.Projects = append(s.Projects, p)
	})
	read(zoneTable, func(w row) {
		s.Zones = append(s.Zones, freight.Zone{ID: w.name("zone_id"), Name: w.text("name"), Area: w.name("area"), Country: w.name("country"), Node: w.name("node_id"),
			WeightOut: w.figure("weight_out"), WeightIn: w.figure("weight_in"), Ref: w.ref()})
	})
	read(commodityTable, func(w row) {
		x := freight.Commodity{ID: w.name("commodity"), Name: w.text("name"), HS: w.list("hs"), Container: w.boolean("container"), TonnesPerTEU: w.figure("t_per_teu"),
			Value: w.figure("value"), ValueOfTime: w.figure("value_of_time"), Reliability: w.figure("reliability"), Ref: w.ref()}
		b.ids[tCommodity][x.ID] = x.Pos
		b.names[tCommodity] = append(b.names[tCommodity], x.ID)
		s.Commodities = append(s.Commodities, x)
	})
	read(marketTable, func(w row) {
		m := freight.Market{ID: w.name("market_id"), Origin: w.name("origin"), Destination: w.name("destination"), Commodity: w.name("commodity"), Regimes: w.list("regimes"),
			Tonnes: w.figure("tonnes"), Share: w.figure("share"), Growth: w.figure("growth"), Modes: w.list("modes"), Reason: w.text("reason"), Ref: w.ref()}
		w.side("share", "growth")
		s.Markets = append(s.Markets, m)
	})
	read(demandTable, func(w row) {
		s.Demand = append(s.Demand, freight.Demand{Market: w.name("market_id"), OriginZone: w.name("origin_zone_id"), DestinationZone: w.name("destination_zone_id"),
			Fraction: w.number("fraction"), Ref: w.ref()})
	})
	b.priceTables(read)
}

// priceTables reads tariffs, fees, rules, background and constants.
func (b *builder) priceTables(read func(*tableDef, func(row))) {
	s := b.c.Freight
	read(tariffTable, func(w row) {
		s.Tariffs = append(s.Tariffs, freight.Tariff{ID: w.name("tariff_id"), Kind: w.enum("kind"), Country: w.name("country"), Mode: w.enum("mode"), Commodity: w.name("commodity"),
			Tag: w.name("tag"), PerTonneKm: w.figure("per_tkm"), PerTonne: w.figure("per_t"), Payer: w.text("payer"), Earner: w.name("earner"), Split: w.split("split"), Ref: w.ref()})
	})
	read(feeTable, func(w row) {
		s.Fees = append(s.Fees, freight.Fee{ID: w.name("fee_id"), At: w.enum("at"), Target: w.name("target"), Mode: w.enum("mode"), Flow: w.enum("flow"), From: w.name("from"),
			Commodity: w.name("commodity"), Money: w.figure("money"), Payer: w.text("payer"), Earner: w.name("earner"), Ref: w.ref()})
	})
	read(ruleTable, func(w row) {
		r := freight.Rule{ID: w.name("rule_id"), Name: w.text("name"), Kind: w.enum("kind"), Regime: w.name("regime"), Modes: w.list("modes"), Origins: w.list("origins"),
			Destinations: w.list("destinations"), Commodities: w.list("commodities"), Through: w.name("through"), At: w.name("at"), Amount: w.figure("amount"),
			Earner: w.name("earner"), Active: w.yes("active"), From: w.date("from"), Until: w.date("until"), Ref: w.ref()}
		if r.Amount.Known {
			r.Amount.Dim = map[string]units.Dim{"money": units.MoneyPerTonne, "hours": units.Time}[r.Kind]
		}
		s.Rules = append(s.Rules, r)
	})
	read(backgroundTable, func(w row) {
		w.id = w.cell("at").Text + "/" + w.cell("target").Text + "/" + w.cell("direction").Text
		s.Background = append(s.Background, freight.Background{At: w.enum("at"), Target: w.name("target"), Direction: w.enum("direction"), Tonnes: w.figure("tonnes"), Ref: w.ref()})
	})
	read(calibrationTable, func(w row) {
		k := freight.Constant{Name: w.name("name"), About: w.text("about"), Value: w.figure("value"), Free: w.boolean("free"), Ref: w.ref()}
		if !w.cell("fitted").Empty() {
			k.Start = k.Value
			k.Value.Central = w.number("fitted")
		}
		s.Constants = append(s.Constants, k)
	})
	read(gravityTable, func(w row) {
		w.text("unit")
		b.c.Gravity = append(b.c.Gravity, GravityConstant{Name: w.name("name"), Value: w.figure("value"), Ref: w.own()})
	})
}

// open reads the column open: an empty cell means yes.
func (w row) open() bool { return w.yes("open") }

// yes reads a bool whose empty cell means yes.
func (w row) yes(name string) bool { return w.cell(name).Empty() || w.boolean(name) }

// gauges reads track gauges in mm.
func (w row) gauges(name string) []int {
	w.want(name, cList)
	var out []int
	for _, it := range w.cell(name).Items() {
		if v, ok := it.Int(w.b.l); ok {
			out = append(out, v)
		}
	}
	return out
}

// splitTolerance is how far the shares of several earners may be from 1 in sum.
const splitTolerance = 0.005

// split reads shares of earners: "RU:0.5;KZ:0.5".
func (w row) split(name string) map[string]float64 {
	w.want(name, cList)
	items := w.cell(name).Items()
	if len(items) == 0 {
		return nil
	}
	out, sum := map[string]float64{}, 0.0
	for _, it := range items {
		who, share, ok := strings.Cut(it.Text, ":")
		v, err := strconv.ParseFloat(strings.TrimSpace(share), 64)
		if !ok || err != nil || !(v >= 0 && v <= 1) || strings.TrimSpace(who) == "" {
			w.b.l.Report(ruleSplit, it.Pos, it.Text, "%q is no share of an earner", it.Text).Expected = "earner:share, such as RU:0.5"
			return nil
		}
		out[strings.TrimSpace(who)] = v
		sum += v
	}
	if sum < 1-splitTolerance || sum > 1+splitTolerance {
		w.b.l.Report(ruleSplit, items[0].Pos, w.cell(name).Text, "the shares of the earners sum to %.4g", sum).Expected = "a sum of 1"
		return nil
	}
	return out
}

// otherTables reads observed.csv, chains.csv and timeline.csv.
func (b *builder) otherTables(get func(*tableDef) ([]byte, bool)) {
	read := func(def *tableDef, f func(row)) {
		if data, ok := get(def); ok {
			b.table(def, data, f)
		}
	}
	read(observedTable, b.observation)
	read(chainsTable, func(w row) {
		c := Chain{ID: w.name("chain_id"), Name: w.text("name"), Origin: w.name("origin_node"), Destination: w.name("destination_node"), Via: w.list("via"), Modes: w.list("modes"),
			Commodity: w.name("commodity"), Hours: w.figure("hours"), Money: w.figure("money"), Year: w.year("year"), Use: w.enum("use"), Ref: w.own()}
		b.ref(tNode, c.Origin, w.cell("origin_node").Pos)
		b.ref(tNode, c.Destination, w.cell("destination_node").Pos)
		for _, it := range w.cell("via").Items() {
			b.ref(tWaypoint, it.Text, it.Pos)
		}
		b.ref(tCommodity, c.Commodity, w.cell("commodity").Pos)
		for _, old := range b.c.Chains {
			if old.ID == c.ID && c.ID != "" {
				b.l.Report(ruleDuplicateID, c.Pos, c.ID, "there are two chains %q", c.ID).Also = []diag.Pos{old.Pos}
			}
		}
		b.c.Chains = append(b.c.Chains, c)
	})
	read(timelineTable, func(w row) {
		e := Event{ID: w.name("event_id"), Text: w.text("event"), Kind: w.text("kind"), Parties: w.list("parties"), Ref: w.own()}
		if t := w.date("date"); t != "" {
			if d, err := calendar.Parse(t); err != nil {
				b.l.Report(table.RuleDate, w.cell("date").Pos, t, "%q is not a date: %v", t, err)
			} else {
				e.Date = d
			}
		}
		if b.declare(tEvent, e.ID, e.Pos) {
			b.c.Timeline = append(b.c.Timeline, e)
		}
	})
}

// observation reads a published figure. Its value is in the unit written in the
// row, which must fit its outcome.
func (b *builder) observation(w row) {
	o := Observation{ID: w.name("obs_id"), Outcome: w.name("outcome"), Name: w.text("name"), Unit: w.text("unit"), Value: w.figure("value"), Period: w.text("period"),
		Use: w.enum("use"), Reason: w.text("reason"), Group: w.name("group"), Ref: w.own()}
	b.ref(tOutcome, o.Outcome, w.cell("outcome").Pos)
	switch {
	case (o.Use == "fit" || o.Use == "holdout") && o.Outcome == "":
		d := b.l.Report(ruleUseOutcome, w.cell("use").Pos, o.Use, "%q is marked %s and names no outcome", o.ID, o.Use)
		d.Expected = "an outcome of outcomes.yaml, or use never with a reason"
	case o.Use == "never" && o.Reason == "":
		b.l.Report(ruleUse, w.cell("use").Pos, o.Use, "%q is marked never and gives no reason", o.ID).Expected = "reason: why it cannot be compared"
	}
	years, ok := period(o.Period)
	if !ok && o.Period != "" {
		d := b.l.Report(rulePeriod, w.cell("period").Pos, o.Period, "%q is not a period", o.Period)
		d.Expected = "a year, a date, or years as 2021-2023"
	}
	if ok && o.Use == "fit" && b.c.BaseYear > 0 && (years[0] > b.c.BaseYear || years[1] < b.c.BaseYear) {
		d := b.l.Report(ruleObservedYear, w.cell("period").Pos, o.Period, "%q is marked fit and speaks of %s", o.ID, o.Period)
		d.Expected = "the base year " + itoa(b.c.BaseYear) + ", or use holdout"
	}
	if out := b.outcomeByID(o.Outcome); out != nil && o.Unit != "" && o.Value.Known {
		dim := measureDims[out.Measure]
		size, err := b.unitSize(o.Unit, dim)
		if err != nil && dim == units.Rate {
			size, err = b.unitSize(o.Unit+"/yr", dim) // tonnes of a period of one year
		}
		if err != nil {
			d := b.l.Report(ruleObservedUnit, w.cell("unit").Pos, o.Unit, "%q does not fit the outcome %q", o.Unit, o.Outcome)
			d.Expected = "a unit of " + dim.String() + ", such as " + out.Unit
		} else {
			f := o.Value.Scale(size)
			f.Dim = dim
			o.Value = f
		}
	}
	if b.declare(tObservation, o.ID, o.Pos) {
		b.c.Observed = append(b.c.Observed, o)
	}
}

// period reads a year, a date or "2021-2023".
func period(text string) (years [2]int, ok bool) {
	if d, err := calendar.Parse(text); err == nil {
		return [2]int{d.Year, d.Year}, true
	}
	from, to, cut := strings.Cut(text, "-")
	a, errA := calendar.Parse(from)
	z, errZ := calendar.Parse(to)
	if !cut || errA != nil || errZ != nil || len(from) != 4 || len(to) != 4 || a.Year > z.Year {
		return years, false
	}
	return [2]int{a.Year, z.Year}, true
}
