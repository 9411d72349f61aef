package server

import (
	"cmp"
	"context"
	"math"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/units"
)

// Figure is a number of the case with its range, letter and sources.
type Figure struct {
	Value  float64  `json:"value"`
	Low    float64  `json:"low"`
	High   float64  `json:"high"`
	Letter string   `json:"letter"`
	Source []string `json:"source,omitempty"`
}

// Place is a node.
type Place struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Other   []string   `json:"other_names,omitempty"`
	Type    string     `json:"type"`
	Country string     `json:"country"`
	At      [2]float64 `json:"at" doc:"longitude, latitude"`
}

// Way is a link.
type Way struct {
	ID       string   `json:"id"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Mode     string   `json:"mode"`
	Km       float64  `json:"km"`
	Capacity *Figure  `json:"capacity,omitempty" doc:"t/yr; absent: uncongested"`
	Straits  []string `json:"straits,omitempty"`
	// Own points of a map, no part of the case.
	Via     [][2]float64 `json:"via,omitempty" doc:"points between the ends by which a leg at sea is drawn, longitude and latitude: ours, placed by hand; no number depends on them"`
	Open    bool         `json:"open" doc:"in the base year"`
	Project string       `json:"project,omitempty" doc:"that opens it"`
	Opens   string       `json:"opens,omitempty"`
	Closes  string       `json:"closes,omitempty"`
	Letter  string       `json:"letter"`
	Source  []string     `json:"source,omitempty"`
	Note    string       `json:"note,omitempty"`
}

// Crossing is one direction of a border crossing point for one mode.
type Crossing struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Other    []string   `json:"other_names,omitempty"`
	From     string     `json:"from" doc:"country that is left"`
	To       string     `json:"to" doc:"country that is entered"`
	Nodes    [2]string  `json:"nodes"`
	Mode     string     `json:"mode"`
	At       [2]float64 `json:"at"`
	Hours    *Figure    `json:"hours,omitempty"`
	Spread   *Figure    `json:"spread,omitempty"`
	Capacity *Figure    `json:"capacity,omitempty"`
	Gauge    bool       `json:"gauge_change"`
	Permits  string     `json:"permits,omitempty"`
	Open     bool       `json:"open"`
	Fees     []Charge   `json:"fees,omitempty"`
	Letter   string     `json:"letter"`
	Source   []string   `json:"source,omitempty"`
	Note     string     `json:"note,omitempty"`
}

// Charge is a fee at a place.
type Charge struct {
	ID     string  `json:"id"`
	Flow   string  `json:"flow"`
	Goods  string  `json:"commodity"`
	Money  *Figure `json:"money" doc:"USD/t"`
	Payer  string  `json:"payer"`
	Earner string  `json:"earner"`
}

// Narrow is a strait.
type Narrow struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Other  []string   `json:"other_names,omitempty"`
	Detour string     `json:"detour,omitempty"`
	At     [2]float64 `json:"at"`
	Known  bool       `json:"known" doc:"that it lies there; else it is drawn amid the legs that pass it"`
	Fees   []Charge   `json:"fees,omitempty"`
	Note   string     `json:"note,omitempty"`
}

// Plan is a project: what is not there yet.
type Plan struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Other []string `json:"other_names,omitempty"`
	Links []string `json:"links"`
	By    string   `json:"opens_by" doc:"date or effect"`
	Year  *Figure  `json:"year,omitempty"`
	Known string   `json:"known_since,omitempty"`
	Note  string   `json:"note,omitempty"`
}

// Network is what a map of a case shows.
type Network struct {
	Nodes     []Place    `json:"nodes"`
	Links     []Way      `json:"links"`
	Crossings []Crossing `json:"crossings"`
	Straits   []Narrow   `json:"straits"`
	Projects  []Plan     `json:"projects"`
	Zones     []ZoneRow  `json:"zones"`
	Goods     []Named    `json:"commodities"`
	Markets   []Named    `json:"markets" doc:"from where to where, and what"`
	Rules     []Named    `json:"rules" doc:"prohibitions, levies and waits that hold for whole flows of trade"`
}

// ZoneRow is a zone.
type ZoneRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country"`
	Node    string `json:"node"`
}

