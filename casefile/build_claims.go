package casefile

import (
	"fmt"
	"strings"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/units"
)

// claim reads a claim and checks it against what its kind needs.
func (b *builder) claim(v values) {
	c := belief.Claim{
		ID: v.text("id"), Speaker: b.refItem(tActor, v, "speaker"), Source: b.refItem(tSource, v, "source"),
		Paragraph: v.text("paragraph"), Date: v.date("date"), Paraphrase: v.text("paraphrase"), Kind: belief.Kind(v.text("kind")),
		Reading: belief.See, If: b.prop(v, "if"), Then: b.prop(v, "then"), Way: belief.Way(v.text("way")), Hedge: v.text("hedge"),
		BearsOn: v.texts("bears_on"), Letter: v.letter("letter"), Note: v.text("note"), Pos: v.at("id"),
	}
	if v.has("reading") {
		c.Reading = belief.Reading(v.text("reading"))
	}
	if s, ok := v.record("span"); ok {
		c.From, c.Until = s.date("from"), s.date("until")
		if c.Until.Before(c.From) {
			b.l.Report(ruleSpan, s.at("until"), s.text("until"), "the span of %q ends before it begins", c.ID).Expected = "from <= until"
		}
	}
	b.locator(&c, v)
	if s, ok := v.record("quote"); ok {
		c.Quote = belief.Selector{Exact: s.text("exact"), Prefix: s.text("prefix"), Suffix: s.text("suffix"), Pos: s.pos}
		if s.has("near") {
			near := s.integer("near")
			c.Quote.Near = &near
		}
	}
	b.interval(&c, v)
	b.claimKind(&c, v)
	if s, ok := v.record("outcome"); ok {
		b.statement(&c, s)
	}
	if s, ok := v.record("comparison"); ok {
		c.Compared = &belief.Compared{More: b.prop(s, "more"), Less: b.prop(s, "less"),
			MoreAgreement: b.refItem(tAgreement, s, "more_agreement"), LessAgreement: b.refItem(tAgreement, s, "less_agreement"), In: s.text("in"), Pos: s.pos}
	}
	if s, ok := v.record("record"); ok {
		c.Contained = &belief.Contained{Agreement: b.refItem(tAgreement, s, "agreement"), Subject: s.text("subject"), Clause: b.refItem(tClause, s, "clause"), Absent: s.boolean("absent"), Pos: s.pos}
	}
	if s, ok := v.record("quantity"); ok {
		c.Amount = &belief.Amount{What: s.text("what"), Unit: s.text("unit"), Value: b.figure(s, "value"), Year: s.integer("year"), Pos: s.pos}
	}
	for _, key := range []string{"if", "then"} {
		p := c.If
		if key == "then" {
			p = c.Then
		}
		if p == nil {
			continue
		}
		if value, constant := p.Constant(); constant {
			b.l.Report(ruleClaimConst, v.at(key), v.text(key), "%q of %q is always %v", key, c.ID, value).Expected = "a proposition that some worlds meet and some do not"
		}
	}
	b.doReading(&c, v)
	b.bearsOn = append(b.bearsOn, v.list("bears_on")...)
	for _, it := range v.list("clash") {
		c.Clash = append(c.Clash, it.text)
		b.clashes = append(b.clashes, it)
	}
	if len(c.Clash) == 1 {
		b.l.Report(ruleClaimShape, v.at("clash"), c.Clash[0], "one side alone clashes with nothing").Expected = "two agreements or clauses, or more"
	}
	if b.declare(tClaim, c.ID, c.Pos) {
		b.c.Claims = append(b.c.Claims, c)
		b.claimAts = append(b.claimAts, v)
	}
}

func (b *builder) locator(c *belief.Claim, v values) {
	s, ok := v.record("locator")
	if !ok {
		return
	}
	c.Locator = belief.Locator{Start: s.integer("start"), End: s.integer("end"), SHA256: s.text("sha256"), Pos: s.pos}
	if !s.has("start") || !s.has("end") {
		return
	}
	if c.Locator.Start < 0 || c.Locator.End <= c.Locator.Start {
		d := b.l.Report(ruleLocator, s.at("end"), s.text("end"), "the span from %d to %d of %q is empty or turned round", c.Locator.Start, c.Locator.End, c.ID)
		d.Expected = "0 <= start < end, in code points"
	}
}

