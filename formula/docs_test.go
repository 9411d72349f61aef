package formula

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/diag"
)

// The examples of docs/formats/propositions.md are read as a user would type
// them, over the variables that the page speaks of.
func TestDocument(t *testing.T) {
	data, err := os.ReadFile("../docs/formats/propositions.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	s := region(t)
	code := regexp.MustCompile("`([^`]+)`")

	t.Run("canonical form", func(t *testing.T) {
		rows := 0
		for line := range strings.SplitSeq(section(t, page, "## Canonical form"), "\n") {
			cells := code.FindAllStringSubmatch(line, -1)
			if !strings.HasPrefix(line, "| `") || len(cells) < 2 {
				continue
			}
			rows++
			written, printed := cells[0][1], cells[len(cells)-1][1]
			if got := mustParse(t, s, written).String(); got != printed {
				t.Errorf("%s prints as %s, the page says %s", written, got, printed)
			}
		}
		if rows < 4 {
			t.Errorf("only %d rows were found", rows)
		}
	})

	t.Run("problems", func(t *testing.T) {
		row := regexp.MustCompile(`(?m)^\| (A4\d\d) \| ([a-z-]+) \| (.*) \|$`)
		listed := []string{}
		for _, m := range row.FindAllStringSubmatch(section(t, page, "## Problems"), -1) {
			listed = append(listed, m[1]+" "+m[2])
			example := code.FindStringSubmatch(m[3])
			if example == nil {
				continue
			}
			var l diag.List
			s.Parse(example[1], diag.Pos{}, &l)
			if l.Len() == 0 || l.All()[0].Rule.ID != m[1] {
				t.Errorf("%s is the example of %s, it gives %v", example[1], m[1], l.All())
			}
		}
		var have []string
		for _, r := range []*diag.Rule{RuleUnknownVariable, RuleUnknownState, RuleParenthesis, RuleChained, RuleEmptySet, RuleTrailing,
			RuleSyntax, RuleForeignSign, RuleEmpty, RuleStateTwice, RuleEntangled, RuleNesting} {
			have = append(have, r.ID+" "+r.Name)
		}
		if !slices.Equal(listed, have) {
			t.Errorf("the page lists %v\nthe package has %v", listed, have)
		}
	})
}

// section returns the text from a heading to the next one.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	_, after, found := strings.Cut(page, heading+"\n")
	if !found {
		t.Fatalf("no heading %q", heading)
	}
	text, _, _ := strings.Cut(after, "\n## ")
	return text
}
