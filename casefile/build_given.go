package casefile

import (
	"math"
	"strings"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

// weightTolerance is how far the weights of a row may be from 1 in sum. It
// covers decimal fractions such as 0.333 three times and nothing more.
const weightTolerance = 0.0011

// influence reads the parents of variable i.
func (b *builder) influence(i int, v values) {
	me := &b.c.Variables[i]
	for _, id := range b.refItems(tVariable, v, "influenced_by") {
		if j, ok := b.c.Space.Index(id); ok {
			me.InfluencedBy = append(me.InfluencedBy, j)
		}
	}
	b.parents[me.ID] = me.InfluencedBy
	switch me.Kind {
	case "act":
		if v.has("influenced_by") {
			d := b.l.Report(ruleActGiven, v.at("influenced_by"), me.ID, "the act %q has parents", me.ID)
			d.Expected = "no influenced_by: acts are roots that a question chooses"
			d.Hint = "make it of kind event, or remove the parents"
		}
	case "fact":
		if v.has("influenced_by") {
			d := b.l.Report(ruleFactVariable, v.at("influenced_by"), me.ID, "the fact %q has parents", me.ID)
			d.Expected = "no influenced_by: a fact is so whatever happens"
			d.Hint = "make it of kind event or position"
		}
	}
}

// cycles reports each circle of influence once, with its members in order, and
// cuts it so that what follows can rely on an order.
func (b *builder) cycles(rows []values) {
	vars := b.c.Variables
	const (
		fresh = iota
		open
		done
	)
	state := make([]uint8, len(vars))
	var path []int
	var visit func(i int)
	visit = func(i int) {
		state[i] = open
		path = append(path, i)
		kept := vars[i].InfluencedBy[:0:0]
		for _, j := range vars[i].InfluencedBy {
			if state[j] == open {
				at := 0
				for path[at] != j {
					at++
				}
				// path[k+1] influences path[k]; print in the direction of influence.
				var names []string
				for k := len(path) - 1; k >= at; k-- {
					names = append(names, vars[path[k]].ID)
				}
				names = append(names, vars[i].ID)
				d := b.l.Report(ruleCycle, rows[i].at("influenced_by"), vars[i].ID, "variables influence each other in a circle: %s", strings.Join(names, " -> "))
				d.Hint = "remove one of the arrows"
				for k := at; k < len(path)-1; k++ {
					d.Also = append(d.Also, rows[path[k]].at("influenced_by"))
				}
				continue
			}
			kept = append(kept, j)
			if state[j] == fresh {
				visit(j)
			}
		}
		vars[i].InfluencedBy = kept
		path = path[:len(path)-1]
		state[i] = done
	}
	for i := range vars {
		if state[i] == fresh {
			visit(i)
		}
	}
}

// given reads the reference weights of variable i and checks that its rows
// cover each combination of the parents.
func (b *builder) given(i int, v values) {
	me := &b.c.Variables[i]
	if me.Kind == "act" {
		if v.has("given") {
			d := b.l.Report(ruleActGiven, v.at("given"), me.ID, "the act %q has reference weights", me.ID)
			d.Expected = "no given: the question compares its states"
		}
		return
	}
	if !v.has("given") {
		if me.Kind != "fact" {
			d := b.l.Report(ruleNoGiven, v.at("id"), me.ID, "%q has no reference weights", me.ID)
			d.Expected = "given: rows with weights for its states"
		}
		return
	}
	complete := true
	for _, w := range v.records("given") {
		g := Given{Rest: -1, Letter: w.letter("letter"), Reason: w.text("reason"), Source: b.sources(w), Pos: w.pos}
		if w.has("when") {
			if g.When = b.prop(w, "when"); g.When == nil {
				complete = false
			}
		}
		b.givenParents(me, g.When, w)
		var ok bool
		if g.Weights, g.Rest, ok = b.weights(me, w); ok {
			me.Given = append(me.Given, g)
		} else {
			complete = false
		}
		if (g.Letter == units.Knowledge || g.Letter == units.Estimate) && g.Reason == "" && len(g.Source) == 0 {
			d := b.l.Report(ruleNoSource, w.pos, "", "a row of reference weights of letter %s gives neither reason nor source", g.Letter)
			d.Expected = "reason: in words"
		}
	}
	if n := v.get("given"); complete && len(me.Given) == len(n.items) && !b.variablesLost {
		b.coverage(me, v)
	}
}

// givenParents reports a condition on something that is no parent.
func (b *builder) givenParents(me *Variable, when *formula.Prop, w values) {
	if when == nil {
		return
	}
	for _, j := range when.Vars() {
		if !containsInt(b.parents[me.ID], j) {
			id := b.c.Space.Vars()[j].ID
			d := b.l.Report(ruleGivenParent, w.at("when"), id, "the weights of %q depend on %q, which is not among its parents", me.ID, id)
			d.Expected = "only variables of influenced_by"
			d.Hint = "add " + id + " to influenced_by of " + me.ID
		}
	}
}

func containsInt(list []int, i int) bool {
	for _, x := range list {
		if x == i {
			return true
		}
	}
	return false
}

// weights reads the weights of one row: one figure a state, the state left out
// taking the rest.
func (b *builder) weights(me *Variable, w values) (out []units.Figure, rest int, ok bool) {
	n := w.get("weights")
	if n == nil {
		return nil, -1, false
	}
	out = make([]units.Figure, len(me.States))
	ok = true
	for _, e := range n.keys {
		st := -1
		for k, name := range me.States {
			if name == e.key {
				st = k
			}
		}
		if st < 0 {
			d := b.l.Report(ruleWeightState, e.pos, e.key, "%q is not a state of %q", e.key, me.ID)
			d.Expected = "one of " + join(me.States)
			b.suggest(d, e.key, me.States)
			ok = false
			continue
		}
		f := b.r.figure(e.value, units.Share, "", me.ID+"="+e.key)
		b.figureSources(e.value, f)
		if !f.Known {
			ok = false
			continue
		}
		if f.Low < 0 || f.High > 1 {
			d := b.l.Report(ruleWeightRange, e.value.pos, e.value.text, "the weight of %q is outside 0 to 1", e.key)
			d.Expected = "a weight from 0 to 1"
			ok = false
			continue
		}
		if f.Letter == 0 {
			f.Letter = w.letter("letter")
		}
		out[st] = f
	}
	if !ok {
		return nil, -1, false
	}
	rest = -1
	var missing []string
	sum := 0.0
	for k := range out {
		if !out[k].Known {
			missing = append(missing, me.States[k])
			rest = k
			continue
		}
		sum += out[k].Central
	}
	switch {
	case len(missing) > 1:
		d := b.l.Report(ruleWeightMissing, n.pos, "", "the weights of %s are missing", join(missing))
		d.Expected = "a weight for every state but one, which takes the rest"
		return nil, -1, false
	case len(missing) == 1 && sum > 1+weightTolerance:
		d := b.l.Report(ruleWeightSum, n.pos, "", "the weights sum to %.4g and leave nothing for %q", sum, missing[0])
		d.Expected = "a sum of at most 1"
		return nil, -1, false
	case len(missing) == 0 && math.Abs(sum-1) > weightTolerance:
		d := b.l.Report(ruleWeightSum, n.pos, "", "the weights sum to %.4g", sum)
		d.Expected = "a sum of 1"
		d.Hint = "leave one state out: it takes the rest"
		return nil, -1, false
	}
	if rest >= 0 {
		f := restOf(out, rest)
		f.Letter, f.Name, f.Pos = w.letter("letter"), me.ID+"="+me.States[rest], n.pos
		out[rest] = f
	}
	return out, rest, true
}

// restOf is what the other weights leave: low where they are high and the other
// way round, within 0 to 1.
func restOf(weights []units.Figure, rest int) units.Figure {
	low, central, high := 1.0, 1.0, 1.0
	for k, f := range weights {
		if k != rest {
			low, central, high = low-f.High, central-f.Central, high-f.Low
		}
	}
	in := func(x float64) float64 { return min(max(x, 0), 1) }
	return units.Between(in(low), in(central), in(high), units.Share)
}

// coverage walks over the combinations of the parents. A combination that the
// facts about the parents alone exclude needs no row.
func (b *builder) coverage(me *Variable, v values) {
	s := b.c.Space
	left := s.True()
	items := v.get("given").items
	for k, g := range me.Given {
		when := g.When
		if when == nil {
			when = s.True()
		}
		if value, constant := s.And(left, when).Constant(); constant && !value {
			d := b.l.Report(ruleGivenShadow, items[k].pos, "", "row %d of %q is never the first to match", k+1, me.ID)
			d.Hint = "remove it, or move it up"
		}
		left = s.And(left, s.Not(when))
	}
	b.gaps = append(b.gaps, gap{i: b.index(me.ID), left: left, pos: v.at("given")})
	used := map[int]bool{}
	for _, g := range me.Given {
		if g.When != nil {
			for _, j := range g.When.Vars() {
				used[j] = true
			}
		}
	}
	for _, j := range me.InfluencedBy {
		if !used[j] {
			id := s.Vars()[j].ID
			d := b.l.Report(ruleParentUnused, v.at("influenced_by"), id, "no row of %q depends on its parent %q", me.ID, id)
			d.Hint = "remove the parent, or add rows"
		}
	}
}

func (b *builder) index(id string) int {
	i, ok := b.c.Space.Index(id)
	if !ok {
		panic("casefile: variable lost: " + id)
	}
	return i
}

// gap is what the rows of a variable leave uncovered; whether that is possible
// at all is known once the facts are read.
type gap struct {
	i    int
	left *formula.Prop
	pos  diag.Pos
}

// impossible reads a fact.
func (b *builder) impossible(v values) {
	p := b.prop(v, "impossible")
	if p == nil {
		return
	}
	im := Impossible{Prop: p, Reason: v.text("reason"), Source: b.sources(v), Pos: v.at("impossible")}
	if value, constant := p.Constant(); constant {
		word := "never"
		if value {
			word = "always"
		}
		b.l.Report(ruleImpossible, im.Pos, p.Text(), "the combination is %s there", word).Expected = "a combination that some worlds have and some have not"
		return
	}
	b.c.Impossible = append(b.c.Impossible, im)
}

// worlds counts the worlds and reports what the facts do to the space.
func (b *builder) worlds() {
	if b.c.Space == nil {
		return
	}
	s := b.c.Space
	ps := make([]*formula.Prop, len(b.c.Impossible))
	for i, im := range b.c.Impossible {
		ps[i] = im.Prop
	}
	b.possible = s.Not(s.Or(ps...))
	b.c.WorldCount = s.Count(b.possible)
	at := s.Vars()[0].Pos
	switch {
	case b.c.WorldCount == 0:
		b.l.Report(ruleNoWorld, at, "", "the facts leave no world at all")
		b.possible = nil // nothing else can be said of effects then
		return
	case b.c.WorldCount > MaxWorlds:
		d := b.l.Report(ruleTooManyWorlds, at, "", "the case has %d worlds", b.c.WorldCount)
		d.Expected = "at most 1048576 worlds (2^20) after facts"
		d.Hint = "remove variables or states, or add facts"
	case !b.possible.Eval(s.Baseline()):
		for _, im := range b.c.Impossible {
			if im.Prop.Eval(s.Baseline()) {
				b.l.Report(ruleNoWorld, im.Pos, im.Prop.Text(), "this fact excludes the baseline world")
			}
		}
	}
	for _, g := range b.gaps {
		open := s.And(g.left, b.possible)
		if value, constant := open.Constant(); !constant || value {
			me := &b.c.Variables[g.i]
			d := b.l.Report(ruleGivenGap, g.pos, me.ID, "the rows of %q do not cover: %s", me.ID, g.left.String())
			d.Expected = "a row for every combination of the parents"
			d.Hint = "end with a row without when"
		}
	}
}
