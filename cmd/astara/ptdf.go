package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/energy"
)

func ptdfCommand() *cobra.Command {
	var grid gridFlags
	var slack []string
	var top int
	var outages bool
	cmd := &cobra.Command{
		Use:   "ptdf " + gridUse,
		Short: "How an injection at each bus moves the flow of each branch",
		Long: `Read a MATPOWER case or a PyPSA folder and compute power transfer distribution
factors: the MW that a branch carries more for one MW more injected at a bus and taken out at the slack. The
slack is the reference of each island; --slack shares it out. --outages computes line
outage distribution factors instead: the share of a lost branch's flow that each other
branch takes over; a bridge has none. The text form shows the largest factors of each
branch; csv and json hold all.`,
		Example: "  astara ptdf case14.m --format csv\n  astara ptdf case5.m --slack 1=0.5 --slack 4=0.5\n  astara ptdf case14.m --outages --format csv",
		Args:    cobra.ExactArgs(1),
	}
	format := formatFlag(cmd, "text", "json", "csv")
	grid.add(cmd)
	cmd.Flags().StringArrayVar(&slack, "slack", nil, "BUS=SHARE of taking up an injection; may be given again")
	cmd.Flags().BoolVar(&outages, "outages", false, "factors of the loss of each branch (LODF) instead")
	cmd.Flags().IntVar(&top, "top", topRows, "branches shown in the text form")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		opt := energy.PTDFOptions{}
		if outages && len(slack) > 0 {
			return usageError{errors.New("--slack and --outages: outage factors do not depend on the slack; give one of the two")}
		}
		for _, s := range slack {
			bus, text, ok := strings.Cut(s, "=")
			share, err := strconv.ParseFloat(text, 64)
			if !ok || err != nil || !(share >= 0 && share <= math.MaxFloat32) {
				return usageError{fmt.Errorf("--slack %s; expected BUS=SHARE with a share of 0 or more, as 4=0.5", s)}
			}
			if opt.Slack == nil {
				opt.Slack = map[string]float64{}
			}
			opt.Slack[bus] = share
		}
		g, s, err := grid.first(cmd, args[0])
		if err != nil {
			return err
		}
		opt.Susceptance = s
		if err := knownBuses(g, opt.Slack); err != nil {
			return err
		}
		if outages {
			return printOutages(cmd, g, s, *format, top)
		}
		r, err := energy.PTDF(g, opt)
		if err != nil {
			return energyError(cmd, err)
		}
		switch out := cmd.OutOrStdout(); *format {
		case "json":
			return writeJSON(out, r)
		case "csv":
			return r.WriteCSV(out)
		default:
			return ptdfText(out, r, top)
		}
	}
	return cmd
}

// printOutages prints outage factors.
func printOutages(cmd *cobra.Command, g *energy.Grid, s energy.Susceptance, format string, top int) error {
	r, err := energy.LODF(g, s)
	if err != nil {
		return energyError(cmd, err)
	}
	switch out := cmd.OutOrStdout(); format {
	case "json":
		return writeJSON(out, r)
	case "csv":
		return r.WriteCSV(out)
	default:
		return outagesText(out, r, top)
	}
}

// outagesText shows which branch takes over most of each lost one.
func outagesText(w io.Writer, r *energy.LODFReport, top int) error {
	fmt.Fprintf(w, "Outage factors of %s: %d branches; %s\n\n", r.Grid, len(r.Branches), r.Susceptance)
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "lost\tfrom\tto\tmost goes to\tfrom\tto\tshare")
	rows, left := shown(r.Branches, top)
	for c, b := range rows {
		most := -1
		for l := range r.Branches {
			if l != c && !r.Bridge[c] && (most < 0 || math.Abs(r.Factors[l][c]) > math.Abs(r.Factors[most][c])) {
				most = l
			}
		}
		if most < 0 {
			fmt.Fprintf(tw, "%s\t%s\t%s\tbridge\t\t\t\n", b.ID, b.From, b.To)
			continue
		}
		x := r.Branches[most]
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%.4f\n", b.ID, b.From, b.To, x.ID, x.From, x.To, r.Factors[most][c])
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	moreLine(w, left)
	return nil
}

// knownBuses names the first bus of a slack that the grid does not have.
func knownBuses(g *energy.Grid, slack map[string]float64) error {
	known := map[string]bool{}
	for _, b := range g.Buses {
		known[b.ID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(slack)) {
		if !known[id] {
			return usageError{fmt.Errorf("--slack %s: the grid has no such bus", id)}
		}
	}
	return nil
}

// ptdfText shows the ends of each branch's row.
func ptdfText(w io.Writer, r *energy.PTDFReport, top int) error {
	fmt.Fprintf(w, "Transfer factors of %s: %d branches, %d buses; %s; slack: %s", r.Grid, len(r.Branches), len(r.Buses), r.Susceptance, r.Slack)
	fmt.Fprintf(w, " (%s)\n\n", strings.Join(r.References, ", "))
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "branch\tfrom\tto\tlargest\tat bus\tsmallest\tat bus")
	rows, left := shown(r.Branches, top)
	for l, b := range rows {
		hi, lo := 0, 0
		for i, v := range r.Factors[l] {
			if v > r.Factors[l][hi] {
				hi = i
			}
			if v < r.Factors[l][lo] {
				lo = i
			}
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%.4f\t%s\t%.4f\t%s\n", b.ID, b.From, b.To, r.Factors[l][hi], r.Buses[hi], r.Factors[l][lo], r.Buses[lo])
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	moreLine(w, left)
	return nil
}
