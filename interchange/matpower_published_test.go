package interchange_test

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/energy"
	"github.com/astara-corridors/astara/interchange"
	"github.com/astara-corridors/astara/internal/lp"
	"github.com/astara-corridors/astara/internal/testdata"
)

// pglib reads a case of PGLib-OPF v23.07 (CC BY 4.0).
func pglib(t testing.TB, name string) *energy.Grid {
	t.Helper()
	path := filepath.Join(testdata.Dir(t, "energy/pglib"), name+".m")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var l diag.List
	g := interchange.ReadMATPOWER(filepath.Base(path), data, &l)
	if l.Len() > 0 {
		t.Fatalf("%s: %v", name, l.All())
	}
	return g
}

// rows reads a CSV table as one map a row.
func rows(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = r[i]
		}
		out = append(out, m)
	}
	return out
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// DC objectives of PGLib-OPF: those published (five digits; PowerModels v0.19.9,
// series susceptance) and those recomputed in both conventions with HiGHS.
func TestPGLibObjectives(t *testing.T) {
	testdata.Need(t, lp.Available())
	const published, recomputed = 5e-5, 1e-7
	dir := testdata.Dir(t, "energy/pglib")
	table := map[string]string{}
	for _, r := range rows(t, filepath.Join(dir, "baseline.csv")) {
		table[r["case"]] = r["dc_objective_usd_per_h"]
	}
	for _, r := range rows(t, filepath.Join(dir, "recomputed.csv")) {
		name := r["case"]
		t.Run(name, func(t *testing.T) {
			g := pglib(t, name)
			for _, c := range []struct {
				s    energy.Susceptance
				want string
				tol  float64
			}{{energy.Series, table[name], published}, {energy.Series, r["own_dc_objective_form_A"], recomputed}, {energy.Reactance, r["own_dc_objective_form_B"], recomputed}} {
				got, err := energy.OPF(context.Background(), g, energy.OPFOptions{Susceptance: c.s})
				if err != nil {
					t.Errorf("%s: %v", c.s, err)
					continue
				}
				if c.want == "infeasible" {
					if got.Status != "infeasible" || got.Infeasible == nil || got.Infeasible.Words == "" {
						t.Errorf("%s: %s", c.s, got.Status)
					}
					continue
				}
				checkDispatch(t, g, got)
				if got.Status != "optimal" {
					t.Errorf("%s: %s", c.s, got.Status)
					continue
				}
				want := number(t, c.want)
				if d := math.Abs(*got.Objective-want) / want; d > c.tol {
					t.Errorf("%s: objective %.9g, want %.9g (%.2g)", c.s, *got.Objective, want, d)
				}
			}
		})
	}
}

// kirchhoff is how far flows may miss Kirchhoff's laws, in MW per MW of the largest
// flow: solver tolerance.
const kirchhoff = 1e-6

// checkDispatch checks a dispatch against the grid itself: Kirchhoff's current law at
// every bus, his voltage law on every branch, ratings, and that cost adds up.
func checkDispatch(t *testing.T, g *energy.Grid, r *energy.OPFReport) {
	t.Helper()
	if r.Status != "optimal" {
		return
	}
	bus := map[string]int{}
	for i, b := range r.Buses {
		bus[b.ID] = i
	}
	net := make([]float64, len(r.Buses))
	branches := map[string]energy.Branch{}
	for _, b := range g.Branches {
		branches[b.ID] = b
	}
	largest := 1.0
	for _, f := range r.Branches {
		largest = max(largest, math.Abs(f.Flow))
		i, j := bus[f.From], bus[f.To]
		net[i] -= f.Flow
		net[j] += f.Flow
		b := branches[f.ID]
		susceptance, shift := 1/b.X, b.Shift
		if b.Tap != 0 {
			susceptance /= b.Tap
		}
		if r.Susceptance == energy.Series {
			susceptance, shift = b.X/(b.R*b.R+b.X*b.X), 0
		}
		law := susceptance * g.BaseMVA * ((r.Buses[i].Angle-r.Buses[j].Angle)*math.Pi/180 - shift)
		if math.Abs(law-f.Flow) > kirchhoff*(1+largest) {
			t.Errorf("branch %s carries %v MW, its angles say %v", f.ID, f.Flow, law)
		}
		if b.RateA > 0 && math.Abs(f.Flow) > b.RateA*(1+kirchhoff) {
			t.Errorf("branch %s carries %v MW of %v", f.ID, f.Flow, b.RateA)
		}
	}
	for i, b := range r.Buses {
		if math.Abs(b.Injection+net[i]) > kirchhoff*(1+largest) {
			t.Errorf("bus %s: injection %v, outflow %v", b.ID, b.Injection, -net[i])
		}
	}
	cost := 0.0
	for _, x := range r.Generators {
		cost += x.Cost
	}
	if math.Abs(cost-*r.Objective) > 1e-7*(1+cost) && r.ShedPrice == nil {
		t.Errorf("generators cost %v, objective %v", cost, *r.Objective)
	}
	if math.Abs(r.Served+r.Unserved-r.Demand) > kirchhoff {
		t.Errorf("served %v and unserved %v are not demand %v", r.Served, r.Unserved, r.Demand)
	}
}

