package answer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/klauspost/compress/gzip"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/internal/par"
	"github.com/astara-corridors/astara/world"
)

// The table of worlds as the web app reads it: one body of plain columns, little
// endian, and one of weights for each view, each kept packed (gzip) in the cache beside
// the answer, with a description in JSON. Nothing is prepared or solved to open them.
// The layout is in docs/formats/columns.md.

// ColumnsFormat is the version of that layout.
const ColumnsFormat = 1

// Browsable describes the columns of a case.
type Browsable struct {
	Format    int              `json:"format"`
	Case      string           `json:"case"`
	Hash      string           `json:"hash"` // SHA-256 of the body of columns, hex
	Bytes     int              `json:"bytes"`
	Worlds    int              `json:"worlds"`
	Codes     uint64           `json:"codes"`    // of the full product of states, impossible ones too
	Baseline  uint32           `json:"baseline"` // code of the baseline world
	Variables []BrowseVariable `json:"variables"`
	Engines   []BrowseEngine   `json:"engines"`
	Outcomes  []BrowseOutcome  `json:"outcomes"`
	Sections  []Section        `json:"sections"`
	Arms      []BrowseArm      `json:"arms"`
	Views     []BrowseView     `json:"views"`
}

// BrowseVariable is a variable as its states make a world's code:
// state = code / stride mod number of states.
type BrowseVariable struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	States   []string `json:"states"`
	Baseline int      `json:"baseline"`
	Stride   uint32   `json:"stride"`
	Parents  []int    `json:"influenced_by"` // by index
}

// BrowseEngine is a table of one engine.
type BrowseEngine struct {
	Name string `json:"name"`
	Rows int    `json:"rows"`
	// Depends says for each variable whether some row of the engine depends on it.
	Depends []bool `json:"depends"`
	// Unsettled are the rows whose solving did not reach its tolerance.
	Unsettled []int `json:"unsettled"`
}

// BrowseOutcome is a named number of the case.
type BrowseOutcome struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	About       string  `json:"about,omitempty"`
	Measure     string  `json:"measure"`
	Unit        string  `json:"unit"` // of its column, the canonical unit
	Good        string  `json:"good"`
	Corridor    string  `json:"corridor,omitempty"`
	Materiality float64 `json:"materiality"`
	Engine      int     `json:"engine"`
	Asked       bool    `json:"asked"` // by a question of the case
}

// Section is one column: where it starts in the body, in bytes, and how many numbers
// of its type it has. Starts are multiples of 8.
type Section struct {
	Name  string `json:"name"`
	Type  string `json:"type"` // uint16, uint32, float64
	Start int    `json:"start"`
	Count int    `json:"count"`
}

// BrowseArm is a combination of states of the acts. The weights of its worlds sum to 1.
type BrowseArm struct {
	Name   string         `json:"name"`
	States map[string]int `json:"states"` // of acts, by index
}

// BrowseView is a view whose weights are kept.
type BrowseView struct {
	View
	Hash string `json:"hash"` // SHA-256 of its weights, hex
}

// ViewWeights are the weights of one view: a number a world in the order of the
// worlds, for all arms of the acts at once. Those of each arm sum to 1.
type ViewWeights struct {
	View    View
	OfWorld []float64
}

// Weights completes the words of a case and returns the weights of every view, the
// headline first, as [Compute] does.
func Weights(ctx context.Context, c *casefile.Case, ts []*world.Table, workers int) ([]ViewWeights, error) {
	reference, err := NewCaseReference(c, ts[0].Worlds)
	if err != nil {
		return nil, err
	}
	o, err := newOpinions(ctx, c, ts[0].Worlds, ts, reference, (&computer{c: c}).comparedActs(), false, workers)
	if err != nil {
		return nil, err
	}
	lenses, err := o.lenses(reference)
	if err != nil {
		return nil, err
	}
	return weightsOf(c, ts[0].Worlds, lenses, o), nil
}

