package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
)

// noTurns as the file of turns leaves a folder's own unread.
const noTurns = "none"

// turnFlags are what the user says about turns.
type turnFlags struct {
	file      string   // table of turns, or noTurns
	transfers []string // FROM:TO=TIME
	banBack   bool
	barZones  bool // ways may not pass the nodes of zones
}

// apply gives the problem the turns of the file and the flags, besides those it has,
// and bars its zones. kind is the kind of each link.
func (f *turnFlags) apply(n *assignNet, l *diag.List) error {
	net := n.problem.Network
	if f.barZones {
		net.NoThrough = slices.Clone(net.NoThrough)
		if net.NoThrough == nil {
			net.NoThrough = make([]bool, net.Graph.Nodes())
		}
		for _, v := range net.Centroid {
			net.NoThrough[v] = true
		}
	}
	turns := net.Turns
	if f.file != "" && f.file != noTurns {
		data, err := readInput(f.file)
		if err != nil {
			return err
		}
		turns = interchange.JoinTurns(turns, interchange.ReadTurns(f.file, data, n.named(), net.Graph, l))
	}
	cost := map[[2]string]float64{}
	kinds := map[string]bool{}
	for _, k := range n.kind {
		kinds[k] = true
	}
	var wrong []error
	for _, s := range f.transfers {
		from, to, time, err := interchange.ParseTransfer(s)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("--transfer %w", err))
			continue
		}
		for _, k := range []string{from, to} {
			if !kinds[k] {
				wrong = append(wrong, fmt.Errorf("--transfer %s: no link is of the kind %q; there are %q", s, k, slices.Sorted(maps.Keys(kinds))))
			}
		}
		pair := [2]string{from, to}
		if _, twice := cost[pair]; twice {
			wrong = append(wrong, fmt.Errorf("--transfer %s: the passage from %q to %q is given twice", s, from, to))
		}
		if from == to {
			wrong = append(wrong, fmt.Errorf("--transfer %s: a transfer is between links of two kinds; --turns lists those between links of one", s))
		}
		cost[pair] = time
	}
	if len(wrong) > 0 {
		return usageError{errors.Join(wrong...)}
	}
	if len(cost) > 0 {
		turns = interchange.JoinTurns(turns, assign.Transfers(net.Graph, n.kind, func(from, to string) float64 { return cost[[2]string{from, to}] }))
	}
	if f.banBack {
		turns = interchange.JoinTurns(turns, interchange.TurnsBack(net.Graph))
	}
	net.Turns = turns
	return nil
}

// named finds the links that a name means: the id, or A-B where nodes name links.
func (n *assignNet) named() func(name string) []int32 {
	at := map[string][]int32{}
	for i := range n.links {
		at[n.links[i]] = append(at[n.links[i]], int32(i))
		if n.ends {
			ends := n.from[i] + "-" + n.to[i]
			at[ends] = append(at[ends], int32(i))
		}
	}
	return func(name string) []int32 { return at[name] }
}

// turnRow is a listed turn in the JSON form.
type turnRow struct {
	From    string   `json:"from_link"`
	To      string   `json:"to_link"`
	Node    string   `json:"node"`
	Penalty *float64 `json:"penalty"` // null: forbidden
	Volume  float64  `json:"volume"`
}

// turnRows lists the turns.
func (n *assignNet) turnRows(r *assign.Report) []turnRow {
	var rows []turnRow
	for i, t := range n.problem.Network.Turns {
		row := turnRow{From: n.links[t.From], To: n.links[t.To], Node: n.to[t.From], Volume: r.Result.TurnVolume[i]}
		if !math.IsInf(t.Time, 1) {
			row.Penalty = &n.problem.Network.Turns[i].Time
		}
		rows = append(rows, row)
	}
	return rows
}
