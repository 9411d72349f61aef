package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
)

// attachFormat is the version of the JSON form of attach.
const attachFormat = 1

func attachCommand() *cobra.Command {
	var list, remove, words bool
	cmd := &cobra.Command{
		Use:   "attach CASE [SOURCE [FILE]]",
		Short: "Keep the text of a source on this machine, so that claims can show their words",
		Long: `Give the text of a source to the claims that point at it. The text is brought to
Unicode normalisation form C and kept in a folder of the user that is not part of the
case; it is sent nowhere. Each claim then shows the words at its locator if their hash
is the claim's own, or the one place that its quote means, and nothing otherwise.

The text may differ from the one the case was made from: it is kept when at least one
claim finds its words, and the others are listed with the reason. A text in which none
does is refused (exit code 2) and what was attached before stays.

Attaching again replaces the text. --list shows what is attached, --remove forgets a text.`,
		Example: "  astara attach caucasus azernews-2025-01 article.txt\n" +
			"  astara attach caucasus --list\n  astara attach caucasus azernews-2025-01 --list --words\n  astara attach caucasus azernews-2025-01 --remove",
		Args:              cobra.RangeArgs(1, 3),
		ValidArgsFunction: completeAttach,
	}
	format := formatFlag(cmd, "text", "json")
	f := cmd.Flags()
	f.BoolVar(&list, "list", false, "show what is attached; of one SOURCE or of all")
	f.BoolVar(&remove, "remove", false, "forget the text of SOURCE")
	f.BoolVar(&words, "words", false, "print the words of every claim, too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case list && remove:
			return usageError{errors.New("--list or --remove, not both")}
		case list && len(args) == 3:
			return usageError{errors.New("--list takes CASE and perhaps SOURCE, no FILE")}
		case remove && len(args) != 2:
			return usageError{errors.New("--remove takes CASE and SOURCE")}
		case !list && !remove && len(args) != 3:
			return usageError{errors.New("expected CASE, SOURCE and FILE; or --list, or --remove")}
		}
		c, _, err := loadCase(cmd, args[0])
		if err != nil {
			return err
		}
		s := attach.Open(c)
		r := attachReport{Format: attachFormat, Kind: "attach", Case: c.ID, Sources: []attachedSource{}}
		only := ""
		if len(args) > 1 {
			only = args[1]
			if err := knownSource(c, s, only); err != nil {
				return err
			}
		}
		switch {
		case remove:
			removed, err := s.Remove(only)
			if err != nil {
				return err
			}
			r.Removed = &removed
		case !list:
			if r.Changed, err = attachFile(cmd, c, s, only, args[2]); err != nil {
				return err
			}
		}
		for _, x := range s.Sources() {
			if only == "" || x.ID == only {
				r.Sources = append(r.Sources, sourceRow(s, x, words))
			}
		}
		if *format == "json" {
			return writeJSON(cmd.OutOrStdout(), r)
		}
		return attachText(cmd.OutOrStdout(), r, args[0], words, list)
	}
	return cmd
}

// attachReport is what attach prints as JSON.
type attachReport struct {
	Format  int              `json:"format"`
	Kind    string           `json:"kind"`
	Case    string           `json:"case"`
	Removed *bool            `json:"removed,omitempty"` // with --remove: whether there was a text
	Changed string           `json:"changed,omitempty"` // what was done to the file to make it fit
	Sources []attachedSource `json:"sources"`
}

type attachedSource struct {
	Source   string       `json:"source"`
	Title    string       `json:"title"`
	Attached bool         `json:"attached"`
	File     string       `json:"file,omitempty"`
	Length   int          `json:"code_points,omitempty"`
	SHA256   string       `json:"sha256,omitempty"`
	Declared string       `json:"declared_sha256,omitempty"` // of sources.yaml
	Same     bool         `json:"same"`                      // the two are equal
	Shown    int          `json:"shown"`
	Claims   []claimPlace `json:"claims"`
}

type claimPlace struct {
	Claim  string        `json:"claim"`
	Status attach.Status `json:"status"`
	Detail string        `json:"detail,omitempty"`
	Start  *int          `json:"start,omitempty"`
	End    *int          `json:"end,omitempty"`
	Words  string        `json:"words,omitempty"` // with --words
}

func sourceRow(s *attach.Store, x attach.Source, words bool) attachedSource {
	row := attachedSource{Source: x.ID, Title: x.Title, Attached: x.Attached, Length: x.Length, SHA256: x.SHA256, Declared: x.Declared, Same: x.Same(), Shown: x.Shown()}
	if x.Attached {
		row.File = s.Path(x.ID)
	}
	for _, p := range x.Places {
		y := claimPlace{Claim: p.Claim, Status: p.Status, Detail: p.Detail}
		if p.Status == attach.Shown {
			start, end := p.Start, p.End
			y.Start, y.End = &start, &end
			if words {
				y.Words = p.Words
			}
		}
		row.Claims = append(row.Claims, y)
	}
	return row
}

