package answer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/treaty"
)

// Agreements is what the case's agreements ask of whom, and what of it cannot be
// kept together (docs/methods/agreements.md). It says nothing about trains.
type Agreements struct {
	First string `json:"first"` // the plain first sentence
	// Today is the as-of date, with no act taken: every act is known to be at its
	// baseline. Horizon is the horizon year with nothing known, so that acts and
	// all else are conditions.
	Today   DutyReading     `json:"today"`
	Horizon DutyReading     `json:"horizon"`
	Parties []DutyParty     `json:"parties"` // who owes or is owed something, the focus first
	Claims  []ClashAnswer   `json:"claims"`  // claims that duties clash, answered by the clauses
	Lives   []AgreementLife `json:"lives"`   // by day of signing
	Kept    []KeptDuty      `json:"kept"`    // duties that are rows of the reference
}

// DutyReading is what package treaty found for one day.
type DutyReading struct {
	At           string               `json:"at"`
	Known        []string             `json:"known"` // propositions taken to hold
	Verdicts     []Finding            `json:"verdicts"`
	Consequences []treaty.Consequence `json:"consequences"`
	Concessions  *treaty.Concessions  `json:"concessions"` // nil without a conflict
	Clauses      []treaty.ClauseState `json:"clauses"`
	Unfinished   []string             `json:"unfinished"`
	Notes        []string             `json:"notes"`
}

// Finding is a verdict with its sentence and the weight of the worlds in which it
// bites.
type Finding struct {
	treaty.Verdict
	Sentence string       `json:"sentence"`
	Weights  []BiteWeight `json:"weights"` // of a verdict that bites in worlds: by view, act and state
}

// BiteWeight is a share of weight in the arm of a state of an act, under a view.
type BiteWeight struct {
	View   string `json:"view"`
	Act    string `json:"act"`
	State  string `json:"state"`
	Weight Number `json:"weight"` // null: of an empty condition
}

// DutyParty is an actor with what it owes and is owed.
type DutyParty struct {
	Actor string     `json:"actor"`
	Name  string     `json:"name"`
	Focus bool       `json:"focus"`
	Owes  []DutyLine `json:"owes"`
	Owed  []DutyLine `json:"owed"`
}

// DutyLine is a clause as it stands on the as-of date and in the horizon year.
type DutyLine struct {
	Clause     string          `json:"clause"`
	Others     []string        `json:"others"` // to whom it is owed; of what is owed: by whom
	Modality   treaty.Modality `json:"modality"`
	Standing   treaty.Standing `json:"standing"`
	Paraphrase string          `json:"paraphrase"`
	InModel    bool            `json:"in_model"` // it speaks of variables of the case
	Today      treaty.State    `json:"today"`
	Horizon    treaty.State    `json:"horizon"`
}

// ClashAnswer answers a claim that duties clash. Arises is false when no conflict
// of the clauses it names can come about under its condition.
type ClashAnswer struct {
	Claim    string       `json:"claim"`
	Speaker  string       `json:"speaker"`
	Names    []string     `json:"names"`
	If       string       `json:"if"`
	Arises   bool         `json:"arises"`
	Verdicts []int        `json:"verdicts"` // indices into Horizon.Verdicts
	Asserted []string     `json:"asserted"` // claims without whose clauses it does not arise
	Own      bool         `json:"own"`      // all of them are the speaker's
	Sentence string       `json:"sentence"`
	Given    []BiteWeight `json:"given"` // share of the weight of its condition in which it bites
}

// AgreementLife is when an agreement was in force.
type AgreementLife struct {
	Agreement  string        `json:"agreement"`
	Name       string        `json:"name"`
	Parties    []string      `json:"parties"`
	KnownSince calendar.Date `json:"known_since"`
	Signed     calendar.Date `json:"signed"`
	InForce    calendar.Date `json:"in_force"`
	Ended      calendar.Date `json:"ended"`
	If         string        `json:"if"` // worlds in which it binds, "" when dates decide
	Today      LifeState     `json:"today"`
	Horizon    LifeState     `json:"horizon"`
}

// LifeState says whether an agreement bound on a day, and why.
type LifeState struct {
	State treaty.State `json:"state"`
	Why   string       `json:"why"`
}

// bindingWorlds says for a verdict of the horizon in which world rows it bites;
// nil where it bites in none, as a vacuous clause.
type bindingWorlds []formula.Set

