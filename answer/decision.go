package answer

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/bounds"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/voi"
)

// Decision compares the states of acts as options for the state in the middle.
//
// What a world shares between options is what descends from none of the acts: z.
// Its chances are the same under every option, so
//
//	regret(d) = sum_z P(z) ( max_d' E[Y | d', z] - E[Y | d, z] )
//
// is defined, and so is the worth of knowing a variable of z before choosing. What
// an act brings about is chosen with it and cannot be known first.
// docs/methods/decisions.md.
type Decision struct {
	Focus   string        `json:"focus"`
	Acts    []DecisionAct `json:"acts"`
	Held    []Held        `json:"held"` // other acts and the state they are held at
	Options []Option      `json:"options"`
	Common  []string      `json:"common"` // variables that descend from none of the acts
	Payoffs []Payoff      `json:"payoffs"`
	// Robust is the option that is best, or within its threshold of the best, under
	// every expert for most of the payoffs; "" where there is none. On counts them.
	Robust string `json:"robust"`
	On     int    `json:"on"`
	First  string `json:"first"` // in one plain sentence, and who may choose
}

// DecisionAct is an act that is compared.
type DecisionAct struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Parties []string `json:"parties"` // of the agreements that bind with the act
	// Own says that the focus is one of them, so that it is the focus's to choose.
	Own bool `json:"own"`
}

// Option is a state of each act.
type Option struct {
	ID     string `json:"id"` // as "pact=none, treaty=signed"
	Name   string `json:"name"`
	States []Held `json:"states"`
}

// Payoff is an outcome that options are compared on.
type Payoff struct {
	Outcome string       `json:"outcome"`
	Good    string       `json:"good"` // up, down
	Views   []PayoffView `json:"views"`
	// Robust are the options that are best, or within the outcome's threshold of
	// the best, under every expert; without experts under the reference.
	Robust []string `json:"robust"`
	// Least is, by option, the worst of the experts' expectations, Regret the
	// largest shortfall in expectation from an expert's best option, and Maximin the
	// option with the best worst.
	Least   []Number `json:"least"`
	Regret  []Number `json:"regret"`
	Maximin string   `json:"maximin"`
	// Expert is what it is worth to know which expert is right before choosing.
	Expert Number `json:"expert"`
}

// PayoffView is a payoff under one view.
type PayoffView struct {
	View    string        `json:"view"`
	Options []OptionValue `json:"options"`
	Best    string        `json:"best"` // the option with the best expectation
	// Perfect is what it is worth to know all of the common variables before
	// choosing, Informs what each of them is worth by itself, where anything.
	Perfect Number    `json:"perfect"`
	Informs []Informs `json:"informs"`
}

// OptionValue is an option under one view. Expected and Worst are levels of the
// outcome, Regret and MaxRegret shortfalls, never negative.
type OptionValue struct {
	Expected  Number `json:"expected"`
	Regret    Number `json:"regret"`     // from the best option in each state of the common variables, expected
	MaxRegret Number `json:"max_regret"` // the largest of them
	Worst     Number `json:"worst"`      // over worlds with weight
	// DominatedBy are options that are at least as good under every distribution
	// that fits the view's words, whatever the reference says.
	DominatedBy []string `json:"dominated_by"`
}

// Informs is what knowing a variable before choosing is worth (EVPPI), in the
// unit of the payoff.
type Informs struct {
	Variable string  `json:"variable"`
	Worth    float64 `json:"worth"`
}

const (
	// mostOptions bounds what is compared at once; more acts are compared one by one.
	mostOptions = 16
	// worthFloor is the share of a level below which a worth or a bound is rounding.
	worthFloor = 1e-9
)

// payoffs lists the outcomes that questions ask for, that have a good way, and
// that count what is the focus's own: its accounts, or traffic as seen from it.
func (k *computer) payoffs() []casefile.Outcome {
	asked := k.asked()
	var out []casefile.Outcome
	for _, o := range k.c.Outcomes {
		own := o.Country == k.c.Focus || o.Query.Country == k.c.Focus
		if slices.Contains(asked, o.ID) && own && k.c.Focus != "" && (o.Good == "up" || o.Good == "down") {
			out = append(out, o)
		}
	}
	return out
}

