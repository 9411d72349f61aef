package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/ledger"
)

// ledgerFormat is the version of the JSON form of ledger.
const ledgerFormat = 1

func ledgerCommand() *cobra.Command {
	publisher := ledger.Publisher{Name: "astara"}
	cmd := &cobra.Command{
		Use:   "ledger CASE",
		Short: "What became of each claim, with evidence and scores",
		Long: `List the claims of a case with what became of them: held, failed, annulled because the
condition did not come about, or open; the evidence; and for claims with a probability
that are held or failed the Brier and log score, as an interval where the claim is one.
A claim whose interval lies on both sides of one half has no score: held and failed do
not say of it whether the thing happened.

claimreview writes the settled claims as ClaimReview (schema.org), in the words of the
case, never those of the source.`,
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
			names, sources := speakerNames(c), map[string]casefile.Source{}
			for _, s := range c.Sources {
				sources[s.ID] = s
			}
			publisher.Speaker = func(id string) string { return cmp.Or(names[id], id) }
			publisher.Source = func(id string) (string, string, string) {
				s := sources[id]
				return s.Title, s.Publisher, s.Address
			}
			data, err := ledger.Reviews(c.Claims, c.Resolutions, publisher)
			if err != nil {
				return usageError{err}
			}
			_, err = out.Write(data)
			return err
		}
		b, err := readLedger(c)
		if err != nil {
			return usageError{err}
		}
		switch *format {
		case "json":
			return writeJSON(out, b)
		case "csv":
			return ledgerCSV(out, b)
		default:
			return ledgerText(out, c, b)
		}
	}
	return cmd
}

// book is the ledger in its JSON form.
type book struct {
	Format  int         `json:"format"`
	Kind    string      `json:"kind"`
	Case    string      `json:"case"`
	Lexicon string      `json:"lexicon"` // asked first for hedges
	Claims  []claimRow  `json:"claims"`
	Records []recordRow `json:"records"`
}

// claimRow is a claim with what became of it.
type claimRow struct {
	Claim      string        `json:"claim"`
	Speaker    string        `json:"speaker"`
	Name       string        `json:"speaker_name"`
	Kind       belief.Kind   `json:"kind"`
	Date       casefile.Date `json:"said"`
	Paraphrase string        `json:"paraphrase"`
	Verdict    string        `json:"verdict"`
	Settled    string        `json:"date,omitempty"` // when what settles it happened
	Added      string        `json:"added,omitempty"`
	Rows       int           `json:"rows"` // resolutions so far
	Letter     string        `json:"letter,omitempty"`
	Note       string        `json:"note,omitempty"`
	Evidence   []evidenceRow `json:"evidence"`
	Interval   *intervalRow  `json:"probability,omitempty"`
	Score      *scoreRow     `json:"score,omitempty"`
	Unscored   string        `json:"unscored,omitempty"` // why a settled claim with a probability has no score
}

// bothSides is why a claim such as "may" is not scored.
const bothSides = "its interval lies on both sides of one half, so that the verdict does not say whether the thing happened"

type evidenceRow struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// intervalRow is the probability that a claim gives to what it speaks of.
type intervalRow struct {
	Low    float64 `json:"low"`
	Centre float64 `json:"centre"`
	High   float64 `json:"high"`
	From   string  `json:"from"` // "interval of the case", or the lexicon that knows the hedge
}

type scoreRow struct {
	Happened bool     `json:"happened"`
	Brier    rangeRow `json:"brier"`
	Log      rangeRow `json:"log_nats"`
}

// rangeRow is a range of scores; an absent end is infinite.
type rangeRow struct {
	Best   *float64 `json:"best,omitempty"`
	Centre *float64 `json:"centre,omitempty"`
	Worst  *float64 `json:"worst,omitempty"`
}

// recordRow sums up the claims of a speaker that can be scored.
type recordRow struct {
	Speaker  string   `json:"speaker"`
	Claims   int      `json:"claims"`
	Scored   int      `json:"scored"`
	Held     int      `json:"held"`
	Failed   int      `json:"failed"`
	Annulled int      `json:"annulled"`
	Open     int      `json:"open"`
	Brier    rangeRow `json:"brier"`
	Log      rangeRow `json:"log_nats"`
}

func rangeOf(r ledger.Range) rangeRow {
	finite := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	return rangeRow{finite(r.Best), finite(r.Centre), finite(r.Worst)}
}

