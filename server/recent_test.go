package server

import (
	"slices"
	"testing"
)

func TestRecent(t *testing.T) {
	var r recent[int]
	is := func(x int) func(int) bool { return func(y int) bool { return x == y } }
	for i := range 4 {
		r.add(i, 3)
	}
	if !slices.Equal(r, []int{1, 2, 3}) {
		t.Error(r)
	}
	if _, ok := r.find(is(0)); ok {
		t.Error("found what was let go")
	}
	if x, ok := r.find(is(1)); !ok || x != 1 || !slices.Equal(r, []int{2, 3, 1}) {
		t.Error(x, ok, r)
	}
	r.add(4, 3)
	if !slices.Equal(r, []int{3, 1, 4}) {
		t.Error(r)
	}
	r.add(5, 1)
	if !slices.Equal(r, []int{5}) || r[:3][1] != 0 {
		t.Error("what was let go is still held:", r[:3])
	}
}
