package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/report/chart"
)

// expertsAct sets a state of an act under all views side by side.
type expertsAct struct {
	ID, Title  string
	Sum        string       // where the experts agree, in a sentence
	Rows, More []standBlock // what moves most, and the others
}

// standBlock is an outcome under every view.
type standBlock struct {
	Outcome             ref
	Title               string // what stands over the chart where the outcome does not
	Verdict             string // who is on which side
	Lexicons            string
	ScaleLow, ScaleHigh string
	Rows                []standRow
	Bounded             bool // some view has bounds
}

// standRow is one view of it.
type standRow struct {
	Name, Link                          string
	Kind                                string // of the view
	Chart                               template.HTML
	Effect, Words, Reference, Range     string
	More, Less, Bounds, Lexicons, Exact string
	HoldsLow, HoldsHigh                 []ref
	Good                                string
}

// mostStands is how many outcomes of an act stand open side by side.
const mostStands = 4

// hasExperts reports whether any expert's words weigh.
func (b *builder) hasExperts() bool { return len(b.Answer.Speakers()) > 0 }

// experts lists every act with the outcomes that questions ask for: those with
// the largest effects under anyone stand open.
func (b *builder) experts() []expertsAct {
	if !b.hasExperts() {
		return nil
	}
	var out []expertsAct
	for _, act := range b.Answer.Headlines() {
		asked := b.asked(act.ID)
		for _, arm := range act.Arms {
			if arm.State == act.Without {
				continue
			}
			x := expertsAct{ID: anchor("experts", act.ID+"-"+arm.State), Title: fmt.Sprintf("%s: %s against %s", act.Name, words(arm.State), words(act.Without))}
			var list []answer.Accord
			for _, id := range asked {
				if a, ok := b.Answer.Accord(act.ID, arm.State, id); ok {
					list = append(list, a)
				}
			}
			x.Sum = b.sum(list)
			slices.SortStableFunc(list, func(p, q answer.Accord) int {
				switch u, v := p.Size(), q.Size(); {
				case u > v:
					return -1
				case u < v:
					return 1
				}
				return 0
			})
			for i, a := range list {
				if block := b.stand(a); i < mostStands {
					x.Rows = append(x.Rows, block)
				} else {
					x.More = append(x.More, block)
				}
			}
			if len(list) > 0 {
				out = append(out, x)
			}
		}
	}
	return out
}

