// Package world turns the worlds of a case into a table of outcomes.
//
// A world is one state for each variable, minus the impossible ones. Each
// effect of the case holds in the worlds where its proposition is true, and
// makes typed changes to an engine's network. Worlds with the same set of
// changes are one effective world: a row of the table. An effect that lasts a
// share f < 1 of the year cuts the year into periods; with k such effects there
// are up to 2^k periods, weighted by the products of f and 1-f. Each period is a
// network of its own, solved at annual rate; the row is the weighted sum. The
// unit of solving and of caching is therefore the period network.
//
// The package is neutral: an [Engine] resolves a set of effects to a [Delta]
// and solves it. [Freight] and [Energy] adapt the engines that are there. A case
// may have several: one plan, one table and one part of the cache an engine, all
// over the same worlds, so that an effect makes networks of those engines only
// whose networks it changes.
//
// Same case, same bytes. The order of rows and networks follows the order of
// worlds; the start point of every solve is the solution of network 0, the one
// without any effect, which itself starts from nothing. So an entry depends on
// the case alone and never on what was solved or cached before: cold, resumed,
// alone, in reverse, with any number of workers. See docs/methods/worlds.md and
// docs/formats/table.md.
package world
