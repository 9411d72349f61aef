package interchange

import (
	"fmt"
	"math"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/table"
)

// Columns of GMNS tables that go beyond what is assigned. Delay functions by link
// are no part of the specification; the names are those that DTALite and Path4GMNS
// use, with the number of the first period or without. Whatever else the tables hold
// that would change times or turns is said to be left out.

// delayColumns are coefficient and power of free (1 + alpha (v/capacity)^beta).
var delayColumns = [2][]string{{"vdf_alpha", "vdf_alpha1"}, {"vdf_beta", "vdf_beta1"}}

// delayPrefix begins the columns of delay functions.
const delayPrefix = "vdf_"

// mostRows is how many rows with cells that are not read are named one by one.
const mostRows = 20

// columnNamed is the name in the table of the first of names it has, whatever their
// case; empty when it has none.
func columnNamed(f *table.File, names []string) string {
	for _, n := range names {
		for _, h := range f.Header {
			if strings.EqualFold(h.Text, n) {
				return h.Text
			}
		}
	}
	return ""
}

// delay reads the delay function of a link; NaN when the row has none.
func (k *GMNSLink) delay(f *table.File, row table.Row, alpha, beta string, l *diag.List) {
	k.Alpha, k.Beta = figure(f, row, alpha, l), figure(f, row, beta, l)
	a, b := get(f, row, alpha), get(f, row, beta)
	if (a.Text == "") != (b.Text == "") {
		l.Report(ruleGMNSValue, k.Pos, k.ID, "link %q has only one of %s and %s", k.ID, delayColumns[0][0], delayColumns[1][0]).Expected = "both, or neither"
	}
}

// notReadDelays says which columns of delay functions are left out.
func notReadDelays(f *table.File, alpha, beta string, l *diag.List) {
	for _, h := range f.Header {
		if h.Text == alpha || h.Text == beta || !strings.HasPrefix(strings.ToLower(h.Text), delayPrefix) {
			continue
		}
		n, first := 0, table.Cell{}
		for _, row := range f.Rows {
			if c := row.Get(h.Text); c.Text != "" {
				if n == 0 {
					first = c
				}
				n++
			}
		}
		if n > 0 {
			l.Report(ruleGMNSNotRead, first.Pos, first.Text, "the column %s is not read; %d rows have something there, this is the first", h.Text, n).Hint =
				"the time of a link is length / free_speed x (1 + vdf_alpha (volume / (capacity x lanes))^vdf_beta)"
		}
	}
}

// notReadMovements says which rows of movement.csv have a capacity or are for some
// uses alone: movements apply to all trips, and none has a limit.
func notReadMovements(f *table.File, l *diag.List) {
	n := 0
	for _, row := range f.Rows {
		var what []string
		at := table.Cell{}
		for _, name := range []string{"allowed_uses", "capacity"} {
			c := get(f, row, name)
			if c.Text == "" || name == "allowed_uses" && strings.EqualFold(c.Text, allUses) {
				continue
			}
			what, at = append(what, fmt.Sprintf("%s %q", name, c.Text)), c
		}
		if len(what) == 0 {
			continue
		}
		if n++; n <= mostRows {
			l.Report(ruleGMNSNotRead, at.Pos, at.Text, "movement %q: %s is not read; the movement is open to all trips, without a limit", row.Get("mvmt_id").Text, strings.Join(what, " and "))
		}
	}
	if n > mostRows {
		l.Report(ruleGMNSNotRead, diag.Pos{File: f.Path}, "", "%d rows more of movement.csv have a capacity or uses that are not read", n-mostRows)
	}
}

// function is the delay function of a link: its own, or the one given for all.
func (k *GMNSLink) function(b, power float64) (float64, float64) {
	if math.IsNaN(k.Alpha) || math.IsNaN(k.Beta) {
		return b, power
	}
	return k.Alpha, k.Beta
}
