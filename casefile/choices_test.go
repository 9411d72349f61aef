package casefile

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/units"
)

// copyFS is a case's folder with one file replaced.
func copyFS(t *testing.T, from fs.FS, path, text string) fs.FS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(from, p)
		m[p] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m[path] = &fstest.MapFile{Data: []byte(text)}
	return m
}

// Whatever row and unit is offered for a kind of change, the reader takes: a change
// of every row that a key may name, and a bare number meaning the same as one with
// the unit that is offered for it.
func TestChoicesAreWhatTheReaderTakes(t *testing.T) {
	fsys, err := cases.Open("caucasus")
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	choices := EffectChoices(Load(fsys, &l))
	keys := map[string]KeyChoice{}
	for _, k := range choices.Keys {
		keys[k.Key] = k
	}
	var text strings.Builder
	text.WriteString("effects:\n")
	n, withUnit := 0, 0
	add := func(change, how string) {
		n++
		fmt.Fprintf(&text, "- id: e%d\n  when: zangezur=open_regional\n  why: {reason: a test, letter: c}\n  changes:\n  - %s\n%s", n, change, how)
	}
	pairs := [][2]int{} // effects that must have the same amount
	for _, c := range choices.Changes {
		if len(c.Acts) == 0 {
			t.Errorf("%s acts on nothing", c.Op)
		}
		for _, key := range c.Keys {
			if _, ok := keys[key]; !ok {
				t.Errorf("%s selects by %s, which is no key", c.Op, key)
			}
		}
		for _, key := range c.Acts {
			k := keys[key]
			if !slices.Contains(c.Keys, key) || c.Op == "rule" && key != "rule" || key == "areas" || key == "carrier" {
				continue
			}
			if len(k.Rows) == 0 && key != "tag" {
				t.Errorf("the flagship has no row for %s", key)
			}
			tried := map[string]bool{}
			for _, r := range k.Rows {
				value := fmt.Sprintf("%q", r.ID)
				if k.Many {
					value = "[" + value + "]"
				}
				on := c.On
				if on == "" && k.On == "" {
					on = "freight"
				}
				if r.On != "" && r.On != on {
					continue
				}
				if c.Op == "open" && key == "project" { // one that opens by date is refused
					continue
				}
				change := fmt.Sprintf("%s: {%s: %s}", c.Op, key, value)
				if c.Op == "sale" {
					change = fmt.Sprintf("sale: {origin: %s, buyer: AM}", value)
				}
				unit, own := r.Units[c.Op]
				if !own {
					unit = k.Units[c.Op]
				}
				switch {
				case c.Words != nil:
					add(change, "    set: "+c.Words[0]+"\n")
				case c.Hows == nil:
					add(change, "")
				default:
					if unit == "USD/t-km" {
						add(change, "    set: 3 USD/t-km\n")
						continue
					}
					add(change, "    set: 3\n")
					if unit != "" && unit != "USD/1000 m3" && !tried[unit] {
						tried[unit] = true
						add(change, "    set: 3 "+unit+"\n")
						pairs = append(pairs, [2]int{n - 1, n})
						withUnit++
					}
				}
			}
		}
	}
	var after diag.List
	c := Load(copyFS(t, fsys, "effects.yaml", text.String()), &after)
	for _, d := range after.All() {
		if d.Pos.File == "effects.yaml" && d.Rule.Severity == diag.Error {
			t.Errorf("%d: %s", d.Pos.Line, d.Message)
		}
	}
	if n < 1000 || withUnit < 15 {
		t.Fatalf("%d changes, %d with a unit: the flagship should have more", n, withUnit)
	}
	byID := map[string]Effect{}
	for _, e := range c.Effects {
		byID[e.ID] = e
	}
	amount := func(i int) units.Figure {
		e := byID[fmt.Sprintf("e%d", i)]
		if len(e.Energy) > 0 {
			return e.Energy[0].Amount
		}
		if len(e.Freight) > 0 {
			return e.Freight[0].Amount
		}
		return units.Figure{}
	}
	for _, p := range pairs {
		if a, b := amount(p[0]), amount(p[1]); !a.Known || a.Central != b.Central || a.Dim != b.Dim {
			t.Errorf("e%d: a bare number is %v, with its unit %v", p[0], a, b)
		}
	}
}

// The starter case has no energy tables: their keys offer no rows and are there.
func TestChoicesOfTheStarter(t *testing.T) {
	var l diag.List
	choices := EffectChoices(Load(Starter(), &l))
	rows := map[string]int{}
	for _, k := range choices.Keys {
		rows[k.Key] = len(k.Rows)
	}
	if rows["project"] != 1 || rows["tie"] != 0 || len(choices.Clauses) == 0 {
		t.Error(rows, len(choices.Clauses))
	}
	// Also a case of which next to nothing can be read.
	EffectChoices(Load(fstest.MapFS{"case.yaml": &fstest.MapFile{Data: []byte("id: [")}}, &diag.List{}))
}