func (b *builder) interval(c *belief.Claim, v values) {
	n := v.get("interval")
	if n == nil {
		return
	}
	f := b.r.figure(n, units.Share, "", "interval")
	if !f.Known {
		return
	}
	if f.Low < 0 || f.High > 1 {
		b.l.Report(ruleInterval, n.pos, n.text, "the interval of %q is not within 0 to 1", c.ID).Expected = "shares from 0 to 1"
		return
	}
	c.Interval = belief.Interval{Low: f.Low, High: f.High, Known: true, Pos: n.pos}
	if n.shape != sList || len(n.items) == 3 {
		c.Interval.Centre, c.Interval.HasCentre = f.Central, true
	}
}

// claimNeeds are the keys that a kind needs.
var claimNeeds = map[belief.Kind][]string{
	belief.Level: {"then"}, belief.Possibility: {"then"}, belief.Fact: {}, belief.Direction: {"if", "then", "way"},
	belief.Comparison: {"comparison"}, belief.Outcome: {"outcome"}, belief.Quantity: {"quantity"}, belief.Record: {"record"},
	belief.Context: {}, belief.Caveat: {},
}

// claimOwn are the keys that belong to one kind.
var claimOwn = []struct {
	key  string
	kind belief.Kind
}{{"way", belief.Direction}, {"comparison", belief.Comparison}, {"outcome", belief.Outcome}, {"quantity", belief.Quantity}, {"record", belief.Record}}

func (b *builder) claimKind(c *belief.Claim, v values) {
	needs, ok := claimNeeds[c.Kind]
	if !ok {
		return
	}
	for _, key := range needs {
		if !v.has(key) && !(key == "then" && v.has("clash")) {
			d := b.l.Report(ruleClaimShape, v.at("kind"), string(c.Kind), "a claim of kind %s without %q", c.Kind, key)
			d.Expected = key + ": " + claimRecord.field(key).what()
		}
	}
	for _, own := range claimOwn {
		if v.has(own.key) && c.Kind != own.kind {
			d := b.l.Report(ruleClaimShape, v.at(own.key), own.key, "%q in a claim of kind %s", own.key, c.Kind)
			d.Expected = own.key + " only in a claim of kind " + string(own.kind)
		}
	}
	if c.Kind == belief.Fact && !v.has("then") && !v.has("bears_on") {
		b.l.Report(ruleClaimShape, v.at("kind"), string(c.Kind), "a claim of kind fact without \"then\" and \"bears_on\"").Expected = "then: what is so; or bears_on: what it touches, where it lies outside the variables"
	}
	if v.has("clash") && (v.has("then") || c.Kind != belief.Level && c.Kind != belief.Possibility) {
		b.l.Report(ruleClaimShape, v.at("clash"), "clash", "\"clash\" in a claim of kind %s or beside then", c.Kind).Expected = "clash in the place of then, in a claim of kind level or possibility"
	}
	if !c.Kind.Weighs() && v.has("interval") {
		b.l.Report(ruleClaimShape, v.at("interval"), "", "a claim of kind %s has an interval, and weighs no world", c.Kind).Expected = "no interval"
	}
	if !c.Kind.Weighs() && v.has("then") && c.Kind != belief.Context && c.Kind != belief.Caveat {
		b.l.Report(ruleClaimShape, v.at("then"), "", "a claim of kind %s has a then, and weighs no world", c.Kind).Expected = "no then; another claim of kind level for what happens"
	}
	b.claimHedge(c, v)
}

