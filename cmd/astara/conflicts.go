package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/treaty"
)

func conflictsCommand() *cobra.Command {
	var asOf, at string
	var known, standings []string
	var opt treaty.Options
	cmd := &cobra.Command{
		Use:   "conflicts CASE",
		Short: "Which duties of the agreements cannot be kept together, and when",
		Long: `Judge the clauses of all agreements of a case against each other: contradictions,
clashes between duties to different partners, conflicts that a condition would make,
breaches, tensions, clauses without effect. Each has its minimal core, the standing of
every clause in it, the shortest condition, and what giving up would end it.

Only what was public by --as-of counts; --at asks for another day. --known adds what
holds that day, as a proposition. Exit code 3 when a limit cut the search short; the
report says where.`,
		Example:           "  astara conflicts caucasus\n  astara conflicts caucasus --as-of 2025-09-01\n  astara conflicts caucasus --known 'pact=in_force and position(IR,zangezur)=oppose'",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json")
	f := cmd.Flags()
	f.StringVar(&asOf, "as-of", "", "day whose knowledge counts (default: the case's)")
	f.StringVar(&at, "at", "", "day for which duties are asked (default: the as-of day)")
	f.StringArrayVar(&known, "known", nil, "a proposition that holds; may be given again")
	f.StringSliceVar(&standings, "standing", nil, "kinds of clause that count: in_text, asserted_by, hypothetical (default: all)")
	f.BoolVar(&opt.Pending, "pending", false, "texts that are signed and not in force bind, too")
	f.BoolVar(&opt.LaterPrevails, "later-prevails", false, "a later treaty between the same parties prevails (Vienna Convention, art. 30)")
	f.BoolVar(&opt.SpecificPrevails, "specific-prevails", false, "a clause with a narrower condition prevails (lex specialis)")
	f.BoolVar(&opt.ConflictsOnly, "conflicts-only", false, "leave out clauses without effect and consequences")
	kinds := []string{string(treaty.InText), string(treaty.AssertedBy), string(treaty.Hypothetical)}
	completeFlag(cmd, "standing", kinds...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, s := range standings {
			switch k := treaty.StandingKind(s); k {
			case treaty.InText, treaty.AssertedBy, treaty.Hypothetical:
				opt.Standings = append(opt.Standings, k)
			default:
				return usageError{fmt.Errorf("--standing %s; expected some of %v", s, kinds)}
			}
		}
		var err error
		if opt.AsOf, err = dateFlag("as-of", asOf); err != nil {
			return err
		}
		if opt.At, err = dateFlag("at", at); err != nil {
			return err
		}
		c, _, err := loadCase(cmd, args[0])
		if err != nil {
			return err
		}
		if opt.AsOf.IsZero() {
			opt.AsOf = c.AsOf
		}
		in := c.Treaty()
		var l diag.List
		for i, text := range known {
			if p := c.Space.Parse(text, diag.Pos{File: "--known"}, &l); p != nil {
				in.Known = append(in.Known, treaty.Fact{ID: fmt.Sprintf("known %d", i+1), Prop: p, Reason: "given by --known"})
			}
		}
		if err := checked(cmd, &l); err != nil {
			return err
		}
		r, err := treaty.Analyse(in, opt)
		var none *treaty.NoWorld
		var circle *treaty.RankCircle
		switch {
		case errors.As(err, &none), errors.As(err, &circle):
			return usageError{err}
		case err != nil:
			return err
		}
		quote := quotes(attach.Open(c))
		if *format == "json" {
			var data []byte
			if data, err = json.MarshalIndent(quoted{r, quotesOf(r, quote)}, "", "  "); err == nil {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", data)
			}
		} else {
			err = conflictsText(cmd.OutOrStdout(), c, r, quote)
		}
		if err == nil && len(r.Unfinished) > 0 {
			err = fmt.Errorf("%w: %s", errNotConverged, strings.Join(r.Unfinished, "; "))
		}
		return err
	}
	return cmd
}

// dateFlag reads a date of the command line; empty is no date.
func dateFlag(flag, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(text)
	if err != nil {
		return d, usageError{fmt.Errorf("--%s %s: %w", flag, text, err)}
	}
	return d, nil
}

// quotes gives the words of a claim where its text is attached.
func quotes(texts *attach.Store) func(claim string) (string, bool) {
	return func(claim string) (string, bool) {
		p := texts.Place(claim)
		return p.Words, p.Status == attach.Shown
	}
}

// quoted is a report with the words of the claims that clauses stand on.
type quoted struct {
	*treaty.Report
	Quotes map[string]string `json:"quotes,omitempty"`
}

// quotesOf are the words of the claims in a report's cores, by claim; nil without
// an attached text.
func quotesOf(r *treaty.Report, quote func(claim string) (string, bool)) map[string]string {
	var out map[string]string
	for i := range r.Verdicts {
		for _, m := range r.Verdicts[i].Core {
			if m.Standing == nil || m.Standing.Claim == "" {
				continue
			}
			if q, ok := quote(m.Standing.Claim); ok {
				if out == nil {
					out = map[string]string{}
				}
				out[m.Standing.Claim] = q
			}
		}
	}
	return out
}

func conflictsText(w io.Writer, c *casefile.Case, r *treaty.Report, quote func(claim string) (string, bool)) error {
	fmt.Fprintf(w, "%s: %s of %s as known on %s", c.Title, plural(len(r.Clauses), "clause"), plural(len(c.Agreements), "agreement"), r.AsOf)
	if r.At != r.AsOf {
		fmt.Fprintf(w, ", duties on %s", r.At)
	}
	fmt.Fprintln(w)
	if len(r.Verdicts) == 0 {
		fmt.Fprintln(w, "\nNothing conflicts: all duties can be kept together.")
	}
	for i := range r.Verdicts {
		verdictText(w, &r.Verdicts[i], quote)
	}
	if x := r.Concessions; x != nil {
		fmt.Fprintln(w, "\nWays to end all conflicts, lightest first: give up")
		rows, left := shown(x.All, topRows)
		for _, way := range rows {
			fmt.Fprintf(w, "  %s\n", concession(way))
		}
		if left > 0 {
			fmt.Fprintf(w, "  … %d more; --format json has them all\n", left)
		}
		if !x.Proven || !x.Complete {
			fmt.Fprintln(w, "  (a limit was met; there may be other ways)")
		}
	}
	if len(r.Consequences) > 0 {
		fmt.Fprintln(w, "\nSo wherever duties are kept")
		for i := range r.Consequences {
			x := &r.Consequences[i]
			word := "firm"
			if !x.Firm {
				word = "disputed"
			}
			fmt.Fprintf(w, "  %s (%s), from %s\n", x.Text(), word, strings.Join(memberNames(x.Reason), ", "))
		}
	}
	fmt.Fprintln(w, "\nClauses")
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "  clause\tkind\tstanding\tstate\twhy")
	for _, s := range r.Clauses {
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\t%s\n", s.Clause, words(string(s.Modality)), answer.StandingText(s.Standing), words(string(s.State)), s.Why)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, list := range [][]string{r.Notes, r.Unfinished} {
		for _, text := range list {
			fmt.Fprintf(w, "note: %s\n", text)
		}
	}
	return nil
}

