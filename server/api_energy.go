package server

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy/region"
)

// EnergyNetwork is the power and gas of a case as a map shows them.
type EnergyNetwork struct {
	Blocks []BlockRow   `json:"blocks" doc:"parts of the year with one load"`
	Zones  []EnergyZone `json:"zones"`
	Ties   []Tie        `json:"ties"`
	Pipes  []Pipe       `json:"pipes"`
	Named  []Named      `json:"named" doc:"what words on shortages speak of by id, beside the above: contracts, exchanges, sources, stores, plants"`
}

// BlockRow is a part of the year.
type BlockRow struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Hours float64 `json:"hours"`
	Peak  bool    `json:"peak" doc:"counts for adequacy"`
}

// EnergyZone is an area whose load and plants are lumped.
type EnergyZone struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	Other    []string         `json:"other_names,omitempty"`
	Country  string           `json:"country"`
	At       [2]float64       `json:"at"`
	Carriers []region.Carrier `json:"carriers"`
	Boundary bool             `json:"boundary" doc:"only what crosses its border is in the tables"`
	Plants   []FuelRow        `json:"plants" doc:"by fuel, those that run at the horizon or before"`
	Sources  []GasSource      `json:"gas_sources"`
	Letter   string           `json:"letter"`
	Source   []string         `json:"source,omitempty"`
	Note     string           `json:"note,omitempty"`
}

// FuelRow sums the plants of a zone by fuel.
type FuelRow struct {
	Fuel   string  `json:"fuel"`
	MW     float64 `json:"mw"`
	Plants int     `json:"plants"`
}

// GasSource is gas that enters a zone.
type GasSource struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Origin   string  `json:"origin"`
	Capacity *Figure `json:"capacity" doc:"bcm/yr"`
	Status   string  `json:"status"`
}

// Tie is a power line or corridor.
type Tie struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Other    []string `json:"other_names,omitempty"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	KV       float64  `json:"kv"`
	Circuits int      `json:"circuits"`
	Coupling string   `json:"coupling" doc:"ac, radial, hvdc, open"`
	Joined   string   `json:"joined,omitempty" doc:"coupling once the areas of its ends are joined"`
	Status   string   `json:"status"`
	Capacity *Figure  `json:"capacity" doc:"MW, from -> to"`
	Back     *Figure  `json:"capacity_back,omitempty" doc:"MW, to -> from; absent: the same"`
	Loss     *Figure  `json:"loss,omitempty" doc:"share of what is sent"`
	Km       float64  `json:"km"`
	Opens    string   `json:"opens,omitempty"`
	Closes   string   `json:"closes,omitempty"`
	Letter   string   `json:"letter"`
	Source   []string `json:"source,omitempty"`
	Note     string   `json:"note,omitempty"`
}

// Pipe is a gas pipeline.
type Pipe struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Other    []string `json:"other_names,omitempty"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Status   string   `json:"status"`
	Capacity *Figure  `json:"capacity" doc:"bcm/yr, from -> to"`
	Back     *Figure  `json:"capacity_back,omitempty" doc:"bcm/yr, to -> from; absent: none"`
	Unit     *Figure  `json:"unit,omitempty" doc:"bcm/yr: largest part that may fail alone"`
	Opens    string   `json:"opens,omitempty"`
	Closes   string   `json:"closes,omitempty"`
	Letter   string   `json:"letter"`
	Source   []string `json:"source,omitempty"`
	Note     string   `json:"note,omitempty"`
}

// EnergyFlows is the power and gas of a run, weighted over its periods. Flows are net
// from the first zone to the second; slices are by block.
type EnergyFlows struct {
	Run       string        `json:"run" doc:"name for people"`
	Converged bool          `json:"converged"`
	Ties      []TieRun      `json:"ties" doc:"in the order of the network"`
	Pipes     []PipeRun     `json:"pipes"`
	Zones     []ZoneRun     `json:"zones"`
	Shortages []ShortageRun `json:"shortages" doc:"of the run's first period"`
}

