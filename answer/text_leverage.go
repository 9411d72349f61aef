package answer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/units"
)

// How much of leverage the terminal form shows.
const (
	mostLosers = 3 // states named that lose most by a denial
	mostShares = 5 // players named with their share
)

// leastLoss is the money that a sentence or a list still names, USD a year: the
// threshold of a state's own accounts.
const leastLoss = madeUSD

// Losers lists what the other states lose by a denial, the largest first; those
// that lose less than the accounts tell apart are left out.
func (d *Denial) Losers() []DenialLoss {
	out := slices.DeleteFunc(slices.Clone(d.Losses), func(l DenialLoss) bool { return l.ID == d.ID || l.Loss.Or(0) < leastLoss })
	slices.SortStableFunc(out, func(a, b DenialLoss) int { return cmp.Compare(b.Loss.Or(0), a.Loss.Or(0)) })
	return out
}

// Loss is what a state loses by a denial.
func (d *Denial) Loss(state string) (DenialLoss, bool) {
	for _, l := range d.Losses {
		if l.ID == state {
			return l, true
		}
	}
	return DenialLoss{}, false
}

// Over lists the denials of others by what a state loses, the largest first;
// those that cost it less than its accounts tell apart are left out.
func (l *Leverage) Over(state string) []DenialLoss {
	var out []DenialLoss
	for _, d := range l.Denials {
		if x, ok := d.Loss(state); ok && d.ID != state && x.Loss.Or(0) >= leastLoss {
			x.ID = d.ID
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b DenialLoss) int { return cmp.Compare(b.Loss.Or(0), a.Loss.Or(0)) })
	return out
}

// LeverageLine says in a sentence or two whose soil a state depends on and what
// its own is worth; "" without leverage.
func LeverageLine(a *Answer, state string) string {
	l := a.Leverage
	if l == nil {
		return ""
	}
	name := stateNames(a)
	var parts []string
	for _, x := range l.Over(state) {
		if len(parts) < mostLosers {
			parts = append(parts, fmt.Sprintf("%s (%s)", name(x.ID), show(x.Loss, units.MoneyRate)))
		}
	}
	text := "No other state's denial of transit would cost it anything that its accounts tell apart."
	if len(parts) > 0 {
		text = "By another state's denial of transit it would lose most at the hand of " + strings.Join(parts, ", ") + "."
	}
	if l.Game != nil {
		for _, p := range l.Game.Players {
			if p.ID == state {
				text += fmt.Sprintf(" Its Shapley value in the corridors' surplus is %s, %s of it.", show(p.Shapley, units.MoneyRate), percent(p.Part))
			}
		}
	}
	return text
}

// stateNames gives the names of states with a page.
func stateNames(a *Answer) func(id string) string {
	names := map[string]string{}
	for _, c := range a.Countries {
		names[c.ID] = c.Name
	}
	return func(id string) string { return nameOr(names[id], id) }
}

// LeverageSentences say in plain words what leverage comes to: who loses most by
// whose denial, whom all depend on, what the players share. Each is a paragraph.
func LeverageSentences(a *Answer) []string {
	l := a.Leverage
	if l == nil || len(l.Denials) == 0 {
		return nil
	}
	name := stateNames(a)
	var out []string
	d := l.Denials[0]
	if losers := d.Losers(); len(losers) > 0 {
		own, _ := d.Loss(d.ID)
		out = append(out, fmt.Sprintf("No state's soil is worth more to the others than that of %s: were it denied to their cargo, they would lose %s a year together, %s most (%s), and %s itself %s.",
			d.Name, yearly(d.Others), name(losers[0].ID), yearly(losers[0].Loss), d.Name, yearly(own.Loss)))
	}
	if f := a.Case.Focus; f != "" {
		var parts []string
		for _, x := range l.Over(f) {
			if len(parts) < mostLosers {
				parts = append(parts, fmt.Sprintf("%s (%s)", name(x.ID), yearly(x.Loss)))
			}
		}
		text := ""
		if len(parts) > 0 {
			text = fmt.Sprintf("%s would lose most a year by a denial of %s.", name(f), strings.Join(parts, ", "))
		}
		for _, d := range l.Denials {
			if own, ok := d.Loss(f); ok && d.ID == f {
				text += fmt.Sprintf(" Its own denial would cost the others %s and itself %s.", yearly(d.Others), yearly(own.Loss))
			}
		}
		if text != "" {
			out = append(out, strings.TrimSpace(text))
		}
	}
	return out
}

// yearly writes money of a year without the words "a year".
func yearly(n Number) string { return strings.TrimSuffix(show(n, units.MoneyRate), "/yr") }

func (p *printer) leverage() {
	l := p.a.Leverage
	if l == nil {
		return
	}
	p.head("Leverage in the baseline world: a state denies its soil to cargo neither from it nor to it")
	for _, s := range LeverageSentences(p.a) {
		p.para(s)
	}
	if l.Game != nil && !p.opt.All {
		p.para(shares(l.Game))
	}
	if p.leave("losses by each state's denial; the game of the surplus; what blocs and agreements can do alone") {
		return
	}
	p.denials(l)
	if l.Game != nil {
		p.game(l.Game)
	}
}

// shares says who brings how much of the surplus.
func shares(g *Game) string {
	list := slices.Clone(g.Players)
	slices.SortStableFunc(list, func(x, y Player) int { return cmp.Compare(y.Part.Or(0), x.Part.Or(0)) })
	var parts []string
	for _, x := range list[:min(mostShares, len(list))] {
		parts = append(parts, x.Name+" "+percent(x.Part))
	}
	return fmt.Sprintf("With the soil of all %d players open to transit instead of shut, the corridors make %s a year more. By the Shapley value, which gives each player its mean contribution over all orders of joining, of that go to %s.",
		len(list), yearly(g.Worth), listed(parts))
}

