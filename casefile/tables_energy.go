package casefile

import "github.com/astara-corridors/astara/units"

// Words of the energy tables.
var (
	carrierWords  = []string{"power", "gas"}
	seasonWords   = []string{"winter", "summer", "shoulder"}
	fuelWords     = []string{"gas", "hydro", "nuclear", "coal", "oil", "wind", "solar", "geothermal", "biomass", "waste", "other"}
	plantStatus   = []string{"operating", "planned", "building", "closed"}
	contractWords = []string{"operating", "planned", "ended"}
	couplingWords = []string{"ac", "radial", "hvdc", "open"}
	exchangeKinds = []string{"firm", "option", "swap", "seasonal"}
)

// life are the columns of what opens and closes by date.
func life(status []string) []column {
	return []column{
		ce("status", status, "state in the base year; what is planned or building opens by its date or by an effect"),
		may(cd("opens", "from when it can be used")), may(cd("closes", "until when")), may(cd("known_since", "since when it was public that it comes")),
	}
}

// alive is backed with the columns of life before it.
func alive(status []string, cols ...column) []column { return backed(append(cols, life(status)...)...) }

// The tables of energy/, in the order in which they are read.
var (
	energyZoneTable = &tableDef{path: "energy/zone.csv", doc: "Areas whose load and plants are lumped.", energy: needed, backed: true, cols: backed(
		must(ci("zone_id", "name of the zone")), must(ct("name", "name for people")), kOther, must(ci("country", "ISO 3166-1 alpha-2")),
		must(cn("x_coord", units.Dimensionless, "", "longitude, degrees, WGS 84")), must(cn("y_coord", units.Dimensionless, "", "latitude, degrees, WGS 84")),
		must(column{name: "carriers", cell: cEnums, enum: carrierWords, doc: "what flows there"}), ci("area", "synchronous area"),
		may(cb("boundary", "no", "only what crosses its border is in the tables: its load is what is delivered to it, and answers do not call it short")))}
	blockTable = &tableDef{path: "energy/block.csv", doc: "Parts of the year with one load each; their hours sum to 8760.", energy: needed, backed: true, cols: backed(
		must(ci("block_id", "name of the block")), must(ct("name", "name for people")), must(ce("season", seasonWords, "season")),
		must(cn("hours", units.Time, "h", "hours of the year in it")), cb("peak", "no", "counts for adequacy: few hours, the highest load"))}
	tierTable = &tableDef{path: "energy/tier.csv", doc: "Classes of load in the order in which they are shed.", energy: needed, backed: true, cols: backed(
		must(ci("tier_id", "name of the tier")), must(ce("carrier", carrierWords, "carrier")), must(ct("name", "name for people")),
		must(column{name: "order", cell: cYear, doc: "shed in this order, 1 first; value must follow it"}),
		must(cf("value", units.Dimensionless, "", "value of lost load, USD/MWh for power, USD/1000 m3 for gas")),
		may(cf("electric", units.Share, "", "gas: share of the heat lost that its users make of electricity")))}
	loadTable = &tableDef{path: "energy/load.csv", doc: "What a zone wants in a block.", energy: needed, backed: true, cols: backed(
		must(ci("zone_id", "zone")), must(ce("carrier", carrierWords, "carrier")), must(ci("block_id", "block, * for every block")), must(ci("tier_id", "tier")),
		must(cf("amount", units.Dimensionless, "", "MW for power, mcm/d for gas; gas without that of the zone's plants")),
		cf("growth", units.Dimensionless, "", "horizon over base year; empty: 1"))}
	plantTable = &tableDef{path: "energy/plant.csv", doc: "Power plants, or groups of them with one fuel.", energy: optional, backed: true, cols: alive(plantStatus,
		must(ci("plant_id", "name of the plant")), must(ct("name", "name for people")), kOther, must(ci("zone_id", "zone")),
		must(ce("fuel", fuelWords, "fuel; gas burns gas of the zone")), must(cf("capacity", units.Power, "MW", "net capacity")),
		cf("availability", units.Share, "", "share of the capacity that can run; empty: 1"),
		may(cf("availability_winter", units.Share, "", "the same in winter, where it differs")), may(cf("availability_summer", units.Share, "", "the same in summer, where it differs")),
		cf("energy", units.EnergyRate, "GWh/yr", "most it makes in a year; empty: no limit"), cf("cost", units.MoneyPerEnergy, "USD/MWh", "cost without the gas of gas plants"),
		cf("heat_rate", units.Dimensionless, "", "GJ of gas for a MWh, gas plants"), may(cf("must_run", units.Share, "", "share of what is available that always runs; empty: 0")),
		may(cf("unit", units.Power, "MW", "largest unit, which may be lost alone; empty: all of it")))}
	tieTable = &tableDef{path: "energy/tie.csv", doc: "Power lines and corridors between two zones.", energy: optional, backed: true, cols: alive(plantStatus,
		must(ci("tie_id", "name of the tie")), must(ct("name", "name for people")), kOther, must(ci("zone_from", "zone")), must(ci("zone_to", "zone")),
		must(cn("kv", units.Dimensionless, "", "voltage, kV")), may(column{name: "circuits", cell: cYear, doc: "circuits; empty: 1"}),
		must(ce("coupling", couplingWords, "ac: in parallel; radial: a part of one side's load hangs on the other; hvdc: controllable; open: carries nothing")),
		may(ce("joined", couplingWords, "coupling once the areas of its ends are joined; empty: as it is")),
		must(cf("capacity", units.Power, "MW", "capacity from zone_from to zone_to")), may(cf("capacity_back", units.Power, "MW", "capacity back; empty: the same")),
		src("capacity"), let("capacity"),
		may(cf("reactance", units.Dimensionless, "", "ohm of all circuits together; empty: by length, voltage and circuits")), cn("length", units.Length, "km", "length"),
		may(cf("loss", units.Share, "", "share of what is sent that is lost, radial and hvdc")))}
	exchangeTable = &tableDef{path: "energy/exchange.csv", doc: "Power contracts between zones. With any row, power changes markets only under one.", energy: optional, backed: true, cols: alive(contractWords,
		must(ci("exchange_id", "name of the contract")), must(ct("name", "name for people")), kOther, must(ci("from", "zone that sells")), must(ci("to", "zone that buys")),
		may(cl("blocks", "blocks in which it delivers; empty: all")), cf("power", units.Power, "MW", "most in an hour"), cf("energy", units.EnergyRate, "GWh/yr", "most in a year, or the firm amount; empty: no limit"),
		cf("price", units.MoneyPerEnergy, "USD/MWh", "price"),
		may(cf("margin", units.MoneyPerEnergy, "USD/MWh", "what the buyer must save beyond the seller's cost before it takes any: means kept for need; empty: 0")),
		must(ce("kind", exchangeKinds, "firm: delivered unless the seller cannot; option: taken while it is cheaper; swap: paid with gas; seasonal: comes back within the year")),
		may(ci("with", "gas contract of a swap, or what stops together with it")), may(cf("ratio", units.Dimensionless, "", "kWh for a m3 of gas, swaps")))}
	pipeTable = &tableDef{path: "energy/pipe.csv", doc: "Gas pipelines between two zones.", energy: optional, backed: true, cols: alive(plantStatus,
		must(ci("pipe_id", "name of the pipeline")), must(ct("name", "name for people")), kOther, must(ci("zone_from", "zone")), must(ci("zone_to", "zone")),
		must(cf("capacity", units.Volume, "bcm/yr", "operational capacity from zone_from to zone_to: what was seen, not geometry")),
		cf("capacity_back", units.Volume, "bcm/yr", "the same back; empty: none"),
		may(cf("unit", units.Volume, "bcm/yr", "largest string or line of it, which may fail alone; empty: all of it")))}
	gasSourceTable = &tableDef{path: "energy/gas_source.csv", doc: "Where gas enters: fields, ports, borders.", energy: optional, backed: true, cols: alive(plantStatus,
		must(ci("source_id", "name of the source")), must(ct("name", "name for people")), must(ci("zone_id", "zone")), must(ci("origin", "who sells it: a country, LNG ...")),
		must(cf("capacity", units.Volume, "bcm/yr", "most in a year")), may(cf("peak", units.Volume, "mcm/d", "most in a day; empty: capacity over 365 days")),
		may(cf("unit", units.Volume, "mcm/d", "largest field or plant in it, which may fail alone; empty: all of it")),
		must(cf("cost", units.Dimensionless, "", "USD/1000 m3")))}
	gasContractTable = &tableDef{path: "energy/gas_contract.csv", doc: "Who may sell gas to whom. With any row, an origin sells abroad only under one.", energy: optional, backed: true, cols: alive(contractWords,
		must(ci("contract_id", "name of the contract")), must(ct("name", "name for people")), must(ci("origin", "who sells")), must(ci("buyer", "zone, or country for all its zones")),
		cf("amount", units.Volume, "bcm/yr", "most in a year; empty: no limit"), may(cf("peak", units.Volume, "mcm/d", "most in a day; empty: no limit")),
		cf("price", units.Dimensionless, "", "USD/1000 m3"), may(cf("margin", units.Dimensionless, "", "USD/1000 m3: what the buyer must save beyond the seller's cost before it takes any; empty: 0")), may(cl("via", "pipelines that it must use; empty: any way")), may(ci("with", "contract or exchange that stops together with it")))}
	storageTable = &tableDef{path: "energy/storage.csv", doc: "Underground stores of gas.", energy: optional, backed: true, cols: alive(plantStatus,
		must(ci("storage_id", "name of the store")), must(ct("name", "name for people")), must(ci("zone_id", "zone")), must(cf("working", units.VolumeStock, "mcm", "working gas")),
		must(cf("withdrawal", units.Volume, "mcm/d", "most that it gives in a day")), may(cf("injection", units.Volume, "mcm/d", "most that it takes in a day; empty: as withdrawal")),
		may(cf("stock", units.VolumeStock, "mcm", "gas in it when winter begins; empty: full")),
		may(cf("unit", units.Volume, "mcm/d", "most that one store of a group gives, which may fail alone; empty: all of it")))}
	energyConstantTable = &tableDef{path: "energy/constant.csv", doc: "Named numbers of the energy model.", energy: optional, backed: true, cols: backed(
		must(ci("name", "name of the constant")), must(cf("value", units.Dimensionless, "", "value")), may(ct("unit", "unit of the value, for people")))}
)

// energyTables lists the tables of energy/. All may be absent; those that are
// needed must be there as soon as one is.
var energyTables = []*tableDef{
	energyZoneTable, blockTable, tierTable, loadTable, plantTable, tieTable, exchangeTable, pipeTable, gasSourceTable, gasContractTable, storageTable, energyConstantTable,
}
