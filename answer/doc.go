// Package answer reads the table of worlds with weights and says what it means.
//
// An answer is a weighted read: a distribution over worlds (an [Arm] for each
// state of an act) times the rows of a [world.Table]. Each [View] has one
// ([Weighting]): the case's reference, the product of the `given` tables in the
// order of influence with the duties that are kept with some probability; each
// expert's words completed to it; the experts' mixture and their consensus. What
// words alone allow ([Bounds]) needs no reference.
//
// For an outcome Y and an act A with states a (the first is "without"):
//
//	E_a[Y]   = sum over worlds w of P_a(w) Y(w)
//	effect   = E_a[Y] - E_0[Y]
//	words    the effect that words make with a reference that the act does not move
//	change   y(w) - y0(w), y0(w) = reference's E_0[Y | what w has of the non-descendants of A]
//	drivers  Var(E[Y|X])/Var(Y) "explains alone", E[Var(Y|others)]/Var(Y) "only it explains"
//
// Acts are roots without weights, so a distribution exists per arm only. What
// does not descend from the act has the same joint distribution in every arm.
// If no descendant of the act reaches a network, the effect is 0 exactly.
//
// Everything is a function of the case and of the options: sums run in a fixed
// order, draws come from a recorded seed. Values are in canonical units (t/yr,
// USD/yr, h). See docs/methods/answers.md, docs/methods/spread.md and
// docs/formats/answer.md.
package answer
