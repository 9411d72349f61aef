package main

import (
	"context"
	"errors"
	"fmt"

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
type gridFlags struct{ susceptance string }

func (f *gridFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.susceptance, "susceptance", string(energy.Reactance), "reactance: 1/x with taps and shifts; series: x/(r²+x²) without, as in published PGLib tables")
	completeFlag(cmd, "susceptance", string(energy.Reactance), string(energy.Series))
}

// open reads a MATPOWER file and the convention.
func (f *gridFlags) open(cmd *cobra.Command, path string) (*energy.Grid, energy.Susceptance, error) {
	s, err := energy.ParseSusceptance(f.susceptance)
	if err != nil {
		return nil, "", usageError{fmt.Errorf("--susceptance: %w", err)}
	}
	data, err := readInput(path)
	if err != nil {
		return nil, "", err
	}
	var l diag.List
	g := interchange.ReadMATPOWER(path, data, &l)
	return g, s, checked(cmd, &l)
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
	case statusLimit:
		return fmt.Errorf("%w: %s", errNotConverged, status)
	}
	return usageError{fmt.Errorf("%s; the report says why", status)}
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

func opfCommand() *cobra.Command {
	var grid gridFlags
	var shed float64
	var steps int
	cmd := &cobra.Command{
		Use:   "opf FILE.m",
		Short: "Cheapest dispatch of a power grid under Kirchhoff's laws",
		Long: `Read a MATPOWER case and find the cheapest dispatch in the DC model: cost, output,
flows, nodal prices, binding limits. Demand must be served; --shed gives its loss a
price and the report then says where it is lost. A grid that cannot serve its demand
is reported with the limits that conflict, and exit code 2.`,
		Example:           "  astara opf case5.m\n  astara opf case14.m --susceptance series --format json\n  astara opf case5.m --shed 10000",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeFiles("m"),
	}
	format := formatFlag(cmd, "text", "json")
	grid.add(cmd)
	cmd.Flags().Float64Var(&shed, "shed", 0, "price of a MWh that is not served; without it all demand is served")
	cmd.Flags().IntVar(&steps, "iterations", 0, "most solver steps (0: the solver's own limit)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opt := energy.OPFOptions{Iterations: steps}
		var err error
		if opt.Shed, err = price(cmd, "shed", shed); err != nil {
			return err
		}
		if steps < 0 {
			return usageError{fmt.Errorf("--iterations %d; expected 0 or more", steps)}
		}
		g, s, err := grid.open(cmd, args[0])
		if err != nil {
			return err
		}
		opt.Susceptance = s
		r, err := energy.OPF(cmd.Context(), g, opt)
		if err != nil {
			return energyError(cmd, err)
		}
		solverNotice(cmd)
		if *format == "json" {
			err = writeJSON(cmd.OutOrStdout(), r)
		} else {
			err = r.WriteText(cmd.OutOrStdout())
		}
		if err != nil {
			return err
		}
		return statusError(r.Status)
	}
	return cmd
}

func n1Command() *cobra.Command {
	var grid gridFlags
	opt := energy.N1Options{MinChange: energy.DefaultMinChange}
	var dispatch string
	cmd := &cobra.Command{
		Use:   "n1 FILE.m",
		Short: "What the loss of one branch, plant or link does to a power grid",
		Long: `Read a MATPOWER case and screen the loss of every branch in service: branches above
their rating afterwards, and what a bridge cuts off. --supply screens plants and
links, too. Outputs are the file's own; --dispatch opf takes the cheapest dispatch.
The screening is static: it neither redispatches nor follows a cascade.`,
		Example:           "  astara n1 case14.m\n  astara n1 case118.m --dispatch opf --rating A --min-overload 5 --format json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeFiles("m"),
	}
	format := formatFlag(cmd, "text", "json")
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
		g, s, err := grid.open(cmd, args[0])
		if err != nil {
			return err
		}
		opt.Susceptance = s
		if dispatch == "opf" {
			if opt.Output, err = dispatched(cmd.Context(), cmd, g, s); err != nil {
				return err
			}
		}
		r, err := energy.N1(cmd.Context(), g, opt)
		if err != nil {
			return energyError(cmd, err)
		}
		if *format == "json" {
			return writeJSON(cmd.OutOrStdout(), r)
		}
		return r.WriteText(cmd.OutOrStdout())
	}
	return cmd
}

// dispatched is the output of each generator in the cheapest dispatch.
func dispatched(ctx context.Context, cmd *cobra.Command, g *energy.Grid, s energy.Susceptance) ([]float64, error) {
	r, err := energy.OPF(ctx, g, energy.OPFOptions{Susceptance: s})
	if err != nil {
		return nil, energyError(cmd, err)
	}
	solverNotice(cmd)
	if r.Status != statusOptimal {
		if err := r.WriteText(cmd.ErrOrStderr()); err != nil {
			return nil, err
		}
	}
	return r.Outputs(g), statusError(r.Status)
}
