package region

import (
	"context"
	"fmt"
	"testing"
)

// What is read of a dispatch has the same bits whatever else is read of it.
func TestPartsAlone(t *testing.T) {
	for seed := range uint64(4) {
		r := rng(seed)
		b := prepare(t, randomSpec(r, 6, 3, seed%2 == 0))
		d := b.Resolve(Horizon, nil, nil)
		whole, err := b.Detail(context.Background(), d, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(whole.Contingency) == 0 {
			t.Errorf("seed %d: nothing is lost: the case tests nothing", seed)
		}
		for _, parts := range []Parts{{}, {Prices: true}, {Losses: true}} {
			got, err := b.Open(context.Background(), d, parts)
			if err != nil {
				t.Fatal(err)
			}
			want := *whole
			want.Zones = append([]ZoneResult(nil), whole.Zones...)
			for z := range want.Zones {
				if !parts.Prices {
					want.Zones[z].PriceLow, want.Zones[z].PriceHigh, want.Zones[z].Scarce = nil, nil, nil
				}
			}
			if !parts.Losses {
				want.Contingency, want.Dependence = nil, nil
			}
			// %v tells every bit of a number but the sign of NaN.
			if g, w := fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", want); g != w {
				t.Errorf("seed %d, %+v differs:\n%s\n%s", seed, parts, g, w)
			}
		}
	}
}
