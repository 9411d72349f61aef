package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/lp"
)

// What a report of the energy commands says of its programme.
const (
	statusOptimal = "optimal"
	statusLimit   = "iteration limit"
)

// gridFlags are the flags of the commands that read a grid.
type gridFlags struct{ susceptance, snapshot string }

const gridUse = "FILE.m|FOLDER"

func (f *gridFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.susceptance, "susceptance", string(energy.Reactance), "reactance: 1/x with taps and shifts; series: x/(r²+x²) without, as in published PGLib tables")
	cmd.Flags().StringVar(&f.snapshot, "snapshot", "", "snapshot of a PyPSA folder, by its name")
	completeFlag(cmd, "susceptance", string(energy.Reactance), string(energy.Series))
	cmd.ValidArgsFunction = completeFiles("m")
}

// open reads a MATPOWER file or a PyPSA folder, and the convention. A file is one
// snapshot without a name; --snapshot takes one of a folder.
func (f *gridFlags) open(cmd *cobra.Command, path string) ([]energy.Snapshot, energy.Susceptance, error) {
	s, err := energy.ParseSusceptance(f.susceptance)
	if err != nil {
		return nil, "", usageError{fmt.Errorf("--susceptance %s; expected reactance or series", f.susceptance)}
	}
	all, err := readGrid(cmd, path)
	if err != nil || f.snapshot == "" {
		return all, s, err
	}
	var names []string
	for k, x := range all {
		if x.ID == f.snapshot {
			return all[k : k+1], s, nil
		}
		names = append(names, x.ID)
	}
	if len(names) == 1 && names[0] == "" {
		return nil, s, usageError{fmt.Errorf("--snapshot %s: a MATPOWER file has no snapshots", f.snapshot)}
	}
	return nil, s, usageError{fmt.Errorf("--snapshot %s: there is no such snapshot among %d, the first is %q and the last %q", f.snapshot, len(names), names[0], names[len(names)-1])}
}

// first takes the first of several snapshots and says so.
func (f *gridFlags) first(cmd *cobra.Command, path string) (*energy.Grid, energy.Susceptance, error) {
	all, s, err := f.open(cmd, path)
	if err != nil {
		return nil, s, err
	}
	if len(all) > 1 {
		fmt.Fprintf(cmd.ErrOrStderr(), "the first of %d snapshots, %s; --snapshot takes another\n", len(all), all[0].ID)
	}
	return all[0].Grid, s, nil
}

// readGrid reads a MATPOWER file or a PyPSA folder and checks its grids. It prints what
// is wrong and what is doubtful.
func readGrid(cmd *cobra.Command, path string) ([]energy.Snapshot, error) {
	var l diag.List
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		all := interchange.ReadPyPSA(disk{}, path, &l)
		checkGrids(all, &l)
		return all, checked(cmd, &l)
	}
	data, err := readInput(path)
	if err != nil {
		return nil, err
	}
	if interchange.IsMatgas(data) {
		return nil, usageError{fmt.Errorf("%s is a gas network in the form matgas, no power grid; astara gas reads it", path)}
	}
	all := []energy.Snapshot{{Hours: 1, Weight: 1, Grid: interchange.ReadMATPOWER(path, data, &l)}}
	checkGrids(all, &l)
	return all, checked(cmd, &l)
}

// checkGrids checks the grids of a file that could be read; what holds for several
// snapshots is said once.
func checkGrids(all []energy.Snapshot, l *diag.List) {
	if l.Failed() {
		return
	}
	said := map[string]bool{}
	for _, s := range all {
		var one diag.List
		s.Grid.Check(&one)
		for _, d := range one.All() {
			if key := fmt.Sprint(d); !said[key] {
				said[key] = true
				l.Add(d)
			}
		}
	}
}

// energyError makes the exit code and the diagnostics of an error of the engine.
func energyError(cmd *cobra.Command, err error) error {
	var input *energy.InputError
	var singular *energy.SingularError
	switch {
	case errors.As(err, &input):
		printDiagnostics(cmd.ErrOrStderr(), input.List, disk{})
		return errInput
	case errors.As(err, &singular):
		return usageError{err}
	}
	return err
}

// solverNotice passes on what the solver has to say about its cache.
func solverNotice(cmd *cobra.Command) {
	if n := lp.Notice(); n != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), n)
	}
}

// statusError is the exit code of a programme's status. The report has been
// written and says why.
func statusError(status string) error {
	switch status {
	case statusOptimal:
		return nil
	case statusLimit, energy.Undecided:
		return fmt.Errorf("%w: %s", errNotConverged, status)
	}
	return usageError{fmt.Errorf("%s; the report says why, and --shed PRICE where demand would be lost", status)}
}

