// Package seed makes property tests draw the same cases on every run where that
// is asked for. ASTARA_SEED, a positive whole number, stands for the flag
// -rapid.seed, which only test binaries with property tests know; a flag given on
// the command line still counts. Without it every run draws new cases.
//
// A gate that every commit has to pass asks for the same cases, so that a commit is
// judged by what it changes; looking for new cases is a run of its own (make explore).
//
// Tests with properties import this package for its effect; its own test finds
// packages that do not.
package seed

import (
	"flag"
	"fmt"
	"os"

	_ "pgregory.net/rapid" // its flags are defined before they are set here
)

func init() {
	if err := set(os.Getenv("ASTARA_SEED")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func set(s string) error {
	if s == "" {
		return nil
	}
	if err := flag.Set("rapid.seed", s); err != nil {
		return fmt.Errorf("ASTARA_SEED: %w", err)
	}
	return nil
}