// readLedger joins claims, resolutions, evidence and scores.
func readLedger(c *casefile.Case) (*book, error) {
	now, err := ledger.Now(c.Resolutions)
	if err != nil {
		return nil, err
	}
	at := map[string]ledger.Standing{}
	for _, s := range now {
		at[s.Claim] = s
	}
	b := &book{Format: ledgerFormat, Kind: "ledger", Case: c.ID, Lexicon: c.Lexicon, Claims: []claimRow{}, Records: []recordRow{}}
	names, evidence := speakerNames(c), evidenceTexts(c)
	var items []ledger.Item
	for i := range c.Claims {
		k := &c.Claims[i]
		row := claimRow{Claim: k.ID, Speaker: k.Speaker, Name: cmp.Or(names[k.Speaker], k.Speaker), Kind: k.Kind, Date: k.Date, Paraphrase: k.Paraphrase,
			Verdict: string(ledger.Open), Evidence: []evidenceRow{}}
		verdict := ledger.Open
		if s, ok := at[k.ID]; ok {
			verdict = s.Verdict
			row.Verdict, row.Settled, row.Added, row.Rows, row.Note = string(s.Verdict), s.Date.String(), s.Added.String(), s.Rows, s.Note
			if s.Letter != 0 {
				row.Letter = string(rune(s.Letter))
			}
			for _, id := range s.Evidence {
				row.Evidence = append(row.Evidence, evidenceRow{id, evidence[id]})
			}
		}
		if in, ok := probability(c, k); ok {
			row.Interval = &in
			if (verdict == ledger.Held || verdict == ledger.Failed) && in.Low < 0.5 && in.High > 0.5 {
				row.Unscored = bothSides
				b.Claims = append(b.Claims, row)
				continue
			}
			it := ledger.Item{Claim: k.ID, Speaker: k.Speaker, Low: in.Low, High: in.High, Centre: in.Centre, Verdict: verdict}
			items = append(items, it)
			s, scored, err := ledger.Scored(it)
			if err != nil {
				return nil, err
			}
			if scored {
				row.Score = &scoreRow{s.Happened, rangeOf(s.Brier), rangeOf(s.Log)}
			}
		}
		b.Claims = append(b.Claims, row)
	}
	records, err := ledger.Records(items)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		b.Records = append(b.Records, recordRow{r.Speaker, r.Claims, r.Scored, r.Held, r.Failed, r.Annulled, r.Open, rangeOf(r.Brier), rangeOf(r.Log)})
	}
	return b, nil
}

// probability is the interval that a claim gives to one thing coming true: its own,
// else that of its hedge in the lexicon of the case, else in the first other
// lexicon that knows it. Claims of other kinds have none.
func probability(c *casefile.Case, k *belief.Claim) (intervalRow, bool) {
	if k.Kind != belief.Level && k.Kind != belief.Record && k.Kind != belief.Fact {
		return intervalRow{}, false
	}
	if in := k.Interval; in.Known {
		centre := (in.Low + in.High) / 2
		if in.HasCentre {
			centre = in.Centre
		}
		return intervalRow{in.Low, centre, in.High, "interval of the case"}, true
	}
	if k.Hedge == "" {
		return intervalRow{}, false
	}
	lexicons := belief.Lexicons()
	if own, ok := belief.LexiconNamed(c.Lexicon); ok {
		lexicons = append([]belief.Lexicon{*own}, lexicons...)
	}
	for i := range lexicons {
		if t, ok := lexicons[i].Find(k.Hedge); ok {
			return intervalRow{t.Low, t.Centre, t.High, fmt.Sprintf("%q in lexicon %s", t.Phrase, lexicons[i].Name)}, true
		}
	}
	return intervalRow{}, false
}

func speakerNames(c *casefile.Case) map[string]string {
	names := map[string]string{}
	for _, a := range c.Actors {
		names[a.ID] = a.Name
	}
	return names
}

// evidenceTexts says in words what ids of evidence stand for.
func evidenceTexts(c *casefile.Case) map[string]string {
	text := map[string]string{}
	for _, s := range c.Sources {
		text[s.ID] = s.Title
	}
	for _, o := range c.Observed {
		text[o.ID] = o.Name + ", " + o.Period
	}
	for _, e := range c.Timeline {
		text[e.ID] = e.Date.String() + ": " + e.Text
	}
	return text
}

