package answer

import (
	"context"
	"math"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/world"
)

// ledgers is a freight engine whose solutions tell who earns what from whose cargo.
type ledgers interface {
	Detail(d world.Delta, s *world.Solution) *freight.Detail
}

// earnings are USD/yr by state and country of the cargo.
type earnings map[[2]string]float64

// add books what infrastructure, ports, fees and payments earn, not haulage: the
// measure of revenue.
func (e earnings) add(rows []freight.MoneyRow, share float64) {
	for _, r := range rows {
		if r.Kind != "haulage" {
			e[[2]string{r.Country, r.Payer}] += share * r.USD
		}
	}
}

// readEarnings opens the base year and the baseline world. Of states other than the
// focus the table of worlds has no outcome a payer, so these two runs are all there is.
// They are nil where the engine's solutions cannot be opened or the case holds the
// baseline world impossible.
func (k *computer) readEarnings(ctx context.Context) (baseYear, baseline earnings, err error) {
	open, ok := k.in.Freight.(ledgers)
	row := k.freight.Row(k.c.Space.Baseline())
	if !ok || row < 0 {
		return nil, nil, nil
	}
	year, err := k.in.Freight.BaseYear()
	if err != nil {
		return nil, nil, err
	}
	baseYear, baseline = earnings{}, earnings{}
	baseYear.add(open.Detail(year, k.freightPart().baseYear).Revenue(), 1)
	for _, p := range k.freight.Rows[row].Mix {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		baseline.add(open.Detail(k.freight.Networks[p.Network].Delta, k.freight.Solutions[p.Network]).Revenue(), p.Share)
	}
	return baseYear, baseline, nil
}

// addPayers puts what cargo pays on the pages of states other than the focus.
func (k *computer) addPayers(ctx context.Context, a *Answer) error {
	baseYear, baseline, err := k.readEarnings(ctx)
	if err != nil || baseline == nil {
		return err
	}
	names := actorNames(k.c)
	for i := range a.Countries {
		x := &a.Countries[i]
		if x.Focus {
			continue
		}
		for _, p := range payers(k.c) {
			at := [2]string{x.ID, p}
			if was, is := baseYear[at], baseline[at]; math.Max(was, is) > 0 {
				x.Payers = append(x.Payers, Payer{ID: p, Name: nameOr(names[p], p), BaseYear: some(was), Baseline: some(is), Effects: []CountryEffect{}})
			}
		}
	}
	return nil
}

// actorNames names states, and the open sea as an origin.
func actorNames(c *casefile.Case) map[string]string {
	names := map[string]string{openSea: "overseas"}
	for _, a := range c.Actors {
		names[a.ID] = a.Name
	}
	return names
}
