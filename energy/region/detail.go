package region

import "context"

// Detail opens a solution up: it dispatches the network of d again (with the same
// bits) and reads flows, prices, limits and explanations from it.
func (b *Base) Detail(ctx context.Context, d *Delta, s *Solution) (*Detail, error) {
	run, err := b.dispatch(ctx, d)
	if err != nil {
		return nil, err
	}
	defer run.close()
	out := &Detail{Stopped: d.Stopped, PoolPower: b.net.poolPower, PoolGas: b.net.poolGas}
	for i := range b.net.Blocks {
		out.BlockIDs = append(out.BlockIDs, b.net.Blocks[i].ID)
	}
	run.flows(out)
	return out, nil
}