// price reads a price that is not given unless its flag was.
func price(cmd *cobra.Command, flag string, v float64) (*float64, error) {
	if !cmd.Flags().Changed(flag) {
		return nil, nil
	}
	if !(v >= 0 && v <= maxPrice) {
		return nil, usageError{fmt.Errorf("--%s %v; expected 0 to %g", flag, v, maxPrice)}
	}
	return &v, nil
}

// maxPrice bounds a price of unserved demand: above it the solver's tolerances are
// larger than the costs of the plants.
const maxPrice = 1e9

// printable is what an engine-room command prints.
type printable interface {
	WriteText(w io.Writer, top int) error
	WriteCSV(w io.Writer) error
}

// printFlags are the flags of how a report is printed.
type printFlags struct {
	format *string
	top    int
}

func (f *printFlags) add(cmd *cobra.Command) {
	f.format = formatFlag(cmd, "text", "json", "csv")
	cmd.Flags().IntVar(&f.top, "top", topRows, "rows of each table in the text form (-1: all)")
}

// write prints a report in the form asked for.
func (f *printFlags) write(cmd *cobra.Command, r printable) error {
	switch out := cmd.OutOrStdout(); *f.format {
	case "json":
		return writeJSON(out, r)
	case "csv":
		return r.WriteCSV(out)
	default:
		return r.WriteText(out, f.top)
	}
}

// programmeFlags are the flags of the commands that solve a programme of supply and
// demand.
type programmeFlags struct {
	shed  float64
	steps int
}

func (f *programmeFlags) add(cmd *cobra.Command, price string) {
	cmd.Flags().Float64Var(&f.shed, "shed", 0, price)
	cmd.Flags().IntVar(&f.steps, "iterations", 0, "most solver steps (0: the solver's own limit)")
}

// check returns the price of shedding, nil when its flag was not given.
func (f *programmeFlags) check(cmd *cobra.Command) (*float64, error) {
	if f.steps < 0 {
		return nil, usageError{fmt.Errorf("--iterations %d; expected 0 or more", f.steps)}
	}
	return price(cmd, "shed", f.shed)
}

func opfCommand() *cobra.Command {
	var grid gridFlags
	var programme programmeFlags
	var form printFlags
	var workers int
	cmd := &cobra.Command{
		Use:   "opf " + gridUse,
		Short: "Cheapest dispatch of a power grid under Kirchhoff's laws",
		Long: `Read a MATPOWER case or the CSV folder of a PyPSA network and find the cheapest
dispatch in the DC model: cost, output, flows, nodal prices, binding limits. Demand
must be served; --shed gives its loss a price and the report then says where it is
lost. A grid that cannot serve its demand is reported with the limits that conflict,
and exit code 2. Of several snapshots each is dispatched for itself.`,
		Example: "  astara opf case5.m\n  astara opf case14.m --susceptance series --format json\n  astara opf case5.m --shed 10000\n  astara opf ac-dc-meshed --snapshot '2015-01-01 00:00:00'",
		Args:    cobra.ExactArgs(1),
	}
	form.add(cmd)
	grid.add(cmd)
	programme.add(cmd, "price of a MWh that is not served; without it all demand is served")
	cmd.Flags().IntVar(&workers, "workers", 0, "goroutines for several snapshots (0: as many as processors); changes no result")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opt := energy.SeriesOptions{OPFOptions: energy.OPFOptions{Iterations: programme.steps}, Workers: workers}
		var err error
		if opt.Shed, err = programme.check(cmd); err != nil {
			return err
		}
		if workers < 0 {
			return usageError{fmt.Errorf("--workers %d; expected 0 or more", workers)}
		}
		snapshots, s, err := grid.open(cmd, args[0])
		if err != nil {
			return err
		}
		opt.Susceptance = s
		if len(snapshots) == 1 {
			r, err := energy.OPF(cmd.Context(), snapshots[0].Grid, opt.OPFOptions)
			return form.finish(cmd, r, err, func() string { return r.Status })
		}
		p := newProgress(cmd.ErrOrStderr(), false)
		opt.Progress = func(done, total int) { p.step("snapshots", done, total, 0) }
		r, err := energy.OPFSeries(cmd.Context(), snapshots, opt)
		p.close()
		return form.finish(cmd, r, err, func() string { return r.Status })
	}
	return cmd
}