// weightsOf lays the distributions of all lenses out by world.
func weightsOf(c *casefile.Case, worlds *formula.Worlds, lenses []lens, o *opinions) []ViewWeights {
	var out []ViewWeights
	for _, l := range lenses {
		w := ViewWeights{View: l.View()}
		if h, ok := l.Weighting.(*held); ok {
			w.OfWorld = h.weight
		} else if o != nil {
			w.OfWorld = o.reference
		} else {
			w.OfWorld = make([]float64, worlds.Len())
			for _, a := range armsOf(c) {
				d, err := l.Distribution(a)
				if err != nil {
					continue // an arm that no question compares may put weight on what cannot be
				}
				for i, row := range d.Rows {
					w.OfWorld[row] = d.Weight[i]
				}
			}
		}
		out = append(out, w)
	}
	return out
}

// armsOf lists the combinations of states of the acts, the first act slowest; where
// they are more than can be read together, those with one act off its baseline.
func armsOf(c *casefile.Case) []map[int]int {
	arms, single := []map[int]int{{}}, 1
	for v, x := range c.Variables {
		if !isAct(x) {
			continue
		}
		var next []map[int]int
		for _, a := range arms {
			for st := range x.States {
				b := map[int]int{v: st}
				for k, s := range a {
					b[k] = s
				}
				next = append(next, b)
			}
		}
		single += len(x.States) - 1
		if len(next) > max(belief.MaxArms, single) {
			kept := next[:0]
			for _, a := range next {
				off := 0
				for k, st := range a {
					if st != c.Variables[k].Baseline {
						off++
					}
				}
				if off <= 1 {
					kept = append(kept, a)
				}
			}
			next = kept
		}
		arms = next
	}
	return arms
}

// KeepColumns stores the tables of a case and the weights of its views as columns.
func KeepColumns(ctx context.Context, cache *world.Cache, c *casefile.Case, ts []*world.Table, weights []ViewWeights, workers int) error {
	if cache == nil {
		return nil
	}
	b, body := browsable(c, ts)
	b.Arms = slices.DeleteFunc(b.Arms, func(a BrowseArm) bool { return !weighs(c.Space, ts[0].Worlds, a, weights) })
	for _, w := range weights {
		b.Views = append(b.Views, BrowseView{View: w.View})
	}
	err := par.Do(ctx, workers, len(weights)+1, func(_, i int) error {
		part, raw := "columns", body
		if i < len(weights) {
			part, raw = weightsPart(weights[i].View.ID), floats(nil, weights[i].OfWorld)
			b.Views[i].Hash = hashOf(raw)
		}
		key, err := columnsKey(c, part)
		if err != nil {
			return err
		}
		var z bytes.Buffer
		w, err := gzip.NewWriterLevel(&z, gzip.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := w.Write(raw); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		cache.Store(key, z.Bytes())
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping the columns: %w", err)
	}
	key, err := columnsKey(c, "description")
	if err != nil {
		return err
	}
	text, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("describing the columns: %w", err)
	}
	cache.Store(key, text) // last: what it describes is there
	return nil
}

// weighs reports whether some view gives weight to a world of the arm.
func weighs(s *formula.Space, ws *formula.Worlds, a BrowseArm, weights []ViewWeights) bool {
	for row, code := range ws.Codes {
		in := true
		for id, st := range a.States {
			v, _ := s.Index(id)
			in = in && s.State(code, v) == st
		}
		if in && slices.ContainsFunc(weights, func(w ViewWeights) bool { return w.OfWorld[row] > 0 }) {
			return true
		}
	}
	return false
}

// Columns returns the description of the columns kept of a case.
func Columns(cache *world.Cache, c *casefile.Case) (*Browsable, bool) {
	key, err := columnsKey(c, "description")
	if err != nil {
		return nil, false
	}
	text, ok := cache.Load(key)
	if !ok {
		return nil, false
	}
	b := &Browsable{}
	if json.Unmarshal(text, b) != nil || b.Format != ColumnsFormat {
		return nil, false
	}
	return b, true
}

// OpenColumns opens the body of the columns, packed with gzip, or with a view its
// weights. The caller closes it.
func OpenColumns(cache *world.Cache, c *casefile.Case, view string) (body *os.File, size int64, ok bool) {
	part := "columns"
	if view != "" {
		part = weightsPart(view)
	}
	key, err := columnsKey(c, part)
	if err != nil {
		return nil, 0, false
	}
	return cache.Open(key)
}

func weightsPart(view string) string { return "weights of " + view }

// columnsKey is the key of a part of the columns: a function of the case's files and
// of all that the program and the machine add.
func columnsKey(c *casefile.Case, part string) ([32]byte, error) {
	machine, err := world.Machine()
	if err != nil {
		return [32]byte{}, err
	}
	h := sha256.New()
	field := func(s string) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(s))))
		io.WriteString(h, s)
	}
	field("columns")
	field(fmt.Sprint(ColumnsFormat))
	h.Write(machine[:])
	field(part)
	for _, f := range c.Files {
		field(f.Path)
		field(f.SHA256)
	}
	return [32]byte(h.Sum(nil)), nil
}

