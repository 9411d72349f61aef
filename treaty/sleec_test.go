package treaty_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/treaty"
)

// The rules of a firefighting drone (norm-rules-sleec), translated by hand.
//
// What a rule asks after its own trigger is a Boolean of its own: alarm is "the
// alarm sounds in response", alarm_10s "within 10 seconds of the trigger". A
// response within a time is a response, which is an impossible combination. A
// chain "then A unless c then B unless d then C" reads from its end: d gives C,
// else c gives B, else A. Rules that set the windows of different triggers
// against each other need time and are not covered.
type sleec struct {
	file       string
	covered    []string
	notCovered map[string]string // rule -> why
	build      func(m *small)
	want       []string
}

// The variables of both files. A variable has at most five states, so the
// highest of the six bands of temperature is told by a Boolean. The event
// BatteryAlarmandGoHome has a name of its own in the file and is one here.
var sleecVars = []string{
	"camera: no yes", "battery: no yes", "near: no yes", "temp: to30 to35 to40 to50 above50", "above60: no yes", "alarm: no yes",
	"alarm_2s: no yes", "alarm_10s: no yes", "home: no yes", "home_5min: no yes", "human: no yes", "animal: no yes",
	"anonymous: no yes", "report: no yes", "fallen: no yes", "seek_5s: no yes", "trigger_a: no yes", "pressure: low high", "spray: no yes",
	"inform_45s: no yes", "operator: no yes", "warn_1s: no yes", "close: no yes", "both_5min: no yes", "spray_1s: no yes", "mission: no yes",
}

func sleecSpace(t *testing.T) *small {
	m := newSmall(t, sleecVars...)
	m.impossible("60 is above 50", "above60=yes and temp!=above50").
		impossible("2 s is a response", "alarm_2s=yes and alarm=no").
		impossible("10 s is a response", "alarm_10s=yes and alarm=no").
		impossible("5 min is a response", "home_5min=yes and home=no")
	return m.agreement("drone", "drone", "people")
}

