package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/diag"
)

// disk lets diagnostics quote files under the path that the user gave.
type disk struct{}

// Open implements fs.FS; unlike os.DirFS it takes any path.
func (disk) Open(name string) (fs.File, error) { return os.Open(name) }

// maxInput bounds a file that is read whole, in bytes: files of the field are far
// smaller, and a device never ends.
const maxInput = 1 << 30

// readInput reads a file that the user names; a pipe will do.
func readInput(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("no file %s", path)}
	}
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, usageError{fmt.Errorf("%s is a folder; expected a file", path)}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	if err == nil && len(data) > maxInput {
		return nil, usageError{fmt.Errorf("%s has more than %d bytes", path, maxInput)}
	}
	return data, err
}

// checked prints what a reader reported about files on disk, warnings too, and
// fails with errInput when something is an error.
func checked(cmd *cobra.Command, l *diag.List) error {
	if l.Len() > 0 {
		printDiagnostics(cmd.ErrOrStderr(), l, disk{})
	}
	if l.Failed() {
		return errInput
	}
	return nil
}

// completeFiles completes one file with one of the endings.
func completeFiles(endings ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return endings, cobra.ShellCompDirectiveFilterFileExt
	}
}

// completeFlag gives the words that a flag takes.
func completeFlag(cmd *cobra.Command, flag string, words ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag was defined by the caller
	}
}
