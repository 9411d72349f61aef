package ledger

import (
	"math"

	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/calendar"
)

// BookFormat is the version of the JSON form of a [Book].
const BookFormat = 1

// Input is what a ledger is read from. The functions name things for people; nil
// leaves ids as they are.
type Input struct {
	Case, Lexicon string // ids
	Claims        []belief.Claim
	Rows          []Resolution
	Horizon       int           // year to which claims without an end speak
	Known         calendar.Date // day up to which events are known
	Name          func(speaker string) string
	Evidence      func(id string) string
}

// Book is the ledger of a case: each claim with what became of it, and scores by
// speaker. It is derived each time and never stored.
type Book struct {
	Format      int        `json:"format"`
	Kind        string     `json:"kind"`
	Case        string     `json:"case"`
	Lexicon     string     `json:"lexicon"` // asked first for hedges
	Known       string     `json:"known"`   // day up to which events are known
	Claims      []Entry    `json:"claims"`
	Speakers    []Speaker  `json:"records"`
	Calibration Calibrated `json:"calibration"`
	Murphy      *MurphyRow `json:"murphy,omitempty"` // with a calibration table only
}

// Entry is a claim with what became of it.
type Entry struct {
	Claim       string       `json:"claim"`
	Speaker     string       `json:"speaker"`
	Name        string       `json:"speaker_name"`
	Kind        belief.Kind  `json:"kind"`
	Said        string       `json:"said"`
	Paraphrase  string       `json:"paraphrase"`
	Verdict     Verdict      `json:"verdict"`
	Happened    Answer       `json:"happened,omitempty"` // whether what it gives a probability to came about
	Date        string       `json:"date,omitempty"`     // when what settles it happened
	Added       string       `json:"added,omitempty"`
	Rows        int          `json:"rows"` // resolutions so far
	Letter      string       `json:"letter,omitempty"`
	Note        string       `json:"note,omitempty"`
	Evidence    []Cited      `json:"evidence"`
	Resolves    *Resolves    `json:"resolves,omitempty"` // of an open claim
	Never       string       `json:"never,omitempty"`    // why no event settles it
	Probability *Probability `json:"probability,omitempty"`
	Score       *ScoreRow    `json:"score,omitempty"`
	Unscored    string       `json:"unscored,omitempty"` // why a settled claim has no score
}

// Cited is a piece of evidence: its id and what it stands for.
type Cited struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Resolves says when an open claim can be settled at the latest.
type Resolves struct {
	By string `json:"by"`
	// Default says that the speaker named no end: the date is the case's horizon.
	Default bool `json:"default"`
	// Past says that the date has passed and nothing in the case settles the claim.
	Past bool `json:"past"`
}

// ScoreRow is the score of a claim.
type ScoreRow struct {
	Happened bool     `json:"happened"`
	Brier    RangeRow `json:"brier"`
	Log      RangeRow `json:"log_nats"`
}

// RangeRow is a [Range] in JSON: an absent end is infinite or does not exist.
type RangeRow struct {
	Best   *float64 `json:"best,omitempty"`
	Centre *float64 `json:"centre,omitempty"`
	Worst  *float64 `json:"worst,omitempty"`
}

// Speaker sums up the claims of a speaker that give a probability.
type Speaker struct {
	Speaker  string   `json:"speaker"`
	Name     string   `json:"speaker_name"`
	Claims   int      `json:"claims"`
	Scored   int      `json:"scored"`
	Happened int      `json:"happened"` // of the scored
	Held     int      `json:"held"`
	Failed   int      `json:"failed"`
	Annulled int      `json:"annulled"`
	Open     int      `json:"open"`
	Brier    RangeRow `json:"brier"`
	Log      RangeRow `json:"log_nats"`
}

// Calibrated is the calibration table over the scored claims of all speakers, or
// how many are missing for one.
type Calibrated struct {
	Scored int      `json:"scored"`
	Needed int      `json:"needed"`
	Bins   []BinRow `json:"bins"` // empty with fewer than needed
}

