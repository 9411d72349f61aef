package region

// Names of the constants (energy/constant.csv).
const (
	ConstCalorific = "calorific_value"  // MJ/m3, on the same basis as heat rates
	ConstFirmPower = "firm_value.power" // USD/MWh: what a seller gives for delivering a firm contract; below its own tiers
	ConstFirmGas   = "firm_value.gas"   // USD/1000 m3: the same of gas contracts
	ConstStock     = "stock_value"      // USD/1000 m3: gas of a store not put back at the end of the year
	ConstWheeling  = "wheeling.power"   // USD/MWh on ties
	ConstTransport = "wheeling.gas"     // USD/1000 m3 on pipes
	ConstHeating   = "electric_heating" // MWh of electricity that replace a MWh of gas heat
	// ConstReactance + kV is ohm per km and circuit, as reactance.220.
	ConstReactance = "reactance."
)

// RequiredConstants lists the constants that a spec needs: those whose matter it
// has.
func RequiredConstants(s *Spec) []string {
	out := []string{}
	need := func(name string, when bool) {
		if when {
			out = append(out, name)
		}
	}
	gasPlant, electric := false, false
	for i := range s.Plants {
		gasPlant = gasPlant || s.Plants[i].Fuel == "gas"
	}
	for i := range s.Tiers {
		electric = electric || s.Tiers[i].Electric.High > 0
	}
	need(ConstCalorific, gasPlant || electric)
	need(ConstFirmPower, len(s.Exchanges) > 0)
	need(ConstFirmGas, len(s.Contracts) > 0)
	need(ConstStock, len(s.Storages) > 0)
	need(ConstHeating, electric)
	return out
}
