package answer

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/coalition"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/world"
)

// Leverage is what soil is worth in the baseline world: what each state loses
// when another denies its soil to the cargo of others, and the game in which
// states share the surplus that corridors make. docs/methods/leverage.md defines
// both. Money is in USD/yr.
type Leverage struct {
	Denials []Denial `json:"denials"` // by what the others lose together, largest first
	// Idle are states whose soil no cargo of others crosses in the baseline world:
	// they have nothing to deny.
	Idle []string `json:"idle"`
	Game *Game    `json:"game"` // nil with fewer than two players
	// NotConverged names networks whose solution did not reach its tolerance.
	NotConverged []string `json:"not_converged"`
}

// Denial is a state that denies its soil to cargo neither from it nor to it.
type Denial struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Transit Number       `json:"transit"` // t/yr over its soil before
	Others  Number       `json:"others"`  // what the other states lose together
	Losses  []DenialLoss `json:"losses"`  // by state, itself among them, in the order of countries
}

// DenialLoss is what one state loses by a denial; less than 0 is a gain.
type DenialLoss struct {
	ID      string `json:"id"`
	Loss    Number `json:"loss"`    // -(Benefit + Revenue)
	Benefit Number `json:"benefit"` // change of own user benefit
	Revenue Number `json:"revenue"` // change of gross revenue from transit
	Trade   Number `json:"trade"`   // t/yr of own imports and exports that no longer move
}

// Game is the game in characteristic form over which surplus is shared.
type Game struct {
	Players []Player `json:"players"` // the focus first, then in the order of actors
	// Left are states that others' cargo crosses and that do not play; their soil
	// stays open. Most is how many may play.
	Left       []string    `json:"left"`
	Most       int         `json:"most"`
	Worth      Number      `json:"worth"`      // of all players together
	NoWay      Number      `json:"no_way"`     // t/yr for which no kept way is left when all players shut their soil, beyond those that have none anyhow
	Coalitions []Coalition `json:"coalitions"` // all players first, then by worth, largest first
}

// Player is a state in the game.
type Player struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Shapley Number `json:"shapley"` // its share of the worth
	Part    Number `json:"part"`    // of the worth
	Alone   Number `json:"alone"`   // its worth by itself
	Last    Number `json:"last"`    // what it adds to the worth of all others
	Costs   Number `json:"costs"`   // what the other players lose when it alone leaves
	Own     Number `json:"own"`     // what it loses then, as a state outside
}

// Coalition is what some players can do alone, the soil of the others shut to
// transit.
type Coalition struct {
	Named   []CoalitionName `json:"named"`   // platforms, blocs and agreements that bring these players together
	Players []string        `json:"players"` // ids
	Worth   Number          `json:"worth"`
	Part    Number          `json:"part"`    // of the worth of all players
	Shapley Number          `json:"shapley"` // sum of its members' values
	Benefit Number          `json:"benefit"` // the two parts of the worth
	Revenue Number          `json:"revenue"`
	// Joins are the other players by what they bring those already in.
	Joins []Join `json:"joins"`
	// Corridors are those that lose over half their tonnes when all players shut
	// their soil, with what moves on them by this coalition alone.
	Corridors []CoalitionCorridor `json:"corridors"`
	Kept      []Kept              `json:"kept"` // by agreement
}

// CoalitionName is a platform, a bloc or an agreement.
type CoalitionName struct {
	Kind    string   `json:"kind"` // all, platform, bloc, organisation, agreement
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Outside []string `json:"outside"` // its members that do not play
}

// Join is a player that could join a coalition.
type Join struct {
	ID     string `json:"id"`
	Adds   Number `json:"adds"`   // growth of the worth, its own gain in it
	Brings Number `json:"brings"` // what those already in gain
}

// CoalitionCorridor is a corridor under a coalition alone.
type CoalitionCorridor struct {
	Corridor string `json:"corridor"`
	Tonnes   Number `json:"tonnes"` // t/yr
	Part     Number `json:"part"`   // of its tonnes in the baseline world
}

// Kept is a coalition whose agreement is in force and kept, in the world nearest
// to the baseline where it is.
type Kept struct {
	Agreement string `json:"agreement"`
	World     string `json:"world"` // its variables off the baseline; "" where no world keeps all of it
	Worth     Number `json:"worth"` // alone
	Open      Number `json:"open"`  // change of what the members have, all soil open
}

// DefaultPlayers is how many states play unless asked otherwise: 2^8 networks.
const DefaultPlayers = 8

// halfOf is the share of a corridor's tonnes beyond which its soil counts as
// needed, or as enough.
const halfOf = 0.5

// mix is a year as networks, by number of what was asked for, with their shares.
type mix []mixed

