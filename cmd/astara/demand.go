package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/internal/atomicfile"
)

func demandCommand() *cobra.Command {
	var write bool
	cmd := &cobra.Command{
		Use:   "demand CASE",
		Short: "Split the markets over their zones by the case's gravity",
		Long: `Split each market over pairs of zones by the case's gravity constants and print
freight/demand.csv. --write puts it into the folder of the case. Gravity only
splits a country's total; it makes no trade.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	cmd.Flags().BoolVar(&write, "write", false, "write freight/demand.csv in the case's folder")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, _, err := loadCase(cmd, args[0])
		if err != nil {
			return err
		}
		rows := astara.Demand(c)
		if !write {
			return freight.WriteDemand(cmd.OutOrStdout(), rows)
		}
		if asPath(args[0]) != args[0] {
			return usageError{fmt.Errorf("%s is a shipped case; copy it first: astara init --from %s DIR", args[0], args[0])}
		}
		var buf bytes.Buffer
		if err := freight.WriteDemand(&buf, rows); err != nil {
			return err
		}
		path := filepath.Join(args[0], "freight", "demand.csv")
		err = atomicfile.Write(path, 0o644, func(w io.Writer) error { _, err := w.Write(buf.Bytes()); return err })
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %d pairs of zones of %d markets\n", path, len(rows), len(c.Freight.Markets))
		return err
	}
	return cmd
}
