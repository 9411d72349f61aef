package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
)

func gasCommand() *cobra.Command {
	var programme programmeFlags
	var form printFlags
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
	form.add(cmd)
	cmd.Flags().StringVar(&model, "model", model, "transport or linear-relaxation")
	programme.add(cmd, "weight of a unit of fixed demand that is not served; without it all is served")
	completeFlag(cmd, "model", string(energy.Transport), string(energy.LinearRelaxation))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opt := energy.GasOptions{Model: energy.GasModel(model), Iterations: programme.steps}
		if opt.Model != energy.Transport && opt.Model != energy.LinearRelaxation {
			hint := ""
			if near := diag.Nearest(model, []string{string(energy.Transport), string(energy.LinearRelaxation)}); near != "" {
				hint = fmt.Sprintf("; did you mean %q?", near)
			}
			return usageError{fmt.Errorf("--model %s; expected transport or linear-relaxation%s", model, hint)}
		}
		var err error
		if opt.Shed, err = programme.check(cmd); err != nil {
			return err
		}
		data, err := readInput(args[0])
		if err != nil {
			return err
		}
		var l diag.List
		if !interchange.IsMatgas(data) && len(interchange.ReadMATPOWER(args[0], data, &diag.List{}).Buses) > 0 {
			return usageError{fmt.Errorf("%s is a power grid in the form of MATPOWER, no gas network; astara opf reads it", args[0])}
		}
		g := interchange.ReadMatgas(args[0], data, &l)
		if !l.Failed() {
			g.Check(&l)
		}
		if err := checked(cmd, &l); err != nil {
			return err
		}
		r, err := energy.Gas(cmd.Context(), g, opt)
		return form.finish(cmd, r, err, func() string { return r.Status })
	}
	return cmd
}
