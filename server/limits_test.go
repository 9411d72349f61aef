package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// dial opens a connection to a server.
func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return c
}

// A body that does not arrive is not waited for, however it drips, and whoever sends it
// is told.
func TestSlowBody(t *testing.T) {
	const limit = 400 * time.Millisecond
	_, address, _ := running(t, Options{Cases: []string{folder(t, "small")}}, func(s *Server) { s.limits.body = limit })
	c := dial(t, address)
	fmt.Fprintf(c, "POST %s/cases/small/notes HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n", base, strings.TrimPrefix(address, "http://"))
	began := time.Now()
	stop := make(chan struct{})
	go func() {
		defer close(stop)
		for {
			if _, err := io.WriteString(c, " "); err != nil {
				return
			}
			time.Sleep(limit / 20)
		}
	}()
	line, err := bufio.NewReader(c).ReadString('\n')
	took := time.Since(began)
	if err != nil || !strings.Contains(line, " 400 ") || took < limit/2 || took > 10*limit {
		t.Errorf("%q %v after %v, the limit is %v", line, err, took, limit)
	}
	c.Close()
	<-stop
	if status, _, body := do(t, "GET", address+base+"/cases", ""); status != 200 {
		t.Errorf("afterwards: %d %s", status, body)
	}
}

// The limit of a body is none of the work that follows: with it would end the context of
// every request that is worked on for longer.
func TestWorkOutlastsTheLimitOfTheBody(t *testing.T) {
	const limit = 200 * time.Millisecond
	_, address, _ := running(t, Options{Cases: []string{folder(t, "small")}}, func(s *Server) {
		s.limits.body = limit
		s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost { // as the framework does before it reads a body
				if err := http.NewResponseController(w).SetReadDeadline(time.Now().Add(limit)); err != nil {
					t.Error(err)
				}
				io.Copy(io.Discard, r.Body)
			}
			select {
			case <-r.Context().Done():
				w.WriteHeader(http.StatusTeapot)
			case <-time.After(4 * limit):
			}
		})
	})
	for _, method := range []string{"GET", "POST"} {
		if status, _, _ := do(t, method, address+"/", "{}"); status != http.StatusOK {
			t.Errorf("%s: its context ended early", method)
		}
	}
}

// Who follows a job is told of its end, however long it takes.
func TestEventsOutlastTheLimitOfTheBody(t *testing.T) {
	const limit = 200 * time.Millisecond
	s, address, _ := running(t, Options{Cases: []string{folder(t, "small")}}, func(s *Server) { s.limits.body = limit })
	j, err := s.jobs.add(Job{Kind: "k"}, "k", func(ctx context.Context, p progress) error { time.Sleep(5 * limit); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, _, body := do(t, "GET", address+base+"/jobs/"+j.ID+"/events", ""); !strings.Contains(body, `"state":"done"`) {
		t.Errorf("the stream ends with %q", body)
	}
}

// Beyond the number of connections further ones are closed at once; there is a place
// again when one has left.
func TestConnectionsAreBounded(t *testing.T) {
	s, address, _ := running(t, Options{Cases: []string{folder(t, "small")}})
	request := fmt.Sprintf("GET %s/health HTTP/1.1\r\nHost: %s\r\n\r\n", base, strings.TrimPrefix(address, "http://"))
	asked := func(c net.Conn) error {
		if _, err := io.WriteString(c, request); err != nil {
			return err
		}
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r.Body)
		return err
	}
	var open []net.Conn
	for i := range s.limits.conns {
		c := dial(t, address)
		if err := asked(c); err != nil {
			t.Fatalf("connection %d of %d: %v", i, s.limits.conns, err)
		}
		open = append(open, c)
	}
	if asked(dial(t, address)) == nil {
		t.Errorf("connection %d is answered", s.limits.conns+1)
	}
	if err := asked(open[0]); err != nil {
		t.Errorf("one that was there before: %v", err)
	}
	open[0].Close()
	for began := time.Now(); asked(dial(t, address)) != nil; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			t.Fatal("no place is free after one has left")
		}
	}
}
