package region

// Measure says what an outcome counts.
type Measure string

// The measures. Sums over the year unless said otherwise.
const (
	PowerUnserved Measure = "power_unserved"   // GWh/yr
	PowerShort    Measure = "power_short"      // MW, largest over peak blocks
	GasUnserved   Measure = "gas_unserved"     // bcm/yr
	GasShort      Measure = "gas_short"        // mcm/d, largest over peak blocks
	TieFlow       Measure = "tie_flow"         // GWh/yr net from -> to
	TiePeak       Measure = "tie_peak"         // MW, largest size over all blocks, signed from -> to
	PipeFlow      Measure = "pipe_flow"        // bcm/yr net from -> to, of Origin if given
	PowerExport   Measure = "power_export"     // GWh/yr sent abroad, summed over blocks that export on balance
	PowerImport   Measure = "power_import"     // GWh/yr, the same of imports
	EnergyCost    Measure = "energy_cost"      // USD/yr: generation + purchases - sales
	PowerPrice    Measure = "power_price"      // USD/MWh: what one per cent more load would cost
	GasShare      Measure = "gas_import_share" // share of Origin in gas delivered
	GasDependence Measure = "gas_dependence"   // share of gas load shed once Origin sells it nothing, beyond what is shed now
	N1Short       Measure = "n1_short"         // MW: worst shed in a peak block after loss of one unit or tie that concerns the zones
	N1Gas         Measure = "n1_gas"           // N-1 formula of the EU, share of the peak day
	GasDays       Measure = "gas_days"         // days that the stores bridge the peak day's gap
	PowerWays     Measure = "power_ways"       // neighbours that can send power
)

// Measures lists all measures.
func Measures() []Measure {
	return []Measure{
		PowerUnserved, PowerShort, GasUnserved, GasShort, TieFlow, TiePeak, PipeFlow, PowerExport, PowerImport,
		EnergyCost, PowerPrice, GasShare, GasDependence, N1Short, N1Gas, GasDays, PowerWays,
	}
}

// Mean says whether the periods of a year are averaged: with [Solution].Weights for
// prices and shares, by length for largest values.
func (m Measure) Mean() bool {
	switch m {
	case PowerUnserved, GasUnserved, TieFlow, PipeFlow, PowerExport, PowerImport, EnergyCost:
		return false
	}
	return true
}

// Unit is the unit of a measure's values.
func (m Measure) Unit() string {
	switch m {
	case PowerUnserved, TieFlow, PowerExport, PowerImport:
		return "GWh/yr"
	case PowerShort, TiePeak, N1Short:
		return "MW"
	case GasUnserved, PipeFlow:
		return "bcm/yr"
	case GasShort:
		return "mcm/d"
	case EnergyCost:
		return "USD/yr"
	case PowerPrice:
		return "USD/MWh"
	case GasDays:
		return "d"
	}
	return ""
}

// Outcome is a named number of interest that this engine answers. Zone and Country
// select whose; Block and Tier narrow unserved load; Tie, Pipe name the element;
// With narrows exports and imports to one neighbour country. Empty fields match
// all.
type Outcome struct {
	ID            string
	Measure       Measure
	Zone, Country string
	Block, Tier   string
	Tie, Pipe     string
	Origin        string
	With          string
	Materiality   float64 // change below this is "no change", in the unit of the measure
	Ref
}
