package answer

import (
	"context"
	"math"
	"slices"

	"github.com/astara-corridors/astara/belief"
)

// metTolerance is how far a completed probability may lie from an interval that it is
// said to keep.
const metTolerance = 1e-6

// Believed is what changed words make of the worlds, under one view.
type Believed struct {
	View     string       `json:"view"`
	Lexicon  string       `json:"lexicon"`
	Speakers []SpeakerNow `json:"speakers"` // of the case, in its order, then the asker where there are own claims
	// Weight is by world row over all arms; the worlds of each arm sum to 1. It is
	// shared and must not be modified.
	Weight []float64 `json:"-"`
}

// SpeakerNow is a speaker's words under a change.
type SpeakerNow struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Share float64 `json:"share"` // in the mixture; the shares of all sum to 1
	// Bend is by how much every interval had to be widened so that the claims hold
	// together; 0 when they do as they are.
	Bend float64 `json:"bend"`
	// Cores are the minimal sets of claims that a completion cannot keep together as
	// they are read; one alone is set aside.
	Cores     [][]string `json:"cores"`
	Converged bool       `json:"converged"` // the completion keeps every row
	Silent    []string   `json:"silent"`    // variables that no words touch: the reference's
	Claims    []ClaimNow `json:"claims"`
}

// ClaimNow is a claim under a change, as it bears on worlds.
type ClaimNow struct {
	Claim string `json:"claim"`
	Off   bool   `json:"off,omitempty"`
	Idle  string `json:"idle,omitempty"` // why it weighs no world
	// Aside says that no distribution keeps it even alone, so that it is set aside.
	Aside bool `json:"aside,omitempty"`
	// Ranged says that it has an interval of probability that can be changed.
	Ranged bool `json:"ranged"`
	// SoftLow and SoftHigh are the interval as read, that the completion keeps, Low and
	// High the ends that bounds use; they differ for what is only possible. Absent
	// where a claim has no interval.
	SoftLow  Number `json:"soft_low"`
	SoftHigh Number `json:"soft_high"`
	Low      Number `json:"low"`
	High     Number `json:"high"`
	Lexicon  string `json:"lexicon,omitempty"` // that read the hedge; "" where the interval is given
	Phrase   string `json:"phrase,omitempty"`
	// Met says that the completion keeps the interval as read wherever the claim binds;
	// a bent claim is kept in its widened interval only.
	Met  bool       `json:"met"`
	Arms []ClaimArm `json:"arms"` // of the two arms asked for, where it binds
}

// Complete finds the weights of a view under a change, and what becomes of every
// claim. Act and state are the arms of which claims are reported, as in
// [WhatIf.Arms]. The error is a *[ChangeError] where the change means nothing.
func (x *WhatIf) Complete(ctx context.Context, ch Change, view, act, state string) (*Believed, error) {
	if err := x.check(&ch); err != nil {
		return nil, err
	}
	if err := x.hasView(view); err != nil {
		return nil, err
	}
	pair, err := x.pair(act, state)
	if err != nil {
		return nil, err
	}
	list, shares, err := x.all(ctx, &ch)
	if err != nil {
		return nil, err
	}
	b := &Believed{View: view, Lexicon: x.lexicon(&ch).Name}
	if b.Weight, err = x.weigh(ctx, list, shares, view); err != nil {
		return nil, err
	}
	for i, p := range list {
		if p != nil {
			b.Speakers = append(b.Speakers, x.speakerNow(i, p, shares[i], &ch, pair))
		}
	}
	return b, nil
}

// speakerNow says what became of the i-th speaker's words.
func (x *WhatIf) speakerNow(i int, p *opinion, share float64, ch *Change, pair armPair) SpeakerNow {
	s := SpeakerNow{ID: x.id(i), Name: nameOr(p.actor.Name, p.actor.ID), Share: share, Bend: p.repair.Bend, Converged: p.full.Converged, Silent: []string{}, Cores: [][]string{}}
	for _, core := range p.cores {
		var ids []string
		for _, c := range core {
			ids = append(ids, p.claims[c].ID)
		}
		s.Cores = append(s.Cores, ids)
	}
	for _, v := range p.full.Silent {
		s.Silent = append(s.Silent, x.o.c.Variables[v].ID)
	}
	said := p.claims
	if i < len(x.o.speakers) {
		said = x.o.speakers[i].claims
	}
	for j := range said {
		c := ClaimNow{Claim: said[j].ID, Ranged: ranged(&said[j]), Arms: []ClaimArm{}}
		at := slices.IndexFunc(p.claims, func(k belief.Claim) bool { return k.ID == c.Claim })
		if at < 0 {
			c.Off = true
			s.Claims = append(s.Claims, c)
			continue
		}
		for _, y := range p.words.Idle {
			if y.Claim == at {
				c.Idle = y.Why
			}
		}
		c.Aside = slices.Contains(p.repair.Aside, at)
		x.fill(&c, p, at, pair)
		s.Claims = append(s.Claims, c)
	}
	return s
}

