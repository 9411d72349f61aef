package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
)

// VariableRow is a political variable.
type VariableRow struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	About      string   `json:"about,omitempty"`
	Kind       string   `json:"kind" enum:"act,event,position,fact"`
	States     []string `json:"states"`
	Baseline   int      `json:"baseline" doc:"index of the state of the baseline world"`
	Influences []string `json:"influenced_by"`
}

// ActorRow is a state, a bloc, a person.
type ActorRow struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Kind  string   `json:"kind"`
	Other []string `json:"other_names,omitempty"`
	About string   `json:"about,omitempty"`
}

// ClaimRow is a claim in the words of the case.
type ClaimRow struct {
	ID        string      `json:"id"`
	Speaker   string      `json:"speaker"`
	Source    string      `json:"source"`
	Paragraph string      `json:"paragraph,omitempty"`
	Date      string      `json:"date"`
	Words     string      `json:"paraphrase"`
	Kind      string      `json:"kind"`
	Reading   string      `json:"reading"`
	If        string      `json:"if,omitempty"`
	Then      string      `json:"then,omitempty"`
	Way       string      `json:"way,omitempty" doc:"raises, lowers or leaves: of a claim that one thing moves the probability of another"`
	Hedge     string      `json:"hedge,omitempty"`
	Interval  *[2]float64 `json:"interval,omitempty" doc:"the case's own; absent: the lexicon's"`
	BearsOn   []string    `json:"bears_on,omitempty"`
	Letter    string      `json:"letter"`
	Note      string      `json:"note,omitempty"`
	File      string      `json:"file"`
	Line      int         `json:"line"`
}

// OutcomeRow is a named number.
type OutcomeRow struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	About  string `json:"about,omitempty"`
	Unit   string `json:"unit"`
	Engine string `json:"engine"`
	Good   string `json:"good"`
}

// SourceRow is a source.
type SourceRow struct {
	ID        string `json:"id"`
	Publisher string `json:"publisher"`
	Title     string `json:"title"`
	Date      string `json:"date,omitempty"`
	Address   string `json:"address,omitempty"`
	Kind      string `json:"kind"`
	Text      string `json:"text,omitempty" doc:"name that a user attaches its text by"`
}

// QuestionRow is a question of the case.
type QuestionRow struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Kind     string   `json:"kind"`
	Acts     []string `json:"acts"`
	Outcomes []string `json:"outcomes"`
}

// AgreementRow is an agreement; its clauses are under agreements.
type AgreementRow struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Parties []string `json:"parties"`
	Signed  string   `json:"signed,omitempty"`
	InForce string   `json:"in_force,omitempty"`
	Ended   string   `json:"ended,omitempty"`
}

// Meta describes a case.
type Meta struct {
	CaseRow
	About      string         `json:"about"`
	BaseYear   int            `json:"base_year"`
	Lexicon    string         `json:"lexicon"`
	Lexicons   []string       `json:"lexicons"`
	Worlds     uint64         `json:"worlds"`
	Questions  []QuestionRow  `json:"questions"`
	Variables  []VariableRow  `json:"variables"`
	Impossible []Combination  `json:"impossible"`
	Actors     []ActorRow     `json:"actors"`
	Claims     []ClaimRow     `json:"claims"`
	Agreements []AgreementRow `json:"agreements"`
	Corridors  []Named        `json:"corridors"`
	Outcomes   []OutcomeRow   `json:"outcomes"`
	Sources    []SourceRow    `json:"sources"`
	Events     []EventRow     `json:"events"`
}

// Combination is one that no world has.
type Combination struct {
	When   string `json:"when"`
	Reason string `json:"reason"`
}

// EventRow is something that happened.
type EventRow struct {
	ID     string   `json:"id"`
	Date   string   `json:"date"`
	Text   string   `json:"text"`
	Kind   string   `json:"kind"`
	Letter string   `json:"letter"`
	Source []string `json:"source,omitempty"`
}

