package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/world"
)

func believeCommand() *cobra.Command {
	var queries []string
	var lexicon string
	var outcomes, plain bool
	var solve solveFlags
	cmd := &cobra.Command{
		Use:   "believe CASE",
		Short: "What each expert's words imply for the worlds of a case",
		Long: `Read the claims of a case and say, for every expert, what follows: the probability of
a proposition in each arm of the acts, as completed from the case's reference, and the
least and the largest value that the words alone allow; which claims hold these bounds;
what nobody spoke of; where words contradict each other and by how much they must be
bent to fit.

--query asks for a proposition, or for one under a condition after a bar. Without it
every state of every variable is asked for. Claims about outcomes need the table of
worlds: --outcomes solves it (or takes it from the cache) and counts them too.`,
		Example:           "  astara believe caucasus\n  astara believe caucasus --query 'rasht_astara=built' --query 'gas_ir_am=stopped | gas_ru_am=stopped'\n  astara believe caucasus --lexicon kent --outcomes",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	solve.add(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&queries, "query", nil, "a proposition, or \"proposition | condition\"; may be given again")
	f.StringVar(&lexicon, "lexicon", "", "lexicon to read hedges by (default: the case's)")
	f.BoolVar(&outcomes, "outcomes", false, "count claims about outcomes, which need the solved table of worlds")
	f.BoolVar(&plain, "plain", false, "complete over all variables at once: a claim may then move its own condition")
	completeFlag(cmd, "lexicon", belief.LexiconNames()...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if _, ok := belief.LexiconNamed(lexicon); lexicon != "" && !ok {
			return usageError{fmt.Errorf("--lexicon %s; expected one of %s", lexicon, strings.Join(belief.LexiconNames(), ", "))}
		}
		c, _, err := loadCase(cmd, args[0])
		if err != nil {
			return err
		}
		in := answer.BelieveInput{Case: c, Lexicon: lexicon, Plain: plain, Workers: solve.workers}
		var l diag.List
		for i, text := range queries {
			in.Queries = append(in.Queries, parseQuery(c, text, fmt.Sprintf("--query %d", i+1), &l))
		}
		if err := checked(cmd, &l); err != nil {
			return err
		}
		p := newProgress(cmd.ErrOrStderr(), solve.quiet)
		defer p.close()
		o, err := solve.options(cmd, p)
		if err != nil {
			return err
		}
		b, err := astara.Believe(cmd.Context(), in, outcomes, o)
		p.close()
		var unread *belief.ClaimError
		var re *world.ResolveError
		switch {
		case errors.As(err, &unread), errors.As(err, &re):
			return usageError{err}
		case err != nil:
			return err
		}
		out := cmd.OutOrStdout()
		switch *format {
		case "json":
			return b.JSON(out)
		case "csv":
			return believeCSV(out, b)
		}
		return believeText(out, c, b, attach.Open(c))
	}
	return cmd
}

// parseQuery reads "proposition | condition".
func parseQuery(c *casefile.Case, text, where string, l *diag.List) answer.Asked {
	prop, given, conditional := strings.Cut(text, "|")
	q := answer.Asked{Prop: c.Space.Parse(strings.TrimSpace(prop), diag.Pos{File: where}, l)}
	if conditional {
		q.Given = c.Space.Parse(strings.TrimSpace(given), diag.Pos{File: where}, l)
	}
	return q
}

// topClaims is how many claims that hold a bound the terminal names.
const topClaims = 2

func believeText(w io.Writer, c *casefile.Case, b *answer.Beliefs, store *attach.Store) error {
	fmt.Fprintf(w, "%s, as of %s\n", c.Title, b.AsOf)
	if b.Words == nil {
		_, err := fmt.Fprintln(w, "\nNo claim of the case weighs a world.")
		return err
	}
	fmt.Fprintf(w, "Hedges by lexicon %s. An interval in brackets is what words alone allow, whatever the reference says.\n", b.Words.Lexicon)
	if len(b.LeftOut) > 0 {
		fmt.Fprintf(w, "Left out, because they speak of outcomes (--outcomes counts them): %s.\n", strings.Join(b.LeftOut, ", "))
	}
	speakersText(w, b.Words)
	contradictionsText(w, c, b.Words, store)
	for _, arm := range b.Words.Arms {
		fmt.Fprintf(w, "\nWith %s\n", strings.ReplaceAll(arm, ",", ", "))
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprint(tw, "P")
		for _, v := range b.Views {
			fmt.Fprintf(tw, "\t%s", v.ID)
		}
		fmt.Fprintln(tw)
		for _, q := range b.Queries {
			name := q.Query
			if q.Given != "" {
				name += " | " + q.Given
			}
			fmt.Fprint(tw, name)
			for _, a := range q.Arms {
				if a.Arm != arm {
					continue
				}
				for _, v := range a.Views {
					fmt.Fprintf(tw, "\t%s", viewCell(v))
				}
			}
			fmt.Fprintln(tw)
		}
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	heldText(w, b)
	_, err := fmt.Fprintln(w, "\nA dot marks what the expert does not speak of: the value follows from the reference and from what was said of other things.")
	return err
}

// viewCell is a probability with what words alone allow.
func viewCell(v answer.ViewRead) string {
	text := "-"
	if v.Value.OK {
		text = fmt.Sprintf("%.2f", v.Value.V)
	}
	if v.Silent && v.Value.OK {
		text += "."
	}
	if x := v.Bounds; x != nil {
		switch {
		case !x.Low.OK || !x.High.OK:
			text += " (" + x.Status + ")"
		case x.Low.V > 0 || x.High.V < 1:
			text += fmt.Sprintf(" [%.2f %.2f]", x.Low.V, x.High.V)
		}
	}
	return text
}

func speakersText(w io.Writer, words *answer.Words) {
	for _, s := range words.Speakers {
		fmt.Fprintf(w, "\n%s (%s): %s, of which %d on worlds.", s.Name, s.ID, plural(s.Claims, "claim"), s.Weighing)
		fmt.Fprintf(w, " They tell %s of worlds apart.", plural(s.Groups, "group"))
		for _, m := range s.Moved {
			fmt.Fprintf(w, " %s moves its own condition from %.2f to %.2f with %s.", m.Claim, m.Before, m.After, m.Arm)
		}
		if len(s.Silent) > 0 {
			fmt.Fprintf(w, " Silent on %s.", strings.Join(s.Silent, ", "))
		}
		if len(s.Aside) > 0 {
			fmt.Fprintf(w, " Set aside, because no distribution keeps it even alone: %s.", strings.Join(s.Aside, ", "))
		}
		if s.Bend > 0 {
			fmt.Fprintf(w, " The words hold together only if each interval is bent by %.3f.", s.Bend)
		}
		fmt.Fprintln(w)
	}
}

func contradictionsText(w io.Writer, c *casefile.Case, words *answer.Words, store *attach.Store) {
	if len(words.Contradictions) > 0 {
		fmt.Fprintln(w, "\nWhat cannot hold together")
	}
	claims := claimsByID(c)
	for _, x := range words.Contradictions {
		if len(x.Claims) == 1 {
			fmt.Fprintf(w, "  %s, by itself: no world of the case is as it says", x.Claims[0])
		} else {
			fmt.Fprintf(w, "  %s, %s to %s", strings.Join(x.Claims, " against "), x.From, x.Until)
		}
		if x.Bend.OK {
			fmt.Fprintf(w, "; fits if each interval is bent by %.3f", x.Bend.V)
		}
		if !x.Horizon {
			fmt.Fprint(w, "; a matter of that time, it does not bear on the worlds of the horizon")
		}
		fmt.Fprintln(w)
		for _, id := range x.Claims {
			claimText(w, claims[id], store)
		}
	}
	if !words.ContradictionsComplete {
		fmt.Fprintln(w, "  The search met its limit: there may be more.")
	}
}

func claimsByID(c *casefile.Case) map[string]*belief.Claim {
	out := make(map[string]*belief.Claim, len(c.Claims))
	for i := range c.Claims {
		out[c.Claims[i].ID] = &c.Claims[i]
	}
	return out
}

// claimText prints a claim in the words of the case, and in its own where the text
// of its source is attached.
func claimText(w io.Writer, c *belief.Claim, store *attach.Store) {
	where := c.Speaker
	if c.Paragraph != "" {
		where += ", ¶ " + c.Paragraph
	}
	fmt.Fprintf(w, "    %s (%s): %s\n", c.ID, where, c.Paraphrase)
	if words, status := store.Quote(c); status == attach.Shown {
		fmt.Fprintf(w, "      “%s”\n", strings.Join(strings.Fields(words), " "))
	}
}

// heldText names the claims that hold the bounds.
func heldText(w io.Writer, b *answer.Beliefs) {
	seen := map[string]bool{}
	first := true
	for _, q := range b.Queries {
		for _, a := range q.Arms {
			for _, v := range a.Views {
				if v.Bounds == nil || v.View == "mixture" {
					continue
				}
				for _, h := range []struct {
					end   string
					holds []answer.HoldsEnd
				}{{"lower", v.Bounds.HoldsLow}, {"upper", v.Bounds.HoldsHigh}} {
					if len(h.holds) == 0 {
						continue
					}
					var ids []string
					for _, x := range h.holds[:min(topClaims, len(h.holds))] {
						ids = append(ids, x.Claim)
					}
					line := fmt.Sprintf("  %s bound of %s under %s: %s", h.end, q.Query, v.View, strings.Join(ids, ", "))
					if seen[line] {
						continue
					}
					if first {
						fmt.Fprintln(w, "\nWhich claims hold the bounds")
						first = false
					}
					seen[line] = true
					fmt.Fprintln(w, line)
				}
			}
		}
	}
}

func believeCSV(w io.Writer, b *answer.Beliefs) error {
	num := func(n answer.Number) string {
		if !n.OK {
			return ""
		}
		return strconv.FormatFloat(n.V, 'g', -1, 64)
	}
	rows := [][]string{{"query", "given", "arm", "view", "value", "silent", "low", "high", "status", "exact"}}
	for _, q := range b.Queries {
		for _, a := range q.Arms {
			for _, v := range a.Views {
				row := []string{q.Query, q.Given, a.Arm, v.View, num(v.Value), strconv.FormatBool(v.Silent), "", "", "", ""}
				if x := v.Bounds; x != nil {
					row = append(row[:6], num(x.Low), num(x.High), x.Status, strconv.FormatBool(x.Exact))
				}
				rows = append(rows, row)
			}
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
