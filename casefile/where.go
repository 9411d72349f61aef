package casefile

import (
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/atlas"
)

// shapeTolerance is how far outside the shape of its country a node may lie, in
// km. Boundaries of the base map are some kilometres off, and quays and bridges
// stand on the edge.
const shapeTolerance = 20

// finder tells in which country a node lies. It looks first at the country that
// the node itself names, which is enough for nearly all and keeps it fast.
type finder struct {
	m     *atlas.Map
	names map[[2]float64][]string // countries that nodes at a place name
}

// prefetch reads the base map beside the files of the case; the function it
// returns waits for it. The map is decoded once a process.
func prefetch() (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = atlas.Load() // a missing map is told when it is needed
	}()
	return func() { <-done }
}

// newFinder returns a finder for the nodes of s, nil when the program was built
// without the base map; the engine's check then says that it could not test.
func newFinder(s *freight.Spec) freight.CountryFinder {
	m, err := atlas.Load()
	if err != nil {
		return nil
	}
	f := &finder{m: m, names: map[[2]float64][]string{}}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		at := [2]float64{n.X, n.Y}
		if !contains(f.names[at], n.Country) {
			f.names[at] = append(f.names[at], n.Country)
		}
	}
	return f
}

// CountriesAt returns the countries that nodes at the place name and that lie
// within the tolerance, else the country that holds the place. It cannot tell
// of a country that the base map does not have.
func (f *finder) CountriesAt(x, y float64) (codes []string, known bool) {
	for _, c := range f.names[[2]float64{x, y}] {
		km, ok := f.m.Distance(c, x, y)
		if !ok {
			return nil, false
		}
		if km <= shapeTolerance {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 {
		if c, ok := f.m.Country(x, y); ok {
			codes = append(codes, c)
		}
	}
	return codes, true
}
