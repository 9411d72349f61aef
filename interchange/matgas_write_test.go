package interchange_test

import (
	"bytes"
	"io"
	"reflect"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
)

// A gas network is the same after a matgas file is written and read again.
func TestMatgasRoundTrip(t *testing.T) {
	var l diag.List
	sameGas(t, interchange.ReadMatgas("two.m", []byte(gasCase), &l))
	named := &energy.GasNet{Name: "named", Junctions: []energy.Junction{{ID: "a", Pmax: 1e6}, {ID: "b", Pmax: 1e6}}, Pipes: []energy.Pipe{{ID: "1", From: 0, To: 1, Diameter: 1, Length: 1, Friction: 1, Capacity: 5}}}
	if left, err := interchange.WriteMatgas(io.Discard, named); err != nil || len(left) != 2 {
		t.Errorf("left %q, %v", left, err)
	}
	for _, name := range []string{"case-6-ls", "case-6-ls-priority", "gaslib-40-E-ls"} {
		sameGas(t, matgas(t, name))
	}
}

// sameGas writes a network and reads it again.
func sameGas(t *testing.T, g *energy.GasNet) {
	t.Helper()
	var l diag.List
	var b bytes.Buffer
	if left, err := interchange.WriteMatgas(&b, g); err != nil || len(left) > 0 {
		t.Fatal(left, err)
	}
	if !interchange.IsMatgas(b.Bytes()) || interchange.IsMatgas([]byte(islands)) {
		t.Error("the kind of file is not seen")
	}
	again := interchange.ReadMatgas("again.m", b.Bytes(), &l)
	if l.Len() > 0 {
		t.Fatalf("%v\n%s", l.All(), b.String())
	}
	again.Name = g.Name
	if x, y := plainGas(g), plainGas(again); !reflect.DeepEqual(x, y) {
		t.Errorf("%s came back as\n%+v, not\n%+v", g.Name, y, x)
	}
}

// plainGas is a network without places in files.
func plainGas(g *energy.GasNet) energy.GasNet {
	c := *g
	for _, s := range []any{&c.Junctions, &c.Pipes, &c.Compressors, &c.Passages, &c.Supplies, &c.Demands} {
		v := reflect.ValueOf(s).Elem()
		n := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(n, v)
		for i := range n.Len() {
			n.Index(i).FieldByName("Pos").SetZero()
		}
		v.Set(n)
	}
	return c
}
