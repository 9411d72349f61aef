package report

import (
	_ "embed"
	"html/template"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/report/chart"
)

//go:embed leverage.html
var leverageSource string

// leverage is the section on what soil is worth.
type leverage struct {
	First        []string
	Unit         string
	Near, Far    lossTable // of the players; of all states
	Idle         string
	Game         *leverageGame
	NotConverged string
}

// lossTable says who loses what when a state denies its soil.
type lossTable struct {
	Caption string
	States  []string
	Rows    []lossRow
}

type lossRow struct {
	Name, Transit, Others string
	Losses                []lossCell
}

type lossCell struct {
	Text string
	Own  bool // what the denial costs the state itself
}

type leverageGame struct {
	Count       int
	Worth, Unit string
	Players     []playerRow
	Notes, Kept []string
	Coalitions  []coalitionRow
}

type playerRow struct {
	Name, Shapley, Part, Alone, Costs, Own string
	Chart                                  template.HTML
}

type coalitionRow struct {
	Name, Players, Worth, Benefit, Revenue, Part, Shapley, Join string
	Also                                                        []string
	Corridors                                                   []ref
}

// keepsHalf is the part of its tonnes that a corridor keeps to be named.
const keepsHalf = 0.5

func (b *builder) leverage() *leverage {
	l := b.Answer.Leverage
	if l == nil || len(l.Denials) == 0 {
		return nil
	}
	var money []answer.Number
	for _, d := range l.Denials {
		money = append(money, d.Others)
	}
	// Tens of millions show beside billions.
	style := rowOf(string(freight.Revenue), leverageStep, money...)
	out := &leverage{Unit: style.s.Unit, Idle: b.actors(l.Idle), NotConverged: strings.Join(l.NotConverged, "; ")}
	for _, s := range answer.LeverageSentences(b.Answer) {
		out.First = append(out.First, minus(s))
	}
	plays := map[string]bool{}
	if g := l.Game; g != nil {
		for _, p := range g.Players {
			plays[p.ID] = true
		}
		out.Game = b.leverageGame(g)
	}
	every := func(string) bool { return true }
	if len(plays) == 0 {
		out.Near = b.losses(l, "Who loses what", style, every)
		return out
	}
	out.Near = b.losses(l, "Who loses what, among the players", style, func(id string) bool { return plays[id] })
	out.Far = b.losses(l, "Who loses what", style, every)
	return out
}

// leverageStep is how fine losses are written, USD a year.
const leverageStep = 5e7

// losses makes the table of the states that in takes, as rows and as columns.
func (b *builder) losses(l *answer.Leverage, caption string, style numbers, in func(id string) bool) lossTable {
	t := lossTable{Caption: caption + ", " + style.s.Unit}
	var tonnes []answer.Number
	for _, d := range l.Denials {
		tonnes = append(tonnes, d.Transit)
	}
	ts := rowOf(string(freight.Tonnes), 0, tonnes...)
	for _, x := range l.Denials[0].Losses {
		if in(x.ID) {
			t.States = append(t.States, b.actor(x.ID))
		}
	}
	for _, d := range l.Denials {
		if !in(d.ID) {
			continue
		}
		r := lossRow{Name: d.Name, Transit: ts.level(d.Transit), Others: style.bare(d.Others)}
		for _, x := range d.Losses {
			if in(x.ID) {
				r.Losses = append(r.Losses, lossCell{style.bare(x.Loss), x.ID == d.ID})
			}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func (b *builder) leverageGame(g *answer.Game) *leverageGame {
	s := rowOf(string(freight.Revenue), leverageStep, g.Worth)
	out := &leverageGame{Count: len(g.Players), Worth: s.level(g.Worth), Unit: s.s.Unit}
	most := 0.0
	for _, p := range g.Players {
		most = max(most, p.Shapley.Or(0))
	}
	for _, p := range g.Players {
		text := s.level(p.Shapley)
		out.Players = append(out.Players, playerRow{Name: p.Name, Shapley: text, Part: percent(p.Part), Alone: s.level(p.Alone),
			Costs: s.level(p.Costs), Own: s.level(p.Own), Chart: svg(chart.Bar(p.Shapley.Or(0), most, nil, p.Name+": "+text))})
	}
	out.Notes, out.Kept = answer.GameNotes(b.Answer), answer.KeptSentences(b.Answer)
	for i := range g.Coalitions {
		c := &g.Coalitions[i]
		r := coalitionRow{Players: b.actors(c.Players), Worth: s.bare(c.Worth), Benefit: s.bare(c.Benefit), Revenue: s.bare(c.Revenue),
			Part: percent(c.Part), Shapley: s.bare(c.Shapley), Join: "–"}
		for k, n := range c.Named {
			text := n.Name
			if len(n.Outside) > 0 {
				text += " (with " + b.actors(n.Outside) + ", not playing)"
			}
			if k == 0 {
				r.Name = text
			} else {
				r.Also = append(r.Also, text)
			}
		}
		if len(c.Joins) > 0 {
			r.Join = b.actor(c.Joins[0].ID) + " " + s.change(c.Joins[0].Brings)
		}
		for _, k := range c.Corridors {
			if k.Part.Or(0) >= keepsHalf {
				r.Corridors = append(r.Corridors, ref{anchor("corridor", k.Corridor), b.corridorName(k.Corridor)})
			}
		}
		out.Coalitions = append(out.Coalitions, r)
	}
	return out
}
