package server

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"sync"

	"github.com/astara-corridors/astara/answer"
)

// maxAnswers is how many packed answers stay in memory: of some megabyte each.
const maxAnswers = 4

// answers keeps the bodies of answers, packed. Decoding and writing one anew takes
// half a second of a processor; what is packed is sent as it is.
type answers struct {
	mu    sync.Mutex // held while one is packed, so that readers at once pack it once
	all   recent[packed]
	known map[string]bool

	listing sync.Mutex
	listed  map[string]bool // those that are runs

	means meanFlows
}

// packed is the body of an answer.
type packed struct {
	tag   string            // entity tag: the key under which the answer is kept
	body  []byte            // JSON, gzip
	brief []byte            // a [Brief], the same
	parts map[string][]byte // each member of the answer, the same
}

// keyOf is the key of the answer of a case with the usual options, "" where it has none.
func (s *Server) keyOf(x *loaded) ([32]byte, string) {
	if x.List.Failed() || s.opt.Cache == nil {
		return [32]byte{}, ""
	}
	key, err := answer.Key(x.Case, (*answer.Reference)(nil).View(), answer.DefaultOptions())
	if err != nil {
		return [32]byte{}, ""
	}
	return key, hex.EncodeToString(key[:])
}

// answered reports whether the answer of a case is kept.
func (s *Server) answered(x *loaded) bool {
	key, tag := s.keyOf(x)
	if tag == "" {
		return false
	}
	s.answers.mu.Lock()
	defer s.answers.mu.Unlock()
	if s.answers.known[tag] {
		return true
	}
	_, ok := answer.Recall(s.opt.Cache, key)
	if ok {
		s.answers.know(tag)
	}
	return ok
}

func (a *answers) know(tag string) {
	if a.known == nil {
		a.known = map[string]bool{}
	}
	a.known[tag] = true
}

// packed returns the answer of a case, where it is kept.
func (s *Server) packed(x *loaded) (packed, bool, error) {
	key, tag := s.keyOf(x)
	if tag == "" {
		return packed{}, false, nil
	}
	a := &s.answers
	a.mu.Lock()
	defer a.mu.Unlock()
	if p, ok := a.all.find(func(p packed) bool { return p.tag == tag }); ok {
		return p, true, nil
	}
	r, ok := answer.Recall(s.opt.Cache, key)
	if !ok {
		delete(a.known, tag) // it may have been pruned
		return packed{}, false, nil
	}
	p, err := pack(r, tag)
	if err != nil {
		return packed{}, false, err
	}
	a.know(tag)
	a.all.add(p, maxAnswers)
	return p, true, nil
}

// pack writes an answer, whole and in parts. A part is the very bytes that the whole
// has of it.
func pack(a *answer.Answer, tag string) (packed, error) {
	p := packed{tag: tag, parts: map[string][]byte{}}
	whole, err := json.Marshal(a)
	if err != nil {
		return p, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(whole, &members); err != nil {
		return p, err
	}
	if a.Energy == nil {
		members["energy"] = json.RawMessage("null") // a member that an answer without power and gas leaves out
	}
	brief, err := json.Marshal(briefOf(a, tag))
	if err != nil {
		return p, err
	}
	if p.body, err = squeezed(whole); err != nil {
		return p, err
	}
	if p.brief, err = squeezed(brief); err != nil {
		return p, err
	}
	for name, b := range members {
		if p.parts[name], err = squeezed(b); err != nil {
			return p, err
		}
	}
	return p, nil
}

func squeezed(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(append(body, '\n')); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// plainBody is a body for a client that takes no gzip.
func plainBody(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// takesGzip reads an Accept-Encoding header (RFC 9110, section 12.5.3).
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight := strings.ReplaceAll(q, " ", "")
			return weight != "q=0" && strings.Trim(weight, "0.") != "q="
		}
	}
	return false
}

// sameTag reports whether an If-None-Match header names the entity.
func sameTag(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == "*" || part == `"`+tag+`"` {
			return true
		}
	}
	return false
}
