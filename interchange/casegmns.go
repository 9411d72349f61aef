package interchange

import (
	"math"

	"github.com/astara-corridors/astara/freight"
)

// CaseGMNS makes the GMNS tables of a case's network: nodes with their zones,
// links with length, free speed and mode as allowed use, zones, and demand as
// tonnes a year of all markets between two zones. Lengths are km, speeds km/h. A
// leg with hours instead of a speed has the speed they make. Capacities stay
// empty: GMNS counts vehicles an hour, a case tonnes a year; they stand in the
// table of flows ([FlowTable]). Only links that are open as listed are written
// when open is set.
func CaseGMNS(s *freight.Spec, dataset string, open bool) *GMNS {
	g := &GMNS{Config: GMNSConfig{Dataset: dataset, ShortLength: "m", LongLength: "km", Speed: "km/h", CRS: "EPSG:4326", Currency: "USD", Version: "0.96"}}
	zoneOf := map[string]string{}
	for _, z := range s.Zones {
		if zoneOf[z.Node] == "" {
			zoneOf[z.Node] = z.ID
		}
		g.Zones = append(g.Zones, GMNSZone{ID: z.ID, Name: z.Name})
	}
	for _, n := range s.Nodes {
		g.Nodes = append(g.Nodes, GMNSNode{ID: n.ID, Name: n.Name, Type: n.Type, Zone: zoneOf[n.ID], X: n.X, Y: n.Y})
	}
	for _, l := range s.Links {
		if open && !l.Open {
			continue
		}
		k := GMNSLink{ID: l.ID, From: l.From, To: l.To, Directed: l.Directed, Length: l.Length, FreeSpeed: l.Speed,
			Capacity: math.NaN(), Lanes: math.NaN(), Toll: math.NaN(), Alpha: math.NaN(), Beta: math.NaN(), FacilityType: l.Mode, AllowedUses: l.Mode}
		if l.Speed == 0 {
			k.FreeSpeed = math.NaN()
			if l.Hours.Known && l.Hours.Central > 0 {
				k.FreeSpeed = l.Length / l.Hours.Central
			}
		}
		g.Links = append(g.Links, k)
	}
	tonnes := map[string]float64{}
	for _, m := range s.Markets {
		tonnes[m.ID] = m.Tonnes.Central
	}
	at := map[[2]string]int{}
	for _, d := range s.Demand {
		pair := [2]string{d.OriginZone, d.DestinationZone}
		i, ok := at[pair]
		if !ok {
			i = len(g.Demand)
			at[pair] = i
			g.Demand = append(g.Demand, GMNSDemand{From: d.OriginZone, To: d.DestinationZone})
		}
		g.Demand[i].Amount += d.Fraction * tonnes[d.Market]
	}
	return g
}

// FlowTable makes the table "flows" of runs: one row a link and run with its
// tonnes by flow type, and the link's capacity where it has one.
func FlowTable(s *freight.Spec, runs []FlowRun) *Table {
	n := len(s.Links) * len(runs)
	t := &Table{Name: "flows", About: "Tonnes a year on every link in every run, both directions together", Rows: n}
	text := func(name, about string) Column {
		return Column{Name: name, Type: Text, About: about, Codes: make([]uint32, n)}
	}
	number := func(name, about string) Column {
		return Column{Name: name, Type: Number, Unit: "t/yr", About: about, Floats: make([]float64, n)}
	}
	run, link, mode := text("run", "which run"), text("link_id", "id of the link in link.csv"), text("mode", "")
	total, domestic := number("tonnes", "all"), number("domestic", "as seen from the countries of the link; empty at sea")
	imports, exports, transit := number("import", "likewise"), number("export", "likewise"), number("transit", "likewise")
	capacity := number("capacity", "published or converted capacity; empty: taken as uncongested")
	code := map[string]uint32{}
	for i, l := range s.Links {
		link.Words = append(link.Words, l.ID)
		if _, ok := code[l.Mode]; !ok {
			code[l.Mode] = uint32(len(mode.Words))
			mode.Words = append(mode.Words, l.Mode)
		}
		for r := range runs {
			k := r*len(s.Links) + i
			f := runs[r].Flow[i]
			run.Codes[k], link.Codes[k], mode.Codes[k] = uint32(r), uint32(i), code[l.Mode]
			total.Floats[k] = f.Total
			parts := []float64{f.Domestic, f.Import, f.Export, f.Transit}
			if f.Total != 0 && f.Domestic == 0 && f.Import == 0 && f.Export == 0 && f.Transit == 0 {
				parts = []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
			}
			domestic.Floats[k], imports.Floats[k], exports.Floats[k], transit.Floats[k] = parts[0], parts[1], parts[2], parts[3]
			capacity.Floats[k] = math.NaN()
			if l.Capacity.Known {
				capacity.Floats[k] = l.Capacity.Central
			}
		}
	}
	for _, r := range runs {
		run.Words = append(run.Words, r.ID)
	}
	t.Columns = []Column{run, link, mode, total, domestic, imports, exports, transit, capacity}
	return t
}
