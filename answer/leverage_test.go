package answer

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/world"
)

// soil is an engine whose states have benefits and revenues that a test gives as
// a function of whose soil is shut.
type soil struct {
	*linear
	states   []string
	stubborn string // the network with just this state's soil shut does not converge
	benefit  func(state string, shut func(string) bool) float64
}

type soilDelta struct {
	linearDelta
	shut []string
}

var soilColumns = []string{"benefit", "revenue_transit", "exports", "imports", "transit_tonnes"}

func (e *soil) Columns() []world.Column {
	out := e.linear.Columns()
	for _, s := range e.states {
		for _, m := range soilColumns {
			out = append(out, world.Column{ID: countryID(s, m)})
		}
	}
	return out
}

func (e *soil) With(changes []freight.Change) (world.Delta, error) {
	if len(changes) == 0 {
		return e.Resolve(nil)
	}
	d := soilDelta{linearDelta: linearDelta{active: "shut"}}
	for _, c := range changes {
		if c.Op == freight.OpClose && c.On.Flow == "transit" {
			d.shut = append(d.shut, c.On.Country)
			d.active += " " + c.On.Country
		}
	}
	return d, nil
}

func (e *soil) NewWorker() world.Worker { return e }

func (e *soil) Solve(ctx context.Context, d world.Delta, start []float64) (*world.Solution, error) {
	x, ok := d.(soilDelta)
	if !ok {
		x.linearDelta = d.(linearDelta)
	}
	s, err := e.linear.Solve(ctx, x.linearDelta, start)
	if err != nil {
		return nil, err
	}
	shut := func(id string) bool { return slices.Contains(x.shut, id) }
	for _, id := range e.states {
		transit := 1.0
		if shut(id) {
			transit = 0
		}
		s.Values = append(s.Values, e.benefit(id, shut), 0, 0, 0, transit)
	}
	s.Converged = len(x.shut) != 1 || x.shut[0] != e.stubborn
	return s, nil
}

// land makes a case of states in a line of which the first is the focus.
func land(t testing.TB, benefit func(string, func(string) bool) float64, ids ...string) (*casefile.Case, *world.Table, *soil) {
	t.Helper()
	c, tab, lin := small(t)
	c.Focus = ids[0]
	for _, id := range ids {
		c.Actors = append(c.Actors, casefile.Actor{ID: id, Kind: casefile.State})
		c.Freight.Zones = append(c.Freight.Zones, freight.Zone{ID: id, Country: id})
	}
	e := &soil{linear: lin, states: ids, benefit: benefit}
	plan, err := world.NewPlan(c.Space, tab.Worlds, Effects(c), e)
	if err != nil {
		t.Fatal(err)
	}
	if tab, _, err = plan.Solve(t.Context(), world.Options{}); err != nil {
		t.Fatal(err)
	}
	return c, tab, e
}

