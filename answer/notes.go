package answer

import (
	"fmt"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
)

// namedInNote is how many units of demand a note names before it only counts.
const namedInNote = 3

// networkNotes says in plain sentences what the preparation of the network bounded,
// assumed or could not find. Nothing of that acts silently.
func networkNotes(st freight.Statistics, c *casefile.Case) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if st.Truncated > 0 {
		add("More ways than the %d that are kept were found for %d of %d pairs of zones; %d ways were left out, first those that only matter when two places are shut at once, then the dearest.",
			freight.MaxRoutes, st.TruncatedPairs, st.Pairs, st.Truncated)
	}
	if st.TooDear > 0 {
		add("Ways left out because they cost more than any cargo would pay, even where no other is left: %d.", st.TooDear)
	}
	if n := len(st.NoPath); n > 0 {
		add("No way even with everything open for %d of %d units of demand: %s.", n, st.Items, someNames(st.NoPath))
	}
	if n := len(st.NoBasePath); n > 0 {
		add("No way in the base year for %d of %d units of demand; costs are measured against the ways that may open: %s.", n, st.Items, someNames(st.NoBasePath))
	}
	if n := len(st.CaptiveRelaxed); n > 0 {
		add("%d of %d units of demand are tied to modes by which no way was open in the base year, and may use all modes instead: %s.", n, st.Items, someNames(st.CaptiveRelaxed))
	}
	if links, crossings := uncongested(st, c.Freight); links+crossings > 0 {
		add("No capacity with a source for %d of %d links and %d of %d directions of border crossings: nothing queues there and nothing is rationed.",
			links, len(c.Freight.Links), crossings, len(c.Freight.Borders))
	}
	for _, n := range st.Notes {
		out = append(out, strings.ToUpper(n[:1])+n[1:]+".")
	}
	return out
}

// uncongested counts links and directions of crossings without a capacity.
func uncongested(st freight.Statistics, s *freight.Spec) (links, crossings int) {
	isLink := map[string]bool{}
	for i := range s.Links {
		isLink[s.Links[i].ID] = true
	}
	for _, name := range st.Uncongested {
		if isLink[name] {
			links++
		} else {
			crossings++
		}
	}
	return links, crossings
}

// notDrawn says which ranges stay at their centre, or are bent, while figures are
// drawn.
func notDrawn(c *casefile.Case) []string {
	var out []string
	shares := 0
	for i := range c.Effects {
		if len(c.Effects[i].Freight)+len(c.Effects[i].Energy) > 0 && !c.Effects[i].ShareOfYear.Fixed() {
			shares++
		}
	}
	if shares > 0 {
		out = append(out, fmt.Sprintf("The share of the year stays at its centre while figures are drawn, though it is uncertain for %d of %d effects.", shares, len(c.Effects)))
	}
	var route, mode float64 // lowest and highest of their ranges
	for _, k := range c.Freight.Constants {
		switch k.Name {
		case freight.ConstDispersionRoute:
			route = k.Value.Low
		case freight.ConstDispersionMode:
			mode = k.Value.High
		}
	}
	if mode > route {
		out = append(out, fmt.Sprintf("Where a draw puts %s above %s, it is held at it.", freight.ConstDispersionMode, freight.ConstDispersionRoute))
	}
	return out
}

// someNames lists the first names and counts the others.
func someNames(names []string) string {
	if len(names) <= namedInNote {
		return strings.Join(names, "; ")
	}
	return strings.Join(names[:namedInNote], "; ") + fmt.Sprintf("; and %d more", len(names)-namedInNote)
}
