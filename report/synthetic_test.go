package report

import (
	"fmt"
	"math"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
	"github.com/astara-corridors/astara/freight"
	"github.com/astara-corridors/astara/report/chart"
	"github.com/astara-corridors/astara/treaty"
	"github.com/astara-corridors/astara/units"
)

// synthetic is an input that fills every part of a report. Its places are
// where they are; every other number is made up for the test, as its title says.
func synthetic() Input {
	c := &casefile.Case{
		ID: "synthetic", Title: "A made-up pact and made-up flows, to test the page", About: "Numbers on this page are invented by a test & mean nothing.",
		Focus: "AZ", Currency: "USD", Lexicon: "kent", AsOf: calendar.Date{Year: 2025, Month: 1, Day: 16}, BaseYear: 2024, Horizon: 2030, PriceYear: 2024,
		Freight: network(),
	}
	for i := 1; i <= 6; i++ {
		c.Sources = append(c.Sources, casefile.Source{ID: fmt.Sprintf("S%03d", i), Publisher: "A publisher", Title: "Report <no. 1>", Address: "https://example.org/a?b=1&c=2", Kind: "document"})
	}
	c.Sources[0].Address = "javascript:alert(1)"
	c.Actors = []casefile.Actor{{ID: "AZ", Name: "Azerbaijan"}, {ID: "IR", Name: "Iran"}, {ID: "RU", Name: "Russia"}, {ID: "expert", Name: "An Expert"}, {ID: "other", Name: "Another Other"}}
	pact := casefile.Variable{Variable: formula.Variable{ID: "pact", Name: "Pact in force", Kind: "act", States: []string{"none", "in_force"}}}
	rail := casefile.Variable{Variable: formula.Variable{ID: "rail", Name: "The missing railway", Kind: "event", States: []string{"missing", "built"}}}
	rail.Given = []casefile.Given{{Weights: []units.Figure{units.Between(0.5, 0.6, 0.8, units.Share), units.Between(0.2, 0.4, 0.5, units.Share)}, Letter: units.Estimate, Reason: "made up", Source: []string{"S002"}}}
	ties := casefile.Variable{Variable: formula.Variable{ID: "position(IR,way)", Name: "Iran’s stand on the way", Kind: "position", States: []string{"oppose", "tolerate"}}}
	c.Variables = []casefile.Variable{pact, rail, ties}
	c.Claims = []belief.Claim{{ID: "expert-more", Speaker: "expert", Source: "S003", Paragraph: "13", Paraphrase: "The pact may give the railway a push.", Kind: belief.Possibility, Reading: belief.See, Hedge: "may",
		Locator: belief.Locator{Start: 1200, End: 1300, SHA256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}, Letter: units.Read},
		{ID: "expert-text", Speaker: "expert", Source: "S003", Paragraph: "14", Paraphrase: "The text covers transport.", Kind: belief.Record, Letter: units.Read},
		{ID: "other-less", Speaker: "other", Source: "S003", Paragraph: "15", Paraphrase: "Nothing much will follow.", Kind: belief.Level, Hedge: "unlikely", Date: calendar.Date{Year: 2025, Month: 1, Day: 16}, Letter: units.Estimate}}
	c.Agreements = []treaty.Agreement{{ID: "pact", Name: "The pact", Parties: []string{"RU", "IR"}, Signed: calendar.Date{Year: 2025, Month: 1, Day: 17},
		Clauses: []treaty.Clause{{ID: "1", Article: "1", Modality: treaty.Obligation, Bearers: []string{"RU", "IR"}, Action: "build the railway", Standing: treaty.Standing{Kind: treaty.InText}},
			{ID: "2", Article: "–", Modality: treaty.Align, Bearers: []string{"IR"}, Toward: []string{"RU"}, Scope: []string{"way"}, Standing: treaty.Standing{Kind: treaty.AssertedBy, Claim: "expert-more"}}}}}
	c.Outcomes = []casefile.Outcome{{Outcome: freight.Outcome{ID: "ns_west", Query: freight.PathQuery{Passes: []string{"RU-AZ", "astara"}, Modes: []string{"rail"}, Both: true}}, Name: "North-South, western branch"}}
	c.Timeline = []casefile.Event{{ID: "tl-1", Text: "The text was signed.", Date: calendar.Date{Year: 2025, Month: 1, Day: 17}, Ref: casefile.Ref{Letter: units.Read, Source: []string{"S003"}}}}
	a := answers(c)
	powerAndGas(c, a)
	return Input{Case: c, Answer: a, Version: "test", Flows: runs(c, false), Changes: runs(c, true), Chains: chains(c)}
}

