// Package coalition values the players of a game in characteristic form: for
// every set S of players a worth v(S), what S gets by itself, with v(empty) = 0.
//
// Worths are a slice of 2^n numbers indexed by [Set]. The Shapley value of
// player i is the mean of what i adds over all orders in which players can come
// together (Shapley, A value for n-person games, Annals of Mathematics Studies
// 28, 1953):
//
//	phi_i = sum over S without i of |S|! (n-|S|-1)! / n! (v(S+i) - v(S))
//
// Nothing is asked of v: worths may fall as a set grows, and values may be
// negative. The sum is exact enumeration, in one fixed order, so results are the
// same bits each time; work and memory grow as n 2^n.
package coalition

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// MostPlayers bounds games: 2^12 worths are asked for then.
const MostPlayers = 12

// The errors of a game that is none.
var (
	ErrSize  = errors.New("coalition: the number of worths is not 2^n with n players, 1 to 12")
	ErrEmpty = errors.New("coalition: the worth of the empty set is not 0")
	ErrWorth = errors.New("coalition: a worth is not a number")
)

// Set is a set of players: bit i is set where player i is in it.
type Set uint32

// All is the set of n players.
func All(n int) Set { return 1<<n - 1 }

// Has reports whether player i is in the set.
func (s Set) Has(i int) bool { return s>>i&1 == 1 }

// With is the set with player i.
func (s Set) With(i int) Set { return s | 1<<i }

// Without is the set without player i.
func (s Set) Without(i int) Set { return s &^ (1 << i) }

// Len is the number of players in the set.
func (s Set) Len() int { return bits.OnesCount32(uint32(s)) }

// Players is the number of players of a game; it fails with [ErrSize],
// [ErrEmpty] or [ErrWorth].
func Players(v []float64) (int, error) {
	n := bits.Len(uint(len(v))) - 1
	if n < 1 || n > MostPlayers || len(v) != 1<<n {
		return 0, fmt.Errorf("%w: %d worths", ErrSize, len(v))
	}
	if v[0] != 0 {
		return 0, fmt.Errorf("%w but %v", ErrEmpty, v[0])
	}
	for s, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return 0, fmt.Errorf("%w: set %b has %v", ErrWorth, s, x)
		}
	}
	return n, nil
}

// Adds is what player i adds to the others of s: v(s with i) - v(s without i).
func Adds(v []float64, s Set, i int) float64 { return v[s.With(i)] - v[s.Without(i)] }

// Shapley returns the Shapley value of every player. The values sum to the worth
// of all players, to rounding. Sets of one size have one weight, 1 / (n C(n-1,
// size)): what a player adds is summed over them in ascending order of sets, then
// divided by a whole number.
func Shapley(v []float64) ([]float64, error) {
	n, err := Players(v)
	if err != nil {
		return nil, err
	}
	phi := make([]float64, n)
	sums := make([]float64, n)
	for i := range phi {
		clear(sums)
		for s := range Set(len(v)) {
			if !s.Has(i) {
				sums[s.Len()] += Adds(v, s, i)
			}
		}
		for size, sum := range sums {
			phi[i] += sum / float64(n*choose(n-1, size))
		}
	}
	return phi, nil
}

// choose is the binomial coefficient, exact for what [MostPlayers] allows.
func choose(n, k int) int {
	c := 1
	for i := range k {
		c = c * (n - i) / (i + 1)
	}
	return c
}
