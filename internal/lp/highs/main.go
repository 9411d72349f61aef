// Command highs prepares the solver for embedding: it reads the fetched npm
// package and writes highs.wasm, names.json and LICENSE.
//
// The build of the package shortens the names of the module's imports and
// exports ("N" for Highs_run). Its JavaScript holds both sides, in three shapes:
//
//	var wasmImports={a:___cxa_throw,...}
//	_Highs_run=Module["_Highs_run"]=wasmExports["N"]
//	memory=wasmMemory=wasmExports["u"]
//
// The table is checked against the module it belongs to by its SHA-256 and, when
// the program starts the solver, by the names and types of the module itself.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// table is the content of names.json; internal/lp reads it.
type table struct {
	Package string            `json:"package"`
	Version string            `json:"version"`
	SHA256  string            `json:"sha256"`  // of highs.wasm
	Imports map[string]string `json:"imports"` // short name to C name
	Exports map[string]string `json:"exports"` // C name to short name
}

func main() {
	from := flag.String("from", "internal/lp/highs/node_modules/highs", "folder of the npm package")
	to := flag.String("to", "internal/lp/dist", "folder to write")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "highs:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	manifest, err := os.ReadFile(filepath.Join(from, "package.json"))
	if err != nil {
		return err
	}
	var about struct{ Name, Version string }
	if err := json.Unmarshal(manifest, &about); err != nil {
		return fmt.Errorf("read package.json: %w", err)
	}
	module, err := os.ReadFile(filepath.Join(from, "build", "highs.wasm"))
	if err != nil {
		return err
	}
	script, err := os.ReadFile(filepath.Join(from, "build", "highs.js"))
	if err != nil {
		return err
	}
	licence, err := os.ReadFile(filepath.Join(from, "LICENSE"))
	if err != nil {
		return err
	}
	t, err := names(string(script))
	if err != nil {
		return fmt.Errorf("read names from highs.js: %w", err)
	}
	sum := sha256.Sum256(module)
	t.Package, t.Version, t.SHA256 = about.Name, about.Version, hex.EncodeToString(sum[:])
	text, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"LICENSE", licence}, {"highs.wasm", module}, {"names.json", append(text, '\n')}} {
		if err := os.WriteFile(filepath.Join(to, f.name), f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

var (
	importTable = regexp.MustCompile(`\bwasmImports=\{([^{}]*)\}`)
	exportNamed = regexp.MustCompile(`\b_+([A-Za-z]\w*)=(?:Module\["\w+"\]=)?wasmExports\["([\w$]+)"\]`)
	exportPlain = regexp.MustCompile(`\b(memory|__indirect_function_table)=\w+=wasmExports\["([\w$]+)"\]`)
	exportCtors = regexp.MustCompile(`TTY\.init\(\);wasmExports\["([\w$]+)"\]\(\)`)
)

// names reads the table of names out of the package's JavaScript.
func names(script string) (table, error) {
	t := table{Imports: map[string]string{}, Exports: map[string]string{}}
	m := importTable.FindStringSubmatch(script)
	if m == nil {
		return t, errors.New("no table wasmImports")
	}
	for _, pair := range strings.Split(m[1], ",") {
		short, name, ok := strings.Cut(pair, ":")
		if !ok {
			return t, fmt.Errorf("entry %q of wasmImports has no colon", pair)
		}
		t.Imports[strings.TrimSpace(short)] = strings.TrimLeft(strings.TrimSpace(name), "_")
	}
	for _, re := range []*regexp.Regexp{exportNamed, exportPlain} {
		for _, m := range re.FindAllStringSubmatch(script, -1) {
			t.Exports[m[1]] = m[2]
		}
	}
	if m := exportCtors.FindStringSubmatch(script); m != nil {
		t.Exports["wasm_call_ctors"] = m[1]
	}
	for _, need := range []string{"Highs_run", "malloc", "free", "memory", "wasm_call_ctors"} {
		if t.Exports[need] == "" {
			return t, fmt.Errorf("no export %s", need)
		}
	}
	return t, nil
}
