package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/server"
)

func backupCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the notes, runs and saved views of the web app to a file",
		Long: `Copy the database of the web app (notes, runs, saved views) to a new file, also while astara serve
uses it. Cases and their versions are plain files in the data folder; copy those as files.`,
		Example: "  astara backup astara-notes.db",
		Args:    cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&data, "data", "", "folder of the web app's data (default: the user's data folder)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if data == "" {
			var err error
			if data, err = server.DataDir(); err != nil {
				return err
			}
		}
		switch err := server.Backup(data, args[0]); {
		case errors.Is(err, fs.ErrNotExist):
			return usageError{fmt.Errorf("nothing to copy: no %s in %s", server.StateFile, data)}
		case err != nil:
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s; cases and their versions are files in %s\n", args[0], data)
		return nil
	}
	return cmd
}
