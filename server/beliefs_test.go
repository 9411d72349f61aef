package server

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/world"
)

// The bridge of the starter case, on which a second speaker disagrees.
const skeptic = `
- id: skeptic-bridge
  speaker: skeptic
  source: interview
  locator: {start: 357, end: 447, sha256: 1c9797fd4663a8286344f3800444009714b3b12275e62dd3c2d6ffaecfa3348c}
  date: 2024-12-20
  paraphrase: Made up for a test; even with the pact the bridge is unlikely.
  kind: level
  if: pact=in_force
  then: rail_bridge=built
  interval: [0.1, 0.2]
  letter: c
`

// disputed is the starter case with both, solved; the address of its API.
func disputed(t *testing.T) (api string, cache *world.Cache) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "bridge")
	err := fs.WalkDir(casefile.Starter(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(casefile.Starter(), p)
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(p, "claims/"):
			b = append(b, skeptic...)
		case p == "actors.yaml":
			b = append(b, "\n- {id: skeptic, name: The skeptic, kind: person}\n"...)
		}
		at := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			return err
		}
		return os.WriteFile(at, b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	cache = &world.Cache{Dir: t.TempDir()}
	u := start(t, Options{Cases: []string{dir}, Cache: cache})
	api = u + base + "/cases/bridge"
	if status, _, body := do(t, "POST", api+"/beliefs", "{}", "Content-Type", "application/json"); status != 404 || !strings.Contains(body, "answer") {
		t.Fatalf("unsolved: %d %s", status, body)
	}
	finish(t, u, base+"/cases/bridge/answer")
	return api, cache
}

// words asks for completed words and takes the answer apart.
func words(t *testing.T, api, body string) (h WordsHead, without, with []float64) {
	t.Helper()
	status, head, got := do(t, "POST", api+"/beliefs", body, "Content-Type", "application/json", "Accept-Encoding", "gzip")
	if status != 200 || head.Get("Content-Type") != beliefsType || head.Get("Content-Encoding") != "" {
		t.Fatalf("%s: %d %v %.300s", body, status, head, got)
	}
	b := []byte(got)
	size := 8 + int(binary.LittleEndian.Uint32(b[4:]))
	if string(b[:4]) != "ASBW" || size%8 != 0 || json.Unmarshal(b[8:size], &h) != nil {
		t.Fatalf("%q", b[:min(len(b), 200)])
	}
	if len(b) != size+8*(h.Without+h.With) {
		t.Fatalf("%d bytes, head %d, %d and %d worlds", len(b), size, h.Without, h.With)
	}
	for ; size < len(b); size += 8 {
		w := math.Float64frombits(binary.LittleEndian.Uint64(b[size:]))
		if len(without) < h.Without {
			without = append(without, w)
		} else {
			with = append(with, w)
		}
	}
	return h, without, with
}

// table is what weights go with: the rows of the arms' worlds, and outcomes by row.
type table struct {
	meta          answer.Browsable
	rows          [2][]int
	value         map[string][]float64
	weightsOfView func(view string) (without, with []float64)
}

func tableOf(t *testing.T, api string) table {
	t.Helper()
	x := table{value: map[string][]float64{}}
	_, _, text := do(t, "GET", api+"/table", "")
	if err := json.Unmarshal([]byte(text), &x.meta); err != nil {
		t.Fatal(err, text)
	}
	_, _, body := do(t, "GET", api+"/table/columns", "")
	b := []byte(body)
	var codes, rows []int
	code := 0
	for _, s := range x.meta.Sections {
		for i := range s.Count {
			switch at := b[s.Start:]; {
			case s.Name == "steps":
				code += int(binary.LittleEndian.Uint32(at[4*i:]))
				codes = append(codes, code)
			case s.Name == "row/freight":
				rows = append(rows, int(binary.LittleEndian.Uint16(at[2*i:])))
			case strings.HasPrefix(s.Name, "outcome/"):
				id := strings.TrimPrefix(s.Name, "outcome/")
				x.value[id] = append(x.value[id], math.Float64frombits(binary.LittleEndian.Uint64(at[8*i:])))
			}
		}
	}
	pact := x.meta.Variables[slices.IndexFunc(x.meta.Variables, func(v answer.BrowseVariable) bool { return v.ID == "pact" })]
	arm := func(code int) int { return code / int(pact.Stride) % len(pact.States) }
	for w, c := range codes {
		x.rows[arm(c)] = append(x.rows[arm(c)], rows[w])
	}
	x.weightsOfView = func(view string) (without, with []float64) {
		_, _, body := do(t, "GET", api+"/table/weights?view="+view, "")
		for w, c := range codes {
			v := math.Float64frombits(binary.LittleEndian.Uint64([]byte(body)[8*w:]))
			if arm(c) == 0 {
				without = append(without, v)
			} else {
				with = append(with, v)
			}
		}
		return without, with
	}
	return x
}

