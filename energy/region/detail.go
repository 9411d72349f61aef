package region

import (
	"context"
	"fmt"
)

// NotAnswered is what the model does not consider, to stand beside its results.
var NotAnswered = []string{
	"Voltage, reactive power and losses inside AC ties; damping between areas, inertia, protection: whether joined areas stay stable is not answered.",
	"The course of a cascade: a loss is followed to the dispatch after it, not through the minutes in between.",
	"Pressure in pipes: capacities are what has been carried, and a change of direction may carry less.",
	"Start-up of plants, ramps and the order of hours: blocks know only their length.",
}

// Parts says what of a detail is read that needs further programmes solved.
type Parts struct {
	Prices bool // intervals by zone and block: two programmes each
	Losses bool // contingency and dependence: some hundred programmes
}

// Detail opens a solution up: it dispatches the network of d again (with the same
// bits) and reads flows, prices, limits, incidents and explanations from it. It
// solves a few hundred small programmes. s is not read and may be nil.
func (b *Base) Detail(ctx context.Context, d *Delta, s *Solution) (*Detail, error) {
	return b.Open(ctx, d, Parts{Prices: true, Losses: true})
}

// Flows is Detail without the losses of one element and the dependence, which each
// need further dispatches.
func (b *Base) Flows(ctx context.Context, d *Delta, s *Solution) (*Detail, error) {
	return b.Open(ctx, d, Parts{Prices: true})
}

// Open is Detail with the parts asked for; the others are empty. What is read has the
// same bits whatever else is.
func (b *Base) Open(ctx context.Context, d *Delta, parts Parts) (*Detail, error) {
	run, err := b.dispatch(ctx, d)
	if err != nil {
		return nil, err
	}
	defer run.close()
	out := &Detail{
		Stopped: d.Stopped, PoolPower: b.net.poolPower, PoolGas: b.net.poolGas, NotAnswered: NotAnswered,
		PriceMeaning: "what one MWh less of load of the zone saves (low) and one more costs (high), over the block",
	}
	for i := range b.net.Blocks {
		out.BlockIDs = append(out.BlockIDs, b.net.Blocks[i].ID)
	}
	run.flows(out)
	run.binding(out)
	e := &extras{d: run}
	if parts.Prices {
		if err := run.prices(ctx, out); err != nil {
			return nil, fmt.Errorf("region: prices: %w", err)
		}
	}
	if err := run.shutGaps(ctx); err != nil { // prices have done so
		return nil, fmt.Errorf("region: %w", err)
	}
	run.shortages(out)
	run.forced(out)
	if !parts.Losses {
		return out, nil
	}
	if out.Contingency, err = e.contingencies(ctx); err != nil {
		return nil, fmt.Errorf("region: %w", err)
	}
	if out.Dependence, err = e.dependences(ctx); err != nil {
		return nil, fmt.Errorf("region: dependence: %w", err)
	}
	return out, nil
}
