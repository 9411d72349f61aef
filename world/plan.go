package world

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
)

// MaxPartYear is the largest number of part-year effects that may hold in one
// world: 2^MaxPartYear periods.
const MaxPartYear = 3

// Network is a period network: the unit of solving and caching.
type Network struct {
	Active []int // effects, ascending
	Delta  Delta
	Key    [32]byte
	// Start puts together the state a solve starts from; empty: the engine's own.
	Start []Term
}

// Term is the state of another network times a weight.
type Term struct {
	Network int
	Weight  float64
}

// Period is a network that holds for a share of the year.
type Period struct {
	Network int
	Share   float64
}

// Row is an effective world.
type Row struct {
	First  formula.World // the first world with it
	Worlds int           // how many worlds have it
	Always []int         // effects that hold all year, ascending
	Part   []int         // effects that hold part of it, ascending
	Mix    []Period      // by ascending network; shares sum to 1
}

// Plan maps every world to its effective world, for one engine.
type Plan struct {
	Space    *formula.Space
	Worlds   *formula.Worlds
	Effects  []Effect
	Engine   Engine
	RowOf    []int32 // by row of Worlds
	Rows     []Row   // by first world
	Networks []Network
	far      []int // effects, the one that reaches furthest first
}

// PartYearError says that a world has more than [MaxPartYear] part-year effects.
type PartYearError struct {
	World   string
	Effects []string
}

func (e *PartYearError) Error() string {
	return fmt.Sprintf("world %s has %d part-year effects (%v); at most %d are possible",
		e.World, len(e.Effects), e.Effects, MaxPartYear)
}

// ShareError says that an effect lasts an impossible share of the year.
type ShareError struct {
	Effect string
	Share  float64
}

func (e *ShareError) Error() string {
	return fmt.Sprintf("effect %s lasts %v of the year; expected a share above 0 and up to 1", e.Effect, e.Share)
}

// NewPlan enumerates the effective worlds of an engine. Network 0 is the one
// without any effect, whether or not a world has it; the others come in the
// order in which worlds first need them.
//
// Cost: one bitset per effect over all worlds, then one hash look-up a world,
// then one resolution per distinct set of effects.
func NewPlan(space *formula.Space, worlds *formula.Worlds, effects []Effect, engine Engine) (*Plan, error) {
	p := &Plan{Space: space, Worlds: worlds, Effects: effects, Engine: engine}
	for _, e := range effects {
		if !(e.Share > 0 && e.Share <= 1) {
			return nil, &ShareError{e.ID, e.Share}
		}
	}
	sets, first, counts := p.signatures()
	build := newBuilder(p)
	if err := build.resolve(sets); err != nil {
		return nil, err
	}
	build.network(nil)
	rowOfSet := make([]int32, len(sets))
	for i, active := range sets {
		row, err := build.row(active, worlds.Codes[first[i]], counts[i])
		if err != nil {
			return nil, err
		}
		rowOfSet[i] = row
	}
	for i, s := range p.RowOf {
		p.RowOf[i] = rowOfSet[s]
	}
	p.chooseStarts()
	return p, nil
}

// signatures numbers the distinct sets of active effects in the order of their
// first world, and leaves the number of each world's set in RowOf.
func (p *Plan) signatures() (sets [][]int, first, counts []int) {
	n := len(p.Worlds.Codes)
	p.RowOf = make([]int32, n)
	var touching []int
	for i, e := range p.Effects {
		if e.When != nil && p.Engine.Touches(i) {
			touching = append(touching, i)
		}
	}
	width := max((len(touching)+63)/64, 1)
	sig := make([]uint64, n*width)
	for j, e := range touching {
		word, bit := j/64, uint64(1)<<(j%64)
		for w, set := range p.Worlds.Select(p.Effects[e].When) {
			for ; set != 0; set &= set - 1 {
				sig[(w*64+bits.TrailingZeros64(set))*width+word] |= bit
			}
		}
	}
	number := map[string]int32{}
	buf := make([]byte, 8*width)
	for i := range n {
		for k, s := range sig[i*width : (i+1)*width] {
			binary.LittleEndian.PutUint64(buf[8*k:], s)
		}
		id, ok := number[string(buf)]
		if !ok {
			id = int32(len(sets))
			number[string(buf)] = id
			var active []int
			for j, e := range touching {
				if sig[i*width+j/64]>>(j%64)&1 == 1 {
					active = append(active, e)
				}
			}
			sets, first, counts = append(sets, active), append(first, i), append(counts, 0)
		}
		p.RowOf[i] = id
		counts[id]++
	}
	return sets, first, counts
}

type builder struct {
	plan     *Plan
	resolved map[string]Network // by set of effects
	delta    map[[32]byte]int   // delta key -> network
	mix      map[string]int32   // canonical mix -> row
}

func newBuilder(p *Plan) *builder {
	return &builder{p, map[string]Network{}, map[[32]byte]int{}, map[string]int32{}}
}

