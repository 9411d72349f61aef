package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/ledger"
)

func ledgerCommand() *cobra.Command {
	publisher := ledger.Publisher{Name: "astara"}
	cmd := &cobra.Command{
		Use:   "ledger CASE",
		Short: "What became of each claim, with evidence and scores",
		Long: `List the claims of a case with what became of them: held, failed, annulled because the
condition did not come about, or open; the evidence; and for claims that give a probability
to something the Brier and log score, as an interval where the claim is one. Open claims
say by when they resolve: the end of the span they speak of, or where the speaker named
none the horizon of the case.

Words of claims stand beside them where the text of their source is attached (astara
attach). claimreview writes the settled claims as ClaimReview (schema.org), in the words
of the case, never those of the source.`,
		Example:           "  astara ledger caucasus\n  astara ledger caucasus --format claimreview --publisher 'My desk' --url https://example.org/reviews",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv", "claimreview")
	cmd.Flags().StringVar(&publisher.Name, "publisher", publisher.Name, "claimreview: who publishes the reviews")
	cmd.Flags().StringVar(&publisher.URL, "url", "", "claimreview: address of the page with the reviews")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, _, err := loadCase(cmd, args[0])
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		if *format == "claimreview" {
			data, err := reviews(c, publisher)
			if err != nil {
				return usageError{err}
			}
			_, err = out.Write(data)
			return err
		}
		b, err := c.Ledger()
		if err != nil {
			return usageError{err}
		}
		switch *format {
		case "json":
			return writeJSON(out, b)
		case "csv":
			return ledgerCSV(out, b)
		default:
			return ledgerText(out, c, b, attach.Open(c))
		}
	}
	return cmd
}

// reviews writes the settled claims of a case as ClaimReview.
func reviews(c *casefile.Case, p ledger.Publisher) ([]byte, error) {
	names, sources, events := speakerNames(c), map[string]casefile.Source{}, map[string]casefile.Event{}
	for _, s := range c.Sources {
		sources[s.ID] = s
	}
	for _, e := range c.Timeline {
		events[e.ID] = e
	}
	p.Speaker = func(id string) string { return cmp.Or(names[id], id) }
	p.Source = func(id string) (string, string, string) {
		s := sources[id]
		return s.Title, s.Publisher, s.Address
	}
	p.Evidence = func(id string) []string { // the documents behind it
		if e, ok := events[id]; ok {
			return e.Source
		}
		if _, ok := sources[id]; ok {
			return []string{id}
		}
		for i := range c.Observed {
			if c.Observed[i].ID == id {
				return c.Observed[i].Source
			}
		}
		return nil
	}
	return ledger.Reviews(c.Claims, c.Resolutions, p)
}

func speakerNames(c *casefile.Case) map[string]string {
	names := map[string]string{}
	for _, a := range c.Actors {
		names[a.ID] = a.Name
	}
	return names
}

func ledgerText(w io.Writer, c *casefile.Case, b *ledger.Book, texts *attach.Store) error {
	count := map[ledger.Verdict]int{}
	for _, e := range b.Claims {
		count[e.Verdict]++
	}
	var parts []string
	for _, v := range ledger.Verdicts() {
		parts = append(parts, fmt.Sprintf("%d %s", count[ledger.Verdict(v)], v))
	}
	fmt.Fprintf(w, "%s\n%s: %s. Events are known up to %s.\n", c.Title, plural(len(b.Claims), "claim"), strings.Join(parts, ", "), b.Known)
	settled := false
	for i := range b.Claims {
		if b.Claims[i].Verdict.Settled() {
			settledText(w, &b.Claims[i], texts)
			settled = true
		}
	}
	if !settled {
		fmt.Fprintln(w, "\nNo claim is settled.")
	}
	if err := openText(w, b); err != nil {
		return err
	}
	neverText(w, b)
	lookedText(w, b)
	return scoresText(w, b)
}

