package answer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// mostDiscoveries is how many descriptions of where outcomes move are shown.
const mostDiscoveries = 1

// Standing lists the disputes in which the experts stand apart by a threshold or
// more, the largest in thresholds first.
func (a *Answer) Standing() []Dispute {
	if a.Words == nil {
		return nil
	}
	size := map[string]float64{}
	for _, o := range a.Outcomes {
		size[o.ID] = o.Materiality
	}
	times := func(d Dispute) float64 {
		if size[d.Outcome] > 0 {
			return d.Apart.V / size[d.Outcome]
		}
		return math.Inf(1)
	}
	var out []Dispute
	for _, d := range a.Words.Disputes {
		if d.Apart.OK && d.Apart.V > 0 && times(d) >= 1 {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(x, y Dispute) int { return cmp.Compare(times(y), times(x)) })
	return out
}

// disputes shows how far the experts stand apart and what would settle it.
func (p *printer) disputes() {
	if p.a.Words == nil || len(p.a.Words.Disputes) == 0 {
		return
	}
	list := p.a.Standing()
	if p.leave("what would settle each of " + count(len(list), "number", "numbers") + " on which experts stand apart") {
		return
	}
	p.head("What would settle what the experts differ by")
	if len(list) == 0 {
		p.para("They stand apart by less than the threshold on every number that questions ask for.")
		return
	}
	rows := [][]string{}
	for _, d := range list {
		o := p.outcomes[d.Outcome]
		s := StyleOf(o.Measure, o.Materiality, d.Apart)
		text := fmt.Sprintf("apart by %s (%s %s); who is right explains %s of the spread; ", withUnit(s.Bare(d.Apart), s.ChangeUnit), p.a.actNamed(d.Act), words(d.State), percent(d.Speaker))
		rows = append(rows, []string{p.name(d.Outcome), text + settlers(d)})
	}
	p.lines(rows)
	p.para("Apart: the standard deviation of the experts' expected changes. In brackets what of it is expected to go once the variable is known.")
}

// settlers lists the variables that settle most of a dispute.
func settlers(d Dispute) string {
	var parts []string
	for _, s := range d.Settles {
		if s.Fall >= 0.005 {
			parts = append(parts, fmt.Sprintf("%s (%.0f %%)", s.Variable, 100*s.Fall))
		}
	}
	if len(parts) == 0 {
		return "no variable settles any of it"
	}
	return "settled most by " + strings.Join(parts, ", ")
}

func (a *Answer) actNamed(id string) string {
	for _, x := range a.Acts {
		if x.ID == id {
			return x.Name
		}
	}
	return id
}

// Leading lists the payoffs of a decision with those first that count a whole in
// money, then other wholes, then parts on one corridor.
func (a *Answer) Leading(d *Decision) []Payoff {
	rank := func(p Payoff) int {
		for i := range a.Outcomes {
			if a.Outcomes[i].ID != p.Outcome {
				continue
			}
			switch whole, money := whollyOwn(&a.Outcomes[i]); {
			case whole && money:
				return 0
			case whole:
				return 1
			}
		}
		return 2
	}
	out := slices.Clone(d.Payoffs)
	slices.SortStableFunc(out, func(x, y Payoff) int { return rank(x) - rank(y) })
	return out
}

// decisions shows options against experts.
func (p *printer) decisions() {
	if len(p.a.Decisions) == 0 {
		return
	}
	p.head("Acts as options for " + p.a.focusName())
	if p.leave("each option under each expert") {
		for i := range p.a.Decisions {
			d := &p.a.Decisions[i]
			p.para(strings.TrimSpace(d.HeldText(p.a) + " " + d.First))
		}
		return
	}
	for i := range p.a.Decisions {
		d := &p.a.Decisions[i]
		if i > 0 {
			p.printf("\n")
		}
		p.para(strings.TrimSpace(d.HeldText(p.a) + " " + d.First))
		var legend [][]string
		for o, x := range d.Options {
			legend = append(legend, []string{strconv.Itoa(o + 1), x.Name})
		}
		p.lines(legend)
		list := p.a.Leading(d)
		for _, x := range list {
			p.payoff(d, &x)
		}
		if text := p.key("Regret: the largest shortfall in expectation from any expert's best option. Worst: over worlds with weight. A * marks the best, a † an option that words alone rule out: another one is at least as good whatever the reference says.", ""); text != "" {
			p.para(text)
		}
		p.information(d, list)
	}
}

// HeldText says at which state other acts are held; "" where all are compared.
func (d *Decision) HeldText(a *Answer) string {
	var parts []string
	for _, h := range d.Held {
		parts = append(parts, a.variable(h.Act)+" "+words(h.State))
	}
	if len(parts) == 0 {
		return ""
	}
	return "With " + listed(parts) + ":"
}

func (a *Answer) focusName() string {
	for _, c := range a.Countries {
		if c.Focus {
			return c.Name
		}
	}
	return a.Case.Focus
}

// payoff writes one table of options by view.
func (p *printer) payoff(d *Decision, x *Payoff) {
	o := p.outcomes[x.Outcome]
	if o == nil {
		return
	}
	var all []Number
	for _, v := range x.Views {
		for _, y := range v.Options {
			all = append(all, y.Expected)
		}
	}
	s := StyleOf(o.Measure, o.Materiality, all...)
	good := "more is good"
	if x.Good == "down" {
		good = "less is good"
	}
	head := []string{"option"}
	var columns []int
	experts := 0
	for i, v := range x.Views {
		view := p.a.view(v.View)
		if view.Kind == BySpeaker {
			if experts++; experts > mostExperts && !p.opt.All {
				continue
			}
		}
		columns = append(columns, i)
		head = append(head, view.Short())
	}
	head = append(head, "regret", "worst")
	rows := [][]string{head}
	for i, option := range d.Options {
		row := []string{strconv.Itoa(i + 1)}
		for _, c := range columns {
			v := x.Views[c]
			cell := s.Bare(v.Options[i].Expected)
			switch {
			case v.Best == option.ID:
				cell += "*"
			case len(v.Options[i].DominatedBy) > 0:
				cell += "†"
			default:
				cell += " "
			}
			row = append(row, cell)
		}
		regret, worst := Number{}, Number{}
		if i < len(x.Regret) {
			regret = x.Regret[i]
		}
		if len(x.Views) > 0 {
			worst = x.Views[0].Options[i].Worst
		}
		rows = append(rows, append(row, s.Bare(regret), s.Bare(worst)))
	}
	title := nameOr(o.Name, o.ID)
	if s.Unit != "" {
		title += ", " + s.Unit
	}
	p.printf("\n")
	p.para(title + " (" + good + ")")
	p.table(rows)
}

func (a *Answer) view(id string) View {
	for _, v := range a.Views {
		if v.ID == id {
			return v
		}
	}
	return View{ID: id, Name: id}
}

// information says what it is worth to know something before choosing.
func (p *printer) information(d *Decision, list []Payoff) {
	for _, text := range p.a.Worth(d, list) {
		p.para(text)
	}
}

// Worth says what knowing who is right, or a variable, is worth before choosing,
// for payoffs where it is worth a threshold or more; else that nothing is.
func (a *Answer) Worth(d *Decision, payoffs []Payoff) []string {
	var out []string
	for _, x := range payoffs {
		var o *Outcome
		for i := range a.Outcomes {
			if a.Outcomes[i].ID == x.Outcome {
				o = &a.Outcomes[i]
			}
		}
		if o == nil {
			continue
		}
		s := StyleOf(o.Measure, o.Materiality, x.Expert)
		name := nameOr(o.Name, o.ID)
		if x.Expert.OK && x.Expert.V > 0 && x.Expert.V >= o.Materiality {
			out = append(out, fmt.Sprintf("%s: knowing which expert is right before choosing is worth %s.", name, withUnit(s.Bare(x.Expert), s.ChangeUnit)))
		}
		for _, v := range x.Views {
			if v.View != a.Headline || len(v.Informs) == 0 || v.Informs[0].Worth < o.Materiality {
				continue
			}
			i := v.Informs[0]
			s := StyleOf(o.Measure, o.Materiality, some(i.Worth))
			out = append(out, fmt.Sprintf("%s: knowing “%s” before choosing is worth %s.", name, a.variable(i.Variable), withUnit(s.Bare(some(i.Worth)), s.ChangeUnit)))
		}
	}
	if len(out) > 0 {
		return out
	}
	text := "Nothing that can be known before choosing is worth a threshold: "
	if len(d.Common) == 0 {
		text += "every variable follows from one of the acts, which leaves only who is right"
	} else {
		text += "neither who is right nor a variable that follows from none of the acts"
	}
	return []string{text + "."}
}

// discovery says where outcomes move.
func (p *printer) discovery() {
	if len(p.a.Discovery) == 0 {
		return
	}
	p.head("Where outcomes move" + under(p.a))
	n := p.most(mostDiscoveries, len(p.a.Discovery))
	for _, d := range p.a.Discovery[:n] {
		p.printf("%s\n", wrap("- "+d.Sentence, textWidth, "  "))
	}
	if left := len(p.a.Discovery) - n; left > 0 {
		p.para(count(left, "further description", "further descriptions") + " left out.")
	}
}
