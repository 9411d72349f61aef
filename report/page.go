package report

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
)

//go:embed style.css
var style string

//go:embed script.js
var script string

//go:embed page.html
var source string

var layout = template.Must(template.Must(template.New("page").Parse(source)).Parse(agreementsSource + decisionsSource + leverageSource + energySource))

// page is what the template prints.
type page struct {
	Format                    int
	Style                     template.CSS
	Script                    template.JS
	Version                   string
	Answer                    *answer.Answer
	Case                      *casefile.Case
	FocusName                 string
	Lead, LeadRest            string // the first sentence of the answer, and what follows it
	Grounds                   []ground
	Figures                   []bigNumber
	Questions                 []question
	Flows, Changes            []mapFigure
	Corridors                 []corridorRow
	Profiles                  []profileFigure
	MoreProfiles              int // folded ones
	ChainRows                 []chainRow
	Countries                 []country
	Observed                  []observedGroup
	Claims                    []claim
	Ledger                    string
	Settled                   []settledRow
	Glance                    *standBlock // of the first sentence
	Experts                   []expertsAct
	Speakers                  []speakerRow
	Clashes                   []clashRow
	AllClashes                bool
	Pairs                     []pairRow
	PairLexicons              []string
	Thresholds                []thresholdRow
	Events                    []eventRow
	Agreements                []agreement
	Disputes                  *disputeSection
	Decisions                 []decisionSection
	Discovery                 []discoveryRow
	Duties                    *duties
	Spread                    []spreadGroup
	Leverage                  *leverage
	Energy                    *energySection
	Estimates, Inputs         []inputTable
	EstimateCount, InputCount int
	Rests                     []ref // input tables that every outcome rests on
	Outcomes                  []outcomeRow
	Sources                   []sourceRow
	Worlds, Run               []pair
	Variables                 []variableRow
	BadMiss                   string
	Lexicon                   string
}

// ground is a base map shared by the maps of one frame.
type ground struct {
	ID     string
	Shapes template.HTML
}

// bigNumber is a large figure near the top.
type bigNumber struct{ Value, About, Link string }

type pair struct{ Name, Value string }

// ref is a link to a place in the page; Anchor is "" when there is none.
type ref struct{ Anchor, Text string }

// sourceRow is a source of the case.
type sourceRow struct{ ID, Name, Publisher, Title, Date, Address, Link, Kind, Note string }

// ErrEmpty says that an input has no case or no answer.
var ErrEmpty = errors.New("report: no case or no answer to report")

