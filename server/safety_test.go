package server

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/astara-corridors/astara/internal/atomicfile"
	"github.com/astara-corridors/astara/internal/par"
)

// raw sends bytes as they are and returns the first line of what comes back.
func raw(t *testing.T, address, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(c, text) // the server may have had enough before all is sent
	line, _ := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line)
}

// Requests that are none are refused or cut off, and the server goes on.
func TestMalformedRequests(t *testing.T) {
	address := start(t, Options{Cases: []string{folder(t, "small")}})
	host := "Host: " + strings.TrimPrefix(address, "http://") + "\r\n"
	for name, text := range map[string]string{
		"no HTTP":                "hello\r\n\r\n",
		"HTTP/0.9":               "GET /\r\n\r\n",
		"HTTP/9":                 "GET / HTTP/9.9\r\n" + host + "\r\n",
		"HTTP/2 preface":         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"TLS":                    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"no host":                "GET /api/v1/cases HTTP/1.1\r\n\r\n",
		"two hosts":              "GET /api/v1/cases HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n",
		"host in the address":    "GET http://evil.example/api/v1/cases HTTP/1.1\r\n" + host + "\r\n",
		"two lengths":            "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
		"length and chunks":      "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Length: 2\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
		"length below 0":         "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Length: -5\r\n\r\n",
		"endless length":         "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n",
		"long length":            "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Length: 9999999999\r\n\r\n",
		"bad chunk":              "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
		"chunks beyond limit":    "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" + strings.Repeat("x", 0x200000) + "\r\n0\r\n\r\n",
		"large header":           "GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n",
		"many headers":           "GET / HTTP/1.1\r\n" + host + strings.Repeat("X: y\r\n", maxHeader/3) + "\r\n",
		"long address":           "GET /" + strings.Repeat("x", 2*maxHeader) + " HTTP/1.1\r\n" + host + "\r\n",
		"space in the header":    "GET / HTTP/1.1\r\n" + host + "X Y: z\r\n\r\n",
		"zero in the address":    "GET /api/v1/cases/\x00 HTTP/1.1\r\n" + host + "\r\n",
		"climbing":               "GET /../../../etc/passwd HTTP/1.1\r\n" + host + "\r\n",
		"climbing by percent":    "GET /api/v1/cases/%2e%2e/file?path=%2e%2e%2fsecret HTTP/1.1\r\n" + host + "\r\n",
		"broken percent":         "GET /api/v1/cases/%zz HTTP/1.1\r\n" + host + "\r\n",
		"expectation":            "POST /api/v1/cases/small/notes HTTP/1.1\r\n" + host + "Expect: the impossible\r\nContent-Length: 2\r\n\r\n{}",
		"asking to speak HTTP/2": "GET /api/v1/nothing HTTP/1.1\r\n" + host + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
		"web socket":             "GET /api/v1/nothing HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
		"a way through":          "CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n",
		"trace":                  "TRACE / HTTP/1.1\r\n" + host + "\r\n",
	} {
		line := raw(t, address, text)
		var status int
		fmt.Sscanf(line, "HTTP/1.%d %d", new(int), &status)
		if line != "" && (status < 300 || status >= 500 && status != 501 && status != 505) {
			t.Errorf("%s: %q", name, line)
		}
	}
	if status, _, body := do(t, "GET", address+base+"/cases", ""); status != 200 {
		t.Errorf("afterwards: %d %s", status, body)
	}
}

// A client that takes its time over the headers is not waited for.
func TestSlowHeaders(t *testing.T) {
	address := start(t, Options{Cases: []string{folder(t, "small")}})
	c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\n", strings.TrimPrefix(address, "http://"))
	began := time.Now()
	for time.Since(began) < 4*usual.header {
		if _, err := io.WriteString(c, "X: y\r\n"); err != nil {
			break
		}
		time.Sleep(usual.header / 10)
	}
	if took := time.Since(began); took < usual.header/2 || took > 2*usual.header {
		t.Errorf("cut off after %v, the limit is %v", took, usual.header)
	}
}

