package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/interchange"
)

func exportCommand() *cobra.Command {
	var solve solveFlags
	var forms []string
	var worlds []string
	var table bool
	cmd := &cobra.Command{
		Use:   "export CASE DIR",
		Short: "Write network, flows and the table of worlds for other tools",
		Long: `Write a case for other tools into a folder: gmns (config, node, link, zone, demand),
geojson (flows), csv (with a data package) and parquet. Flows are those of the base
year, the baseline world and every --world, of power and gas, too, where the case has
them. --table adds the table of worlds, which solves every effective world that is not
in the cache.`,
		Example:           "  astara export caucasus out/caucasus --forms geojson,gmns --world zangezur=open_regional\n  astara export caucasus out/caucasus --forms parquet --table",
		Args:              cobra.ExactArgs(2),
		ValidArgsFunction: completeCase,
	}
	known := make([]string, 0, 4)
	for _, f := range interchange.Forms() {
		known = append(known, string(f))
	}
	solve.add(cmd)
	cmd.Flags().StringSliceVar(&forms, "forms", known, "forms to write")
	cmd.Flags().StringArrayVar(&worlds, "world", nil, "a world whose flows are written, too; may be given again")
	cmd.Flags().BoolVar(&table, "table", false, "the table of worlds, too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var want []interchange.Form
		for _, f := range forms {
			if !slices.Contains(known, f) {
				return usageError{fmt.Errorf("--forms %s; expected some of %v", f, known)}
			}
			want = append(want, interchange.Form(f))
		}
		p := newProgress(cmd.ErrOrStderr(), solve.quiet)
		defer p.close()
		o, err := solve.options(cmd, p)
		if err != nil {
			return err
		}
		m, err := prepareCase(cmd, args[0])
		if err != nil {
			return err
		}
		base, err := m.BaseYear(cmd.Context())
		if err != nil {
			return err
		}
		line, err := openWorld(cmd, m, "baseline")
		if err != nil {
			return err
		}
		runs := []*astara.Run{base, line}
		for i, text := range worlds {
			r, err := openWorld(cmd, m, text)
			if err != nil {
				return err
			}
			r.ID = fmt.Sprintf("world_%d", i+1)
			runs = append(runs, r)
		}
		e, err := m.ExportRuns(cmd.Context(), runs, versionText())
		if err != nil {
			return err
		}
		if table {
			s, err := m.Solve(cmd.Context(), o)
			if err != nil {
				return err
			}
			defer s.Close()
			if e, err = s.Export(cmd.Context(), runs, versionText()); err != nil {
				return err
			}
		}
		p.close()
		files, err := e.Write(args[1], want...)
		for _, f := range files {
			fmt.Fprintln(cmd.OutOrStdout(), f)
		}
		return err
	}
	return cmd
}
