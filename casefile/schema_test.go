package casefile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
)

// The reader and the schema are made from the same tables, by two pieces of
// code. These tests hold them together: on every case file there is, on each of
// their records with a required key taken out, and with each value replaced by
// one of every other type.

func compile(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	out := map[string]*jsonschema.Schema{}
	for _, kind := range SchemaKinds() {
		data, ok := SchemaOf(kind)
		if !ok {
			t.Fatalf("no schema of %s", kind)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(kind+".json", doc); err != nil {
			t.Fatal(err)
		}
		if out[kind], err = c.Compile(kind + ".json"); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// plain reads YAML as JSON values, by the library alone.
func plain(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return jsonValue(t, v)
}

func jsonValue(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// yamlFiles lists the YAML files of a case with their kinds.
func yamlFiles(t *testing.T, fsys fs.FS) map[string]*fileKind {
	t.Helper()
	out := map[string]*fileKind{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		for i := range files {
			if err == nil && !d.IsDir() && files[i].matches(p) {
				out[p] = &files[i]
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSchemaTakesTheCases(t *testing.T) {
	schemas := compile(t)
	all, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("case.json", all); err != nil {
		t.Fatal(err)
	}
	whole, err := c.Compile("case.json")
	if err != nil {
		t.Fatal(err)
	}
	shipped := map[string]fs.FS{"starter": Starter()}
	for _, name := range cases.Names() {
		f, err := cases.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		shipped[name] = f
	}
	for name, fsys := range shipped {
		for p, kind := range yamlFiles(t, fsys) {
			data, err := fs.ReadFile(fsys, p)
			if err != nil {
				t.Fatal(err)
			}
			v := plain(t, data)
			if err := schemas[kind.name].Validate(v); err != nil {
				t.Errorf("%s/%s: %v", name, p, err)
			}
			if err := whole.Validate(v); err != nil {
				t.Errorf("%s/%s against the schema of all files: %v", name, p, err)
			}
		}
	}
}

// accepts reports whether the reader finds the shape of a file right: no
// diagnostic of the YAML family.
func accepts(kind *fileKind, v any) bool {
	data, err := json.Marshal(v) // JSON is YAML
	if err != nil {
		return false
	}
	var l diag.List
	n := parseYAML(kind.path, data, &l)
	if n == nil || l.Failed() {
		return false
	}
	r := &reader{l: &l}
	walk(r, kind.rec, n)
	return !l.Failed()
}

// walk checks the shape of a record and of all records inside it.
func walk(r *reader, def *record, n *node) {
	v, ok := r.record(def, n)
	if !ok {
		return
	}
	for _, f := range def.fields {
		switch {
		case !v.has(f.name):
		case f.kind == kRecord:
			items := v.get(f.name).items
			if v.get(f.name).shape != sList {
				items = []*node{v.get(f.name)}
			}
			for _, it := range items {
				walk(r, f.rec, it)
			}
		case f.kind == kInt:
			if i := v.integer(f.name); f.name == "format" && i != Format {
				r.l.Report(ruleFormat, v.at(f.name), "", "another format") // as the builder does
			}
		case f.kind == kFigure && v.get(f.name).shape == sRecord:
			walk(r, figureRecord, v.get(f.name))
		case f.kind == kFigures:
			for _, e := range v.get(f.name).keys {
				if e.value.shape == sRecord {
					walk(r, figureRecord, e.value)
				}
			}
		}
	}
}

// samples is a file of each kind that uses every record and key of the format.
var samples = map[string]string{
	"case": `{format: 1, id: a, title: t, about: x, focus: XA, as_of: 2025-01-01, base_year: 2024, horizon: 2030, currency: USD, price_year: 2024, lexicon: kent,
  deflator: {"2017": 1.2}, questions: [{id: q, text: t, acts: [p], outcomes: [o]}], base_year_conditions: [e], baseline_conditions: [f]}`,
	"sources": `{format: 1, sources: [{id: s, publisher: p, title: t, date: 2020-01, address: a, kind: data, sha256: ` + hash + `, text: f.txt, note: n}]}`,
	"actors":  `{actors: [{id: XA, name: n, kind: bloc, other_names: [o], members: [{actor: XB, from: 2020, until: 2021-05-03}, XC], about: a, source: [s, t], letter: a, note: n}]}`,
	"variables": `{variables: [{id: v, name: n, about: a, kind: event, states: [x, y], baseline: x, influenced_by: [p], given: [{when: p=a, weights: {x: {value: 0.5, low: 0.2, high: 0.7, source: s, letter: c, note: n}}, letter: c, reason: r, source: s}],
  resolves_by: 2030, source: s, letter: b, note: n}], facts: [{impossible: v=x and p=a, reason: r, source: [s]}]}`,
	"corridors": `{corridors: [{id: c, name: n, other_names: [o], about: a, exclusive: true, source: s, letter: c, note: n, path: {passes: [XA, "a|b"], avoids: [z], modes: [rail], uses_modes: [rail], mode_in: {XA: rail}, both: true,
  origins: ["!XA"], destinations: [XB], commodities: [g], regimes: [r], markets: [m], country: XA, flow: transit}}]}`,
	"outcomes": `{outcomes: [{id: o, name: n, about: a, engine: freight, measure: revenue, country: XA, payer: XB, corridor: c, query: {modes: [rail]}, unit: USD/yr, good: up, materiality: [1, 2, 3], source: s, letter: c, note: n},
  {id: u, name: n, engine: energy, measure: pipe_flow, zone: XA, block: b, tier: t, tie: l, pipe: g, origin: XB, with: XC, unit: bcm/yr, good: none, materiality: 1}]}`,
	"effects": `{effects: [{id: e, name: n, when: v=y, why: {clause: a/1, claim: c, source: s, reason: r, letter: c}, share_of_year: 0.5, changes: [{open: {project: p}},
  {money: {link: l, border: b, strait: s, terminal: t, tariff: t, fee: f, rule: r, tag: g, country: XA, direction: XB, modes: [rail], flow: transit, markets: [m], origins: [XA], destinations: [XB], commodities: [g], regimes: [r]}, times: {value: 1, low: 0.5, high: 2}},
  {rule: {rule: r}, set: on}, {hours: {border: b}, add: 3 h}, {close: {link: l}}, {spread: {link: l}, times: 2}, {capacity: {link: l}, times: 2}, {demand: {markets: [m]}, times: 2},
  {capacity: {tie: l, pipe: g, plant: p, source: s, storage: u, contract: c, exchange: x, zone: XA, fuel: gas, direction: XB}, add: 2}, {coupling: {tie: l}, set: hvdc}, {load: {country: XA, zone: XA, carrier: gas, tier: t, block: b}, times: 2},
  {cost: {plant: p}, set: [1, 2, 3]}, {join: {areas: [a, b]}}, {sale: {origin: XA, buyer: XB}, set: off}]}]}`,
	"backtest": `{events: [{id: e, name: n, date: 2024-05, happened: h, limit: l, source: s, letter: a, note: n, before: [{capacity: {tie: t, pipe: p, plant: q, source: s, storage: u, contract: c, exchange: x, zone: z, fuel: gas, country: XA, direction: XB}, times: 0.5}, {load: {carrier: gas, tier: t, block: b}, add: 3}],
  changes: [{close: {tie: t}}, {open: {tie: t}}, {coupling: {tie: t}, set: ac}, {cost: {plant: q}, set: 3}, {join: {areas: [a, b]}}, {sale: {origin: XA, buyer: XB}, set: off}],
  expect: [{measure: power_unserved, country: XA, zone: z, block: b, tier: t, change: rises, at_least: 1, at_most: 2 GWh/yr}, {listed: t}, {measure: pipe_flow, pipe: p, origin: XA, change: same}, {measure: tie_flow, tie: t, at_most: 2}, {measure: power_export, with: XB, change: falls}]}]}`,
	"agreements": `{agreement: {id: a, name: n, other_names: [o], about: x, parties: [XA, XB], signed: 2020-01-01, in_force: 2020, ended: 2021, known_since: 2020, in_force_if: p=a, source: s, letter: a, note: n,
  clauses: [{id: "1", article: 3, bearers: [XA], toward: [XB], modality: align, what: v=x, action: w, scope: [i], when: v=x, unless: false, from: 2020, until: 2021, otherwise: "2", ranks_over: [b/1], standing: in_text, paraphrase: p, weight: 2, kept: [0.5, 0.8], kept_if: v=x, source: s, letter: a, note: n}]}}`,
	"claims": `{claims: [{id: c, speaker: e, source: s, locator: {start: 1, end: 2, sha256: ` + hash + `}, paragraph: 3, date: 2024, span: {from: 2025, until: 2030}, paraphrase: p, kind: level, reading: do, if: p=a, then: v=x, clash: [a, b], way: raises, hedge: probable, interval: [0.1, 0.5],
  outcome: {outcomes: [o], of: any, change: level, at_least: 1, at_most: 2, beyond: 3, relative: false, expected: true}, comparison: {more: v=x, less: v=y, in: w}, record: {agreement: a, subject: s, clause: a/1, absent: true},
  quantity: {what: w, unit: t, value: 3, year: 2024}, bears_on: [v], letter: c, note: n}, {id: d, speaker: e, source: s, quote: {exact: x, prefix: p, suffix: q, near: 7}, date: 2024, paraphrase: p, kind: comparison, comparison: {more_agreement: a, less_agreement: b}}]}`,
	"resolutions": `{resolutions: [{claim: c, verdict: held, happened: yes, date: 2025, added: 2026-01-01, corrects: 2024, evidence: [e], letter: a, note: n}]}`,
}

const hash = "a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0"

// wrongs are a value of each type; a text that is no name, date, hash or
// proposition of anything, a list of a list, a record with an unknown key.
var wrongs = []any{nil, true, 12.5, -3, 7, "", " ", "two words", []any{}, []any{[]any{1}}, []any{nil}, map[string]any{}, map[string]any{"no_such_key": 1}}

func TestReaderAndSchemaAgree(t *testing.T) {
	schemas := compile(t)
	tried, every := 0, ""
	for i := range files {
		kind := &files[i]
		text, ok := samples[kind.name]
		if !ok {
			t.Fatalf("no sample of %s", kind.name)
		}
		root := plain(t, []byte(text))
		if !accepts(kind, root) {
			t.Fatalf("the reader refuses the sample of %s", kind.name)
		}
		check := func(what string, v any) {
			tried++
			v = jsonValue(t, v)
			bySchema := schemas[kind.name].Validate(v) == nil
			byReader := accepts(kind, v)
			if bySchema != byReader {
				t.Errorf("%s, %s: schema takes it: %v, reader takes it: %v", kind.name, what, bySchema, byReader)
			}
		}
		check("as it is", root)
		seen := map[string]bool{}
		visit(root, nil, func(path []any) {
			at := fmt.Sprint(path...)
			if seen[at] {
				return
			}
			seen[at] = true
			check("without "+at, change(root, path, nil, true))
			for _, w := range wrongs {
				check(fmt.Sprintf("%s = %#v", at, w), change(root, path, w, false))
			}
			check("one more key beside "+at, change(root, append(slices.Clone(path[:len(path)-1]), "no_such_key"), 1, false))
		})
		every += text
	}
	for i := range files {
		for _, key := range everyKey(files[i].rec, map[*record]bool{}) {
			if !strings.Contains(every, key) {
				t.Errorf("no sample uses %s", key)
			}
		}
	}
	t.Logf("%d files tried", tried)
}

// everyKey lists the keys of a record and of the records inside it.
func everyKey(r *record, seen map[*record]bool) []string {
	if seen[r] {
		return nil
	}
	seen[r] = true
	var out []string
	for _, f := range r.fields {
		if f.name != "format" && f.name != "agreements" {
			out = append(out, f.name+":")
		}
		if f.rec != nil {
			out = append(out, everyKey(f.rec, seen)...)
		}
	}
	return out
}

// visit calls f with the path of each value inside v.
func visit(v any, path []any, f func([]any)) {
	each := func(k, x any) {
		p := append(slices.Clone(path), k)
		f(p)
		visit(x, p, f)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			each(k, v[k])
		}
	case []any:
		for i, x := range v {
			each(i, x)
		}
	}
}

// change returns a copy of v with the value at path replaced or taken out.
func change(v any, path []any, now any, drop bool) any {
	if len(path) == 0 {
		return now
	}
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, y := range x {
			out[k] = y
		}
		key, ok := path[0].(string)
		if !ok {
			return v
		}
		if len(path) == 1 && drop {
			delete(out, key)
			return out
		}
		out[key] = change(x[key], path[1:], now, drop)
		return out
	case []any:
		i, ok := path[0].(int)
		if !ok {
			return v
		}
		out := slices.Clone(x)
		if len(path) == 1 && drop {
			return slices.Delete(out, i, i+1)
		}
		out[i] = change(x[i], path[1:], now, drop)
		return out
	}
	return v
}

func TestSchemaIsStable(t *testing.T) {
	if !bytes.Equal(Schema(), Schema()) {
		t.Error("two schemas of one program differ")
	}
	if _, ok := SchemaOf("nothing"); ok {
		t.Error("a schema of nothing")
	}
}
