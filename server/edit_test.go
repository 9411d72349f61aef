package server

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/astara-corridors/astara/casefile"
)

// folder makes a case folder from the starter case.
func folder(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, casefile.Starter()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, data, dir string) *source {
	t.Helper()
	l, err := openLibrary([]string{dir}, data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := l.get(filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSaveKeepsEveryVersion(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	first, sum, err := s.read("variables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	second := append([]byte("# a remark\n"), first...)
	v, err := s.save(data, "variables.yaml", sum, second, "a remark")
	if err != nil || v.Number != 2 {
		t.Fatal(v.Number, err)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "variables.yaml")); string(got) != string(second) {
		t.Error("the file of the case is not what was saved")
	}
	// The same again changes nothing.
	if v, err = s.save(data, "variables.yaml", v.Files["variables.yaml"], second, ""); err != nil || v.Number != 2 {
		t.Error(v.Number, err)
	}
	// Somebody changes another file with an editor: that is a version, too.
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("other\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if v, err = s.save(data, "claims/new.yaml", "", []byte("claims: []\n"), "a file of claims"); err != nil || v.Number != 4 {
		t.Fatal(v.Number, err)
	}
	vs, err := newHistory(data, s).versions()
	if err != nil {
		t.Fatal(err)
	}
	var about []string
	for _, v := range vs {
		about = append(about, v.About)
		for p, sum := range v.Files {
			if _, err := newHistory(data, s).get(sum); err != nil {
				t.Errorf("version %d has lost %s: %v", v.Number, p, err)
			}
		}
	}
	if got := strings.Join(about, "; "); got != "as first seen; a remark; changed outside this program; a file of claims" {
		t.Error(got)
	}
	old, err := newHistory(data, s).get(vs[0].Files["variables.yaml"])
	if err != nil || string(old) != string(first) {
		t.Error("the first version is not what it was", err)
	}
}

func TestConflictsMerge(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	b, sum, err := s.read("variables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.remember(data, b); err != nil {
		t.Fatal(err)
	}
	base := string(b)
	lines := strings.SplitAfter(base, "\n")
	mine := "# mine\n" + base
	theirs := base + "# theirs\n"
	if _, err := s.save(data, "variables.yaml", sum, []byte(theirs), ""); err != nil {
		t.Fatal(err)
	}
	var c *conflict
	if _, err := s.save(data, "variables.yaml", sum, []byte(mine), ""); !errors.As(err, &c) {
		t.Fatal(err)
	}
	if !c.Clean || c.Merged != "# mine\n"+base+"# theirs\n" {
		t.Errorf("merged, clean %v:\n%s", c.Clean, c.Merged)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "variables.yaml")); string(got) != theirs {
		t.Error("a refused save has written")
	}
	if _, err := s.save(data, "variables.yaml", c.Sum, []byte(c.Merged), "merged"); err != nil {
		t.Error(err)
	}
	// Both change the same line.
	lines[0] = "# one\n"
	other := strings.Join(lines, "")
	_, err = s.save(data, "variables.yaml", sum, []byte(other), "")
	if !errors.As(err, &c) || c.Clean || !strings.Contains(c.Merged, "<<<<<<< yours\n# one\n") {
		t.Errorf("%v\n%s", err, c.Merged)
	}
}

func TestRefusedEdits(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	for _, p := range []string{"../outside.yaml", "/etc/passwd", "claims/../../x.yaml", "notes.txt", "freight", "", ".", "claims/a.yaml/b.yaml", `claims\a.yaml`, "claims/.hidden/a.yaml"} {
		if _, err := s.save(data, p, "", []byte("x"), ""); !errors.Is(err, errNoFile) {
			t.Errorf("save %q: %v", p, err)
		}
		if _, _, err := s.read(p); !errors.Is(err, errNoFile) {
			t.Errorf("read %q: %v", p, err)
		}
	}
	if _, err := s.save(data, "claims/a.yaml", "", []byte{0xff}, ""); !errors.Is(err, errNotText) {
		t.Error(err)
	}
	// A link that leaves the folder is not followed.
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "claims", "link.yaml")); err != nil {
		t.Fatal(err)
	}
	if b, _, err := s.read("claims/link.yaml"); err == nil {
		t.Errorf("read through a link: %q", b)
	}
	if _, err := s.save(data, "claims/link.yaml", "", []byte("x\n"), ""); err == nil {
		t.Error("saved over a link that leaves the folder")
	}
	if b, _ := os.ReadFile(secret); string(b) != "secret\n" {
		t.Errorf("the file outside is now %q", b)
	}
}

