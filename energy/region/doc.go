// Package region is the energy engine of cases: it turns the power grid and the
// gas network of a region, the contracts over them and the load behind them into
// flows, unserved load, prices, costs and dependence. Power and gas are one linear
// programme, so a plant without gas and a heater without gas reach each other
// without an outer loop.
//
// The package knows nothing of politics. A world reaches it as a list of typed
// changes (see [Change]) over a [Spec] that is never modified.
//
// [Prepare] lays out, once for a case, the programme of everything listed (open or
// not) and runs the base year and the baseline. [Base.Resolve] turns changes into a
// [Delta], [Base.Solve] dispatches its network and evaluates the outcomes,
// [Base.Detail] opens the result.
//
// The year is cut into load blocks. In each, within each synchronous area,
//
//	f_l = b_l (theta_from - theta_to)
//
// and everything that crosses between areas is controllable. Markets trade under
// contracts where the case lists any; a seller serves its own load first.
// docs/methods/energy-region.md gives the whole, with sources and what the model
// does not answer.
//
// Every outcome is unique: where the programme has many optima, the one of least
// weighted squares is taken. Same spec, same delta, same bits, whatever the order
// of rows and the number of workers.
//
// Units, everywhere in this package: power in MW, energy in GWh, gas flows in
// mcm/d (million cubic metres a day) inside a block and bcm/yr over the year, gas
// stocks in bcm, money in USD of the case's price year.
package region
