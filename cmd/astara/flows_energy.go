package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/energy/region"
	"github.com/astara-corridors/astara/units"
)

// energyFlowsFormat is the version of the JSON form of flows of power and gas.
const energyFlowsFormat = 1

// energyPeriod is a period in the JSON form. Slices by block are in the order of
// Blocks; power is in MW, GWh/yr, gas in mcm/d, bcm/yr.
type energyPeriod struct {
	Share       float64         `json:"share"`
	Effects     []string        `json:"effects"`
	Areas       [][]string      `json:"areas"`
	Zones       []zoneBalance   `json:"zones"`
	Ties        []tieRow        `json:"ties"`
	Pipes       []pipeRow       `json:"pipes"`
	Shortages   []shortageRow   `json:"shortages"`
	Dependence  []dependenceRow `json:"dependence"`
	Contingency []lossRow       `json:"losses_of_one_element"`
	Binding     []bindingRow    `json:"binding"`
	Stopped     []string        `json:"stopped"`
}

type zoneBalance struct {
	Zone        string     `json:"zone"`
	Country     string     `json:"country"`
	Load        []*float64 `json:"load"`
	Unserved    []*float64 `json:"unserved"`
	Generation  []*float64 `json:"generation"`
	NetImport   []*float64 `json:"net_import"`
	PriceHigh   []*float64 `json:"price"` // USD/MWh: what one MWh more costs
	GasLoad     []*float64 `json:"gas_load"`
	GasUnserved []*float64 `json:"gas_unserved"`
	GasToPlants []*float64 `json:"gas_to_plants"`
}

