package world

import (
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"reflect"
	"slices"

	"github.com/astara-corridors/astara/diag"
)

// canonical writes a value into a hash: every exported field in order, slices
// and strings with their length, maps by key. Places in files are left out: a
// comment more in a table changes no solution.
func canonical(h hash.Hash, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[diag.Pos]() {
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				canonical(h, v.Field(i))
			}
		}
	case reflect.Slice:
		number(h, uint64(v.Len()))
		for i := range v.Len() {
			canonical(h, v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			canonical(h, v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			switch x, y := a.String(), b.String(); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
		number(h, uint64(len(keys)))
		for _, k := range keys {
			canonical(h, k)
			canonical(h, v.MapIndex(k))
		}
	case reflect.String:
		field(h, []byte(v.String()))
	case reflect.Float64, reflect.Float32:
		number(h, math.Float64bits(v.Float()))
	case reflect.Bool:
		if v.Bool() {
			number(h, 1)
		} else {
			number(h, 0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number(h, uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		number(h, v.Uint())
	default:
		panic(fmt.Sprintf("world: a value of kind %s has no canonical form", v.Kind()))
	}
}

func number(h hash.Hash, x uint64) { h.Write(binary.LittleEndian.AppendUint64(nil, x)) }