// Write prints the report. It fails with [ErrEmpty], when the base map is not
// built in ([atlas.ErrMissing]) though there are maps to draw, and when writing
// fails; what was written by then is not a report. Write to a file through
// internal/atomicfile.
func Write(w io.Writer, in Input) error {
	p, err := build(in)
	if err != nil {
		return err
	}
	if err := layout.Execute(w, p); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// builder turns an input into a page. It only reads.
type builder struct {
	Input
	variables map[string]string          // id -> name
	outcomes  map[string]*answer.Outcome // by id
	names     map[string]string          // actor id -> name
	nodes     map[string]*freight.Node
	known     map[string]bool // source ids
}

func build(in Input) (*page, error) {
	if in.Case == nil || in.Answer == nil {
		return nil, ErrEmpty
	}
	return newBuilder(in).page()
}

// newBuilder indexes an input.
func newBuilder(in Input) *builder {
	b := &builder{Input: in, variables: map[string]string{}, outcomes: map[string]*answer.Outcome{},
		names: map[string]string{}, nodes: map[string]*freight.Node{}, known: map[string]bool{}}
	for i := range in.Case.Variables {
		v := &in.Case.Variables[i]
		b.variables[v.ID] = v.Name
	}
	for i := range in.Answer.Outcomes {
		b.outcomes[in.Answer.Outcomes[i].ID] = &in.Answer.Outcomes[i]
	}
	for i := range in.Case.Actors {
		b.names[in.Case.Actors[i].ID] = in.Case.Actors[i].Name
	}
	if in.Case.Freight != nil {
		for i := range in.Case.Freight.Nodes {
			b.nodes[in.Case.Freight.Nodes[i].ID] = &in.Case.Freight.Nodes[i]
		}
	}
	for i := range in.Case.Sources {
		b.known[in.Case.Sources[i].ID] = true
	}
	return b
}

func (b *builder) page() (*page, error) {
	p := &page{
		Format: Format, Style: template.CSS(style), Script: template.JS(script), Version: b.Version,
		Answer: b.Answer, Case: b.Case, FocusName: b.actor(b.Case.Focus), Lexicon: b.Case.Lexicon,
		Questions: b.questions(), Corridors: b.corridors(), Countries: b.countries(), Observed: b.observed(),
		Claims: b.claims(), Settled: b.settled(), Glance: b.glance(), Experts: b.experts(), Speakers: b.speakers(),
		Clashes: b.contradictions(), Pairs: b.pairs(), PairLexicons: b.pairLexicons(), Thresholds: b.thresholds(), Events: b.events(), Agreements: b.agreements(), Duties: b.duties(), Outcomes: b.outcomeRows(), Spread: b.spread(), Leverage: b.leverage(), Sources: b.sourceRows(),
	}
	var err error
	if p.Grounds, p.Flows, p.Changes, err = b.maps(); err != nil {
		return nil, err
	}
	var more []ground
	if p.Energy, more, err = b.energy(); err != nil {
		return nil, err
	}
	p.Grounds = append(p.Grounds, more...)
	p.Profiles, p.ChainRows = b.chains()
	p.MoreProfiles = max(0, len(p.Profiles)-mostProfiles)
	p.Inputs, p.Estimates = b.inputs()
	for _, t := range p.Inputs {
		p.InputCount += len(t.Rows)
		p.EstimateCount += t.C
		p.Rests = append(p.Rests, ref{t.ID, strings.ToLower(t.Title)})
	}
	p.AllClashes = b.Answer.Words != nil && b.Answer.Words.ContradictionsComplete
	p.Lead, p.LeadRest = firstSentence(b.Answer.First)
	p.Disputes, p.Decisions, p.Discovery = b.disputes(), b.decisions(), b.discovery()
	p.Variables, p.BadMiss = b.variableRows(), share(badMiss)
	p.Figures, p.Worlds, p.Run, p.Ledger = b.bigNumbers(), b.worlds(), b.run(), b.ledger()
	return p, nil
}

// bigNumbers are the few figures shown before everything else.
func (b *builder) bigNumbers() []bigNumber {
	var out []bigNumber
	w := b.Answer.Worlds
	out = append(out, bigNumber{whole(w.Worlds), fmt.Sprintf("worlds the case allows, %s different for the networks", whole(w.Effective)), "worlds"})
	if m := b.Answer.Fit.Holdout.MedianMiss; m.OK {
		out = append(out, bigNumber{percent(m), fmt.Sprintf("median miss of the base-year run against %s it was not fitted to", plural(b.Answer.Fit.Holdout.Rows, "figure", "figures")), "observed"})
	}
	if t := b.Answer.Hangs.TonnesC; t.OK {
		out = append(out, bigNumber{percent(t), "of the tonnes come from markets whose size is an estimate", "estimates"})
	}
	return out
}

func (b *builder) worlds() []pair {
	w := b.Answer.Worlds
	return []pair{
		{"Worlds after impossible combinations", whole(w.Worlds)},
		{"Effective worlds (different networks or demand)", whole(w.Effective)},
		{"Networks solved (a world with part-year effects has several)", whole(w.Networks)},
		{"Worlds whose solving did not converge", whole(w.NotConverged)},
		{"Hash of the table of worlds", w.TableHash},
	}
}

func (b *builder) run() []pair {
	r := b.Answer.Run
	if r == nil {
		return nil
	}
	return []pair{
		{"Networks solved in this run", whole(r.Solved)},
		{"Taken from the cache", whole(r.Cached)},
		{"Seconds", fmt.Sprintf("%.1f", r.Seconds)},
		{"Solves a second", fmt.Sprintf("%.1f", r.PerSecond)},
		{"Workers", whole(r.Workers)},
	}
}

// ledger counts what became of the claims.
func (b *builder) ledger() string {
	n := map[string]int{}
	for _, c := range b.Answer.Claims {
		n[c.Verdict]++
	}
	return fmt.Sprintf("%s listed: %d held, %d failed, %d annulled because their condition failed, %d open.",
		plural(len(b.Answer.Claims), "claim", "claims"), n["held"], n["failed"], n["annulled"], n["open"])
}

// variableRow is a variable of the case.
type variableRow struct {
	ID, Name, Kind, States, About string
	Parents                       []ref
	Given, Rows                   string // anchor of the first reference row, how many there are
	Source                        []ref
}

func (b *builder) variableRows() []variableRow {
	var out []variableRow
	for i := range b.Case.Variables {
		v := &b.Case.Variables[i]
		states := make([]string, len(v.States))
		for k, s := range v.States {
			states[k] = words(s)
		}
		r := variableRow{ID: anchor("variable", v.ID), Name: v.Name, Kind: v.Kind, States: strings.Join(states, ", "), About: v.About, Source: b.sources(v.Source)}
		if v.Baseline < len(states) {
			states[v.Baseline] += " (baseline)"
			r.States = strings.Join(states, ", ")
		}
		for _, p := range v.InfluencedBy {
			if p < len(b.Case.Variables) {
				r.Parents = append(r.Parents, b.variableRef(b.Case.Variables[p].ID))
			}
		}
		if len(v.Given) > 0 {
			r.Given, r.Rows = anchor("in-given", v.ID+"-1"), plural(len(v.Given), "row", "rows")
		}
		out = append(out, r)
	}
	return out
}

func (b *builder) sourceRows() []sourceRow {
	var out []sourceRow
	for i := range b.Case.Sources {
		s := &b.Case.Sources[i]
		r := sourceRow{anchor("source", s.ID), s.ID, s.Publisher, s.Title, s.Date.String(), s.Address, "", words(s.Kind), s.Note}
		if strings.HasPrefix(s.Address, "https://") || strings.HasPrefix(s.Address, "http://") {
			r.Link = s.Address
		}
		out = append(out, r)
	}
	return out
}
