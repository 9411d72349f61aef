package interchange

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

// Form is a form that [Export] writes.
type Form string

// The forms.
const (
	FormGMNS    Form = "gmns"    // gmns/: config, node, link, zone, demand
	FormGeoJSON Form = "geojson" // flows.geojson, energy.geojson
	FormCSV     Form = "csv"     // flows.csv, worlds.csv, outcomes.csv, ties.csv, pipes.csv, datapackage.json
	FormParquet Form = "parquet" // the same tables
)

// Forms lists all forms.
func Forms() []Form { return []Form{FormGMNS, FormGeoJSON, FormCSV, FormParquet} }

// Export is a case's results ready to be written in other people's formats.
type Export struct {
	Origin Origin
	Spec   *freight.Spec
	Runs   []FlowRun
	Tables []*Table // of [WorldTables]; none when nothing was solved for them
	// Energy and EnergyRuns are those of power and gas; nil when the case has none.
	Energy     *region.Spec
	EnergyRuns []EnergyRun
}

// Write writes the forms into dir, which is made when it is not there, and
// returns the paths written. Each file is written whole or not at all; on an
// error those already written stay. Same export, same bytes.
func (e Export) Write(dir string, forms ...Form) ([]string, error) {
	var done []string
	put := func(name string, write func(io.Writer) error) error {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if err := atomicfile.Write(path, 0o644, write); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		done = append(done, path)
		return nil
	}
	for _, r := range e.Runs {
		if len(r.Flow) != len(e.Spec.Links) {
			return nil, fmt.Errorf("export: run %s has flows of %d links, the network %d", r.ID, len(r.Flow), len(e.Spec.Links))
		}
	}
	tables := append([]*Table{FlowTable(e.Spec, e.Runs)}, e.Tables...)
	if e.Energy != nil {
		for _, r := range e.EnergyRuns {
			if err := r.check(e.Energy); err != nil {
				return nil, fmt.Errorf("export: %w", err)
			}
		}
		tables = append(tables, TieTable(e.Energy, e.EnergyRuns), PipeTable(e.Energy, e.EnergyRuns))
	}
	for _, f := range forms {
		var err error
		switch f {
		case FormGMNS:
			err = e.gmns(put)
		case FormGeoJSON:
			err = put("flows.geojson", func(w io.Writer) error { return WriteGeoJSON(w, e.Origin, e.Spec, e.Runs) })
			if err == nil && e.Energy != nil {
				err = put("energy.geojson", func(w io.Writer) error { return WriteEnergyGeoJSON(w, e.Origin, e.Energy, e.EnergyRuns) })
			}
		case FormCSV:
			for _, t := range tables {
				if err == nil {
					err = put(t.Name+".csv", func(w io.Writer) error { return WriteCSV(w, t) })
				}
			}
			if err == nil {
				err = put("datapackage.json", func(w io.Writer) error { return WritePackage(w, e.Origin, tables...) })
			}
		case FormParquet:
			for _, t := range tables {
				if err == nil {
					err = put(t.Name+".parquet", func(w io.Writer) error { return WriteParquet(w, e.Origin, t) })
				}
			}
		default:
			err = fmt.Errorf("export: unknown form %q, want one of %v", f, Forms())
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (e Export) gmns(put func(string, func(io.Writer) error) error) error {
	g := CaseGMNS(e.Spec, e.Origin.Case, false)
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"config.csv", func(w io.Writer) error { return WriteGMNSConfig(w, g.Config) }},
		{"node.csv", func(w io.Writer) error { return WriteGMNSNodes(w, g.Nodes) }},
		{"link.csv", func(w io.Writer) error { return WriteGMNSLinks(w, g.Links) }},
		{"zone.csv", func(w io.Writer) error { return WriteGMNSZones(w, g.Zones) }},
		{"demand.csv", func(w io.Writer) error { return WriteGMNSDemand(w, g.Demand) }},
		{"flows.csv", func(w io.Writer) error { return WriteCSV(w, FlowTable(e.Spec, e.Runs)) }},
	} {
		if err := put("gmns/"+f.name, f.write); err != nil {
			return err
		}
	}
	return nil
}