// decisions compares all acts together, and one by one those that the focus may
// choose.
func (k *computer) decisions(ctx context.Context) ([]Decision, error) {
	if len(k.payoffs()) == 0 {
		return nil, nil
	}
	all := k.comparedActs()
	var sets [][]int
	n := 1
	for _, v := range all {
		if n *= len(k.c.Variables[v].States); n > mostOptions {
			break
		}
	}
	if n > 1 && n <= mostOptions {
		sets = append(sets, all)
	}
	for _, v := range all {
		if len(all) > 1 && (k.decisionAct(v).Own || n > mostOptions) {
			sets = append(sets, []int{v})
		}
	}
	var out []Decision
	for _, acts := range sets {
		d, err := k.decide(ctx, acts)
		if err != nil {
			return nil, err
		}
		out = append(out, *d)
	}
	return out, nil
}

// decisionAct finds who may choose an act: the parties of the agreements whose
// force depends on it.
func (k *computer) decisionAct(v int) DecisionAct {
	x := k.c.Variables[v]
	d := DecisionAct{ID: x.ID, Name: nameOr(x.Name, x.ID)}
	for _, a := range k.c.Agreements {
		if a.InForceIf == nil || !slices.Contains(a.InForceIf.Vars(), v) {
			continue
		}
		for _, p := range a.Parties {
			if !slices.Contains(d.Parties, p) {
				d.Parties = append(d.Parties, p)
			}
		}
	}
	d.Own = slices.Contains(d.Parties, k.c.Focus)
	return d
}

// choice is one decision as it is computed.
type choice struct {
	*Decision
	fixed  []map[int]int // by option
	common []int
	dists  [][]*Distribution // by lens and option
	groups [][]int32         // by option and entry: the state of the common variables
	n      int               // of groups
}

func (k *computer) choice(acts []int) (*choice, error) {
	c := &choice{Decision: &Decision{Focus: k.c.Focus}, n: 1}
	vars := k.c.Variables
	base := map[int]int{}
	moved := make([]bool, len(vars))
	for v, x := range vars {
		if !isAct(x) {
			continue
		}
		base[v] = x.Baseline
		if !slices.Contains(acts, v) {
			c.Held = append(c.Held, Held{x.ID, x.States[x.Baseline]})
			moved[v] = true
		}
	}
	c.fixed = []map[int]int{base}
	for _, v := range acts {
		c.Acts = append(c.Acts, k.decisionAct(v))
		for d, m := range descendants(vars, v) {
			moved[d] = moved[d] || m
		}
		var next []map[int]int
		for _, f := range c.fixed {
			for st := range vars[v].States {
				g := maps.Clone(f)
				g[v] = st
				next = append(next, g)
			}
		}
		c.fixed = next
	}
	for v, m := range moved {
		if !m {
			c.common = append(c.common, v)
			c.Common = append(c.Common, vars[v].ID)
			c.n *= len(vars[v].States)
		}
	}
	for _, f := range c.fixed {
		var o Option
		var ids, names []string
		for i, v := range acts {
			st := vars[v].States[f[v]]
			o.States = append(o.States, Held{vars[v].ID, st})
			ids, names = append(ids, vars[v].ID+"="+st), append(names, c.Acts[i].Name+" "+words(st))
		}
		o.ID, o.Name = strings.Join(ids, ", "), strings.Join(names, ", ")
		c.Options = append(c.Options, o)
	}
	for i, l := range k.lenses {
		c.dists = append(c.dists, nil)
		for _, f := range c.fixed {
			d, err := l.Distribution(f)
			if err != nil {
				return nil, err
			}
			c.dists[i] = append(c.dists[i], d)
		}
	}
	for _, d := range c.dists[0] {
		groups, _ := k.worldGroups(d.Rows, c.common)
		c.groups = append(c.groups, groups)
	}
	return c, nil
}

// decide compares the states of some acts, the others held at their baseline.
func (k *computer) decide(ctx context.Context, acts []int) (*Decision, error) {
	c, err := k.choice(acts)
	if err != nil {
		return nil, err
	}
	outcomes := k.payoffs()
	c.Payoffs = make([]Payoff, len(outcomes))
	err = par.Do(ctx, k.opt.Workers, len(outcomes), func(_, n int) error {
		o, p := outcomes[n], &c.Payoffs[n]
		at, ok := k.tables.find(o.ID)
		if !ok {
			return fmt.Errorf("answer: no column %s", o.ID)
		}
		p.Outcome, p.Good = o.ID, o.Good
		for i, l := range k.lenses {
			v, err := k.payoffView(c, i, o, at)
			if err != nil {
				return err
			}
			v.View = l.View().ID
			p.Views = append(p.Views, v)
		}
		return k.overExperts(c, p, o)
	})
	if err != nil {
		return nil, err
	}
	if err := k.dominance(ctx, c); err != nil {
		return nil, err
	}
	k.conclude(c.Decision)
	return c.Decision, nil
}

