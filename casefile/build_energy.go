package casefile

import (
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// energyTables reads the tables of energy/ where the folder has any. get returns
// the bytes of a file and false when it is not there.
func (b *builder) energyTables(get func(*tableDef) ([]byte, bool)) {
	first := ""
	for _, def := range energyTables {
		if _, ok := get(def); ok && first == "" {
			first = def.path
		}
	}
	if first == "" {
		return
	}
	s := &region.Spec{BaseYear: b.c.BaseYear, Horizon: b.c.Horizon, AsOf: b.c.AsOf.String()}
	b.c.Energy = s
	read := func(def *tableDef, f func(row)) {
		data, ok := get(def)
		if !ok && def.energy == needed {
			d := b.l.Report(ruleMissingFile, diag.Pos{File: def.path}, "", "%s is missing, and the folder holds %s", def.path, first)
			d.Expected = "a table with the columns " + join(def.headers())
			b.energyLost = true
		}
		if ok {
			b.table(def, data, f)
		}
	}
	read(energyZoneTable, func(w row) {
		z := region.Zone{ID: w.name("zone_id"), Name: w.text("name"), OtherNames: w.list("other_names"), Country: w.name("country"), X: w.number("x_coord"), Y: w.number("y_coord"),
			Area: w.name("area"), Boundary: w.boolean("boundary"), Ref: w.energyRef()}
		for _, c := range w.list("carriers") {
			z.Carriers = append(z.Carriers, region.Carrier(c))
		}
		s.Zones = append(s.Zones, z)
	})
	read(blockTable, func(w row) {
		s.Blocks = append(s.Blocks, region.Block{ID: w.name("block_id"), Name: w.text("name"), Season: w.enum("season"), Hours: w.number("hours"), Peak: w.boolean("peak"), Ref: w.energyRef()})
	})
	read(tierTable, func(w row) {
		s.Tiers = append(s.Tiers, region.Tier{ID: w.name("tier_id"), Carrier: region.Carrier(w.enum("carrier")), Name: w.text("name"), Order: w.year("order"),
			Value: w.figure("value"), Electric: w.figure("electric"), Ref: w.energyRef()})
	})
	read(loadTable, func(w row) {
		w.id = w.cell("zone_id").Text + "/" + w.cell("carrier").Text + "/" + w.cell("block_id").Text + "/" + w.cell("tier_id").Text
		l := region.Load{Zone: w.name("zone_id"), Carrier: region.Carrier(w.enum("carrier")), Block: w.name("block_id"), Tier: w.name("tier_id"), Growth: w.figure("growth"), Ref: w.energyRef()}
		if l.Carrier == region.Gas {
			l.Amount = w.figureAs(gasAmount)
		} else {
			l.Amount = w.figureAs(powerAmount)
		}
		s.Loads = append(s.Loads, l)
	})
	read(plantTable, func(w row) {
		p := region.Plant{ID: w.name("plant_id"), Name: w.text("name"), OtherNames: w.list("other_names"), Zone: w.name("zone_id"), Fuel: w.enum("fuel"),
			Capacity: w.figure("capacity"), Availability: w.figure("availability"), AvailabilityWinter: w.figure("availability_winter"), AvailabilitySummer: w.figure("availability_summer"),
			Energy: w.figure("energy"), Cost: w.figure("cost"), HeatRate: w.figure("heat_rate"), MustRun: w.figure("must_run"), Unit: w.figure("unit"), Ref: w.energyRef()}
		p.Status, p.Opens, p.Closes, p.KnownSince = w.life()
		s.Plants = append(s.Plants, p)
	})
	read(tieTable, func(w row) {
		t := region.Tie{ID: w.name("tie_id"), Name: w.text("name"), OtherNames: w.list("other_names"), From: w.name("zone_from"), To: w.name("zone_to"), KV: w.number("kv"),
			Circuits: w.year("circuits"), Coupling: region.Coupling(w.enum("coupling")), Joined: region.Coupling(w.enum("joined")), Capacity: w.figure("capacity"),
			CapacityBack: w.figure("capacity_back"), Reactance: w.figure("reactance"), Length: w.number("length"), Loss: w.figure("loss"), Ref: w.energyRef()}
		t.Status, t.Opens, t.Closes, t.KnownSince = w.life()
		w.side("capacity")
		t.CapacitySource, t.CapacityLetter = t.Capacity.Source, t.Capacity.Letter
		s.Ties = append(s.Ties, t)
	})
	b.tradeTables(read)
}

// tradeTables reads contracts, pipelines and what stores or brings gas.
func (b *builder) tradeTables(read func(*tableDef, func(row))) {
	s := b.c.Energy
	read(exchangeTable, func(w row) {
		x := region.Exchange{ID: w.name("exchange_id"), Name: w.text("name"), OtherNames: w.list("other_names"), From: w.name("from"), To: w.name("to"), Blocks: w.list("blocks"),
			Power: w.figure("power"), Energy: w.figure("energy"), Price: w.figure("price"), Margin: w.figure("margin"), Kind: region.ExchangeKind(w.enum("kind")), With: w.name("with"), Ratio: w.figure("ratio"), Ref: w.energyRef()}
		x.Status, x.Opens, x.Closes, x.KnownSince = w.life()
		s.Exchanges = append(s.Exchanges, x)
	})
	read(pipeTable, func(w row) {
		p := region.Pipe{ID: w.name("pipe_id"), Name: w.text("name"), OtherNames: w.list("other_names"), From: w.name("zone_from"), To: w.name("zone_to"),
			Capacity: w.figure("capacity"), CapacityBack: w.figure("capacity_back"), Unit: w.figure("unit"), Ref: w.energyRef()}
		p.Status, p.Opens, p.Closes, p.KnownSince = w.life()
		s.Pipes = append(s.Pipes, p)
	})
	read(gasSourceTable, func(w row) {
		x := region.Source{ID: w.name("source_id"), Name: w.text("name"), Zone: w.name("zone_id"), Origin: w.name("origin"), Capacity: w.figure("capacity"), Peak: w.figure("peak"), Unit: w.figure("unit"),
			Cost: w.figure("cost"), Ref: w.energyRef()}
		x.Status, x.Opens, x.Closes, x.KnownSince = w.life()
		s.Sources = append(s.Sources, x)
	})
	read(gasContractTable, func(w row) {
		c := region.Contract{ID: w.name("contract_id"), Name: w.text("name"), Origin: w.name("origin"), Buyer: w.name("buyer"), Amount: w.figure("amount"), Peak: w.figure("peak"),
			Price: w.figure("price"), Margin: w.figure("margin"), Via: w.list("via"), With: w.name("with"), Ref: w.energyRef()}
		c.Status, c.Opens, c.Closes, c.KnownSince = w.life()
		s.Contracts = append(s.Contracts, c)
	})
	read(storageTable, func(w row) {
		x := region.Storage{ID: w.name("storage_id"), Name: w.text("name"), Zone: w.name("zone_id"), Working: w.figure("working"), Withdrawal: w.figure("withdrawal"),
			Injection: w.figure("injection"), Stock: w.figure("stock"), Unit: w.figure("unit"), Ref: w.energyRef()}
		x.Status, x.Opens, x.Closes, x.KnownSince = w.life()
		s.Storages = append(s.Storages, x)
	})
	read(energyConstantTable, func(w row) {
		w.text("unit")
		s.Constants = append(s.Constants, region.Constant{Name: w.name("name"), Value: w.figure("value"), Ref: w.energyRef()})
	})
}

// energyRef is the row's backing for the types of the energy engine.
func (w row) energyRef() region.Ref {
	r := w.ref()
	return region.Ref{Pos: r.Pos, Source: r.Source, Letter: r.Letter, Note: r.Note}
}

// life reads status, opens, closes and known_since; an empty status means
// operating.
func (w row) life() (status, opens, closes, known string) {
	if status = w.enum("status"); status == "" && w.cell("status").Empty() {
		status = "operating"
	}
	return status, w.date("opens"), w.date("closes"), w.date("known_since")
}

// The amount of a load, by its carrier.
var (
	powerAmount = &column{name: "amount", cell: cFigure, dim: units.Power, unit: "MW"}
	gasAmount   = &column{name: "amount", cell: cFigure, dim: units.Volume, unit: "mcm/d"}
)
