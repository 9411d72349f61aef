package complete

import (
	"slices"
	"testing"
)

// No group may enter two rows that are marked apart: links that share an arm are never
// both taken, the larger one is, and links that share none all are.
func TestRowsApart(t *testing.T) {
	type ends struct{ a, b, cells int }
	for _, c := range []struct {
		name  string
		links []ends
		want  []bool // by link
	}{
		{"no arm shared", []ends{{0, 1, 3}, {2, 3, 4}}, []bool{true, true}},
		{"one arm shared", []ends{{0, 1, 3}, {0, 2, 4}}, []bool{false, true}},
		{"a chain", []ends{{0, 1, 3}, {1, 2, 2}, {2, 3, 2}}, []bool{true, false, true}},
		{"alike", []ends{{1, 0, 2}, {2, 1, 2}}, []bool{true, false}},
	} {
		rows := []row{{key: key{arm: 0, other: -1, form: hold}}}
		var cols []*column
		cols = append(cols, &column{})
		var of []int // link by row
		for i, l := range c.links {
			x := &link{a: int16(l.a)}
			for n := 1; n < l.cells; n++ { // the row of cell 0 is not active
				rows = append(rows, row{key: key{arm: l.a, other: l.b, form: cell, cell: n}})
				cols = append(cols, &column{link: x, cell: int32(n)})
				of = append(of, i)
			}
		}
		want := []bool{false}
		for _, i := range of {
			want = append(want, c.want[i])
		}
		_, linked := byLink(cols)
		if got := rowsApart(rows, linked); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}