// A save that was cut off after its version was written is finished when the case is
// next opened. What somebody does to the files later, undoing the save too, is left
// alone: the folder is the truth.
func TestRecover(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	b, sum, err := s.read("variables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := append([]byte("# saved\n"), b...)
	path := filepath.Join(dir, "variables.yaml")
	v, err := s.save(data, "variables.yaml", sum, text, "")
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, text []byte) {
		t.Helper()
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(what string, want []byte) {
		t.Helper()
		if got, err := os.ReadFile(path); string(got) != string(want) {
			t.Errorf("%s: %.40q %v", what, got, err)
		}
	}
	put(path, b)
	open(t, data, dir)
	holds("a save that was undone outside", b)

	pending := filepath.Join(newHistory(data, s).dir, pendingFile)
	put(pending, []byte(strconv.Itoa(v.Number))) // as if the last step had not been reached
	open(t, data, dir)
	holds("a save that was cut off", text)
	if _, err := os.Stat(pending); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it will be finished again", err)
	}

	put(pending, []byte(strconv.Itoa(v.Number)))
	other := []byte("# by another program\n")
	put(path, other)
	open(t, data, dir)
	holds("a change from outside", other)

	put(pending, []byte(strconv.Itoa(v.Number+1))) // cut off before the version was written
	put(path, b)
	open(t, data, dir)
	holds("a save that had not come to its version", b)

	path = filepath.Join(dir, "claims", "new.yaml")
	if _, err := s.save(data, "claims/new.yaml", "", []byte("claims: []\n"), ""); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	open(t, data, dir)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a new file that was removed outside is back", err)
	}
}

