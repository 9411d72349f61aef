package world

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
)

// Each field of the identity makes another key; a field added without being
// hashed fails here.
func TestIdentityFields(t *testing.T) {
	id, err := IdentityOf(fakePlan(t, &fake{options: "o"}).Engine)
	if err != nil {
		t.Fatal(err)
	}
	want := id.Key()
	v := reflect.ValueOf(&id).Elem()
	for i := range v.NumField() {
		was := reflect.New(v.Field(i).Type()).Elem()
		was.Set(v.Field(i))
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			if f.String() == "" {
				t.Errorf("%s is empty", v.Type().Field(i).Name)
			}
			f.SetString(f.String() + "x")
		case reflect.Int:
			f.SetInt(f.Int() + 1)
		case reflect.Array:
			f.Index(0).SetUint(f.Index(0).Uint() ^ 1)
		default:
			t.Fatalf("field %s of kind %s", v.Type().Field(i).Name, f.Kind())
		}
		if id.Key() == want {
			t.Errorf("changing %s keeps the key", v.Type().Field(i).Name)
		}
		v.Field(i).Set(was)
	}
	if id.Key() != want {
		t.Error("the key is not a function of the fields")
	}
	a, b, c := [32]byte{1}, [32]byte{2}, [32]byte{3}
	entry := EntryKey(a, b, c, "d")
	for i, other := range [][32]byte{EntryKey(c, b, c, "d"), EntryKey(a, c, c, "d"), EntryKey(a, b, a, "d"), EntryKey(a, b, c, "e")} {
		if other == entry {
			t.Errorf("part %d of an entry's key does not count", i)
		}
	}
	// Text moved from one field to the next is another identity.
	x, y := id, id
	x.Engine, x.Revision = "ab", "c"
	y.Engine, y.Revision = "a", "bc"
	if x.Key() == y.Key() {
		t.Error("fields run into each other")
	}
}

// A changed case or option misses the cache.
func TestOtherEngineMisses(t *testing.T) {
	dir := t.TempDir()
	solve(t, fakePlan(t, &fake{}), Options{Cache: cacheAt(t, dir)})
	for _, f := range []*fake{{options: "tighter"}, {base: 1}} {
		p := fakePlan(t, f)
		if _, run := solve(t, p, Options{Cache: cacheAt(t, dir)}); run.Cached != 0 {
			t.Errorf("%+v: found %d solutions of another engine", f, run.Cached)
		}
	}
	if _, run := solve(t, fakePlan(t, &fake{}), Options{Cache: cacheAt(t, dir)}); run.Solved != 0 {
		t.Error("the same engine misses")
	}
}

func TestSolutionEncoding(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		floats := rapid.SliceOfN(rapid.Float64(), 0, 9)
		s := &Solution{
			Values: floats.Draw(rt, "values"), Weights: floats.Draw(rt, "weights"), State: floats.Draw(rt, "state"), Lost: floats.Draw(rt, "lost"),
			Converged: rapid.Bool().Draw(rt, "converged"), Residual: rapid.Float64().Draw(rt, "residual"),
			Iterations: rapid.IntRange(0, 1e9).Draw(rt, "iterations"), Kind: rapid.String().Draw(rt, "kind"),
		}
		b := s.encode()
		got, err := decodeSolution(b)
		if err != nil {
			rt.Fatal(err)
		}
		if string(got.encode()) != string(b) {
			rt.Fatalf("%+v came back as %+v", s, got)
		}
		if _, err := decodeSolution(b[:len(b)-1]); err == nil {
			rt.Fatal("a solution cut short was read")
		}
		if _, err := decodeSolution(append(b, 0)); err == nil {
			rt.Fatal("a solution with a tail was read")
		}
	})
	nan := &Solution{Values: []float64{math.NaN()}}
	if got, err := decodeSolution(nan.encode()); err != nil || !math.IsNaN(got.Values[0]) {
		t.Errorf("NaN: %v, %v", got, err)
	}
}

func FuzzReadSegment(f *testing.F) {
	whole := appendRecord(segmentHeader(), [32]byte{1}, (&Solution{Values: []float64{1, 2}}).encode())
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add(segmentHeader())
	f.Add([]byte("something else entirely"))
	f.Fuzz(func(t *testing.T, b []byte) {
		readSegment(b, func(key [32]byte, payload []byte) {
			if s, err := decodeSolution(payload); err == nil {
				s.encode()
			}
		})
	})
}