// asked lists the outcomes that questions about an act ask for, in their order.
func (b *builder) asked(act string) []string {
	var out []string
	for _, q := range b.Answer.Questions {
		if !slices.Contains(q.Acts, act) {
			continue
		}
		for _, id := range q.Outcomes {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// sum counts the outcomes on which all experts are on one side.
func (b *builder) sum(list []answer.Accord) string {
	n := map[int]int{}
	apart := 0
	for _, a := range list {
		if side, ok := a.Agreed(); ok {
			n[side]++
		} else {
			apart++
		}
	}
	if len(b.Answer.Speakers()) < 2 {
		return ""
	}
	return fmt.Sprintf("Of %s that the questions ask for, all experts expect more of %d, less of %d and no change beyond the threshold of %d; on %d they differ.",
		plural(len(list), "number", "numbers"), n[1], n[-1], n[0], apart)
}

// stand draws an outcome under every view on one scale.
func (b *builder) stand(a answer.Accord) standBlock {
	nan := func(n answer.Number) float64 { return n.Or(math.NaN()) }
	ends := []float64{0, a.Outcome.Materiality, -a.Outcome.Materiality}
	for _, s := range a.Views {
		e := s.Effect
		ends = append(ends, nan(e.Effect), nan(e.ChangeLow), nan(e.ChangeHigh))
		if e.Bounds != nil {
			ends = append(ends, nan(e.Bounds.Low), nan(e.Bounds.High))
		}
	}
	scale, style := chart.Cover(ends...), numbers{a.Style()}
	out := standBlock{Outcome: ref{anchor("outcome", a.Outcome.ID), nameOr(a.Outcome.Name, a.Outcome.ID)}, Verdict: sidesText(a),
		ScaleLow: style.bareChange(fixed(scale.Low)), ScaleHigh: style.bareChange(fixed(scale.High))}
	if l := a.Together.Lexicons; l != nil {
		out.Lexicons = style.changes(l.Low, l.High)
	}
	for _, s := range a.Views {
		e := s.Effect
		r := standRow{Name: viewName(s.View), Kind: s.View.Kind, Effect: style.change(e.Effect), Words: style.bareChange(e.Words), Reference: style.bareChange(e.Reference),
			Range: style.changes(e.ChangeLow, e.ChangeHigh), More: percent(e.More), Less: percent(e.Less), Bounds: "–", Lexicons: "–"}
		if s.View.Kind == answer.BySpeaker {
			r.Link = anchor("speaker", s.View.ID)
		}
		o := chart.Opinion{Mean: nan(e.Effect), Low: nan(e.ChangeLow), High: nan(e.ChangeHigh), BoundLow: math.NaN(), BoundHigh: math.NaN(), Class: s.View.Kind}
		label := fmt.Sprintf("%s, under %s: effect %s, in 5–95 %% of weighted worlds %s", out.Outcome.Text, s.View.Name, r.Effect, r.Range)
		if x := e.Bounds; x != nil {
			r.Bounds, r.Exact = b.boundsText(style, x)
			if x.Low.OK && x.High.OK {
				o.BoundLow, o.BoundHigh = x.Low.V, x.High.V
				label += ", words alone allow " + r.Bounds
				out.Bounded = true
			}
			r.HoldsLow, r.HoldsHigh = b.holds(x.HoldsLow), b.holds(x.HoldsHigh)
		}
		if x := e.Lexicons; x != nil {
			r.Lexicons = style.changes(x.Low, x.High)
		}
		switch s.Side() {
		case 1:
			r.Good = "up"
		case -1:
			r.Good = "down"
		}
		r.Chart = svg(o.Draw(scale, a.Outcome.Materiality, label))
		out.Rows = append(out.Rows, r)
	}
	return out
}

// viewName is a view's name in a row.
func viewName(v answer.View) string {
	switch v.Kind {
	case answer.ByMixture:
		return "Together"
	case answer.ByConsensus:
		return "Consensus"
	case answer.ByReference:
		return "Reference alone"
	}
	return v.Name
}

// boundsText writes bounds, or why there are none, and how well they are proved.
func (b *builder) boundsText(style numbers, x *answer.Bounds) (text, proof string) {
	if !x.Low.OK || !x.High.OK {
		switch x.Status {
		case "inconsistent":
			return "none: the words do not hold together", ""
		case "impossible condition":
			return "none: their condition cannot be", ""
		}
		return "none", ""
	}
	switch {
	case x.Outer:
		proof = "at most this far"
	case x.Exact:
		proof = "proved in exact numbers"
	}
	return style.changes(x.Low, x.High), proof
}

// holds links the claims that hold a bound in its place, those first whose ends
// move it most.
func (b *builder) holds(list []answer.HoldsEnd) []ref {
	moves := map[string]float64{}
	var ids []string
	for _, h := range list {
		if _, seen := moves[h.Claim]; !seen {
			ids = append(ids, h.Claim)
		}
		moves[h.Claim] = max(moves[h.Claim], math.Abs(h.Moves))
	}
	slices.SortStableFunc(ids, func(x, y string) int { return cmp.Compare(moves[y], moves[x]) })
	var out []ref
	for _, id := range ids {
		out = append(out, b.claimRef(id))
	}
	return out
}

// claimRef leads to a claim's place on the page.
func (b *builder) claimRef(id string) ref {
	for i := range b.Case.Claims {
		if b.Case.Claims[i].ID == id {
			return ref{anchor("claim", id), id}
		}
	}
	return ref{Text: id}
}

// sidesText says who expects more, who less, who no change.
func sidesText(a answer.Accord) string {
	if len(a.Experts) == 0 {
		return ""
	}
	if side, ok := a.Agreed(); ok && len(a.Experts) > 1 {
		return "all experts: " + map[int]string{1: "more", -1: "less", 0: "no change"}[side]
	}
	var parts []string
	for _, side := range []struct {
		sign int
		text string
	}{{1, "more"}, {-1, "less"}, {0, "no change"}} {
		var names []string
		for _, s := range a.On(side.sign) {
			names = append(names, s.View.Short())
		}
		if len(names) > 0 {
			parts = append(parts, side.text+": "+strings.Join(names, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// glance is the outcome that the answer's first sentence speaks of, under every
// view.
func (b *builder) glance() *standBlock {
	if !b.hasExperts() || len(b.Answer.Questions) == 0 {
		return nil
	}
	q := b.Answer.Questions[0]
	for _, act := range b.Answer.Headlines() {
		if !slices.Contains(q.Acts, act.ID) {
			continue
		}
		for _, arm := range act.Arms {
			if arm.State == act.Without {
				continue
			}
			for _, id := range q.Outcomes {
				if a, ok := b.Answer.Accord(act.ID, arm.State, id); ok && a.Together.Material {
					block := b.stand(a)
					block.Title = fmt.Sprintf("Effect of %s, %s, under each view", act.Name, words(arm.State))
					return &block
				}
			}
		}
	}
	return nil
}

// speakerRow says how much an expert's words weigh and what they leave open.
type speakerRow struct {
	ID, Name, About, Weight, Weighing string
	Spoken, Silent                    []ref
	Aside                             []ref
	Notes                             []string
	Idle                              []idleRow
	Moved                             []movedRow
}

type idleRow struct {
	Claim ref
	Why   string
}

type movedRow struct {
	Claim              ref
	Arm, Before, After string
}

func (b *builder) speakers() []speakerRow {
	w := b.Answer.Words
	if w == nil {
		return nil
	}
	var out []speakerRow
	for _, s := range w.Speakers {
		r := speakerRow{ID: anchor("speaker", s.ID), Name: s.Name, About: s.About, Weight: share(s.Weight),
			Weighing: fmt.Sprintf("%d of %s", s.Weighing, plural(s.Claims, "claim", "claims"))}
		for i := range b.Case.Variables {
			v := &b.Case.Variables[i]
			switch {
			case slices.Contains(s.Silent, v.ID):
				r.Silent = append(r.Silent, b.variableRef(v.ID))
			case v.Kind != "act":
				r.Spoken = append(r.Spoken, b.variableRef(v.ID))
			}
		}
		for _, id := range s.Aside {
			r.Aside = append(r.Aside, b.claimRef(id))
		}
		if s.Bend > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("The words do not hold together as they are; every interval was widened by %s to let them.", pointsOf(s.Bend)))
		}
		if !s.Converged {
			r.Notes = append(r.Notes, fmt.Sprintf("The weights keep the words only to %.1g.", s.Residual))
		}
		for _, x := range s.Idle {
			r.Idle = append(r.Idle, idleRow{b.claimRef(x.Claim), x.Why})
		}
		for _, m := range s.Moved {
			r.Moved = append(r.Moved, movedRow{b.claimRef(m.Claim), b.arm(m.Arm), share(m.Before), share(m.After)})
		}
		out = append(out, r)
	}
	return out
}

// pointsOf writes a part of a probability in percentage points.
func pointsOf(v float64) string {
	if v *= 100; v < 1 {
		return nobreak(fmt.Sprintf("%.1g percentage points", v))
	}
	return nobreak(fmt.Sprintf("%.0f percentage points", v))
}

// arm names the acts of an arm that are not at their baseline.
func (b *builder) arm(name string) string {
	if one, other, two := strings.Cut(name, " against "); two {
		return b.arm(one) + " against " + b.arm(other)
	}
	var acts []string
	for i := range b.Case.Variables {
		v := &b.Case.Variables[i]
		for k, s := range v.States {
			if v.Kind == "act" && k != v.Baseline && strings.Contains(","+name+",", ","+v.ID+"="+s+",") {
				acts = append(acts, b.variable(v.ID)+": "+words(s))
			}
		}
	}
	if len(acts) == 0 {
		return "no act"
	}
	return strings.Join(acts, "; ")
}

func nameOr(name, id string) string {
	if name == "" {
		return id
	}
	return name
}
