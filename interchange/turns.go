package interchange

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/graph"
	"github.com/astara-corridors/astara/internal/table"
)

// turnBan is what stands for a penalty where a turn is forbidden.
const turnBan = "ban"

// ReadTurns reads a table of turns with the columns from_link, to_link, penalty (in
// the network's unit of time, or "ban") and, if there is one, toll. links are the
// links of g that a name means: one both ways is two, and the turn is each pair of
// them that meets. Turns that the table leaves out are free.
func ReadTurns(file string, data []byte, links func(name string) []int32, g *graph.Graph, l *diag.List) []assign.Turn {
	f := table.Read(file, data, l)
	whole := true
	for _, c := range []string{"from_link", "to_link", "penalty"} {
		if f.Column(c) < 0 {
			l.Report(ruleTurn, diag.Pos{File: file, Line: 1}, "", "the column %s is missing", c).Expected = "from_link, to_link, penalty and, if need be, toll"
			whole = false
		}
	}
	if !whole {
		return nil
	}
	var turns []assign.Turn
	first := map[[2]int32]diag.Pos{}
	for _, row := range f.Rows {
		good := true
		ends := [2][]int32{}
		for i, c := range []string{"from_link", "to_link"} {
			cell := row.Get(c)
			if ends[i] = links(cell.Text); len(ends[i]) == 0 {
				l.Report(ruleTurn, cell.Pos, cell.Text, "the network has no link %q", cell.Text)
				good = false
			}
		}
		t := assign.Turn{}
		penalty, toll := row.Get("penalty"), get(f, row, "toll")
		if strings.EqualFold(penalty.Text, turnBan) {
			t.Time = math.Inf(1)
		} else {
			x, ok := penalty.Float(l)
			if penalty.Text == "" || ok && x < 0 {
				l.Report(ruleTurn, penalty.Pos, penalty.Text, "the penalty is %q", penalty.Text).Expected = "0 or more, or ban"
				ok = false
			}
			t.Time, good = x, good && ok
		}
		if x, ok := toll.Float(l); toll.Text != "" {
			if ok && x < 0 {
				l.Report(ruleTurn, toll.Pos, toll.Text, "the toll is %v", x).Expected = "0 or more"
				ok = false
			}
			t.Toll, good = x, good && ok
		}
		if !good {
			continue
		}
		meet := false
		for _, t.From = range ends[0] {
			for _, t.To = range ends[1] {
				if g.Head(t.From) != g.Tail(t.To) {
					continue
				}
				meet = true
				pair := [2]int32{t.From, t.To}
				if at, twice := first[pair]; twice {
					l.Report(ruleTurn, row.Pos, "", "the turn from link %q to link %q is given twice", row.Get("from_link").Text, row.Get("to_link").Text).Also = []diag.Pos{at}
					continue
				}
				first[pair] = row.Pos
				turns = append(turns, t)
			}
		}
		if !meet {
			l.Report(ruleTurn, row.Pos, "", "link %q does not end where link %q begins", row.Get("from_link").Text, row.Get("to_link").Text)
		}
	}
	return turns
}

// WriteTurns writes a table of turns that [ReadTurns] reads; name is of a link.
func WriteTurns(w io.Writer, turns []assign.Turn, name func(link int32) string) error {
	return writeTable(w, []string{"from_link", "to_link", "penalty", "toll"}, len(turns), func(i int) []string {
		t := turns[i]
		penalty := turnBan
		if !math.IsInf(t.Time, 1) {
			penalty = cell(t.Time)
		}
		return []string{name(t.From), name(t.To), penalty, cell(t.Toll)}
	})
}

// JoinTurns puts lists of turns together: what one pair of links is given in several
// adds up.
func JoinTurns(lists ...[]assign.Turn) []assign.Turn {
	var out []assign.Turn
	at := map[[2]int32]int{}
	for _, list := range lists {
		for _, t := range list {
			pair := [2]int32{t.From, t.To}
			if i, ok := at[pair]; ok {
				out[i].Time += t.Time
				out[i].Toll += t.Toll
				continue
			}
			at[pair] = len(out)
			out = append(out, t)
		}
	}
	return out
}

// TurnsBack lists the turns from a link to one back to where it came from, each
// forbidden, at nodes that can be left otherwise.
func TurnsBack(g *graph.Graph) []assign.Turn {
	var turns []assign.Turn
	var out []int32
	for a := range int32(g.Links()) {
		out = g.Out(g.Head(a), out[:0])
		var back []int32
		for _, b := range out {
			if g.Head(b) == g.Tail(a) {
				back = append(back, b)
			}
		}
		if len(back) == len(out) {
			continue // a dead end
		}
		for _, b := range back {
			turns = append(turns, assign.Turn{From: a, To: b, Time: math.Inf(1)})
		}
	}
	return turns
}

// ParseTransfer reads FROM:TO=TIME, the time to pass from a link of one kind to a
// link of another.
func ParseTransfer(s string) (from, to string, time float64, err error) {
	kinds, amount, ok := strings.Cut(s, "=")
	from, to, two := strings.Cut(kinds, ":")
	if ok && two {
		time, err = strconv.ParseFloat(amount, 64)
	}
	if !ok || !two || err != nil || !(time >= 0) || math.IsInf(time, 1) {
		return "", "", 0, fmt.Errorf("%q is no transfer; expected FROM:TO=TIME, the kinds of two links and a time of 0 or more", s)
	}
	return from, to, time, nil
}