// fill says how a claim is read and what the completion makes of it.
func (x *WhatIf) fill(c *ClaimNow, p *opinion, claim int, pair armPair) {
	c.Met = c.Idle == ""
	first := true
	for i := range p.words.Constraints {
		k := &p.words.Constraints[i]
		if k.Claim != claim {
			continue
		}
		if first && c.Ranged {
			c.SoftLow, c.SoftHigh, c.Low, c.High = some(k.SoftLow), some(k.SoftHigh), some(k.Low), some(k.High)
			c.Lexicon, c.Phrase = k.Lexicon, k.Term.Phrase
		}
		first = false
		for _, a := range x.levelsOf(p)[i] {
			if v := a.completed; !math.IsNaN(v) && (v < k.SoftLow-metTolerance || v > k.SoftHigh+metTolerance) {
				c.Met = false
			}
			name, ok := "", false
			switch {
			case a.against >= 0:
				name, ok = x.o.frame.Arms[a.arm].Name+" against "+x.o.frame.Arms[a.against].Name, isPair(pair, a.arm) && isPair(pair, a.against)
			default:
				name, ok = x.o.frame.Arms[a.arm].Name, isPair(pair, a.arm)
			}
			if ok {
				c.Arms = append(c.Arms, ClaimArm{Arm: name, If: some(a.condition), Completed: some(a.completed), Reference: some(a.reference)})
			}
		}
	}
}

func isPair(p armPair, arm int) bool { return arm == p.arms[0] || arm == p.arms[1] }

// armLevel is what a constraint bounds, in one arm or between two; NaN where its
// condition has no weight.
type armLevel struct {
	arm, against                    int // against: -1 for one arm
	condition, completed, reference float64
}

// levelsOf returns the levels of every constraint of a speaker's words, made once.
func (x *WhatIf) levelsOf(p *opinion) [][]armLevel {
	x.mu.Lock()
	made := p.levels
	x.mu.Unlock()
	if made != nil {
		return made
	}
	made = make([][]armLevel, len(p.words.Constraints))
	for i := range p.words.Constraints {
		k := &p.words.Constraints[i]
		made[i] = armLevels(k, masses(x.o.frame, k, p.full.Weight), x.reference(p.claims[k.Claim].ID, k))
	}
	x.mu.Lock()
	p.levels = made
	x.mu.Unlock()
	return made
}

// reference reads a constraint of a claim under the reference, once for a claim of the
// case: its interval may change, what it speaks of does not.
func (x *WhatIf) reference(claim string, k *belief.Constraint) []mass {
	key := claimForm{claim, k.Form}
	x.mu.Lock()
	made, theirs := x.was[key], slices.ContainsFunc(x.o.c.Claims, func(c belief.Claim) bool { return c.ID == claim })
	x.mu.Unlock()
	if made != nil {
		return made
	}
	made = masses(x.o.frame, k, x.o.reference)
	if theirs {
		x.mu.Lock()
		x.was[key] = made
		x.mu.Unlock()
	}
	return made
}

// claimForm tells the constraints of a claim apart: it has one of each form.
type claimForm struct {
	claim string
	form  belief.Form
}

// armLevels is what a constraint bounds, now and under the reference.
func armLevels(k *belief.Constraint, now, was []mass) []armLevel {
	var out []armLevel
	for _, a := range k.Arms {
		out = append(out, armLevel{a, -1, now[a].condition(), now[a].level(k.Form), was[a].level(k.Form)})
	}
	for _, p := range k.Pairs {
		out = append(out, armLevel{p[0], p[1], math.NaN(), now[p[0]].then() - now[p[1]].then(), was[p[0]].then() - was[p[1]].then()})
	}
	return out
}

// mass is the weight of an arm's worlds by whether the condition (bit 1) and the rest
// (bit 2) of a constraint hold, and the weighted sum of its values.
type mass struct {
	class [4]float64
	value float64
}

func (m *mass) condition() float64 { return m.class[1] + m.class[3] }
func (m *mass) then() float64      { return m.class[2] + m.class[3] }

// level is what the constraint bounds; NaN where that has no value.
func (m *mass) level(form belief.Form) float64 {
	in := m.condition()
	switch {
	case form == belief.Mean:
		return m.value / in
	case form == belief.Bilinear:
		return m.class[3]/in - m.class[2]/(m.class[0]+m.class[2])
	}
	return m.class[3] / in
}

// masses reads a constraint by arm.
func masses(f *belief.Frame, k *belief.Constraint, weight []float64) []mass {
	out := make([]mass, len(f.Arms))
	for row, a := range f.ArmOf {
		if a < 0 {
			continue
		}
		w, b := row>>6, row&63
		class := k.If[w] >> b & 1
		if k.Then != nil {
			class |= k.Then[w] >> b & 1 << 1
		}
		out[a].class[class&3] += weight[row]
		if k.Form == belief.Mean && class&1 == 1 {
			out[a].value += float64(weight[row] * k.Value[row])
		}
	}
	return out
}
