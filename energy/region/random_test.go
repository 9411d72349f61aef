package region

import (
	"fmt"
	"math/rand/v2"

	"github.com/astara-corridors/astara/units"
)

// randomSpec makes a case of some size with every kind of row: several tiers and
// blocks, gas plants, hydro with an energy limit, must-run, ties of every coupling,
// contracts of every kind (unless pool), stores, electric heating.
func randomSpec(rng *rand.Rand, zones, blocks int, pool bool) *Spec {
	s := &Spec{BaseYear: 2024, Horizon: 2030}
	between := func(a, b float64) float64 { return a + (b-a)*rng.Float64() }
	round := func(x float64) float64 { return float64(int(x)) }
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	left := 8760.
	for k := range blocks {
		h := round(left / 2)
		if k == blocks-1 {
			h = left
		}
		left -= h
		s.Blocks = append(s.Blocks, Block{ID: fmt.Sprintf("b%d", k), Season: []string{"summer", "winter", "shoulder"}[k%3], Hours: h, Peak: k >= blocks-2})
	}
	for i, v := range []float64{800, 2000, 4000} {
		s.Tiers = append(s.Tiers, Tier{ID: fmt.Sprintf("p%d", i), Carrier: Power, Order: i + 1, Value: usd(v)})
	}
	for i, v := range []float64{500, 1200} {
		s.Tiers = append(s.Tiers, Tier{ID: fmt.Sprintf("g%d", i), Carrier: Gas, Order: i + 1, Value: plain(v)})
	}
	s.Tiers[4].Electric = plain(0.3)
	for name, v := range map[string]float64{ConstCalorific: 36, ConstFirmPower: 300, ConstFirmGas: 250, ConstStock: 200, ConstWheeling: 0.5, ConstTransport: 1, ConstHeating: 0.8} {
		s.Constants = append(s.Constants, Constant{Name: name, Value: plain(v)})
	}
	for z := range zones {
		// Every third zone belongs to the country before.
		s.Zones = append(s.Zones, Zone{ID: fmt.Sprintf("z%02d", z), Country: fmt.Sprintf("C%d", z-z%3/2), Carriers: []Carrier{Power, Gas}, X: 40, Y: 40})
		size := between(200, 3000)
		for k := range blocks {
			for i, share := range []float64{0.3, 0.5, 0.2} {
				s.Loads = append(s.Loads, Load{Zone: s.Zones[z].ID, Carrier: Power, Block: s.Blocks[k].ID, Tier: fmt.Sprintf("p%d", i), Amount: mw(round(size * share * between(0.6, 1.3))), Growth: plain(1.1)})
			}
			for i := range 2 {
				s.Loads = append(s.Loads, Load{Zone: s.Zones[z].ID, Carrier: Gas, Block: s.Blocks[k].ID, Tier: fmt.Sprintf("g%d", i), Amount: mcm(round(between(0, 10)))})
			}
		}
		id := s.Zones[z].ID
		s.Plants = append(s.Plants,
			Plant{ID: id + "gas", Zone: id, Fuel: "gas", Capacity: mw(round(size * between(0.2, 0.9))), Cost: usd(3), HeatRate: plain(8)},
			Plant{ID: id + "hydro", Zone: id, Fuel: "hydro", Capacity: mw(round(size * between(0, 0.6))), Energy: units.Exactly(round(size*between(0, 2)), units.EnergyRate)},
			Plant{ID: id + "coal", Zone: id, Fuel: "coal", Capacity: mw(round(size * between(0, 0.4))), Cost: usd(round(between(20, 60))), Availability: plain(0.8), MustRun: plain(0.3), Unit: mw(100)})
		if rng.IntN(3) == 0 {
			s.Storages = append(s.Storages, Storage{ID: id + "store", Zone: id, Working: units.Exactly(between(0.1, 1), units.VolumeStock), Withdrawal: mcm(round(between(1, 9)))})
		}
		if z > 0 {
			to := s.Zones[rng.IntN(z)].ID
			s.Ties = append(s.Ties, Tie{ID: "t" + id, From: id, To: to, KV: 220, Coupling: AC, Capacity: mw(round(between(50, 800))), Reactance: plain(round(between(5, 40)))})
			s.Pipes = append(s.Pipes, Pipe{ID: "p" + id, From: to, To: id, Capacity: bcm(round(between(1, 10))), CapacityBack: bcm(float64(rng.IntN(3)))})
		}
	}
	for i := range zones {
		a, b := rng.IntN(zones), rng.IntN(zones)
		if a != b {
			s.Ties = append(s.Ties, Tie{ID: fmt.Sprintf("x%d", i), From: s.Zones[a].ID, To: s.Zones[b].ID, KV: 330, Coupling: Coupling(pick("ac", "ac", "radial", "hvdc", "open")), Joined: AC,
				Capacity: mw(round(between(50, 600))), Reactance: plain(round(between(5, 40))), Loss: plain(0.03), Circuits: 1 + rng.IntN(2)})
		}
	}
	for i := range max(2, zones/4) {
		z := s.Zones[rng.IntN(zones)]
		s.Sources = append(s.Sources, Source{ID: fmt.Sprintf("s%d", i), Zone: z.ID, Origin: pick(z.Country, "LNG"), Capacity: bcm(round(between(5, 20))), Cost: plain(round(between(50, 200)))})
	}
	if !pool {
		randomTrade(rng, s)
	}
	return s
}

// randomTrade gives a case contracts of every kind.
func randomTrade(rng *rand.Rand, s *Spec) {
	zones := len(s.Zones)
	for i := range zones {
		src := s.Sources[rng.IntN(len(s.Sources))]
		c := Contract{ID: fmt.Sprintf("c%d", i), Origin: src.Origin, Buyer: s.Zones[rng.IntN(zones)].ID, Amount: bcm(float64(1 + rng.IntN(5))), Price: plain(180)}
		if rng.IntN(2) == 0 {
			c.Peak = mcm(float64(2 + rng.IntN(12)))
		}
		s.Contracts = append(s.Contracts, c)
	}
	kinds := []ExchangeKind{Firm, Option, Swap, Seasonal}
	for i := range 2 * zones {
		a, b := rng.IntN(zones), rng.IntN(zones)
		if s.Zones[a].Country == s.Zones[b].Country {
			continue
		}
		e := Exchange{ID: fmt.Sprintf("e%d", i), From: s.Zones[a].ID, To: s.Zones[b].ID, Power: mw(float64(20 + rng.IntN(300))), Price: usd(40 + float64(rng.IntN(60))), Kind: kinds[i%4]}
		switch e.Kind {
		case Firm:
			if rng.IntN(2) == 0 {
				e.Energy = units.Exactly(float64(50+rng.IntN(300)), units.EnergyRate)
			}
		case Swap:
			e.With, e.Ratio = s.Contracts[rng.IntN(zones)].ID, plain(3)
		}
		s.Exchanges = append(s.Exchanges, e)
	}
}