// effect reads an outcome with weights of the worlds of both arms.
func (x *table) effect(id string, without, with []float64) float64 {
	mean := func(rows []int, weight []float64) float64 {
		sum := 0.0
		for i, w := range weight {
			sum += w * x.value[id][rows[i]]
		}
		return sum
	}
	return mean(x.rows[1], with) - mean(x.rows[0], without)
}

// Words that are not changed have the weights and the effects of the answer, a claim
// that is dropped gives the answer's figure without it, and bounds are the answer's.
func TestBeliefsAgreeWithAnswer(t *testing.T) {
	api, _ := disputed(t)
	var a answer.Answer
	_, _, body := do(t, "GET", api+"/answer", "")
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatal(err)
	}
	x := tableOf(t, api)
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(math.Abs(a), math.Abs(b), 1) }
	views := 0
	for _, v := range a.Views {
		views++
		h, without, with := words(t, api, fmt.Sprintf(`{"view":%q,"act":"pact","state":"in_force"}`, v.ID))
		before, after := x.weightsOfView(v.ID)
		if !slices.Equal(without, before) || !slices.Equal(with, after) || h.Table != x.meta.Hash {
			t.Errorf("%s: other weights than the answer's", v.ID)
		}
		var asked []string
		for _, e := range a.In(v.ID)[0].Effects {
			asked = append(asked, e.Outcome)
			if got := x.effect(e.Outcome, without, with); !near(got, e.Effect.V) {
				t.Errorf("%s, %s: effect %v, the answer has %v", v.ID, e.Outcome, got, e.Effect.V)
			}
		}
		ask, _ := json.Marshal(asked)
		status, _, text := do(t, "POST", api+"/beliefs/bounds", fmt.Sprintf(`{"view":%q,"outcomes":%s}`, v.ID, ask), "Content-Type", "application/json")
		var w answer.WordsNow
		if err := json.Unmarshal([]byte(text), &w); status != 200 || err != nil {
			t.Fatal(status, text)
		}
		if v.Kind == answer.ByReference != (len(w.Bounds) == 0) || len(w.Contradictions) != len(a.Words.Contradictions) || len(w.Contradictions) != 1 {
			t.Errorf("%s: %d bounds, %d contradictions, the answer has %d", v.ID, len(w.Bounds), len(w.Contradictions), len(a.Words.Contradictions))
		}
		for i, b := range w.Bounds {
			want := a.In(v.ID)[0].Effects[i].Bounds
			if want == nil || b.Bounds.Status != want.Status || !near(b.Bounds.Low.V, want.Low.V) || !near(b.Bounds.High.V, want.High.V) {
				t.Errorf("%s, %s: bounds %+v, the answer has %+v", v.ID, b.Outcome, b.Bounds, want)
			}
		}
	}
	if views != 5 { // mixture, two experts, consensus, reference
		t.Errorf("%d views", views)
	}
	checked := 0
	for _, r := range a.Words.Readings {
		_, without, with := words(t, api, fmt.Sprintf(`{"view":%q,"claims":{%q:{"off":true}}}`, r.Speaker, r.Claim))
		for _, d := range r.Without {
			checked++
			if got := x.effect(d.Outcome, without, with); !near(got, d.Without) {
				t.Errorf("%s without %s: %v, the answer has %v", d.Outcome, r.Claim, got, d.Without)
			}
		}
	}
	if checked < 2 {
		t.Errorf("%d effects of dropped claims", checked)
	}
}

