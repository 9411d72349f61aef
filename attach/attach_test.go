package attach

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/belief/quote"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/testdata"
)

const original = "First line.\nThe bridge, said “Ada”, will stand.\nThe bridge will not pay.\n"

// example is a case with two claims by locator and two by quote.
func example(t *testing.T) *casefile.Case {
	t.Helper()
	text, err := quote.NewText([]byte(original))
	if err != nil {
		t.Fatal(err)
	}
	at := func(words string) belief.Locator {
		start := len([]rune(original[:strings.Index(original, words)]))
		l, err := text.Locate(start, start+len([]rune(words)))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	return &casefile.Case{ID: "Example",
		Sources: []casefile.Source{{ID: "article", SHA256: text.SHA256()}, {ID: "other"}},
		Claims: []belief.Claim{
			{ID: "stand", Source: "article", Locator: at("will stand")},
			{ID: "pay", Source: "article", Locator: at("will not pay")},
			{ID: "ada", Source: "article", Quote: belief.Selector{Exact: `said "Ada"`}},
			{ID: "bridge", Source: "article", Quote: belief.Selector{Exact: "The bridge"}},
		}}
}

func statuses(s *Store) string {
	var out []string
	for _, p := range s.Sources()[0].Places {
		out = append(out, string(p.Status))
	}
	return strings.Join(out, " ")
}

func TestAttach(t *testing.T) {
	dir, c := t.TempDir(), example(t)
	s := OpenIn(dir, c)
	if words, status := s.Quote(&c.Claims[0]); words != "" || status != NotAttached {
		t.Errorf("before: %q %s", words, status)
	}
	x, form, err := s.Attach("article", []byte(original))
	if err != nil || form != "" || !x.Same() || x.Shown() != 3 {
		t.Fatalf("%+v %q %v", x, form, err)
	}
	for _, s := range []*Store{s, OpenIn(dir, c)} { // as attached, and as read again
		if got := statuses(s); got != "shown shown shown ambiguous" {
			t.Errorf("statuses %s", got)
		}
		for i, want := range []string{"will stand", "will not pay", "said “Ada”", ""} {
			if words, _ := s.Quote(&c.Claims[i]); words != want {
				t.Errorf("%s: %q, want %q", c.Claims[i].ID, words, want)
			}
		}
		if d := s.Place("bridge").Detail; !strings.Contains(d, "12, 48") {
			t.Errorf("the places of the repeat: %q", d)
		}
	}
	if runtime.GOOS != "windows" {
		info, err := os.Stat(s.Path("article"))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the text is kept for its user alone: %v %v", info.Mode(), err)
		}
	}

	// Another text keeps only what it holds; one that holds nothing is refused and
	// leaves the former in place.
	changed := strings.Replace(original, "stand", "fall!", 1)
	if x, _, err = s.Attach("article", []byte(changed)); err != nil || x.Same() || statuses(s) != "other_words shown shown ambiguous" {
		t.Errorf("%s %v", statuses(s), err)
	}
	if words, _ := s.Quote(&c.Claims[0]); words != "" {
		t.Errorf("wrong words are shown: %q", words)
	}
	if x, _, err = s.Attach("article", []byte("Short.")); !errors.Is(err, ErrNothingFound) || len(x.Places) != 4 || x.Places[0].Status != Outside || x.Places[2].Status != NotFound {
		t.Errorf("%+v %v", x, err)
	}
	if got := statuses(OpenIn(dir, c)); got != "other_words shown shown ambiguous" {
		t.Errorf("after a refusal: %s", got)
	}

	if removed, err := s.Remove("article"); !removed || err != nil || statuses(s) != "not_attached not_attached not_attached not_attached" {
		t.Errorf("%v %v %s", removed, err, statuses(s))
	}
	if removed, err := s.Remove("article"); removed || err != nil {
		t.Errorf("%v %v", removed, err)
	}
}

// One file comes in several forms; the one that the case means is kept.
func TestForms(t *testing.T) {
	for name, data := range map[string]string{
		"byte order mark left out":                                          "\ufeff" + original,
		"line ends of Windows made those of Unix":                           strings.ReplaceAll(original, "\n", "\r\n"),
		"line end at the end left out":                                      original + "\n",
		"byte order mark left out, line ends of Windows made those of Unix": "\ufeff" + strings.ReplaceAll(original, "\n", "\r\n"),
	} {
		x, form, err := OpenIn(t.TempDir(), example(t)).Attach("article", []byte(data))
		if err != nil || form != name || !x.Same() {
			t.Errorf("%s: %q same %v, %v", name, form, x.Same(), err)
		}
	}
}

