package freight

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// EarthRadius is the mean radius of the sphere on which the split of a market
// measures distance, in km.
const EarthRadius = 6371.0088

// demandUnits is the number of parts a market is cut into: fractions are
// written with six decimals and sum to 1 exactly.
const demandUnits = 1_000_000

// Gravity holds the numbers that split a market's total over pairs of zones.
// They decide nothing else: totals of countries come from the markets.
type Gravity struct {
	// Beta is the decay of trade over distance by commodity, per 1000 km.
	Beta map[string]float64
	// Threshold is the share of a market below which a pair of zones is left
	// out; what it held is spread over the pairs that stay, in proportion.
	Threshold float64
}

// SplitDemand splits every market over the pairs of zones of its two areas:
//
//	f(i,j) ~ out(i) in(j) exp(-beta d(i,j) / 1000)
//
// with the weights of the zones, the great-circle distance d in km between
// their nodes and the beta of the commodity: the production-constrained
// exponential gravity model with both sums free (Wilson, 1967, A statistical
// theory of spatial distribution models, Transportation Research 1, 253-269).
// Pairs below the threshold are left out and the rest scaled to 1, once. The
// fractions are whole millionths that sum to 1: all are rounded down, then the
// largest remainders get one millionth more, earlier pairs first.
//
// Rows are in the order of the markets, then of the origin zones, then of the
// destination zones. A market whose areas have no zones, or whose commodity has
// no beta, gets no rows; [Check] reports markets without demand. The same spec
// gives the same rows on every machine.
func SplitDemand(s *Spec, g Gravity) []Demand {
	nodes := make(map[string]int, len(s.Nodes))
	for i := range s.Nodes {
		nodes[s.Nodes[i].ID] = i
	}
	var rows []Demand
	for i := range s.Markets {
		rows = append(rows, splitMarket(s, nodes, &s.Markets[i], g)...)
	}
	return rows
}

// demandPair is a pair of zones with its share of the market so far.
type demandPair struct {
	origin, dest string
	share        float64
	units        int
}

func splitMarket(s *Spec, nodes map[string]int, m *Market, g Gravity) []Demand {
	beta, ok := g.Beta[m.Commodity]
	if !ok {
		return nil
	}
	var pairs []demandPair
	total := 0.0
	for i := range s.Zones {
		o := &s.Zones[i]
		if o.Area != m.Origin {
			continue
		}
		for j := range s.Zones {
			d := &s.Zones[j]
			if d.Area != m.Destination {
				continue
			}
			a, okA := nodes[o.Node]
			b, okB := nodes[d.Node]
			if !okA || !okB {
				continue
			}
			w := o.WeightOut.Central * d.WeightIn.Central * math.Exp(-beta*GreatCircle(s.Nodes[a].X, s.Nodes[a].Y, s.Nodes[b].X, s.Nodes[b].Y)/1000)
			pairs = append(pairs, demandPair{origin: o.ID, dest: d.ID, share: w})
			total += w
		}
	}
	if !(total > 0) {
		return nil
	}
	for i := range pairs {
		pairs[i].share /= total
	}
	pairs = slices.DeleteFunc(pairs, func(p demandPair) bool { return p.share < g.Threshold })
	roundShares(pairs)
	var rows []Demand
	for _, p := range pairs {
		if p.units > 0 {
			rows = append(rows, Demand{Market: m.ID, OriginZone: p.origin, DestinationZone: p.dest, Fraction: float64(p.units) / demandUnits})
		}
	}
	return rows
}

// roundShares turns the shares into whole units that sum to demandUnits.
func roundShares(pairs []demandPair) {
	kept := 0.0
	for i := range pairs {
		kept += pairs[i].share
	}
	left := demandUnits
	rest := make([]float64, len(pairs))
	order := make([]int, len(pairs))
	for i := range pairs {
		x := pairs[i].share / kept * demandUnits
		pairs[i].units = int(math.Floor(x))
		rest[i] = x - math.Floor(x)
		left -= pairs[i].units
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rest[a] > rest[b]:
			return -1
		case rest[a] < rest[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:min(max(left, 0), len(order))] {
		pairs[i].units++
	}
}

// GreatCircle returns the distance in km between two points given by longitude
// and latitude in degrees, on a sphere of [EarthRadius] (haversine formula).
func GreatCircle(x1, y1, x2, y2 float64) float64 {
	const rad = math.Pi / 180
	lat1, lat2 := y1*rad, y2*rad
	sa, so := math.Sin((lat2-lat1)/2), math.Sin((x2-x1)*rad/2)
	h := sa*sa + math.Cos(lat1)*math.Cos(lat2)*so*so
	return 2 * EarthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// demandHead is the top of freight/demand.csv.
const demandHead = "# written by \"astara demand\"; do not edit, see docs/methods/demand.md\nmarket_id,origin_zone_id,destination_zone_id,fraction\n"

// WriteDemand writes rows as freight/demand.csv: a comment line, the header and
// one row a pair, fractions with six decimals, lines ended by a line feed.
func WriteDemand(w io.Writer, rows []Demand) error {
	var b strings.Builder
	b.WriteString(demandHead)
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%s,%s,%.6f\n", r.Market, r.OriginZone, r.DestinationZone, r.Fraction)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write demand: %w", err)
	}
	return nil
}
