package answer

import (
	"testing"

	"github.com/astara-corridors/astara/casefile"
)

// The same wants stand in web/test/conditions.test.ts.
func TestConditionText(t *testing.T) {
	c := &casefile.Case{}
	add := func(id, name, kind string, states ...string) {
		var v casefile.Variable
		v.ID, v.Name, v.Kind, v.States = id, name, kind, states
		c.Variables = append(c.Variables, v)
	}
	add("pact", "Treaty of A and B (2025)", "act", "none", "in_force")
	add("position(IR,zangezur)", "Stand of Iran", "position", "oppose", "tolerate")
	add("gas", "Gas A-B", "event", "flows", "stopped")
	add("war", "War", "event", "none", "small", "large", "total")
	add("strikes", "Strikes", "event", "no", "yes")
	add("built", "Railway", "fact", "no", "yes")
	for _, x := range [][2]string{
		{"pact=in_force", "the Treaty of A and B is in force"},
		{"pact=none", "there is no Treaty of A and B"},
		{"pact=in_force and position(IR,zangezur)=oppose", "the Treaty of A and B is in force and Stand of Iran is “oppose”"},
		{"position(IR, zangezur)=oppose", "Stand of Iran is “oppose”"},
		{"gas=stopped or not (strikes=yes)", "“Gas A-B” is stopped or not (“Strikes” comes about)"},
		{"gas!=flows", "“Gas A-B” is stopped"},
		{"strikes!=yes", "“Strikes” does not come about"},
		{"built=no", "“Railway” is not so"},
		{"war in {small, large}", "“War” is small or large"},
		{"war not in {none}", "“War” is not none"},
		{"war=none", "there is no “War”"},
		{"war != total", "“War” is not total"},
		{"other=yes and true", "other=yes and true"},
	} {
		if got := conditionText(c, x[0]); got != x[1] {
			t.Errorf("%s: %s, want %s", x[0], got, x[1])
		}
	}
}