// TieRun is a tie in a run.
type TieRun struct {
	Energy    float64   `json:"energy" doc:"GWh/yr net"`
	Blocks    []float64 `json:"blocks" doc:"MW"`
	Capacity  float64   `json:"capacity" doc:"MW, from -> to"`
	Back      float64   `json:"capacity_back" doc:"MW"`
	Coupling  string    `json:"coupling"`
	InService bool      `json:"in_service" doc:"in some part of the year"`
	Bridge    bool      `json:"bridge" doc:"its loss splits a synchronous area"`
}

// PipeRun is a pipe in a run.
type PipeRun struct {
	Volume    float64    `json:"volume" doc:"bcm/yr net"`
	Blocks    []float64  `json:"blocks" doc:"mcm/d"`
	Capacity  float64    `json:"capacity" doc:"mcm/d, from -> to"`
	Back      float64    `json:"capacity_back" doc:"mcm/d"`
	InService bool       `json:"in_service"`
	Origins   []OriginIn `json:"origins" doc:"whose gas it is"`
}

// OriginIn is a part of a flow by who sells it.
type OriginIn struct {
	Origin string  `json:"origin"`
	Amount float64 `json:"amount" doc:"bcm/yr"`
}

// ZoneRun is the balance of a zone in a run.
type ZoneRun struct {
	Load        []float64  `json:"load" doc:"MW"`
	Unserved    []float64  `json:"unserved" doc:"MW"`
	Generation  []float64  `json:"generation" doc:"MW"`
	NetImport   []float64  `json:"net_import" doc:"MW"`
	GasLoad     []float64  `json:"gas_load" doc:"mcm/d, without plants"`
	GasUnserved []float64  `json:"gas_unserved" doc:"mcm/d"`
	GasToPlants []float64  `json:"gas_to_plants" doc:"mcm/d"`
	GasFrom     []OriginIn `json:"gas_from"`
}

// ShortageRun is unserved load of a state and what holds it.
type ShortageRun struct {
	Country string  `json:"country"`
	Block   string  `json:"block"`
	Carrier string  `json:"carrier"`
	Amount  float64 `json:"amount" doc:"MW or mcm/d"`
	Words   string  `json:"words"`
}

// energyRuns are the dispatched runs of one case that were asked for last. Power and
// gas are prepared apart from freight, which takes far longer.
type energyRuns struct {
	mu    sync.Mutex
	hash  string
	model *astara.Model
	runs  recent[namedEnergy]
}

type namedEnergy struct {
	world string
	flows EnergyFlows
}

