package hdf5

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The files in testdata were written by HDF5 1.10.8 through h5py with
// testdata/make.py: cell i, j holds 100 i + j, plus 0.5 where it is a float.
func value(i, j int, float bool) float64 {
	x := float64(100*i + j)
	if float {
		x += 0.5
	}
	return x
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func openBytes(data []byte) (*File, error) { return Open(bytes.NewReader(data), int64(len(data))) }

// dig opens an object by its path.
func dig(t testing.TB, f *File, path string) *Object {
	t.Helper()
	o, err := f.Root()
	for _, name := range strings.Split(path, "/") {
		if err == nil && name != "" {
			o, err = o.Open(name)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func floats(t testing.TB, o *Object) ([]float64, []int) {
	t.Helper()
	x, err := o.Floats()
	if err != nil {
		t.Fatal(err)
	}
	dims, err := o.Shape()
	if err != nil {
		t.Fatal(err)
	}
	return x, dims
}

func TestMatrices(t *testing.T) {
	both := []string{"f8", "f4", "i8", "i4", "i2", "u2", "f8_big", "f4_big", "i4_big", "u8_big", "chunk_gzip", "chunk_gzip_shuffle", "chunk_shuffle",
		"chunk_fletcher", "chunk_all", "chunk_plain", "chunk_big", "compact"}
	files := map[string][]string{
		"old.h5": both,
		"new.h5": append([]string{"single", "single_gzip", "fixed_array", "fixed_array_gzip", "extensible", "extensible_gzip", "extensible_last",
			"extensible_last_gzip", "tree2", "tree2_gzip", "implicit", "edge", "fixed_pages", "tree2_deep"}, both...),
	}
	for file, names := range files {
		f, err := openBytes(load(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			t.Run(file+"/"+name, func(t *testing.T) {
				o := dig(t, f, "data/"+name)
				x, dims := floats(t, o)
				if len(dims) != 2 || len(x) != dims[0]*dims[1] || len(x) < 15 {
					t.Fatalf("%d values of shape %v", len(x), dims)
				}
				typ, err := o.Type()
				if err != nil {
					t.Fatal(err)
				}
				for k, got := range x {
					if want := value(k/dims[1], k%dims[1], typ.Class == Float); got != want {
						t.Fatalf("cell %d, %d is %v, want %v", k/dims[1], k%dims[1], got, want)
					}
				}
				if typ.Class != Integer {
					return
				}
				n, err := o.Ints()
				if err != nil {
					t.Fatal(err)
				}
				for k := range n {
					if float64(n[k]) != x[k] {
						t.Fatalf("place %d is %d and %v", k, n[k], x[k])
					}
				}
			})
		}
	}
}

func TestOtherDatasets(t *testing.T) {
	for _, file := range []string{"old.h5", "new.h5"} {
		f, err := openBytes(load(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{"never": 7.5, "never_chunked": -1} {
			x, _ := floats(t, dig(t, f, "data/"+name))
			if len(x) != 16 || slices.ContainsFunc(x, func(v float64) bool { return v != want }) {
				t.Errorf("%s %s: %v", file, name, x)
			}
		}
		part, _ := floats(t, dig(t, f, "data/part"))
		for k, got := range part {
			i, j := k/6, k%6
			want := -9.0
			if i/2 == 1 && j/2 == 1 {
				want = value(i, j, true)
			}
			if got != want {
				t.Errorf("%s part: cell %d, %d is %v, want %v", file, i, j, got, want)
			}
		}
		three, dims := floats(t, dig(t, f, "data/chunk_three"))
		for i, v := range three {
			if v != float64(i) {
				t.Errorf("%s: three dimensions %v: place %d is %v", file, dims, i, v)
				break
			}
		}
		if x, dims := floats(t, dig(t, f, "data/scalar")); len(dims) != 0 || !slices.Equal(x, []float64{4.25}) {
			t.Errorf("%s: a single element is %v of shape %v", file, x, dims)
		}
		if n, err := dig(t, f, "data/ids").Ints(); err != nil || !slices.Equal(n, []int64{101, 102, 103, 104, 105}) {
			t.Errorf("%s: ids %v, %v", file, n, err)
		}
		if n, err := dig(t, f, "data/flags").Ints(); err != nil || !slices.Equal(n, []int64{1, 0, 1}) {
			t.Errorf("%s: booleans %v, %v", file, n, err)
		}
		if s, err := dig(t, f, "data/fixed").Strings(); err != nil || !slices.Equal(s, []string{"Baku", "Tbilisi", "Yerevan"}) {
			t.Errorf("%s: strings %q, %v", file, s, err)
		}
		if s, err := dig(t, f, "data/texts").Strings(); err != nil || !slices.Equal(s, []string{"Bakı", "თბილისი", "", "Երևան"}) {
			t.Errorf("%s: strings of variable length %q, %v", file, s, err)
		}
	}
}

func TestManyChunksOldIndex(t *testing.T) {
	f, err := openBytes(load(t, "old.h5"))
	if err != nil {
		t.Fatal(err)
	}
	x, _ := floats(t, dig(t, f, "many_chunks")) // 100 chunks: two levels of nodes
	for k, got := range x {
		if want := value(k/40, k%40, false); got != want {
			t.Fatalf("cell %d, %d is %v, want %v", k/40, k%40, got, want)
		}
	}
}

func TestPagesNeverWritten(t *testing.T) {
	f, err := openBytes(load(t, "new.h5"))
	if err != nil {
		t.Fatal(err)
	}
	x, _ := floats(t, dig(t, f, "data/fixed_pages_few"))
	for k, got := range x {
		want := -9.0
		if k == 55*60+3 {
			want = 5503
		}
		if got != want {
			t.Fatalf("cell %d, %d is %v, want %v", k/60, k%60, got, want)
		}
	}
}

func TestPagesOfExtensibleArray(t *testing.T) {
	f, err := openBytes(load(t, "pages.h5"))
	if err != nil {
		t.Fatal(err)
	}
	x, _ := floats(t, dig(t, f, "far"))
	for k, got := range x {
		want := -9.0
		if k == 1260*110+104 {
			want = value(1260, 104, true)
		}
		if got != want {
			t.Fatalf("cell %d, %d is %v, want %v", k/110, k%110, got, want)
		}
	}
}

func TestNamesAndAttributes(t *testing.T) {
	for _, file := range []string{"old.h5", "new.h5"} {
		f, err := openBytes(load(t, file))
		if err != nil {
			t.Fatal(err)
		}
		names, err := dig(t, f, "many").Names()
		if err != nil || len(names) != 300 || names[0] != "name000" || names[299] != "name299" {
			t.Errorf("%s: %d names, %v", file, len(names), err)
		}
		if x, _ := floats(t, dig(t, f, "many/name217")); x[6] != value(1, 1, true) {
			t.Errorf("%s: through a second name %v", file, x)
		}
		root := dig(t, f, "")
		get := func(name string) *Attribute {
			a, err := root.Attribute(name)
			if err != nil || a == nil {
				t.Fatalf("%s: attribute %s: %v", file, name, err)
			}
			return a
		}
		if s, err := get("OMX_VERSION").Strings(); err != nil || !slices.Equal(s, []string{"0.2"}) {
			t.Errorf("%s: version %q, %v", file, s, err)
		}
		if n, err := get("SHAPE").Ints(); err != nil || !slices.Equal(n, []int64{3, 5}) {
			t.Errorf("%s: shape %v, %v", file, n, err)
		}
		if s, err := get("text").Strings(); err != nil || !slices.Equal(s, []string{"Երևան"}) {
			t.Errorf("%s: text %q, %v", file, s, err)
		}
		if x, err := get("factor").Floats(); err != nil || !slices.Equal(x, []float64{0.25}) {
			t.Errorf("%s: factor %v, %v", file, x, err)
		}
		if s, err := get("empty").Strings(); err != nil || len(s) != 0 {
			t.Errorf("%s: nothing is %q, %v", file, s, err)
		}
		if a, err := root.Attribute("absent"); a != nil || err != nil {
			t.Errorf("%s: absent attribute: %v, %v", file, a, err)
		}
	}
	f, err := openBytes(load(t, "new.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if names, err := dig(t, f, "few").Names(); err != nil || !slices.Equal(names, []string{"a", "b"}) {
		t.Errorf("links in the header: %v, %v", names, err)
	}
	a, err := dig(t, f, "").Attribute("more17")
	if err != nil || a == nil {
		t.Fatal(err)
	}
	if n, err := a.Ints(); err != nil || !slices.Equal(n, []int64{17}) {
		t.Errorf("dense attribute %v, %v", n, err)
	}
}

func TestUserBlock(t *testing.T) {
	f, err := openBytes(load(t, "userblock.h5"))
	if err != nil {
		t.Fatal(err)
	}
	if x, _ := floats(t, dig(t, f, "a")); x[14] != value(2, 4, true) {
		t.Errorf("%v", x)
	}
}

// What is not read is refused by name.
func TestRefused(t *testing.T) {
	for _, file := range []string{"old.h5", "new.h5"} {
		f, err := openBytes(load(t, file))
		if err != nil {
			t.Fatal(err)
		}
		data := dig(t, f, "data")
		for name, words := range map[string]string{"lzf": "LZF", "half": "floating-point type of 2 bytes", "compound": "compound", "texts": "variable length",
			"soft": "soft link", "elsewhere": "external link"} {
			o, err := data.Open(name)
			if err == nil {
				_, err = o.Floats()
			}
			if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), "/data/"+name) {
				t.Errorf("%s %s: %v", file, name, err)
			}
		}
		if _, err := data.Open("nobody"); !errors.Is(err, ErrNotFound) {
			t.Errorf("absent: %v", err)
		}
		if _, err := data.Floats(); !errors.Is(err, ErrDamaged) {
			t.Errorf("a group as a dataset: %v", err)
		}
		if _, err := dig(t, f, "data/f8").Ints(); !errors.Is(err, ErrUnsupported) {
			t.Errorf("floats as integers: %v", err)
		}
	}
	if _, err := openBytes([]byte("PK\x03\x04 no such thing")); !errors.Is(err, ErrNotHDF5) {
		t.Errorf("another file: %v", err)
	}
	if _, err := openBytes(nil); !errors.Is(err, ErrNotHDF5) {
		t.Errorf("an empty file: %v", err)
	}
}

// every reads all that can be reached in a file.
func every(f *File) (objects int, errs []error) {
	root, err := f.Root()
	if err != nil {
		return 0, []error{err}
	}
	var walk func(o *Object, depth int)
	cells := 0
	walk = func(o *Object, depth int) {
		objects++
		if objects > 2000 || depth > 5 {
			return
		}
		attributes, err := o.Attributes()
		if err != nil {
			errs = append(errs, err)
		}
		for _, a := range attributes {
			_, _ = a.Ints()
			_, _ = a.Floats()
			_, _ = a.Strings()
		}
		if o.IsDataset() {
			// What a dataset may take without place in the file is large; not all of that.
			if shape, err := o.Shape(); err == nil {
				n := 1
				for _, d := range shape {
					n *= min(d, 1<<16)
				}
				if cells += min(n, 1<<20); cells > 1<<20 {
					return
				}
			}
			for _, read := range []func() error{
				func() error { _, err := o.Floats(); return err },
				func() error { _, err := o.Ints(); return err },
				func() error { _, err := o.Strings(); return err },
			} {
				if err := read(); err != nil {
					errs = append(errs, err)
				}
			}
			return
		}
		names, err := o.Names()
		if err != nil {
			errs = append(errs, err)
		}
		for i, name := range names {
			if i > 40 {
				break
			}
			child, err := o.Open(name)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			walk(child, depth+1)
		}
	}
	walk(root, 0)
	return objects, errs
}

// A file cut off anywhere is refused when it is opened: it is shorter than it says.
func TestCutOff(t *testing.T) {
	for _, file := range []string{"old.h5", "new.h5", "small.h5", "userblock.h5"} {
		data := load(t, file)
		for n := 0; n < len(data); n += 1 + n/40 {
			f, err := openBytes(data[:n])
			if err == nil {
				t.Fatalf("%s: the first %d of %d bytes were opened", file, n, len(data))
			}
			if f != nil && !errors.Is(err, ErrDamaged) {
				t.Fatalf("%s: %d bytes: %v", file, n, err)
			}
		}
	}
}

// A bit that is turned in the metadata of a newer file is found by its checksum; in
// any file nothing panics and nothing wrong is as large as the limits.
func TestTurnedBits(t *testing.T) {
	for _, file := range []string{"old.h5", "new.h5"} {
		data := load(t, file)
		for i := 0; i < len(data); i += 701 {
			bad := slices.Clone(data)
			bad[i] ^= 1 << (i % 8)
			f, err := open(bytes.NewReader(bad), int64(len(bad)), i%2 == 0)
			if err != nil {
				continue
			}
			every(f)
		}
	}
}

func TestChecksum(t *testing.T) {
	// Values of the comment in Jenkins's lookup3.c, driver5.
	if got := lookup3([]byte("Four score and seven years ago")); got != 0x17770551 {
		t.Errorf("lookup3 %#x", got)
	}
	if got := lookup3(nil); got != 0xdeadbeef {
		t.Errorf("lookup3 of nothing %#x", got)
	}
	// Fletcher over big-endian words 0x0102, 0x0304: sums 0x0406 and 0x0102+0x0406.
	if got := fletcher32([]byte{1, 2, 3, 4}); got != 0x05080406 {
		t.Errorf("fletcher32 %#x", got)
	}
}

// A damaged checksum is told from damaged data.
func TestDamageIsNamed(t *testing.T) {
	data := load(t, "new.h5")
	for sig, words := range map[string]string{"FRHP": "fractal heap", "BTHD": "B-tree 2", "OHDR": "object header", "FAHD": "fixed array", "EAIB": "extensible array index"} {
		bad := slices.Clone(data)
		for at := 0; ; {
			i := bytes.Index(bad[at:], []byte(sig))
			if i < 0 {
				break
			}
			at += i + len(sig)
			bad[at+2] ^= 0x40
		}
		f, err := openBytes(bad)
		if err == nil {
			_, errs := every(f)
			err = errors.Join(errs...)
		}
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", sig, err)
		}
	}
}

// A dataset that declares far more than its file can hold takes no memory.
func TestBomb(t *testing.T) {
	f := &File{size: 4096, lengths: 8}
	if _, err := f.elements(space{dims: []uint64{1 << 14, 1 << 13}}, 8, "dataset", 0); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a gigabyte in a file of 4 kB: %v", err)
	}
	if _, err := f.elements(space{dims: []uint64{1 << 40, 1 << 40}}, 8, "dataset", 0); !errors.Is(err, ErrTooLarge) {
		t.Errorf("2^80 cells: %v", err)
	}
	if n, err := f.elements(space{dims: []uint64{1 << 40, 0}}, 8, "dataset", 0); n != 0 || err != nil {
		t.Errorf("no cell: %d, %v", n, err)
	}
	f.size = 1 << 30
	if n, err := f.elements(space{dims: []uint64{1 << 14, 1 << 14}}, 8, "dataset", 0); n != 1<<28 || err != nil {
		t.Errorf("as large as is read: %d, %v", n, err)
	}
}

func ExampleOpen() {
	data, err := os.ReadFile("testdata/old.h5")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		fmt.Println(err)
		return
	}
	root, _ := f.Root()
	group, _ := root.Open("data")
	matrix, _ := group.Open("f8")
	cells, _ := matrix.Floats()
	shape, _ := matrix.Shape()
	fmt.Println(shape, cells[:5])
	// Output: [3 5] [0.5 1.5 2.5 3.5 4.5]
}

func FuzzRead(f *testing.F) {
	f.Add(load(f, "small.h5"), true)
	f.Add(load(f, "userblock.h5"), true)
	f.Add(written(f, &Node{Attributes: []Value{Text("v", "0.2")}, Children: []*Node{{Name: "m", Data: matrix(2, 2)}, {Name: "s", Data: &Array{Dims: []int{2}, Values: []string{"a", "b"}}}}}), false)
	f.Fuzz(func(t *testing.T, data []byte, unverified bool) {
		file, err := open(bytes.NewReader(data), int64(len(data)), unverified)
		if err == nil {
			every(file)
		}
	})
}