func leverageOf(t testing.TB, c *casefile.Case, tab *world.Table, e Engine, opt Options) (*Leverage, *computer) {
	t.Helper()
	solver, err := world.NewSolver(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer solver.Close()
	k := &computer{in: Input{Case: c, Tables: []*world.Table{tab}, Freight: e, Solver: solver}, opt: opt, c: c, tables: []*world.Table{tab}, freight: tab}
	l, err := k.leverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l, k
}

// The glove game played with soil: XA and XB have a road to the port of XC each,
// and a road and the port together are worth 6 to XC. Values 1, 1 and 4 (two left
// gloves and a right one). Users gain nothing, so what is shared is revenue; here
// all of it is booked as benefit of XC, which only counts where XC is a member.
func TestLeverageGloves(t *testing.T) {
	benefit := func(id string, shut func(string) bool) float64 {
		if id == "XC" && !shut("XC") && (!shut("XA") || !shut("XB")) {
			return 6e6
		}
		return 0
	}
	c, tab, e := land(t, benefit, "XA", "XB", "XC")
	l, k := leverageOf(t, c, tab, e, Options{Players: 3})
	g := l.Game
	if g == nil || g.Worth.V != 6e6 {
		t.Fatalf("game %+v", g)
	}
	for i, want := range []float64{1e6, 1e6, 4e6} {
		if got := g.Players[i].Shapley.V; math.Abs(got-want) > 1e-6 {
			t.Errorf("%s has %v, want %v", g.Players[i].ID, got, want)
		}
	}
	// Alone nobody has anything; the port adds all of it, a road nothing.
	for i, want := range []float64{0, 0, 6e6} {
		if x := g.Players[i]; x.Alone.V != 0 || x.Last.V != want {
			t.Errorf("%s alone has %v and adds %v", x.ID, x.Alone.V, x.Last.V)
		}
	}
	// Denials: one road shut costs nobody anything, the port's shut costs XC.
	for _, d := range l.Denials {
		own, _ := d.Loss("XC")
		if want := map[string]float64{"XC": 6e6}[d.ID]; own.Loss.V != want {
			t.Errorf("XC loses %v by %s", own.Loss.V, d.ID)
		}
		if d.Others.V != 0 {
			t.Errorf("others lose %v by %s", d.Others.V, d.ID)
		}
	}
	if len(k.notes) != 0 {
		t.Errorf("notes %v", k.notes)
	}
	// Seven sets with something shut, of which the three with one are the denials.
	if k.run.Solved != 7 {
		t.Errorf("%d networks solved", k.run.Solved)
	}
}

// A network that does not converge is said.
func TestLeverageNotConverged(t *testing.T) {
	c, tab, e := land(t, func(string, func(string) bool) float64 { return 0 }, "XA", "XB")
	e.stubborn = "XB"
	l, k := leverageOf(t, c, tab, e, Options{Players: 2})
	if want := []string{"soil of XB shut"}; !slices.Equal(l.NotConverged, want) || len(k.notes) != 1 || !strings.Contains(k.notes[0], "1 of 4 networks") {
		t.Errorf("%v, notes %v", l.NotConverged, k.notes)
	}
}

// Who plays: the focus, then its neighbours by land and ferry and the members of
// its platform as of the day, then others by their transit, none without any.
func TestLeveragePlaying(t *testing.T) {
	transit := map[string]float64{"XA": 1, "XB": 2, "XC": 3, "XD": 0, "XE": 9, "XF": 8, "XG": 0, "XH": 4}
	ids := []string{"XA", "XB", "XC", "XD", "XE", "XF", "XG", "XH"}
	c, tab0, e := land(t, func(string, func(string) bool) float64 { return 0 }, ids...)
	c.AsOf = calendar.Date{Year: 2025, Month: 1, Day: 16}
	c.Freight.Borders = []freight.Border{{CountryFrom: "XA", CountryTo: "XB"}, {CountryFrom: "XE", CountryTo: "XF"}}
	c.Freight.Nodes = []freight.Node{{ID: "a", Country: "XA"}, {ID: "c", Country: "XC"}, {ID: "e", Country: "XE"}}
	c.Freight.Links = []freight.Link{{ID: "1", From: "c", To: "a", Mode: "ferry"}, {ID: "2", From: "a", To: "e", Mode: "sea"}}
	c.Actors = append(c.Actors,
		casefile.Actor{ID: "club", Kind: casefile.Platform, Members: []casefile.Member{{Actor: "XA"}, {Actor: "XD"},
			{Actor: "XH", Until: calendar.Date{Year: 2024}}, {Actor: "XF", From: calendar.Date{Year: 2026}}}},
		casefile.Actor{ID: "theirs", Kind: casefile.Platform, Members: []casefile.Member{{Actor: "XE"}, {Actor: "XG"}}})
	plan, err := world.NewPlan(c.Space, tab0.Worlds, Effects(c), e)
	if err != nil {
		t.Fatal(err)
	}
	tab, _, err := plan.Solve(t.Context(), world.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range tab.Columns {
		for id, x := range transit {
			if tab.Columns[i].ID == countryID(id, "transit_tonnes") {
				tab.Solutions[0].Values[i] = x
				for r := range tab.Rows {
					tab.Values[r*len(tab.Columns)+i] = x
				}
			}
		}
	}
	for most, want := range map[int]string{
		2:  "XA XC",                // the neighbour with most transit
		3:  "XA XB XC",             // the other one
		4:  "XA XB XC XD",          // the platform
		5:  "XA XB XC XD XE",       // others by transit
		12: "XA XB XC XD XE XF XH", // not XG: neither near nor crossed
	} {
		k := &computer{opt: Options{Players: most}, c: c, tables: []*world.Table{tab}}
		if got := strings.Join(k.playing(ids), " "); got != want {
			t.Errorf("%d players: %s, want %s", most, got, want)
		}
	}
}

// An agreement kept is the nearest world in which it is in force, its duties are
// done and its prohibitions heeded; what others say it asks does not count.
func TestAgreementKept(t *testing.T) {
	c, tab, _ := small(t)
	p := parser(t, c)
	a := &treaty.Agreement{ID: "deal", InForceIf: p("pact=in_force"), Clauses: []treaty.Clause{
		{ID: "1", Modality: treaty.BestEfforts, What: p("rail=built"), Standing: treaty.Standing{Kind: treaty.InText}},
		{ID: "2", Modality: treaty.Prohibition, What: p("strait=shut"), Standing: treaty.Standing{Kind: treaty.InText}},
		{ID: "3", Modality: treaty.Obligation, When: p("rail=missing"), What: p("strait=shut"), Standing: treaty.Standing{Kind: treaty.InText}},
		{ID: "4", Modality: treaty.Obligation, What: p("idle=yes"), Standing: treaty.Standing{Kind: treaty.AssertedBy, Claim: "x"}},
		{ID: "5", Modality: treaty.Permission, What: p("idle=yes"), Standing: treaty.Standing{Kind: treaty.InText}},
	}}
	at := func() string {
		row, _ := nearest(c.Space, tab.Worlds.Codes, allKept(c.Space, a))
		if row < 0 {
			return "none"
		}
		return c.Space.Format(tab.Worlds.Codes[row])
	}
	if got := at(); got != "pact=in_force,rail=built" {
		t.Errorf("kept in %s", got)
	}
	a.Clauses[1].Unless = p("rail=built")
	a.Clauses[2].When = nil
	if got := at(); got != "pact=in_force,rail=built,strait=shut" {
		t.Errorf("with an exception, kept in %s", got)
	}
	a.Clauses[1].Unless = nil
	if got := at(); got != "none" {
		t.Errorf("what cannot be kept is kept in %s", got)
	}
}

// The starter case has three states in a line. Without the middle one nothing
// crosses, so the game is a sum of unanimity games: what an end gains from the
// way is shared between it and the middle, and what the middle earns is its own.
// The values follow from the denial alone.
func TestLeverageStarter(t *testing.T) {
	c := starter(t)
	dir := t.TempDir()
	opt := Options{Players: DefaultPlayers}
	a, _ := answerOf(t, c, dir, opt)
	l := a.Leverage
	if l == nil || l.Game == nil || len(l.NotConverged) != 0 {
		t.Fatalf("leverage %+v", l)
	}
	if len(l.Denials) != 1 || l.Denials[0].ID != "XM" || !slices.Equal(l.Idle, []string{"XN", "XS"}) {
		t.Fatalf("denials %+v, idle %v", l.Denials, l.Idle)
	}
	d := l.Denials[0]
	loss := map[string]float64{}
	for _, x := range d.Losses {
		loss[x.ID] = x.Loss.V
		if math.Abs(x.Loss.V+x.Benefit.V+x.Revenue.V) > 1e-9*math.Abs(x.Loss.V) {
			t.Errorf("parts of %+v", x)
		}
	}
	// All that goes between the ends crosses the middle.
	var between float64
	for _, x := range d.Losses {
		if x.ID == "XN" {
			between = x.Trade.V
		}
	}
	if loss["XN"] <= 0 || loss["XS"] <= 0 || math.Abs(between-d.Transit.V) > 1e-6*d.Transit.V {
		t.Errorf("losses %v; %v t no longer go, %v crossed", loss, between, d.Transit.V)
	}
	want := map[string]float64{"XN": loss["XN"] / 2, "XS": loss["XS"] / 2, "XM": loss["XM"] + (loss["XN"]+loss["XS"])/2}
	sum := 0.0
	for _, p := range l.Game.Players {
		sum += p.Shapley.V
		if math.Abs(p.Shapley.V-want[p.ID]) > 1e-6*l.Game.Worth.V {
			t.Errorf("%s has %v, want %v", p.ID, p.Shapley.V, want[p.ID])
		}
	}
	if math.Abs(sum-l.Game.Worth.V) > 1e-9*sum {
		t.Errorf("values sum to %v of %v", sum, l.Game.Worth.V)
	}
	if math.Abs(l.Game.NoWay.V-d.Transit.V) > 0.2*d.Transit.V {
		t.Errorf("%v t find no way, %v crossed", l.Game.NoWay.V, d.Transit.V)
	}

	// The club of all three is the whole; the pact of the two ends has nothing
	// without the middle, kept or not, but all three gain by its bridge.
	all, pact := l.Game.Coalitions[0], l.Game.Coalitions[1]
	if len(all.Named) != 2 || all.Named[1].ID != "river_club" || all.Worth != l.Game.Worth {
		t.Errorf("all %+v", all)
	}
	if pact.Named[0].ID != "pact" || math.Abs(pact.Worth.V) > 1e-6*l.Game.Worth.V || pact.Joins[0].ID != "XM" || math.Abs(pact.Joins[0].Brings.V-loss["XN"]-loss["XS"]) > 1e-6*l.Game.Worth.V {
		t.Errorf("pact %+v", pact)
	}
	if len(pact.Kept) != 1 || !strings.Contains(pact.Kept[0].World, "rail_bridge=built") || math.Abs(pact.Kept[0].Worth.V) >= math.Abs(pact.Kept[0].Open.V) || pact.Kept[0].Open.V <= 0 {
		t.Errorf("kept %+v", pact.Kept)
	}

	// Same bytes with more workers and warm; off when nobody plays.
	first, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	opt.Workers = 3
	b, _ := answerOf(t, c, t.TempDir(), opt)
	warm, _ := answerOf(t, c, dir, opt)
	for _, x := range []*Answer{b, warm} {
		if again, err := json.Marshal(x.Leverage); err != nil || string(again) != string(first) {
			t.Errorf("leverage differs: %v", err)
		}
	}
	if warm.Run.Solved != 0 {
		t.Errorf("warm, %d networks are solved", warm.Run.Solved)
	}
	if off, _ := answerOf(t, c, dir, Options{}); off.Leverage != nil || LeverageLine(off, "XN") != "" {
		t.Error("leverage without players")
	}
	var back Leverage
	if err := json.Unmarshal(first, &back); err != nil {
		t.Fatal(err)
	}

	var text strings.Builder
	if err := Text(&text, a, TextOptions{All: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Leverage in the baseline world", "No state's soil is worth more to the others than that of Midmark", "Shares in the corridors' surplus", "Pact of Norland and Suderia, in force and kept"} {
		if !strings.Contains(strings.Join(strings.Fields(text.String()), " "), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

func TestPlayersOption(t *testing.T) {
	for n, ok := range map[int]bool{-1: false, 0: true, 1: false, 2: true, 12: true, 13: false} {
		if err := (Options{Players: n}).Check(); (err == nil) != ok {
			t.Errorf("%d players: %v", n, err)
		}
	}
}
