package interchange_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight/assign"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/interchange/hdf5"
	"github.com/astara-corridors/astara/internal/testdata"
)

func readOMX(t testing.TB, data []byte, l *diag.List) *interchange.OMX {
	t.Helper()
	return interchange.ReadOMX("x.omx", bytes.NewReader(data), int64(len(data)), l)
}

// Files of other programs, against what h5py 3.7 (HDF5 1.10.8) reads of them.
func TestOMXPublished(t *testing.T) {
	dir := testdata.Dir(t, "data/omx")
	for _, f := range []struct {
		file, matrix, lookup string
		matrices, zones      int
		first, last          string // of the lookup
		at10to20, sum        float64
	}{
		// PTV Visum's export; rows without a way hold 999999.
		{"example.omx", "IVT", "NO", 8, 485, "4071", "4648", 30.266666666666666, 80373220971.34674},
		// AequilibraE's skims of the Lima network.
		{"Lima_sp_skim.omx", "free_flow_time", "main_index", 2, 449, "1", "493", 2.7373831508725948, 3345284.453445692},
	} {
		data, err := os.ReadFile(filepath.Join(dir, f.file))
		if err != nil {
			t.Fatal(err)
		}
		var l diag.List
		o := readOMX(t, data, &l)
		if o == nil || l.Len() > 0 {
			t.Fatalf("%s: %v", f.file, l.All())
		}
		if o.Version != "0.2" || len(o.Matrices) != f.matrices || !slices.Equal(o.Lookups, []string{f.lookup}) {
			t.Errorf("%s: version %s, matrices %v, lookups %v", f.file, o.Version, o.Matrices, o.Lookups)
		}
		x, rows, columns := o.Matrix(f.matrix, &l)
		ids := o.Lookup("", &l)
		if l.Len() > 0 || rows != f.zones || columns != f.zones || len(ids) != f.zones || ids[0] != f.first || ids[len(ids)-1] != f.last {
			t.Fatalf("%s: %d rows, %d columns, %d ids: %v", f.file, rows, columns, len(ids), l.All())
		}
		if got := x[10*columns+20]; got != f.at10to20 {
			t.Errorf("%s: cell 10, 20 is %v, want %v", f.file, got, f.at10to20)
		}
		sum := 0.0
		for _, v := range x {
			sum += v
		}
		if math.Abs(sum-f.sum) > 1e-12*f.sum { // the order of summation differs
			t.Errorf("%s: sum %v, want %v", f.file, sum, f.sum)
		}
	}
}

func omxOf(t testing.TB, zones []string, matrices ...interchange.OMXMatrix) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := interchange.WriteOMX(&b, zones, matrices); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOMXRoundTrip(t *testing.T) {
	for _, zones := range [][]string{{"11", "-7", "3"}, {"Baku", "Gəncə", "007"}} {
		cost := []float64{0, 1.5, math.Inf(1), 2, 0, 0.1, math.NaN(), 1e-300, 0}
		data := omxOf(t, zones, interchange.OMXMatrix{Name: "cost", Values: cost}, interchange.OMXMatrix{Name: "time", Values: make([]float64, 9)})
		var l diag.List
		o := readOMX(t, data, &l)
		if o == nil || o.Version != "0.2" || !slices.Equal(o.Matrices, []string{"cost", "time"}) || !slices.Equal(o.Lookups, []string{"zone"}) {
			t.Fatalf("%+v %v", o, l.All())
		}
		x, rows, columns := o.Matrix("cost", &l)
		if ids := o.Lookup("", &l); rows != 3 || columns != 3 || !slices.Equal(ids, zones) || l.Len() > 0 {
			t.Errorf("%d rows, %d columns, ids %q: %v", rows, columns, ids, l.All())
		}
		for i, want := range cost {
			if missing := math.IsNaN(want) || math.IsInf(want, 0); missing != math.IsNaN(x[i]) || !missing && x[i] != want {
				t.Errorf("cell %d is %v, want %v", i, x[i], want)
			}
		}
	}
}

