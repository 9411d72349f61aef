package lp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// errBroken is the error of a model that is used after a call did not return.
var errBroken = errors.New("lp: the solver was stopped in the middle of a call; open the model again")

// instance is one running copy of the module. The first error of a call that did
// not return leaves it broken.
type instance struct {
	engine *engine
	mod    api.Module
	funcs  map[string]api.Function
	host   hostState
	broken bool

	scratch     uint32 // block for passing arrays
	scratchSize uint32
}

// call runs an exported function. Arguments are int, uint32 (pointers), bool or
// float64; the result is the first one, 0 when there is none.
func (ins *instance) call(ctx context.Context, name string, args ...any) (uint64, error) {
	f := ins.funcs[name]
	if f == nil {
		short, ok := ins.engine.names.Exports[name]
		if !ok {
			return 0, fmt.Errorf("lp: the solver has no function %s", name)
		}
		if f = ins.mod.ExportedFunction(short); f == nil {
			return 0, fmt.Errorf("lp: the solver has no function %s (%s)", name, short)
		}
		ins.funcs[name] = f
	}
	if want := len(f.Definition().ParamTypes()); want != len(args) {
		return 0, fmt.Errorf("lp: %s takes %d arguments, not %d", name, want, len(args))
	}
	var stack [24]uint64
	for i, a := range args {
		switch v := a.(type) {
		case int:
			stack[i] = api.EncodeI32(int32(v))
		case uint32:
			stack[i] = api.EncodeU32(v)
		case bool:
			if v {
				stack[i] = 1
			}
		case float64:
			stack[i] = api.EncodeF64(v)
		default:
			panic(fmt.Sprintf("lp: argument %d of %s has type %T", i, name, a))
		}
	}
	if ins.broken {
		return 0, errBroken
	}
	if err := context.Cause(ctx); err != nil {
		ins.broken = true
		return 0, err
	}
	ctx = context.WithValue(ctx, hostKey{}, &ins.host)
	if err := f.CallWithStack(ctx, stack[:]); err != nil {
		ins.broken = true
		if cause := context.Cause(ctx); cause != nil {
			return 0, cause
		}
		return 0, fmt.Errorf("lp: %s: %w%s", name, err, ins.said())
	}
	return stack[0], nil
}

// said quotes the last of what the module printed.
func (ins *instance) said() string {
	if t := strings.TrimSpace(string(ins.host.printed)); t != "" {
		return fmt.Sprintf(" (it said: %s)", t)
	}
	return ""
}

// highsOK runs a function whose result is a HiGHS status: 0 ok, 1 warning, -1 error.
func (ins *instance) highsOK(ctx context.Context, name string, args ...any) error {
	r, err := ins.call(ctx, name, args...)
	if err != nil {
		return err
	}
	if int32(r) < 0 {
		return fmt.Errorf("lp: %s failed%s", name, ins.said())
	}
	return nil
}

// text reads a string that ends with a zero byte.
func (ins *instance) text(p uint32) string {
	var b []byte
	for {
		c, ok := ins.mod.Memory().ReadByte(p)
		if !ok || c == 0 {
			return string(b)
		}
		b = append(b, c)
		p++
	}
}

var errMemory = errors.New("lp: the problem does not fit into the solver's memory of 2 GiB")

// room makes the scratch block at least size bytes long.
func (ins *instance) room(ctx context.Context, size uint64) error {
	if size <= uint64(ins.scratchSize) {
		return nil
	}
	if size > biggestHeap {
		return errMemory
	}
	if ins.scratch != 0 {
		if _, err := ins.call(ctx, "free", ins.scratch); err != nil {
			return err
		}
		ins.scratch, ins.scratchSize = 0, 0
	}
	p, err := ins.call(ctx, "malloc", uint32(size))
	if err != nil {
		return err
	}
	if p == 0 {
		return errMemory
	}
	ins.scratch, ins.scratchSize = uint32(p), uint32(size)
	return nil
}

// place copies arrays into the scratch block and returns where each stands; it
// overwrites what an earlier call placed. Arrays are []float64, []int32 or string;
// empty ones get a null pointer.
func (ins *instance) place(ctx context.Context, arrays ...any) ([]uint32, error) {
	const align = 8
	var total uint64
	size := func(a any) uint64 {
		switch v := a.(type) {
		case []float64:
			return 8 * uint64(len(v))
		case []int32:
			return (4*uint64(len(v)) + align - 1) / align * align
		case string:
			return (uint64(len(v)) + align) / align * align // with the zero at its end
		}
		panic(fmt.Sprintf("lp: cannot place a %T", a))
	}
	for _, a := range arrays {
		total += size(a)
	}
	if err := ins.room(ctx, total); err != nil {
		return nil, err
	}
	at := ins.scratch
	out := make([]uint32, len(arrays))
	for i, a := range arrays {
		n := uint32(size(a))
		if n == 0 {
			continue
		}
		b, ok := ins.mod.Memory().Read(at, n)
		if !ok {
			return nil, errMemory
		}
		switch v := a.(type) {
		case []float64:
			for k, x := range v {
				binary.LittleEndian.PutUint64(b[8*k:], math.Float64bits(x))
			}
		case []int32:
			for k, x := range v {
				binary.LittleEndian.PutUint32(b[4*k:], uint32(x))
			}
		case string:
			clear(b[copy(b, v):])
		}
		out[i] = at
		at += n
	}
	return out, nil
}

// floats copies n numbers out of the module's memory.
func (ins *instance) floats(p uint32, n int) []float64 {
	b, ok := ins.mod.Memory().Read(p, uint32(8*n))
	if !ok {
		panic("lp: read outside the solver's memory")
	}
	x := make([]float64, n)
	for k := range x {
		x[k] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*k:]))
	}
	return x
}

// ints copies n whole numbers out of the module's memory.
func (ins *instance) ints(p uint32, n int) []int32 {
	b, ok := ins.mod.Memory().Read(p, uint32(4*n))
	if !ok {
		panic("lp: read outside the solver's memory")
	}
	x := make([]int32, n)
	for k := range x {
		x[k] = int32(binary.LittleEndian.Uint32(b[4*k:]))
	}
	return x
}
