package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a server on a free port of loopback until the test ends.
func start(t testing.TB, opt Options) (address string) {
	t.Helper()
	_, address, _ = running(t, opt)
	return address
}

// running is a server of which the test has the inside, too, and may change it before
// it listens; end ends it before the test does.
func running(t testing.TB, opt Options, change ...func(*Server)) (s *Server, address string, end func() error) {
	t.Helper()
	if opt.Data == "" {
		opt.Data = t.TempDir()
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(s)
	}
	l, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	end = sync.OnceValue(func() error { stop(); return <-done })
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Errorf("serve: %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	return s, strings.TrimSuffix(s.URL(l), "/"), end
}

// do sends a request and returns the status and the body.
func do(t testing.TB, method, url, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer c.CloseIdleConnections()
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

func TestOnlyItsOwnHostAndPages(t *testing.T) {
	url := start(t, Options{App: fstest.MapFS{"index.html": {Data: []byte("<p>hello</p>")}}})
	host := strings.TrimPrefix(url, "http://")
	_, port, _ := net.SplitHostPort(host)
	for _, x := range []struct {
		name, method, path string
		header             []string
		want               int
	}{
		{"as printed", "GET", "/", nil, 200},
		{"localhost", "GET", "/", []string{"Host", "localhost:" + port}, 200},
		{"rebound name", "GET", "/", []string{"Host", "evil.example:" + port}, 421},
		{"no port", "GET", "/", []string{"Host", "127.0.0.1"}, 421},
		{"write of another page", "DELETE", base + "/jobs/0", []string{"Origin", "http://evil.example"}, 403},
		{"write of another site, by its mark", "DELETE", base + "/jobs/0", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"write of its own page", "DELETE", base + "/jobs/0", []string{"Origin", url, "Sec-Fetch-Site", "same-origin"}, 404},
		{"write of a program", "DELETE", base + "/jobs/0", nil, 404},
		{"unknown address", "GET", "/api/v1/nothing", nil, 404},
		{"climbing", "GET", "/../../etc/passwd", nil, 307}, // to the cleaned path
		{"climbing, hidden", "GET", "/..%2f..%2fetc/passwd", nil, 404},
	} {
		status, head, body := do(t, x.method, url+x.path, "", x.header...)
		if status != x.want {
			t.Errorf("%s: %d, want %d: %s", x.name, status, x.want, body)
		}
		if status != 403 && head.Get("Content-Security-Policy") != policy {
			t.Errorf("%s: no policy", x.name)
		}
	}
}

func TestBodyLimit(t *testing.T) {
	url := start(t, Options{})
	status, _, body := do(t, "POST", url+base+"/cases/caucasus/answer", strings.Repeat("x", maxBody+1))
	if status != http.StatusRequestEntityTooLarge || !strings.Contains(body, "larger than") {
		t.Errorf("%d: %s", status, body)
	}
}

func TestBeyondLoopback(t *testing.T) {
	s, err := New(Options{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Listen("0.0.0.0:0"); !errors.Is(err, ErrUnsafe) {
		t.Errorf("listening everywhere without a token: %v", err)
	}
	cert, key := certificate(t)
	if s, err = New(Options{Data: t.TempDir(), Token: strings.Repeat("t", minToken), CertFile: cert, KeyFile: key}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := s.Listen("0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	u, err := url.Parse(s.URL(l)) // of all addresses none is one to open
	if err != nil || u.Hostname() != "localhost" || !s.identity(l)[u.Host] {
		t.Errorf("the address to open is %s, which it does not answer to", s.URL(l))
	}
	if _, err := New(Options{Data: t.TempDir(), CertFile: key, KeyFile: key}); err == nil {
		t.Error("a certificate that is none is taken")
	}
}

func TestTokenAndTLS(t *testing.T) {
	cert, key := certificate(t)
	const secret = `a "token"; of Örebro, 16`
	address := start(t, Options{Token: secret, CertFile: cert, KeyFile: key, App: fstest.MapFS{"index.html": {Data: []byte("<p>hello</p>")}}})
	pool := x509.NewCertPool()
	pemText, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool.AppendCertsFromPEM(pemText)
	c := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer c.CloseIdleConnections()
	get := func(path string, set func(*http.Request)) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), "GET", address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if set != nil {
			set(r)
		}
		resp, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return resp
	}
	if r := get("/", nil); r.StatusCode != 401 {
		t.Errorf("no token: %d", r.StatusCode)
	}
	if r := get("/?token=guess", nil); r.StatusCode != 401 {
		t.Errorf("wrong token: %d", r.StatusCode)
	}
	if r := get("/", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }); r.StatusCode != 200 {
		t.Errorf("token in the header: %d", r.StatusCode)
	}
	r := get("/?x=1&token="+url.QueryEscape(secret), nil)
	if r.StatusCode != 303 || r.Header.Get("Location") != "/?x=1" || len(r.Cookies()) != 1 {
		t.Fatalf("token in the address: %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	k := r.Cookies()[0]
	if !k.HttpOnly || !k.Secure || k.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %+v", k)
	}
	if strings.Contains(k.Value, "token") {
		t.Errorf("the cookie holds the token: %q", k.Value)
	}
	for _, from := range []string{"none", "cross-site"} { // typed, and a link that somebody has sent
		if r := get("/", func(r *http.Request) { r.AddCookie(k); r.Header.Set("Sec-Fetch-Site", from) }); r.StatusCode != 200 {
			t.Errorf("with the cookie, %s: %d", from, r.StatusCode)
		}
	}
	if r := get(base+"/cases", func(r *http.Request) { r.AddCookie(k); r.Header.Set("Sec-Fetch-Site", "cross-site") }); r.StatusCode != 403 {
		t.Errorf("another site reads the API with the cookie: %d", r.StatusCode)
	}
}

// certificate makes one for loopback.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "astara test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kb, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: kb}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestCases(t *testing.T) {
	url := start(t, Options{})
	status, _, body := do(t, "GET", url+base+"/cases", "")
	var rows []CaseRow
	if err := json.Unmarshal([]byte(body), &rows); err != nil || status != 200 {
		t.Fatal(status, body, err)
	}
	if len(rows) == 0 || rows[0].Name != "caucasus" || rows[0].Errors != 0 || rows[0].Focus != "AZ" || len(rows[0].Hash) != 64 || rows[0].Answered {
		t.Errorf("%+v", rows)
	}
	if status, _, body = do(t, "GET", url+base+"/cases/nowhere/answer", ""); status != 404 || !strings.Contains(body, "nowhere") {
		t.Errorf("%d %s", status, body)
	}
	if status, _, body = do(t, "GET", url+base+"/cases/caucasus/answer", ""); status != 404 || !strings.Contains(body, "not been solved") {
		t.Errorf("%d %s", status, body)
	}
}

// A folder with problems is served with them, and solving it is refused.
func TestFolderWithProblems(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "case.yaml"), []byte("format: 1\nid: mine\ntitel: wrong\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	url := start(t, Options{Cases: []string{dir}})
	_, _, body := do(t, "GET", url+base+"/cases/mine/check", "")
	var list []Diagnostic
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err, body)
	}
	found := false
	for _, d := range list {
		found = found || d.File == "case.yaml" && d.Line == 3 && d.Severity == "error"
	}
	if !found {
		t.Errorf("no error at case.yaml:3 in %s", body)
	}
	if status, _, body := do(t, "POST", url+base+"/cases/mine/answer", ""); status != 422 {
		t.Errorf("%d %s", status, body)
	}
	// Mended on disk, it is read again.
	if err := os.WriteFile(filepath.Join(dir, "case.yaml"), []byte("format: 1\nid: mine\ntitle: right now\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, body := do(t, "GET", url+base+"/cases", ""); !strings.Contains(body, "right now") {
		t.Error(body)
	}
}

func TestJobs(t *testing.T) {
	q := newJobs(slog.New(slog.DiscardHandler), t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { q.run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	wait := func(id string, want State) Job {
		t.Helper()
		c, end := q.listen()
		defer end()
		for {
			j, _ := q.get(id)
			if j.State == want {
				return j
			}
			if j.State.Final() {
				t.Fatalf("job ended as %s (%s), want %s", j.State, j.Problem, want)
			}
			select {
			case <-c:
			case <-time.After(10 * time.Second):
				t.Fatalf("job stays %s, want %s", j.State, want)
			}
		}
	}
	hold := make(chan struct{})
	one, err := q.add(Job{Kind: "k"}, "one", func(ctx context.Context, p progress) error {
		p("worlds", 1, 2, 0)
		select {
		case <-hold:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := q.add(Job{Kind: "k"}, "one", nil); same.ID != one.ID {
		t.Error("the same work is queued twice")
	}
	two, _ := q.add(Job{Kind: "k"}, "two", func(context.Context, progress) error { panic("broken") })
	three, _ := q.add(Job{Kind: "k"}, "three", func(ctx context.Context, p progress) error { <-ctx.Done(); return ctx.Err() })
	wait(one.ID, Running)
	close(hold)
	if j := wait(one.ID, Done); j.Stage != "worlds" || j.Total != 2 {
		t.Errorf("%+v", j)
	}
	if j := wait(two.ID, Failed); !strings.Contains(j.Problem, "fault in the program") {
		t.Errorf("%+v", j)
	}
	wait(three.ID, Running)
	q.stop(three.ID)
	wait(three.ID, Cancelled)
	for i := range maxWaiting {
		if _, err := q.add(Job{Kind: "k"}, string(rune('A'+i)), func(ctx context.Context, _ progress) error { <-ctx.Done(); return ctx.Err() }); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := q.add(Job{Kind: "k"}, "more", nil); !errors.Is(err, errBusy) {
		t.Errorf("one job too many: %v", err)
	}
}