func TestOMXTrips(t *testing.T) {
	zones := []string{"1", "2", "3"}
	data := omxOf(t, []string{"3", "1", "9"}, interchange.OMXMatrix{Name: "am", Values: []float64{4, 5, 0, 6, 0, 0, 0, 0, 0}},
		interchange.OMXMatrix{Name: "pm", Values: make([]float64, 9)})
	var l diag.List
	o := readOMX(t, data, &l)
	got := o.Trips("am", "", zones, &l)
	want := []interchange.MatrixCell{{From: "3", To: "3", Value: 4}, {From: "3", To: "1", Value: 5}, {From: "1", To: "3", Value: 6}}
	for i := range want {
		want[i].Pos.File = "x.omx"
	}
	if !slices.Equal(got, want) || l.Len() > 0 { // zone 9 has no trips: it does not matter
		t.Errorf("by the lookup %v, %v", got, l.All())
	}
	got = o.Trips("am", interchange.ByPosition, zones, &l)
	if len(got) != 3 || got[1].From != "1" || got[1].To != "2" || l.Len() > 0 {
		t.Errorf("by position %v, %v", got, l.All())
	}
}

// Everything that can be wrong is named, with row, column and zones where it has any.
func TestOMXWrong(t *testing.T) {
	zones := []string{"1", "2"}
	array := func(name string, dims []int, values any) *hdf5.Node {
		return &hdf5.Node{Name: name, Data: &hdf5.Array{Dims: dims, Values: values}}
	}
	file := func(attributes []hdf5.Value, data, lookup []*hdf5.Node) []byte {
		root := &hdf5.Node{Attributes: attributes}
		if data != nil {
			root.Children = append(root.Children, &hdf5.Node{Name: "data", Children: data})
		}
		if lookup != nil {
			root.Children = append(root.Children, &hdf5.Node{Name: "lookup", Children: lookup})
		}
		var b bytes.Buffer
		if err := hdf5.Write(&b, root); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	version := []hdf5.Value{hdf5.Text("OMX_VERSION", "0.2")}
	two := func(x ...float64) []*hdf5.Node { return []*hdf5.Node{array("m", []int{2, 2}, x)} }
	sound := two(0, 1, 2, 0)
	ids := func(x ...int32) []*hdf5.Node { return []*hdf5.Node{array("zone", []int{len(x)}, x)} }
	for name, c := range map[string]struct {
		data           []byte
		matrix, lookup string
		want           string // rule, and words of the message
	}{
		"no HDF5":           {[]byte("origin,destination"), "", "", "omx-file: hdf5: the HDF5 signature is missing"},
		"no OMX":            {file(nil, nil, nil), "", "", "omx-file: there is no group /data"},
		"no matrix":         {file(version, []*hdf5.Node{}, nil), "", "", "omx-file: there is no matrix"},
		"unknown matrix":    {file(version, sound, nil), "n", "", `omx-choice: there is no matrix "n"`},
		"two matrices":      {file(version, append(two(1, 1, 1, 1), array("n", []int{2, 2}, []float64{1, 2, 3, 4})), nil), "", "", "omx-choice: which matrix is meant? there are 2"},
		"unknown lookup":    {file(version, sound, ids(1, 2)), "", "taz", `omx-choice: there is no lookup "taz"`},
		"two lookups":       {file(version, sound, append(ids(1, 2), array("taz", []int{2}, []int32{2, 1}))), "", "", "omx-choice: which lookup is meant? there are 2"},
		"lookup twice":      {file(version, sound, ids(1, 1)), "", "", `omx-choice: the lookup zone has "1" at row 1 and at row 2`},
		"lookup short":      {file(version, sound, ids(1)), "", "", "omx-shape: /data/m has 2 rows, the lookup zone 1 entries"},
		"lookup two-way":    {file(version, sound, []*hdf5.Node{array("zone", []int{1, 2}, []int32{1, 2})}), "", "", "omx-shape: /lookup/zone has 2 dimensions"},
		"three dimensions":  {file(version, []*hdf5.Node{array("m", []int{1, 2, 2}, make([]float64, 4))}, nil), "", "", "omx-shape: /data/m has 3 dimensions"},
		"not square":        {file(version, []*hdf5.Node{array("m", []int{1, 2}, make([]float64, 2))}, nil), "", "", "omx-shape: /data/m has 1 rows and 2 columns"},
		"other size":        {file(version, []*hdf5.Node{array("m", []int{3, 3}, make([]float64, 9))}, nil), "", "", "omx-shape: /data/m has 3 rows, the network 2 zones"},
		"text as numbers":   {file(version, []*hdf5.Node{array("m", []int{2, 2}, []string{"a", "b", "c", "d"})}, nil), "", "", "omx-file: /data/m: hdf5: dataset"},
		"negative":          {file(version, two(0, -2, 0, 0), nil), "", "", `bad-trips: /data/m, row 1, column 2: -2 trips from zone "1" to zone "2"`},
		"not a number":      {file(version, two(0, 0, math.NaN(), 0), nil), "", "", `bad-trips: /data/m, row 2, column 1: NaN trips`},
		"infinite":          {file(version, two(0, 0, math.Inf(1), 0), nil), "", "", `bad-trips: /data/m, row 2, column 1: +Inf trips`},
		"unknown zone":      {file(version, sound, ids(1, 5)), "", "", `matrix-zone: /data/m, column 2: there is no zone "5", but there are 1 trips`},
		"other version":     {file([]hdf5.Value{hdf5.Text("OMX_VERSION", "9")}, sound, nil), "", "", `omx-attributes: the attribute OMX_VERSION is "9"`},
		"no version":        {file(nil, sound, nil), "", "", `omx-attributes: the attribute OMX_VERSION is ""`},
		"shape not as said": {file(append(version, hdf5.Value{Name: "SHAPE", Array: hdf5.Array{Dims: []int{2}, Values: []int32{3, 3}}}), sound, nil), "", "", "omx-attributes: /data/m has the shape [2 2]"},
	} {
		t.Run(name, func(t *testing.T) {
			var l diag.List
			o := readOMX(t, c.data, &l)
			if o != nil {
				cells := o.Trips(c.matrix, c.lookup, zones, &l)
				if warned := !l.Failed(); warned && len(cells) != 2 {
					t.Errorf("no error, but %d cells", len(cells))
				}
			}
			found := false
			for _, d := range l.All() {
				found = found || strings.HasPrefix(d.Rule.Name+": "+d.Message, c.want)
			}
			if !found {
				t.Errorf("%v, want %s", l.All(), c.want)
			}
		})
	}
}

// Cells that the attribute NA marks have no value: NaN in a matrix, no trips, and a
// warning with their number. Other cells that are no number of trips stay errors.
func TestOMXMissing(t *testing.T) {
	float32s := func(x ...float32) any { return x }
	for name, c := range map[string]struct {
		values, na any
		missing    int
		fails      bool
	}{
		"floats":            {[]float64{0, -1, 2, -1}, []float64{-1}, 2, false},
		"of four bytes":     {float32s(0, 0.1, 2, 0), []float64{0.1}, 1, false}, // 0.1 is another number in each
		"integers":          {[]int32{0, 999999, 2, 0}, []int32{999999}, 1, false},
		"not a number":      {[]float64{0, math.NaN(), 2, 0}, []float64{math.NaN()}, 1, false},
		"other than marked": {[]float64{0, math.NaN(), 2, 0}, []float64{-1}, 0, true},
		"two marks":         {[]float64{0, 1, 2, 0}, []float64{-1, -2}, 0, true},
		"text":              {[]float64{0, 1, 2, 0}, []string{"none"}, 0, true},
	} {
		var b bytes.Buffer
		dims := []int(nil)
		if x, ok := c.na.([]float64); ok && len(x) > 1 {
			dims = []int{len(x)}
		}
		m := &hdf5.Node{Name: "m", Data: &hdf5.Array{Dims: []int{2, 2}, Values: c.values}, Attributes: []hdf5.Value{{Name: "NA", Array: hdf5.Array{Dims: dims, Values: c.na}}}}
		if err := hdf5.Write(&b, &hdf5.Node{Attributes: []hdf5.Value{hdf5.Text("OMX_VERSION", "0.2")}, Children: []*hdf5.Node{{Name: "data", Children: []*hdf5.Node{m}}}}); err != nil {
			t.Fatal(err)
		}
		var l diag.List
		o := readOMX(t, b.Bytes(), &l)
		cells := o.Trips("", "", []string{"1", "2"}, &l)
		if l.Failed() != c.fails {
			t.Errorf("%s: %v", name, l.All())
			continue
		}
		if c.fails {
			continue
		}
		if len(cells) != 1 || cells[0].Value != 2 {
			t.Errorf("%s: %v", name, cells)
		}
		if all := l.All(); len(all) != 1 || all[0].Rule.Name != "omx-missing" || !strings.Contains(all[0].Message, fmt.Sprintf("has %d cells", c.missing)) {
			t.Errorf("%s: %v", name, all)
		}
		x, _, _ := o.Matrix("", &l)
		n := 0
		for _, v := range x {
			if math.IsNaN(v) {
				n++
			}
		}
		if n != c.missing {
			t.Errorf("%s: matrix %v", name, x)
		}
	}
}

// Sioux Falls by way of an OMX file is Sioux Falls: 4231335.28710744 is the
// published objective of the collection's README.
func TestOMXSiouxFalls(t *testing.T) {
	dir := testdata.Dir(t, "tntp/siouxfalls")
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	var l diag.List
	n := interchange.ReadTNTPNetwork("net", read("SiouxFalls_net.tntp"), &l)
	trips := interchange.ReadTNTPTrips("trips", read("SiouxFalls_trips.tntp"), &l)
	var zones []string
	for z := range n.Zones {
		zones = append(zones, string(rune('A'+z)))
	}
	values := make([]float64, n.Zones*n.Zones)
	for _, p := range trips.Pairs {
		values[(p.From-1)*n.Zones+p.To-1] = p.Amount
	}
	o := readOMX(t, omxOf(t, zones, interchange.OMXMatrix{Name: "trips", Values: values}), &l)
	back := &interchange.TNTPTrips{Zones: n.Zones}
	for _, c := range o.Trips("", "", zones, &l) {
		back.Pairs = append(back.Pairs, interchange.ODPair{From: slices.Index(zones, c.From) + 1, To: slices.Index(zones, c.To) + 1, Amount: c.Value})
	}
	p, _, err := n.Problem(back, interchange.TNTPOptions{})
	if err != nil || l.Failed() {
		t.Fatal(err, l.All())
	}
	res, err := assign.Solve(t.Context(), p, assign.Settings{Gap: 1e-12})
	if err != nil {
		t.Fatal(err)
	}
	if want := 4231335.28710744; math.Abs(res.Objective-want) > 1e-9*want {
		t.Errorf("objective %.15g, want %.15g", res.Objective, want)
	}
}

func FuzzOMX(f *testing.F) {
	f.Add(omxOf(f, []string{"1", "2"}, interchange.OMXMatrix{Name: "m", Values: []float64{0, 1, 2, 0}}))
	f.Add(omxOf(f, []string{"a", "2"}, interchange.OMXMatrix{Name: "m", Values: []float64{0, 1, 2, 0}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		var l diag.List
		o := readOMX(t, data, &l)
		if o == nil {
			if !l.Failed() {
				t.Fatal("no file and no reason")
			}
			return
		}
		for _, c := range o.Trips("", "", []string{"1", "2"}, &l) {
			if !(c.Value > 0) || math.IsInf(c.Value, 1) || c.From != "1" && c.From != "2" {
				t.Fatalf("accepted: %+v", c)
			}
		}
	})
}
