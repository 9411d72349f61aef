package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara"
	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/world"
)

// solveFlags are the flags of commands that solve the table of worlds.
type solveFlags struct {
	workers  int
	cacheDir string
	noCache  bool
	quiet    bool
}

func (f *solveFlags) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.workers, "workers", 0, "goroutines (0: as many as processors); changes no result")
	cmd.Flags().StringVar(&f.cacheDir, "cache", "", "folder of the cache (default: the user's cache folder)")
	cmd.Flags().BoolVar(&f.noCache, "no-cache", false, "solve everything again and keep nothing")
	cmd.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	cmd.MarkFlagsMutuallyExclusive("cache", "no-cache")
}

// options opens the cache; trouble with it is told, never fatal.
func (f *solveFlags) options(cmd *cobra.Command, p *progress) (astara.Options, error) {
	o := astara.Options{Workers: f.workers, Progress: p.step}
	if f.workers < 0 {
		return o, usageError{fmt.Errorf("--workers %d; expected 0 or more", f.workers)}
	}
	if f.noCache {
		return o, nil
	}
	dir := f.cacheDir
	if dir == "" {
		var err error
		if dir, err = world.DefaultDir(); err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "astara: no cache: %v\n", err)
			return o, nil
		}
	}
	o.Cache = &world.Cache{Dir: dir, Warn: func(message string) { fmt.Fprintf(cmd.ErrOrStderr(), "astara: %s\n", message) }}
	return o, nil
}

func answerCommand() *cobra.Command {
	var solve solveFlags
	var outDir string
	opt := answer.DefaultOptions()
	var text answer.TextOptions
	cmd := &cobra.Command{
		Use:   "answer CASE",
		Short: "Solve every world of a case and answer its questions",
		Long: `Solve every effective world of a case, read the table with the case's weights and
answer its questions. --out writes the report (one HTML file) and the data files.

What was solved is kept in a cache and not solved again; an interrupted run goes on
where it stopped. The cache changes no bit of any result.`,
		Example:           "  astara answer caucasus --out out/caucasus\n  astara answer ./mycase --draws 0 --format json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeCase,
	}
	format := formatFlag(cmd, "text", "json", "csv")
	solve.add(cmd)
	f := cmd.Flags()
	f.StringVarP(&outDir, "out", "o", "", "write report.html, answer.json and the data files into this folder")
	f.IntVar(&opt.Draws, "draws", opt.Draws, "draws of ranged figures on the key worlds, 0 for none")
	f.IntVar(&opt.Keys, "keys", opt.Keys, "key worlds that the draws are run on")
	f.BoolVar(&text.All, "all", false, "cut no table of the text form")
	f.IntVar(&opt.Players, "players", opt.Players, "states that play the game of leverage at most, up to 12; 0 for no leverage")
	f.Uint64Var(&opt.Seed, "seed", opt.Seed, "seed of the draws")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := opt.Check(); err != nil {
			return usageError{err}
		}
		p := newProgress(cmd.ErrOrStderr(), solve.quiet)
		defer p.close()
		o, err := solve.options(cmd, p)
		if err != nil {
			return err
		}
		o.Answer = opt
		collectLate()
		c, _, err := loadCase(cmd, args[0])
		if err != nil {
			return err
		}
		text.Quotes = quotes(attach.Open(c))
		o.Quotes = text.Quotes
		a, files, err := astara.AnswerCase(cmd.Context(), c, outDir, versionText(), o)
		p.close()
		if err != nil {
			var re *world.ResolveError
			if errors.As(err, &re) {
				fsys, openErr := openCase(args[0])
				if openErr != nil {
					return openErr
				}
				printDiagnostics(cmd.ErrOrStderr(), re.List, fsys)
				return errInput
			}
			return err
		}
		out := cmd.OutOrStdout()
		switch *format {
		case "json":
			err = astara.WriteJSON(out, a)
		case "csv":
			err = effectsCSV(out, c, a)
		default:
			err = answer.Text(out, a, text)
		}
		if err != nil {
			return err
		}
		if r := a.Run; r != nil && r.Solved > 0 && !solve.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "solved %s in %.0f s (%.0f a second, %s); %d more came from the cache\n",
				plural(r.Solved, "network"), r.Seconds, r.PerSecond, plural(r.Workers, "worker"), r.Cached)
		}
		for _, f := range files {
			fmt.Fprintf(cmd.ErrOrStderr(), "wrote %s\n", f)
		}
		if n := a.Worlds.NotConverged; n > 0 {
			return fmt.Errorf("%w: %d of %d effective worlds; the notes of the answer say which", errNotConverged, n, a.Worlds.Effective)
		}
		return nil
	}
	return cmd
}

// effectsCSV writes the effects of the acts, one row a view, act, state and
// outcome.
func effectsCSV(w io.Writer, c *casefile.Case, a *answer.Answer) error {
	names := map[string]string{}
	for _, o := range c.Outcomes {
		names[o.ID] = o.Name
	}
	unit := map[string]string{}
	for _, o := range a.Outcomes {
		unit[o.ID] = o.Unit
	}
	kind := map[string]string{}
	for _, v := range a.Views {
		kind[v.ID] = v.Kind
	}
	num := func(n answer.Number) string {
		if !n.OK {
			return ""
		}
		return strconv.FormatFloat(n.V, 'g', -1, 64)
	}
	rows := [][]string{{"act", "state", "view", "kind", "outcome", "name", "unit", "without", "with", "effect", "from_words", "from_reference",
		"bound_low", "bound_high", "bound_status", "lexicons_low", "lexicons_high",
		"change_p05", "change_p95", "share_more", "share_less", "sign_holds", "material"}}
	for _, act := range a.Acts {
		for _, e := range act.Effects {
			if _, named := names[e.Outcome]; !named {
				continue // made for the pages of countries and corridors
			}
			var b answer.Bounds // none asked for: empty
			if e.Bounds != nil {
				b = *e.Bounds
			}
			var l answer.Span
			if e.Lexicons != nil {
				l = *e.Lexicons
			}
			rows = append(rows, []string{act.ID, e.State, act.View, kind[act.View], e.Outcome, names[e.Outcome], unit[e.Outcome], num(e.Without), num(e.With),
				num(e.Effect), num(e.Words), num(e.Reference), num(b.Low), num(b.High), b.Status, num(l.Low), num(l.High),
				num(e.ChangeLow), num(e.ChangeHigh), num(e.More), num(e.Less), num(e.SignHolds), strconv.FormatBool(e.Material)})
		}
	}
	return csv.NewWriter(w).WriteAll(rows)
}
