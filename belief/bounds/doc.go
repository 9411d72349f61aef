// Package bounds finds what words alone allow: the least and the largest value
// of a query over all distributions that fit them, whether they fit together at
// all, which of them do not, and how far they must be bent.
//
// The unknowns are the weights of groups of worlds; a claim l <= P(then|if) <= u
// is two linear rows,
//
//	P(then and if) - l P(if) >= 0,   P(then and if) - u P(if) <= 0
//
// (Hailperin 1965; Nilsson, Artificial Intelligence 28, 1986), and a bound is a
// linear programme, solved by HiGHS and certified in rational numbers. A
// conditional query uses the change of scale of Charnes and Cooper (Naval
// Research Logistics Quarterly 9, 1962). docs/methods/bounds.md and
// docs/methods/conflicts.md have the equations and proofs.
//
// Everything is a function of its input: the same words give the same bits.
package bounds