// Named is an id with a name for people.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Flows are what moves in a run, by link in the order of the network.
type Flows struct {
	Run       string                 `json:"run" doc:"name for people"`
	Converged bool                   `json:"converged"`
	Total     []float64              `json:"total" doc:"t/yr, both directions"`
	Domestic  []float64              `json:"domestic"`
	Import    []float64              `json:"import"`
	Export    []float64              `json:"export"`
	Transit   []float64              `json:"transit"`
	Outcomes  map[string]float64     `json:"outcomes" doc:"the case's outcomes in this run; those without a value are left out"`
	Limits    []freight.ElementState `json:"limits" doc:"links, borders and terminals whose capacity is in use, in the run's first period"`
}

// RunInput chooses a run of a case.
type RunInput struct {
	CaseInput
	World    string `query:"world" maxLength:"2000" doc:"variable=state,…; what is not named is at its baseline"`
	BaseYear bool   `query:"base_year" doc:"the base-year run in place of a world"`
}

func (s *Server) mapRoutes(api huma.API) {
	s.energyRoutes(api)
	s.meanRoutes(api)
	s.openingRoutes(api)
	tags := []string{"map"}
	huma.Register(api, huma.Operation{OperationID: "get-network", Method: http.MethodGet, Path: base + "/cases/{case}/network", Summary: "Nodes, links, borders, straits and projects of a case", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body Network }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Network }{s.networks.of(x, s.opt.Cache)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-flows", Method: http.MethodGet, Path: base + "/cases/{case}/flows", Summary: "What moves on each link in a run, which is solved when it has to be", Tags: tags},
		func(ctx context.Context, in *RunInput) (*struct{ Body Flows }, error) {
			f, err := s.flows(ctx, in)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Flows }{flowsOf(f)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "select-link", Method: http.MethodGet, Path: base + "/cases/{case}/selectlink", Summary: "Whose cargo uses a place in a run", Tags: tags},
		func(ctx context.Context, in *struct {
			RunInput
			Place string `query:"place" required:"true" maxLength:"100" doc:"node, link, border, strait, country, or pair of countries as RU-AZ"`
		}) (*struct{ Body []freight.Use }, error) {
			_, _, _, run, err := s.runOf(ctx, &in.RunInput)
			if err != nil {
				return nil, err
			}
			d := run.Main()
			if ok, near := d.Knows(in.Place); !ok {
				return nil, huma.Error404NotFound("the network has no place " + in.Place + didYouMean(near))
			}
			out := d.Select(in.Place)
			if out == nil {
				out = []freight.Use{}
			}
			return &struct{ Body []freight.Use }{out}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-chains", Method: http.MethodGet, Path: base + "/cases/{case}/chains", Summary: "Cheapest chains between two places for a class of goods in a run", Tags: tags},
		func(ctx context.Context, in *struct {
			RunInput
			From    string   `query:"from" required:"true" maxLength:"100"`
			To      string   `query:"to" required:"true" maxLength:"100"`
			Goods   string   `query:"commodity" required:"true" maxLength:"100"`
			Regimes []string `query:"regimes" maxItems:"20" doc:"sanction regimes that bear on the goods"`
			Via     []string `query:"via" maxItems:"20"`
			Modes   []string `query:"modes" maxItems:"10"`
			Max     int      `query:"max" minimum:"1" maximum:"8" default:"4"`
		}) (*struct{ Body []freight.Chain }, error) {
			if in.From == in.To {
				return nil, huma.Error422UnprocessableEntity("origin and destination are the same place")
			}
			_, _, _, run, err := s.runOf(ctx, &in.RunInput)
			if err != nil {
				return nil, err
			}
			out, err := run.Main().Chains(freight.ChainQuery{From: in.From, To: in.To, Commodity: in.Goods, Regimes: in.Regimes, Via: in.Via, Modes: in.Modes, Max: min(in.Max, freight.MaxAlternatives)})
			if err != nil {
				return nil, huma.Error422UnprocessableEntity(err.Error())
			}
			if out == nil {
				out = []freight.Chain{}
			}
			return &struct{ Body []freight.Chain }{out}, nil
		})
}

// basemap is coastlines and borders of the world, as TopoJSON.
func (s *Server) basemap(w http.ResponseWriter, r *http.Request) {
	b, err := atlas.TopoJSON()
	if err != nil {
		problem(w, http.StatusNotFound, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, max-age=86400")
	w.Write(b)
}

func didYouMean(near string) string {
	if near == "" {
		return ""
	}
	return "; did you mean " + near + "?"
}

// runOf opens the run that a request chooses.
func (s *Server) runOf(ctx context.Context, in *RunInput) (*source, *loaded, *prepared, *astara.Run, error) {
	src, x, err := s.sound(in.Case)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	if in.BaseYear && in.World != "" {
		return nil, nil, nil, nil, errBoth
	}
	p, run, err := s.models.run(ctx, x, in.World, in.BaseYear)
	if err != nil {
		err = s.unrun("solving the run", err)
	}
	return src, x, p, run, err
}

func networkOf(c *casefile.Case, ways map[int][][2]float64) Network {
	sp := c.Freight
	out := Network{Nodes: []Place{}, Links: []Way{}, Crossings: []Crossing{}, Straits: []Narrow{}, Projects: []Plan{}, Zones: []ZoneRow{}, Goods: []Named{}, Markets: marketNames(c), Rules: []Named{}}
	at := map[string][2]float64{}
	for _, n := range sp.Nodes {
		at[n.ID] = [2]float64{n.X, n.Y}
		out.Nodes = append(out.Nodes, Place{n.ID, n.Name, n.OtherNames, n.Type, n.Country, at[n.ID]})
	}
	legs := map[string][][2]float64{}
	for i, l := range sp.Links {
		out.Links = append(out.Links, Way{
			ID: l.ID, From: l.From, To: l.To, Mode: l.Mode, Km: l.Length, Capacity: figure(l.Capacity), Straits: l.Straits, Via: ways[i], Open: l.Open, Project: l.Project,
			Opens: l.Opens, Closes: l.Closes, Letter: l.Letter.String(), Source: l.Source, Note: l.Note,
		})
		for _, id := range l.Straits {
			legs[id] = append(legs[id], middle(at[l.From], at[l.To]))
		}
	}
	for _, b := range sp.Borders {
		out.Crossings = append(out.Crossings, Crossing{
			ID: b.ID, Name: b.Name, Other: b.OtherNames, From: b.CountryFrom, To: b.CountryTo, Nodes: [2]string{b.NodeFrom, b.NodeTo}, Mode: b.Mode,
			At: middle(at[b.NodeFrom], at[b.NodeTo]), Hours: figure(b.Hours), Spread: figure(b.Spread), Capacity: figure(b.Capacity), Gauge: b.GaugeChange,
			Permits: b.Permits, Open: b.Open, Fees: feesAt(sp, "border", b.ID), Letter: b.Letter.String(), Source: b.Source, Note: b.Note,
		})
	}
	for _, t := range sp.Straits {
		n := Narrow{ID: t.ID, Name: t.Name, Other: t.OtherNames, Detour: t.Detour, Fees: feesAt(sp, "strait", t.ID), Note: t.Note}
		n.At, n.Known = water(append([]string{t.Name}, t.OtherNames...)...)
		for _, p := range legs[t.ID] { // where it lies is not known: amid the legs that pass it
			if n.Known {
				break
			}
			n.At[0] += p[0] / float64(len(legs[t.ID]))
			n.At[1] += p[1] / float64(len(legs[t.ID]))
		}
		out.Straits = append(out.Straits, n)
	}
	for _, p := range sp.Projects {
		out.Projects = append(out.Projects, Plan{p.ID, p.Name, p.OtherNames, p.Links, p.OpensBy, figure(p.Year), p.KnownSince, p.Note})
	}
	for _, z := range sp.Zones {
		out.Zones = append(out.Zones, ZoneRow{z.ID, z.Name, z.Country, z.Node})
	}
	for _, k := range sp.Commodities {
		out.Goods = append(out.Goods, Named{k.ID, k.Name})
	}
	for _, r := range sp.Rules {
		out.Rules = append(out.Rules, Named{r.ID, cmp.Or(r.Name, r.ID)})
	}
	return out
}

// marketNames says in words what each market trades. An area is named as the actor of
// its code, or as its only zone, or by its code.
func marketNames(c *casefile.Case) []Named {
	areas, zones, goods := map[string]string{}, map[string]int{}, map[string]string{}
	for _, z := range c.Freight.Zones {
		zones[z.Area]++
		areas[z.Area] = z.Name
	}
	for code, n := range zones {
		if n > 1 {
			areas[code] = code
		}
	}
	for _, a := range c.Actors {
		areas[a.ID] = a.Name
	}
	for _, k := range c.Freight.Commodities {
		goods[k.ID] = k.Name
	}
	name := func(names map[string]string, id string) string {
		if n := names[id]; n != "" {
			return n
		}
		return id
	}
	out := []Named{}
	for _, m := range c.Freight.Markets {
		out = append(out, Named{m.ID, name(areas, m.Origin) + " → " + name(areas, m.Destination) + ", " + name(goods, m.Commodity)})
	}
	return out
}

// middle is between two places, the short way round.
func middle(a, b [2]float64) [2]float64 {
	if math.Abs(a[0]-b[0]) > 180 {
		b[0] += math.Copysign(360, a[0])
	}
	x := (a[0] + b[0]) / 2
	return [2]float64{math.Remainder(x, 360), (a[1] + b[1]) / 2}
}

func feesAt(sp *freight.Spec, kind, id string) []Charge {
	var out []Charge
	for _, f := range sp.Fees {
		if f.At == kind && f.Target == id {
			out = append(out, Charge{f.ID, f.Flow, f.Commodity, figure(f.Money), f.Payer, f.Earner})
		}
	}
	return out
}

// figure is nil for what is not known.
func figure(f units.Figure) *Figure {
	if !f.Known {
		return nil
	}
	return &Figure{f.Central, f.Low, f.High, f.Letter.String(), f.Source}
}

// flows are those of the run that a request chooses: kept ones, or of the run solved now.
func (s *Server) flows(ctx context.Context, in *RunInput) (*astara.RunFlows, error) {
	_, x, err := s.sound(in.Case)
	if err != nil {
		return nil, err
	}
	if in.BaseYear && in.World != "" {
		return nil, errBoth
	}
	w, name, err := worldNamed(x, in.World, in.BaseYear)
	if err != nil {
		return nil, err
	}
	if !in.BaseYear {
		name = x.Case.Space.FormatAll(w)
	}
	if f, ok := astara.RecallFlows(s.opt.Cache, x.Case, name); ok {
		return f, nil
	}
	_, _, p, run, err := s.runOf(ctx, in)
	if err != nil {
		return nil, err
	}
	f := p.model.Flows(run)
	return f, astara.KeepFlows(s.opt.Cache, x.Case, name, f)
}

func flowsOf(f *astara.RunFlows) Flows {
	n := len(f.Links)
	out := Flows{
		Run: f.Run, Converged: f.Converged, Total: make([]float64, n), Domestic: make([]float64, n), Import: make([]float64, n), Export: make([]float64, n), Transit: make([]float64, n),
		Outcomes: f.Outcomes, Limits: f.Limits,
	}
	for i, x := range f.Links {
		out.Total[i], out.Domestic[i], out.Import[i], out.Export[i], out.Transit[i] = x.Total, x.Domestic, x.Import, x.Export, x.Transit
	}
	return out
}
