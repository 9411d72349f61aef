package lp

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// engine is the compiled module with the instances that nobody uses now.
type engine struct {
	rt     wazero.Runtime
	module wazero.CompiledModule
	names  *nameTable
	notice string

	mu       sync.Mutex
	free     []*instance
	verified bool // an instance has told its version
}

// keepBytes is the most memory an instance may hold to be kept for later use; a
// WebAssembly memory never shrinks, so bigger ones are let go.
const keepBytes = 256 << 20

var shared = sync.OnceValues(func() (*engine, error) {
	var e *engine
	dir, err := os.UserCacheDir()
	if err != nil {
		e, err = start("", fmt.Sprintf("no cache folder: %v", err))
	} else {
		e, err = start(filepath.Join(dir, "astara", "solver"), "")
	}
	if err == nil {
		started.Store(e)
	}
	return e, err
})

// started is the engine of shared once it has started.
var started atomic.Pointer[engine]

// Release lets go of the memory of instances that nobody uses now, 16 MB and more
// each; they are kept for the next problem otherwise. Call it when a lot of solving
// is over. A later problem starts an instance anew, in some milliseconds.
func Release() {
	if e := started.Load(); e != nil {
		e.release()
	}
}

// Available returns nil when the solver is built in and starts, else the reason;
// [ErrMissing] when the program was built without it. The first call compiles the
// module.
func Available() error {
	_, err := shared()
	return err
}

// Notice returns a line for the user when the compiled solver could not be kept in
// the user's cache folder, so that every start pays for compiling it again; "" when
// all is well. Call it after the first solve.
func Notice() string {
	e, err := shared()
	if err != nil {
		return ""
	}
	return e.notice
}

// start compiles the module, through a cache on disk in dir unless dir is "".
func start(dir, notice string) (*engine, error) {
	code, names, err := load(dist)
	if err != nil {
		return nil, err
	}
	if dir != "" {
		e, err := compile(code, names, dir)
		if err != nil && os.RemoveAll(dir) == nil {
			// A damaged entry is thrown away and made again; the folder holds nothing else.
			e, err = compile(code, names, dir)
		}
		if err == nil {
			return e, nil
		}
		notice = fmt.Sprintf("the compiled solver cannot be kept in %s (%v); every start takes some seconds longer", dir, err)
	} else {
		notice = "the compiled solver cannot be kept: " + notice + "; every start takes some seconds longer"
	}
	e, err := compile(code, names, "")
	if err != nil {
		return nil, err
	}
	e.notice = notice
	return e, nil
}

func compile(code []byte, names *nameTable, dir string) (*engine, error) {
	ctx := context.Background()
	config := wazero.NewRuntimeConfig().WithCloseOnContextDone(false).WithMemoryLimitPages(biggestHeap / pageSize)
	if dir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(dir)
		if err != nil {
			return nil, err
		}
		config = config.WithCompilationCache(cache)
	}
	rt := wazero.NewRuntimeWithConfig(ctx, config)
	module, err := rt.CompileModule(ctx, code)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lp: compile the solver: %w", err), rt.Close(ctx))
	}
	e := &engine{rt: rt, module: module, names: names}
	if err := provide(ctx, rt, module, names); err != nil {
		return nil, errors.Join(err, rt.Close(ctx))
	}
	return e, nil
}

// borrow hands out an instance that the caller alone uses until give or drop.
func (e *engine) borrow(ctx context.Context) (*instance, error) {
	e.mu.Lock()
	if k := len(e.free); k > 0 {
		ins := e.free[k-1]
		e.free = e.free[:k-1]
		e.mu.Unlock()
		return ins, nil
	}
	check := !e.verified
	e.mu.Unlock()
	ins, err := e.newInstance(ctx, check)
	if err == nil && check {
		e.mu.Lock()
		e.verified = true
		e.mu.Unlock()
	}
	return ins, err
}

// give takes an instance back.
func (e *engine) give(ins *instance) {
	if ins.mod.Memory().Size() > keepBytes {
		e.drop(ins)
		return
	}
	e.mu.Lock()
	e.free = append(e.free, ins)
	e.mu.Unlock()
}

// release drops the instances that nobody uses.
func (e *engine) release() {
	e.mu.Lock()
	idle := e.free
	e.free = nil
	e.mu.Unlock()
	for _, ins := range idle {
		e.drop(ins)
	}
}

// drop ends an instance that may be in any state.
func (e *engine) drop(ins *instance) {
	// Closing frees memory and cannot fail in a way that matters: the instance is
	// unreachable afterwards.
	_ = ins.mod.Close(context.Background())
}

// newInstance starts an instance; check asks it for its version.
func (e *engine) newInstance(ctx context.Context, check bool) (*instance, error) {
	ins := &instance{engine: e, funcs: map[string]api.Function{}}
	ctx = context.WithValue(ctx, hostKey{}, &ins.host)
	mod, err := e.rt.InstantiateModule(ctx, e.module, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		return nil, fmt.Errorf("lp: start the solver: %w", err)
	}
	ins.mod = mod
	if _, err := ins.call(ctx, "wasm_call_ctors"); err != nil {
		e.drop(ins)
		return nil, err
	}
	if check {
		p, err := ins.call(ctx, "Highs_version")
		if err != nil {
			e.drop(ins)
			return nil, err
		}
		if got := ins.text(uint32(p)); got != Version {
			e.drop(ins)
			return nil, fmt.Errorf("lp: the solver says it is HiGHS %q, not %s", got, Version)
		}
	}
	return ins, nil
}
