package astara

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/atomicfile"
	"github.com/astara-corridors/astara/report"
)

// ReportFile and AnswerFile are the names of the report and of the answer among
// the files of [Solved.WriteAll].
const (
	ReportFile = "report.html"
	AnswerFile = "answer.json"
)

// WriteAll writes the report, the answer and the data files of a solved case
// into dir, which is made when it is not there, and returns their paths. Each
// file is written whole or not at all.
func (s *Solved) WriteAll(ctx context.Context, dir string, a *answer.Answer, version string, o Options) ([]string, error) {
	in, err := report.Assemble(ctx, s.Case, a, s.Freight, s.Table, version, report.Options{Workers: workers(o.Workers)})
	if err != nil {
		return nil, err
	}
	in.Quotes = o.Quotes
	runs, err := s.flowRuns(ctx)
	if err != nil {
		return nil, err
	}
	export, err := s.Export(ctx, runs, version)
	if err != nil {
		return nil, err
	}
	// Everything is made; only now is anything written.
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("writing results: %w", err)
	}
	var done []string
	put := func(name string, write func(io.Writer) error) error {
		path := filepath.Join(dir, name)
		if err := atomicfile.Write(path, 0o644, write); err != nil {
			return fmt.Errorf("writing results: %w", err)
		}
		done = append(done, path)
		return nil
	}
	if err := put(ReportFile, func(w io.Writer) error { return report.Write(w, in) }); err != nil {
		return done, err
	}
	if err := put(AnswerFile, func(w io.Writer) error { return WriteJSON(w, a) }); err != nil {
		return done, err
	}
	more, err := export.Write(dir, interchange.FormGeoJSON, interchange.FormCSV, interchange.FormParquet)
	return append(done, more...), err
}

// flowRuns are the runs whose flows are exported: the base year and the
// baseline world.
func (s *Solved) flowRuns(ctx context.Context) ([]*Run, error) {
	base, err := s.BaseYear(ctx)
	if err != nil {
		return nil, err
	}
	line, err := s.World(ctx, s.Case.Space.Baseline())
	if err != nil {
		return nil, err
	}
	return []*Run{base, line}, nil
}

// ExportRuns makes an export of the network and the flows of runs, without a
// table of worlds.
func (m *Model) ExportRuns(ctx context.Context, runs []*Run, program string) (interchange.Export, error) {
	e := interchange.Export{Origin: interchange.Origin{Case: m.Case.ID, Title: m.Case.Title, Program: program}, Spec: m.Case.Freight}
	for _, r := range runs {
		e.Runs = append(e.Runs, interchange.FlowRun{ID: r.ID, Name: r.Name, Flow: r.LinkFlows(m.Case.Freight)})
	}
	if m.Energy != nil {
		e.Energy = m.Case.Energy
		for _, r := range runs {
			flows, err := r.EnergyFlows(ctx, m.Case.Energy)
			if err != nil {
				return e, err
			}
			e.EnergyRuns = append(e.EnergyRuns, flows)
		}
	}
	return e, nil
}

// Export makes an export with the table of worlds, weighted by the case's
// reference in every arm of every act.
func (s *Solved) Export(ctx context.Context, runs []*Run, program string) (interchange.Export, error) {
	e, err := s.ExportRuns(ctx, runs, program)
	if err != nil {
		return e, err
	}
	hash := s.Table.Hash()
	e.Origin.TableHash = hex.EncodeToString(hash[:])
	weights, err := s.armWeights()
	if err != nil {
		return e, err
	}
	worlds, outcomes, err := interchange.WorldTables(s.Table, weights, columnInfo(s.Case))
	if err != nil {
		return e, err
	}
	e.Tables = []*interchange.Table{worlds, outcomes}
	if s.EnergyTable != nil {
		hash := s.EnergyTable.Hash()
		e.Origin.TableHash += hex.EncodeToString(hash[:])
		e.Tables = append(e.Tables, interchange.MoreOutcomes(worlds, s.EnergyTable, weights, columnInfo(s.Case)))
	}
	return e, nil
}

// armWeights are the reference weights of the worlds in every arm of every act,
// the other acts held where the case starts.
func (s *Solved) armWeights() ([]interchange.WorldWeight, error) {
	ref, err := answer.NewCaseReference(s.Case, s.Table.Worlds)
	if err != nil {
		return nil, err
	}
	acts := map[int]int{}
	for i, v := range s.Case.Variables {
		if v.Kind == "act" {
			acts[i] = v.Baseline
		}
	}
	var out []interchange.WorldWeight
	for i, v := range s.Case.Variables {
		if v.Kind != "act" {
			continue
		}
		for st, state := range v.States {
			fixed := map[int]int{}
			for a, b := range acts {
				fixed[a] = b
			}
			fixed[i] = st
			d, err := ref.Distribution(fixed)
			if err != nil {
				return nil, err
			}
			w := interchange.WorldWeight{
				Name:    fmt.Sprintf("weight_%s_%s", v.ID, state),
				About:   fmt.Sprintf("reference weight in the arm %s=%s, other acts at their baseline", v.ID, state),
				OfWorld: make([]float64, s.Table.Worlds.Len()),
			}
			for j, row := range d.Rows {
				w.OfWorld[row] = d.Weight[j]
			}
			out = append(out, w)
		}
	}
	return out, nil
}

// columnInfo describes the outcome columns of a case.
func columnInfo(c *casefile.Case) map[string]interchange.ColumnInfo {
	info := map[string]interchange.ColumnInfo{}
	for _, o := range c.Outcomes {
		info[o.ID] = interchange.ColumnInfo{Unit: casefile.MeasureDim(o.Measure).Unit(), About: o.Name}
	}
	return info
}

// WriteJSON writes v as indented JSON with a final newline.
func WriteJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