func (s *Server) energyRoutes(api huma.API) {
	tags := []string{"map"}
	huma.Register(api, huma.Operation{OperationID: "get-energy-network", Method: http.MethodGet, Path: base + "/cases/{case}/energy/network", Summary: "Zones, power ties and pipelines of a case; none where it has no power and gas", Tags: tags},
		func(ctx context.Context, in *CaseInput) (*struct{ Body EnergyNetwork }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			return &struct{ Body EnergyNetwork }{energyNetworkOf(x.Case)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "get-energy-flows", Method: http.MethodGet, Path: base + "/cases/{case}/energy/flows", Summary: "What ties and pipelines carry in a run, and who is short", Tags: tags},
		func(ctx context.Context, in *RunInput) (*struct{ Body EnergyFlows }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			if in.BaseYear && in.World != "" {
				return nil, errBoth
			}
			f, err := s.models.energyFlows(ctx, x, in.World, in.BaseYear)
			if err != nil {
				return nil, s.unrun("dispatching the run", err)
			}
			return &struct{ Body EnergyFlows }{f}, nil
		})
}

// errBoth refuses two runs at once.
var errBoth = huma.Error422UnprocessableEntity("world and base_year exclude each other: the base-year run is no world")

// energyFlows dispatches a run, or gives it from memory.
func (m *models) energyFlows(ctx context.Context, x *loaded, world string, baseYear bool) (EnergyFlows, error) {
	if x.Case.Energy == nil || x.Case.Energy.Empty() {
		return EnergyFlows{Ties: []TieRun{}, Pipes: []PipeRun{}, Zones: []ZoneRun{}, Shortages: []ShortageRun{}}, nil
	}
	w, name, err := worldNamed(x, world, baseYear)
	if err != nil {
		return EnergyFlows{}, err
	}
	ctx, stop := m.bounded(ctx)
	defer stop()
	m.mu.Lock()
	m.touch()
	m.mu.Unlock()
	e := &m.energy
	e.mu.Lock() // one at a time: a dispatch takes some tenths of a second
	defer e.mu.Unlock()
	if e.hash != x.Hash {
		var l diag.List
		model, err := astara.PrepareEnergy(ctx, x.Case, &l)
		if l.Failed() {
			return EnergyFlows{}, huma.Error422UnprocessableEntity("power and gas cannot be built: " + l.All()[0].String())
		}
		if err != nil {
			return EnergyFlows{}, late(ctx, err)
		}
		e.hash, e.model, e.runs = x.Hash, model, nil
	}
	if r, ok := e.runs.find(func(r namedEnergy) bool { return r.world == name }); ok {
		return r.flows, nil
	}
	run, err := func() (*astara.Run, error) {
		if baseYear {
			return e.model.BaseYear(ctx)
		}
		return e.model.World(ctx, w)
	}()
	if err != nil {
		return EnergyFlows{}, late(ctx, err)
	}
	f, err := energyFlowsOf(ctx, x.Case.Energy, run)
	if err != nil {
		return EnergyFlows{}, late(ctx, err)
	}
	e.runs.add(namedEnergy{name, f}, maxRuns)
	return f, nil
}

// energyFlowsOf opens the periods of a run and adds them up.
func energyFlowsOf(ctx context.Context, sp *region.Spec, run *astara.Run) (EnergyFlows, error) {
	out := EnergyFlows{Run: run.Name, Converged: run.Converged, Ties: make([]TieRun, len(sp.Ties)), Pipes: make([]PipeRun, len(sp.Pipes)), Zones: make([]ZoneRun, len(sp.Zones)), Shortages: []ShortageRun{}}
	at := map[string]int{} // ids of ties, of pipes and of zones are apart from each other
	for i := range sp.Ties {
		at["tie "+sp.Ties[i].ID] = i
	}
	for i := range sp.Pipes {
		at["pipe "+sp.Pipes[i].ID] = i
	}
	for i := range sp.Zones {
		at["zone "+sp.Zones[i].ID] = i
	}
	for first, p := range run.Energy {
		d, err := p.Flows(ctx)
		if err != nil {
			return out, fmt.Errorf("opening %s: %w", run.Name, err)
		}
		for _, t := range d.Ties {
			o := &out.Ties[at["tie "+t.Tie]]
			o.Energy += float64(p.Share * t.Energy)
			o.Blocks = plusBlocks(o.Blocks, p.Share, t.Flow)
			o.InService, o.Bridge = o.InService || t.InService, o.Bridge || t.Bridge
			if first == 0 {
				o.Capacity, o.Back, o.Coupling = limit(t.Capacity), limit(t.CapacityBack), string(t.Coupling)
			}
		}
		for _, t := range d.Pipes {
			o := &out.Pipes[at["pipe "+t.Pipe]]
			o.Volume += float64(p.Share * t.Volume)
			o.Blocks = plusBlocks(o.Blocks, p.Share, t.Flow)
			o.InService = o.InService || t.InService
			o.Origins = plusOrigins(o.Origins, p.Share, t.Origins)
			if first == 0 {
				o.Capacity, o.Back = limit(t.Capacity), limit(t.CapacityBack)
			}
		}
		for _, z := range d.Zones {
			o := &out.Zones[at["zone "+z.Zone]]
			o.Load, o.Unserved = plusBlocks(o.Load, p.Share, z.Load), plusBlocks(o.Unserved, p.Share, z.Unserved)
			o.Generation, o.NetImport = plusBlocks(o.Generation, p.Share, z.Generation), plusBlocks(o.NetImport, p.Share, z.NetImport)
			o.GasLoad, o.GasUnserved = plusBlocks(o.GasLoad, p.Share, z.GasLoad), plusBlocks(o.GasUnserved, p.Share, z.GasUnserved)
			o.GasToPlants = plusBlocks(o.GasToPlants, p.Share, z.GasToPlants)
			o.GasFrom = plusOrigins(o.GasFrom, p.Share, z.GasFrom)
		}
		if first == 0 {
			for _, x := range d.Shortages {
				out.Shortages = append(out.Shortages, ShortageRun{x.Country, x.Block, string(x.Carrier), x.Amount, x.Words})
			}
		}
	}
	return out, nil
}

func plusBlocks(sum []float64, share float64, x []float64) []float64 {
	if sum == nil {
		sum = make([]float64, len(x))
	}
	for k := range x {
		sum[k] += float64(share * x[k])
	}
	return sum
}

func plusOrigins(sum []OriginIn, share float64, x []region.Share) []OriginIn {
	if sum == nil {
		sum = []OriginIn{}
	}
next:
	for _, y := range x {
		for i := range sum {
			if sum[i].Origin == y.Name {
				sum[i].Amount += float64(share * y.Amount)
				continue next
			}
		}
		sum = append(sum, OriginIn{y.Name, share * y.Amount})
	}
	return sum
}

// limit is 0 for what has none.
func limit(v float64) float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	return v
}

