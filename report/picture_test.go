package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A picture is one sound SVG file with its own colours, the same bytes each time.
func TestPicture(t *testing.T) {
	write(t) // skips where the base map is absent
	in := synthetic()
	draw := func(run, window string) (string, error) {
		var b bytes.Buffer
		err := Picture(&b, in, run, window, "A title & more", "About it.")
		return b.String(), err
	}
	for _, run := range []string{in.Flows[0].ID, in.Changes[0].ID} {
		a, err := draw(run, "close")
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := draw(run, "close"); a != b {
			t.Error("two pictures of one input differ")
		}
		soundSVG(t, a)
		for _, want := range []string{"A title &amp; more", "prefers-color-scheme:dark", `class="flow`} {
			if !strings.Contains(a, want) {
				t.Errorf("the picture of %s lacks %q", run, want)
			}
		}
	}
	if _, err := draw("nothing", "close"); !errors.Is(err, ErrNoPicture) {
		t.Errorf("unknown run: %v", err)
	}
	if _, err := draw(in.Flows[0].ID, "moon"); !errors.Is(err, ErrNoPicture) {
		t.Errorf("unknown window: %v", err)
	}
	if err := Picture(io.Discard, Input{}, "", "", "", ""); !errors.Is(err, ErrEmpty) {
		t.Errorf("empty input: %v", err)
	}
}

// The picture of the front page is small, sound and asks for nothing.
func TestCommittedPicture(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "docs", "img", "answer.svg"))
	if err != nil {
		t.Fatal(err)
	}
	const most = 200_000 // bytes
	if len(b) > most {
		t.Errorf("%d bytes", len(b))
	}
	soundSVG(t, string(b))
}

func soundSVG(t *testing.T, s string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			for _, a := range e.Attr {
				if (a.Name.Local == "href" || a.Name.Local == "src") && !strings.HasPrefix(a.Value, "#") {
					t.Errorf("%s fetches %s", e.Name.Local, a.Value)
				}
			}
			if e.Name.Local == "script" {
				t.Error("a picture runs script")
			}
		}
	}
	if strings.Contains(s, "NaN") {
		t.Error("a number went wrong")
	}
}