// toward is 1 where more is good and -1 where less is.
func toward(good string) float64 {
	if good == "down" {
		return -1
	}
	return 1
}

// payoffView reads one payoff under one lens.
func (k *computer) payoffView(c *choice, lens int, o casefile.Outcome, at ref) (PayoffView, error) {
	sign := toward(o.Good)
	values, rowOf := k.column(at).values, k.tables[at.table].RowOf
	v := PayoffView{Options: make([]OptionValue, len(c.Options))}
	payoff := make([][]float64, len(c.Options)) // by option and group
	var chance []float64
	scale, whole := 0.0, true
	for d := range c.Options {
		dist := c.dists[lens][d]
		sum, weight := make([]float64, c.n), make([]float64, c.n)
		worst, blank := math.Inf(1), false
		for i, p := range dist.Weight {
			if p == 0 {
				continue
			}
			y := values[rowOf[dist.Rows[i]]]
			if math.IsNaN(y) {
				blank = true
				continue
			}
			scale, worst = max(scale, math.Abs(y)), min(worst, sign*y)
			sum[c.groups[d][i]] += p * y
			weight[c.groups[d][i]] += p
		}
		total, mass := 0.0, 0.0
		payoff[d] = make([]float64, c.n)
		for g, w := range weight {
			if w > 0 {
				payoff[d][g] = sign * sum[g] / w
				total, mass = total+sum[g], mass+w
			}
		}
		v.Options[d].Expected, v.Options[d].Worst = some(total/mass), some(sign*worst)
		if d == 0 {
			chance = weight
		}
		for g, w := range weight {
			// What the options share has the same chance under all of them.
			whole = whole && (w > 0) == (chance[g] > 0)
		}
		whole = whole && !blank
	}
	best := math.Inf(-1)
	for d, x := range v.Options {
		if x.Expected.OK && sign*x.Expected.V > best {
			best, v.Best = sign*x.Expected.V, c.Options[d].ID
		}
	}
	if !whole {
		return v, nil // without a value in some worlds there is no regret
	}
	all, err := voi.Compare(payoff, chance)
	if err != nil {
		return v, err
	}
	real := func(x float64) float64 {
		if x <= worthFloor*scale {
			return 0
		}
		return x
	}
	for d := range v.Options {
		v.Options[d].Regret, v.Options[d].MaxRegret = some(real(all.Regret[d])), some(real(all.MaxRegret[d]))
	}
	v.Perfect = some(real(all.EVPI))
	if v.Perfect.V == 0 {
		return v, nil
	}
	for at := range c.common {
		worth, err := voi.EVPPI(payoff, chance, k.digits(c.common, at, c.n))
		if err != nil {
			return v, err
		}
		if real(worth) > 0 {
			v.Informs = append(v.Informs, Informs{c.Common[at], worth})
		}
	}
	slices.SortStableFunc(v.Informs, func(a, b Informs) int {
		switch {
		case a.Worth > b.Worth:
			return -1
		case a.Worth < b.Worth:
			return 1
		}
		return 0
	})
	return v, nil
}

// digits is the state of the common variable at a place, by group.
func (k *computer) digits(common []int, at, n int) []int {
	after := 1
	for _, v := range common[at+1:] {
		after *= len(k.c.Variables[v].States)
	}
	states := len(k.c.Variables[common[at]].States)
	out := make([]int, n)
	for g := range out {
		out[g] = g / after % states
	}
	return out
}

// overExperts compares options over the experts; without experts under the
// reference.
func (k *computer) overExperts(c *choice, p *Payoff, o casefile.Outcome) error {
	sign := toward(o.Good)
	var weights []float64
	expected := make([][]float64, len(c.Options)) // by option and expert
	read := func(lens int, weight float64) bool {
		for d, x := range p.Views[lens].Options {
			if !x.Expected.OK {
				return false
			}
			expected[d] = append(expected[d], sign*x.Expected.V)
		}
		weights = append(weights, weight)
		return true
	}
	for i, l := range k.lenses {
		if l.opinion != nil && !read(i, l.opinion.weight) {
			return nil
		}
	}
	if len(weights) == 0 && !read(len(k.lenses)-1, 1) {
		return nil
	}
	over, err := voi.Compare(expected, weights)
	if err != nil {
		return err
	}
	scale := 0.0
	for d, x := range c.Options {
		p.Least, p.Regret = append(p.Least, some(sign*over.Worst[d])), append(p.Regret, some(over.MaxRegret[d]))
		scale = max(scale, math.Abs(over.Worst[d]))
		if over.MaxRegret[d] <= max(o.Materiality, worthFloor*math.Abs(over.Worst[d])) {
			p.Robust = append(p.Robust, x.ID)
		}
	}
	p.Maximin, p.Expert = c.Options[over.Maximin].ID, some(over.EVPI)
	if over.EVPI <= worthFloor*scale {
		p.Expert = some(0)
	}
	return nil
}

