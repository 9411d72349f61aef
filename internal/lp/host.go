package lp

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Error numbers of the module's C library (WASI numbering).
const (
	errnoBadFile  = 8
	errnoNotFound = 44
)

// biggestHeap is the most memory the module is built for.
const biggestHeap = 2 << 30

// pageSize is that of WebAssembly.
const pageSize = 64 << 10

// clockStep is what the module's clock moves on with each reading, in seconds.
// A clock that counts its readings keeps time out of the results.
const clockStep = 1e-6

// exit is what a call panics with when the module ends itself.
type exit struct{ how string }

func (e exit) Error() string { return "the solver ended itself: " + e.how }

// hostKey finds the state of an instance in the context of a call.
type hostKey struct{}

// hostState is what host functions keep for one instance.
type hostState struct {
	ticks   int64
	printed []byte // the last of what the module wrote, for messages
}

// mostPrinted bounds hostState.printed.
const mostPrinted = 4 << 10

func state(ctx context.Context) *hostState { return ctx.Value(hostKey{}).(*hostState) }

// tick reads the clock, in seconds. HiGHS reads it every few dozen steps, so
// this is also where an interrupted context ends a solve.
func tick(ctx context.Context) float64 {
	if ctx.Err() != nil {
		panic(exit{"interrupted"})
	}
	st := state(ctx)
	st.ticks++
	return float64(st.ticks) * clockStep
}

// hostCalls are the host functions by C name. They give the module a clock, room
// to print and more memory; there are no files, no environment and no timers.
var hostCalls = map[string]func(ctx context.Context, mod api.Module, s []uint64){
	"clock_time_get": func(ctx context.Context, mod api.Module, s []uint64) {
		ok := mod.Memory().WriteUint64Le(uint32(s[2]), uint64(tick(ctx)*1e9))
		s[0] = errno(ok, errnoBadFile)
	},
	"emscripten_date_now": func(ctx context.Context, _ api.Module, s []uint64) {
		s[0] = api.EncodeF64(tick(ctx) * 1e3)
	},
	"emscripten_get_now": func(ctx context.Context, _ api.Module, s []uint64) {
		s[0] = api.EncodeF64(tick(ctx) * 1e3)
	},
	"emscripten_resize_heap": func(_ context.Context, mod api.Module, s []uint64) {
		want := uint64(uint32(s[0]))
		s[0] = 0
		if want > biggestHeap {
			return
		}
		have := uint64(mod.Memory().Size())
		// A fifth more than now, as the package's own host does, so that growth is
		// rare; just what is asked for when that is too much.
		for _, size := range []uint64{min(max(want, have+have/5), biggestHeap), want} {
			if size <= have {
				s[0] = 1
				return
			}
			if _, ok := mod.Memory().Grow(uint32((size - have + pageSize - 1) / pageSize)); ok {
				s[0] = 1
				return
			}
		}
	},
	"fd_write": func(ctx context.Context, mod api.Module, s []uint64) {
		mem := mod.Memory()
		vec, ok := mem.Read(uint32(s[1]), uint32(s[2])*8)
		if !ok {
			s[0] = errnoBadFile
			return
		}
		st, total := state(ctx), uint32(0)
		for ; len(vec) > 0; vec = vec[8:] {
			size := binary.LittleEndian.Uint32(vec[4:])
			if text, ok := mem.Read(binary.LittleEndian.Uint32(vec), size); ok {
				st.printed = append(st.printed, text...)
			}
			total += size
		}
		if extra := len(st.printed) - mostPrinted; extra > 0 {
			st.printed = append(st.printed[:0], st.printed[extra:]...)
		}
		s[0] = errno(mem.WriteUint32Le(uint32(s[3]), total), errnoBadFile)
	},
	"environ_sizes_get": func(_ context.Context, mod api.Module, s []uint64) {
		ok := mod.Memory().WriteUint32Le(uint32(s[0]), 0) && mod.Memory().WriteUint32Le(uint32(s[1]), 0)
		s[0] = errno(ok, errnoBadFile)
	},
	"environ_get":                        func(_ context.Context, _ api.Module, s []uint64) { s[0] = 0 },
	"fd_close":                           func(_ context.Context, _ api.Module, s []uint64) { s[0] = 0 },
	"fd_read":                            func(_ context.Context, _ api.Module, s []uint64) { s[0] = errnoBadFile },
	"fd_seek":                            func(_ context.Context, _ api.Module, s []uint64) { s[0] = errnoBadFile },
	"syscall_fcntl64":                    func(_ context.Context, _ api.Module, s []uint64) { s[0] = 0 },
	"syscall_ioctl":                      func(_ context.Context, _ api.Module, s []uint64) { s[0] = 0 },
	"syscall_openat":                     func(_ context.Context, _ api.Module, s []uint64) { s[0] = negative(errnoNotFound) },
	"setitimer_js":                       func(_ context.Context, _ api.Module, s []uint64) { s[0] = 0 },
	"tzset_js":                           func(context.Context, api.Module, []uint64) {},
	"emscripten_runtime_keepalive_clear": func(context.Context, api.Module, []uint64) {},
	"abort_js":                           func(context.Context, api.Module, []uint64) { panic(exit{"abort"}) },
	"cxa_throw":                          func(context.Context, api.Module, []uint64) { panic(exit{"a C++ exception (often no memory left)"}) },
	"exit":                               func(context.Context, api.Module, []uint64) { panic(exit{"exit"}) },
	"proc_exit":                          func(context.Context, api.Module, []uint64) { panic(exit{"proc_exit"}) },
}

func errno(ok bool, otherwise uint64) uint64 {
	if ok {
		return 0
	}
	return otherwise
}

func negative(n int32) uint64 { return uint64(uint32(-n)) }

// provide makes the host functions that the compiled module asks for, under its
// short names and with its own types.
func provide(ctx context.Context, rt wazero.Runtime, module wazero.CompiledModule, names *nameTable) error {
	builders := map[string]wazero.HostModuleBuilder{}
	var order []string
	for _, f := range module.ImportedFunctions() {
		from, short, _ := f.Import()
		name, known := names.Imports[short]
		call := hostCalls[name]
		if !known || call == nil {
			return fmt.Errorf("lp: the solver asks for the function %s.%s (%q), which is not provided", from, short, name)
		}
		b := builders[from]
		if b == nil {
			b = rt.NewHostModuleBuilder(from)
			builders[from] = b
			order = append(order, from)
		}
		b.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(call), f.ParamTypes(), f.ResultTypes()).Export(short)
	}
	for _, from := range order {
		if _, err := builders[from].Instantiate(ctx); err != nil {
			return fmt.Errorf("lp: provide host functions: %w", err)
		}
	}
	return nil
}