// agreementRows brings the verdicts of a report to the rows of the table's worlds.
func (k *computer) agreementRows(r *treaty.Report) bindingWorlds {
	out := make(bindingWorlds, len(r.Verdicts))
	for i := range r.Verdicts {
		if w := r.Verdicts[i].Where; w != nil {
			out[i] = k.freight.Worlds.Select(w)
		}
	}
	return out
}

// agreements judges the agreements of the case on the as-of date and in the
// horizon year; nil when the case has none. The acts must have been read.
func (k *computer) agreements() (*Agreements, error) {
	if len(k.c.Agreements) == 0 {
		return nil, nil
	}
	in := k.c.Treaty()
	horizon, err := treaty.Analyse(in, horizonOptions(k.c))
	if err != nil {
		return nil, err
	}
	opt := horizonOptions(k.c)
	opt.At, opt.Pending = opt.AsOf, false
	var known []string
	for v, x := range k.c.Variables {
		if isAct(x) {
			p := k.c.Space.Is(v, x.Baseline)
			known = append(known, p.String())
			in.Known = append(in.Known, treaty.Fact{ID: "no act yet: " + x.ID, Prop: p, Reason: "on the as-of date the act has not been taken"})
		}
	}
	today, err := treaty.Analyse(in, opt)
	var none *treaty.NoWorld
	if errors.As(err, &none) { // an impossible baseline: nothing is known then
		in.Known, known = nil, nil
		today, err = treaty.Analyse(in, opt)
	}
	if err != nil {
		return nil, err
	}
	k.notTaken(today, in.Known)
	a := &Agreements{Kept: []KeptDuty{}}
	s := k.agreementWords()
	a.Today, a.Horizon = k.dutyReading(today, s, known), k.dutyReading(horizon, s, nil)
	// What only a later act can bring about is told of the horizon.
	a.Today.Verdicts = slices.DeleteFunc(a.Today.Verdicts, func(f Finding) bool { return f.Kind == treaty.Latent })
	rows := k.agreementRows(horizon)
	for i := range a.Horizon.Verdicts {
		if rows[i] != nil {
			a.Horizon.Verdicts[i].Weights = k.bites(rows[i], nil)
		}
	}
	a.Parties = k.dutyParties(today, horizon)
	a.Lives = k.lives(today, horizon)
	for i := range k.c.Claims {
		if x := &k.c.Claims[i]; len(x.Clash) > 0 {
			answer, err := k.clash(x, a, horizon, rows, s)
			if err != nil {
				return nil, err
			}
			a.Claims = append(a.Claims, answer)
		}
	}
	if d, ok := k.reference.(*Duties); ok {
		a.Kept = d.kept
	}
	a.First = s.first(a)
	return a, nil
}

// notTaken marks the clauses of agreements that hang on an act which has not been
// taken: they do not bind yet.
func (k *computer) notTaken(r *treaty.Report, known []treaty.Fact) {
	s := k.c.Space
	so := s.True()
	for _, f := range known {
		so = s.And(so, f.Prop)
	}
	n := 0
	for i := range k.c.Agreements {
		a := &k.c.Agreements[i]
		for range a.Clauses {
			c := &r.Clauses[n]
			n++
			if c.State == treaty.BindsIf && s.Implies(so, s.Not(a.InForceIf)) {
				c.State, c.Why = treaty.NotYet, "no act has brought it into force"
			}
		}
	}
}

// dutyReading puts a report into words. Sets of worlds are left to the caller.
func (k *computer) dutyReading(r *treaty.Report, s *dutySayer, known []string) DutyReading {
	out := DutyReading{At: r.At.String(), Known: append([]string{}, known...), Verdicts: []Finding{}, Consequences: r.Consequences, Concessions: r.Concessions,
		Clauses: r.Clauses, Unfinished: append([]string{}, r.Unfinished...), Notes: append([]string{}, r.Notes...)}
	for i := range r.Verdicts {
		out.Verdicts = append(out.Verdicts, Finding{Verdict: r.Verdicts[i], Sentence: s.verdict(&r.Verdicts[i]), Weights: []BiteWeight{}})
	}
	return out
}

