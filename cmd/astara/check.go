package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

func checkCommand() *cobra.Command {
	var rules bool
	cmd := &cobra.Command{
		Use:               "check CASE",
		Short:             "Read a case and report every problem in one pass",
		Long:              "Read a case and report every problem in one pass, each with file:line:column,\nthe offending text, what was expected and the rule's name. Exit code 2 when one\nof them is an error. --rules lists the rules.",
		ValidArgsFunction: completeCase,
		Args: func(cmd *cobra.Command, args []string) error {
			if rules {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
	}
	format := formatFlag(cmd, "text", "json")
	cmd.Flags().BoolVar(&rules, "rules", false, "list the rules with what they are about")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out := cmd.OutOrStdout()
		if rules {
			for _, r := range diag.Rules() {
				if _, err := fmt.Fprintf(out, "%s %-8s %s\n    %s\n", r.ID, r.Severity, r.Name, r.About); err != nil {
					return err
				}
			}
			return nil
		}
		fsys, err := openCase(args[0])
		if err != nil {
			return err
		}
		var l diag.List
		c := casefile.Load(fsys, &l)
		if *format == "json" {
			data, err := l.JSON()
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(out, "%s\n", data); err != nil {
				return err
			}
		} else {
			printDiagnostics(out, &l, fsys)
			if !l.Failed() {
				fmt.Fprintf(out, "%s: %s, %s, %s, %s over %s, %s\n",
					c.Title, plural(int(c.WorldCount), "world"), plural(len(c.Claims), "claim"), plural(len(c.Agreements), "agreement"),
					plural(len(c.Freight.Markets), "market"), plural(len(c.Freight.Zones), "zone"), plural(len(c.Freight.Links), "link"))
			}
		}
		if l.Failed() {
			return errInput
		}
		return nil
	}
	return cmd
}
