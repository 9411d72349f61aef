package answer

import (
	"cmp"
	"slices"

	"github.com/astara-corridors/astara/coalition"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/world"
)

// play is the game while its networks are asked for and read.
type play struct {
	*lever
	players []string
	years   []mix // by set of players whose soil is open
	named   []company
}

// company is a set of players with what brings them together.
type company struct {
	set   coalition.Set
	names []CoalitionName
	kept  []keptYear
}

// keptYear is an agreement in force and kept.
type keptYear struct {
	agreement, world string
	alone, open      mix
}

// newPlay asks for the networks of every set of players and of agreements kept;
// nil with fewer than two players.
func (x *lever) newPlay(players []string) (*play, error) {
	if len(players) < 2 {
		return nil, nil
	}
	p := &play{lever: x, players: players}
	for _, s := range sets(len(players)) {
		y, err := x.year([]world.Period{{Network: 0, Share: 1}}, p.outside(s))
		if err != nil {
			return nil, err
		}
		p.years = append(p.years, y)
	}
	p.add(CoalitionName{Kind: "all", Name: "all players"}, players)
	for _, a := range x.c.Actors {
		p.add(CoalitionName{Kind: string(a.Kind), ID: a.ID, Name: nameOr(a.Name, a.ID)}, members(x.c, a))
	}
	for i := range x.c.Agreements {
		a := &x.c.Agreements[i]
		if err := p.keep(p.add(CoalitionName{Kind: "agreement", ID: a.ID, Name: nameOr(a.Name, a.ID)}, a.Parties), a); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// outside lists the players that are not in a set.
func (p *play) outside(s coalition.Set) []string { return p.in(coalition.All(len(p.players)) &^ s) }

// in lists the players of a set.
func (p *play) in(s coalition.Set) []string {
	var out []string
	for i, id := range p.players {
		if s.Has(i) {
			out = append(out, id)
		}
	}
	return out
}

// add notes a platform, bloc or agreement of at least two players and returns its
// company; nil for others.
func (p *play) add(name CoalitionName, members []string) *company {
	var s coalition.Set
	for _, m := range members {
		if i := slices.Index(p.players, m); i >= 0 {
			s = s.With(i)
		} else {
			name.Outside = append(name.Outside, m)
		}
	}
	if s.Len() < 2 {
		return nil
	}
	i := slices.IndexFunc(p.named, func(c company) bool { return c.set == s })
	if i < 0 {
		i = len(p.named)
		p.named = append(p.named, company{set: s})
	}
	p.named[i].names = append(p.named[i].names, name)
	return &p.named[i]
}

// keep asks for the networks of an agreement in force and kept, where that moves
// any cargo.
func (p *play) keep(c *company, a *treaty.Agreement) error {
	if c == nil {
		return nil
	}
	row, moved := nearest(p.c.Space, p.freight.Worlds.Codes, allKept(p.c.Space, a))
	switch {
	case row < 0:
		c.kept = append(c.kept, keptYear{agreement: a.ID})
		return nil
	case moved == 0:
		return nil // so in the baseline world
	}
	k := keptYear{agreement: a.ID, world: p.c.Space.Format(p.freight.Worlds.Codes[row])}
	periods := p.freight.Rows[p.freight.RowOf[row]].Mix
	var err error
	if k.alone, err = p.year(periods, p.outside(c.set)); err != nil {
		return err
	}
	if k.open, err = p.year(periods, nil); err != nil {
		return err
	}
	c.kept = append(c.kept, k)
	return nil
}

// allKept is the proposition that an agreement is in force and that all that its
// text asks is so: what obligations and best efforts name, and not what
// prohibitions do. What others only say it holds, alignment and duties without a
// state of the case are left out.
func allKept(s *formula.Space, a *treaty.Agreement) *formula.Prop {
	all := s.True()
	if a.InForceIf != nil {
		all = a.InForceIf
	}
	for i := range a.Clauses {
		c := &a.Clauses[i]
		if c.What == nil || c.Standing.Kind == treaty.AssertedBy {
			continue
		}
		what := c.What
		switch c.Modality {
		case treaty.Obligation, treaty.BestEfforts:
		case treaty.Prohibition:
			what = s.Not(what)
		default:
			continue
		}
		if c.When != nil {
			what = s.Or(s.Not(c.When), what)
		}
		if c.Unless != nil {
			what = s.Or(c.Unless, what)
		}
		all = s.And(all, what)
	}
	return all
}

// has sums what some players have in a year, less their benefit where all players
// shut their soil.
func (p *play) has(y mix, s coalition.Set) (benefit, revenue float64) {
	for _, id := range p.in(s) {
		benefit += p.benefit(y, id) - p.benefit(p.years[0], id)
		revenue += p.revenue(y, id)
	}
	return benefit, revenue
}

// noWay is the demand for which no kept way is open, t/yr; absent where the engine
// keeps no such account.
func (p *play) noWay(y mix) Number {
	i := slices.Index(p.freight.LostKinds, "no route")
	if i < 0 {
		return Number{}
	}
	sum := 0.0
	for _, x := range y {
		sum += x.share * p.sols[x.ask].Lost[i]
	}
	return some(sum)
}

// game reads the solved networks.
func (p *play) game() (*Game, error) {
	n := len(p.players)
	v := make([]float64, len(p.years))
	for s, y := range p.years {
		benefit, revenue := p.has(y, coalition.Set(s))
		v[s] = benefit + revenue
	}
	phi, err := coalition.Shapley(v)
	if err != nil {
		return nil, err
	}
	all := coalition.All(n)
	g := &Game{Worth: some(v[all]), Most: p.opt.Players}
	g.NoWay = minus(p.noWay(p.years[0]), p.noWay(p.baseline))
	total := func(s, of coalition.Set) float64 {
		benefit, revenue := p.has(p.years[s], of)
		return benefit + revenue
	}
	for i, id := range p.players {
		me, others := all&^all.Without(i), all.Without(i)
		g.Players = append(g.Players, Player{ID: id, Name: p.actorName(id), Shapley: some(phi[i]), Part: over(some(phi[i]), g.Worth),
			Alone: some(v[me]), Last: some(coalition.Adds(v, all, i)),
			Costs: some(total(all, others) - total(others, others)), Own: some(total(all, me) - total(others, me))})
	}
	for _, c := range p.named {
		g.Coalitions = append(g.Coalitions, p.coalition(c, v, phi))
	}
	slices.SortStableFunc(g.Coalitions[1:], func(a, b Coalition) int { return cmp.Compare(b.Worth.Or(0), a.Worth.Or(0)) })
	return g, nil
}

func (p *play) coalition(c company, v, phi []float64) Coalition {
	benefit, revenue := p.has(p.years[c.set], c.set)
	out := Coalition{Named: c.names, Players: p.in(c.set), Worth: some(v[c.set]), Benefit: some(benefit), Revenue: some(revenue)}
	out.Part = over(out.Worth, some(v[len(v)-1]))
	sum := 0.0
	for i := range p.players {
		if c.set.Has(i) {
			sum += phi[i]
		} else {
			benefit, revenue := p.has(p.years[c.set.With(i)], c.set)
			out.Joins = append(out.Joins, Join{p.players[i], some(coalition.Adds(v, c.set, i)), some(benefit + revenue - v[c.set])})
		}
	}
	out.Shapley = some(sum)
	slices.SortStableFunc(out.Joins, func(a, b Join) int { return cmp.Compare(b.Brings.Or(0), a.Brings.Or(0)) })
	for _, k := range p.c.Corridors {
		id := corridorID(k.ID, "tonnes")
		before := p.of(p.baseline, id)
		if p.of(p.years[0], id) >= halfOf*before {
			continue // it needs no player's soil, or carries nothing
		}
		tonnes := some(p.of(p.years[c.set], id))
		out.Corridors = append(out.Corridors, CoalitionCorridor{k.ID, tonnes, over(tonnes, some(before))})
	}
	for _, k := range c.kept {
		x := Kept{Agreement: k.agreement, World: k.world}
		if k.world != "" {
			b, r := p.has(k.alone, c.set)
			x.Worth = some(b + r)
			b, r = p.has(k.open, c.set)
			b0, r0 := p.has(p.baseline, c.set)
			x.Open = some(b + r - b0 - r0)
		}
		out.Kept = append(out.Kept, x)
	}
	return out
}
