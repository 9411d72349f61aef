package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
)

func written(t testing.TB, root *Node) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, root); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// shapes are those of matrices to be written; the largest has 75 chunks, which take
// two levels of nodes.
var shapes = []struct{ rows, columns int }{{1, 1}, {3, 5}, {40, 40}, {700, 300}, {600, 4096}, {0, 4}}

// matrix is an array whose cells say where they are.
func matrix(rows, columns int) *Array {
	x := make([]float64, rows*columns)
	for k := range x {
		x[k] = value(k/max(columns, 1), k%max(columns, 1), true)
	}
	return &Array{Dims: []int{rows, columns}, Values: x}
}

func sample() *Node {
	data := &Node{Name: "data"}
	for _, n := range shapes {
		data.Children = append(data.Children, &Node{Name: fmt.Sprintf("m%dx%d", n.rows, n.columns), Data: matrix(n.rows, n.columns)})
	}
	many := &Node{Name: "many"}
	for i := range 300 {
		many.Children = append(many.Children, &Node{Name: fmt.Sprintf("n%03d", i), Data: &Array{Values: []int32{int32(i)}}})
	}
	return &Node{Attributes: []Value{Text("OMX_VERSION", "0.2"), Text("place", "Երևան"), {Name: "SHAPE", Array: Array{Dims: []int{2}, Values: []int32{3, 5}}},
		{Name: "NA", Array: Array{Values: []float64{math.NaN()}}}},
		Children: []*Node{data, many, {Name: "lookup", Children: []*Node{
			{Name: "ids", Data: &Array{Dims: []int{3}, Values: []int64{-1, 2, 1 << 40}}},
			{Name: "names", Data: &Array{Dims: []int{4}, Values: []string{"Bakı", "თბილისი", "", "Երևան"}}},
			{Name: "single", Data: &Array{Dims: []int{2}, Values: []float32{0.25, -3}}}}}}}
}

func TestWriteReadsBack(t *testing.T) {
	data := written(t, sample())
	if again := written(t, sample()); !bytes.Equal(data, again) {
		t.Error("the same tree gave other bytes")
	}
	f, err := openBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range shapes {
		x, dims := floats(t, dig(t, f, fmt.Sprintf("data/m%dx%d", n.rows, n.columns)))
		if !slices.Equal(dims, []int{n.rows, n.columns}) || !slices.Equal(x, matrix(n.rows, n.columns).Values.([]float64)) {
			t.Errorf("%v comes back as %v", n, dims)
		}
	}
	if n, err := dig(t, f, "many/n217").Ints(); err != nil || !slices.Equal(n, []int64{217}) {
		t.Errorf("%v, %v", n, err)
	}
	if n, err := dig(t, f, "lookup/ids").Ints(); err != nil || !slices.Equal(n, []int64{-1, 2, 1 << 40}) {
		t.Errorf("%v, %v", n, err)
	}
	if s, err := dig(t, f, "lookup/names").Strings(); err != nil || !slices.Equal(s, []string{"Bakı", "თბილისი", "", "Երևան"}) {
		t.Errorf("%q, %v", s, err)
	}
	if x, _ := floats(t, dig(t, f, "lookup/single")); !slices.Equal(x, []float64{0.25, -3}) {
		t.Errorf("%v", x)
	}
	a, err := dig(t, f, "").Attribute("place")
	if err != nil || a == nil {
		t.Fatal(err)
	}
	if s, err := a.Strings(); err != nil || !slices.Equal(s, []string{"Երևան"}) {
		t.Errorf("%q, %v", s, err)
	}
	if keep := os.Getenv("HDF5_KEEP"); keep != "" { // for a look from outside, with h5dump or h5py
		if err := os.WriteFile(keep, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWriteRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 70).Draw(t, "rows"), rapid.IntRange(1, 9).Draw(t, "columns")
		x := rapid.SliceOfN(rapid.Float64(), rows*columns, rows*columns).Draw(t, "x")
		var b bytes.Buffer
		if err := Write(&b, &Node{Children: []*Node{{Name: "x", Data: &Array{Dims: []int{rows, columns}, Values: x}}}}); err != nil {
			t.Fatal(err)
		}
		f, err := openBytes(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		root, err := f.Root()
		if err != nil {
			t.Fatal(err)
		}
		o, err := root.Open("x")
		if err != nil {
			t.Fatal(err)
		}
		back, err := o.Floats()
		if err != nil || !slices.Equal(back, x) {
			t.Fatalf("%v, %v", back, err)
		}
	})
}

