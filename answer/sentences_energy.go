package answer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/energy/region"
)

// The plain sentences on power and gas: who is short in the baseline world, what
// two variables that reach the networks do together and each alone, and what the
// others do.

const (
	sayNobodyShort  = "In the baseline world of %d nobody is short of power or gas."
	sayWhoShort     = "In the baseline world of %d %s."
	sayShortWith    = "If %s, %s."
	sayNotShorter   = "If %s, nobody is shorter of power or gas than in the baseline world%s."
	sayEnergyMoves  = "; what changes most: %s"
	sayNothingMoves = "; as long as nothing fails, no number of a state moves beyond its threshold"
	sayTogether     = "If %s, %s; if only %s."
	sayAlone        = "%s, %s"

	mostShortStates = 4
	mostMoved       = 3
	// leastWorse is the part by which a shortage must grow to be named: what is less
	// follows from a small change elsewhere in a balance that is short anyhow.
	leastWorse = 0.05
)

// levels are the numbers of a run by state and row.
type levels map[[2]string]Number

func levelsOf(r *EnergyRun) levels {
	out := levels{}
	for _, c := range r.Countries {
		for _, n := range c.Numbers {
			out[[2]string{c.ID, n.ID}] = n.Value
		}
	}
	return out
}

func (x *energyReader) sentences(e *Energy) []string {
	var line *EnergyRun
	byID := map[string]*EnergyRun{}
	for i := range e.Runs {
		r := &e.Runs[i]
		byID[r.ID] = r
		if r.ID == "baseline" {
			line = r
		}
	}
	if line == nil {
		return nil
	}
	base := levelsOf(line)
	var out []string
	if who := x.whoIsShort(base, nil); who != "" {
		out = append(out, fmt.Sprintf(sayWhoShort, x.c.Horizon, who))
	} else {
		out = append(out, fmt.Sprintf(sayNobodyShort, x.c.Horizon))
	}
	// The pair that differs most from its parts says what these do alone, too; then
	// what no pair has said; then the other pairs.
	var singles, pairs []string
	said := map[EnergyChanged]bool{}
	for i := range e.Runs {
		r := &e.Runs[i]
		if len(r.Changed) != 2 {
			continue
		}
		pairs = append(pairs, x.together(r, byID, base))
		for _, c := range r.Changed {
			said[c] = true
		}
	}
	for i := range e.Runs {
		if r := &e.Runs[i]; len(r.Changed) == 1 && !said[r.Changed[0]] {
			singles = append(singles, x.single(r, base))
		}
	}
	first := min(1, len(pairs))
	return append(append(append(out, pairs[:first]...), singles...), pairs[first:]...)
}

// single says what one variable off its baseline does.
func (x *energyReader) single(r *EnergyRun, base levels) string {
	with := r.Changed[0].Text
	if who := x.whoIsShort(levelsOf(r), base); who != "" {
		return fmt.Sprintf(sayShortWith, with, who)
	}
	moved := x.moved(levelsOf(r), base)
	if len(moved) == 0 {
		return fmt.Sprintf(sayNotShorter, with, sayNothingMoves)
	}
	return fmt.Sprintf(sayNotShorter, with, fmt.Sprintf(sayEnergyMoves, strings.Join(moved, ", ")))
}

// together sets what two variables do against what each does alone.
func (x *energyReader) together(r *EnergyRun, byID map[string]*EnergyRun, base levels) string {
	who := func(l levels) string {
		if text := x.whoIsShort(l, base); text != "" {
			return text
		}
		return "nobody is shorter than in the baseline world"
	}
	var texts, alone []string
	for _, c := range r.Changed {
		texts = append(texts, c.Text)
		if other := byID[c.Variable+"="+c.State]; other != nil {
			alone = append(alone, fmt.Sprintf(sayAlone, c.Text, who(levelsOf(other))))
		}
	}
	return fmt.Sprintf(sayTogether, listed(texts), who(levelsOf(r)), strings.Join(alone, "; if only "))
}

// whoIsShort names the states that are short by more than in a base, nil for short
// at all, those that miss most first.
func (x *energyReader) whoIsShort(l, base levels) string {
	type state struct {
		text string
		size float64
	}
	var list []state
	for _, s := range x.states {
		size := 0.0
		for _, m := range energyMeasures {
			if !slices.Contains(shortMeasures, m.id) {
				continue
			}
			at := [2]string{s, m.id}
			more := l[at].Or(0) - base[at].Or(0)
			if more >= leastWorse*base[at].Or(0) {
				size = max(size, more/madeEnergy[m.measure])
			}
		}
		if size >= 1 {
			list = append(list, state{x.name(s) + " is short of " + x.shortOf(s, l), size})
		}
	}
	slices.SortStableFunc(list, func(a, b state) int { return cmp.Compare(b.size, a.size) })
	var texts []string
	for _, s := range list[:min(mostShortStates, len(list))] {
		texts = append(texts, s.text)
	}
	if left := len(list) - len(texts); left > 0 {
		texts = append(texts, count(left, "state more", "states more"))
	}
	return listed(texts)
}

// shortOf says what a state misses at the peak and over the year.
func (x *energyReader) shortOf(s string, l levels) string {
	of := func(carrier region.Carrier, peak, year string) string {
		p, y := l[[2]string{s, peak}], l[[2]string{s, year}]
		mp, my := energyMeasureOf(peak), energyMeasureOf(year)
		shortPeak, shortYear := p.Or(0) >= madeEnergy[mp.measure], y.Or(0) >= madeEnergy[my.measure]
		level := func(m energyMeasure, n Number) string { return StyleOf(string(m.measure), 0, n).Level(n) }
		switch {
		case shortPeak && shortYear:
			return fmt.Sprintf("%s of %s at the peak (%s over the year)", level(mp, p), carrier, level(my, y))
		case shortPeak:
			return fmt.Sprintf("%s of %s at the peak", level(mp, p), carrier)
		case shortYear:
			return fmt.Sprintf("%s of %s over the year", level(my, y), carrier)
		}
		return ""
	}
	var parts []string
	for _, text := range []string{of(region.Gas, "gas_short", "gas_unserved"), of(region.Power, "power_short", "power_unserved")} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return listed(parts)
}

func energyMeasureOf(id string) energyMeasure {
	for _, m := range energyMeasures {
		if m.id == id {
			return m
		}
	}
	return energyMeasure{}
}

// moved lists the numbers of states that differ most from a base, in thresholds.
func (x *energyReader) moved(l, base levels) []string {
	type change struct {
		text string
		size float64
	}
	var list []change
	for _, s := range x.states {
		for _, m := range energyMeasures {
			at := [2]string{s, m.id}
			d := minus(l[at], base[at])
			size := math.Abs(d.Or(0)) / madeEnergy[m.measure]
			if size < 1 || m.measure == region.PowerWays {
				continue
			}
			style := StyleOf(string(m.measure), 0, d)
			list = append(list, change{x.name(s) + ": " + strings.ToLower(m.name[:1]) + m.name[1:] + " " + style.Change(d), size})
		}
	}
	slices.SortStableFunc(list, func(a, b change) int { return cmp.Compare(b.size, a.size) })
	var out []string
	for _, c := range list[:min(mostMoved, len(list))] {
		out = append(out, c.text)
	}
	return out
}
