package astara

import (
	"bytes"
	"context"
	"io/fs"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/cases"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/freight"
)

// The acceptance of the flagship case: what any reader of a map of the region
// would check first.

var flagshipOnce = sync.OnceValues(func() (*Model, error) {
	files, err := cases.Open("caucasus")
	if err != nil {
		return nil, err
	}
	var l diag.List
	c := Load(files, &l)
	if l.Failed() {
		return nil, &inputError{l.All()}
	}
	return Prepare(context.Background(), c, &l, Options{})
})

type inputError struct{ all []diag.Diagnostic }

func (e *inputError) Error() string { return e.all[0].String() }

func flagshipModel(t *testing.T) *Model {
	t.Helper()
	m, err := flagshipOnce()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// detail opens the horizon's baseline with changes, or the base year.
func detail(t *testing.T, m *Model, year freight.Year, changes ...freight.Change) *freight.Detail {
	t.Helper()
	var l diag.List
	d := m.Freight.Resolve(year, changes, &l)
	if l.Failed() {
		t.Fatal(l.All()[0])
	}
	det, err := m.Freight.SolveDetail(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	if !det.Solution().Converged {
		t.Errorf("not converged: residual %g", det.Solution().Residual)
	}
	return det
}

func worldDetail(t *testing.T, m *Model, text string) *freight.Detail {
	t.Helper()
	w, err := m.Case.Space.ParseWorld(text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.World(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	return r.Main()
}

func outcome(t *testing.T, m *Model, d *freight.Detail, id string) float64 {
	t.Helper()
	for i, o := range m.Freight.Outcomes() {
		if o.ID == id {
			return d.Solution().Outcomes[i]
		}
	}
	t.Fatalf("no outcome %s", id)
	return 0
}

func TestBakuNakhchivan(t *testing.T) {
	m := flagshipModel(t)
	// The ways of the case's brief, told by a link only they use.
	ways := []struct {
		name, link string
		km, give   float64 // length of the shortest route that uses it, 0: not asserted
	}{
		{"Bilasuvar and Iran", "L110", 630, 30}, // about 630 km: 629 by the network, 645 km by bus (S182)
		{"Aras route by the Aghband bridge", "L156", 0, 0},
		{"Meghri road", "L157", 0, 0},
		{"Meghri railway", "L131", 0, 0},
	}
	runs := []struct {
		name   string
		detail *freight.Detail
		open   []bool // by way
	}{
		{"base year", detail(t, m, freight.BaseYear), []bool{true, false, false, false}},
		// The bridge and the road to it open by date before 2030.
		{"baseline", worldDetail(t, m, "baseline"), []bool{true, true, false, false}},
		{"zangezur regional", worldDetail(t, m, "zangezur=open_regional"), []bool{true, true, true, true}},
		{"zangezur third party", worldDetail(t, m, "zangezur=open_third_party"), []bool{true, true, true, true}},
		{"Rasht - Astara built", worldDetail(t, m, "rasht_astara=built"), []bool{true, true, false, false}},
	}
	for _, run := range runs {
		// Without Kars - Dilucu Nakhchivan stays a dead end by rail.
		for _, r := range run.detail.Routes(0) {
			if r.Open && slices.Contains(r.Links, "L140") {
				t.Errorf("%s: a route by the unbuilt railway Nakhchivan - Kars is open: %v", run.name, r.Nodes)
				break
			}
		}
		open := make([]bool, len(ways))
		tonnes := make([]float64, len(ways))
		shortest := make([]float64, len(ways))
		for i := range shortest {
			shortest[i] = math.Inf(1)
		}
		for _, r := range run.detail.Routes(0) {
			if r.Origin != "az_baku" || r.Destination != "nx_nakhchivan" {
				continue
			}
			for i, way := range ways {
				if slices.Contains(r.Links, way.link) {
					open[i] = open[i] || r.Open
					tonnes[i] += r.Tonnes
					shortest[i] = min(shortest[i], r.Km)
				}
			}
		}
		for i, way := range ways {
			if open[i] != run.open[i] {
				t.Errorf("%s: %s open %v, want %v", run.name, way.name, open[i], run.open[i])
			}
			if !open[i] && tonnes[i] != 0 {
				t.Errorf("%s: %s is shut and carries %g t", run.name, way.name, tonnes[i])
			}
			if open[i] && tonnes[i] == 0 {
				t.Errorf("%s: %s is open and nobody uses it", run.name, way.name)
			}
			if open[i] && way.km > 0 && math.Abs(shortest[i]-way.km) > way.give {
				t.Errorf("%s: %s is %.0f km, want %.0f", run.name, way.name, shortest[i], way.km)
			}
		}
	}
}

func TestSuezShutGoesRoundTheCape(t *testing.T) {
	m := flagshipModel(t)
	open := worldDetail(t, m, "baseline")
	shut := detail(t, m, freight.Horizon, freight.Change{Op: freight.OpClose, On: freight.Selector{Strait: "suez"}})
	if v := outcome(t, m, shut, "suez_tonnes"); v != 0 {
		t.Errorf("with Suez shut %g t/yr pass it", v)
	}
	if a, b := outcome(t, m, open, "suez_tonnes"), outcome(t, m, open, "cape_tonnes"); a < 5*b {
		t.Errorf("with Suez open %g t/yr pass it and %g the Cape", a, b)
	}
	if a, b := outcome(t, m, open, "cape_tonnes"), outcome(t, m, shut, "cape_tonnes"); b < 2*a+1e6 {
		t.Errorf("the Cape carries %g t/yr with Suez open and %g with it shut", a, b)
	}
}

func TestAstaraShutShifts(t *testing.T) {
	m := flagshipModel(t)
	open := worldDetail(t, m, "baseline")
	shut := detail(t, m, freight.Horizon,
		freight.Change{Op: freight.OpClose, On: freight.Selector{Border: "astara_rail"}},
		freight.Change{Op: freight.OpClose, On: freight.Selector{Border: "astara_road"}})
	down := outcome(t, m, open, "west_tonnes") - outcome(t, m, shut, "west_tonnes")
	caspian := outcome(t, m, shut, "caspian_tonnes") - outcome(t, m, open, "caspian_tonnes")
	east := outcome(t, m, shut, "east_tonnes") - outcome(t, m, open, "east_tonnes")
	if down <= 0 || caspian <= 0 || east <= 0 {
		t.Errorf("with Astara shut the western branch loses %g t/yr, the trans-Caspian gains %g and the eastern %g", down, caspian, east)
	}
	if caspian+east > down {
		t.Errorf("the other branches gain %g t/yr, more than the western loses (%g)", caspian+east, down)
	}
}

// TestIdleWorldIsTheBaseline: variables that reach no network leave every
// outcome as it is, bit for bit.
func TestIdleWorldIsTheBaseline(t *testing.T) {
	m := flagshipModel(t)
	base := worldDetail(t, m, "baseline").Solution()
	for _, w := range []string{"grid=joined", "gas_ru_am=stopped", "pact=in_force", "position(IR,zangezur)=tolerate"} {
		s := worldDetail(t, m, w).Solution()
		for i := range base.Outcomes {
			if math.Float64bits(base.Outcomes[i]) != math.Float64bits(s.Outcomes[i]) {
				t.Errorf("%s moves %s from %v to %v", w, m.Freight.Outcomes()[i].ID, base.Outcomes[i], s.Outcomes[i])
			}
		}
	}
}

// TestDemandIsRebuilt: demand.csv of the shipped case is what the program
// writes, byte for byte.
func TestDemandIsRebuilt(t *testing.T) {
	for _, name := range cases.Names() {
		files, err := cases.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		var l diag.List
		c := Load(files, &l)
		var buf bytes.Buffer
		if err := freight.WriteDemand(&buf, Demand(c)); err != nil {
			t.Fatal(err)
		}
		want, err := fs.ReadFile(files, "freight/demand.csv")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(buf.Bytes(), want) {
			t.Errorf("%s: freight/demand.csv is not what `astara demand --write` writes", name)
		}
	}
}

// TestFlagshipSize prints and bounds the numbers the case promises: worlds at
// or below 2^18 and never sampled, more than 1,000 effective worlds, 40 zones.
func TestFlagshipSize(t *testing.T) {
	m := flagshipModel(t)
	plans, err := m.Plans()
	if err != nil {
		t.Fatal(err)
	}
	p := plans[0]
	t.Logf("%d worlds, %d effective worlds of freight, %d networks, %d zones", p.Worlds.Len(), len(p.Rows), len(p.Networks), len(m.Case.Freight.Zones))
	if n := p.Worlds.Len(); n > 1<<18 || uint64(n) != m.Case.WorldCount {
		t.Errorf("%d worlds, the case counts %d; at most %d", n, m.Case.WorldCount, 1<<18)
	}
	depends, total := p.Depends(), 0
	for _, r := range p.Rows {
		total += r.Worlds
	}
	if total != p.Worlds.Len() {
		t.Errorf("effective worlds hold %d of %d worlds", total, p.Worlds.Len())
	}
	for v, x := range p.Causes() {
		t.Logf("%-24s %5d pairs, %5d left when held", x.Variable, x.Pairs, x.Held)
		if x.Pairs > 0 && !depends[v] {
			t.Errorf("%s makes effective worlds, though no effect depends on it", x.Variable)
		}
	}
	// Power and gas are an engine of their own: what touches them alone makes no
	// further network of freight.
	if len(p.Rows) != 2016 || len(p.Networks) != 2448 {
		t.Errorf("%d effective worlds and %d networks of freight, want 2,016 and 2,448", len(p.Rows), len(p.Networks))
	}
	if len(plans) != 2 {
		t.Fatalf("%d engines, want freight and energy", len(plans))
	}
	t.Logf("%d effective worlds of power and gas, %d networks", len(plans[1].Rows), len(plans[1].Networks))
	if q := plans[1]; len(q.Rows) != 96 || len(q.Networks) != 96 {
		t.Errorf("%d effective worlds and %d networks of power and gas, want 96 and 96", len(q.Rows), len(q.Networks))
	}
	for i, e := range m.Case.Effects {
		if q := plans[1]; q.Engine.Touches(i) != (len(e.Energy) > 0) {
			t.Errorf("effect %s touches power and gas: %v", e.ID, q.Engine.Touches(i))
		}
		if p.Engine.Touches(i) != (len(e.Freight) > 0) {
			t.Errorf("effect %s touches freight: %v", e.ID, p.Engine.Touches(i))
		}
	}
	if st := m.Freight.Statistics(); st.Truncated > 0 || len(st.NoPath) > 0 {
		t.Errorf("%d ways of %d pairs left out by the bound on route sets, without a way %v", st.Truncated, st.TruncatedPairs, st.NoPath)
	}
	if n := len(m.Case.Freight.Zones); n < 40 {
		t.Errorf("%d zones, want at least 40", n)
	}
}

// TestFit holds the constants that ship against the published figures: the
// counts the design asks for, and a median miss no worse than its aim of 35 %.
func TestFit(t *testing.T) {
	m := flagshipModel(t)
	ids := make([]string, len(m.Freight.Outcomes()))
	for i, o := range m.Freight.Outcomes() {
		ids[i] = o.ID
	}
	fit, _, _ := answer.Calibration(m.Case, ids)
	s := detail(t, m, freight.BaseYear).Solution()
	var misses []float64
	for _, o := range fit {
		i := slices.Index(ids, o.Outcome)
		miss := s.Outcomes[i]/o.Value - 1
		t.Logf("%-28s model %12.4g published %12.4g miss %+.0f %%", o.ID, s.Outcomes[i], o.Value, 100*miss)
		misses = append(misses, math.Abs(miss))
	}
	slices.Sort(misses)
	if median := misses[len(misses)/2]; median > 0.35 {
		t.Errorf("median miss %.0f %% of %d fitted figures", 100*median, len(misses))
	}
}