// broken takes so many bytes and no more.
type broken int

func (b *broken) Write(p []byte) (int, error) {
	if *b -= broken(len(p)); *b < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

// Rows made on the way are the same file as values in memory; what cannot be
// written in full is an error, wherever it breaks off.
func TestWriteRows(t *testing.T) {
	const rows, columns = 600, 700
	m := matrix(rows, columns)
	want := written(t, &Node{Children: []*Node{{Name: "m", Data: m}}})
	calls := 0
	got := written(t, &Node{Children: []*Node{{Name: "m", Data: &Array{Dims: m.Dims, Values: Rows(func(r int, to []float64) {
		calls++
		copy(to, m.Values.([]float64)[r*columns:])
	})}}}})
	if !bytes.Equal(got, want) || calls != 2*rows {
		t.Errorf("%d bytes in %d rows, want %d", len(got), calls, len(want))
	}
	for at := 0; at < len(want); at += len(want)/50 + 1 {
		b := broken(at)
		if err := Write(&b, &Node{Children: []*Node{{Name: "m", Data: m}}}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("broken off after %d bytes: %v", at, err)
		}
	}
}

// A matrix is not held in memory when it is written, nor is the file.
func TestWriteStreams(t *testing.T) {
	const n = 1500 // 18 MB
	row := func(r int, to []float64) {
		for i := range to {
			to[i] = float64(r*n+i) * 1.1
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := Write(io.Discard, &Node{Children: []*Node{{Name: "m", Data: &Array{Dims: []int{n, n}, Values: Rows(row)}}}}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > n*n*8/2 {
		t.Errorf("%d bytes allocated for a matrix of %d", used, n*n*8)
	}
}

func TestNotWritten(t *testing.T) {
	for name, n := range map[string]*Node{
		"rows":       {Children: []*Node{{Name: "x", Data: &Array{Dims: []int{2}, Values: Rows(func(int, []float64) {})}}}},
		"shape":      {Children: []*Node{{Name: "x", Data: &Array{Dims: []int{2, 2}, Values: []float64{1}}}}},
		"type":       {Children: []*Node{{Name: "x", Data: &Array{Values: []bool{true}}}}},
		"slash":      {Children: []*Node{{Name: "a/b"}}},
		"twice":      {Children: []*Node{{Name: "a"}, {Name: "a"}}},
		"no name":    {Children: []*Node{{}}},
		"large":      {Attributes: []Value{{Name: "x", Array: Array{Dims: []int{1 << 14}, Values: make([]float64, 1<<14)}}}},
		"zero bytes": {Children: []*Node{{Name: "x", Data: &Array{Values: []string{"a\x00"}}}}},
		"both":       {Children: []*Node{{Name: "x", Data: &Array{Values: []int32{1}}, Children: []*Node{{Name: "y"}}}}},
	} {
		var b bytes.Buffer
		if err := Write(&b, n); err == nil || b.Len() > 0 {
			t.Errorf("%s: written (%d bytes), %v", name, b.Len(), err)
		}
	}
}

// A skim of 1,790 zones, as one reads and writes it.
func BenchmarkMatrix(b *testing.B) {
	m := matrix(1790, 1790)
	root := &Node{Children: []*Node{{Name: "m", Data: m}}}
	data := written(b, root)
	b.Run("write", func(b *testing.B) {
		for range b.N {
			written(b, root)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportMetric(float64(len(data)), "bytes")
		for range b.N {
			f, err := openBytes(data)
			if err != nil {
				b.Fatal(err)
			}
			floats(b, dig(b, f, "m"))
		}
	})
}

// A file may say that its elements are of any size; that costs no time. The fastest
// of a few tries counts, since others may have the processor in one of them.
func TestUnshuffleHugeElements(t *testing.T) {
	src := []byte{1, 2, 3}
	fastest := time.Hour
	for range 5 {
		begin := time.Now()
		if got := unshuffle(make([]byte, 3), src, math.MaxUint32); !bytes.Equal(got, src) {
			t.Fatalf("%v came back as %v", src, got)
		}
		if fastest = min(fastest, time.Since(begin)); fastest < time.Millisecond {
			return
		}
	}
	if fastest > time.Second/2 {
		t.Errorf("it took %v", fastest)
	}
}
