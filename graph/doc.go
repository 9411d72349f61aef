// Package graph holds a directed multigraph in compressed form and the searches
// the engines need: cheapest trees, 0-1 search, components, largest flow and
// smallest cut, ways that share nothing.
//
// Nodes are 0..n-1 and links 0..m-1, both dense. A [Graph] is topology only and
// never changes. Costs and capacities are slices by link number that the caller
// owns, so many networks can share one graph: a closed link is a link of cost
// +Inf (searches) or of capacity 0 (flows). Parallel links, self loops and links
// of cost 0 are allowed everywhere.
//
// Nothing here knows what a node stands for. Units are the caller's.
//
// All results are functions of the arguments alone: no map order, no clock, no
// goroutines. A workspace ([Search], [Flow]) belongs to one goroutine; a Graph
// may be shared.
package graph