// Counts of parts are exact: branches in service, components, bridges, demand,
// capacity, taps, shifts and negative reactances.
func TestPGLibCounts(t *testing.T) {
	for _, r := range rows(t, filepath.Join(testdata.Dir(t, "energy/pglib"), "recomputed.csv")) {
		g := pglib(t, r["case"])
		var taps, shifts, negative, quadratic int
		for _, b := range g.Branches {
			if b.Out {
				continue
			}
			if b.Tap != 0 && b.Tap != 1 {
				taps++
			}
			if b.Shift != 0 {
				shifts++
			}
			if b.X < 0 {
				negative++
			}
		}
		var demand, capacity float64
		shunts := 0
		for _, b := range g.Buses {
			if b.Shunt != 0 {
				shunts++
			}
		}
		for _, d := range g.Loads {
			demand += d.Demand
		}
		for _, x := range g.Generators {
			if x.Out {
				continue
			}
			capacity += x.Pmax
			if x.Cost.C[2] != 0 {
				quadratic++
			}
		}
		f, err := energy.Flow(g, energy.Reactance)
		if err != nil {
			t.Fatal(err)
		}
		n1, err := energy.N1(context.Background(), g, energy.N1Options{})
		if err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string]float64{
			"branches_in_service": float64(len(f.Branches)), "connected_components": float64(len(f.Islands)), "bridge_branches": float64(n1.Bridges),
			"branches_with_off_nominal_tap": float64(taps), "branches_with_phase_shift": float64(shifts), "branches_with_negative_x": float64(negative),
			"buses_with_shunt_gs": float64(shunts), "quadratic_cost_generators": float64(quadratic),
		} {
			if got != number(t, r[name]) {
				t.Errorf("%s: %s is %v, not %s", r["case"], name, got, r[name])
			}
		}
		for name, got := range map[string]float64{"total_pd_mw": demand, "total_pmax_mw": capacity} {
			// The table has six digits.
			if want := number(t, r[name]); math.Abs(got-want) > 1e-5*want {
				t.Errorf("%s: %s is %v, not %v", r["case"], name, got, want)
			}
		}
	}
}

// Transfer and outage factors of three cases, computed with another program.
func TestPGLibFactors(t *testing.T) {
	const tol = 1e-10 // the files have ten significant digits
	dir := testdata.Dir(t, "energy/pglib")
	for _, name := range []string{"pglib_opf_case5_pjm", "pglib_opf_case14_ieee", "pglib_opf_case24_ieee_rts"} {
		g := pglib(t, name)
		p, err := energy.PTDF(g, energy.PTDFOptions{})
		if err != nil {
			t.Fatal(err)
		}
		checked := 0
		for k, r := range rows(t, filepath.Join(dir, name+".ptdf.csv")) {
			for c, bus := range p.Buses {
				want := number(t, r[bus])
				if d := math.Abs(p.Factors[k][c] - want); d > tol {
					t.Errorf("%s: factor of branch %d for bus %s is %v, not %v", name, k+1, bus, p.Factors[k][c], want)
				}
				checked++
			}
		}
		if checked != len(p.Buses)*len(p.Branches) {
			t.Errorf("%s: %d factors checked", name, checked)
		}
		l, err := energy.LODF(g, energy.Reactance)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range rows(t, filepath.Join(dir, name+".lodf.csv")) {
			for c := range l.Branches {
				text := r["outage_"+strconv.Itoa(c+1)]
				if (text == "bridge") != l.Bridge[c] {
					t.Errorf("%s: branch %d is a bridge: %v", name, c+1, l.Bridge[c])
				} else if text == "bridge" {
					if !math.IsNaN(l.Factors[k][c]) {
						t.Errorf("%s: a bridge has the factor %v", name, l.Factors[k][c])
					}
				} else if want := number(t, text); math.Abs(l.Factors[k][c]-want) > tol*(1+math.Abs(want)) {
					t.Errorf("%s: factor of branch %d for outage %d is %v, not %v", name, k+1, c+1, l.Factors[k][c], want)
				}
			}
		}
	}
}

// Prices of the PJM five-bus system: 16.98, 26.38, 30, 39.94 and 10 (F. Li and R. Bo,
// "Small Test Systems for Power System Economic Studies", IEEE PES GM 2010); flows and
// dispatch as recomputed with HiGHS.
func TestPJMPrices(t *testing.T) {
	testdata.Need(t, lp.Available())
	r, err := energy.OPF(context.Background(), pglib(t, "pglib_opf_case5_pjm"), energy.OPFOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{16.9774, 26.3845, 30, 39.9427, 10} {
		if math.Abs(r.Buses[i].Price-want) > 5e-5 {
			t.Errorf("price at bus %s is %v, not %v", r.Buses[i].ID, r.Buses[i].Price, want)
		}
	}
	for i, want := range []float64{40, 170, 323.4948, 0, 466.5052} {
		if math.Abs(r.Generators[i].Output-want) > 5e-5 {
			t.Errorf("generator %s gives %v, not %v", r.Generators[i].ID, r.Generators[i].Output, want)
		}
	}
	for i, want := range []float64{249.717, 186.788, -226.505, -50.283, -26.788, -240} {
		if math.Abs(r.Branches[i].Flow-want) > 5e-4 {
			t.Errorf("branch %s carries %v, not %v", r.Branches[i].ID, r.Branches[i].Flow, want)
		}
	}
	if len(r.Binding) == 0 || r.Binding[0].Kind != "rating" || r.Binding[0].ID != "6" {
		t.Errorf("binding: %+v", r.Binding)
	}
	for _, b := range r.Binding[1:] {
		if b.Kind == "rating" || b.Kind == "angle" {
			t.Errorf("also binding: %+v", b)
		}
	}
}