// Where the text that an edit is based on is not known, nothing goes together by itself:
// either text would be lost.
func TestConflictWithoutBase(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	s := open(t, data, dir)
	b, _, err := s.read("variables.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c *conflict
	if _, err := s.save(data, "variables.yaml", sumOf([]byte("unknown")), []byte("# mine\n"), ""); !errors.As(err, &c) {
		t.Fatal(err)
	}
	if c.Clean || !strings.Contains(c.Merged, "# mine\n") || !strings.Contains(c.Merged, string(b)) {
		t.Errorf("clean %v:\n%.300s", c.Clean, c.Merged)
	}
}

// Copies without a name made at once get names of their own, and what a crash has left
// of one goes.
func TestCopiesAtOnce(t *testing.T) {
	data := t.TempDir()
	left := filepath.Join(data, "cases", ".new-left")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	api := start(t, Options{Cases: []string{folder(t, "small")}, Data: data}) + base
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what a crash has left is still there", err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if status, _, body := do(t, "POST", api+"/cases/small/copy", "{}", "Content-Type", "application/json"); status != 201 {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	all.Wait()
}

const saverEnv = "ASTARA_TEST_SAVER"

// TestSaver is no test: it is the program that TestKill kills.
func TestSaver(t *testing.T) {
	where := os.Getenv(saverEnv)
	if where == "" {
		return
	}
	data, dir, _ := strings.Cut(where, "|")
	s := open(t, data, dir)
	for i := 0; ; i++ {
		_, sum, err := s.read("README.md")
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("text %d\n%s", i, strings.Repeat("a line that takes some time to write\n", 2000))
		v, err := s.save(data, "README.md", sum, []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("saved %d %s\n", v.Number, v.Files["README.md"])
	}
}

// Killed at any moment, whatever was answered as saved is there, and the case's file
// is one of the texts, whole.
func TestKill(t *testing.T) {
	data, dir := t.TempDir(), folder(t, "mine")
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestSaver$")
		cmd.Env = append(os.Environ(), saverEnv+"="+data+"|"+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var number int
		var sum string
		scan := bufio.NewScanner(out)
		for i := 0; i <= round && scan.Scan(); i++ {
			if _, err := fmt.Sscanf(scan.Text(), "saved %d %s", &number, &sum); err != nil {
				t.Fatalf("%q: %v", scan.Text(), err)
			}
		}
		time.Sleep(time.Duration(round) * 700 * time.Microsecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for scan.Scan() { // what it had still said
			fmt.Sscanf(scan.Text(), "saved %d %s", &number, &sum)
		}
		cmd.Wait()

		s := open(t, data, dir)
		vs, err := newHistory(data, s).versions()
		if err != nil {
			t.Fatal(err)
		}
		if len(vs) < number || vs[number-1].Files["README.md"] != sum {
			t.Fatalf("round %d: version %d is lost", round, number)
		}
		last := vs[len(vs)-1]
		got, now, err := s.read("README.md")
		if err != nil || now != last.Files["README.md"] {
			t.Fatalf("round %d: the file is not that of the last version (%d bytes, %v)", round, len(got), err)
		}
		left, err := filepath.Glob(filepath.Join(dir, ".*.tmp"))
		if err != nil || len(left) > round+1 {
			t.Errorf("unfinished files: %v %v", left, err)
		}
	}
}

func TestEditOverHTTP(t *testing.T) {
	u := start(t, Options{})
	api := u + base
	status, _, body := do(t, "PUT", api+"/cases/caucasus/file?path=README.md", `{"text":"x"}`, "Content-Type", "application/json")
	if status != 403 || !strings.Contains(body, "copy") {
		t.Errorf("%d %s", status, body)
	}
	status, _, body = do(t, "POST", api+"/cases/caucasus/copy", `{}`, "Content-Type", "application/json")
	var row CaseRow
	if err := json.Unmarshal([]byte(body), &row); err != nil || status != 201 || row.Name != "my-caucasus" || row.Errors != 0 || row.Kind != Copy {
		t.Fatal(status, body, err)
	}
	if status, _, body = do(t, "POST", api+"/cases/caucasus/copy", `{"name":"my-caucasus"}`, "Content-Type", "application/json"); status != 409 {
		t.Error(status, body)
	}
	file := api + "/cases/my-caucasus/file?path=" + url.QueryEscape("claims/arkov.yaml")
	_, _, body = do(t, "GET", file, "")
	var text FileText
	if err := json.Unmarshal([]byte(body), &text); err != nil || text.Text == "" {
		t.Fatal(body, err)
	}
	send := func(method, at, txt, sum string) (int, string) {
		b, _ := json.Marshal(map[string]string{"text": txt, "sha256": sum})
		status, _, body := do(t, method, at, string(b), "Content-Type", "application/json")
		return status, body
	}
	status, body = send("POST", strings.Replace(file, "/file?", "/try?", 1), strings.Replace(text.Text, "claims:", "clams:", 1), "")
	if status != 200 || !strings.Contains(body, `"file":"claims/arkov.yaml"`) {
		t.Errorf("checking what is not saved: %d %s", status, body)
	}
	status, body = send("PUT", file, text.Text+"# mine\n", text.Sum)
	var saved Saved
	if err := json.Unmarshal([]byte(body), &saved); err != nil || status != 200 || saved.Version != 2 {
		t.Fatal(status, body, err)
	}
	status, body = send("PUT", file, "# first\n"+text.Text, text.Sum)
	var c Conflict
	if err := json.Unmarshal([]byte(body), &c); err != nil || status != http.StatusConflict || !c.Clean || !strings.HasSuffix(c.Merged, "# mine\n") || !strings.HasPrefix(c.Merged, "# first\n") {
		t.Fatal(status, body, err)
	}
	if status, body = send("PUT", file, c.Merged, c.Sum); status != 200 {
		t.Error(status, body)
	}
	_, _, body = do(t, "GET", api+"/cases/my-caucasus/versions", "")
	var vs []Version
	if err := json.Unmarshal([]byte(body), &vs); err != nil || len(vs) != 3 || vs[0].Number != 3 {
		t.Fatal(body, err)
	}
	_, _, body = do(t, "GET", strings.Replace(file, "/file?", "/versions/1/file?", 1), "")
	var first FileText
	if err := json.Unmarshal([]byte(body), &first); err != nil || first.Text != text.Text {
		t.Error("the first version is not what it was", err)
	}
	for _, p := range []string{"../../secret", "/etc/passwd", "claims/..%2f..%2fx.yaml"} {
		if status, _, body := do(t, "GET", api+"/cases/my-caucasus/file?path="+url.QueryEscape(p), ""); status != 404 {
			t.Errorf("%s: %d %s", p, status, body)
		}
	}
	if _, err := fs.Stat(os.DirFS("."), "../../secret"); err == nil {
		t.Error("a path outside is valid")
	}
}

// What lies beside a case in its folder is not looked through: somebody may serve a
// folder with all their work in it.
func TestOtherFolders(t *testing.T) {
	dir := folder(t, "mine")
	deep := filepath.Join(dir, "work", "deep")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	before := stampOf(inside(dir))
	put := func(path string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte("claims: []\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return stampOf(inside(dir))
	}
	if put(filepath.Join(deep, "claims.yaml")) != before {
		t.Error("a file that is no part of the case makes it another")
	}
	if put(filepath.Join(dir, "claims", "more.yaml")) == before {
		t.Error("a new part of the case is not seen")
	}
	before = stampOf(inside(dir))
	if err := os.Mkdir(filepath.Join(dir, "agrements"), 0o755); err != nil {
		t.Fatal(err)
	}
	if stampOf(inside(dir)) == before {
		t.Error("a folder with a name that may be meant for another is not seen")
	}
}