// BinRow is a [Bin] that holds claims.
type BinRow struct {
	From     float64 `json:"from"`
	To       float64 `json:"to"`
	Claims   int     `json:"claims"`
	Mean     float64 `json:"mean"`
	Happened int     `json:"happened"`
	Share    float64 `json:"share"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// MurphyRow is a [Murphy] decomposition at the centres of the intervals.
type MurphyRow struct {
	Brier       float64 `json:"brier"`
	Reliability float64 `json:"reliability"`
	Resolution  float64 `json:"resolution"`
	Uncertainty float64 `json:"uncertainty"`
}

const (
	// calibrationBins is the number of bins of a table: more would be empty.
	calibrationBins = 5

	noProbability = "it gives no probability to one thing"
	noHedge       = "no lexicon holds its hedge, and it has no interval"
	takesNoSide   = "its interval lies on both sides of one half, and its row does not say whether the thing happened"
)

// Read joins claims with their resolutions and scores them. The error names a row
// that contradicts another or itself, which the reader of cases has reported
// before.
func Read(in Input) (*Book, error) {
	now, err := Now(in.Rows)
	if err != nil {
		return nil, err
	}
	at := map[string]Standing{}
	for _, s := range now {
		at[s.Claim] = s
	}
	name, evidence := in.Name, in.Evidence
	if name == nil {
		name = func(id string) string { return id }
	}
	if evidence == nil {
		evidence = func(string) string { return "" }
	}
	b := &Book{Format: BookFormat, Kind: "ledger", Case: in.Case, Lexicon: in.Lexicon, Known: in.Known.String(), Claims: []Entry{}, Speakers: []Speaker{}}
	var items []Item
	var scores []Score
	for i := range in.Claims {
		c := &in.Claims[i]
		e := Entry{Claim: c.ID, Speaker: c.Speaker, Name: name(c.Speaker), Kind: c.Kind, Said: c.Date.String(), Paraphrase: c.Paraphrase,
			Verdict: Open, Evidence: []Cited{}}
		s, told := at[c.ID]
		if told {
			e.Verdict, e.Happened, e.Date, e.Added, e.Rows, e.Note = s.Verdict, s.Happened, s.Date.String(), s.Added.String(), s.Rows, s.Note
			if s.Letter != 0 {
				e.Letter = string(rune(s.Letter))
			}
			for _, id := range s.Evidence {
				e.Evidence = append(e.Evidence, Cited{id, evidence(id)})
			}
		}
		if !e.Verdict.Settled() {
			e.Never, e.Resolves = never(c), resolves(c, in)
		}
		p, ok := ProbabilityOf(c, in.Lexicon)
		if ok {
			e.Probability = &p
			it := Item{Claim: c.ID, Speaker: c.Speaker, Low: p.Low, High: p.High, Centre: p.Centre, Verdict: e.Verdict, Happened: s.Happened}
			items = append(items, it)
			score, scored, err := Scored(it)
			switch {
			case err != nil:
				return nil, err
			case scored:
				e.Happened = No
				if score.Happened {
					e.Happened = Yes
				}
				e.Score = &ScoreRow{score.Happened, score.Brier.row(), score.Log.row()}
				scores = append(scores, score)
			case e.Verdict == Held || e.Verdict == Failed:
				e.Unscored = takesNoSide
			}
		} else if e.Verdict == Held || e.Verdict == Failed {
			e.Unscored = noProbability
			if c.Hedge != "" && (c.Kind == belief.Record || c.Kind == belief.Fact || c.Then != nil && c.Kind != belief.Direction) {
				e.Unscored = noHedge
			}
		}
		b.Claims = append(b.Claims, e)
	}
	records, err := Records(items)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		b.Speakers = append(b.Speakers, Speaker{r.Speaker, name(r.Speaker), r.Claims, r.Scored, r.Happened, r.Held, r.Failed, r.Annulled, r.Open, r.Brier.row(), r.Log.row()})
	}
	return b, b.calibrate(scores)
}

// never says why no event can settle a claim; "" where one can.
func never(c *belief.Claim) string {
	switch {
	case c.Kind == belief.Context || c.Kind == belief.Caveat:
		return "background: there is nothing to settle"
	case c.Kind == belief.Outcome && counterfactual(c):
		return "a change against a world that is not ours: no event shows it"
	case c.Kind == belief.Direction:
		return "a change of probability: no single event shows it"
	case c.Kind == belief.Comparison:
		return "a comparison of weights: no event shows it"
	case len(c.Clash) > 0:
		return "a clash of duties: the clauses tell (astara conflicts)"
	}
	return ""
}

// resolves says when a claim can be settled: at the end of its span, else at the
// horizon of the case, which is our default.
func resolves(c *belief.Claim, in Input) *Resolves {
	by, fallback := c.Until, false
	if by.IsZero() {
		by, fallback = calendar.Date{Year: in.Horizon}, true
	}
	return &Resolves{By: by.String(), Default: fallback, Past: !in.Known.IsZero() && by.Last().Before(in.Known)}
}

func (b *Book) calibrate(scores []Score) error {
	b.Calibration = Calibrated{Scored: len(scores), Needed: MinCalibration, Bins: []BinRow{}}
	table, ok := Calibration(scores, calibrationBins)
	if !ok {
		return nil
	}
	for _, x := range table {
		if x.N > 0 {
			b.Calibration.Bins = append(b.Calibration.Bins, BinRow{x.From, x.To, x.N, x.Mean, x.Happened, float64(x.Happened) / float64(x.N), x.Low, x.High})
		}
	}
	var forecast []float64
	var happened []bool
	for _, s := range scores {
		forecast, happened = append(forecast, s.centre()), append(happened, s.Happened)
	}
	m, err := Decompose(forecast, happened)
	if err != nil {
		return err
	}
	b.Murphy = &MurphyRow{m.Brier, m.Reliability, m.Resolution, m.Uncertainty}
	return nil
}

func (r Range) row() RangeRow {
	finite := func(v float64) *float64 {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	return RangeRow{finite(r.Best), finite(r.Centre), finite(r.Worst)}
}