var sleecFiles = []sleec{{
	file:    "firefighter-initial.sleec",
	covered: []string{"Rule1", "Rule2", "Rule4", "Rule5", "Rule7", "Rule8", "Rule9", "Rule10", "Rule11", "Rule12", "Rule13"},
	notCovered: map[string]string{
		"Rule3":  "five minutes after an alarm against windows of other triggers",
		"Rule6":  "five minutes after another trigger",
		"Rule14": "a deadline of a day that no other rule touches",
		"Rule15": "a deadline with a reparation that has its own deadline",
		"Rule16": "three seconds of another trigger against no deadline",
		"Rule17": "a deadline that no other rule touches",
	},
	build: func(m *small) {
		m.clause("r1 obligation drone", "alarm=yes", m.when("camera=yes and near=yes")).
			clause("r2 obligation drone", "alarm_2s=yes", m.when("camera=yes and near=yes")).
			clause("r4a obligation drone", "alarm=yes", m.when("camera=yes"), m.unless("near=yes or temp in {to40, to50, above50}")).
			clause("r4b obligation drone", "home=yes", m.when("camera=yes and near=yes"), m.unless("temp in {to40, to50, above50}")).
			clause("r5a obligation drone", "alarm=yes", m.when("battery=yes"), m.unless("near=yes or temp=above50")).
			clause("r5b obligation drone", "home=yes", m.when("battery=yes and near=yes"), m.unless("temp=above50")).
			clause("r5c obligation drone", "alarm=yes", m.when("battery=yes and temp=above50")).
			clause("r7a obligation drone", "spray=yes", m.when("trigger_a=yes and above60=yes"), m.unless("near=yes and pressure=high")).
			clause("r7b obligation drone", "inform_45s=yes", m.when("trigger_a=yes and above60=yes and near=yes and pressure=high")).
			clause("r8a obligation drone", "alarm_10s=yes", m.when("battery=yes"), m.unless("near=yes")).
			clause("r8b prohibition drone", "alarm_10s=yes", m.when("battery=yes and near=yes")).
			clause("r9a obligation drone", "home_5min=yes", m.when("battery=yes"), m.unless("near=yes and temp in {to50, above50}")).
			clause("r9b obligation drone", "alarm_10s=yes", m.when("battery=yes and near=yes and temp in {to50, above50}")).
			clause("r10a obligation drone", "home_5min=yes", m.when("battery=yes"), m.unless("fallen=yes")).
			clause("r10b obligation drone", "seek_5s=yes", m.when("battery=yes and fallen=yes")).
			clause("r11 obligation drone", "anonymous=yes", m.when("camera=yes and human=yes")).
			clause("r12 obligation drone", "report=yes", m.when("camera=yes and animal=yes or human=yes")).
			clause("r13a obligation drone", "home=yes", m.when("battery=yes"), m.unless("near=yes and temp!=to30")).
			clause("r13b obligation drone", "alarm=yes", m.when("battery=yes and near=yes and temp!=to30"))
	},
	// By hand: rules 8 and 9 ask for and forbid an alarm within the same ten
	// seconds. Rule 1 is part of rule 2. The first lines of rules 5 and 13 follow
	// from the first lines of 8 and 9. The last line of rule 5 (above 50 degrees)
	// follows from rule 8 with nobody near and from 9 or 13 with somebody near.
	want: []string{
		"latent/contradiction: drone/r8b drone/r9b if battery=yes and near=yes and temp in {to50, above50}",
		"redundant: drone/r1 by drone/r2 | 2 s is a response",
		"redundant: drone/r13a by drone/r9a | 5 min is a response",
		"redundant: drone/r5c by drone/r13b drone/r8a | 10 s is a response",
		"redundant: drone/r5a by drone/r8a | 10 s is a response",
		"redundant: drone/r5c by drone/r8a drone/r9b | 10 s is a response",
	},
}, {
	file:    "firefighter-valid.sleec",
	covered: []string{"Rule2", "Rule3", "Rule4", "Rule5", "Rule6", "Rule9"},
	notCovered: map[string]string{
		"Rule1": "five minutes after an alarm",
		"Rule7": "a deadline of a day that no other rule touches",
		"Rule8": "a deadline with a reparation that has its own deadline",
	},
	build: func(m *small) {
		m.clause("r2 obligation drone", "both_5min=yes", m.when("battery=yes")).
			clause("r3 obligation drone", "seek_5s=yes", m.when("mission=yes and fallen=yes")).
			clause("r4 obligation drone", "anonymous=yes", m.when("camera=yes and human=yes")).
			clause("r5 obligation drone", "report=yes", m.when("camera=yes and animal=yes or human=yes")).
			clause("r6a obligation drone", "home=yes", m.when("battery=yes"), m.unless("near=yes and temp!=to30")).
			clause("r6b obligation drone", "alarm=yes", m.when("battery=yes and near=yes and temp!=to30")).
			clause("r9a obligation drone", "warn_1s=yes", m.when("operator=yes"), m.unless("near=yes and close=yes")).
			clause("r9b prohibition drone", "spray_1s=yes", m.when("operator=yes and near=yes and close=yes"))
	},
	want: nil,
}}

func TestRulesOfADrone(t *testing.T) {
	dir := testdata.Dir(t, "cases-external/norm-rules-sleec")
	for _, f := range sleecFiles {
		t.Run(f.file, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(dir, f.file))
			if err != nil {
				t.Fatal(err)
			}
			var rules []string
			for _, m := range regexp.MustCompile(`(?m)^\s*(Rule\d+) `).FindAllStringSubmatch(string(raw), -1) {
				rules = append(rules, m[1])
			}
			for _, r := range rules {
				if _, no := f.notCovered[r]; no == slices.Contains(f.covered, r) {
					t.Errorf("%s is neither covered nor listed as not covered, or both", r)
				}
			}
			if len(rules) != len(f.covered)+len(f.notCovered) {
				t.Errorf("%d rules in the file, %d covered, %d not", len(rules), len(f.covered), len(f.notCovered))
			}
			m := sleecSpace(t)
			f.build(m)
			r := m.analyse()
			wantLines(t, r, f.want...)
			if conflict := slices.ContainsFunc(r.Verdicts, func(v treaty.Verdict) bool { return v.Conflict() }); conflict != (f.file == "firefighter-initial.sleec") {
				t.Errorf("conflict: %v", conflict)
			}
		})
	}
}
