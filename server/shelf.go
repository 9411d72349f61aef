package server

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// shelfSize is how much of packed bodies is kept, in bytes.
const shelfSize = 16 << 20

// shelved are the reads of a case whose bodies depend on nothing but its files and on
// whether they have been answered: by what follows the case in the address, with * for
// any one part.
var shelved = []string{"", "network", "energy/network", "agreements", "countries/*", "table"}

// shelf keeps bodies, packed, so that a read that many ask for is worked out and packed
// once. A body is worked out once also when many ask at the same moment.
type shelf struct {
	mu    sync.Mutex
	all   map[string]*list.Element // of *filed
	order list.List                // the one used last at the front
	size  int
}

// filed is a body on the shelf, or one that is being worked out.
type filed struct {
	key    string
	once   sync.Once
	done   bool // guarded by the shelf; what follows does not change then
	status int
	head   http.Header
	body   []byte // packed; plain when the status is no success
	tag    string
}

// recorder takes an answer in.
type recorder struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.head }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// keyOnShelf is the key of a read that may be kept, "" for others. It holds all that
// the body depends on.
func (s *Server) keyOnShelf(r *http.Request) string {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), base+"/cases/")
	if !ok || r.Method != http.MethodGet {
		return ""
	}
	escaped, rest, _ := strings.Cut(rest, "/")
	if !onShelf(rest) {
		return ""
	}
	name, err := url.PathUnescape(escaped)
	if err != nil {
		return ""
	}
	src, err := s.cases.get(name)
	if err != nil {
		return ""
	}
	x, err := src.load()
	if err != nil {
		return ""
	}
	answered := "0"
	if s.answered(x) {
		answered = "1"
	}
	return strings.Join([]string{x.Hash, answered, r.URL.EscapedPath()}, " ") // none of them reads a query
}

func onShelf(rest string) bool {
	for _, pattern := range shelved {
		if one, ok := strings.CutSuffix(pattern, "*"); rest == pattern || ok && strings.HasPrefix(rest, one) && !strings.Contains(rest[len(one):], "/") {
			return true
		}
	}
	return false
}

// shelve answers reads from the shelf.
func (s *Server) shelve(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := s.keyOnShelf(r)
		if key == "" {
			h.ServeHTTP(w, r)
			return
		}
		f := s.shelf.find(key)
		f.once.Do(func() {
			f.status = http.StatusInternalServerError // should it panic, nobody takes it for an answer
			defer func() { s.shelf.filed(f) }()
			plain := r.Clone(context.WithoutCancel(r.Context())) // others may wait for it, too
			plain.Header.Del("Accept-Encoding")
			plain.Header.Del("If-None-Match")
			rec := &recorder{head: http.Header{}}
			h.ServeHTTP(rec, plain)
			f.take(rec)
		})
		f.send(w, r)
	})
}

// take packs what was worked out.
func (f *filed) take(rec *recorder) {
	f.head, f.body = rec.head, rec.body.Bytes()
	if rec.status == http.StatusOK {
		sum := sha256.Sum256(f.body)
		f.tag = hex.EncodeToString(sum[:16])
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(f.body) // into memory: neither fails
		z.Close()
		f.body = b.Bytes()
	}
	f.status = rec.status
}

func (f *filed) send(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	if f.head == nil { // the one who worked it out met a fault
		problem(w, http.StatusInternalServerError, "a fault in the program; the log of astara serve says more")
		return
	}
	for k, v := range f.head {
		head[k] = v
	}
	if f.status != http.StatusOK {
		w.WriteHeader(f.status)
		w.Write(f.body)
		return
	}
	head.Set("ETag", `W/"`+f.tag+`"`)
	head.Set("Vary", "Accept-Encoding")
	if head.Get("Cache-Control") == "" {
		head.Set("Cache-Control", "no-cache")
	}
	if sameTag(r.Header.Get("If-None-Match"), f.tag) {
		head.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		head.Set("Content-Encoding", "gzip")
		w.Write(f.body)
		return
	}
	if b, err := plainBody(f.body); err == nil {
		w.Write(b)
	}
}

// find returns the place of a key, a new one when it has none.
func (f *shelf) find(key string) *filed {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.all[key]; e != nil {
		f.order.MoveToFront(e)
		return e.Value.(*filed)
	}
	if f.all == nil {
		f.all = map[string]*list.Element{}
	}
	x := &filed{key: key}
	f.all[key] = f.order.PushFront(x)
	return x
}

// filed counts what was worked out, and lets go of what does not fit any more, or was
// no success.
func (f *shelf) filed(x *filed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x.done = true
	f.size += len(x.body)
	if x.status != http.StatusOK || x.head.Get("Cache-Control") == "no-store" { // it may be another the next time
		f.drop(f.all[x.key])
	}
	for e := f.order.Back(); e != nil && f.size > shelfSize; {
		before := e.Prev()
		if e.Value.(*filed).done { // one that is being worked out has no size yet
			f.drop(e)
		}
		e = before
	}
}

func (f *shelf) drop(e *list.Element) {
	x := e.Value.(*filed)
	f.size -= len(x.body)
	f.order.Remove(e)
	delete(f.all, x.key)
}
