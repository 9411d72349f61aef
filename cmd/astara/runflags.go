package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// prepareCase loads a case and makes its engines ready.
func prepareCase(cmd *cobra.Command, name string) (*astara.Model, error) {
	return prepareWith(cmd, name, func(ctx context.Context, c *casefile.Case, l *diag.List) (*astara.Model, error) {
		return astara.Prepare(ctx, c, l, astara.Options{})
	})
}

// prepareEnergy loads a case and makes the engine of power and gas ready.
func prepareEnergy(cmd *cobra.Command, name string) (*astara.Model, error) {
	return prepareWith(cmd, name, astara.PrepareEnergy)
}

func prepareWith(cmd *cobra.Command, name string, prepare func(context.Context, *casefile.Case, *diag.List) (*astara.Model, error)) (*astara.Model, error) {
	c, fsys, err := loadCase(cmd, name)
	if err != nil {
		return nil, err
	}
	var l diag.List
	m, err := prepare(cmd.Context(), c, &l)
	if l.Failed() {
		printDiagnostics(cmd.ErrOrStderr(), &l, fsys)
		return nil, errInput
	}
	return m, err
}

// runFlags choose one run of a case.
type runFlags struct {
	world    string
	baseYear bool
}

func (f *runFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.world, "world", "", "world, as variable=state,…; what is not named is at its baseline")
	cmd.Flags().BoolVar(&f.baseYear, "base-year", false, "the base-year run in place of a world")
}

func (f *runFlags) open(cmd *cobra.Command, m *astara.Model) (*astara.Run, error) {
	if f.baseYear && f.world != "" {
		return nil, usageError{errors.New("--world and --base-year exclude each other: the base-year run is no world")}
	}
	if f.baseYear {
		return m.BaseYear(cmd.Context())
	}
	return openWorld(cmd, m, f.world)
}

func openWorld(cmd *cobra.Command, m *astara.Model, text string) (*astara.Run, error) {
	w, err := m.Case.Space.ParseWorld(text)
	if err != nil {
		return nil, usageError{fmt.Errorf("--world: %w", err)}
	}
	return m.World(cmd.Context(), w)
}

// asPath writes a folder such that it is not taken for a shipped case.
func asPath(dir string) string {
	if strings.ContainsAny(dir, `/\`) {
		return dir
	}
	return "." + string(filepath.Separator) + dir
}
