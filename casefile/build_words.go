package casefile

import (
	"strconv"
	"strings"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/ledger"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

func itoa(i int) string { return strconv.Itoa(i) }

// lexicon looks up the case's lexicon of hedge words.
func (b *builder) lexicon(v values) {
	if _, ok := belief.LexiconNamed(b.c.Lexicon); !ok {
		d := b.l.Report(ruleLexicon, v.at("lexicon"), b.c.Lexicon, "there is no lexicon %q", b.c.Lexicon)
		d.Expected = "one of " + join(belief.LexiconNames())
		b.suggest(d, b.c.Lexicon, belief.LexiconNames())
	}
}

// agreements reads a file of agreements/.
func (b *builder) agreements(n *node) {
	v, ok := b.r.record(agreementsFile, n)
	if !ok {
		return
	}
	b.format(v)
	for _, key := range []string{"agreement", "agreements"} {
		for _, w := range v.records(key) {
			b.agreement(w)
		}
	}
}

func (b *builder) agreement(v values) {
	m := b.meta(v)
	a := treaty.Agreement{
		ID: v.text("id"), Name: v.text("name"), OtherNames: v.texts("other_names"), About: v.text("about"), Parties: b.refItems(tActor, v, "parties"),
		Signed: v.date("signed"), InForce: v.date("in_force"), Ended: v.date("ended"), KnownSince: v.date("known_since"),
		InForceIf: b.prop(v, "in_force_if"),
		Ref:       treaty.Ref{Pos: m.Pos, Source: m.Source, Letter: m.Letter, Note: m.Note},
	}
	if !b.declare(tAgreement, a.ID, a.Pos) {
		return
	}
	order := func(first, second string, f, s Date) {
		if s.Before(f) {
			d := b.l.Report(ruleAgreementDates, v.at(second), v.text(second), "%q: %s %v lies before %s %v", a.ID, second, s, first, f)
			d.Expected = "signed <= in_force <= ended"
		}
	}
	order("signed", "in_force", a.Signed, a.InForce)
	order("in_force", "ended", a.InForce, a.Ended)
	if a.InForce.IsZero() {
		order("signed", "ended", a.Signed, a.Ended)
	}
	if len(a.Parties) < 2 && v.has("parties") {
		b.l.Report(ruleFewParties, v.at("parties"), a.ID, "%q has one party", a.ID).Expected = "two parties or more"
	}
	for _, w := range v.records("clauses") {
		b.clause(&a, w)
	}
	b.c.Agreements = append(b.c.Agreements, a)
	b.agreementAts = append(b.agreementAts, v)
}

// clause reads a clause of agreement a.
func (b *builder) clause(a *treaty.Agreement, v values) {
	m := b.meta(v)
	c := treaty.Clause{
		ID: v.text("id"), Article: v.text("article"), Bearers: b.refItems(tActor, v, "bearers"), Toward: b.refItems(tActor, v, "toward"),
		Modality: treaty.Modality(v.text("modality")), What: b.prop(v, "what"), Action: v.text("action"), Scope: v.texts("scope"),
		When: b.prop(v, "when"), Unless: b.prop(v, "unless"), From: v.date("from"), Until: v.date("until"), Paraphrase: v.text("paraphrase"),
		Weight: units.Exactly(1, units.Dimensionless),
		Ref:    treaty.Ref{Pos: m.Pos, Source: m.Source, Letter: m.Letter, Note: m.Note},
	}
	if v.has("weight") {
		if f := b.figure(v, "weight"); f.Known && f.Low < 0 {
			b.l.Report(ruleQuantity, v.at("weight"), v.text("weight"), "the weight of a clause is below 0").Expected = "0 or more"
		} else if f.Known {
			c.Weight = f
		}
	}
	if v.has("kept") {
		c.Kept = b.figure(v, "kept")
	}
	if c.KeptIf = b.prop(v, "kept_if"); v.has("kept_if") && !v.has("kept") {
		b.l.Report(ruleKept, v.at("kept_if"), v.text("kept_if"), "kept_if narrows a probability that %q does not give", c.ID).Expected = "kept beside it"
	}
	if it, ok := v.one("standing"); ok {
		kind, claim, _ := strings.Cut(it.text, ":")
		c.Standing = treaty.Standing{Kind: treaty.StandingKind(kind), Claim: strings.TrimSpace(claim)}
		if c.Standing.Claim != "" {
			b.refs = append(b.refs, reference{to: tClaim, name: c.Standing.Claim, pos: it.pos, rule: ruleStanding})
		}
	}
	if c.Until.Before(c.From) {
		b.l.Report(ruleSpan, v.at("until"), v.text("until"), "the clause %q ends before it begins", c.ID).Expected = "from <= until"
	}
	if c.ID == "" || !b.declare(tClause, treaty.Name(a.ID, c.ID), c.Pos) {
		return
	}
	full := func(name string) string {
		if strings.Contains(name, "/") {
			return name
		}
		return treaty.Name(a.ID, name)
	}
	if it, ok := v.one("otherwise"); ok {
		c.Otherwise = full(it.text)
		b.ref(tClause, c.Otherwise, it.pos)
	}
	for _, it := range v.list("ranks_over") {
		c.RanksOver = append(c.RanksOver, it.text)
		b.ranks = append(b.ranks, rank{agreement: a.ID, clause: treaty.Name(a.ID, c.ID), over: it})
	}
	b.clauseWhat(&c, v)
	for _, it := range v.list("bearers") {
		if !contains(a.Parties, it.text) {
			b.l.Report(ruleClauseParty, it.pos, it.text, "%q is bound by %q and is no party of %q", it.text, c.ID, a.ID).Expected = "one of " + join(a.Parties)
		}
	}
	if c.Modality == treaty.Align {
		b.scope(a, &c, v)
	}
	for _, x := range []struct {
		key string
		p   *formula.Prop
	}{{"what", c.What}, {"when", c.When}, {"unless", c.Unless}} {
		if x.p == nil {
			continue
		}
		if value, constant := x.p.Constant(); constant {
			b.l.Report(ruleClauseConst, v.at(x.key), v.text(x.key), "%q of the clause %q is always %v", x.key, c.ID, value)
		}
	}
	a.Clauses = append(a.Clauses, c)
}

// clauseWhat checks that a clause says something its modality takes.
func (b *builder) clauseWhat(c *treaty.Clause, v values) {
	switch {
	case c.Modality == treaty.Align && !v.has("scope"):
		b.l.Report(ruleClauseWhat, v.at("modality"), c.ID, "the clause %q aligns positions and names no issue", c.ID).Expected = "scope: [issue]"
	case c.Modality != treaty.Align && v.has("scope"):
		b.l.Report(ruleClauseWhat, v.at("scope"), c.ID, "only a clause with modality align has a scope").Expected = "what or action"
	case c.Modality != treaty.Align && c.Modality != "" && !v.has("what") && !v.has("action"):
		d := b.l.Report(ruleClauseWhat, v.at("modality"), c.ID, "the clause %q says nothing", c.ID)
		d.Expected = "what: a proposition over the variables, or action: in words"
	}
}

// scope checks that there is a position to align on.
func (b *builder) scope(a *treaty.Agreement, c *treaty.Clause, v values) {
	if b.c.Space == nil || b.variablesLost {
		return
	}
	holders := append([]string(nil), c.Bearers...)
	toward := c.Toward
	if len(toward) == 0 {
		toward = a.Parties
	}
	for _, x := range toward {
		if !contains(holders, x) {
			holders = append(holders, x)
		}
	}
	var issues []string
	for _, x := range b.c.Space.Vars() {
		if who, issue, ok := position(x.ID); ok && who != "" && !contains(issues, issue) {
			issues = append(issues, issue)
		}
	}
	for _, it := range v.list("scope") {
		if !contains(issues, it.text) {
			d := b.l.Report(ruleScope, it.pos, it.text, "nobody has a position on %q", it.text)
			d.Expected = "an issue of a variable position(actor,issue): " + join(issues)
			b.suggest(d, it.text, issues)
			continue
		}
		for _, who := range holders {
			id := "position(" + who + "," + it.text + ")"
			if _, ok := b.c.Space.Index(id); !ok {
				b.l.Report(ruleScopeHolder, it.pos, it.text, "%q aligns %s on %q, and there is no variable %s", c.ID, who, it.text, id)
			}
		}
	}
}

// position takes position(who,issue) apart.
func position(id string) (who, issue string, ok bool) {
	inner, ok := strings.CutPrefix(id, "position(")
	if !ok {
		return "", "", false
	}
	inner, ok = strings.CutSuffix(inner, ")")
	if !ok {
		return "", "", false
	}
	who, issue, ok = strings.Cut(inner, ",")
	return strings.TrimSpace(who), strings.TrimSpace(issue), ok
}

// rank is one arrow of "ranks over".
type rank struct {
	agreement, clause string
	over              item
}

// checkRanks resolves the arrows and reports circles among clauses.
func (b *builder) checkRanks() {
	arrows := map[string][]string{}
	var order []string
	at := map[string]rank{}
	for _, r := range b.ranks {
		full := r.over.text
		if _, ok := b.ids[tAgreement][full]; ok {
			if full == r.agreement {
				b.l.Report(ruleRank, r.over.pos, full, "the clause %q ranks over its own agreement", r.clause)
			}
			continue
		}
		if !strings.Contains(full, "/") {
			full = treaty.Name(r.agreement, full)
		}
		if _, ok := b.ids[tClause][full]; !ok && b.lost[tClause] {
			continue
		} else if !ok {
			d := b.l.Report(ruleUnknownClause, r.over.pos, r.over.text, "there is no clause or agreement %q", r.over.text)
			d.Expected = "agreement/clause, a clause of the same agreement, or an agreement"
			b.suggest(d, full, append(append([]string(nil), b.names[tClause]...), b.names[tAgreement]...))
			continue
		}
		if _, ok := at[r.clause]; !ok {
			order = append(order, r.clause)
			at[r.clause] = r
		}
		arrows[r.clause] = append(arrows[r.clause], full)
	}
	state := map[string]int{}
	var path []string
	var visit func(c string)
	visit = func(c string) {
		state[c] = 1
		path = append(path, c)
		for _, next := range arrows[c] {
			switch state[next] {
			case 0:
				visit(next)
			case 1:
				from := 0
				for path[from] != next {
					from++
				}
				b.l.Report(ruleRank, at[c].over.pos, next, "clauses rank over each other in a circle: %s", strings.Join(append(append([]string(nil), path[from:]...), next), " > "))
			}
		}
		path = path[:len(path)-1]
		state[c] = 2
	}
	for _, c := range order {
		if state[c] == 0 {
			visit(c)
		}
	}
}

// checkAgreements reports texts that the as-of date does not know.
func (b *builder) checkAgreements() {
	for i := range b.c.Agreements {
		a, v := &b.c.Agreements[i], b.agreementAts[i]
		for _, key := range []string{"signed", "known_since"} {
			if date := v.date(key); b.c.AsOf.Before(date) && a.InForceIf == nil && !v.has("in_force_if") {
				d := b.l.Report(ruleAfterAsOf, v.at(key), v.text(key), "%q: %s %v lies after the as-of date %v, so it binds in no world", a.ID, key, date, b.c.AsOf)
				d.Hint = "in_force_if names the worlds in which it binds, where a variable stands for it"
				break
			}
		}
	}
}

// resolution reads a row of the ledger.
func (b *builder) resolution(v values) {
	r := ledger.Resolution{
		Claim: b.refItem(tClaim, v, "claim"), Verdict: ledger.Verdict(v.text("verdict")), Date: v.date("date"), Added: v.date("added"),
		Happened: ledger.Answer(v.text("happened")), Corrects: v.date("corrects"), Letter: v.letter("letter"), Note: v.text("note"), Pos: v.at("claim"),
	}
	if r.Added.IsZero() {
		r.Added = r.Date
	}
	for _, it := range v.list("evidence") {
		r.Evidence = append(r.Evidence, it.text)
		b.evidence = append(b.evidence, it)
	}
	if r.Verdict.Settled() && len(r.Evidence) == 0 {
		d := b.l.Report(ruleLedgerEvidence, v.at("verdict"), v.text("verdict"), "the verdict %s on %q has no evidence", r.Verdict, r.Claim)
		d.Expected = "evidence: ids of timeline.csv, observed.csv or sources.yaml"
	}
	if r.Verdict.Settled() && (r.Letter == 0 || r.Letter == units.Estimate) {
		d := b.l.Report(ruleLedgerLetter, v.at("verdict"), v.text("verdict"), "the verdict on %q does not rest on letter a, m or b", r.Claim)
		d.Expected = "letter: a, m or b; verdict open where nothing better than an estimate is known"
	}
	b.c.Resolutions = append(b.c.Resolutions, r)
	b.resolutionAts = append(b.resolutionAts, v)
}

// checkLedger checks that rows were only ever added.
func (b *builder) checkLedger() {
	claims := map[string]*belief.Claim{}
	for i := range b.c.Claims {
		claims[b.c.Claims[i].ID] = &b.c.Claims[i]
	}
	last := map[string]int{}
	for i := range b.c.Resolutions {
		r, v := &b.c.Resolutions[i], b.resolutionAts[i]
		if i > 0 && r.Added.Before(b.c.Resolutions[i-1].Added) {
			d := b.l.Report(ruleLedgerOrder, v.pos, r.Claim, "this row was added on %v, before the row above it (%v)", r.Added, b.c.Resolutions[i-1].Added)
			d.Expected = "rows in the order they were added; new rows at the end"
		}
		if c := claims[r.Claim]; c != nil {
			b.happened(r, c, v)
		}
		if c := claims[r.Claim]; c != nil && r.Date.Before(c.Date) {
			d := b.l.Report(ruleLedgerEarly, v.at("date"), v.text("date"), "%q is settled on %v and was made on %v", r.Claim, r.Date, c.Date)
			d.Also = append(d.Also, c.Pos)
		}
		if k, ok := last[r.Claim]; ok && b.c.Resolutions[k].Verdict.Settled() && r.Corrects != b.c.Resolutions[k].Date {
			old := &b.c.Resolutions[k]
			d := b.l.Report(ruleLedgerTwice, r.Pos, r.Claim, "%q was settled on %v already", r.Claim, old.Date)
			d.Expected = "corrects: " + old.Date.String() + ", if this row replaces that one"
			d.Also = append(d.Also, old.Pos)
		} else if !ok && !r.Corrects.IsZero() || ok && !b.c.Resolutions[k].Verdict.Settled() && !r.Corrects.IsZero() {
			b.l.Report(ruleLedgerTwice, v.at("corrects"), v.text("corrects"), "no settled row on %q of %v stands above", r.Claim, r.Corrects)
		}
		last[r.Claim] = i
	}
	var names []string
	for _, t := range []target{tEvent, tObservation, tSource} {
		names = append(names, b.names[t]...)
	}
	for _, it := range b.evidence {
		found := false
		for _, t := range []target{tEvent, tObservation, tSource} {
			if _, ok := b.ids[t][it.text]; ok {
				found = true
				if t == tSource {
					b.used[it.text] = true
				}
			}
		}
		if !found && !b.lost[tSource] {
			d := b.l.Report(ruleLedgerEvidence, it.pos, it.text, "there is no evidence %q", it.text)
			d.Expected = "an id of timeline.csv, observed.csv or sources.yaml"
			b.suggest(d, it.text, names)
		}
	}
}

// happened checks what a row says of the thing that its claim gives a probability
// to.
func (b *builder) happened(r *ledger.Resolution, c *belief.Claim, v values) {
	if r.Happened != "" && r.Verdict != ledger.Held && r.Verdict != ledger.Failed {
		d := b.l.Report(ruleLedgerHappened, v.at("happened"), v.text("happened"), "%q is %s, and the row says whether the thing happened", r.Claim, r.Verdict)
		d.Expected = "happened only beside held or failed"
		return
	}
	p, ok := ledger.ProbabilityOf(c, b.c.Lexicon)
	if !ok {
		return
	}
	_, known, err := ledger.Happened(p.Low, p.High, r.Verdict, r.Happened)
	switch {
	case err != nil:
		d := b.l.Report(ruleLedgerHappened, v.at("happened"), v.text("happened"), "%q gives its thing %v to %v: it cannot be %s with happened: %s", r.Claim, p.Low, p.High, r.Verdict, r.Happened)
		d.Expected = "held where what the claim expects came true; no happened, since it follows from the verdict"
		d.Also = append(d.Also, c.Pos)
	case !known && (r.Verdict == ledger.Held || r.Verdict == ledger.Failed):
		d := b.l.Report(ruleLedgerUnsaid, v.at("verdict"), v.text("verdict"), "%q gives its thing %v to %v, so that %s does not say whether it happened: the claim has no score", r.Claim, p.Low, p.High, r.Verdict)
		d.Expected = "happened: yes or no"
		d.Also = append(d.Also, c.Pos)
	}
}
