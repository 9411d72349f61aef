package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

func convertCommand() *cobra.Command {
	var grid gridFlags
	var dispatch string
	cmd := &cobra.Command{
		Use:   "convert " + gridUse + " OUT",
		Short: "Write a power grid or gas network in another form",
		Long: `Read a MATPOWER case, the CSV folder of a PyPSA network or a matgas file and write it
again: OUT that ends in .m is a MATPOWER case (of a gas network a matgas file),
anything else a PyPSA folder. --dispatch opf writes the cheapest dispatch as the
schedule of plants and links. What the form has no place for is said.`,
		Example: "  astara convert case14.m out/case14\n  astara convert scigrid-de grid.m --snapshot '2011-01-01 00:00:00' --dispatch opf",
		Args:    cobra.ExactArgs(2),
	}
	grid.add(cmd)
	cmd.ValidArgsFunction = nil // OUT is any name
	cmd.Flags().StringVar(&dispatch, "dispatch", "schedule", "outputs of the plants: schedule (of the file) or opf")
	completeFlag(cmd, "dispatch", "schedule", "opf")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in, out := args[0], args[1]
		if dispatch != "schedule" && dispatch != "opf" {
			return usageError{fmt.Errorf("--dispatch %s; expected schedule or opf", dispatch)}
		}
		if info, err := os.Stat(in); err == nil && !info.IsDir() {
			data, err := readInput(in)
			if err != nil {
				return err
			}
			if interchange.IsMatgas(data) {
				return convertGas(cmd, in, out, data)
			}
		}
		all, s, err := grid.open(cmd, in)
		if err != nil {
			return err
		}
		if dispatch == "opf" {
			for k, x := range all {
				output, flow, err := dispatched(cmd.Context(), cmd, x.Grid, s)
				if err != nil {
					return err
				}
				all[k].Grid = x.Grid.Scheduled(output, flow)
			}
		}
		var left []string
		if strings.HasSuffix(out, ".m") {
			if len(all) > 1 {
				return usageError{fmt.Errorf("%s has %d snapshots and a MATPOWER case has one; choose with --snapshot, the first is %q", in, len(all), all[0].ID)}
			}
			left, err = writeOne(out, func(w io.Writer) ([]string, error) { return interchange.WriteMATPOWER(w, all[0].Grid) })
		} else {
			left, err = writePyPSA(cmd, out, all)
		}
		return converted(cmd, left, err)
	}
	return cmd
}

func convertGas(cmd *cobra.Command, in, out string, data []byte) error {
	if !strings.HasSuffix(out, ".m") {
		return usageError{fmt.Errorf("%s is a gas network, which is written as a matgas file; expected a name that ends in .m, not %s", in, out)}
	}
	var l diag.List
	g := interchange.ReadMatgas(in, data, &l)
	if err := checked(cmd, &l); err != nil {
		return err
	}
	left, err := writeOne(out, func(w io.Writer) ([]string, error) { return interchange.WriteMatgas(w, g) })
	return converted(cmd, left, err)
}

// converted says what the form could not hold.
func converted(cmd *cobra.Command, left []string, err error) error {
	for _, x := range left {
		fmt.Fprintln(cmd.ErrOrStderr(), "not kept as it was:", x)
	}
	return err
}

// writeOne writes one file whole or not at all.
func writeOne(path string, write func(w io.Writer) ([]string, error)) (left []string, err error) {
	err = atomicfile.Write(path, 0o644, func(w io.Writer) error {
		left, err = write(w)
		return err
	})
	return left, err
}

// writePyPSA writes a folder, each file whole or not at all. A folder that holds tables
// already is refused: tables of another network would be read with the new ones.
func writePyPSA(cmd *cobra.Command, dir string, all []energy.Snapshot) ([]string, error) {
	old, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return nil, usageError{err}
	}
	if len(old) > 0 {
		return nil, usageError{fmt.Errorf("%s holds tables already (%s); expected a folder without CSV files", dir, filepath.Base(old[0]))}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return interchange.WritePyPSA(func(name string, write func(io.Writer) error) error {
		path := filepath.Join(dir, name)
		fmt.Fprintln(cmd.OutOrStdout(), path)
		return atomicfile.Write(path, 0o644, write)
	}, all)
}
