package server

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// program builds the real one.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "astara")
	cmd := exec.Command("go", "build", "-o", path, "../cmd/astara")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return path
}

// Nothing is lost when the real program is killed.
func TestKilled(t *testing.T) {
	path := program(t)
	t.Run("saving", func(t *testing.T) { killedWhileSaving(t, path) })
	t.Run("solving", func(t *testing.T) { killedWhileSolving(t, path) })
}

// served is the program while it serves.
type served struct {
	address string
	cmd     *exec.Cmd
}

var printed = regexp.MustCompile(`http://[0-9.:]+`)

// serve starts the program over a case, with folders of its own.
func serve(t *testing.T, path, dir, home string) *served {
	t.Helper()
	cmd := exec.Command(path, "serve", dir, "--addr", "127.0.0.1:0", "--data", filepath.Join(home, "data"))
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+filepath.Join(home, "share"), "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the program does not say where it is:", err)
	}
	return &served{printed.FindString(line), cmd}
}

// kill ends it as a power cut would.
func (s *served) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.cmd.Wait()
}

// The program is killed amid saves, and started again: every version that was
// acknowledged is there, and the files of the case are whole and those of the last one.
func killedWhileSaving(t *testing.T, path string) {
	dir, home := folder(t, "mine"), t.TempDir()
	known := map[int]string{} // what each acknowledged version holds
	for round := range 5 {
		s := serve(t, path, dir, home)
		api := s.address + base + "/cases/mine"
		file := api + "/file?path=" + url.QueryEscape("variables.yaml")
		var text FileText
		ask(t, "GET", file, nil, &text)
		plain := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(text.Text, "")
		acknowledged := make(chan struct{}, 1)
		saves := make(chan map[int]string)
		go func() {
			done, sum := map[int]string{}, text.Sum
			for i := 0; ; i++ {
				next := fmt.Sprintf("# %d of round %d\n%s%s", i, round, strings.Repeat("# a line that takes some time to write\n", 3000), plain)
				var v Saved
				if try("PUT", file, map[string]string{"text": next, "sha256": sum}, &v) != nil {
					saves <- done
					return
				}
				done[v.Version], sum = next, v.Sum
				select {
				case acknowledged <- struct{}{}:
				default:
				}
			}
		}()
		<-acknowledged
		time.Sleep(time.Duration(round) * 17 * time.Millisecond)
		s.kill(t)
		for n, text := range <-saves {
			known[n] = text
		}

		s = serve(t, path, dir, home)
		api = s.address + base + "/cases/mine"
		for n, want := range known {
			var got FileText
			ask(t, "GET", fmt.Sprintf("%s/versions/%d/file?path=variables.yaml", api, n), nil, &got)
			if got.Text != want {
				t.Errorf("round %d: version %d is not what was acknowledged (%d bytes, want %d)", round, n, len(got.Text), len(want))
			}
		}
		var versions []Version
		ask(t, "GET", api+"/versions", nil, &versions)
		var files []FileInfo
		ask(t, "GET", api+"/files", nil, &files)
		for _, f := range files {
			if len(versions) == 0 || versions[0].Files[f.Path] != f.Sum {
				t.Errorf("round %d: %s is not that of the last version", round, f.Path)
			}
		}
		var problems []Diagnostic
		if ask(t, "GET", api+"/check", nil, &problems); len(problems) > 0 {
			t.Errorf("round %d: the case is not whole: %+v", round, problems)
		}
		s.kill(t)
	}
	if len(known) < 5 {
		t.Errorf("only %d saves were acknowledged", len(known))
	}
}

// The program is killed amid a solve and started again: the job says that it was cut
// off, asking again finishes it, and table and answer are the same bytes as those of a
// solve that nobody disturbed.
func killedWhileSolving(t *testing.T, path string) {
	dir := folder(t, "mine")
	whole := serve(t, path, dir, t.TempDir())
	solveBy(t, whole)
	want := solved(t, whole)
	whole.kill(t)
	home, cut := t.TempDir(), 0
	for round := range 6 {
		s := serve(t, path, dir, home)
		var j Job
		ask(t, "POST", s.address+base+"/cases/mine/answer", map[string]any{}, &j)
		for j.State == Waiting {
			ask(t, "GET", s.address+base+"/jobs/"+j.ID, nil, &j)
		}
		time.Sleep(time.Duration(round*round) * 10 * time.Millisecond)
		ask(t, "GET", s.address+base+"/jobs/"+j.ID, nil, &j)
		s.kill(t)
		s = serve(t, path, dir, home)
		var all []Job
		ask(t, "GET", s.address+base+"/jobs", nil, &all)
		if !j.State.Final() && len(all) > 0 {
			cut++
			if all[0].ID != j.ID || all[0].State != CutOff || all[0].Again != "cases/mine/answer" {
				t.Errorf("round %d: after the kill the jobs are %+v", round, all)
			}
		}
		s.kill(t)
	}
	if cut == 0 {
		t.Error("every solve was done before it was killed")
	}
	s := serve(t, path, dir, home)
	solveBy(t, s)
	var all []Job
	if ask(t, "GET", s.address+base+"/jobs", nil, &all); len(all) != 1 {
		t.Errorf("jobs that have gone on are still listed as cut off: %+v", all)
	}
	for at, body := range solved(t, s) {
		if body != want[at] {
			t.Errorf("%s: %d bytes, other ones than the %d of the solve that was not disturbed", at, len(body), len(want[at]))
		}
	}
}

func solveBy(t *testing.T, s *served) {
	t.Helper()
	var j Job
	ask(t, "POST", s.address+base+"/cases/mine/answer", nil, &j)
	if j = finished(t, s.address, j.ID); j.State != Done {
		t.Fatalf("%+v", j)
	}
}

// solved is what a solve leaves: the answer and the columns of the table.
func solved(t *testing.T, s *served) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, at := range []string{"/answer", "/table", "/table/columns", "/table/weights?view=reference"} {
		status, _, body := do(t, "GET", s.address+base+"/cases/mine"+at, "")
		if status != 200 || body == "" {
			t.Fatalf("%s: %d %.200s", at, status, body)
		}
		out[at] = body
	}
	return out
}

// ask sends a request with a JSON body and reads the answer, which must be a success.
func ask(t *testing.T, method, at string, body, into any) {
	t.Helper()
	if err := try(method, at, body, into); err != nil {
		t.Fatal(err)
	}
}