// resolve resolves, in parallel, every set of effects that holds in some period
// of some world, and the empty one.
func (b *builder) resolve(sets [][]int) error {
	p := b.plan
	var wanted []Network
	want := func(active []int) {
		key := fmt.Sprint(active)
		if _, ok := b.resolved[key]; !ok {
			b.resolved[key] = Network{}
			wanted = append(wanted, Network{Active: active})
		}
	}
	want(nil)
	for _, active := range sets {
		always, part, shares := p.split(active)
		if len(part) > MaxPartYear {
			continue // an error once the row is made, with the world's name
		}
		for _, period := range Periods(always, part, shares) {
			want(period.Active)
		}
	}
	err := par.Do(context.Background(), 0, len(wanted), func(_, i int) error {
		d, err := p.Engine.Resolve(wanted[i].Active)
		if err != nil {
			return fmt.Errorf("resolving effects %v: %w", p.names(wanted[i].Active), err)
		}
		wanted[i].Delta, wanted[i].Key = d, d.Key()
		return nil
	})
	for _, n := range wanted {
		b.resolved[fmt.Sprint(n.Active)] = n
	}
	return err
}

// split parts effects that hold all year from those that hold part of it.
func (p *Plan) split(active []int) (always, part []int, shares []float64) {
	for _, e := range active {
		if p.Effects[e].Share < 1 {
			part, shares = append(part, e), append(shares, p.Effects[e].Share)
		} else {
			always = append(always, e)
		}
	}
	return always, part, shares
}

// network returns the number of the network that a set of effects makes.
func (b *builder) network(active []int) int {
	n := b.resolved[fmt.Sprint(active)]
	id, ok := b.delta[n.Key]
	if !ok {
		id = len(b.plan.Networks)
		b.delta[n.Key] = id
		b.plan.Networks = append(b.plan.Networks, n)
	}
	return id
}

// row returns the number of the effective world with these effects.
func (b *builder) row(active []int, first formula.World, count int) (int32, error) {
	p := b.plan
	r := Row{First: first, Worlds: count}
	var shares []float64
	r.Always, r.Part, shares = p.split(active)
	if len(r.Part) > MaxPartYear {
		return 0, &PartYearError{p.Space.Format(first), p.names(r.Part)}
	}
	for _, period := range Periods(r.Always, r.Part, shares) {
		r.Mix = append(r.Mix, Period{b.network(period.Active), period.Share})
	}
	r.Mix = mergeMix(r.Mix)
	key := make([]byte, 0, 16*len(r.Mix))
	for _, m := range r.Mix {
		key = binary.LittleEndian.AppendUint64(key, uint64(m.Network))
		key = binary.LittleEndian.AppendUint64(key, math.Float64bits(m.Share))
	}
	if id, ok := b.mix[string(key)]; ok {
		p.Rows[id].Worlds += count
		return id, nil
	}
	id := int32(len(p.Rows))
	b.mix[string(key)] = id
	p.Rows = append(p.Rows, r)
	return id, nil
}

// ActivePeriod is a share of the year with the effects that hold in it.
type ActivePeriod struct {
	Active []int
	Share  float64
}

// Periods cuts a year into periods, the one with every part-year effect first.
// The effects are independent: a period's share is the product of f over the
// effects that hold in it and of 1-f over those that do not.
func Periods(always, part []int, shares []float64) []ActivePeriod {
	out := make([]ActivePeriod, 0, 1<<len(part))
	for off := range 1 << len(part) {
		a := ActivePeriod{Active: slices.Clone(always), Share: 1}
		for i, e := range part {
			if off>>i&1 == 1 {
				a.Share *= 1 - shares[i]
			} else {
				a.Share *= shares[i]
				a.Active = append(a.Active, e)
			}
		}
		slices.Sort(a.Active)
		out = append(out, a)
	}
	return out
}

func mergeMix(mix []Period) []Period {
	slices.SortStableFunc(mix, func(a, b Period) int { return a.Network - b.Network })
	out := mix[:0]
	for _, m := range mix {
		if n := len(out); n > 0 && out[n-1].Network == m.Network {
			out[n-1].Share += m.Share
			continue
		}
		out = append(out, m)
	}
	if len(out) == 1 {
		out[0].Share = 1
	}
	return out
}

func (p *Plan) names(effects []int) []string {
	out := make([]string, len(effects))
	for i, e := range effects {
		out[i] = p.Effects[e].ID
	}
	return out
}

// EffectNames returns the ids of the effects a network has.
func (p *Plan) EffectNames(network int) []string { return p.names(p.Networks[network].Active) }

// Row returns the row of a world, or -1 when the world is impossible.
func (p *Plan) Row(w formula.World) int {
	i, ok := p.Worlds.Row(w)
	if !ok {
		return -1
	}
	return int(p.RowOf[i])
}
