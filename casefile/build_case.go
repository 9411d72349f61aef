package casefile

import (
	"slices"

	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/units"
)

// caseFile reads case.yaml.
func (b *builder) caseFile(n *node) {
	v, ok := b.r.record(caseRecord, n)
	if !ok {
		return
	}
	c := b.c
	if v.has("format") && v.text("format") != "1" {
		d := b.l.Report(ruleFormat, v.at("format"), v.text("format"), "the case is in format %s", v.text("format"))
		d.Expected = "format: 1"
		d.Hint = "use the release of astara that wrote it, or bring the case to format 1"
	}
	c.ID, c.Title, c.About = v.text("id"), v.text("title"), v.text("about")
	c.Focus = b.refItem(tActor, v, "focus")
	c.AsOf = v.date("as_of")
	c.BaseYear, c.Horizon, c.PriceYear = v.integer("base_year"), v.integer("horizon"), v.integer("price_year")
	c.Currency = v.text("currency")
	c.Lexicon = v.text("lexicon")
	if c.Lexicon == "" {
		c.Lexicon = "kent"
	}
	b.lexicon(v)
	if c.BaseYear > 0 && c.Horizon > 0 && c.BaseYear > c.Horizon {
		d := b.l.Report(ruleYears, v.at("horizon"), v.text("horizon"), "the horizon %d lies before the base year %d", c.Horizon, c.BaseYear)
		d.Expected = "base_year <= horizon"
	}
	if c.Horizon > 0 && !c.AsOf.IsZero() && c.AsOf.Year > c.Horizon {
		d := b.l.Report(ruleYears, v.at("as_of"), v.text("as_of"), "the as-of date %v lies after the horizon %d", c.AsOf, c.Horizon)
		d.Expected = "as_of no later than the horizon"
	}
	b.deflator(v)
	for _, q := range v.records("questions") {
		b.question(q)
	}
	c.BaseYearConditions = b.refItems(tEffect, v, "base_year_conditions")
	c.BaselineConditions = b.refItems(tEffect, v, "baseline_conditions")
}

// deflator sets up the conversion of money of other years.
func (b *builder) deflator(v values) {
	b.r.priceYear = b.c.PriceYear
	n := v.get("deflator")
	if n == nil {
		return
	}
	factors := map[int]float64{}
	for _, e := range n.keys {
		year := 0
		for _, c := range e.key {
			if c < '0' || c > '9' || year > 9999 {
				year = -1
				break
			}
			year = year*10 + int(c-'0')
		}
		if year < 1000 || year > 2200 {
			b.l.Report(ruleDate, e.pos, e.key, "%q is not a year", e.key).Expected = "a year of four digits"
			continue
		}
		f := b.r.figure(e.value, units.Dimensionless, "", "deflator."+e.key)
		if f.Known && f.Central <= 0 {
			b.l.Report(ruleQuantity, e.value.pos, e.value.text, "a deflator is above 0")
			continue
		}
		if f.Known {
			factors[year] = f.Central
		}
	}
	b.r.deflate = func(year int) (float64, bool) {
		f, ok := factors[year]
		return f, ok
	}
}

func (b *builder) question(v values) {
	q := Question{ID: v.text("id"), Text: v.text("text"), Kind: Ask(v.text("kind")), Pos: v.at("id")}
	if q.Kind == "" {
		q.Kind = AskEffects
	}
	for _, old := range b.c.Questions {
		if old.ID == q.ID && q.ID != "" {
			d := b.l.Report(ruleDuplicateID, q.Pos, q.ID, "there are two questions %q", q.ID)
			d.Also = append(d.Also, old.Pos)
		}
	}
	for _, it := range v.list("acts") {
		b.ref(tVariable, it.text, it.pos)
		q.Acts = append(q.Acts, it.text)
		if b.c.Space == nil {
			continue
		}
		if i, ok := b.c.Space.Index(it.text); ok && b.c.Space.Vars()[i].Kind != "act" {
			d := b.l.Report(ruleQuestionAct, it.pos, it.text, "%q is of kind %s, not an act", it.text, b.c.Space.Vars()[i].Kind)
			d.Expected = "a variable of kind act"
			if acts := b.acts(); len(acts) > 0 {
				d.Expected += ": " + join(acts)
			} else {
				d.Hint = "the case has none; variables.yaml gives a variable its kind"
			}
		}
	}
	q.Outcomes = b.refItems(tOutcome, v, "outcomes")
	b.c.Questions = append(b.c.Questions, q)
}

// acts lists the variables of kind act.
func (b *builder) acts() []string {
	var out []string
	if b.c.Space != nil {
		for _, v := range b.c.Space.Vars() {
			if v.Kind == "act" {
				out = append(out, v.ID)
			}
		}
	}
	return out
}

// list reads the one list of a file, item by item.
func (b *builder) list(def *record, n *node, name string, f func(values)) {
	v, ok := b.r.record(def, n)
	if !ok {
		return
	}
	b.format(v)
	for _, w := range v.records(name) {
		f(w)
	}
}

// format checks the version that a file states for itself.
func (b *builder) format(v values) {
	if t := v.text("format"); t != "" && t != "1" {
		d := b.l.Report(ruleFormat, v.at("format"), t, "the file is in format %s", t)
		d.Expected = "format: 1"
	}
}

