package casefile

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/internal/testdata"
)

// TestCaucasusLocators looks up every claim of the shipped case in the text it
// was taken from. The text is not part of the project.
func TestCaucasusLocators(t *testing.T) {
	dir := testdata.Dir(t, "sources")
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	c := Load(fsys, &l)
	texts := map[string][]rune{}
	for _, s := range c.Sources {
		if s.SHA256 == "" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, s.ID+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		text := norm.NFC.Bytes(data)
		if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != s.SHA256 {
			t.Errorf("the text of %s has the hash %x", s.ID, sum)
		}
		texts[s.ID] = []rune(string(text))
	}
	found := 0
	for _, q := range c.Claims {
		if q.Quote.Known() {
			t.Errorf("%s carries words of its source", q.ID)
		}
		text := texts[q.Source]
		if text == nil {
			continue
		}
		if q.Locator.End > len(text) {
			t.Errorf("%s: the span ends behind the text", q.ID)
			continue
		}
		if sum := sha256.Sum256([]byte(string(text[q.Locator.Start:q.Locator.End]))); hex.EncodeToString(sum[:]) != q.Locator.SHA256 {
			t.Errorf("%s: the span has another hash", q.ID)
		}
		found++
	}
	if found < 25 {
		t.Errorf("%d claims were looked up", found)
	}
}
