package main

import (
	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/casefile"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the case format",
		Long: `Print the JSON Schema of the case format. Editors complete and check with it:
each YAML file of a case validates against $defs/<file>, each CSV table against
the table description of the same name.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(casefile.Schema())
			return err
		},
	}
}