func TestRefusals(t *testing.T) {
	s := OpenIn(t.TempDir(), example(t))
	for _, c := range []struct {
		source string
		data   []byte
		want   error
	}{
		{"nobody", []byte(original), ErrUnknownSource},
		{"other", []byte(original), ErrUnpointed},
		{"article", nil, ErrEmpty},
		{"article", []byte("\ufeff \n"), ErrEmpty},
		{"article", []byte("a\x00b"), ErrNoText},
		{"article", []byte("caf\xe9"), ErrNoText},
		{"article", []byte("%PDF-1.7"), ErrNoText},
		{"article", []byte("\xff\xfea\x00"), ErrNoText},
		{"article", []byte("{\\rtf1 " + original + "}"), ErrNoText},
		{"article", []byte("\ufeff\n<!DOCTYPE html>\n<p>" + original), ErrNoText},
		{"article", []byte("<html>" + original), ErrNoText},
		{"article", make([]byte, MaxText+1), ErrTooLarge},
	} {
		if _, _, err := s.Attach(c.source, c.data); !errors.Is(err, c.want) {
			t.Errorf("%s %.10q: %v, want %v", c.source, c.data, err, c.want)
		}
	}
	if _, err := s.Remove("nobody"); !errors.Is(err, ErrUnknownSource) {
		t.Error(err)
	}
	if got := statuses(s); strings.Contains(got, "shown") {
		t.Errorf("something was kept: %s", got)
	}
}

// What was damaged on the disk shows nothing, and no store shows nothing.
func TestDamage(t *testing.T) {
	dir, c := t.TempDir(), example(t)
	s := OpenIn(dir, c)
	if _, _, err := s.Attach("article", []byte(original)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Path("article"), []byte("\xff\xfe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := statuses(OpenIn(dir, c)); got != "unreadable unreadable unreadable unreadable" {
		t.Error(got)
	}
	var none *Store
	if words, status := none.Quote(&c.Claims[0]); words != "" || status != NotAttached || none.Sources() != nil {
		t.Errorf("%q %s", words, status)
	}
	if _, _, err := OpenIn("", c).Attach("article", []byte(original)); err == nil {
		t.Error("a text is kept without a folder")
	}
}

// The text that the shipped case was made from, which is not part of the project.
func TestFlagshipText(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(testdata.Dir(t, "sources"), "azernews-2025-01.txt"))
	if err != nil {
		t.Fatal(err)
	}
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := casefile.Load(fsys, &l)
	x, form, err := OpenIn(t.TempDir(), c).Attach("azernews-2025-01", data)
	if err != nil || form != "" || !x.Same() || x.Shown() != len(c.Claims) || x.Shown() < 25 {
		t.Errorf("%d of %d claims, form %q, same %v, %v", x.Shown(), len(c.Claims), form, x.Same(), err)
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("a/b", "a%2fb")
	f.Add("A", "a")
	f.Add("..", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := fileName(a), fileName(b)
		if a != b && strings.EqualFold(x, y) {
			t.Errorf("%q and %q share %q", a, b, x)
		}
		if strings.ContainsAny(x, "./\\:") {
			t.Errorf("%q gives %q", a, x)
		}
	})
}

func ExampleStore_Quote() {
	c := &casefile.Case{ID: "mine", Sources: []casefile.Source{{ID: "letter"}},
		Claims: []belief.Claim{{ID: "rail", Source: "letter", Quote: belief.Selector{Exact: "the line will be built"}}}}
	s := OpenIn("", c)
	words, status := s.Quote(&c.Claims[0])
	fmt.Printf("%q: %s\n", words, status.Text())
	// Output: "": the text is not attached on this machine
}

func TestText(t *testing.T) {
	dir, c := t.TempDir(), example(t)
	s := OpenIn(dir, c)
	if _, err := s.Text("article"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := s.Text("nobody"); !errors.Is(err, ErrUnknownSource) {
		t.Error(err)
	}
	if _, _, err := s.Attach("article", []byte(original)); err != nil {
		t.Fatal(err)
	}
	if text, err := s.Text("article"); err != nil || text != original {
		t.Errorf("%q %v", text, err)
	}
	other := OpenIn(dir, c)
	if _, _, err := other.Attach("article", []byte("Before. "+original)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Text("article"); !errors.Is(err, ErrChanged) {
		t.Error("the text is not the one in which the places were found:", err)
	}
}