type mixed struct {
	ask   int
	share float64
}

// lever collects the networks that leverage needs, each once, and reads them.
type lever struct {
	*computer
	labels   []string
	deltas   []world.Delta
	at       map[[32]byte]int
	sols     []*world.Solution
	changes  [][]freight.Change
	baseline mix
}

// leverage computes [Leverage]: every network starts from the solution of the
// network without effects, so it is a function of the case and of how many play.
func (k *computer) leverage(ctx context.Context) (*Leverage, error) {
	list := states(k.c)
	if k.opt.Players == 0 || len(list) == 0 || k.freight.Column(countryID(list[0], "benefit")) < 0 {
		return nil, nil
	}
	x := &lever{computer: k, at: map[[32]byte]int{}, changes: Changes(k.c)}
	var err error
	if x.baseline, err = x.year([]world.Period{{Network: 0, Share: 1}}, nil); err != nil {
		return nil, err
	}
	out := &Leverage{}
	var denying []mix
	for _, s := range list {
		d := Denial{ID: s, Name: k.actorName(s), Transit: k.baselineOf(s, "transit_tonnes")}
		if d.Transit.Or(0) == 0 {
			out.Idle = append(out.Idle, s)
			continue
		}
		y, err := x.year([]world.Period{{Network: 0, Share: 1}}, []string{s})
		if err != nil {
			return nil, err
		}
		out.Denials, denying = append(out.Denials, d), append(denying, y)
	}
	p, err := x.newPlay(k.playing(list))
	if err != nil {
		return nil, err
	}
	if err := x.solve(ctx); err != nil {
		return nil, err
	}
	for i := range out.Denials {
		x.deny(&out.Denials[i], denying[i], list)
	}
	slices.SortStableFunc(out.Denials, func(a, b Denial) int { return cmp.Compare(b.Others.Or(0), a.Others.Or(0)) })
	if p != nil {
		if out.Game, err = p.game(); err != nil {
			return nil, err
		}
		for _, s := range list {
			if !slices.Contains(p.players, s) && !slices.Contains(out.Idle, s) {
				out.Game.Left = append(out.Game.Left, s)
			}
		}
	}
	for i, s := range x.sols {
		if !s.Converged {
			out.NotConverged = append(out.NotConverged, x.labels[i])
		}
	}
	if n := len(out.NotConverged); n > 0 {
		k.notes = append(k.notes, fmt.Sprintf("Leverage: %d of %d networks did not converge: %s.", n, len(x.sols), someNames(out.NotConverged)))
	}
	return out, nil
}

// year asks for the networks of a year with transit over the soil of some states
// shut.
func (x *lever) year(periods []world.Period, shut []string) (mix, error) {
	var out mix
	for _, p := range periods {
		active := x.freight.Networks[p.Network].Active
		var changes []freight.Change
		for _, e := range active {
			changes = append(changes, x.changes[e]...)
		}
		for _, s := range shut {
			changes = append(changes, freight.Change{Op: freight.OpClose, On: freight.Selector{Country: s, Flow: "transit"}})
		}
		d, err := x.in.Freight.With(changes)
		if err != nil {
			return nil, fmt.Errorf("shutting the soil of %s: %w", strings.Join(shut, ", "), err)
		}
		i, ok := x.at[d.Key()]
		if !ok {
			i = len(x.deltas)
			x.at[d.Key()] = i
			x.deltas = append(x.deltas, d)
			x.labels = append(x.labels, networkName(shut, len(active)))
		}
		out = append(out, mixed{i, p.Share})
	}
	return out, nil
}

// networkName names a network for people.
func networkName(shut []string, effects int) string {
	text := "all soil open"
	if len(shut) > 0 {
		text = "soil of " + strings.Join(shut, ", ") + " shut"
	}
	if effects > 0 {
		text += fmt.Sprintf(" with %s of the case", count(effects, "effect", "effects"))
	}
	return text
}

// solve fills in the solutions. What the table has solved is taken from it.
func (x *lever) solve(ctx context.Context) error {
	known := map[[32]byte]*world.Solution{}
	for i, n := range x.freight.Networks {
		if s := x.freight.Solutions[i]; s != nil {
			known[n.Key] = s
		}
	}
	root, key, _, err := x.in.Solver.Root(ctx, x.freight.Networks[0].Delta)
	if err != nil {
		return err
	}
	x.sols = make([]*world.Solution, len(x.deltas))
	var missing []int
	var deltas []world.Delta
	for i, d := range x.deltas {
		if x.sols[i] = known[d.Key()]; x.sols[i] == nil {
			missing, deltas = append(missing, i), append(deltas, d)
		}
	}
	sols, run, err := x.in.Solver.Extra(ctx, deltas, root, key, x.opt.Workers, x.progress("soil shut"))
	x.count(run)
	if err != nil {
		return err
	}
	for j, i := range missing {
		x.sols[i] = sols[j]
	}
	return nil
}

