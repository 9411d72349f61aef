package treaty_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/internal/testdata"
	"github.com/astara-corridors/astara/treaty"
)

// puzzles holds one translation for each puzzle of deontic-puzzles; every line
// of "must" has its check.
var puzzles = map[string]func(t *testing.T){
	"chisholm":              chisholm,
	"gentle-murder":         gentleMurder,
	"sartre":                sartre,
	"ross":                  ross,
	"cumulative-exceptions": cumulativeExceptions,
	"alignment-loop":        alignmentLoop,
	"permission-vs-duty":    permissionAgainstDuty,
	"vacuous":               vacuousClause,
}

func TestPuzzlesOfDuties(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t, "cases-external/deontic-puzzles"), "puzzles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		ID   string
		Must []string
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != len(puzzles) {
		t.Errorf("%d puzzles in the file, %d translated", len(list), len(puzzles))
	}
	for _, p := range list {
		f, ok := puzzles[p.ID]
		if !ok {
			t.Errorf("the puzzle %q is not translated", p.ID)
			continue
		}
		t.Run(p.ID, func(t *testing.T) {
			f(t)
			if t.Failed() {
				t.Logf("must: %s", strings.Join(p.Must, "; "))
			}
		})
	}
}

func chisholm(t *testing.T) {
	m := newSmall(t, "goes: no yes", "tells: no yes", "other: no yes")
	m.agreement("a", "Jones", "them").
		clause("go obligation Jones", "goes=yes").
		clause("tell obligation Jones", "tells=yes", m.when("goes=yes")).
		clause("quiet obligation Jones", "tells=no", m.when("goes=no"))
	wantLines(t, m.analyse()) // consistent
	r := m.known("stays", "goes=no").analyse()
	wantLines(t, r, "breach: a/go | stays")
	// The duty not to tell is in force and follows; nothing about the rest does.
	if got := binding(r, m.world("goes=no")); !slices.Equal(got, []string{"a/go", "a/quiet"}) {
		t.Errorf("in force: %v", got)
	}
	if got := consequences(r); !slices.Equal(got, []string{"tells=no"}) {
		t.Errorf("consequences: %v", got)
	}
}

func gentleMurder(t *testing.T) {
	build := func(extra bool) *small {
		m := newSmall(t, "kill: no yes", "gently: no yes")
		m.impossible("gently only if", "kill=no and gently=yes").agreement("a", "Smith", "Jones").
			clause("ban prohibition Smith", "kill=yes").
			clause("gently obligation Smith", "gently=yes", m.when("kill=yes"))
		if extra {
			m.clause("harshly obligation Smith", "gently=no", m.when("kill=yes"))
		}
		return m
	}
	m := build(false)
	wantLines(t, m.analyse())
	r := m.known("fact", "kill=yes").analyse()
	wantLines(t, r, "breach: a/ban | fact")
	w := m.world("kill=yes,gently=yes")
	if got := binding(r, w); !slices.Equal(got, []string{"a/ban", "a/gently"}) {
		t.Errorf("in force: %v", got)
	}
	// Killing gently keeps the second duty and breaks the first: no permission.
	if got := broken(r, w); !slices.Equal(got, []string{"a/ban"}) {
		t.Errorf("broken by a gentle killing: %v", got)
	}
	// Second-best duties can conflict among themselves.
	wantLines(t, build(true).analyse(), "latent/contradiction: a/gently a/harshly if kill=yes")
	wantLines(t, build(true).known("fact", "kill=yes").analyse(), "contradiction: a/gently a/harshly | fact if kill=yes", "breach: a/ban | fact")
}

func sartre(t *testing.T) {
	// With two Booleans the physical fact is a member of the core.
	m := newSmall(t, "at1: no yes", "at2: no yes", "other: no yes").impossible("one place", "at1=yes and at2=yes")
	m.agreement("a", "you", "A").clause("promise obligation you", "at1=yes").
		agreement("b", "you", "B").clause("promise obligation you", "at2=yes")
	r := m.analyse()
	wantLines(t, r, "clash: a/promise b/promise | one place")
	v := r.Verdicts[0]
	if !slices.Equal(v.Bearers, []string{"you"}) || len(v.Core) != 3 || v.Condition.Shortest.Text != "true" {
		t.Errorf("%+v", v)
	}
	// Each alone can be met.
	for drop := range m.in.Agreements {
		one := *m
		one.in.Agreements = slices.Delete(slices.Clone(m.in.Agreements), drop, drop+1)
		wantLines(t, one.analyse())
	}
	// Not everything becomes obligatory: nothing about "other".
	if got := consequences(r); !slices.Equal(got, []string{"at1=no?", "at1=yes?", "at2=no?", "at2=yes?"}) {
		t.Errorf("consequences: %v", got)
	}
	if got := r.Concessions; got == nil || len(got.All) != 2 || !got.Complete || got.Lightest.Weight != 1 {
		t.Errorf("concessions: %+v", got)
	}
}

func ross(t *testing.T) {
	m := newSmall(t, "letter: kept mailed burnt")
	m.agreement("a", "clerk", "office").clause("mail obligation clerk", "letter=mailed")
	r := m.analyse()
	// The only duty that follows is to mail; burning breaks it.
	if got := consequences(r); !slices.Equal(got, []string{"letter=mailed"}) {
		t.Errorf("consequences: %v", got)
	}
	if got := broken(r, m.world("letter=burnt")); !slices.Equal(got, []string{"a/mail"}) {
		t.Errorf("broken by burning: %v", got)
	}
	if got := broken(r, m.world("letter=mailed")); got != nil {
		t.Errorf("broken by mailing: %v", got)
	}
}