// knownSource refuses sources that no claim points at.
func knownSource(c *casefile.Case, s *attach.Store, id string) error {
	var pointed []string
	for _, x := range s.Sources() {
		if x.ID == id {
			return nil
		}
		pointed = append(pointed, x.ID)
	}
	if len(pointed) == 0 {
		return usageError{fmt.Errorf("no claim of %s points at a source", c.ID)}
	}
	for _, x := range c.Sources {
		if x.ID == id {
			return usageError{fmt.Errorf("no claim of %s points at the source %q; claims point at %s", c.ID, id, strings.Join(pointed, ", "))}
		}
	}
	hint := ""
	if near := diag.Nearest(id, pointed); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return usageError{fmt.Errorf("%s has no source %q; claims point at %s%s", c.ID, id, strings.Join(pointed, ", "), hint)}
}

// maxMissing is how many claims without their words are named when a text is
// attached; --list has them all.
const maxMissing = 10

// attachFile attaches a file and names, on standard error, the claims that do not
// find their words in it.
func attachFile(cmd *cobra.Command, c *casefile.Case, s *attach.Store, source, path string) (form string, err error) {
	data, err := readInput(path)
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return "", usageError{err}
	}
	if err != nil {
		return "", err
	}
	x, form, err := s.Attach(source, data)
	missing := 0
	for _, p := range x.Places {
		if p.Status == attach.Shown {
			continue
		}
		if missing++; missing <= maxMissing {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %s: %s\n", claimPos(c, p.Claim), p.Claim, placeText(p.Status, p.Detail))
		}
	}
	if missing > maxMissing {
		fmt.Fprintf(cmd.ErrOrStderr(), "… and %s more that do not find their words\n", plural(missing-maxMissing, "claim"))
	}
	switch {
	case errors.Is(err, attach.ErrNothingFound):
		hint := ""
		if x.Declared != "" {
			hint = fmt.Sprintf("; its SHA-256 is %.12s…, that of the text in sources.yaml %.12s…", x.SHA256, x.Declared)
		}
		return "", usageError{fmt.Errorf("%s: none of the claims finds its words in this text, so nothing was kept%s: is it the text of %s, without menus and headlines around it?", path, hint, source)}
	case errors.Is(err, attach.ErrNoText), errors.Is(err, attach.ErrEmpty), errors.Is(err, attach.ErrTooLarge):
		return "", usageError{fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "attach: "))}
	}
	return form, err
}

// claimPos is where a claim stands in the case.
func claimPos(c *casefile.Case, id string) diag.Pos {
	for i := range c.Claims {
		if c.Claims[i].ID == id {
			if q := c.Claims[i].Quote; q.Known() {
				return q.Pos
			}
			return c.Claims[i].Locator.Pos
		}
	}
	return diag.Pos{}
}

func placeText(status attach.Status, detail string) string {
	if detail == "" {
		return status.Text()
	}
	return status.Text() + ": " + detail
}

func attachText(w io.Writer, r attachReport, name string, words, list bool) error {
	if r.Removed != nil {
		text := "nothing was attached for"
		if *r.Removed {
			text = "removed the text of"
		}
		_, err := fmt.Fprintf(w, "%s %s\n", text, r.Sources[0].Source)
		return err
	}
	if len(r.Sources) == 0 {
		_, err := fmt.Fprintln(w, "no claim points at a source")
		return err
	}
	for i, x := range r.Sources {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %s\n", x.Source, x.Title)
		if !x.Attached {
			fmt.Fprintf(w, "  not attached: the words of %s are not shown (astara attach %s %s FILE)\n", plural(len(x.Claims), "claim"), name, x.Source)
			continue
		}
		fmt.Fprintf(w, "  words are shown for %d of %s\n", x.Shown, plural(len(x.Claims), "claim"))
		switch {
		case x.Same:
			fmt.Fprintln(w, "  the text is the one the case was made from (SHA-256)")
		case x.Declared != "":
			fmt.Fprintln(w, "  the text differs from the one the case was made from (SHA-256); each span is checked by itself")
		}
		if r.Changed != "" {
			fmt.Fprintf(w, "  %s\n", r.Changed)
		}
		fmt.Fprintf(w, "  kept in %s\n", x.File)
		tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		for _, p := range x.Claims {
			switch {
			case p.Status == attach.Shown && words:
				fmt.Fprintf(tw, "  %s\t%d-%d\t“%s”\n", p.Claim, *p.Start, *p.End, oneLine(p.Words))
			case p.Status != attach.Shown && list: // else they have been named already
				fmt.Fprintf(tw, "  %s\t\t%s\n", p.Claim, placeText(p.Status, p.Detail))
			}
		}
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// oneLine puts spaces in the place of line ends and tabs.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// completeAttach completes case, source and file.
func completeAttach(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return completeCase(cmd, args, typed)
	case 1:
		fsys, err := openCase(args[0])
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var l diag.List
		var ids []string
		for _, x := range attach.OpenIn("", casefile.Load(fsys, &l)).Sources() {
			ids = append(ids, x.ID)
		}
		return ids, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}