// The answer to a change says how every claim is read and what becomes of it.
func TestBeliefsFollowChanges(t *testing.T) {
	api, _ := disputed(t)
	h, _, with := words(t, api, `{"view":"engineer","claims":{"engineer-bridge":{"low":0.3,"high":0.4}}}`)
	c := h.Speakers[0].Claims[0]
	if !c.Met || c.SoftLow.V != 0.3 || c.SoftHigh.V != 0.4 || len(c.Arms) != 1 || math.Abs(c.Arms[0].Completed.V-0.4) > 1e-9 || c.Lexicon != "" {
		t.Errorf("%+v: the reference is at 0.6, so the completion stands at 0.4", c)
	}
	if math.Abs(with[0]+with[1]-1) > 1e-12 {
		t.Errorf("weights %v", with)
	}
	h, _, _ = words(t, api, `{"lexicon":"nato-ajp-2.1"}`)
	if c := h.Speakers[0].Claims[0]; h.Lexicon != "nato-ajp-2.1" || !c.Ranged || c.Lexicon == "" {
		t.Errorf("%+v", c)
	}
	own := `{"view":"own","own":[{"id":"mine","like":"engineer-bridge","low":0.9,"high":0.95},{"id":"other","if":"pact=in_force","then":"rail_bridge=missing","low":0.5,"high":0.6}]}`
	h, _, _ = words(t, api, own)
	mine := h.Speakers[len(h.Speakers)-1]
	if mine.ID != answer.Own || !(mine.Bend > 0.1) || len(mine.Cores) != 1 || mine.Claims[0].Met {
		t.Errorf("%+v", mine)
	}
	_, _, all := words(t, api, `{"view":"mixture","experts":{"engineer":0.2,"skeptic":0.6}}`)
	_, _, one := words(t, api, `{"view":"engineer"}`)
	_, _, two := words(t, api, `{"view":"skeptic"}`)
	for i := range all {
		if math.Abs(all[i]-(one[i]/4+3*two[i]/4)) > 1e-12 {
			t.Errorf("%v, %v and %v", all[i], one[i], two[i])
		}
	}
	// Many at once get what each gets alone.
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			p := 0.3 + float64(i)/100
			h, _, _ := words(t, api, fmt.Sprintf(`{"view":"engineer","claims":{"engineer-bridge":{"low":%v,"high":%v}}}`, p, p))
			if got := h.Speakers[0].Claims[0].Arms[0].Completed.V; math.Abs(got-p) > 1e-9 {
				t.Errorf("%v, want %v", got, p)
			}
		})
	}
	wait.Wait()
}

