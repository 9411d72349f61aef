package server

import (
	"encoding/json"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/report/carto"
	"github.com/astara-corridors/astara/world"
)

// waters are where straits, canals and capes lie that ships pass: longitude and
// latitude in whole minutes or so, of our own knowledge of sea charts (letter b). They
// are for drawing alone; no number depends on them. A strait of a case is found by any
// of its names.
var waters = map[string][2]float64{
	"bab el-mandeb":       {43.33, 12.58},
	"bosporus":            {29.07, 41.12},
	"cape of good hope":   {18.47, -34.60},
	"dardanelles":         {26.40, 40.20},
	"kerch strait":        {36.60, 45.25},
	"oresund":             {12.70, 56.00},
	"panama canal":        {-79.60, 9.10},
	"strait of gibraltar": {-5.60, 35.95},
	"strait of hormuz":    {56.30, 26.55},
	"strait of malacca":   {101.00, 2.70},
	"suez canal":          {32.35, 30.50},
	"sunda strait":        {105.85, -5.90},
	"taiwan strait":       {119.50, 24.50},
	"volga-don canal":     {43.75, 48.60},
}

// water is where a strait of these names lies, if we know.
func water(names ...string) ([2]float64, bool) {
	for _, n := range names {
		if at, ok := waters[strings.ToLower(n)]; ok {
			return at, true
		}
	}
	return [2]float64{}, false
}

// waysAtSea are the points by which legs at sea are drawn, by link: the lanes that the
// maps of the report draw. A leg for which no lane is known has none. Finding them takes
// some tenths of a second, so they are kept.
func waysAtSea(c *casefile.Case, cache *world.Cache) map[int][][2]float64 {
	key, err := answer.Key(c, answer.View{ID: "ways at sea"}, answer.Options{})
	out := map[int][][2]float64{}
	if cache != nil && err == nil {
		if b, ok := cache.Load(key); ok && json.Unmarshal(b, &out) == nil {
			return out
		}
		clear(out)
	}
	m, fail := atlas.Load()
	if fail != nil {
		m = nil // built without coastlines: lanes alone
	}
	at := map[string]carto.Point{}
	for _, n := range c.Freight.Nodes {
		at[n.ID] = carto.Point{n.X, n.Y}
	}
	lanes := carto.NewLanes(m)
	for i, l := range c.Freight.Links {
		if l.Mode != "sea" && l.Mode != "ferry" {
			continue
		}
		way := lanes.Way(at[l.From], at[l.To], l.Straits)
		for k := 1; k < len(way)-1; k++ {
			out[i] = append(out[i], way[k])
		}
	}
	if b, fail := json.Marshal(out); cache != nil && err == nil && fail == nil {
		cache.Store(key, b)
	}
	return out
}

// networks keeps the network of the case that was asked for last. It is made outside the
// lock: a large case holds up no other.
type networks struct {
	mu   sync.Mutex
	hash string
	last Network
}

func (n *networks) of(x *loaded, cache *world.Cache) Network {
	n.mu.Lock()
	hash, last := n.hash, n.last
	n.mu.Unlock()
	if hash != x.Hash {
		last = networkOf(x.Case, waysAtSea(x.Case, cache))
		n.mu.Lock()
		n.hash, n.last = x.Hash, last
		n.mu.Unlock()
	}
	return last
}
