// Package complete turns words into one distribution over worlds: of all that
// fit them, the one closest to a reference.
//
// Closest is least relative entropy D(p||q) = sum p ln(p/q), in nats (Kullback
// 1959; Csiszar, Annals of Probability 3, 1975). The solution tilts the
// reference, p = q exp(-sum of multiplier x row) / Z, and its multipliers solve
// a smooth convex problem, by damped Newton steps projected on their signs.
//
// The default is order-aware: variables are completed along the order in which
// they influence each other, each conditional distribution being tilted while
// the joint of all earlier variables is held, so that a conditional claim does
// not move its own condition. Plain least relative entropy does move it (van
// Fraassen's Judy Benjamin problem, British Journal for the Philosophy of
// Science 32, 1981) and is an option. docs/methods/completion.md has the
// equations.
//
// Sums run over fixed blocks in fixed order, so results do not depend on the
// number of workers.
package complete
