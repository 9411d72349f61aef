// Package assign loads demand on a network: all-or-nothing, user equilibrium,
// system optimum, stochastic loading and recursive logit. It knows links, zones
// and classes, and nothing of commodities, borders or politics.
//
// # Costs
//
// The time of a link under volume v (Bureau of Public Roads 1964, as in the TNTP
// files) and its generalised cost for class k are
//
//	t(v)   = free (1 + B (v/capacity)^power)
//	c_k(v) = t(v) + tollFactor_k toll + distanceFactor_k length
//
// v is the volume in equivalents: the sum over classes of equivalent_k times the
// class's flow, plus Preload. Any unit of time does; factors are time for one
// unit of toll and of length.
//
// # What is solved
//
// With costs as above and any equivalents and factors, the user equilibrium is
// the minimum of a convex programme (Beckmann, McGuire, Winsten 1956) in which
// flows are counted in equivalents, because dividing a class's cost by a
// constant moves no route choice. The system optimum is the same programme under
// marginal costs. Where a class feels the delay of different links in different
// proportion (Class.Scale), or a link feels the volume of another
// (Network.Influences), the costs are asymmetric and no such programme exists:
// then a fixed point is sought by diagonalisation and [Result.Statement] says so.
//
// Turns between links may cost time and money or be forbidden (Network.Turns):
// nodes that have some are taken apart before a solve, and results are of the
// links that went in.
//
// # How
//
// Cheapest ways come from sweeps of many origins at once over a contraction
// hierarchy (graph/hierarchy); between sweeps flow moves among the ways of each
// pair. [Prepare] orders a topology once for many solves, and Settings.Warm begins
// with the ways of another solution. Route flows are the proportional ones, so
// select link is unique. Link-flow methods keep no ways and little memory.
//
// # Gap
//
// The relative gap is (TSTT - SPTT)/TSTT: TSTT sums volume times generalised
// cost over links, SPTT demand times cheapest generalised cost over pairs, both
// at the same costs, signed, in compensated summation. Below about 1e-14 it is
// rounding noise.
//
// # Determinism
//
// Same problem and options, same bytes, whatever the number of workers: parallel
// parts write to slots by index and sums run in a fixed order.
package assign