// claimHedge checks that a number can be found for a claim that needs one.
func (b *builder) claimHedge(c *belief.Claim, v values) {
	switch c.Kind {
	case belief.Level, belief.Possibility, belief.Outcome, belief.Comparison:
	default:
		return
	}
	if v.has("interval") || c.Kind == belief.Comparison {
		return
	}
	if c.Hedge == "" {
		if s := v.get("outcome"); s != nil {
			for _, e := range s.keys {
				if e.key == "expected" && e.value.shape == sBool && boolText(e.value) == "true" {
					return
				}
			}
		}
		d := b.l.Report(ruleClaimSilent, c.Pos, c.ID, "%q has neither a hedge nor an interval", c.ID)
		d.Expected = "hedge: the speaker's hedge, or interval: [low, high]"
		return
	}
	if c.Kind == belief.Possibility {
		return // that something is possible needs no phrase of a scale
	}
	lex, ok := belief.LexiconNamed(b.c.Lexicon)
	if !ok {
		return
	}
	if _, ok := lex.Find(c.Hedge); !ok {
		var phrases []string
		for _, t := range lex.Terms {
			phrases = append(phrases, t.Phrase)
		}
		rule, beyond := ruleHedgeUnread, " or of any other"
		if other := readBy(c.Hedge); other != "" {
			rule, beyond = ruleHedge, fmt.Sprintf("; it is read with %q", other)
		}
		d := b.l.Report(rule, v.at("hedge"), c.Hedge, "%q holds no phrase of the lexicon %q%s", c.Hedge, lex.Name, beyond)
		d.Expected = "one of " + join(phrases) + ", or an interval"
		b.suggest(d, c.Hedge, phrases)
	}
}

// readBy names the first lexicon that reads a hedge, "" where none does.
func readBy(hedge string) string {
	lexicons := belief.Lexicons()
	for i := range lexicons {
		if _, ok := lexicons[i].Find(hedge); ok {
			return lexicons[i].Name
		}
	}
	return ""
}

// doReading checks that a claim about doing has an act as its condition.
func (b *builder) doReading(c *belief.Claim, v values) {
	if c.Reading != belief.Do || b.c.Space == nil {
		return
	}
	expected := "if: a proposition over acts alone, such as "
	if acts := b.acts(); len(acts) > 0 {
		i := b.index(acts[0])
		states := b.c.Space.Vars()[i].States
		expected += acts[0] + "=" + states[len(states)-1]
	} else {
		expected += "an act of variables.yaml (the case has none)"
	}
	if !v.has("if") {
		d := b.l.Report(ruleDoNoAct, v.at("reading"), "do", "%q has the reading do and no condition", c.ID)
		d.Expected = expected
		d.Hint = "write the act under if, or use reading: see"
		return
	}
	if c.If == nil {
		return
	}
	for _, i := range c.If.Vars() {
		if x := b.c.Space.Vars()[i]; x.Kind != "act" {
			d := b.l.Report(ruleDoNoAct, v.at("if"), v.text("if"), "%q has the reading do, and %q is of kind %s: nobody chooses it", c.ID, x.ID, x.Kind)
			d.Expected = expected
			d.Hint = "make " + x.ID + " an act, condition on an act, or use reading: see"
			return
		}
	}
}

// statement reads what a claim says of outcomes.
func (b *builder) statement(c *belief.Claim, v values) {
	s := &belief.Statement{Outcomes: b.refItems(tOutcome, v, "outcomes"), Quantifier: belief.All, Change: belief.Absolute, Relative: v.boolean("relative"), Expected: v.boolean("expected"), Pos: v.pos}
	if v.has("of") {
		s.Quantifier = belief.Quantifier(v.text("of"))
	}
	if v.has("change") {
		s.Change = belief.Against(v.text("change"))
	}
	c.Statement = s
	report := func(key, expected, format string, args ...any) {
		b.l.Report(ruleThreshold, v.at(key), v.text(key), format, args...).Expected = expected
	}
	if s.Change == belief.Absolute && s.Relative {
		report("relative", "change: no_pact or change: baseline", "a level has nothing to be relative to")
	}
	if s.Change == belief.Absolute && v.has("beyond") {
		report("beyond", "change: no_pact or change: baseline; or at_least and at_most", "beyond is the size of a change, and the statement is about a level")
	}
	if v.has("beyond") && (v.has("at_least") || v.has("at_most")) {
		report("beyond", "beyond alone, or at_least and at_most", "beyond together with a bound")
	}
	for _, key := range []string{"at_least", "at_most", "beyond"} {
		n := v.get(key)
		if n == nil {
			continue
		}
		f := b.threshold(s, n, key)
		b.figureSources(n, f)
		switch key {
		case "at_least":
			s.AtLeast = f
		case "at_most":
			s.AtMost = f
		default:
			s.Beyond = f
			if f.Known && f.Low < 0 {
				report("beyond", "0 or more", "the size of a change is below 0")
			}
		}
	}
	if s.AtLeast.Known && s.AtMost.Known && s.AtLeast.Central > s.AtMost.Central {
		report("at_most", "at_least <= at_most", "the bounds leave nothing between them")
	}
}

