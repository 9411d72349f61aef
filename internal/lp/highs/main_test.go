package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const script = `var x=1;function initRuntime(){FS.init();TTY.init();wasmExports["v"]();FS.x=0}` +
	`_Highs_run=Module["_Highs_run"]=wasmExports["N"];_malloc=Module["_malloc"]=wasmExports["tc"];_free=Module["_free"]=wasmExports["$b"];` +
	`__emscripten_timeout=wasmExports["uc"];memory=wasmMemory=wasmExports["u"]}var wasmImports={a:___cxa_throw,q:_emscripten_resize_heap};`

func TestNames(t *testing.T) {
	n, err := names(script)
	if err != nil {
		t.Fatal(err)
	}
	for name, short := range map[string]string{"Highs_run": "N", "malloc": "tc", "free": "$b", "emscripten_timeout": "uc", "memory": "u", "wasm_call_ctors": "v"} {
		if n.Exports[name] != short {
			t.Errorf("%s is %q, not %q", name, n.Exports[name], short)
		}
	}
	if n.Imports["a"] != "cxa_throw" || n.Imports["q"] != "emscripten_resize_heap" || len(n.Imports) != 2 {
		t.Errorf("imports %v", n.Imports)
	}
	for _, gone := range []string{"wasmImports", `["N"]`, "TTY.init();wasm"} {
		if _, err := names(strings.Replace(script, gone, "other", 1)); err == nil {
			t.Errorf("no error without %s", gone)
		}
	}
}

func TestRun(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(from, "build"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"package.json": `{"name":"highs","version":"9.9.9"}`, "LICENSE": "MIT", "build/highs.wasm": "abc", "build/highs.js": script} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(from, to); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(to, "names.json"))
	if err != nil {
		t.Fatal(err)
	}
	// SHA-256 of "abc", FIPS 180-2 appendix B.1.
	for _, want := range []string{`"9.9.9"`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if err := run(t.TempDir(), to); err == nil {
		t.Error("no error without a package")
	}
}
