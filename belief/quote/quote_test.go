package quote

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/internal/testdata"
)

// The expectations restate public tests of the Hypothesis client's quote matcher
// and three of its public bug reports. Where that matcher takes the first of
// equals, this one refuses and names them in order.
func TestAnchoring(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/quote-anchoring"), "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Text  string
		Cases []struct {
			Quote, Prefix, Suffix, Note string
			Hint, Start                 *int
		}
		MustNot []struct{ Text, Quote, Prefix, Suffix, Why string } `json:"must_not_match"`
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Cases) != 13 || len(data.MustNot) != 3 {
		t.Fatalf("%d cases, %d refusals", len(data.Cases), len(data.MustNot))
	}
	text, err := NewText([]byte(data.Text))
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, c := range data.Cases {
		m, err := text.Find(belief.Selector{Exact: c.Quote, Prefix: c.Prefix, Suffix: c.Suffix, Near: c.Hint})
		var many *Ambiguous
		switch {
		case c.Start == nil:
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("%q: %+v, %v", c.Quote, m, err)
			}
		case errors.As(err, &many):
			refused++
			if c.Note == "" || many.Matches[0].Start != *c.Start {
				t.Errorf("%+v: ambiguous, first %+v", c, many.Matches[0])
			}
		case err != nil || m.Start != *c.Start:
			t.Errorf("%q after %q before %q: %+v, %v, want %d", c.Quote, c.Prefix, c.Suffix, m, err, *c.Start)
		}
	}
	if refused != 1 {
		t.Errorf("%d ambiguous quotes, want the one without a hint", refused)
	}
	for _, c := range data.MustNot {
		text, err := NewText([]byte(c.Text))
		if err != nil {
			t.Fatal(err)
		}
		if m, err := text.Find(belief.Selector{Exact: c.Quote, Prefix: c.Prefix, Suffix: c.Suffix}); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %+v, %v", c.Why, m, err)
		}
	}
}

func TestLocators(t *testing.T) {
	// "e" with a combining acute is one code point in form C.
	text, err := NewText([]byte("cafe\u0301 \u201Cau lait\u201D"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := text.Locate(0, 4)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := text.Resolve(l); err != nil || s != "caf\u00E9" {
		t.Errorf("%q, %v", s, err)
	}
	l.Start, l.End = 1, 5
	var off *Mismatch
	if s, err := text.Resolve(l); !errors.As(err, &off) || s != "" {
		t.Errorf("%q, %v", s, err)
	}
	moved, err := text.Locate(5, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, start := range []int{0, 5, 7, 1 << 40} {
		l := belief.Locator{Start: start, End: start + 2, SHA256: moved.SHA256}
		if by, ok := text.Shift(l); !ok || start+by != 5 {
			t.Errorf("words at 5 looked for at %d: %d %v", start, by, ok)
		}
	}
	if by, ok := text.Shift(belief.Locator{Start: 0, End: 99, SHA256: moved.SHA256}); ok {
		t.Errorf("a span longer than the text: %d", by)
	}
	for _, bad := range []belief.Locator{{Start: -1, End: 2}, {Start: 2, End: 2}, {Start: 0, End: 99}} {
		if s, err := text.Resolve(bad); err == nil || s != "" {
			t.Errorf("%+v: %q", bad, s)
		}
	}
	if _, err := NewText([]byte{0xff}); err == nil {
		t.Error("bytes that are no UTF-8 are taken")
	}
	m, err := text.Find(belief.Selector{Exact: "\"au\u00A0 lait\""})
	if err != nil || m.Start != 5 || m.End != 14 {
		t.Errorf("folded: %+v, %v", m, err)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("It was the best of times, it was the worst", "the best", "was", "of")
	f.Fuzz(func(t *testing.T, text, quote, prefix, suffix string) {
		x, err := NewText([]byte(text))
		if err != nil {
			return
		}
		m, err := x.Find(belief.Selector{Exact: quote, Prefix: prefix, Suffix: suffix})
		if err == nil && (m.Start < 0 || m.Start >= m.End || m.End > x.Len()) {
			t.Errorf("match %+v in %d", m, x.Len())
		}
	})
}