// threshold reads a bound in the unit of the outcomes, which must be one.
func (b *builder) threshold(s *belief.Statement, n *node, key string) units.Figure {
	if s.Relative || n.shape == sInt && strings.Trim(n.text, "-0") == "" {
		// A share of the reference value; or 0, which is 0 in any unit.
		return b.r.figure(n, units.Dimensionless, "", key)
	}
	var first *Outcome
	for _, id := range s.Outcomes {
		o := b.outcomeByID(id)
		if o == nil {
			return units.Figure{}
		}
		if first == nil {
			first = o
			continue
		}
		if measureDims[o.Measure] != measureDims[first.Measure] || o.Unit != first.Unit {
			d := b.l.Report(ruleThreshold, n.pos, n.text, "one bound for outcomes in %q and in %q", first.Unit, o.Unit)
			d.Expected = "outcomes in one unit, or relative: true"
			return units.Figure{}
		}
	}
	if first == nil {
		return units.Figure{}
	}
	dim := measureDims[first.Measure]
	size, err := b.unitSize(first.Unit, dim)
	if err != nil {
		return units.Figure{}
	}
	return b.measured(n, dim, size, key)
}

func (b *builder) outcomeByID(id string) *Outcome {
	for i := range b.c.Outcomes {
		if b.c.Outcomes[i].ID == id {
			return &b.c.Outcomes[i]
		}
	}
	return nil
}

// checkClaims looks up what needs other files.
func (b *builder) checkClaims() {
	kinds, hashed := map[string]ActorKind{}, map[string]bool{}
	for _, a := range b.c.Actors {
		kinds[a.ID] = a.Kind
	}
	for _, s := range b.c.Sources {
		hashed[s.ID] = s.SHA256 != ""
	}
	for i := range b.c.Claims {
		c, v := &b.c.Claims[i], b.claimAts[i]
		if k, ok := kinds[c.Speaker]; ok && k != Person && k != Organisation {
			d := b.l.Report(ruleSpeaker, v.at("speaker"), c.Speaker, "the speaker %q of %q is a %s", c.Speaker, c.ID, k)
			d.Expected = "a person or an organisation"
		}
		if has, ok := hashed[c.Source]; ok && !has && c.Locator.Known() {
			d := b.l.Report(ruleLocatorSource, v.at("source"), c.Source, "%q locates words in %q, whose text has no hash", c.ID, c.Source)
			d.Expected = "sha256 of the text in sources.yaml"
		}
	}
	for _, it := range b.clashes {
		_, agreement := b.ids[tAgreement][it.text]
		if _, clause := b.ids[tClause][it.text]; !agreement && !clause && !b.lost[tClause] {
			d := b.l.Report(ruleUnknownClause, it.pos, it.text, "there is no clause or agreement %q", it.text)
			d.Expected = "agreement/clause, or an agreement"
			b.suggest(d, it.text, append(append([]string(nil), b.names[tClause]...), b.names[tAgreement]...))
		}
	}
	var names []string
	places := []target{tVariable, tOutcome, tAgreement, tClause, tCorridor, tActor}
	for _, t := range places {
		names = append(names, b.names[t]...)
	}
	for _, it := range b.bearsOn {
		found := false
		for _, t := range places {
			_, ok := b.ids[t][it.text]
			found = found || ok
		}
		if !found && !b.variablesLost && !b.lost[tOutcome] && !b.lost[tAgreement] && !b.lost[tCorridor] && !b.lost[tActor] {
			d := b.l.Report(ruleBearsOn, it.pos, it.text, "there is no %q to bear on", it.text)
			d.Expected = "a variable, outcome, agreement, clause, corridor or actor"
			b.suggest(d, it.text, names)
		}
	}
}