func ledgerText(w io.Writer, c *casefile.Case, b *book) error {
	count := map[string]int{}
	for _, r := range b.Claims {
		count[r.Verdict]++
	}
	var parts []string
	for _, v := range ledger.Verdicts() {
		parts = append(parts, fmt.Sprintf("%d %s", count[v], v))
	}
	fmt.Fprintf(w, "%s: %d claims, %s\n", c.Title, len(b.Claims), strings.Join(parts, ", "))
	for _, r := range b.Claims {
		if r.Verdict == string(ledger.Open) {
			continue
		}
		fmt.Fprintf(w, "\n%s: %s on %s (%s, said on %s)\n  %s\n", r.Claim, r.Verdict, r.Settled, r.Name, r.Date, r.Paraphrase)
		for _, e := range r.Evidence {
			fmt.Fprintf(w, "  evidence: %s: %s\n", e.ID, e.Text)
		}
		if r.Note != "" {
			fmt.Fprintf(w, "  %s\n", r.Note)
		}
		if p := r.Interval; p != nil {
			fmt.Fprintf(w, "  probability %.2f, %.2f to %.2f (%s)\n", p.Centre, p.Low, p.High, p.From)
		}
		if r.Unscored != "" {
			fmt.Fprintf(w, "  no score: %s\n", r.Unscored)
		}
		if s := r.Score; s != nil {
			fmt.Fprintf(w, "  Brier %s; log %s nats\n", rangeText(s.Brier), rangeText(s.Log))
		}
	}
	fmt.Fprintln(w, "\nOpen")
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "  claim\tspeaker\tkind\tsaid\tprobability")
	for _, r := range b.Claims {
		if r.Verdict != string(ledger.Open) {
			continue
		}
		p := ""
		if r.Interval != nil {
			p = fmt.Sprintf("%.2f to %.2f", r.Interval.Low, r.Interval.High)
		}
		fmt.Fprintf(tw, "  %s\t%s\t%s\t%s\t%s\n", r.Claim, r.Name, r.Kind, r.Date, p)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nClaims that can be scored, by speaker; means compare speakers only over the same claims")
	tw = tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(tw, "  speaker\tclaims\tscored\theld\tfailed\tannulled\topen\tmean Brier\tmean log")
	for _, r := range b.Records {
		fmt.Fprintf(tw, "  %s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", r.Speaker, r.Claims, r.Scored, r.Held, r.Failed, r.Annulled, r.Open, rangeText(r.Brier), rangeText(r.Log))
	}
	return tw.Flush()
}

// rangeText is the score at the centre with its range, "" where nothing is scored.
func rangeText(r rangeRow) string {
	if r.Best == nil && r.Centre == nil && r.Worst == nil {
		return ""
	}
	end := func(v *float64) string {
		if v == nil {
			return "infinite"
		}
		return fmt.Sprintf("%.3f", *v)
	}
	return fmt.Sprintf("%s (%s to %s)", end(r.Centre), end(r.Best), end(r.Worst))
}

func ledgerCSV(w io.Writer, b *book) error {
	num := func(v *float64) string {
		if v == nil {
			return ""
		}
		return csvNumber(*v)
	}
	rows := [][]string{{"claim", "speaker", "kind", "said", "verdict", "date", "added", "evidence", "letter", "low", "centre", "high", "brier_best", "brier", "brier_worst", "log_best", "log", "log_worst"}}
	for _, r := range b.Claims {
		var ids []string
		for _, e := range r.Evidence {
			ids = append(ids, e.ID)
		}
		row := []string{r.Claim, r.Speaker, string(r.Kind), r.Date.String(), r.Verdict, r.Settled, r.Added, strings.Join(ids, ";"), r.Letter, "", "", "", "", "", "", "", "", ""}
		if p := r.Interval; p != nil {
			row[9], row[10], row[11] = csvNumber(p.Low), csvNumber(p.Centre), csvNumber(p.High)
		}
		if s := r.Score; s != nil {
			row[12], row[13], row[14] = num(s.Brier.Best), num(s.Brier.Centre), num(s.Brier.Worst)
			row[15], row[16], row[17] = num(s.Log.Best), num(s.Log.Centre), num(s.Log.Worst)
			if s.Log.Worst == nil {
				row[17] = "inf"
			}
		}
		rows = append(rows, row)
	}
	return csv.NewWriter(w).WriteAll(rows)
}