func cumulativeExceptions(t *testing.T) {
	build := func(second string) *small {
		m := newSmall(t, "tariff: t20 t0 t5", "small: no yes", "partner: no yes")
		return m.agreement("a", "customs", "trader").
			clause("base obligation customs", "tariff=t20", m.unless("small=yes or partner=yes")).
			clause("small obligation customs", "tariff=t0", m.when("small=yes")).
			clause("partner obligation customs", "tariff="+second, m.when("partner=yes"))
	}
	wantLines(t, build("t0").known("both", "small=yes and partner=yes").analyse())
	wantLines(t, build("t5").analyse(), "latent/contradiction: a/partner a/small if small=yes and partner=yes")
	wantLines(t, build("t5").known("both", "small=yes and partner=yes").analyse(), "contradiction: a/partner a/small | both if small=yes and partner=yes")
}

func alignmentLoop(t *testing.T) {
	build := func(drop string) *small {
		m := newSmall(t, "position(A,C): neutral support oppose", "position(B,C): neutral support oppose", "position(D,C): neutral support oppose")
		if drop != "ab" {
			m.agreement("ab", "A", "B").clause("align align B>A", "", scope("C"))
		}
		if drop != "bd" {
			m.agreement("bd", "B", "D").clause("align align D>B", "", scope("C"))
		}
		if drop != "cd" {
			m.agreement("cd", "C", "D").clause("neutral obligation D>C", "position(D,C)=neutral")
		}
		if drop != "A opposes" {
			m.known("A opposes", "position(A,C)=oppose")
		}
		return m
	}
	r := build("").analyse()
	clash := r.Of(treaty.Clash)
	if len(clash) != 1 || len(r.Of(treaty.Contradiction))+len(r.Of(treaty.Breach)) > 0 {
		t.Fatalf("verdicts: %v", lines(r))
	}
	v := clash[0]
	if !slices.Equal(v.Bearers, []string{"D"}) || !slices.Equal(v.Clauses(), []string{"ab/align", "bd/align", "cd/neutral"}) || !slices.Equal(v.Facts(), []string{"A opposes"}) {
		t.Errorf("%+v", v)
	}
	for _, x := range v.Core {
		if want := map[string]treaty.Role{"ab/align": treaty.RoleKept, "A opposes": treaty.RoleKnown}[x.Name()]; want != "" && x.Role != want {
			t.Errorf("%s is in the core as %s, want %s", x.Name(), x.Role, want)
		}
	}
	// B and D oppose by alignment; with the conflict it is disputed.
	if got := consequences(r); !slices.Contains(got, "position(B,C)=oppose?") || !slices.Contains(got, "position(D,C)=oppose?") {
		t.Errorf("consequences: %v", got)
	}
	if got := consequences(build("cd").analyse()); !slices.Equal(got, []string{"position(B,C)=oppose", "position(D,C)=oppose"}) {
		t.Errorf("consequences without the promise: %v", got)
	}
	for _, drop := range []string{"ab", "bd", "cd", "A opposes"} {
		if got := lines(build(drop).analyse(), treaty.Contradiction, treaty.Clash, treaty.Breach); got != nil {
			t.Errorf("without %s: %v", drop, got)
		}
	}
	// A real loop without an anchor is an equality and nothing more.
	loop := newSmall(t, "position(A,C): neutral oppose", "position(B,C): neutral oppose")
	loop.agreement("ab", "A", "B").clause("both align A,B", "", scope("C"))
	r = loop.analyse()
	if len(r.Verdicts) > 0 || len(r.Consequences) > 0 || len(r.Duties) != 2 {
		t.Errorf("loop: %v, %v", lines(r), consequences(r))
	}
	if got := consequences(loop.known("A opposes", "position(A,C)=oppose").analyse()); !slices.Equal(got, []string{"position(B,C)=oppose"}) {
		t.Errorf("anchored loop: %v", got)
	}
}

func permissionAgainstDuty(t *testing.T) {
	m := newSmall(t, "border: open closed")
	m.agreement("a", "A", "B").clause("close obligation A", "border=closed").
		agreement("b", "A", "B").clause("may permission A", "border=open")
	wantLines(t, m.analyse(), "tension/permission: a/close b/may")
	one := newSmall(t, "border: open closed")
	one.agreement("a", "A", "B").clause("close obligation A", "border=closed").clause("may permission A", "border=open")
	wantLines(t, one.analyse(), "contradiction: a/close a/may")
	// Not using a permission breaks nothing.
	m.known("closed", "border=closed")
	if got := lines(m.analyse(), treaty.Breach); got != nil {
		t.Errorf("breach: %v", got)
	}
}

func vacuousClause(t *testing.T) {
	m := newSmall(t, "built: no yes", "electrified: no yes", "pays: no yes")
	m.impossible("order", "electrified=yes and built=no").agreement("a", "C", "D").
		clause("pay obligation C", "pays=yes", m.when("electrified=yes and built=no"))
	r := m.analyse()
	wantLines(t, r, "vacuous/never_binds: a/pay | order")
	if r.Verdicts[0].Core[0].Clause != "a/pay" || r.Verdicts[0].Core[1].Role != treaty.RoleImpossible {
		t.Errorf("core: %+v", r.Verdicts[0].Core)
	}
}
