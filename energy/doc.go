// Package energy answers what a power grid and a gas network can carry: DC power
// flow, linear dispatch with Kirchhoff's laws (DC-OPF) and nodal prices, transfer
// factors, loss of one branch (N-1), and for gas a transport programme and a linear
// relaxation of pressure drop.
//
// # Power
//
// A [Grid] has buses, branches, generators, loads and controllable [Link]s (HVDC,
// back-to-back stations). The DC approximation takes voltages as 1 and angles as
// small: the flow of branch l from f to t, in MW, is
//
//	f_l = S b_l (theta_f - theta_t - phi_l)
//
// with S the base power in MVA, b_l the susceptance in per unit, phi_l the phase
// shift in radians. Two conventions for b_l are in use and differ by some percent;
// every result names its own ([Susceptance]):
//
//	Reactance   b = 1/(x tau), shifts kept: the textbook form (MATPOWER manual, eq. 3.21 ff.)
//	Series      b = x/(r^2+x^2), taps and shifts ignored (PowerModels' DCPPowerModel, used for the table of PGLib-OPF)
//
// Power is in MW, energy in MWh, money in the file's own unit per hour (MATPOWER
// cases: USD/h), angles in radians inside and degrees in reports. Reactive power,
// voltage, losses in AC branches, inertia and the dynamics of a cascade are outside
// this model; reports say so.
//
// # Gas
//
// See [GasNet]. Flows are in the file's unit of mass flow (kg/s in SI files),
// pressures in Pa.
//
// # Reports
//
// [Flow], [OPF], [PTDF], [N1] and [Gas] return reports with a format number for JSON.
// Same grid and options, same bytes; timings stand apart in a field run.
package energy