// dominance asks of each two options whether one is at least as good as the other
// under every distribution that fits an expert's words. Bounds that stand with the
// effects are read there; for other pairs they are found for each expert, and the
// mixture takes the hull.
func (k *computer) dominance(ctx context.Context, c *choice) error {
	if k.opinions == nil {
		return nil
	}
	for a := range c.Options {
		for b := a + 1; b < len(c.Options); b++ {
			found := k.effectsBetween(c, a, b)
			if found == nil {
				var err error
				if found, err = k.boundsBetween(ctx, c, a, b); err != nil {
					return err
				}
			}
			for i := range c.Payoffs {
				p := &c.Payoffs[i]
				for v := range p.Views {
					list := found[p.Views[v].View]
					if list == nil || list[i] == nil || list[i].Status != bounds.Found.String() {
						continue
					}
					options := p.Views[v].Options
					better, worse := ahead(list[i], toward(p.Good), worthFloor*math.Abs(options[b].Expected.V))
					if better {
						options[a].DominatedBy = append(options[a].DominatedBy, c.Options[b].ID)
					}
					if worse {
						options[b].DominatedBy = append(options[b].DominatedBy, c.Options[a].ID)
					}
				}
			}
		}
	}
	return nil
}

// effectsBetween are the bounds on option b less option a, by view and payoff,
// where a has every act at its baseline and b all but one; nil for other pairs.
func (k *computer) effectsBetween(c *choice, a, b int) map[string][]*Bounds {
	act, changed := -1, 0
	for v, st := range c.fixed[b] {
		if c.fixed[a][v] != k.c.Variables[v].Baseline {
			return nil
		}
		if st != c.fixed[a][v] {
			act = v
			changed++
		}
	}
	if changed != 1 {
		return nil
	}
	out := map[string][]*Bounds{}
	x := k.c.Variables[act]
	for lens, l := range k.lenses {
		for _, r := range k.all[lens] {
			if r.variable != act {
				continue
			}
			list := make([]*Bounds, len(c.Payoffs))
			for i := range c.Payoffs {
				if e := r.act.effect(x.States[c.fixed[b][act]], c.Payoffs[i].Outcome); e != nil {
					list[i] = e.Bounds
				}
			}
			out[l.View().ID] = list
		}
	}
	return out
}

// boundsBetween finds them for each expert.
func (k *computer) boundsBetween(ctx context.Context, c *choice, a, b int) (map[string][]*Bounds, error) {
	o := k.opinions
	arm := func(fixed map[int]int) int {
		return slices.IndexFunc(o.frame.Arms, func(x belief.Arm) bool { return maps.Equal(x.Fixed, fixed) })
	}
	first, second := arm(c.fixed[a]), arm(c.fixed[b])
	if first < 0 || second < 0 {
		return nil, fmt.Errorf("answer: no arm for %s or %s", c.Options[a].ID, c.Options[b].ID)
	}
	frame := o.frame.Only(first, second)
	var qs []bounds.Query
	for _, p := range c.Payoffs {
		at, _ := k.tables.find(p.Outcome)
		qs = append(qs, bounds.EffectOf(1, 0, k.column(at).values, k.tables[at.table].RowOf))
	}
	out := map[string][]*Bounds{}
	hull := make([]*Bounds, len(qs))
	for _, p := range o.speakers {
		w, err := frame.Read(p.claims, o.readOptions(o.lexicon, o.c.AsOf))
		if err != nil {
			return nil, err
		}
		list, err := o.boundsOf(ctx, p.repair.Apply(w), qs)
		if err != nil {
			return nil, err
		}
		out[p.actor.ID] = list
		for i, x := range list {
			switch h := hull[i]; {
			case h == nil:
				hull[i] = &Bounds{Status: x.Status, Low: x.Low, High: x.High}
			case x.Status != bounds.Found.String():
				h.Status = x.Status
			default:
				h.Low, h.High = least(h.Low, x.Low), most(h.High, x.High)
			}
		}
	}
	if len(o.speakers) > 1 {
		out["mixture"] = hull
	}
	return out, nil
}

