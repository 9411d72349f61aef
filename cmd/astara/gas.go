package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
)

func gasCommand() *cobra.Command {
	var shed float64
	var steps int
	model := string(energy.Transport)
	cmd := &cobra.Command{
		Use:   "gas FILE.m",
		Short: "How much gas demand a network can serve",
		Long: `Read a matgas file and find the most demand that the network can serve. The transport
model balances junctions within capacities; linear-relaxation adds squared pressures
with a linear hull of the pressure law. Both are bounds from above on what physics
allows; the report gives the distance between them. A network that cannot serve its
fixed demand is reported with the reason, and exit code 2; --shed lets it go unserved.`,
		Example:           "  astara gas gaslib-40.m --model linear-relaxation\n  astara gas net.m --shed 10 --format json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeFiles("m"),
	}
	format := formatFlag(cmd, "text", "json")
	cmd.Flags().StringVar(&model, "model", model, "transport or linear-relaxation")
	cmd.Flags().Float64Var(&shed, "shed", 0, "weight of a unit of fixed demand that is not served; without it all is served")
	cmd.Flags().IntVar(&steps, "iterations", 0, "most solver steps (0: the solver's own limit)")
	completeFlag(cmd, "model", string(energy.Transport), string(energy.LinearRelaxation))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opt := energy.GasOptions{Model: energy.GasModel(model), Iterations: steps}
		if opt.Model != energy.Transport && opt.Model != energy.LinearRelaxation {
			hint := ""
			if near := diag.Nearest(model, []string{string(energy.Transport), string(energy.LinearRelaxation)}); near != "" {
				hint = fmt.Sprintf("; did you mean %q?", near)
			}
			return usageError{fmt.Errorf("--model %s; expected transport or linear-relaxation%s", model, hint)}
		}
		var err error
		if opt.Shed, err = price(cmd, "shed", shed); err != nil {
			return err
		}
		if steps < 0 {
			return usageError{fmt.Errorf("--iterations %d; expected 0 or more", steps)}
		}
		data, err := readInput(args[0])
		if err != nil {
			return err
		}
		var l diag.List
		g := interchange.ReadMatgas(args[0], data, &l)
		if err := checked(cmd, &l); err != nil {
			return err
		}
		r, err := energy.Gas(cmd.Context(), g, opt)
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
