package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
)

// unknownCommand names the command that was perhaps meant.
func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	hint := ""
	if near := diag.Nearest(name, names); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return usageError{fmt.Errorf("unknown command %q%s", name, hint)}
}

// openCase gives the files of a case: a bare name is a shipped case, anything
// with a separator a folder.
func openCase(name string) (fs.FS, error) {
	if !strings.ContainsAny(name, `/\`) {
		fsys, err := cases.Open(name)
		if err == nil {
			return fsys, nil
		}
		hint := ""
		if near := diag.Nearest(name, cases.Names()); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		if info, statErr := os.Stat(name); statErr == nil && info.IsDir() {
			hint = fmt.Sprintf("; a folder is written with a separator: .%c%s", filepath.Separator, name)
		}
		return nil, usageError{fmt.Errorf("no shipped case %q (there is: %s)%s", name, strings.Join(cases.Names(), ", "), hint)}
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("no folder %s", name)}
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, usageError{fmt.Errorf("%s is a file; a case is a folder", name)}
	}
	return os.DirFS(name), nil
}

// loadCase reads and checks a case and prints every problem. It fails with
// errInput when one of them is an error.
func loadCase(cmd *cobra.Command, name string) (*casefile.Case, fs.FS, error) {
	fsys, err := openCase(name)
	if err != nil {
		return nil, nil, err
	}
	var l diag.List
	c := casefile.Load(fsys, &l)
	if l.Failed() {
		printDiagnostics(cmd.ErrOrStderr(), &l, fsys)
		return nil, nil, errInput
	}
	return c, fsys, nil
}

// printDiagnostics prints a list as a compiler does, with the source lines.
func printDiagnostics(w io.Writer, l *diag.List, fsys fs.FS) {
	read := func(file string) []byte {
		// Only ordinary files: a pipe would be waited for without an end.
		if info, err := fs.Stat(fsys, file); err != nil || !info.Mode().IsRegular() {
			return nil
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil // the message stands without its line
		}
		return data
	}
	l.Print(w, read, isTerminal(w))
	fmt.Fprintf(w, "%s\n", countLine(l))
}

// plural is a number of things in words.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// countLine says how many problems of each severity there are.
func countLine(l *diag.List) string {
	return fmt.Sprintf("%s, %s, %s",
		plural(l.Count(diag.Error), "error"), plural(l.Count(diag.Warning), "warning"), plural(l.Count(diag.Note), "note"))
}

// formatFlag adds --format with the formats that a command writes; the first is
// the default.
func formatFlag(cmd *cobra.Command, formats ...string) *string {
	value := &formatValue{allowed: formats, value: formats[0]}
	cmd.Flags().Var(value, "format", "output format: "+strings.Join(formats, ", "))
	if err := cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag was defined one line above
	}
	return &value.value
}

type formatValue struct {
	allowed []string
	value   string
}

func (f *formatValue) String() string { return f.value }
func (f *formatValue) Type() string   { return "FORMAT" }
func (f *formatValue) Set(s string) error {
	if !slices.Contains(f.allowed, s) {
		return fmt.Errorf("expected one of %s", strings.Join(f.allowed, ", "))
	}
	f.value = s
	return nil
}

// completeCase completes the name of a case: shipped ones, else folders.
func completeCase(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return cases.Names(), cobra.ShellCompDirectiveFilterDirs
}