// network is a network of real places around the Caspian with links of made-up
// figures.
func network() *freight.Spec {
	s := &freight.Spec{BaseYear: 2024, Horizon: 2030}
	ref := func(l units.Letter, line int) freight.Ref {
		return freight.Ref{Letter: l, Source: []string{"S004", "S005"}, Note: "a note", Pos: diag.Pos{File: "freight/link.csv", Line: line}}
	}
	for _, n := range []struct {
		id, name, country, kind string
		x, y                    float64
	}{
		{"moscow", "Moscow", "RU", "logistic_city", 37.6, 55.75}, {"astrakhan", "Astrakhan", "RU", "port", 48.03, 46.35}, {"makhachkala", "Makhachkala", "RU", "port", 47.5, 42.97},
		{"samur", "Samur", "RU", "border_rail", 48.51, 41.83}, {"yalama", "Yalama", "AZ", "border_rail", 48.57, 41.75}, {"baku", "Baku", "AZ", "logistic_city", 49.95, 40.37}, {"alat", "Alat", "AZ", "port", 49.4, 39.95},
		{"astara_az", "Astara (AZ)", "AZ", "border_rail", 48.87, 38.45}, {"astara_ir", "Astara (IR)", "IR", "border_rail", 48.872, 38.42}, {"rasht", "Rasht", "IR", "rail_terminal", 49.61, 37.32},
		{"tehran", "Tehran", "IR", "logistic_city", 51.42, 35.67}, {"bandar_abbas", "Bandar Abbas", "IR", "port", 56.07, 27.1}, {"mumbai", "Mumbai", "IN", "port_city", 72.83, 18.97}, {"ganja", "Ganja", "AZ", "rail_junction", 46.35, 40.67},
		{"boyuk_kesik", "Boyuk Kesik", "AZ", "border_rail", 45.27, 41.28}, {"tbilisi", "Tbilisi", "GE", "logistic_city", 44.78, 41.72}, {"poti", "Poti", "GE", "port", 41.58, 42.15}, {"istanbul", "Istanbul", "TR", "port_city", 28.97, 41.02},
		{"novorossiysk", "Novorossiysk", "RU", "port", 37.78, 44.72}, {"aktau", "Aktau", "KZ", "port", 51.15, 43.65}, {"almaty", "Almaty", "KZ", "logistic_city", 76.95, 43.25}, {"shanghai", "Shanghai", "CN", "port", 121.5, 31.22},
		{"rotterdam", "Rotterdam", "NL", "port", 4.13, 51.95}, {"c_suez", "Suez Canal", "EG", "chokepoint", 32.33, 30.6}, {"c_hormuz", "Strait of Hormuz", "XZ", "chokepoint", 56.25, 26.57}, {"aghband", "Aghband", "AZ", "border_rail", 46.565, 38.885},
		{"meghri", "Meghri", "AM", "border_rail", 46.24, 38.9}, {"horadiz", "Horadiz", "AZ", "logistic_city", 47.34, 39.45}, {"nakhchivan", "Nakhchivan", "AZ", "logistic_city", 45.41, 39.21}, {"anzali", "Bandar Anzali", "IR", "port", 49.47, 37.47},
	} {
		s.Nodes = append(s.Nodes, freight.Node{ID: n.id, Name: n.name, Country: n.country, Type: n.kind, X: n.x, Y: n.y})
	}
	for i, l := range []struct{ from, to, mode, straits string }{
		{"moscow", "astrakhan", "rail", ""}, {"astrakhan", "makhachkala", "rail", ""}, {"makhachkala", "samur", "rail", ""}, {"samur", "yalama", "rail", ""}, {"yalama", "baku", "rail", ""}, {"baku", "alat", "rail", ""}, {"alat", "astara_az", "rail", ""},
		{"astara_az", "astara_ir", "rail", ""}, {"astara_ir", "rasht", "road", ""}, {"rasht", "tehran", "rail", ""}, {"tehran", "bandar_abbas", "rail", ""}, {"bandar_abbas", "mumbai", "sea", "ormuz"}, {"astrakhan", "anzali", "sea", ""},
		{"anzali", "rasht", "road", ""}, {"alat", "ganja", "rail", ""}, {"ganja", "boyuk_kesik", "rail", ""}, {"boyuk_kesik", "tbilisi", "rail", ""}, {"tbilisi", "poti", "rail", ""}, {"poti", "istanbul", "sea", "bosporus"}, {"aktau", "alat", "sea", ""},
		{"almaty", "aktau", "rail", ""}, {"mumbai", "novorossiysk", "sea", "babalmandab;bosporus;dardanelles;suez"}, {"novorossiysk", "moscow", "rail", ""}, {"shanghai", "rotterdam", "sea", "south_africa;malacca"}, {"shanghai", "almaty", "rail", ""},
		{"alat", "horadiz", "rail", ""}, {"horadiz", "aghband", "rail", ""}, {"aghband", "meghri", "rail", ""}, {"meghri", "nakhchivan", "rail", ""}, {"baku", "astara_az", "road", ""}, {"alat", "astara_az", "road", ""},
	} {
		letter := []units.Letter{units.Read, units.Computed, units.Knowledge, units.Estimate}[i%4]
		link := freight.Link{ID: fmt.Sprintf("L%02d", i+1), From: l.from, To: l.to, Mode: l.mode, Length: 100 + 37*float64(i), Speed: 45, Open: true, Ref: ref(letter, i+2)}
		if l.straits != "" {
			link.Straits = splitList(l.straits)
		}
		s.Links = append(s.Links, link)
	}
	hours := units.Between(12, 20, 36, units.Time)
	hours.Letter = units.Estimate
	for _, x := range [][4]string{{"yalama", "samur", "RU", "AZ"}, {"astara", "astara_az", "AZ", "IR"}, {"boyuk", "boyuk_kesik", "AZ", "GE"}, {"aghband", "aghband", "AZ", "AM"}} {
		to := map[string]string{"samur": "yalama", "astara_az": "astara_ir", "boyuk_kesik": "tbilisi", "aghband": "meghri"}[x[1]]
		s.Borders = append(s.Borders, freight.Border{ID: x[0], Name: x[0], NodeFrom: x[1], NodeTo: to, CountryFrom: x[2], CountryTo: x[3], Mode: "rail", Hours: hours, Open: x[0] != "aghband", Ref: ref(units.Read, 9)})
	}
	tonnes := units.Between(1e6, 2e6, 4e6, units.Rate)
	s.Markets = []freight.Market{{ID: "ru_ir_grain", Origin: "RU", Destination: "IR", Commodity: "grain", Tonnes: tonnes, Reason: "made up", Ref: ref(units.Estimate, 3)}}
	s.Constants = []freight.Constant{{Name: "dispersion.route", About: "spread of choice", Value: units.Between(4, 8, 16, units.Dimensionless), Free: true, Ref: ref(units.Estimate, 4)}}
	return s
}