// of reads a column that sums over the year.
func (x *lever) of(y mix, id string) float64 {
	c := x.freight.Column(id)
	sum := 0.0
	for _, p := range y {
		sum += p.share * x.sols[p.ask].Values[c]
	}
	return sum
}

func (x *lever) benefit(y mix, s string) float64 { return x.of(y, countryID(s, "benefit")) }
func (x *lever) revenue(y mix, s string) float64 { return x.of(y, countryID(s, "revenue_transit")) }

func (x *lever) trade(y mix, s string) float64 {
	return x.of(y, countryID(s, "exports")) + x.of(y, countryID(s, "imports"))
}

func (x *lever) deny(d *Denial, y mix, list []string) {
	others := 0.0
	for _, s := range list {
		benefit := x.benefit(y, s) - x.benefit(x.baseline, s)
		revenue := x.revenue(y, s) - x.revenue(x.baseline, s)
		trade := x.trade(x.baseline, s) - x.trade(y, s)
		d.Losses = append(d.Losses, DenialLoss{s, some(0 - benefit - revenue), some(benefit), some(revenue), some(trade)})
		if s != d.ID {
			others -= benefit + revenue
		}
	}
	d.Others = some(others)
}

// baselineOf is a measure of a state's page in the baseline world.
func (k *computer) baselineOf(state, what string) Number { return k.baseline(countryID(state, what)) }

// actorName is the name of an actor, its id where it has none.
func (k *computer) actorName(id string) string {
	for i := range k.c.Actors {
		if k.c.Actors[i].ID == id {
			return nameOr(k.c.Actors[i].Name, id)
		}
	}
	return id
}

// playing picks the players: the focus; then its neighbours by a land border or a
// ferry and those it shares a platform or bloc with on the as-of date; then
// others. In each group those with more transit over their soil in the baseline
// world come first, and of the last only those that have any. They are returned
// in the order of list.
func (k *computer) playing(list []string) []string {
	near := map[string]bool{}
	for _, n := range append(neighbours(k.c.Freight, k.c.Focus), ferries(k.c.Freight, k.c.Focus)...) {
		near[n] = true
	}
	for _, a := range k.c.Actors {
		if m := members(k.c, a); slices.Contains(m, k.c.Focus) {
			for _, s := range m {
				near[s] = true
			}
		}
	}
	group := func(s string) int {
		switch {
		case s == k.c.Focus:
			return 0
		case near[s]:
			return 1
		}
		return 2
	}
	transit := func(s string) float64 { return k.baselineOf(s, "transit_tonnes").Or(0) }
	ranked := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return group(s) == 2 && transit(s) == 0 })
	slices.SortStableFunc(ranked, func(a, b string) int {
		return cmp.Or(cmp.Compare(group(a), group(b)), cmp.Compare(transit(b), transit(a)))
	})
	ranked = ranked[:min(len(ranked), k.opt.Players)]
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !slices.Contains(ranked, s) })
}

// members lists the members of an actor on the as-of date, in file order.
func members(c *casefile.Case, a casefile.Actor) []string {
	var out []string
	for _, m := range a.Members {
		if (m.From.IsZero() || !c.AsOf.Before(m.From)) && (m.Until.IsZero() || !m.Until.Before(c.AsOf)) {
			out = append(out, m.Actor)
		}
	}
	return out
}

// ferries lists the countries that a ferry of the case joins to a state, in the
// order of the links.
func ferries(s *freight.Spec, state string) []string {
	country := map[string]string{}
	for _, n := range s.Nodes {
		country[n.ID] = n.Country
	}
	var out []string
	for _, l := range s.Links {
		a, b := country[l.From], country[l.To]
		if l.Mode != "ferry" || a == b {
			continue
		}
		if b == state {
			a, b = b, a
		}
		if a == state && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// sets lists all sets of n players, the empty one first.
func sets(n int) []coalition.Set {
	out := make([]coalition.Set, 1<<n)
	for s := range out {
		out[s] = coalition.Set(s)
	}
	return out
}

// nearest is the world with the fewest variables off the baseline in which a
// proposition holds, the first of these by code.
func nearest(s *formula.Space, codes []formula.World, p *formula.Prop) (row, moved int) {
	row = -1
	for i, w := range codes {
		n := 0
		for v, x := range s.Vars() {
			if s.State(w, v) != x.Baseline {
				n++
			}
		}
		if (row < 0 || n < moved) && p.Eval(w) {
			row, moved = i, n
		}
	}
	return row, moved
}