// finish prints the report of a programme and makes the exit code of its status.
func (f *printFlags) finish(cmd *cobra.Command, r printable, err error, status func() string) error {
	if err != nil {
		return energyError(cmd, err)
	}
	solverNotice(cmd)
	if err := f.write(cmd, r); err != nil {
		return err
	}
	if *f.format == "csv" && status() != statusOptimal {
		// A table has no place for the reason.
		if err := r.WriteText(cmd.ErrOrStderr(), f.top); err != nil {
			return err
		}
	}
	return statusError(status())
}

func n1Command() *cobra.Command {
	var grid gridFlags
	opt := energy.N1Options{MinChange: energy.DefaultMinChange}
	var dispatch string
	var form printFlags
	cmd := &cobra.Command{
		Use:   "n1 " + gridUse,
		Short: "What the loss of one branch, plant or link does to a power grid",
		Long: `Read a MATPOWER case or a PyPSA folder and screen the loss of every branch in
service: branches above their rating afterwards, and what a bridge cuts off. --supply
screens plants and links, too. Outputs are the file's own; --dispatch opf takes the
cheapest dispatch. The screening is static: it neither redispatches nor follows a
cascade.`,
		Example: "  astara n1 case14.m\n  astara n1 case118.m --dispatch opf --rating A --min-overload 5 --format csv",
		Args:    cobra.ExactArgs(1),
	}
	form.add(cmd)
	grid.add(cmd)
	f := cmd.Flags()
	f.StringVar(&dispatch, "dispatch", "schedule", "outputs of the plants: schedule (of the file) or opf")
	f.StringVar(&opt.Rating, "rating", "C", "rating that holds after an outage: A, B or C")
	f.Float64Var(&opt.MinChange, "min-change", opt.MinChange, "least change of a flow, as a share of the rating, that an outage is blamed for")
	f.Float64Var(&opt.MinOverload, "min-overload", 0, "least excess over a rating that is listed, MW")
	f.BoolVar(&opt.Supply, "supply", false, "screen plants and links, too")
	f.IntVar(&opt.Workers, "workers", 0, "goroutines (0: as many as processors); changes no result")
	completeFlag(cmd, "dispatch", "schedule", "opf")
	completeFlag(cmd, "rating", "A", "B", "C")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case dispatch != "schedule" && dispatch != "opf":
			return usageError{fmt.Errorf("--dispatch %s; expected schedule or opf", dispatch)}
		case opt.Rating != "A" && opt.Rating != "B" && opt.Rating != "C":
			return usageError{fmt.Errorf("--rating %s; expected A, B or C", opt.Rating)}
		case !(opt.MinChange > 0 && opt.MinChange <= 1):
			return usageError{fmt.Errorf("--min-change %v; expected a share above 0, up to 1", opt.MinChange)}
		case !(opt.MinOverload >= 0):
			return usageError{fmt.Errorf("--min-overload %v; expected 0 or more", opt.MinOverload)}
		case opt.Workers < 0:
			return usageError{fmt.Errorf("--workers %d; expected 0 or more", opt.Workers)}
		}
		g, s, err := grid.first(cmd, args[0])
		if err != nil {
			return err
		}
		opt.Susceptance = s
		if dispatch == "opf" {
			if opt.Output, opt.LinkFlow, err = dispatched(cmd.Context(), cmd, g, s); err != nil {
				return err
			}
		}
		if dispatch == "schedule" && !scheduled(g) {
			fmt.Fprintln(cmd.ErrOrStderr(), "the file has no schedule of outputs, so demand is spread over plants by size; --dispatch opf takes the cheapest dispatch")
		}
		r, err := energy.N1(cmd.Context(), g, opt)
		if err != nil {
			return energyError(cmd, err)
		}
		return form.write(cmd, r)
	}
	return cmd
}

// scheduled reports whether a plant has a schedule.
func scheduled(g *energy.Grid) bool {
	return slices.ContainsFunc(g.Generators, func(x energy.Generator) bool { return x.P != 0 })
}

// dispatched is the output of each generator and the flow of each link in the cheapest
// dispatch.
func dispatched(ctx context.Context, cmd *cobra.Command, g *energy.Grid, s energy.Susceptance) (output, linkFlow []float64, err error) {
	r, err := energy.OPF(ctx, g, energy.OPFOptions{Susceptance: s})
	if err != nil {
		return nil, nil, energyError(cmd, err)
	}
	solverNotice(cmd)
	if r.Status != statusOptimal {
		if err := r.WriteText(cmd.ErrOrStderr(), topRows); err != nil {
			return nil, nil, err
		}
	}
	output, linkFlow = r.Outputs(g)
	return output, linkFlow, statusError(r.Status)
}