// browsable lays the tables out as columns.
func browsable(c *casefile.Case, ts tables) (*Browsable, []byte) {
	worlds := ts[0].Worlds
	b := &Browsable{Format: ColumnsFormat, Case: c.ID, Worlds: worlds.Len(), Codes: c.Space.Size(), Baseline: uint32(c.Space.Baseline())}
	stride := c.Space.Size()
	for _, v := range c.Variables {
		stride /= uint64(len(v.States))
		b.Variables = append(b.Variables, BrowseVariable{v.ID, nameOr(v.Name, v.ID), v.Kind, v.States, v.Baseline, uint32(stride), append([]int{}, v.InfluencedBy...)})
	}
	for _, a := range armsOf(c) {
		arm := BrowseArm{Name: "all", States: map[string]int{}}
		for v, x := range c.Variables {
			if st, ok := a[v]; ok {
				arm.States[x.ID] = st
				text := x.ID + "=" + x.States[st]
				if arm.Name == "all" {
					arm.Name = text
				} else {
					arm.Name += "," + text
				}
			}
		}
		b.Arms = append(b.Arms, arm)
	}
	var body []byte
	section := func(name, kind string, count int) {
		for len(body)%8 != 0 {
			body = append(body, 0)
		}
		b.Sections = append(b.Sections, Section{name, kind, len(body), count})
	}
	section("steps", "uint32", worlds.Len())
	last := formula.World(0)
	for _, code := range worlds.Codes {
		body = binary.LittleEndian.AppendUint32(body, uint32(code-last))
		last = code
	}
	for _, t := range ts {
		e := BrowseEngine{Name: t.Engine.Name(), Rows: len(t.Rows), Depends: t.Depends(), Unsettled: []int{}}
		for row, st := range t.Status {
			if !st.Converged {
				e.Unsettled = append(e.Unsettled, row)
			}
		}
		b.Engines = append(b.Engines, e)
		if name := "row/" + e.Name; e.Rows > math.MaxUint16 {
			section(name, "uint32", worlds.Len())
			for _, row := range t.RowOf {
				body = binary.LittleEndian.AppendUint32(body, uint32(row))
			}
		} else {
			section(name, "uint16", worlds.Len())
			for _, row := range t.RowOf {
				body = binary.LittleEndian.AppendUint16(body, uint16(row))
			}
		}
	}
	for _, o := range BrowseOutcomes(c) {
		at, ok := ts.find(o.ID)
		if !ok {
			continue
		}
		o.Engine = at.table
		b.Outcomes = append(b.Outcomes, o)
		section("outcome/"+o.ID, "float64", len(ts[at.table].Rows))
		body = floats(body, ts.values(at))
	}
	b.Hash, b.Bytes = hashOf(body), len(body)
	return b, body
}

// BrowseOutcomes describes the outcomes of a case; the engine of freight is 0, that of
// power and gas 1.
func BrowseOutcomes(c *casefile.Case) []BrowseOutcome {
	asked := map[string]bool{}
	for _, q := range c.Questions {
		for _, id := range q.Outcomes {
			asked[id] = true
		}
	}
	out := make([]BrowseOutcome, 0, len(c.Outcomes))
	for _, o := range c.Outcomes {
		engine := 0
		if o.Energy != nil {
			engine = 1
		}
		out = append(out, BrowseOutcome{o.ID, nameOr(o.Name, o.ID), o.About, string(o.Measure), casefile.MeasureDim(o.Measure).Unit(), o.Good, o.Corridor, o.Materiality, engine, asked[o.ID]})
	}
	return out
}

func floats(to []byte, values []float64) []byte {
	for _, v := range values {
		to = binary.LittleEndian.AppendUint64(to, math.Float64bits(v))
	}
	return to
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
