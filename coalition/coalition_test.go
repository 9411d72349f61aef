package coalition

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// tolerance is what sums over 4,096 sets may lose of numbers of size 1.
const tolerance = 1e-12

func game(n int, worth func(Set) float64) []float64 {
	v := make([]float64, 1<<n)
	for s := range v {
		v[s] = worth(Set(s))
	}
	return v
}

func value(t *testing.T, v []float64) []float64 {
	t.Helper()
	phi, err := Shapley(v)
	if err != nil {
		t.Fatal(err)
	}
	return phi
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > tolerance*(1+math.Abs(want[i])) {
			t.Errorf("%s: %v, want %v", what, got, want)
			return
		}
	}
}

// gloves is the glove game: the first players have a left glove each, the others
// a right one; a pair is worth 1.
func gloves(left, right int) []float64 {
	return game(left+right, func(s Set) float64 {
		l := (s & All(left)).Len()
		return float64(min(l, s.Len()-l))
	})
}

// Two left gloves and one right: 1/6, 1/6, 2/3, the textbook example (Peters,
// Game Theory, 2008, ch. 1 and 17). With l lefts and one right, the right glove
// earns in every order in which it is not the first: l/(l+1).
func TestGloves(t *testing.T) {
	near(t, "2 and 1", value(t, gloves(2, 1)), []float64{1. / 6, 1. / 6, 2. / 3})
	for l := 1; l < MostPlayers; l++ {
		want := make([]float64, l+1)
		for i := range l {
			want[i] = 1 / float64(l*(l+1))
		}
		want[l] = float64(l) / float64(l+1)
		near(t, "one right", value(t, gloves(l, 1)), want)
	}
	near(t, "as many of each", value(t, gloves(6, 6)), []float64{.5, .5, .5, .5, .5, .5, .5, .5, .5, .5, .5, .5})
}

// The airport game: a set needs the longest runway of its members. Each piece of
// the runway is shared equally by all who need it (Littlechild and Owen, A simple
// expression for the Shapley value in a special case, Management Science 20,
// 1973).
func TestAirport(t *testing.T) {
	cost := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}
	for n := 1; n <= len(cost); n++ {
		v := game(n, func(s Set) float64 {
			most := 0.0
			for i := range n {
				if s.Has(i) {
					most = max(most, cost[i])
				}
			}
			return -most
		})
		want := make([]float64, n)
		for i := range n {
			// Piece by piece of length 1 up to what player i needs.
			for piece := 1.0; piece <= cost[i]; piece++ {
				users := 0
				for j := range n {
					if cost[j] >= piece {
						users++
					}
				}
				want[i] -= 1 / float64(users)
			}
		}
		near(t, "airport", value(t, v), want)
	}
}

// Every game is a sum of unanimity games with the dividends of Harsanyi (1963),
// and in each the members of its set share equally: another way to the same
// value, without weights by size.
func TestDividends(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n <= 8; n++ {
		v := game(n, func(s Set) float64 { return 20*r.Float64() - 10 })
		v[0] = 0
		want := make([]float64, n)
		dividend := make([]float64, len(v))
		for s := range v {
			dividend[s] = v[s]
			for sub := (s - 1) & s; sub > 0; sub = (sub - 1) & s {
				dividend[s] -= dividend[sub]
			}
			for i := range n {
				if Set(s).Has(i) {
					want[i] += dividend[s] / float64(Set(s).Len())
				}
			}
		}
		phi := value(t, v)
		for i := range want {
			if math.Abs(phi[i]-want[i]) > 1e-10 {
				t.Errorf("%d players: %v, by dividends %v", n, phi, want)
				break
			}
		}
	}
}

// The axioms: all of v is shared; players that add the same get the same; one
// that always adds what it has alone gets that; games add up. Renaming players
// renames values.
func TestAxioms(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const n = 7
	draw := func() []float64 {
		v := game(n, func(Set) float64 { return 20*r.Float64() - 10 })
		v[0] = 0
		return v
	}
	v, w := draw(), draw()
	phi, psi := value(t, v), value(t, w)
	sum := 0.0
	for _, x := range phi {
		sum += x
	}
	near(t, "efficiency", []float64{sum}, []float64{v[All(n)]})

	both := game(n, func(s Set) float64 { return v[s] + w[s] })
	want := make([]float64, n)
	for i := range want {
		want[i] = phi[i] + psi[i]
	}
	near(t, "additivity", value(t, both), want)

	swap := func(s Set) Set { // players 1 and 4 change places
		x := s.Without(1).Without(4)
		if s.Has(1) {
			x = x.With(4)
		}
		if s.Has(4) {
			x = x.With(1)
		}
		return x
	}
	renamed := value(t, game(n, func(s Set) float64 { return v[swap(s)] }))
	want = append([]float64(nil), phi...)
	want[1], want[4] = want[4], want[1]
	near(t, "renaming", renamed, want)

	alike := value(t, game(n, func(s Set) float64 { return v[s] + v[swap(s)] }))
	near(t, "symmetry", alike[1:2], alike[4:5])

	dummy := value(t, game(n, func(s Set) float64 {
		x := v[s.Without(2)]
		if s.Has(2) {
			x += 2.5
		}
		return x
	}))
	near(t, "dummy", dummy[2:3], []float64{2.5})
}

// The same worths give the same bits.
func TestSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	v := game(MostPlayers, func(Set) float64 { return r.Float64() })
	v[0] = 0
	a, b := value(t, v), value(t, v)
	for i := range a {
		if a[i] != b[i] {
			t.Errorf("player %d: %v and %v", i, a[i], b[i])
		}
	}
}

func TestAdds(t *testing.T) {
	v := gloves(2, 1)
	if got := Adds(v, All(3), 2); got != 1 {
		t.Errorf("the right glove adds %v to all", got)
	}
	if got := Adds(v, All(3), 0); got != 0 {
		t.Errorf("a left glove adds %v to all", got)
	}
	if got := Adds(v, 0b100, 1); got != 1 {
		t.Errorf("a left glove adds %v to the right one", got)
	}
}

func TestNoGame(t *testing.T) {
	for _, c := range []struct {
		name string
		v    []float64
		want error
	}{
		{"nothing", nil, ErrSize},
		{"no player", []float64{0}, ErrSize},
		{"three worths", []float64{0, 1, 2}, ErrSize},
		{"13 players", make([]float64, 1<<13), ErrSize},
		{"the empty set has a worth", []float64{1, 2}, ErrEmpty},
		{"not a number", []float64{0, math.NaN()}, ErrWorth},
		{"without bound", []float64{0, 1, math.Inf(1), 3}, ErrWorth},
	} {
		if _, err := Shapley(c.v); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