func (b *builder) source(v values) {
	s := Source{ID: v.text("id"), Publisher: v.text("publisher"), Title: v.text("title"), Date: v.date("date"), Address: v.text("address"),
		Kind: v.text("kind"), SHA256: v.text("sha256"), Text: v.text("text"), Note: v.text("note"), Pos: v.at("id")}
	if s.Kind == "" {
		s.Kind = "document"
	}
	if b.declare(tSource, s.ID, s.Pos) {
		b.c.Sources = append(b.c.Sources, s)
	}
}

// weighings are the ids of the views of an answer that are no speaker's.
var weighings = []string{"reference", "mixture", "consensus"}

func (b *builder) actor(v values) {
	a := Actor{ID: v.text("id"), Name: v.text("name"), Kind: ActorKind(v.text("kind")), OtherNames: v.texts("other_names"), About: v.text("about"), Ref: b.meta(v)}
	for _, m := range v.records("members") {
		w := Member{Actor: b.refItem(tActor, m, "actor"), Pos: m.at("actor")}
		if m.node["from"] != nil {
			w.From = m.date("from")
		}
		if m.node["until"] != nil {
			w.Until = m.date("until")
		}
		if w.Until.Before(w.From) {
			d := b.l.Report(ruleMemberDates, m.at("until"), m.text("until"), "the membership of %q ends before it begins", w.Actor)
			d.Expected = "from <= until"
		}
		a.Members = append(a.Members, w)
	}
	if len(a.Members) > 0 && a.Kind != Bloc && a.Kind != Platform && a.Kind != "" {
		d := b.l.Report(ruleMember, v.at("members"), a.ID, "%q is of kind %s and has members", a.ID, a.Kind)
		d.Expected = "members only with kind bloc or platform"
	}
	if slices.Contains(weighings, a.ID) {
		d := b.l.Report(ruleReservedActor, v.at("id"), a.ID, "no actor can be called %q", a.ID)
		d.Expected = "another id than " + join(weighings)
		d.Hint = "answers have these ids for views that are not one speaker's"
	}
	if b.declare(tActor, a.ID, a.Pos) {
		b.c.Actors = append(b.c.Actors, a)
	}
}

// variables reads the variables and makes the space. Variables that cannot be
// read are left out of it, and propositions then stay silent about them.
func (b *builder) variables(n *node) {
	v, ok := b.r.record(fileRec("variables"), n)
	if !ok {
		b.variablesLost = true
		return
	}
	b.format(v)
	var rows []values
	var vars []formula.Variable
	if n := v.get("variables"); n == nil {
		b.variablesLost = true
	} else {
		records := v.records("variables")
		b.variablesLost = len(records) != len(n.items)
		for _, w := range records {
			if fv, ok := b.variable(w); ok {
				vars, rows = append(vars, fv), append(rows, w)
			} else {
				b.variablesLost = true
			}
		}
	}
	if len(vars) == 0 {
		return
	}
	space, err := formula.NewSpace(vars)
	if err != nil {
		d := b.l.Report(ruleTooManyWorlds, vars[0].Pos, "", "the states of the variables multiply to more than %d combinations", formula.MaxSize)
		d.Expected = "fewer variables or fewer states"
		b.variablesLost = true
		return
	}
	b.c.Space = space
	for i, w := range rows {
		b.c.Variables = append(b.c.Variables, Variable{Variable: vars[i], About: w.text("about"), ResolvesBy: w.date("resolves_by"), Ref: b.meta(w)})
	}
	for i, w := range rows {
		b.influence(i, w)
	}
	b.cycles(rows)
	for i, w := range rows {
		b.given(i, w)
	}
	for _, w := range v.records("facts") {
		b.impossible(w)
	}
}

// variable reads what the space needs to know of a variable.
func (b *builder) variable(v values) (formula.Variable, bool) {
	out := formula.Variable{ID: v.text("id"), Name: v.text("name"), Kind: v.text("kind"), Pos: v.at("id")}
	ok := out.ID != "" && out.Kind != ""
	if out.ID != "" {
		if err := formula.CheckID(out.ID); err != nil {
			d := b.l.Report(ruleSpace, out.Pos, out.ID, "%q cannot name a variable: %v", out.ID, err)
			d.Expected = "letters, digits and _, or a form such as position(IR,zangezur)"
			ok = false
		} else if !b.declare(tVariable, out.ID, out.Pos) {
			return out, false
		}
	}
	seen := map[string]bool{}
	for _, st := range v.list("states") {
		if err := formula.CheckState(st.text); err != nil {
			b.l.Report(ruleStates, st.pos, st.text, "%q cannot name a state: %v", st.text, err).Expected = "letters, digits and _"
			ok = false
		} else if seen[st.text] {
			b.l.Report(ruleStates, st.pos, st.text, "the state %q stands twice", st.text)
			ok = false
		}
		seen[st.text] = true
		out.States = append(out.States, st.text)
	}
	if n := len(out.States); v.has("states") && (n < formula.MinStates || n > formula.MaxStates) {
		d := b.l.Report(ruleStates, v.at("states"), out.ID, "%q has %d states", out.ID, n)
		d.Expected = "two to five states"
		ok = false
	}
	if base, has := v.one("baseline"); has {
		out.Baseline = -1
		for i, st := range out.States {
			if st == base.text {
				out.Baseline = i
			}
		}
		if out.Baseline < 0 && len(out.States) > 0 {
			d := b.l.Report(ruleBaseline, base.pos, base.text, "%q is not a state of %q", base.text, out.ID)
			d.Expected = "one of " + join(out.States)
			b.suggest(d, base.text, out.States)
			out.Baseline = 0
		}
	}
	return out, ok && v.has("states")
}