func splitList(s string) []string {
	var out []string
	for start, i := 0, 0; i <= len(s); i++ {
		if i == len(s) || s[i] == ';' {
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return out
}

func runs(c *casefile.Case, change bool) []Flows {
	f := Flows{ID: "baseline", Title: "Baseline world, 2030", Text: "Made-up tonnes on every link."}
	if change {
		f = Flows{ID: "pact", Title: "With the pact against without", Text: "Made-up changes."}
	}
	for i := range c.Freight.Links {
		t := 6e6 * math.Abs(math.Sin(float64(i+1)*1.7))
		if i >= 25 && i <= 28 { // the way that is shut
			t = 0
		}
		if change {
			t = 1.2e6 * math.Sin(float64(i)*0.9)
		}
		f.Tonnes = append(f.Tonnes, t)
	}
	return []Flows{f}
}

func chains(c *casefile.Case) []Chain {
	published := &casefile.Chain{ID: "ch001", Name: "Mumbai – Moscow by the western branch", Use: "fit", Year: 2016, Hours: units.Between(480, 528, 600, units.Time), Money: units.Between(180, 220, 240, units.MoneyPerTonne), Ref: casefile.Ref{Letter: units.Read, Source: []string{"S006"}}}
	steps := []chart.Step{{Kind: "load", Place: "Mumbai", Hours: 24, Money: 8}, {Kind: "move", Mode: "sea", Km: 2063, Hours: 120, Money: 30}, {Kind: "tranship", Place: "Bandar Abbas", Hours: 72, Money: 9},
		{Kind: "move", Mode: "rail", Km: 1500, Hours: 60, Money: 36}, {Kind: "move", Mode: "road", Km: 165, Hours: 6, Money: 14}, {Kind: "border", Place: "Astara", Hours: 48, Money: 6}, {Kind: "gauge", Place: "Astara", Hours: 12, Money: 4},
		{Kind: "move", Mode: "rail", Km: 510, Hours: 24, Money: 12}, {Kind: "border", Place: "Yalama", Hours: 20, Money: 3}, {Kind: "move", Mode: "rail", Km: 2300, Hours: 90, Money: 40}, {Kind: "unload", Place: "Moscow", Hours: 24, Money: 8}}
	return []Chain{
		{ID: "ch001", Title: published.Name, Class: "container, no regime", Run: "base-year run", Steps: steps, Hours: published.Hours, Money: published.Money, Published: published},
		{ID: "own1", Title: "Baku – Moscow by rail", Class: "container", Run: "base-year run", Steps: steps[7:]},
		{ID: "own2", Title: "Baku – Nakhchivan by Meghri", Class: "general cargo", Run: "base-year run", Reason: "Shut: Aghband."},
	}
}

func num(v float64) answer.Number { return answer.Number{V: v, OK: true} }

// opinions gives the act's made-up effects to every view, larger under one expert
// and the other way round under the other.
func opinions(a *answer.Answer, act answer.Act) {
	a.Headline = "mixture"
	a.Views = []answer.View{{ID: "mixture", Name: "all experts, equal weights", Kind: answer.ByMixture}, {ID: "expert", Name: "An Expert", Kind: answer.BySpeaker},
		{ID: "other", Name: "Another Other", Kind: answer.BySpeaker}, {ID: "consensus", Name: "consensus of the experts", Kind: answer.ByConsensus}, {ID: "reference", Name: "the case's reference", Kind: answer.ByReference}}
	for i, v := range a.Views {
		x := act
		x.View, x.Effects = v.ID, nil
		for _, e := range act.Effects {
			size := []float64{1, 1.5, -1, 0.8, 0.5}[i]
			e.Effect, e.Words, e.Reference = num(e.Effect.V*size), num(e.Effect.V*(size-0.5)), num(e.Effect.V*0.5)
			if v.Kind == answer.BySpeaker {
				e.Bounds = &answer.Bounds{Status: "found", Low: num(-2 * math.Abs(e.Effect.V)), High: num(3 * math.Abs(e.Effect.V)), Exact: true, HoldsHigh: []answer.HoldsEnd{{Claim: "other-less", Side: "high", Moves: 1e5}}}
			}
			if v.ID == "mixture" {
				e.Lexicons = &answer.Span{Low: num(e.Effect.V * 0.9), High: num(e.Effect.V * 1.1)}
			}
			x.Effects = append(x.Effects, e)
		}
		a.Acts = append(a.Acts, x)
	}
	a.Words = &answer.Words{Lexicon: "icd-203", Lexicons: []string{"kent", "icd-203"}, ContradictionsComplete: true,
		Speakers: []answer.Speaker{{ID: "expert", Name: "An Expert", About: "an expert made up", Weight: 0.5, Claims: 2, Weighing: 1, Converged: true, Silent: []string{"rail"}, Idle: []answer.Idle{{Claim: "expert-text", Why: "a claim of kind record weighs no world"}}},
			{ID: "other", Name: "Another Other", Weight: 0.5, Claims: 1, Weighing: 1, Bend: 0.05, Moved: []answer.Moved{{Claim: "other-less", Arm: "pact=in_force", Before: 0.2, After: 0.3}}}},
		Readings: []answer.ClaimReading{{Claim: "other-less", Speaker: "other", Form: "share", Low: num(0.2), High: num(0.45), SoftLow: num(0.2), SoftHigh: num(0.45), Lexicon: "icd-203", Phrase: "unlikely",
			Arms: []answer.ClaimArm{{Arm: "pact=in_force", If: num(1), Completed: num(0.45), Reference: num(0.61)}}, Without: []answer.Dropped{{Act: "pact", State: "in_force", Outcome: "ns_west", Effect: -1e5, Without: 2e5}}}},
		Contradictions: []answer.Contradiction{{Claims: []string{"expert-more", "other-less"}, Speakers: []string{"expert", "other"}, From: "2025-01-16", Until: "2030-12-31", Bend: num(0.1), Horizon: true}},
		Pairs:          []answer.ClaimPair{{A: "expert-more", B: "other-less", From: "2025-01-16", Until: "2030-12-31", Verdicts: []answer.PairVerdict{{Lexicon: "kent"}, {Lexicon: "icd-203", Conflict: true, Bend: 0.1}}}},
		Thresholds:     []answer.Threshold{{Claim: "other-less", Against: "expert-more", Stated: num(0.2), From: num(0.03), Relative: true}}}
}

func answers(c *casefile.Case) *answer.Answer {
	a := &answer.Answer{Format: 1, First: "Nothing here is real: a test made it up.", Worlds: answer.WorldsInfo{Worlds: 221184, Effective: 640, Networks: 702, NotConverged: 3, TableHash: "deadbeef"},
		Notes: []string{"A note that the reader must know."}, Run: &answer.Run{Solved: 640, Seconds: 61.2, PerSecond: 10.4, Workers: 2}}
	a.Fit = answer.FitSummary{Fit: answer.UseSummary{Rows: 2, Inside: 1, MedianMiss: num(0.2)}, Holdout: answer.UseSummary{Rows: 1, Inside: 0, MedianMiss: num(0.31)}}
	a.Hangs = answer.Hangs{Markets: 130, MarketsC: 118, TonnesC: num(0.78), CorridorLinks: 200, WithCapacity: 60, OurConversions: 33}
	act := answer.Act{ID: "pact", Name: "The pact", View: "reference", Without: "none", Reaches: []string{"rail"}, Arms: []answer.Arm{{State: "none"}, {State: "in_force"}}}
	q := answer.Question{ID: "north_south", Text: "How does the pact change the North-South corridor?", First: "The made-up railway carries more, in most of the weight.", Acts: []string{"pact"}}
	for i, o := range []struct {
		id, name, measure, unit string
		base                    float64
	}{{"ns_west", "North-South, western branch", "tonnes", "t/yr", 0.83e6}, {"ns_casp", "North-South, trans-Caspian branch", "tonnes", "t/yr", 5.4e6}, {"ns_east", "North-South, eastern branch", "tonnes", "t/yr", 1.7e6}, {"hours", "Hours from Mumbai to Moscow", "hours", "h", 560},
		{"revenue", "Transit revenue of Azerbaijan", "revenue", "USD/yr", 2.1e8}, {"hhi", "Concentration of outlets", "hhi", "", 0.31}, {"borders", "Border share of hours", "border_share", "", 0.17}} {
		k := 1 + 0.2*float64(i%3) - 0.1*float64(i%2)
		a.Outcomes = append(a.Outcomes, answer.Outcome{ID: o.id, Name: o.name, Unit: o.unit, Measure: o.measure, Materiality: o.base * 0.05, BaseYear: num(o.base), Baseline: num(o.base * 1.2), LetterC: num(0.41), LeastInTable: num(0), MostInTable: num(o.base * 4), Source: []string{"S001"}})
		act.Arms[0].Expected = append(act.Arms[0].Expected, answer.Expected{Outcome: o.id, Mean: num(o.base * 1.2), Low: num(o.base), High: num(o.base * 1.5), Defined: 1})
		act.Arms[1].Expected = append(act.Arms[1].Expected, answer.Expected{Outcome: o.id, Mean: num(o.base * 1.2 * k), Low: num(o.base), High: num(o.base * 2.2 * k), Defined: 0.9})
		act.Arms[1].Drivers = append(act.Arms[1].Drivers, answer.OutcomeWhy{Outcome: o.id, Variance: o.base * o.base, Drivers: []answer.Driver{{Variable: "rail", Alone: 0.62, Only: 0.4}, {Variable: "position(IR,way)", Alone: 0.12, Only: 0.2}}})
		act.Effects = append(act.Effects, answer.Effect{State: "in_force", Outcome: o.id, With: num(o.base * 1.2 * k), Without: num(o.base * 1.2), Effect: num(o.base * 1.2 * (k - 1)), Reference: num(o.base * 1.2 * (k - 1)), Material: math.Abs(k-1) > 0.05,
			ChangeLow: num(-0.1 * o.base), ChangeHigh: num(o.base), More: num(0.55), Less: num(0.1), SignHolds: num(0.55), AgainstStart: num(0.1 * o.base), Settles: []answer.Settle{{Variable: "rail", Fall: 0.5}},
			Sways: []answer.Sway{{Variable: "rail", State: "built", Letter: "c", LowWeight: 0.2, HighWeight: 0.5, AtLow: num(o.base * 0.05), AtHigh: num(o.base * 0.4)}}})
		q.Outcomes = append(q.Outcomes, o.id)
	}
	a.Questions = []answer.Question{q}
	opinions(a, act)
	for i, n := range []string{"Western branch", "Trans-Caspian branch", "Middle Corridor", "Zangezur passage"} {
		t := 6e6 / math.Pow(2, float64(i))
		a.Corridors = append(a.Corridors, answer.Corridor{ID: fmt.Sprintf("c%d", i), Name: n, BaseYear: answer.CorridorNumbers{Tonnes: num(t * 0.8)}, Baseline: answer.CorridorNumbers{Tonnes: num(t), Hours: num(300), Money: num(80)}, LetterC: num(0.5),
			Effects: []answer.CorridorEffect{{Act: "pact", State: "in_force", With: answer.CorridorNumbers{Tonnes: num(t * 1.1)}, Without: answer.CorridorNumbers{Tonnes: num(t)}}}})
	}
	eff := []answer.CountryEffect{{Act: "pact", State: "in_force", With: num(1.2e6), Without: num(1e6)}}
	for i, n := range []string{"AZ", "IR"} {
		a.Countries = append(a.Countries, answer.Country{ID: n, Name: c.Actors[i].Name, Focus: i == 0, Rows: []answer.CountryRow{{ID: "transit_tonnes", Name: "Transit", Unit: "t/yr", BaseYear: num(1e6), Baseline: num(1.1e6), Effects: eff}},
			Payers: []answer.Payer{{ID: "RU", Name: "Russia", Baseline: num(5e7), Effects: eff}, {ID: "KZ", Name: "Kazakhstan", Baseline: num(2e7)}}, Neighbours: []answer.Neighbour{{ID: "RU", Name: "Russia", Exposure: num(0.4), LostPart: num(0.15), Cost: num(4)}, {ID: "GE", Name: "Georgia", Exposure: num(0.3), LostPart: num(0.02)}},
			Corridors: []answer.CountryAcross{{Corridor: "c0", Tonnes: num(1e6), Effects: eff}}, Ways: answer.WaysOut{Landlocked: true, Countries: 3, Crossings: 5, Through: []string{"GE", "RU", "IR"}, CutBorders: []string{"Yalama", "Astara"}}})
	}
	for i, o := range []struct {
		use   string
		model float64
	}{{"fit", 0.9e6}, {"fit", 2.1e6}, {"holdout", 9e6}, {"never", 0}} {
		r := answer.Observed{ID: fmt.Sprintf("obs-%d", i), Name: "Rail transit on the western branch", Outcome: "ns_west", Unit: "t/yr", Period: "2024", Use: o.use, Model: num(o.model), Value: 0.814e6, Low: 0.77e6, High: 0.95e6, Miss: num(o.model/0.814e6 - 1), Inside: i == 0, Letter: "a", Source: []string{"S001", "S002"}}
		if o.use == "never" {
			r.Model, r.Miss, r.Reason = answer.Number{}, answer.Number{}, "counts domestic freight too"
		}
		a.Observed = append(a.Observed, r)
		c.Observed = append(c.Observed, casefile.Observation{ID: r.ID, Ref: casefile.Ref{Note: []string{"", "rail", "rail; border. Miss: the markets hold a part only", ""}[i]}})
	}
	a.Spread = &answer.Spread{Method: "latin hypercube", Draws: 64, Seed: 7, Figures: 300, FiguresC: 250,
		Acts: []answer.SpreadAct{{Act: "pact", Keys: []answer.KeyWorld{{State: "in_force", Stands: 0.9}},
			Outcomes: []answer.SpreadOutcome{{State: "in_force", Outcome: "ns_west", Total: num(1), Politics: num(0.5), Numbers: num(0.4), Interaction: num(0.1), Captured: num(0.9), Mean: num(1e6), Low: num(0.6e6), High: num(1.4e6)}},
			Effects:  []answer.SpreadEffect{{State: "in_force", Outcome: "ns_west", Centre: num(1e5), Low: num(-1e4), High: num(3e5), SignHolds: num(0.9)}}}},
		Ranks:  []answer.FigureRanks{{Outcome: "ns_west", Noise: 0.3, Figures: []answer.FigureRank{{Name: "market/ru_ir_grain/tonnes", Table: "market", Letter: "c", Rank: -0.7}, {Name: "weak", Rank: 0.1}}}},
		Groups: []answer.GroupShares{{Outcome: "ns_west", LetterC: num(0.97)}}}
	a.Leverage = &answer.Leverage{Idle: []string{"AM"}, NotConverged: []string{"soil of RU shut"}, Denials: []answer.Denial{
		{ID: "IR", Name: "Iran", Transit: num(4e6), Others: num(2.5e8), Losses: []answer.DenialLoss{{ID: "AZ", Loss: num(2.6e8), Benefit: num(-2.0e8), Revenue: num(-0.6e8), Trade: num(1e6)}, {ID: "IR", Loss: num(1.1e8)}, {ID: "RU", Loss: num(-1e7)}}},
		{ID: "AZ", Name: "Azerbaijan", Transit: num(2e6), Others: num(1e8), Losses: []answer.DenialLoss{{ID: "AZ", Loss: num(5e7)}, {ID: "IR", Loss: num(1e8)}, {ID: "RU", Loss: num(0)}}}},
		Game: &answer.Game{Most: 2, Left: []string{"RU"}, Worth: num(5e8), NoWay: num(3e6), Players: []answer.Player{
			{ID: "AZ", Name: "Azerbaijan", Shapley: num(3e8), Part: num(0.6), Alone: num(1e8), Last: num(3e8), Costs: num(1e8), Own: num(5e7)}, {ID: "IR", Name: "Iran", Shapley: num(2e8), Part: num(0.4), Alone: num(0), Last: num(1e8), Costs: num(2e8), Own: num(1e8)}},
			Coalitions: []answer.Coalition{{Named: []answer.CoalitionName{{Kind: "all", Name: "all players"}, {Kind: "platform", ID: "p", Name: "A <platform>", Outside: []string{"RU"}}}, Players: []string{"AZ", "IR"}, Worth: num(5e8), Part: num(1), Shapley: num(5e8), Benefit: num(4e8), Revenue: num(1e8),
				Corridors: []answer.CoalitionCorridor{{Corridor: "c0", Tonnes: num(1e6), Part: num(0.9)}, {Corridor: "c1", Tonnes: num(1), Part: num(0.1)}}, Kept: []answer.Kept{{Agreement: "p", World: "rail=built", Worth: num(6e8), Open: num(2e7)}}}}}}
	a.Claims = []answer.Claim{{ID: "expert-more", Speaker: "An Expert", Verdict: "open"}, {ID: "other-less", Speaker: "Another Other", Verdict: "open"}, {ID: "expert-text", Speaker: "An Expert", Verdict: "held", Settled: "2025-01-17", Evidence: []string{"S003", "tl-1", "obs-0", "nowhere"}}}
	return a
}