func (p *printer) denials(l *Leverage) {
	var tonnes, money []Number
	for _, d := range l.Denials {
		tonnes, money = append(tonnes, d.Transit), append(money, d.Others)
	}
	t, m := StyleOf(string(freight.Tonnes), 0, tonnes...), StyleOf(string(freight.Revenue), 0, money...)
	focus := p.a.Case.Focus
	rows := [][]string{{"soil denied by", "transit, " + t.Unit, "others lose, " + m.Unit, "itself", focus, "who loses most"}}
	for _, d := range l.Denials {
		own, _ := d.Loss(d.ID)
		at, _ := d.Loss(focus)
		var most []string
		for _, x := range d.Losers() {
			if len(most) < mostLosers {
				most = append(most, x.ID+" "+m.Bare(x.Loss))
			}
		}
		rows = append(rows, []string{short(d.Name), t.Bare(d.Transit), m.Bare(d.Others), m.Bare(own.Loss), m.Bare(at.Loss), strings.Join(most, ", ")})
	}
	p.printf("\n")
	p.table(rows)
	text := "Losses of user benefit and of gross revenue from transit; less than 0 is a gain."
	if len(l.Idle) > 0 {
		text += " No cargo of others crosses " + strings.Join(l.Idle, ", ") + "."
	}
	p.para(text)
}

func (p *printer) game(g *Game) {
	m := StyleOf(string(freight.Revenue), 0, g.Worth)
	p.head(fmt.Sprintf("Shares in the corridors' surplus of %s a year against all players shutting their soil to transit (%s)",
		yearly(g.Worth), m.Unit))
	rows := [][]string{{"", "Shapley value", "part", "by itself", "leaving costs others", "and itself"}}
	for _, x := range g.Players {
		rows = append(rows, []string{short(x.Name), m.Bare(x.Shapley), percent(x.Part), m.Bare(x.Alone), m.Bare(x.Costs), m.Bare(x.Own)})
	}
	p.table(rows)
	for _, text := range GameNotes(p.a) {
		p.para(text)
	}
	p.printf("\n")
	rows = [][]string{{"alone", "players", "worth", "part", "Shapley values", "who brings most"}}
	for _, c := range g.Coalitions[1:] {
		join := "-"
		if len(c.Joins) > 0 {
			join = c.Joins[0].ID + " " + m.BareChange(c.Joins[0].Brings)
		}
		rows = append(rows, []string{short(c.Title()), strings.Join(c.Players, " "), m.Bare(c.Worth), percent(c.Part), m.Bare(c.Shapley), join})
	}
	if len(rows) > 1 {
		p.table(rows)
	}
	for _, text := range KeptSentences(p.a) {
		p.para(text)
	}
}

// GameNotes say what bounds the game.
func GameNotes(a *Answer) []string {
	var out []string
	g := a.Leverage.Game
	var left []string
	for _, id := range g.Left {
		left = append(left, stateNames(a)(id))
	}
	if len(g.Left) > 0 {
		out = append(out, fmt.Sprintf("%d states play, at most %d; the soil of %s stays open.", len(g.Players), g.Most, strings.Join(left, ", ")))
	}
	if g.NoWay.Or(0) > 0 {
		out = append(out, fmt.Sprintf("With the soil of all players shut %s find no way among those kept. Ways were searched with two places shut at a time: some that would be left then may be missing, and the surplus errs high by them.", show(g.NoWay, units.Rate)))
	}
	return out
}

// Title names a coalition: by its platform or bloc if it has one, else by an
// agreement, and counts the others.
func (c *Coalition) Title() string {
	if len(c.Named) == 0 {
		return strings.Join(c.Players, " ")
	}
	text := c.Named[0].Name
	if n := len(c.Named) - 1; n > 0 {
		text += fmt.Sprintf(" (+%d)", n)
	}
	return text
}

// KeptSentences say what each agreement of a coalition would add to it, in force
// and kept.
func KeptSentences(a *Answer) []string {
	if a.Leverage == nil || a.Leverage.Game == nil {
		return nil
	}
	var out []string
	var still []string
	for _, c := range a.Leverage.Game.Coalitions {
		for _, k := range c.Kept {
			name := k.Agreement
			for _, n := range c.Named {
				if n.ID == k.Agreement {
					name = n.Name
				}
			}
			gain := minus(k.Worth, c.Worth)
			switch {
			case k.World == "":
				out = append(out, fmt.Sprintf("%s: in no world of the case is all of it kept at once.", name))
			case absolute(gain) < leastLoss && absolute(k.Open) < leastLoss:
				still = append(still, name)
			default:
				out = append(out, fmt.Sprintf("%s, in force and kept (%s): its parties alone have %s a year instead of %s; with all soil open it brings them %s.",
					name, k.World, yearly(k.Worth), yearly(c.Worth), signed(k.Open)))
			}
		}
	}
	if len(still) > 0 {
		out = append(out, "In force and kept, these move no cargo: "+strings.Join(still, "; ")+".")
	}
	return out
}

func absolute(n Number) float64 { return max(n.Or(0), -n.Or(0)) }

// signed is money of a year with its sign.
func signed(n Number) string {
	if n.Or(0) > 0 {
		return "+" + yearly(n)
	}
	return yearly(n)
}