type tieRow struct {
	Tie       string     `json:"tie"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Coupling  string     `json:"coupling"`
	InService bool       `json:"in_service"`
	Flow      []*float64 `json:"flow"`
	Energy    *float64   `json:"energy"`
	Capacity  *float64   `json:"capacity"`
	Back      *float64   `json:"capacity_back"`
	Bridge    bool       `json:"bridge"`
}

type pipeRow struct {
	Pipe      string              `json:"pipe"`
	From      string              `json:"from"`
	To        string              `json:"to"`
	InService bool                `json:"in_service"`
	Flow      []*float64          `json:"flow"`
	Volume    *float64            `json:"volume"`
	Capacity  *float64            `json:"capacity"`
	Back      *float64            `json:"capacity_back"`
	Origins   map[string]*float64 `json:"origins"`
}

type shortageRow struct {
	Country string   `json:"country"`
	Block   string   `json:"block"`
	Carrier string   `json:"carrier"`
	Amount  *float64 `json:"amount"`
	Words   string   `json:"words"`
}

type dependenceRow struct {
	Carrier   string   `json:"carrier"`
	Consumer  string   `json:"consumer"`
	Origin    string   `json:"origin"`
	Delivered *float64 `json:"delivered"`
	FlowShare *float64 `json:"share"`
	Shed      *float64 `json:"shed"`
	ShedShare *float64 `json:"shed_share"`
	PowerShed *float64 `json:"power_shed"`
}

type lossRow struct {
	Kind      string   `json:"kind"`
	Element   string   `json:"element"`
	Block     string   `json:"block"`
	Country   string   `json:"country"`
	PowerShed *float64 `json:"power_shed"`
	GasShed   *float64 `json:"gas_shed"`
	Reason    string   `json:"reason"`
	By        []lossBy `json:"by"` // each country with its own part
}

type lossBy struct {
	Country   string   `json:"country"`
	PowerShed *float64 `json:"power_shed"`
	GasShed   *float64 `json:"gas_shed"`
}

type bindingRow struct {
	Kind      string   `json:"kind"`
	Element   string   `json:"element"`
	Block     string   `json:"block"`
	Direction string   `json:"direction"`
	Limit     *float64 `json:"limit"`
	Unit      string   `json:"unit"`
	Worth     *float64 `json:"worth"`
}

// writeEnergyFlows writes the power and gas of a run.
func writeEnergyFlows(cmd *cobra.Command, c *casefile.Case, run *astara.Run, format string, top int) error {
	if len(run.Energy) == 0 {
		return usageError{errors.New("--energy: the case has no tables of power and gas")}
	}
	var details []*region.Detail
	for _, p := range run.Energy {
		d, err := p.Detail(cmd.Context())
		if err != nil {
			return err
		}
		details = append(details, d)
	}
	out := cmd.OutOrStdout()
	var err error
	switch format {
	case "json":
		err = writeJSON(out, energyFlowsOf(run, details))
	case "csv":
		err = energyFlowsCSV(out, run, details)
	default:
		err = energyFlowsText(out, c, run, details, top)
	}
	if err == nil && !run.Converged {
		err = errNotConverged
	}
	return err
}

func numbers(xs []float64) []*float64 {
	out := make([]*float64, len(xs))
	for i, x := range xs {
		out[i] = number(x)
	}
	return out
}

func energyFlowsOf(run *astara.Run, details []*region.Detail) any {
	v := struct {
		Format  int            `json:"format"`
		Run     string         `json:"run"`
		Blocks  []string       `json:"blocks"`
		Periods []energyPeriod `json:"periods"`
		Not     []string       `json:"not_answered"`
	}{Format: energyFlowsFormat, Run: run.Name, Blocks: details[0].BlockIDs, Not: append([]string{}, details[0].NotAnswered...)}
	for i, d := range details {
		p := energyPeriod{Share: run.Energy[i].Share, Effects: append([]string{}, run.Energy[i].Effects...), Areas: [][]string{}, Zones: []zoneBalance{}, Ties: []tieRow{}, Pipes: []pipeRow{},
			Shortages: []shortageRow{}, Dependence: []dependenceRow{}, Contingency: []lossRow{}, Binding: []bindingRow{}, Stopped: append([]string{}, d.Stopped...)}
		for _, a := range d.Areas {
			p.Areas = append(p.Areas, a.Zones)
		}
		for _, z := range d.Zones {
			p.Zones = append(p.Zones, zoneBalance{z.Zone, z.Country, numbers(z.Load), numbers(z.Unserved), numbers(z.Generation), numbers(z.NetImport), numbers(z.PriceHigh),
				numbers(z.GasLoad), numbers(z.GasUnserved), numbers(z.GasToPlants)})
		}
		for _, t := range d.Ties {
			p.Ties = append(p.Ties, tieRow{t.Tie, t.From, t.To, string(t.Coupling), t.InService, numbers(t.Flow), number(t.Energy), number(t.Capacity), number(t.CapacityBack), t.Bridge})
		}
		for _, t := range d.Pipes {
			origins := map[string]*float64{}
			for _, o := range t.Origins {
				origins[o.Name] = number(o.Amount)
			}
			p.Pipes = append(p.Pipes, pipeRow{t.Pipe, t.From, t.To, t.InService, numbers(t.Flow), number(t.Volume), number(t.Capacity), number(t.CapacityBack), origins})
		}
		for _, s := range d.Shortages {
			p.Shortages = append(p.Shortages, shortageRow{s.Country, s.Block, string(s.Carrier), number(s.Amount), s.Words})
		}
		for _, x := range d.Dependence {
			p.Dependence = append(p.Dependence, dependenceRow{string(x.Carrier), x.Consumer, x.Origin, number(x.Delivered), number(x.FlowShare), number(x.Shed), number(x.ShedShare), number(x.PowerShed)})
		}
		for _, x := range d.Contingency {
			row := lossRow{x.Kind, x.Element, x.Block, x.Country, number(x.PowerShed), number(x.GasShed), x.Reason, []lossBy{}}
			for _, y := range x.By {
				row.By = append(row.By, lossBy{y.Country, number(y.PowerShed), number(y.GasShed)})
			}
			p.Contingency = append(p.Contingency, row)
		}
		for _, x := range d.Binding {
			p.Binding = append(p.Binding, bindingRow{x.Kind, x.Element, x.Block, x.Direction, number(x.Limit), x.Unit, number(x.Worth)})
		}
		v.Periods = append(v.Periods, p)
	}
	return v
}

// energyFlowsCSV writes ties and pipes, one row each and period.
func energyFlowsCSV(w io.Writer, run *astara.Run, details []*region.Detail) error {
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	rows := [][]string{{"period", "share", "carrier", "id", "zone_from", "zone_to", "coupling", "in_service", "unit_year", "net", "unit_block"}}
	for _, b := range details[0].BlockIDs {
		rows[0] = append(rows[0], "block_"+b)
	}
	add := func(i int, carrier, id, from, to, coupling string, in bool, unit string, net float64, block string, flow []float64) {
		row := []string{strconv.Itoa(i + 1), num(run.Energy[i].Share), carrier, id, from, to, coupling, strconv.FormatBool(in), unit, num(net), block}
		for _, f := range flow {
			row = append(row, num(f))
		}
		rows = append(rows, row)
	}
	for i, d := range details {
		for _, t := range d.Ties {
			add(i, "power", t.Tie, t.From, t.To, string(t.Coupling), t.InService, "GWh/yr", t.Energy, "MW", t.Flow)
		}
		for _, t := range d.Pipes {
			add(i, "gas", t.Pipe, t.From, t.To, "", t.InService, "bcm/yr", t.Volume, "mcm/d", t.Flow)
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}

func energyFlowsText(w io.Writer, c *casefile.Case, run *astara.Run, details []*region.Detail, top int) error {
	names := answer.EnergyNames(c)
	name := func(id string) string { return cmp.Or(names[id], id) }
	fmt.Fprintf(w, "%s: power and gas\n", run.Name)
	for i, d := range details {
		p := run.Energy[i]
		if len(run.Energy) > 1 {
			fmt.Fprintf(w, "\n%s of the year, with %s\n", units.Format(p.Share, units.Share), cmp.Or(strings.Join(p.Effects, ", "), "no effect of part of the year"))
		}
		l := p.Solution.Lost
		fmt.Fprintf(w, "Power: %s of %s not served. Gas: %s of %s not served.\n", units.Format(l.PowerUnserved, units.EnergyRate), units.Format(l.PowerDemand, units.EnergyRate),
			units.Format(l.GasUnserved, units.Volume), units.Format(l.GasDemand, units.Volume))
		energyTies(w, d, name, top)
		energyPipes(w, d, name, top)
		if len(d.Shortages) > 0 {
			fmt.Fprintln(w, "\nWho is short, and what holds it")
			rows, left := shown(d.Shortages, top)
			for _, s := range rows {
				fmt.Fprintf(w, "  %s, %s: %s\n", name(s.Country), s.Block, s.Words)
			}
			moreLine(w, left)
		}
		energyLosses(w, d, name, top)
	}
	if not := details[0].NotAnswered; len(not) > 0 {
		fmt.Fprintf(w, "\nNot considered: %s\n", strings.Join(not, " "))
	}
	return nil
}

func energyTies(w io.Writer, d *region.Detail, name func(string) string, top int) {
	ties := slices.Clone(d.Ties)
	slices.SortStableFunc(ties, func(a, b region.TieResult) int { return cmp.Compare(math.Abs(b.Energy), math.Abs(a.Energy)) })
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "\ntie\tfrom\tto\tcoupling\tnet\tpeak\tcapacity")
	rows, left := shown(ties, top)
	for _, t := range rows {
		peak := 0.0
		for _, f := range t.Flow {
			if math.Abs(f) > math.Abs(peak) {
				peak = f
			}
		}
		kind := string(t.Coupling)
		if !t.InService {
			kind = "out of service"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.Tie, name(t.From), name(t.To), kind, units.Format(t.Energy, units.EnergyRate), units.Format(peak, units.Power), units.Format(t.Capacity, units.Power))
	}
	tw.Flush()
	moreLine(w, left)
}

func energyPipes(w io.Writer, d *region.Detail, name func(string) string, top int) {
	pipes := slices.Clone(d.Pipes)
	slices.SortStableFunc(pipes, func(a, b region.PipeResult) int { return cmp.Compare(math.Abs(b.Volume), math.Abs(a.Volume)) })
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "\npipe\tfrom\tto\tnet\twhose gas\tcapacity")
	rows, left := shown(pipes, top)
	for _, t := range rows {
		var whose []string
		for _, o := range t.Origins {
			if o.Share >= 0.005 {
				whose = append(whose, fmt.Sprintf("%s %s", o.Name, units.Format(o.Share, units.Share)))
			}
		}
		text := strings.Join(whose, ", ")
		if !t.InService {
			text = "out of service"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", t.Pipe, name(t.From), name(t.To), units.Format(t.Volume, units.Volume), text, units.Format(t.Capacity, units.DayVolume))
	}
	tw.Flush()
	moreLine(w, left)
}

// leastHang is the share of a state's use or load below which it hangs on nobody.
const leastHang = 0.005

// energyLosses writes who hangs on whose supply, and the losses of one element.
func energyLosses(w io.Writer, d *region.Detail, name func(string) string, top int) {
	hang := slices.DeleteFunc(slices.Clone(d.Dependence), func(x region.Dependence) bool {
		return x.Consumer == x.Origin || !(x.FlowShare >= leastHang) && !(x.ShedShare >= leastHang)
	})
	if len(hang) > 0 {
		fmt.Fprintln(w, "\nWho hangs on whose supply")
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(tw, "consumer\tcarrier\torigin\tpart of use\tnot served without it")
		slices.SortStableFunc(hang, func(a, b region.Dependence) int { return cmp.Compare(b.ShedShare, a.ShedShare) })
		rows, left := shown(hang, top)
		for _, x := range rows {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", name(x.Consumer), x.Carrier, name(x.Origin), units.Format(x.FlowShare, units.Share), units.Format(x.ShedShare, units.Share))
		}
		tw.Flush()
		moreLine(w, left)
	}
	var lost []region.Contingency // once for every country that is short, with its own part
	for _, x := range d.Contingency {
		for _, y := range x.By {
			x.Country, x.PowerShed, x.GasShed = y.Country, y.PowerShed, y.GasShed
			lost = append(lost, x)
		}
	}
	if len(lost) == 0 {
		return
	}
	fmt.Fprintln(w, "\nLosses of one element that leave somebody short at a peak")
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "element\tkind\tblock\twho is short\tpower\tgas\treason")
	rows, left := shown(lost, top)
	for _, x := range rows {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", name(x.Element), x.Kind, x.Block, name(x.Country), units.Format(x.PowerShed, units.Power), units.Format(x.GasShed, units.DayVolume), x.Reason)
	}
	tw.Flush()
	moreLine(w, left)
}
