package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/casefile"
)

func initCommand() *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Write a small commented case, or a copy of a shipped one",
		Long: `Write a new case folder. Without --from it is a small commented example that
checks and answers; with --from it is a copy of a shipped case. An existing
folder with files in it is left alone.`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&from, "from", "", "copy this shipped case (for example caucasus)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dir := args[0]
		if from == "" {
			if err := casefile.Init(dir); err != nil {
				return initError(dir, err)
			}
		} else {
			fsys, err := openCase(from)
			if err != nil {
				return err
			}
			if err := casefile.Copy(fsys, dir); err != nil {
				return initError(dir, err)
			}
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s; next: astara check %s, astara answer %s\n", dir, asPath(dir), asPath(dir))
		return err
	}
	return cmd
}

// initError tells a folder in use, which the user can change, from a fault.
func initError(dir string, err error) error {
	if errors.Is(err, casefile.ErrNotEmpty) {
		return usageError{fmt.Errorf("%s holds files already and is left alone; name a new or empty folder", dir)}
	}
	return err
}
