package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/astara-corridors/astara/attach"
	"github.com/astara-corridors/astara/world"
)

// Options of a server.
type Options struct {
	// Cases are shipped cases by name and folders by path. Empty: all shipped cases.
	// The user's own copies are always served.
	Cases []string
	// Data is the folder of the user's copies of cases, of their history, and of the
	// database. Empty: [DataDir].
	Data string
	// Cache holds what was solved. Nil: none, so nothing survives the process.
	Cache   *world.Cache
	Workers int // goroutines of a solve; 0: as many as processors
	// Token, when set, is asked of everybody. Beyond loopback it must be set.
	Token string
	// CertFile and KeyFile are the TLS certificate and its key in PEM. Beyond loopback
	// they must be given.
	CertFile, KeyFile string
	Version           string // of the program
	// App is the built front end. Nil: the API alone, and a page that says why.
	App fs.FS
	Log *slog.Logger // nil: slog.Default
}

// DataDir returns the folder in which cases of this user are kept: that of the
// texts of sources (see [attach.Dir]), one level up.
func DataDir() (string, error) {
	texts, err := attach.Dir()
	if err != nil {
		return "", err
	}
	return filepath.Dir(texts), nil
}

// ErrUnsafe is the refusal to listen beyond loopback without a token and TLS.
var ErrUnsafe = errors.New("server: beyond loopback a token of 16 characters or more and a TLS certificate with its key are needed")

// Server answers requests. It is made by [New] and used once.
type Server struct {
	opt       Options
	log       *slog.Logger
	cases     *library
	jobs      *jobs
	state     *state
	models    *models
	networks  networks
	beliefs   *beliefs
	answers   answers
	shelf     shelf
	texts     sync.Mutex // held while a text of a source is attached or removed
	resolving sync.Mutex // held while a row of a ledger is added
	exports   *exports
	large     chan struct{} // a place for each large body that is taken in
	handler   http.Handler
	cert      *tls.Certificate // nil: no TLS
	release   func()           // lets other servers use the data folder
	limits    limits
}

// limits are those of the HTTP server.
type limits struct {
	header, body time.Duration // from the first byte of a request until it is there
	answer       time.Duration // until the client has taken it; each event of a stream has a limit of its own
	idle         time.Duration // between two requests
	conns        int64
}

// usual are limits that honest clients are far from: headers fit many times into 64 kB,
// a body that has not arrived after a minute never will, and an answer that nobody has
// taken after five is not wanted.
var usual = limits{header: 5 * time.Second, body: time.Minute, answer: 5 * time.Minute, idle: 2 * time.Minute, conns: 512}

const (
	maxHeader     = 64 << 10
	shutdownGrace = 5 * time.Second
)

// New prepares a server; it does not listen yet.
func New(opt Options) (*Server, error) {
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	if opt.Data == "" {
		dir, err := DataDir()
		if err != nil {
			return nil, err
		}
		opt.Data = dir
	}
	if err := os.MkdirAll(opt.Data, 0o700); err != nil {
		return nil, fmt.Errorf("server: the data folder: %w", err)
	}
	s := &Server{opt: opt, log: opt.Log, limits: usual}
	var err error
	if s.cert, err = opt.certificate(); err != nil {
		return nil, err
	}
	if s.release, err = lock(opt.Data); err != nil {
		return nil, fmt.Errorf("server: the data folder: %w", err)
	}
	if err := s.openData(); err != nil {
		s.release()
		return nil, err
	}
	s.jobs, s.models, s.beliefs = newJobs(opt.Log, filepath.Join(opt.Data, "jobs")), newModels(opt.Workers), newBeliefs(opt.Workers)
	s.large = make(chan struct{}, maxLarge)
	s.handler = s.routes()
	return s, nil
}

// openData reads what is in the data folder.
func (s *Server) openData() (err error) {
	if s.cases, err = openLibrary(s.opt.Cases, s.opt.Data); err != nil {
		return err
	}
	for _, err := range s.cases.told {
		s.log.Warn("a case is served all the same", "error", err)
	}
	if s.exports, err = openExports(s.opt.Data); err != nil {
		return fmt.Errorf("server: the files for download: %w", err)
	}
	s.state, err = openState(s.opt.Data)
	return err
}

// Close lets go of the database and of what is in memory, of a server that is not
// served or no longer.
func (s *Server) Close() {
	s.models.close()
	s.beliefs.close()
	s.state.close()
	s.release()
}

// Listen opens the address. Port 0 takes a free one. An address beyond loopback
// without a token and TLS is refused with [ErrUnsafe].
func (s *Server) Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	local := l.Addr().(*net.TCPAddr).IP.IsLoopback()
	if !local && (len(s.opt.Token) < minToken || s.opt.CertFile == "" || s.opt.KeyFile == "") {
		l.Close()
		return nil, fmt.Errorf("%w: %s", ErrUnsafe, addr)
	}
	return l, nil
}

// URL is the address to open for a listener of [Server.Listen]. One that listens on all
// addresses is reached by the first name of its certificate.
func (s *Server) URL(l net.Listener) string {
	addr := l.Addr().(*net.TCPAddr)
	scheme, host := "http", addr.IP.String()
	if s.cert != nil {
		scheme = "https"
	}
	if addr.IP.IsUnspecified() {
		host = "localhost"
		if s.cert != nil {
			named := func(n string) bool { return !strings.HasPrefix(n, "*") }
			if i := slices.IndexFunc(s.cert.Leaf.DNSNames, named); i >= 0 {
				host = s.cert.Leaf.DNSNames[i]
			} else if ips := s.cert.Leaf.IPAddresses; len(ips) > 0 {
				host = ips[0].String()
			}
		}
	}
	return fmt.Sprintf("%s://%s/", scheme, net.JoinHostPort(host, fmt.Sprint(addr.Port)))
}

// Serve answers requests until the context ends, then lets those under way finish
// for some seconds. Jobs under way are stopped; what they solved stays in the cache.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	defer s.Close()
	names := s.identity(l)
	jobs, stopJobs := context.WithCancel(context.WithoutCancel(ctx))
	defer stopJobs()
	done := make(chan struct{})
	go func() { s.jobs.run(jobs); close(done) }()

	srv := &http.Server{
		Handler:           s.guard(names, s.handler),
		ReadHeaderTimeout: s.limits.header,
		ReadTimeout:       s.limits.body,
		WriteTimeout:      s.limits.answer,
		IdleTimeout:       s.limits.idle,
		ConnState:         connLimit(s.limits.conns),
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return jobs },
	}
	if s.cert != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*s.cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		stopJobs() // ends the streams of events too, so nobody holds up the shutdown
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
		defer cancel()
		err = srv.Shutdown(grace)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close()
		}
	}
	stopJobs()
	<-done
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// connLimit closes connections beyond a number at once, so that nobody can take all
// the files that this process may open.
func connLimit(most int64) func(net.Conn, http.ConnState) {
	var open atomic.Int64
	return func(c net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			if open.Add(1) > most {
				c.Close()
			}
		case http.StateClosed, http.StateHijacked:
			open.Add(-1)
		}
	}
}
