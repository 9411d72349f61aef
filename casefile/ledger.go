package casefile

import "github.com/astara-corridors/astara/ledger"

// Ledger reads what became of the claims of the case, with scores.
func (c *Case) Ledger() (*ledger.Book, error) {
	names, evidence := map[string]string{}, map[string]string{}
	for _, a := range c.Actors {
		names[a.ID] = a.Name
	}
	for _, s := range c.Sources {
		evidence[s.ID] = s.Title
	}
	for _, o := range c.Observed {
		evidence[o.ID] = o.Name + ", " + o.Period
	}
	known := c.AsOf.First()
	for _, e := range c.Timeline {
		evidence[e.ID] = e.Date.String() + ": " + e.Text
		if day := e.Date.First(); known.Before(day) {
			known = day
		}
	}
	return ledger.Read(ledger.Input{
		Case: c.ID, Lexicon: c.Lexicon, Claims: c.Claims, Rows: c.Resolutions, Horizon: c.Horizon, Known: known,
		Name: func(id string) string {
			if name := names[id]; name != "" {
				return name
			}
			return id
		},
		Evidence: func(id string) string { return evidence[id] },
	})
}