// verdictText prints one finding with its core.
func verdictText(w io.Writer, v *treaty.Verdict, quote func(claim string) (string, bool)) {
	head := words(string(v.Kind))
	if v.Sub != "" {
		head += " (" + words(v.Sub) + ")"
	}
	fmt.Fprintf(w, "\n%s of %s", strings.ToUpper(head[:1])+head[1:], strings.Join(v.Bearers, ", "))
	if v.Condition != nil {
		if text := v.Condition.Shortest.Text; text == "true" {
			fmt.Fprint(w, ", always")
		} else {
			fmt.Fprintf(w, ", if %s", text)
		}
	}
	fmt.Fprintf(w, "; weakest standing: %s\n", answer.StandingText(treaty.Standing{Kind: v.Standing}))
	for _, m := range v.Core {
		if m.Clause == "" {
			fmt.Fprintf(w, "  %s, %s: %s", m.Fact, words(string(m.Role)), m.Text)
			if m.Reason != "" {
				fmt.Fprintf(w, " (%s)", m.Reason)
			}
			fmt.Fprintln(w)
			continue
		}
		fmt.Fprintf(w, "  %s: %s of %s", m.Clause, words(string(m.Modality)), strings.Join(m.Bearers, ", "))
		if len(m.Toward) > 0 {
			fmt.Fprintf(w, " to %s", strings.Join(m.Toward, ", "))
		}
		if m.Standing != nil {
			fmt.Fprintf(w, " [%s]", answer.StandingText(*m.Standing))
		}
		if m.Role != treaty.RoleDuty {
			fmt.Fprintf(w, " (%s)", words(string(m.Role)))
		}
		fmt.Fprintf(w, ": %s\n", m.Text)
		if m.Paraphrase != "" {
			fmt.Fprintf(w, "      %s\n", m.Paraphrase)
		}
		if m.Standing != nil && m.Standing.Claim != "" {
			if q, ok := quote(m.Standing.Claim); ok {
				fmt.Fprintf(w, "      “%s”\n", oneLine(q))
			}
		}
	}
	if v.Condition != nil && len(v.Condition.All) > 1 {
		for _, b := range v.Condition.All[1:] {
			fmt.Fprintf(w, "  or if %s\n", b.Text)
		}
		if !v.Condition.Complete {
			fmt.Fprintln(w, "  or under conditions that a limit cut off")
		}
	}
	if v.Yields != "" {
		fmt.Fprintf(w, "  %s yields\n", v.Yields)
	}
	for i, x := range v.Concessions {
		lead := "ends by giving up"
		if i > 0 {
			lead = "or"
		}
		fmt.Fprintf(w, "  %s %s\n", lead, concession(x))
	}
}

func concession(x treaty.Concession) string {
	return fmt.Sprintf("%s (weight %.3g)", strings.Join(x.Clauses, " and "), x.Weight)
}

func memberNames(ms []treaty.Member) []string {
	var out []string
	for i := range ms {
		out = append(out, ms[i].Name())
	}
	return out
}

// words turns a name of a case file into words.
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }
