// Package hierarchy finds cheapest ways from many nodes at once on one topology
// under changing costs: a customizable contraction hierarchy (Dibbelt, Strasser,
// Wagner, ACM Journal of Experimental Algorithmics 21, 2016) swept for several
// roots together in the manner of PHAST (Delling, Goldberg, Nowatzyk, Werneck,
// Journal of Parallel and Distributed Computing 73, 2013).
//
// # Idea
//
// Take the nodes away one after the other; before a node goes, join its
// neighbours by shortcuts. In a good order few shortcuts arise. The work is split
// by what it depends on:
//
//	New        topology alone   order (nested dissection), shortcuts, triangles
//	Customize  one cost vector  the cost of each shortcut, and what it stands for
//	From       roots            labels of all nodes, [Lanes] roots at a time, no queue
//	Load       amounts          flows back along the ways, on shortcuts
//	Unpack     loads            flows on links, once for all roots
//
// Nodes that ways may not pass (centroids) stay out of the order: their links
// start a way or end it.
//
// # What holds
//
// Labels are sums of link costs in some order of addition, so they differ from
// Dijkstra's in the last bits. Parents are stored where a label is set, never
// recovered by comparing labels, and both halves of a way (up, then down) keep
// parents of their own; so links of cost 0, also in cycles, lose nothing. Ties go
// to the lowest link, then to the shortcut over the earliest node, then to the
// lowest neighbour: results are functions of graph, costs and roots alone, a lane
// does not depend on the others, and [Metric.Update] gives the bits of
// [Metric.Customize]. Costs must pass [graph.Graph.CheckCosts]; +Inf is a closed
// link.
package hierarchy