func energyNetworkOf(c *casefile.Case) EnergyNetwork {
	out := EnergyNetwork{Blocks: []BlockRow{}, Zones: []EnergyZone{}, Ties: []Tie{}, Pipes: []Pipe{}, Named: []Named{}}
	sp := c.Energy
	if sp == nil {
		return out
	}
	for _, b := range sp.Blocks {
		out.Blocks = append(out.Blocks, BlockRow{b.ID, b.Name, b.Hours, b.Peak})
	}
	for _, z := range sp.Zones {
		row := EnergyZone{z.ID, z.Name, z.OtherNames, z.Country, [2]float64{z.X, z.Y}, z.Carriers, z.Boundary, []FuelRow{}, []GasSource{}, z.Letter.String(), z.Source, z.Note}
		for _, p := range sp.Plants {
			if p.Zone == z.ID && p.Status != "closed" {
				row.Plants = addFuel(row.Plants, p.Fuel, p.Capacity.Central)
			}
		}
		for _, x := range sp.Sources {
			if x.Zone == z.ID {
				row.Sources = append(row.Sources, GasSource{x.ID, x.Name, x.Origin, figure(x.Capacity), x.Status})
			}
		}
		out.Zones = append(out.Zones, row)
	}
	for _, t := range sp.Ties {
		out.Ties = append(out.Ties, Tie{
			ID: t.ID, Name: t.Name, Other: t.OtherNames, From: t.From, To: t.To, KV: t.KV, Circuits: max(t.Circuits, 1), Coupling: string(t.Coupling), Joined: string(t.Joined),
			Status: t.Status, Capacity: figure(t.Capacity), Back: figure(t.CapacityBack), Loss: figure(t.Loss), Km: t.Length, Opens: t.Opens, Closes: t.Closes,
			Letter: t.Letter.String(), Source: t.Source, Note: t.Note,
		})
	}
	for _, p := range sp.Pipes {
		out.Pipes = append(out.Pipes, Pipe{
			ID: p.ID, Name: p.Name, Other: p.OtherNames, From: p.From, To: p.To, Status: p.Status, Capacity: figure(p.Capacity), Back: figure(p.CapacityBack), Unit: figure(p.Unit),
			Opens: p.Opens, Closes: p.Closes, Letter: p.Letter.String(), Source: p.Source, Note: p.Note,
		})
	}
	for _, x := range sp.Exchanges {
		out.Named = append(out.Named, Named{x.ID, x.Name})
	}
	for _, x := range sp.Contracts {
		out.Named = append(out.Named, Named{x.ID, x.Name})
	}
	for _, x := range sp.Sources {
		out.Named = append(out.Named, Named{x.ID, x.Name})
	}
	for _, x := range sp.Storages {
		out.Named = append(out.Named, Named{x.ID, x.Name})
	}
	for _, x := range sp.Plants {
		out.Named = append(out.Named, Named{x.ID, x.Name})
	}
	return out
}

func addFuel(rows []FuelRow, fuel string, mw float64) []FuelRow {
	for i := range rows {
		if rows[i].Fuel == fuel {
			rows[i].MW += mw
			rows[i].Plants++
			return rows
		}
	}
	return append(rows, FuelRow{fuel, mw, 1})
}