// bites weighs a set of worlds in every arm of every act under every view; with a
// condition, as a share of the weight of that.
func (k *computer) bites(set, given formula.Set) []BiteWeight {
	out := []BiteWeight{}
	for i, rs := range k.all {
		for _, r := range rs {
			for st, arm := range r.act.Arms {
				d := r.readings[st].dist
				in, all := 0.0, 0.0
				for j, row := range d.Rows {
					if given != nil && !given.Has(int(row)) {
						continue
					}
					all += d.Weight[j]
					if set.Has(int(row)) {
						in += d.Weight[j]
					}
				}
				w := BiteWeight{View: k.lenses[i].View().ID, Act: r.act.ID, State: arm.State}
				switch {
				case given == nil:
					w.Weight = some(min(in, 1))
				case all > 0:
					w.Weight = some(min(in/all, 1))
				}
				out = append(out, w)
			}
		}
	}
	return out
}

// dutyParties lists what everyone owes and is owed, the focus first, then in the
// order of the case's actors.
func (k *computer) dutyParties(today, horizon *treaty.Report) []DutyParty {
	out := []DutyParty{}
	at := map[string]int{}
	order := func(id string) {
		at[id] = len(out)
		name := id
		for _, x := range k.c.Actors {
			if x.ID == id {
				name = nameOr(x.Name, id)
			}
		}
		out = append(out, DutyParty{Actor: id, Name: name, Focus: id == k.c.Focus, Owes: []DutyLine{}, Owed: []DutyLine{}})
	}
	if k.c.Focus != "" {
		order(k.c.Focus)
	}
	for _, x := range k.c.Actors {
		if _, ok := at[x.ID]; !ok {
			order(x.ID)
		}
	}
	get := func(id string) *DutyParty {
		if _, ok := at[id]; !ok {
			order(id)
		}
		return &out[at[id]]
	}
	n := 0
	for i := range k.c.Agreements {
		a := &k.c.Agreements[i]
		for j := range a.Clauses {
			c := &a.Clauses[j]
			line := DutyLine{Clause: treaty.Name(a.ID, c.ID), Modality: c.Modality, Standing: c.Standing, Paraphrase: c.Paraphrase,
				InModel: c.What != nil || c.Modality == treaty.Align, Today: today.Clauses[n].State, Horizon: horizon.Clauses[n].State}
			n++
			toward := c.Toward
			if len(toward) == 0 {
				toward = a.Parties
			}
			for _, b := range c.Bearers {
				line.Others = without(toward, b)
				get(b).Owes = append(get(b).Owes, line)
			}
			for _, to := range toward {
				if line.Others = without(c.Bearers, to); len(line.Others) > 0 {
					get(to).Owed = append(get(to).Owed, line)
				}
			}
		}
	}
	return slices.DeleteFunc(out, func(p DutyParty) bool { return len(p.Owes)+len(p.Owed) == 0 })
}

// without returns the list without one entry.
func without(list []string, x string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(y string) bool { return y == x })
}

// lives lists the agreements by day of signing, those never signed last.
func (k *computer) lives(today, horizon *treaty.Report) []AgreementLife {
	out := []AgreementLife{}
	n := 0
	for i := range k.c.Agreements {
		a := &k.c.Agreements[i]
		l := AgreementLife{Agreement: a.ID, Name: a.Name, Parties: a.Parties, KnownSince: a.KnownSince, Signed: a.Signed, InForce: a.InForce, Ended: a.Ended}
		if a.InForceIf != nil {
			l.If = a.InForceIf.Text()
		}
		l.Today, l.Horizon = life(today.Clauses[n:n+len(a.Clauses)]), life(horizon.Clauses[n:n+len(a.Clauses)])
		n += len(a.Clauses)
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(x, y AgreementLife) int {
		a, b := x.Signed, y.Signed
		switch {
		case a == b || a.IsZero() && b.IsZero():
			return 0
		case a.IsZero():
			return 1
		case b.IsZero() || a.Before(b):
			return -1
		case b.Before(a):
			return 1
		}
		return 0
	})
	return out
}

// life is the state of an agreement as its clauses tell it: what the model or a
// date of its own says of a clause is not said of the whole.
func life(clauses []treaty.ClauseState) LifeState {
	var out LifeState
	for _, c := range clauses {
		switch c.State {
		case treaty.OutsideModel, treaty.GrantsPower, treaty.NotApplicable:
			if out.State == "" {
				out = LifeState{treaty.Binds, ""}
			}
		case treaty.LeftOut:
		default:
			if out.Why == "" {
				out = LifeState{c.State, c.Why}
			}
		}
	}
	return out
}