func (s *Server) metaRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "get-case", Method: http.MethodGet, Path: base + "/cases/{case}", Summary: "What a case is made of", Tags: []string{"cases"}},
		func(ctx context.Context, in *CaseInput) (*struct{ Body Meta }, error) {
			src, x, err := s.open(in.Case)
			if err != nil {
				return nil, err
			}
			m := metaOf(x.Case)
			m.CaseRow = s.row(src, x)
			return &struct{ Body Meta }{m}, nil
		})
}

// metaOf describes a case, also one with errors: what could be read.
func metaOf(c *casefile.Case) Meta {
	m := Meta{
		About: c.About, BaseYear: c.BaseYear, Lexicon: c.Lexicon, Lexicons: belief.LexiconNames(), Worlds: c.WorldCount,
		Questions: []QuestionRow{}, Variables: []VariableRow{}, Impossible: []Combination{}, Actors: []ActorRow{}, Claims: []ClaimRow{},
		Agreements: []AgreementRow{}, Corridors: []Named{}, Outcomes: []OutcomeRow{}, Sources: []SourceRow{}, Events: []EventRow{},
	}
	for _, q := range c.Questions {
		m.Questions = append(m.Questions, QuestionRow{q.ID, q.Text, string(q.Kind), q.Acts, q.Outcomes})
	}
	for _, v := range c.Variables {
		row := VariableRow{ID: v.ID, Name: v.Name, About: v.About, Kind: v.Kind, States: v.States, Baseline: v.Baseline, Influences: []string{}}
		for _, p := range v.InfluencedBy {
			row.Influences = append(row.Influences, c.Variables[p].ID)
		}
		m.Variables = append(m.Variables, row)
	}
	for _, i := range c.Impossible {
		m.Impossible = append(m.Impossible, Combination{text(i.Prop), i.Reason})
	}
	for _, a := range c.Actors {
		m.Actors = append(m.Actors, ActorRow{a.ID, a.Name, string(a.Kind), a.OtherNames, a.About})
	}
	for _, x := range c.Claims {
		row := ClaimRow{
			ID: x.ID, Speaker: x.Speaker, Source: x.Source, Paragraph: x.Paragraph, Date: x.Date.String(), Words: x.Paraphrase, Kind: string(x.Kind),
			Reading: string(x.Reading), If: text(x.If), Then: text(x.Then), Way: string(x.Way), Hedge: x.Hedge, BearsOn: x.BearsOn, Letter: x.Letter.String(), Note: x.Note,
			File: x.Pos.File, Line: x.Pos.Line,
		}
		if x.Interval.Known {
			row.Interval = &[2]float64{x.Interval.Low, x.Interval.High}
		}
		m.Claims = append(m.Claims, row)
	}
	for _, a := range c.Agreements {
		m.Agreements = append(m.Agreements, AgreementRow{a.ID, a.Name, a.Parties, a.Signed.String(), a.InForce.String(), a.Ended.String()})
	}
	for _, k := range c.Corridors {
		m.Corridors = append(m.Corridors, Named{k.ID, k.Name})
	}
	for _, o := range c.Outcomes {
		m.Outcomes = append(m.Outcomes, OutcomeRow{o.ID, o.Name, o.About, o.Unit, o.Engine, o.Good})
	}
	for _, x := range c.Sources {
		m.Sources = append(m.Sources, SourceRow{x.ID, x.Publisher, x.Title, x.Date.String(), x.Address, x.Kind, x.Text})
	}
	for _, e := range c.Timeline {
		m.Events = append(m.Events, EventRow{e.ID, e.Date.String(), e.Text, e.Kind, e.Letter.String(), e.Source})
	}
	return m
}

// text is a proposition as it was written, "" for none.
func text(p *formula.Prop) string {
	if p == nil {
		return ""
	}
	return p.Text()
}
