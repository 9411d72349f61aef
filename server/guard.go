package server

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// policy is what pages may load: nothing from elsewhere, no inline script. Styles
// that scripts set on elements are no inline styles to a browser. Blob addresses
// are pictures that the page has made itself, for export.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// maxBody is the largest body of a request that does not say otherwise.
const maxBody = 1 << 20

// maxLarge is how many bodies larger than maxBody are taken in at a time.
const maxLarge = 4

// minToken is the shortest token beyond loopback: 16 characters are more than anybody
// guesses over a network.
const minToken = 16

// cookie is the name of the cookie of a browser that was let in. With TLS the prefix
// makes browsers refuse it from anywhere but this host.
func (s *Server) cookie() string {
	if s.opt.CertFile != "" {
		return "__Host-astara-token"
	}
	return "astara-token"
}

// pass is the value of that cookie: it follows from the token, which may hold what no
// cookie can, and says nothing of it.
func (s *Server) pass() string {
	sum := sha256.Sum256([]byte("cookie of astara\x00" + s.opt.Token))
	return hex.EncodeToString(sum[:])
}

// certificate reads the certificate and its key; nil for none.
func (o *Options) certificate() (*tls.Certificate, error) {
	if o.CertFile == "" {
		return nil, nil
	}
	c, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
	if err == nil && c.Leaf == nil {
		c.Leaf, err = x509.ParseCertificate(c.Certificate[0])
	}
	if err != nil {
		return nil, fmt.Errorf("server: the certificate: %w", err)
	}
	return &c, nil
}

// identity is what the server answers to: the hosts that requests may name.
func (s *Server) identity(l net.Listener) map[string]bool {
	addr := l.Addr().(*net.TCPAddr)
	names := map[string]bool{}
	add := func(host string) {
		names[strings.ToLower(net.JoinHostPort(host, fmt.Sprint(addr.Port)))] = true
		if s.opt.CertFile != "" && addr.Port == 443 || s.opt.CertFile == "" && addr.Port == 80 {
			names[strings.ToLower(host)] = true // browsers leave the usual port out
			if strings.Contains(host, ":") {
				names["["+strings.ToLower(host)+"]"] = true
			}
		}
	}
	if addr.IP.IsLoopback() || addr.IP.IsUnspecified() {
		add("localhost")
		add("127.0.0.1")
		add("::1")
	}
	if !addr.IP.IsUnspecified() {
		add(addr.IP.String())
	}
	if s.cert != nil {
		for _, n := range s.cert.Leaf.DNSNames {
			add(n)
		}
		for _, ip := range s.cert.Leaf.IPAddresses {
			add(ip.String())
		}
	}
	return names
}

// wildcard is the name that a certificate for all hosts of a domain gives a host: such a
// name stands for one part, the first (RFC 9525, section 6.3).
func wildcard(host string) string {
	_, domain, ok := strings.Cut(host, ".")
	if !ok || !strings.Contains(domain, ".") {
		return ""
	}
	return "*." + domain
}

// guard lets a request through to h when it is one this server should answer.
func (s *Server) guard(names map[string]bool, h http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	inner := cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.opt.Token != "" && !s.admit(w, r) {
			return
		}
		if r.ContentLength > s.limit(r) {
			problem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", s.limit(r)))
			return
		}
		if s.limit(r) > maxBody && (r.ContentLength < 0 || r.ContentLength > maxBody) {
			select {
			case s.large <- struct{}{}:
				defer func() { <-s.large }()
			default:
				w.Header().Set("Retry-After", "5")
				problem(w, http.StatusTooManyRequests, "others are sending large texts: try again in a moment")
				return
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.limit(r))
		if r.ContentLength != 0 && !taken(w, r) {
			return
		}
		h.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
		if host := strings.ToLower(r.Host); !names[host] && !names[wildcard(host)] {
			problem(w, http.StatusMisdirectedRequest, "this server does not answer to that host name")
			return
		}
		// Reading the API costs work, too: no page of another site may make a browser do it.
		if from := r.Header.Get("Sec-Fetch-Site"); strings.HasPrefix(r.URL.Path, "/api/") && from != "" && from != "same-origin" && from != "none" {
			problem(w, http.StatusForbidden, "the API is for pages of this server")
			return
		}
		begun := &begun{ResponseWriter: w}
		defer s.survive(begun, r)
		inner.ServeHTTP(begun, r)
	})
}

// taken takes the whole body in, so that one that does not arrive, or not in good form,
// is told from a fault of ours.
func taken(w http.ResponseWriter, r *http.Request) bool {
	b, err := io.ReadAll(r.Body)
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		problem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is larger than %d bytes", large.Limit))
		return false
	}
	if err != nil {
		w.Header().Set("Connection", "close")
		problem(w, http.StatusBadRequest, "the body did not arrive whole")
		return false
	}
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(b)), int64(len(b)), nil
	return true
}

// begun knows whether an answer has begun.
type begun struct {
	http.ResponseWriter
	yes bool
}

func (b *begun) WriteHeader(status int) {
	b.yes = true
	b.ResponseWriter.WriteHeader(status)
}

func (b *begun) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

func (b *begun) Flush() {
	b.yes = true
	http.NewResponseController(b.ResponseWriter).Flush()
}

// SetReadDeadline does nothing: the body has been taken in by now, and a limit on what
// is read from the connection would end the context of a request that is still worked on.
func (b *begun) SetReadDeadline(time.Time) error { return nil }

// Unwrap is how other deadlines reach the connection.
func (b *begun) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// survive turns a panic into a refusal that tells nothing of this machine, or, where
// the answer has begun, into a cut connection.
func (s *Server) survive(w *begun, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.log.Error("fault in the program", "method", r.Method, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
	if w.yes {
		panic(http.ErrAbortHandler)
	}
	w.Header().Del("Content-Encoding")
	problem(w, http.StatusInternalServerError, "a fault in the program; the log of astara serve says more")
}

// admit asks for the token: in a header of programs, in a cookie of browsers, which
// get it from an address that ends in ?token=.
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && same(t, s.opt.Token) {
		return true
	}
	if c, err := r.Cookie(s.cookie()); err == nil && same(c.Value, s.pass()) {
		return true
	}
	if t := r.URL.Query().Get("token"); t != "" && r.Method == http.MethodGet && same(t, s.opt.Token) {
		// Lax: a link to a view that somebody has sent opens. What it may open are pages; the
		// API answers no other site (see guard).
		http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: s.pass(), Path: "/", HttpOnly: true, Secure: s.opt.CertFile != "", SameSite: http.SameSiteLaxMode})
		u := *r.URL
		q := u.Query()
		q.Del("token") // out of the history of the browser
		u.RawQuery = q.Encode()
		http.Redirect(w, r, u.RequestURI(), http.StatusSeeOther)
		return false
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	problem(w, http.StatusUnauthorized, "the token is missing or wrong: put ?token= and the token of the server behind the address once; this browser then keeps it")
	return false
}

// same compares in a time that tells nothing about the secret.
func same(said, secret string) bool {
	a, b := sha256.Sum256([]byte(said)), sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
