package server

import (
	"compress/gzip"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/world"
)

// An answer that is kept is sent packed or plain, with a tag by which a client that
// has it is told so.
func TestKeptAnswer(t *testing.T) {
	cache := &world.Cache{Dir: t.TempDir()}
	s, err := New(Options{Data: t.TempDir(), Cache: cache, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, x, err := s.sound("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	if s.answered(x) {
		t.Error("answered before anything was solved")
	}
	key, tag := s.keyOf(x)
	if err := answer.Keep(cache, key, &answer.Answer{Format: answer.Format, First: "More."}); err != nil {
		t.Fatal(err)
	}
	if !s.answered(x) {
		t.Error("not answered")
	}
	url := start(t, Options{Cache: cache}) + base + "/cases/caucasus/answer"
	status, head, body := do(t, "GET", url, "", "Accept-Encoding", "identity")
	if status != 200 || head.Get("Content-Encoding") != "" || !strings.Contains(body, `"first":"More."`) {
		t.Fatal(status, head, body)
	}
	for range 2 { // packed now, then from memory
		status, head, small := do(t, "GET", url, "", "Accept-Encoding", "gzip")
		if status != 200 || head.Get("Content-Encoding") != "gzip" || head.Get("ETag") != `W/"`+tag+`"` {
			t.Fatal(status, head)
		}
		z, err := gzip.NewReader(strings.NewReader(small))
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(z); err != nil || string(b) != body {
			t.Errorf("packed is another answer: %v", err)
		}
	}
	if status, _, body := do(t, "GET", url, "", "If-None-Match", head.Get("ETag")); status != 304 || body != "" {
		t.Errorf("%d %q", status, body)
	}
}

func TestEncodingsAndTags(t *testing.T) {
	for accept, want := range map[string]bool{"": false, "gzip": true, "br, gzip;q=0.5": true, "gzip;q=0": false, "gzip; q=0.0": false, "GZIP": true, "deflate": false} {
		if takesGzip(accept) != want {
			t.Errorf("%q: %v", accept, !want)
		}
	}
	for header, want := range map[string]bool{`"ab"`: true, `W/"ab"`: true, `"x", W/"ab"`: true, "*": true, "": false, "ab": false, `"abc"`: false} {
		if sameTag(header, "ab") != want {
			t.Errorf("%q: %v", header, !want)
		}
	}
}
