package answer

import (
	"slices"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/units"
)

// corridors lists the case's corridors by their tonnes in the baseline world,
// largest first.
func (k *computer) corridors() []Corridor {
	var out []Corridor
	for _, c := range k.c.Corridors {
		x := Corridor{ID: c.ID, Name: nameOr(c.Name, c.ID), Exclusive: c.Exclusive}
		effects := map[string][]CountryEffect{}
		for _, m := range corridorMeasures {
			id := corridorID(c.ID, m.id)
			*x.BaseYear.field(m.id) = k.baseYear(id)
			*x.Baseline.field(m.id) = k.baseline(id)
			effects[m.id] = k.armMeans(id)
		}
		for i, e := range effects["tonnes"] {
			y := CorridorEffect{Act: e.Act, State: e.State}
			for _, m := range corridorMeasures {
				*y.With.field(m.id) = effects[m.id][i].With
				*y.Without.field(m.id) = effects[m.id][i].Without
			}
			x.Effects = append(x.Effects, y)
		}
		tonnes := corridorID(c.ID, "tonnes")
		x.LetterC = over(k.baseline(letterCID(tonnes)), x.Baseline.Tonnes)
		x.OurCapacity = k.ourCapacity(tonnes, x.Baseline.Tonnes)
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b Corridor) int {
		x, y := a.Baseline.Tonnes.Or(-1), b.Baseline.Tonnes.Or(-1)
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out
}

func (n *CorridorNumbers) field(id string) *Number {
	switch id {
	case "tonnes":
		return &n.Tonnes
	case "teu":
		return &n.TEU
	case "hours":
		return &n.Hours
	case "money":
		return &n.Money
	case "spread":
		return &n.Spread
	}
	panic("answer: no corridor measure " + id)
}

// hangs counts what rests on estimates and on conversions of the case's makers.
func hangs(c *casefile.Case) Hangs {
	h := Hangs{Markets: len(c.Freight.Markets)}
	all, of := 0.0, 0.0
	for _, m := range c.Freight.Markets {
		all += m.Tonnes.Central
		if m.Letter == units.Estimate {
			h.MarketsC++
			of += m.Tonnes.Central
		}
	}
	h.TonnesC = over(some(of), some(all))
	for _, l := range c.Freight.Links {
		if len(l.Tags) == 0 {
			continue
		}
		h.CorridorLinks++
		if l.Capacity.Known {
			h.WithCapacity++
			if ours(l.Capacity) {
				h.OurConversions++
			}
		}
	}
	return h
}

// claims lists the claims of the case with what became of them: the last row of
// the ledger on each.
func claims(c *casefile.Case) []Claim {
	names := map[string]string{}
	for _, a := range c.Actors {
		names[a.ID] = a.Name
	}
	var out []Claim
	for _, x := range c.Claims {
		y := Claim{ID: x.ID, Speaker: nameOr(names[x.Speaker], x.Speaker), Paragraph: x.Paragraph, Kind: string(x.Kind),
			Reading: string(x.Reading), Hedge: x.Hedge, Paraphrase: x.Paraphrase, Weighs: x.Kind.Weighs(), Verdict: "open",
			Letter: x.Letter.String()}
		for _, r := range c.Resolutions {
			if r.Claim == x.ID {
				y.Verdict, y.Evidence = string(r.Verdict), r.Evidence
				if y.Settled = ""; r.Verdict.Settled() {
					y.Settled = r.Date.String()
				}
			}
		}
		out = append(out, y)
	}
	return out
}
