package server

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
)

func TestRemoveKeepsTheText(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	text := []byte("claims: []\n")
	if _, err := s.save(data, "claims/extra.yaml", "", text, ""); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "claims", "extra.yaml")
	var c *conflict
	if _, err := s.remove(data, "claims/extra.yaml", sumOf([]byte("other")), ""); !errors.As(err, &c) || !c.Remove || c.Theirs != string(text) {
		t.Fatal("a file that was changed meanwhile was removed", err)
	}
	v, err := s.remove(data, "claims/extra.yaml", sumOf(text), "not needed")
	if err != nil || v.Files["claims/extra.yaml"] != "" || v.From != sumOf(text) || v.Files["case.yaml"] == "" {
		t.Fatal(v, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("the file is still there", err)
	}
	if b, err := newHistory(data, s).get(v.From); err != nil || string(b) != string(text) {
		t.Error("the text is lost", err)
	}
	// Another tab still has it open: it is told, and may bring it back.
	if _, err := s.save(data, "claims/extra.yaml", sumOf(text), []byte("claims: [] # mine\n"), ""); !errors.As(err, &c) || !c.Gone || c.Sum != "" || c.Merged != "claims: [] # mine\n" {
		t.Fatal(err)
	}
	if _, err := s.save(data, "claims/extra.yaml", c.Sum, text, "brought back"); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != string(text) {
		t.Error("the file is not back", err)
	}
	vs, err := newHistory(data, s).versions()
	if err != nil || len(vs) != 4 {
		t.Error(len(vs), err)
	}
}

// The last file of a folder takes the folder along, as the check beforehand has it;
// a folder with something else in it stays.
func TestRemoveTakesAnEmptyFolder(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	if _, err := s.save(data, "energy/zone.csv", "", []byte("zone_id\n"), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.remove(data, "energy/zone.csv", sumOf([]byte("zone_id\n")), ""); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "energy")); !errors.Is(err, os.ErrNotExist) {
		t.Error("an empty folder is left", err)
	}
	b, sum, err := s.read("effects.yaml")
	if err != nil || len(b) == 0 {
		t.Fatal(err)
	}
	if _, err := s.remove(data, "effects.yaml", sum, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "case.yaml")); err != nil {
		t.Error(err)
	}
}

func TestRefusedRemovals(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	for _, p := range []string{"../outside.yaml", "/etc/passwd", "claims/../../x.yaml", "notes.txt", "freight", "", ".", "claims/none.yaml"} {
		if _, err := s.remove(data, p, "", ""); !errors.Is(err, errNoFile) {
			t.Errorf("%q: %v", p, err)
		}
		if _, err := s.without(p); !errors.Is(err, errNoFile) {
			t.Errorf("without %q: %v", p, err)
		}
	}
	_, sum, err := s.read("case.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.remove(data, "case.yaml", sum, ""); !errors.Is(err, errNeeded) {
		t.Error(err)
	}
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "claims", "link.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.remove(data, "claims/link.yaml", sumOf([]byte("secret\n")), ""); err == nil {
		t.Error("a link was removed as if it were a file of the case")
	}
	if _, err := os.Stat(secret); err != nil {
		t.Error(err)
	}
	shipped, err := openLibrary(nil, data)
	if err != nil {
		t.Fatal(err)
	}
	x, err := shipped.get("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.remove(data, "effects.yaml", "", ""); !errors.Is(err, errReadOnly) {
		t.Error(err)
	}
}

// What would break is said before, and nothing is touched by asking.
func TestWithout(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	l, err := s.without("actors.yaml")
	if err != nil || !l.Failed() {
		t.Error("the case would do without its actors", err)
	}
	l, err = s.without("README.md")
	if err != nil || l.Count(diag.Error) != 0 {
		t.Error("the case would miss its README", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "actors.yaml")); err != nil {
		t.Error(err)
	}
}

// A removal that was cut off after its version was written is finished when the case
// is next opened; a file that somebody has changed since is left alone.
func TestRecoverRemoval(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	path := filepath.Join(dir, "README.md")
	b, sum, err := s.read("README.md")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.remove(data, "README.md", sum, "")
	if err != nil {
		t.Fatal(err)
	}
	cut := func(text []byte) { // as if the last step had not been reached
		t.Helper()
		for p, b := range map[string][]byte{path: text, filepath.Join(newHistory(data, s).dir, pendingFile): []byte(strconv.Itoa(v.Number))} {
			if err := os.WriteFile(p, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	cut(b)
	open(t, data, dir)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("the cut off removal was not finished", err)
	}
	open(t, data, dir) // and nothing is amiss once it is done
	cut([]byte("by another program\n"))
	open(t, data, dir)
	if got, err := os.ReadFile(path); err != nil || string(got) != "by another program\n" {
		t.Error("a change from outside was undone", err)
	}
}

func TestRemoveOverHTTP(t *testing.T) {
	api := start(t, Options{}) + base
	if status, _, body := do(t, "DELETE", api+"/cases/caucasus/file?path=effects.yaml&sha256=x", ""); status != 403 || !strings.Contains(body, "copy") {
		t.Error(status, body)
	}
	if status, _, body := do(t, "POST", api+"/cases/caucasus/copy", `{"name":"mine"}`, "Content-Type", "application/json"); status != 201 {
		t.Fatal(status, body)
	}
	if status, _, body := do(t, "DELETE", api+"/cases/mine/file?path=case.yaml&sha256=x", ""); status != 422 {
		t.Error(status, body)
	}
	if status, _, body := do(t, "DELETE", api+"/cases/mine/file?path=effects.yaml&sha256=x", ""); status != 409 || !strings.Contains(body, "was not removed") {
		t.Errorf("%d %.200s", status, body)
	}
	if status, _, body := do(t, "GET", api+"/cases/mine/without?path="+url.QueryEscape("claims/arkov.yaml"), ""); status != 200 || !strings.Contains(body, `"file":"effects.yaml"`) {
		t.Errorf("%d %.300s", status, body) // effects rest on claims of the file
	}
}