// clash answers a claim that duties clash. The conflicts it may mean are those in
// whose core every agreement or clause it names has a part, and that can bite
// where its condition holds.
func (k *computer) clash(x *belief.Claim, a *Agreements, horizon *treaty.Report, rows bindingWorlds, s *dutySayer) (ClashAnswer, error) {
	out := ClashAnswer{Claim: x.ID, Speaker: x.Speaker, Names: x.Clash, Verdicts: []int{}, Asserted: []string{}, Given: []BiteWeight{}}
	given := k.c.Space.True()
	if x.If != nil {
		given, out.If = x.If, x.If.Text()
	}
	bites := k.c.Space.False()
	for i := range horizon.Verdicts {
		v := &horizon.Verdicts[i]
		if !meant(v, x.Clash) || v.Where == nil || rows[i].And(k.freight.Worlds.Select(given)).Count() == 0 {
			continue
		}
		out.Verdicts = append(out.Verdicts, i)
		bites = k.c.Space.Or(bites, v.Where)
	}
	out.Arises = len(out.Verdicts) > 0
	if out.Arises {
		out.Given = k.bites(k.freight.Worlds.Select(bites), k.freight.Worlds.Select(given))
		var err error
		if out.Asserted, err = k.restsOn(x, given); err != nil {
			return out, err
		}
		out.Own = len(out.Asserted) > 0 && !slices.ContainsFunc(out.Asserted, func(id string) bool { return s.speaker[id] != x.Speaker })
	}
	out.Sentence = s.clash(&out, a)
	return out, nil
}

// meant reports whether a verdict is a conflict or a tension in which everything
// named has a part.
func meant(v *treaty.Verdict, names []string) bool {
	if !v.Conflict() {
		return false
	}
	for _, name := range names {
		if !slices.ContainsFunc(v.Clauses(), func(c string) bool { return c == name || strings.HasPrefix(c, name+"/") }) {
			return false
		}
	}
	return true
}

// restsOn lists the claims whose asserted clauses a clash needs: without the
// clauses of any one of them it does not arise.
func (k *computer) restsOn(x *belief.Claim, given *formula.Prop) ([]string, error) {
	var claims []string
	for _, a := range k.c.Agreements {
		for _, c := range a.Clauses {
			if c.Standing.Claim != "" && !slices.Contains(claims, c.Standing.Claim) {
				claims = append(claims, c.Standing.Claim)
			}
		}
	}
	out := []string{}
	for _, claim := range claims {
		in := k.c.Treaty()
		in.Agreements = slices.Clone(in.Agreements)
		for i := range in.Agreements {
			a := &in.Agreements[i]
			a.Clauses = slices.DeleteFunc(slices.Clone(a.Clauses), func(c treaty.Clause) bool { return c.Standing.Claim == claim })
		}
		opt := horizonOptions(k.c)
		opt.ConflictsOnly = true
		r, err := treaty.Analyse(in, opt)
		if err != nil {
			return nil, fmt.Errorf("the clash of %s without the clauses of %s: %w", x.ID, claim, err)
		}
		possible := k.freight.Worlds.Select(given)
		if !slices.ContainsFunc(r.Verdicts, func(v treaty.Verdict) bool {
			return meant(&v, x.Clash) && v.Where != nil && k.freight.Worlds.Select(v.Where).And(possible).Count() > 0
		}) {
			out = append(out, claim)
		}
	}
	return out, nil
}

// agreementWords indexes what sentences name.
func (k *computer) agreementWords() *dutySayer { return newDutySayer(k.c) }

// newDutySayer indexes what sentences on agreements name.
func newDutySayer(c *casefile.Case) *dutySayer {
	s := &dutySayer{actor: map[string]string{}, variable: map[string]casefile.Variable{}, speaker: map[string]string{}, title: map[string]string{}, c: c}
	for _, x := range c.Actors {
		s.actor[x.ID] = nameOr(x.Name, x.ID)
	}
	for _, v := range c.Variables {
		s.variable[v.ID] = v
	}
	for i := range c.Claims {
		s.speaker[c.Claims[i].ID] = c.Claims[i].Speaker
	}
	for _, a := range c.Agreements {
		name, _, _ := strings.Cut(nameOr(a.Name, a.ID), " (")
		s.title[a.ID] = name
	}
	return s
}
