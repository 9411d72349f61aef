package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The page of commands holds every registered command with its short description
// and one example that names a command and flags that exist.
func TestCommandsPage(t *testing.T) {
	data, err := os.ReadFile("../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `([a-z0-9]+)` \\| (.*) \\| `astara ([a-z0-9]+)(.*)` \\|$")
	on := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(string(data), -1) {
		if on[m[1]] != nil {
			t.Errorf("%s stands on the page twice", m[1])
		}
		on[m[1]] = m[2:]
	}
	flag := regexp.MustCompile(`--([a-z0-9-]+)`)
	for _, c := range commands() {
		got := on[c.Name()]
		delete(on, c.Name())
		if got == nil {
			t.Errorf("docs/commands.md has no row on %s", c.Name())
			continue
		}
		if got[0] != c.Short {
			t.Errorf("%s: the page says %q, the command %q", c.Name(), got[0], c.Short)
		}
		if got[1] != c.Name() {
			t.Errorf("%s: the example is of %s", c.Name(), got[1])
		}
		for _, f := range flag.FindAllStringSubmatch(got[2], -1) {
			if c.Flags().Lookup(f[1]) == nil {
				t.Errorf("%s: the example has --%s, which is no flag of it", c.Name(), f[1])
			}
		}
	}
	for name := range on {
		t.Errorf("docs/commands.md has a row on %s, which is no command", name)
	}
}

// Commands that read the field's own files show an example, and complete the words
// of --format.
func TestEngineRoomHelp(t *testing.T) {
	for _, c := range commands() {
		switch c.Name() {
		case "assign", "opf", "n1", "ptdf", "gas", "conflicts", "believe", "ledger", "attach", "score", "discover", "backtest":
		default:
			continue
		}
		if !strings.Contains(c.Example, "astara "+c.Name()+" ") {
			t.Errorf("%s: no example of it in its help", c.Name())
		}
		complete, ok := c.GetFlagCompletionFunc("format")
		if !ok {
			t.Errorf("%s: no completion of --format", c.Name())
			continue
		}
		if words, _ := complete(c, nil, ""); len(words) < 2 || words[0] != "text" || words[1] != "json" {
			t.Errorf("%s: formats %v, want text and json first", c.Name(), words)
		}
		if c.ValidArgsFunction == nil {
			t.Errorf("%s: no completion of its arguments", c.Name())
		}
	}
}