// Pages of other sites can neither write nor read, and can make nothing be worked out.
func TestOtherSites(t *testing.T) {
	address := start(t, Options{Cases: []string{folder(t, "small")}})
	for _, x := range []struct {
		name, method, path string
		header             []string
		want               int
	}{
		{"a form of another site", "POST", "/cases/small/answer", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Content-Type", "application/x-www-form-urlencoded"}, 403},
		{"another port of this machine", "POST", "/cases/small/answer", []string{"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site"}, 403},
		{"an old browser, by its origin", "POST", "/cases/small/answer", []string{"Origin", "http://127.0.0.1:1"}, 403},
		{"a page without an origin", "POST", "/cases/small/answer", []string{"Origin", "null", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a picture of another site", "GET", "/cases/small/flows", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"a picture of another port", "GET", "/cases/small/flows", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"asking first", "OPTIONS", "/cases/small/answer", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST", "Sec-Fetch-Site", "cross-site"}, 403},
		{"its own page", "GET", "/cases/small/check", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"typed", "GET", "/cases/small/check", []string{"Sec-Fetch-Site", "none"}, 200},
	} {
		status, head, body := do(t, x.method, address+base+x.path, "", x.header...)
		if status != x.want {
			t.Errorf("%s: %d, want %d: %.200s", x.name, status, x.want, body)
		}
		for k := range head {
			if strings.HasPrefix(k, "Access-Control-") {
				t.Errorf("%s: the answer lets others in: %s", x.name, k)
			}
		}
	}
	script := policy[strings.Index(policy, "script-src"):]
	if script = script[:strings.Index(script, ";")]; script != "script-src 'self'" || !strings.HasPrefix(policy, "default-src 'none';") {
		t.Errorf("pages may run %s", script)
	}
}

// What a folder links to outside itself is read by nobody, and a pipe in it is not
// waited for.
func TestLinksLeadNowhere(t *testing.T) {
	dir, outside := folder(t, "small"), t.TempDir()
	secret := filepath.Join(outside, "secret.yaml")
	if err := os.WriteFile(secret, []byte("claims:\n- id: hidden-words\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for to, from := range map[string]string{secret: "claims/link.yaml", "../../../../../../../../etc/passwd": "claims/passwd.yaml", outside: "agreements/more"} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	api := start(t, Options{Cases: []string{dir}}) + base + "/cases/small"
	for _, at := range []string{"/check", "", "/files", "/file?path=claims/link.yaml", "/file?path=claims/passwd.yaml", "/file?path=agreements/more/secret.yaml", "/find?q=hidden"} {
		status, _, body := do(t, "GET", api+at, "")
		if status >= 500 || strings.Contains(body, "hidden-words") || strings.Contains(body, "root:") || strings.Contains(body, outside) {
			t.Errorf("%s: %d %.400s", at, status, body)
		}
	}
	for _, at := range []string{"claims/link.yaml", "agreements/more/new.yaml"} {
		var v Saved
		if err := try("PUT", api+"/file?path="+at, map[string]string{"text": "claims: []\n"}, &v); err == nil {
			t.Errorf("%s was written", at)
		}
	}
	if b, err := os.ReadFile(secret); err != nil || !strings.Contains(string(b), "hidden-words") {
		t.Error("the file outside was changed", err)
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
		t.Error("something was written outside", left, err)
	}
}

// Those who follow jobs are counted, and let go when they leave.
func TestListenersAreBounded(t *testing.T) {
	s, address, _ := running(t, Options{Cases: []string{folder(t, "small")}})
	j, err := s.jobs.add(Job{Kind: "k"}, "k", func(ctx context.Context, p progress) error { <-ctx.Done(); return ctx.Err() })
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Transport: &http.Transport{}}
	at := address + base + "/jobs/" + j.ID + "/events"
	var open []*http.Response
	for i := range maxListeners {
		r, err := c.Get(at)
		if err != nil || r.StatusCode != 200 {
			t.Fatal(i, r, err)
		}
		open = append(open, r)
	}
	if status, _, body := do(t, "GET", at, ""); status != http.StatusTooManyRequests {
		t.Errorf("one more: %d %s", status, body)
	}
	for _, r := range open {
		r.Body.Close()
	}
	c.CloseIdleConnections()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		s.jobs.mu.Lock()
		n := len(s.jobs.watch)
		s.jobs.mu.Unlock()
		if n == 0 {
			break
		}
		if time.Since(began) > 10*time.Second {
			t.Fatalf("%d listeners stay after they have left", n)
		}
	}
}

// Only so many large bodies are taken in at a time.
func TestLargeBodiesAreBounded(t *testing.T) {
	s, address, _ := running(t, Options{Cases: []string{folder(t, "small")}})
	at := address + base + "/cases/small/try?path=README.md"
	for range maxLarge { // somebody is sending
		s.large <- struct{}{}
	}
	body := `{"text":"` + strings.Repeat("a", 2*maxBody) + `"}`
	if status, _, got := do(t, "POST", at, body, "Content-Type", "application/json"); status != http.StatusTooManyRequests {
		t.Errorf("%d %.200s", status, got)
	}
	if status, _, got := do(t, "POST", at, `{"text":"a"}`, "Content-Type", "application/json"); status != 200 {
		t.Errorf("a small one: %d %.200s", status, got)
	}
	for range maxLarge {
		<-s.large
	}
	if status, _, got := do(t, "POST", at, body, "Content-Type", "application/json"); status != 200 {
		t.Errorf("later: %d %.200s", status, got)
	}
}

// A panic of a handler is a refusal that tells nothing, and the server goes on.
func TestFaultTellsNothing(t *testing.T) {
	s, err := New(Options{Cases: []string{folder(t, "small")}, Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	h := s.guard(map[string]bool{"localhost": true}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { panic("secret " + os.TempDir()) }))
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://localhost/", nil)
	h.ServeHTTP(w, r)
	if body := w.Body.String(); w.Code != 500 || strings.Contains(body, "secret") || !strings.Contains(body, "the log") || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %s", w.Code, body)
	}
}

// A server that ends while a job runs ends soon, and the next one knows of the job.
func TestEndAmidAJob(t *testing.T) {
	dir, data := folder(t, "small"), t.TempDir()
	s, address, end := running(t, Options{Cases: []string{dir}, Data: data})
	j, err := s.jobs.add(Job{Kind: "answer", Case: "small", Again: "cases/small/answer"}, "k", func(ctx context.Context, p progress) error { p("worlds", 1, 2, 0); <-ctx.Done(); return ctx.Err() })
	if err != nil {
		t.Fatal(err)
	}
	events, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(address + base + "/jobs/" + j.ID + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	began := time.Now()
	if err := end(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > shutdownGrace {
		t.Errorf("it took %v", took)
	}
	_, address, _ = running(t, Options{Cases: []string{dir}, Data: data})
	_, _, body := do(t, "GET", address+base+"/jobs", "")
	var all []Job
	if err := json.Unmarshal([]byte(body), &all); err != nil || len(all) != 1 || all[0].ID != j.ID || all[0].State != CutOff || all[0].Again == "" {
		t.Errorf("%s %v", body, err)
	}
}

// A job that takes more memory than the limit is stopped.
func TestMemoryIsWatched(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := watchMemory(cancel, 1)
	defer stop()
	select {
	case <-ctx.Done():
		if context.Cause(ctx) != errMemory {
			t.Error(context.Cause(ctx))
		}
	case <-time.After(10 * time.Second):
		t.Error("not stopped")
	}
}

// With TLS nothing is said in the clear, and nothing by old versions of it.
func TestTLSAlone(t *testing.T) {
	cert, key := certificate(t)
	address := start(t, Options{Token: strings.Repeat("s", minToken), CertFile: cert, KeyFile: key})
	host := strings.TrimPrefix(address, "https://")
	if line := raw(t, host, "GET /api/v1/cases HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); line != "" && !strings.Contains(line, "400") {
		t.Errorf("in the clear: %q", line)
	}
	c, err := tls.Dial("tcp", host, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	if err == nil {
		c.Close()
		t.Error("TLS 1.1 is taken")
	}
}

// A certificate for all hosts of a domain stands for hosts of it, and no others.
func TestWildcardCertificate(t *testing.T) {
	s := &Server{log: slog.New(slog.DiscardHandler)}
	h := s.guard(map[string]bool{"*.maps.example:443": true}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {}))
	for host, want := range map[string]int{
		"a.maps.example:443": 200, "A.Maps.Example:443": 200, "maps.example:443": 421, "a.b.maps.example:443": 421, "a.maps.example": 421, "a.maps.example:8443": 421, "example:443": 421, "": 421,
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "http://x/", nil)
		r.Host = host
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
}

// What the folders of this machine are called is nobody else's matter, also where a job
// fails; and the stack of a fault goes into the log.
func TestFailedJobTellsNoPaths(t *testing.T) {
	var log strings.Builder
	q := newJobs(slog.New(slog.NewTextHandler(&log, nil)), "")
	secret := filepath.Join(t.TempDir(), "secret")
	for name, x := range map[string]struct {
		work work
		want string
	}{
		"a file":  {func(context.Context, progress) error { return atomicfile.Write(filepath.Join(secret, "x"), 0o600, nil) }, "no such file"},
		"a link":  {func(context.Context, progress) error { return os.Rename(secret, secret+"2") }, "no such file"},
		"a panic": {func(context.Context, progress) error { panic(secret) }, "fault in the program"},
		"a panic of a worker": {func(ctx context.Context, _ progress) error {
			return par.Do(ctx, 1, 1, func(_, _ int) error { panic(secret) })
		}, "fault in the program"},
		"a problem": {func(context.Context, progress) error { return errors.New("no way from A to B") }, "no way from A to B"},
	} {
		j, err := q.add(Job{Kind: "k"}, name, x.work)
		if err != nil {
			t.Fatal(err)
		}
		log.Reset()
		q.do(t.Context(), q.next())
		if j, _ = q.get(j.ID); j.State != Failed || strings.Contains(j.Problem, "secret") || strings.Contains(j.Problem, ".go:") || !strings.Contains(j.Problem, x.want) {
			t.Errorf("%s: %s: %q", name, j.State, j.Problem)
		}
		if strings.HasPrefix(name, "a panic") && !strings.Contains(log.String(), "safety_test.go") {
			t.Errorf("%s: the log does not say where: %s", name, log.String())
		}
	}
}

// A case whose folder is gone, or cannot be read, has an error, and the others go on.
func TestFolderGone(t *testing.T) {
	gone, there := folder(t, "gone"), folder(t, "there")
	api := start(t, Options{Cases: []string{gone, there}}) + base
	if err := os.RemoveAll(gone); err != nil {
		t.Fatal(err)
	}
	status, _, body := do(t, "GET", api+"/cases", "")
	var rows []CaseRow
	if err := json.Unmarshal([]byte(body), &rows); err != nil || status != 200 || len(rows) != 2 || rows[0].Title != "gone" || rows[0].Errors == 0 || rows[1].Errors != 0 {
		t.Errorf("%d %s", status, body)
	}
	for _, x := range [][2]string{{"GET", ""}, {"GET", "/check"}, {"GET", "/files"}, {"GET", "/file?path=case.yaml"}, {"GET", "/network"}, {"GET", "/answer"}, {"GET", "/find?q=a"}, {"GET", "/versions"},
		{"POST", "/copy"}, {"POST", "/try?path=case.yaml"}, {"PUT", "/file?path=case.yaml"}, {"POST", "/answer"}} {
		status, _, body := do(t, x[0], api+"/cases/gone"+x[1], `{"text":"a"}`, "Content-Type", "application/json")
		if status >= 500 || strings.Contains(body, filepath.Dir(gone)) {
			t.Errorf("%s: %d %s", x, status, body)
		}
	}
	if status, _, body := do(t, "GET", api+"/cases/gone/check", ""); status != 200 || !strings.Contains(body, `"error"`) {
		t.Errorf("%d %s", status, body)
	}
}

// A file that is larger than any of a case may be is not read into memory.
func TestHugeFiles(t *testing.T) {
	dir := folder(t, "small")
	for _, name := range []string{"README.md", "claims/huge.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, name), 8<<40); err != nil { // no disk is that large: it has holes
			t.Fatal(err)
		}
	}
	api := start(t, Options{Cases: []string{dir}}) + base + "/cases/small"
	for _, x := range [][2]string{{"GET", ""}, {"GET", "/check"}, {"GET", "/files"}, {"GET", "/file?path=README.md"}, {"GET", "/file?path=claims/huge.yaml"}, {"POST", "/copy"}, {"POST", "/try?path=case.yaml"}, {"PUT", "/file?path=case.yaml"}} {
		if status, _, body := do(t, x[0], api+x[1], `{"text":"a"}`, "Content-Type", "application/json"); status >= 500 {
			t.Errorf("%s: %d %s", x, status, body)
		}
	}
}

// A damaged version keeps nobody from being served, nor from saving: the versions around
// it are there.
func TestDamagedHistory(t *testing.T) {
	dir, other, data := folder(t, "mine"), folder(t, "other"), t.TempDir()
	s := open(t, data, dir)
	_, sum, err := s.read("README.md")
	if err != nil {
		sum = ""
	}
	if _, err := s.save(data, "README.md", sum, []byte("a\n"), ""); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(newHistory(data, s).dir, "000002.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(newHistory(data, s).dir, pendingFile), []byte("2"), 0o600); err != nil {
		t.Fatal(err)
	}
	api := start(t, Options{Cases: []string{dir, other}, Data: data}) + base
	for _, name := range []string{"mine", "other"} {
		if status, _, body := do(t, "GET", api+"/cases/"+name+"/check", ""); status != 200 {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	var saved Saved
	ask(t, "PUT", api+"/cases/mine/file?path=README.md", map[string]string{"text": "b\n", "sha256": sumOf([]byte("a\n"))}, &saved)
	var all []Version
	ask(t, "GET", api+"/cases/mine/versions", nil, &all)
	if len(all) != 4 || saved.Version != 4 || len(all[2].Files) != 0 || all[3].Files["case.yaml"] == "" || all[1].Files["README.md"] != sumOf([]byte("a\n")) {
		t.Errorf("saved as %d; %d versions: %+v", saved.Version, len(all), all)
	}
	if status, _, body := do(t, "GET", api+"/cases/mine/versions/2/file?path=README.md", ""); status != 404 {
		t.Errorf("%d %s", status, body)
	}
}

// Two servers on one data folder would write over each other's versions.
func TestOneServerAFolder(t *testing.T) {
	data := t.TempDir()
	quiet := slog.New(slog.DiscardHandler)
	one, err := New(Options{Data: data, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if two, err := New(Options{Data: data, Log: quiet}); !errors.Is(err, ErrInUse) {
		t.Errorf("a second one is let in: %v", err)
		if err == nil {
			two.Close()
		}
	}
	one.Close()
	two, err := New(Options{Data: data, Log: quiet})
	if err != nil {
		t.Fatal("once the first has ended:", err)
	}
	two.Close()
}

// What somebody asks for under many addresses that mean one thing is kept once.
func TestShelfTakesOneOfEach(t *testing.T) {
	s, address, _ := running(t, Options{Cases: []string{folder(t, "small")}})
	for i := range 20 {
		if status, _, body := do(t, "GET", fmt.Sprintf("%s%s/cases/small/network?x=%d%s", address, base, i, strings.Repeat("y", 4000)), ""); status != 200 {
			t.Fatal(status, body)
		}
	}
	if n := s.shelf.order.Len(); n != 1 {
		t.Errorf("%d bodies are kept of one", n)
	}
}

// An error that nobody has thought of is a fault that tells nothing, too.
func TestUnforeseenErrors(t *testing.T) {
	var log strings.Builder
	s := &Server{log: slog.New(slog.NewTextHandler(&log, nil))}
	config := huma.DefaultConfig("test", "1")
	config.CreateHooks, config.Transformers = nil, append(config.Transformers, s.unforeseen)
	mux := http.NewServeMux()
	api := humago.New(mux, config)
	huma.Get(api, "/fault", func(context.Context, *struct{}) (*struct{}, error) {
		return nil, errors.New("open /secret: no such file")
	})
	huma.Get(api, "/left", func(context.Context, *struct{}) (*struct{}, error) {
		return nil, s.fault("counting", fmt.Errorf("row 7: %w", context.Canceled))
	})
	huma.Get(api, "/refused", func(context.Context, *struct{}) (*struct{}, error) {
		return nil, huma.Error404NotFound("no such thing")
	})
	for at, want := range map[string]string{"/fault": "the log of astara serve", "/left": "has left", "/refused": "no such thing"} {
		w := httptest.NewRecorder()
		if mux.ServeHTTP(w, httptest.NewRequest("GET", at, nil)); strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", at, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "/secret") {
		t.Errorf("the log does not say what happened: %s", log.String())
	}
	if strings.Contains(log.String(), "counting") {
		t.Errorf("a reader who left stands as a fault: %s", log.String())
	}
}