// settledText is a claim with its verdict, what it rests on and its score.
func settledText(w io.Writer, e *ledger.Entry, texts *attach.Store) {
	verdict := string(e.Verdict)
	if e.Happened != "" {
		verdict += map[ledger.Answer]string{ledger.Yes: ": it happened", ledger.No: ": it did not happen"}[e.Happened]
	}
	fmt.Fprintf(w, "\n%s: %s (%s)\n  %s, %s: %s\n", e.Claim, verdict, e.Date, e.Name, e.Said, e.Paraphrase)
	if p := texts.Place(e.Claim); p.Status == attach.Shown {
		fmt.Fprintf(w, "  in the source's words: “%s”\n", oneLine(p.Words))
	} else if p.Status != attach.NotAttached {
		fmt.Fprintf(w, "  no quote: %s\n", placeText(p.Status, p.Detail))
	}
	for _, x := range e.Evidence {
		fmt.Fprintf(w, "  evidence: %s (%s)\n", x.Text, x.ID)
	}
	if e.Note != "" {
		fmt.Fprintf(w, "  note: %s\n", e.Note)
	}
	if p := e.Probability; p != nil {
		fmt.Fprintf(w, "  probability %.2f, %.2f to %.2f (%s)\n", p.Centre, p.Low, p.High, p.From)
	}
	if e.Unscored != "" {
		fmt.Fprintf(w, "  no score: %s\n", e.Unscored)
	}
	if s := e.Score; s != nil {
		fmt.Fprintf(w, "  Brier %s; log %s nats\n", rangeText(s.Brier), rangeText(s.Log))
	}
}

// openText lists the open claims that events can settle, by the day they resolve.
func openText(w io.Writer, b *ledger.Book) error {
	ours, past, any := false, false, false
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, e := range b.Claims {
		r := e.Resolves
		if r == nil || e.Never != "" {
			continue
		}
		if !any {
			fmt.Fprintln(tw, "\nOpen\n  claim\tspeaker\tkind\tresolves by\tprobability")
			any = true
		}
		by := r.By
		if r.Default {
			by, ours = by+" *", true
		}
		if r.Past {
			by, past = by+" !", true
		}
		p := ""
		if e.Probability != nil {
			p = fmt.Sprintf("%.2f to %.2f", e.Probability.Low, e.Probability.High)
		}
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\t%s\n", e.Claim, e.Name, e.Kind, by, p)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if ours {
		fmt.Fprintln(w, "  * the speaker named no end: the horizon of the case, our default")
	}
	if past {
		fmt.Fprintln(w, "  ! the date has passed, and nothing in the case settles the claim")
	}
	return nil
}

// neverText lists the open claims that no event settles, by reason.
func neverText(w io.Writer, b *ledger.Book) {
	var reasons []string
	claims := map[string][]string{}
	for _, e := range b.Claims {
		if e.Never != "" {
			if claims[e.Never] == nil {
				reasons = append(reasons, e.Never)
			}
			claims[e.Never] = append(claims[e.Never], e.Claim)
		}
	}
	if len(reasons) > 0 {
		fmt.Fprintln(w, "\nOpen, and no event settles them")
	}
	for _, r := range reasons {
		fmt.Fprintf(w, "  %s\n    %s\n", r, strings.Join(claims[r], ", "))
	}
}

// lookedText says of open claims what was looked at and why it settles nothing.
func lookedText(w io.Writer, b *ledger.Book) {
	first := true
	for _, e := range b.Claims {
		if e.Verdict.Settled() || e.Rows == 0 {
			continue
		}
		if first {
			fmt.Fprintln(w, "\nLooked at, and still open")
			first = false
		}
		fmt.Fprintf(w, "  %s: %s\n    on %s: %s\n", e.Claim, e.Paraphrase, e.Date, cmp.Or(e.Note, "open"))
		for _, x := range e.Evidence {
			fmt.Fprintf(w, "    %s (%s)\n", x.Text, x.ID)
		}
	}
}

