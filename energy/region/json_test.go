package region

import (
	"context"
	"encoding/json"
	"testing"
)

// A detail can be written as JSON: no infinity and no NaN stands in it.
func TestDetailIsJSON(t *testing.T) {
	for seed := range uint64(3) {
		b := prepare(t, randomSpec(rng(600+seed), 6, 3, seed == 0))
		x, err := b.Detail(context.Background(), b.Resolve(Horizon, nil, nil), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(x); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if len(x.Zones) != 6 || len(x.BlockIDs) != 3 || len(x.NotAnswered) == 0 || len(x.Cost) == 0 {
			t.Errorf("seed %d: %d zones, %d blocks", seed, len(x.Zones), len(x.BlockIDs))
		}
	}
}
