package astara

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/world"
)

// columns is a table as a reader of the kept columns has it.
type columns struct {
	about   *answer.Browsable
	body    []byte
	codes   []formula.World
	rowOf   [][]int // by engine
	weights map[string][]float64
	raw     map[string][]byte // weights as kept, unpacked
}

func (x *columns) section(t *testing.T, name string) answer.Section {
	t.Helper()
	for _, s := range x.about.Sections {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no section %s", name)
	return answer.Section{}
}

// ints reads a column of whole numbers.
func (x *columns) ints(t *testing.T, name string) []int {
	t.Helper()
	s := x.section(t, name)
	out := make([]int, s.Count)
	for i := range out {
		switch s.Type {
		case "uint16":
			out[i] = int(binary.LittleEndian.Uint16(x.body[s.Start+2*i:]))
		case "uint32":
			out[i] = int(binary.LittleEndian.Uint32(x.body[s.Start+4*i:]))
		default:
			t.Fatalf("%s is of type %s", name, s.Type)
		}
	}
	return out
}

func (x *columns) outcome(t *testing.T, id string) []float64 {
	t.Helper()
	s := x.section(t, "outcome/"+id)
	if s.Start%8 != 0 || s.Type != "float64" {
		t.Errorf("%s begins at %d and is of type %s", id, s.Start, s.Type)
	}
	return floatsOf(x.body[s.Start : s.Start+8*s.Count])
}

func floatsOf(b []byte) []float64 {
	out := make([]float64, len(b)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return out
}

// openColumns reads all that is kept of a case.
func openColumns(t *testing.T, cache *world.Cache, c *casefile.Case) *columns {
	t.Helper()
	b, ok := answer.Columns(cache, c)
	if !ok {
		t.Fatal("no columns are kept")
	}
	read := func(view string) []byte {
		f, _, ok := answer.OpenColumns(cache, c, view)
		if !ok {
			t.Fatalf("no body of %q is kept", view)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	x := &columns{about: b, body: read(""), weights: map[string][]float64{}, raw: map[string][]byte{}}
	if len(x.body) != b.Bytes {
		t.Fatalf("%d bytes, %d described", len(x.body), b.Bytes)
	}
	code := formula.World(0)
	for _, step := range x.ints(t, "steps") {
		code += formula.World(step)
		x.codes = append(x.codes, code)
	}
	for _, e := range b.Engines {
		x.rowOf = append(x.rowOf, x.ints(t, "row/"+e.Name))
	}
	for _, v := range b.Views {
		x.raw[v.ID] = read(v.ID)
		x.weights[v.ID] = floatsOf(x.raw[v.ID])
		if len(x.weights[v.ID]) != b.Worlds {
			t.Fatalf("%d weights of %s, %d worlds", len(x.weights[v.ID]), v.ID, b.Worlds)
		}
	}
	return x
}

// arm returns the arm of an act in a state, other acts at their baseline.
func (x *columns) arm(act string, state int) answer.BrowseArm {
	for _, a := range x.about.Arms {
		ok := true
		for _, v := range x.about.Variables {
			st, is := a.States[v.ID]
			want := v.Baseline
			if v.ID == act {
				want = state
			}
			ok = ok && (!is || st == want)
		}
		if ok {
			return a
		}
	}
	return answer.BrowseArm{}
}

// rows adds the weights of an arm into the rows of an engine, in the order of the worlds.
func (x *columns) rows(view string, a answer.BrowseArm, engine int) []float64 {
	out := make([]float64, x.about.Engines[engine].Rows)
	for row, code := range x.codes {
		in := true
		for _, v := range x.about.Variables {
			if st, is := a.States[v.ID]; is && int(uint32(code)/v.Stride)%len(v.States) != st {
				in = false
			}
		}
		if in {
			out[x.rowOf[engine][row]] += x.weights[view][row]
		}
	}
	return out
}

// What a reader of the columns works out is what the answer says: means, quantiles,
// effects. With ASTARA_NUMBERS the columns and these numbers are left in that folder,
// for the tests of the web app to read the same (web/test/reads.test.ts).
func TestColumns(t *testing.T) {
	out := os.Getenv("ASTARA_NUMBERS")
	quiet := func(dir string) *world.Cache { return &world.Cache{Dir: dir, Warn: func(s string) { t.Error(s) }} }
	t.Run("starter", func(t *testing.T) {
		testdata.Need(t, lp.Available())
		var l diag.List
		files := testdata.Overlay(t, casefile.Starter(), "answer/testdata/power.txtar")
		c := Load(testdata.Overlay(t, files, "answer/testdata/impossible.txtar"), &l)
		if l.Failed() {
			t.Fatal(l.All())
		}
		o := Options{Cache: quiet(t.TempDir()), Answer: answer.Options{}}
		a, _, err := AnswerCase(t.Context(), c, "", "", o)
		if err != nil {
			t.Fatal(err)
		}
		first := openColumns(t, o.Cache, c)
		compare(t, first, c, a, out)

		// Lost columns are made again of the solved table and of words completed anew.
		again := Options{Cache: quiet(t.TempDir()), Answer: o.Answer}
		key, err := answer.Key(c, (*answer.Reference)(nil).View(), o.Answer)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Keep(again.Cache, key, a); err != nil {
			t.Fatal(err)
		}
		if _, _, err := AnswerCase(t.Context(), c, "", "", again); err != nil {
			t.Fatal(err)
		}
		second := openColumns(t, again.Cache, c)
		if !bytes.Equal(first.body, second.body) {
			t.Error("the columns made again differ")
		}
		for v, w := range first.raw {
			if !bytes.Equal(w, second.raw[v]) {
				t.Errorf("the weights of %s made again differ", v)
			}
		}
	})
	// The shipped case, where its table was solved by this very program.
	t.Run("caucasus", func(t *testing.T) {
		dir, err := world.DefaultDir()
		if err != nil {
			t.Fatal(err)
		}
		files, err := cases.Open("caucasus")
		if err != nil {
			t.Fatal(err)
		}
		var l diag.List
		c := Load(files, &l)
		cache := quiet(dir)
		for _, opt := range []answer.Options{answer.DefaultOptions(), {Keys: answer.DefaultKeys, Seed: answer.DefaultSeed, Players: answer.DefaultPlayers}} {
			key, err := answer.Key(c, (*answer.Reference)(nil).View(), opt)
			if err != nil {
				t.Fatal(err)
			}
			a, ok := answer.Recall(cache, key)
			if _, kept := answer.Columns(cache, c); ok && kept {
				compare(t, openColumns(t, cache, c), c, a, out)
				return
			}
		}
		t.Log("the table is not at hand: the starter case stands for it")
	})
}

// arms and effects of the numbers that are left for others to find.
type readNumber struct {
	View, Act, State, Outcome string
	Mean, Defined             answer.Number
	Quantiles                 []answer.Number // at readShares
}

var readShares = []float64{0.05, 0.1, 0.5, 0.9, 0.95}

type readEffect struct {
	View, Act string
	answer.Effect
}

// compare holds the columns against an answer and leaves both in a folder, if any.
func compare(t *testing.T, x *columns, c *casefile.Case, a *answer.Answer, out string) {
	t.Helper()
	if x.about.Worlds != a.Worlds.Worlds || len(x.about.Views) != len(a.Views) || len(x.codes) != len(x.rowOf[0]) {
		t.Fatalf("%d worlds, %d views; the answer has %d, %d", x.about.Worlds, len(x.about.Views), a.Worlds.Worlds, len(a.Views))
	}
	for _, o := range a.Outcomes {
		at := -1
		for row, code := range x.codes {
			if code == c.Space.Baseline() {
				at = row
			}
		}
		for _, b := range x.about.Outcomes {
			if got := x.outcome(t, b.ID); b.ID == o.ID && at >= 0 && got[x.rowOf[b.Engine][at]] != o.Baseline.Or(math.NaN()) && o.Baseline.OK {
				t.Errorf("%s is %v in the baseline world, the answer has %v", o.ID, got[x.rowOf[b.Engine][at]], o.Baseline)
			}
		}
	}
	var numbers []readNumber
	var effects []readEffect
	for _, act := range a.Acts {
		v, _ := c.Space.Index(act.ID)
		for st, arm := range act.Arms {
			rows := make([][]float64, len(x.about.Engines))
			for e := range rows {
				rows[e] = x.rows(act.View, x.arm(act.ID, st), e)
			}
			for i, o := range x.about.Outcomes {
				values, w := x.outcome(t, o.ID), rows[o.Engine]
				var xs []answer.Weighted
				sum, weight := 0.0, 0.0
				for row, y := range values {
					if !math.IsNaN(y) {
						xs = append(xs, answer.Weighted{Value: y, Weight: w[row]})
						sum, weight = sum+w[row]*y, weight+w[row]
					}
				}
				want := arm.Expected[i]
				if got := sum / weight; want.Outcome != o.ID || want.Mean.OK && !(math.Abs(got-want.Mean.V) <= 1e-9*(1+math.Abs(want.Mean.V))) {
					t.Errorf("%s %s=%s %s: mean %v, the answer has %v", act.View, act.ID, arm.State, o.ID, got, want)
				}
				n := readNumber{View: act.View, Act: act.ID, State: c.Variables[v].States[st], Outcome: o.ID, Mean: want.Mean, Defined: answer.Number{V: want.Defined, OK: true}}
				for _, p := range readShares {
					q := answer.Quantile(xs, p)
					n.Quantiles = append(n.Quantiles, answer.Number{V: q, OK: !math.IsNaN(q)})
				}
				if want.Low.OK && (n.Quantiles[0] != want.Low || n.Quantiles[4] != want.High) {
					t.Errorf("%s %s=%s %s: from %v to %v, the answer has %v", act.View, act.ID, arm.State, o.ID, n.Quantiles[0], n.Quantiles[4], want)
				}
				numbers = append(numbers, n)
			}
		}
		for _, e := range act.Effects {
			e.Settles, e.Sways, e.Bounds, e.Lexicons = nil, nil, nil, nil
			effects = append(effects, readEffect{act.View, act.ID, e})
		}
	}
	if len(numbers) == 0 || len(effects) == 0 {
		t.Error("nothing was compared")
	}
	if out == "" {
		return
	}
	dir := filepath.Join(out, c.ID)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	put := func(name string, b []byte, err error) {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	about, err := json.Marshal(x.about)
	put("table.json", about, err)
	put("columns.bin", x.body, nil)
	for i, v := range x.about.Views {
		put(fmt.Sprintf("weights-%d.bin", i), x.raw[v.ID], nil)
	}
	text, err := json.Marshal(map[string]any{"shares": readShares, "arms": numbers, "effects": effects})
	put("numbers.json", text, err)
}