func scoresText(w io.Writer, b *ledger.Book) error {
	if len(b.Speakers) == 0 {
		return nil
	}
	fmt.Fprintln(w, "\nClaims that give a probability, by speaker (0 is the best score; means compare speakers only over the same claims)")
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "  speaker\tclaims\topen\tannulled\theld\tfailed\tscored\tmean Brier\tmean log, nats")
	for _, r := range b.Speakers {
		fmt.Fprintf(tw, "  %s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", r.Name, r.Claims, r.Open, r.Annulled, r.Held, r.Failed, r.Scored, rangeText(r.Brier), rangeText(r.Log))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	x := b.Calibration
	if len(x.Bins) == 0 {
		fmt.Fprintf(w, "\nNo calibration table: it needs %d scored claims, and there %s.\n", x.Needed, are(x.Scored))
		return nil
	}
	fmt.Fprintf(w, "\nCalibration over %d scored claims (90 %% intervals of Clopper and Pearson)\n", x.Scored)
	tw = tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "  probability given\tclaims\tmean\thappened\tshare\tinterval")
	for _, r := range x.Bins {
		fmt.Fprintf(tw, "  %.1f to %.1f\t%d\t%.2f\t%d\t%.2f\t%.2f to %.2f\n", r.From, r.To, r.Claims, r.Mean, r.Happened, r.Share, r.Low, r.High)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if m := b.Murphy; m != nil {
		fmt.Fprintf(w, "  Brier %.3f = reliability %.3f - resolution %.3f + uncertainty %.3f (Murphy, at the centres)\n", m.Brier, m.Reliability, m.Resolution, m.Uncertainty)
	}
	return nil
}

func are(n int) string {
	switch n {
	case 0:
		return "is none"
	case 1:
		return "is 1"
	}
	return fmt.Sprintf("are %d", n)
}

// rangeText is the score at the centre with its range, "-" where nothing is scored.
func rangeText(r ledger.RangeRow) string {
	if r.Best == nil && r.Centre == nil && r.Worst == nil {
		return "-"
	}
	end := func(v *float64) string {
		if v == nil {
			return "infinite"
		}
		return fmt.Sprintf("%.3f", *v)
	}
	return fmt.Sprintf("%s (%s to %s)", end(r.Centre), end(r.Best), end(r.Worst))
}

func ledgerCSV(w io.Writer, b *ledger.Book) error {
	num := func(v *float64) string {
		if v == nil {
			return ""
		}
		return csvNumber(*v)
	}
	rows := [][]string{{"claim", "speaker", "kind", "said", "verdict", "happened", "date", "added", "evidence", "letter", "resolves_by", "default", "past", "low", "centre", "high",
		"brier_best", "brier", "brier_worst", "log_best", "log", "log_worst"}}
	for _, e := range b.Claims {
		var ids []string
		for _, x := range e.Evidence {
			ids = append(ids, x.ID)
		}
		row := []string{e.Claim, e.Speaker, string(e.Kind), e.Said, string(e.Verdict), string(e.Happened), e.Date, e.Added, strings.Join(ids, ";"), e.Letter}
		if r := e.Resolves; r != nil {
			row = append(row, r.By, fmt.Sprint(r.Default), fmt.Sprint(r.Past))
		} else {
			row = append(row, "", "", "")
		}
		if p := e.Probability; p != nil {
			row = append(row, csvNumber(p.Low), csvNumber(p.Centre), csvNumber(p.High))
		} else {
			row = append(row, "", "", "")
		}
		if s := e.Score; s != nil {
			row = append(row, num(s.Brier.Best), num(s.Brier.Centre), num(s.Brier.Worst), num(s.Log.Best), num(s.Log.Centre), cmp.Or(num(s.Log.Worst), "inf"))
		} else {
			row = append(row, "", "", "", "", "", "")
		}
		rows = append(rows, row)
	}
	return csv.NewWriter(w).WriteAll(rows)
}