// What means nothing is refused with its name, and nothing else happens.
func TestBeliefsRefuse(t *testing.T) {
	api, _ := disputed(t)
	long := strings.Repeat("x", 300<<10)
	for body, want := range map[string]struct {
		status int
		name   string
	}{
		`{"claims":{"nobody-said":{"off":true}}}`:                          {422, "nobody-said"},
		`{"claims":{"engineer-bridge":{"low":0.5,"high":1.5}}}`:            {422, "engineer-bridge"},
		`{"claims":{"engineer-bridge":{"low":0.5,"high":0.4}}}`:            {422, "engineer-bridge"},
		`{"claims":{"engineer-bridge":{"low":-0.1,"high":0.4}}}`:           {422, "engineer-bridge"},
		`{"claims":{"engineer-bridge":{"low":0.5}}}`:                       {422, "engineer-bridge"},
		`{"lexicon":"everybody"}`:                                          {422, "everybody"},
		`{"experts":{"stranger":1}}`:                                       {422, "stranger"},
		`{"experts":{"engineer":2}}`:                                       {422, "engineer"},
		`{"experts":{"engineer":0}}`:                                       {422, "weight"},
		`{"view":"stranger"}`:                                              {422, "stranger"},
		`{"act":"rail_bridge"}`:                                            {422, "rail_bridge"},
		`{"state":"half_signed"}`:                                          {422, "half_signed"},
		`{"own":[{"id":"a","then":"bridge=built","low":0,"high":1}]}`:      {422, "bridge"},
		`{"own":[{"id":"a","low":0,"high":1}]}`:                            {422, "\\\"a\\\""},
		`{"own":[{"id":"a","then":"rail_bridge=built"}]}`:                  {422, "interval"},
		`{"own":[{"id":"a","like":"nobody-said"}]}`:                        {422, "nobody-said"},
		`{"own":[{"id":"a","then":"rail_bridge=built","low":0,"high":7}]}`: {422, "\\\"a\\\""},
		`{"own":[{"id":"","then":"rail_bridge=built","low":0,"high":1}]}`:  {422, "name"},
		`{"own":[{"id":"a","like":"engineer-bridge","low":0,"high":1},{"id":"a","like":"engineer-bridge","low":0,"high":1}]}`: {422, "\\\"a\\\""},
		`{"more":1}`:              {422, "unexpected"},
		`{"claims":`:              {400, ""},
		`[]`:                      {422, ""},
		`{"view":"` + long + `"}`: {413, ""},
	} {
		for _, at := range []string{"/beliefs", "/beliefs/bounds"} {
			if at == "/beliefs/bounds" {
				if strings.Contains(body, `"engineer":0}`) {
					continue // nobody's words have no bounds, which is no fault
				}
				if rest, ok := strings.CutPrefix(body, "{"); ok {
					body = `{"outcomes":["through_rail"],` + rest
				}
			}
			status, _, got := do(t, "POST", api+at, body, "Content-Type", "application/json")
			if status != want.status || !strings.Contains(got, want.name) {
				t.Errorf("%s %.100s: %d %.300s, want %d and %q", at, body, status, got, want.status, want.name)
			}
		}
	}
	if status, _, got := do(t, "POST", api+"/beliefs/bounds", `{"outcomes":["through_air"]}`, "Content-Type", "application/json"); status != 422 || !strings.Contains(got, "through_air") {
		t.Errorf("%d %s", status, got)
	}
	if status, _, got := do(t, "POST", strings.Replace(api, "bridge", "atlantis", 1)+"/beliefs", "{}", "Content-Type", "application/json"); status != 404 {
		t.Errorf("%d %s", status, got)
	}
}

// Cases are let go by their last use; an opening outlives the request that wanted it
// first, and one that failed is tried again.
func TestBeliefsAreKeptAndLetGo(t *testing.T) {
	b := newBeliefs(1)
	defer b.close()
	opened := map[string]int{}
	var mu sync.Mutex
	hold := make(chan struct{})
	open := func(hash string, err error) func(context.Context) (*answer.WhatIf, string, error) {
		return func(context.Context) (*answer.WhatIf, string, error) {
			<-hold
			mu.Lock()
			defer mu.Unlock()
			opened[hash]++
			return nil, hash, err
		}
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := b.of(gone, &loaded{Hash: "a"}, open("a", nil)); err == nil {
		t.Error("a request that is gone has words")
	}
	close(hold)
	for _, hash := range []string{"a", "b", "a", "c", "a", "b"} {
		if w, err := b.of(t.Context(), &loaded{Hash: hash}, open(hash, nil)); err != nil || w.table != hash {
			t.Fatal(hash, err)
		}
	}
	if opened["a"] != 1 || opened["b"] != 2 || opened["c"] != 1 || len(b.all) != maxBeliefs {
		t.Errorf("opened %v, %d kept", opened, len(b.all))
	}
	for range 2 {
		if _, err := b.of(t.Context(), &loaded{Hash: "d"}, open("d", errNoTable)); err == nil {
			t.Error("no error")
		}
	}
	if opened["d"] != 2 {
		t.Errorf("a failed opening was tried %d times", opened["d"])
	}
	b.let()
	if len(b.all) != 0 {
		t.Errorf("%d kept after all were let go", len(b.all))
	}
}