// least and most are the outer ends; absent is without bound.
func least(a, b Number) Number { return some(min(a.Or(math.Inf(-1)), b.Or(math.Inf(-1)))) }
func most(a, b Number) Number  { return some(max(a.Or(math.Inf(1)), b.Or(math.Inf(1)))) }

// ahead reports whether a difference within bounds is never below 0, and whether
// it is never above, in the good direction. A difference that is always 0 is
// neither.
func ahead(b *Bounds, sign, slack float64) (better, worse bool) {
	low, high := b.Low.Or(math.Inf(-1)), b.High.Or(math.Inf(1))
	if sign < 0 {
		low, high = -high, -low
	}
	return low >= -slack && high > slack, high <= slack && low < -slack
}

// conclude finds the option that is robust on most payoffs. Of options robust on
// equally many it takes the one with the least sum of largest regrets, each in
// thresholds of its outcome; the first on a tie.
func (k *computer) conclude(d *Decision) {
	most, least := 0, math.Inf(1)
	for o, x := range d.Options {
		on, regret := 0, 0.0
		for _, p := range d.Payoffs {
			if slices.Contains(p.Robust, x.ID) {
				on++
			}
			for _, out := range k.c.Outcomes {
				if out.ID == p.Outcome && out.Materiality > 0 && o < len(p.Regret) {
					regret += p.Regret[o].V / out.Materiality
				}
			}
		}
		if on > most || on == most && on > 0 && regret < least {
			most, least, d.Robust, d.On = on, regret, x.ID, on
		}
	}
	d.First = k.robustSentence(d)
}

// The sentences of a decision.
const (
	sayRobust    = "Robust: %s is best for %s, or within a threshold of the best, under %s, on %s."
	sayNotRobust = "No option is robust on all %d numbers: %s is best for %s, or within a threshold of the best, under %s, on %d of them, not on: %s."
	sayNoRobust  = "No option is robust: on none of %d numbers is one option best for %s, or within a threshold of the best, under %s."
	sayOwn       = " %s is a party to %s."
	sayNotOwn    = " %s is no party to %s (%s), which is compared as if it could be chosen."
	sayNobodys   = " The case does not say who may choose %s; it is compared as if it could be chosen."
)

func (k *computer) robustSentence(d *Decision) string {
	focus := k.actorName(d.Focus)
	who, experts := "the case's reference", 0
	for _, l := range k.lenses {
		if l.opinion != nil {
			experts++
			who = l.View().Name
		}
	}
	if experts > 1 {
		who = together(experts) + " experts"
	}
	var text string
	n := len(d.Payoffs)
	var name string
	for _, o := range d.Options {
		if o.ID == d.Robust {
			name = o.Name
		}
	}
	var not []string
	for _, p := range d.Payoffs {
		if !slices.Contains(p.Robust, d.Robust) {
			not = append(not, k.outcomeName(p.Outcome))
		}
	}
	switch {
	case d.Robust == "":
		text = fmt.Sprintf(sayNoRobust, n, focus, who)
	case len(not) == 0:
		on := count(n, "number compared", "numbers compared")
		if n > 1 {
			on = "all " + on
		}
		text = fmt.Sprintf(sayRobust, name, focus, who, on)
	default:
		if left := len(not) - mostNamed; left > 0 {
			not = append(not[:mostNamed], fmt.Sprintf("%d more", left))
		}
		text = fmt.Sprintf(sayNotRobust, n, name, focus, who, d.On, strings.Join(not, "; "))
	}
	for _, a := range d.Acts {
		switch {
		case a.Own:
			text += fmt.Sprintf(sayOwn, focus, a.Name)
		case len(a.Parties) > 0:
			var names []string
			for _, p := range a.Parties {
				names = append(names, k.actorName(p))
			}
			text += fmt.Sprintf(sayNotOwn, focus, a.Name, listed(names))
		default:
			text += fmt.Sprintf(sayNobodys, a.Name)
		}
	}
	return text
}

func (k *computer) outcomeName(id string) string {
	for _, o := range k.c.Outcomes {
		if o.ID == id {
			return nameOr(o.Name, id)
		}
	}
	return id
}

// whollyOwn reports whether a payoff counts all of something, no part of it on one
// corridor, and inMoney whether it is money a year.
func whollyOwn(o *Outcome) (whole, inMoney bool) {
	switch freight.Measure(o.Measure) {
	case freight.Revenue, freight.Haulage, freight.Benefit:
		inMoney = true
	}
	return o.Corridor == "", inMoney
}
