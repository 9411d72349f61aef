package energy

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/par"
)

// Snapshot is a grid at one time that stands for some hours.
type Snapshot struct {
	ID    string
	Hours float64 // that its energy is counted for
	// Weight is how often its cost per hour counts in a total; most sources have it equal
	// to Hours.
	Weight float64
	Grid   *Grid
}

// SeriesOptions steer the dispatch of several snapshots.
type SeriesOptions struct {
	OPFOptions
	// Workers bounds the goroutines; it does not change the result. 0 is one a processor.
	Workers int
	// Progress, when not nil, is told how many snapshots are done; never by two goroutines
	// at once.
	Progress func(done, total int)
}

// SnapshotReport is one of the snapshots of a series.
type SnapshotReport struct {
	ID       string     `json:"id"`
	Hours    float64    `json:"hours"`
	Weight   float64    `json:"weight"`
	Dispatch *OPFReport `json:"dispatch"`
}

// SeriesReport is the dispatch of several snapshots, each for itself.
type SeriesReport struct {
	Format      int         `json:"format"`
	Kind        string      `json:"kind"` // "opf-series"
	Grid        string      `json:"grid"`
	Susceptance Susceptance `json:"susceptance"`
	// Status is "optimal" when that of every snapshot is, else the first that is not.
	Status     string           `json:"status"`
	Objective  *float64         `json:"objective,omitempty"` // sum of weight x objective
	Demand     float64          `json:"demand_mwh"`
	Served     float64          `json:"served_mwh"`
	Unserved   float64          `json:"unserved_mwh"`
	Infeasible int              `json:"infeasible_snapshots"`
	Snapshots  []SnapshotReport `json:"snapshots"`
	Notes      []string         `json:"notes"`
	Run        Run              `json:"run"`
}

// OPFSeries finds the cheapest dispatch of each snapshot. Nothing couples them: no storage,
// ramp or start of a plant reaches from one into the next. Each starts from scratch, so a
// snapshot has the dispatch it would have alone. Errors as for [OPF].
func OPFSeries(ctx context.Context, snapshots []Snapshot, opt SeriesOptions) (*SeriesReport, error) {
	begin := time.Now()
	s, err := ParseSusceptance(string(opt.Susceptance))
	if err != nil {
		return nil, err
	}
	if len(snapshots) == 0 {
		return nil, fmt.Errorf("energy: a series without snapshots")
	}
	r := &SeriesReport{Format: Format, Kind: "opf-series", Grid: snapshots[0].Grid.Name, Susceptance: s, Notes: []string{}}
	r.Snapshots = make([]SnapshotReport, len(snapshots))
	var mu sync.Mutex
	done := 0
	err = par.Do(ctx, workersFor(opt.Workers), len(snapshots), func(_, k int) error {
		x := &snapshots[k]
		d, err := OPF(ctx, x.Grid, opt.OPFOptions)
		if err != nil {
			return fmt.Errorf("snapshot %s: %w", x.ID, err)
		}
		r.Snapshots[k] = SnapshotReport{x.ID, x.Hours, x.Weight, d}
		if opt.Progress != nil {
			mu.Lock()
			defer mu.Unlock()
			done++
			opt.Progress(done, len(snapshots))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.total()
	r.Run.Seconds = time.Since(begin).Seconds()
	return r, nil
}

// total adds the snapshots up.
func (r *SeriesReport) total() {
	optimal := lp.Optimal.String()
	r.Status = optimal
	objective := 0.0
	for _, x := range r.Snapshots {
		d := x.Dispatch
		r.Demand += float64(x.Hours * d.Demand)
		if d.Status != optimal {
			if r.Status == optimal {
				r.Status = d.Status
			}
			if d.Status == lp.Infeasible.String() {
				r.Infeasible++
			}
			continue
		}
		objective += float64(x.Weight * *d.Objective)
		r.Served += float64(x.Hours * d.Served)
		r.Unserved += float64(x.Hours * d.Unserved)
	}
	if r.Status == optimal {
		r.Objective = &objective
	}
	if r.Unserved > 0 {
		var short []string
		for _, x := range r.Snapshots {
			if d := x.Dispatch; d.Unserved > shedSlack*max(d.Demand, 1) {
				short = append(short, x.ID+" ("+megawatts(d.Unserved)+")")
			}
		}
		if len(short) > 0 {
			r.Notes = append(r.Notes, "demand goes unserved in "+plural(len(short), "snapshot", "snapshots")+": "+some(short, mostNames))
		}
	}
	r.Notes = append(r.Notes, "every snapshot is dispatched for itself; no storage, ramp or start of a plant reaches from one into the next")
}

// Scheduled is a copy of the grid with another schedule, one figure a generator and a link;
// nil keeps the grid's own.
func (g *Grid) Scheduled(output, flow []float64) *Grid {
	s := *g
	s.Generators, s.Links = slices.Clone(g.Generators), slices.Clone(g.Links)
	for k, p := range output {
		s.Generators[k].P = p
	}
	for k, p := range flow {
		s.Links[k].P = p
	}
	return &s
}
