package server

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/belief"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/diag"
	"github.com/astara-corridors/astara/formula"
)

const maxWords = 256 << 10

// beliefsType is the body of completed words: "ASBW", the length of a JSON text as
// uint32, the text, padded with spaces so that what follows starts at a multiple of 8,
// then weights as float64 of the worlds of the arm without the act, in their order,
// and of those with it. All little endian.
const beliefsType = "application/vnd.astara.beliefs"

// ClaimEdit is what becomes of a claim of the case.
type ClaimEdit struct {
	Off  bool     `json:"off,omitempty" doc:"it is not said"`
	Low  *float64 `json:"low,omitempty" doc:"share from 0 to 1, with high; absent: as the case or the lexicon has it"`
	High *float64 `json:"high,omitempty"`
}

// OwnClaim is what the asker thinks: a proposition with an interval of probability, or
// what a claim of the case says, held by oneself.
type OwnClaim struct {
	ID   string   `json:"id" maxLength:"100"`
	Like string   `json:"like,omitempty" maxLength:"200" doc:"a claim of the case whose proposition is taken; in the place of if and then"`
	If   string   `json:"if,omitempty" maxLength:"1000"`
	Then string   `json:"then,omitempty" maxLength:"1000"`
	Low  *float64 `json:"low,omitempty" doc:"share from 0 to 1; absent for claims that have no interval, as that one thing raises another"`
	High *float64 `json:"high,omitempty"`
}

// WordsBody is a change of what a case's experts said, and what is asked of it.
type WordsBody struct {
	View    string               `json:"view,omitempty" maxLength:"200" doc:"mixture, consensus, own, reference or an expert; empty: mixture"`
	Act     string               `json:"act,omitempty" maxLength:"200" doc:"empty: the first that questions compare"`
	State   string               `json:"state,omitempty" maxLength:"200" doc:"empty: the first but the one without the act"`
	Lexicon string               `json:"lexicon,omitempty" maxLength:"100" doc:"empty: the case's"`
	Claims  map[string]ClaimEdit `json:"claims,omitempty"`
	Experts map[string]float64   `json:"experts,omitempty" doc:"weight in the mixture by expert, and of own, from 0 to 1; absent: the experts alike"`
	Own     []OwnClaim           `json:"own,omitempty" maxItems:"40"`
}

// BoundsBody asks for bounds too.
type BoundsBody struct {
	WordsBody
	Outcomes []string `json:"outcomes" maxItems:"100" doc:"whose effects are bounded"`
}

// WordsHead describes completed words and the weights that follow.
type WordsHead struct {
	*answer.Believed
	Table   string `json:"table" doc:"hash of the columns that the weights go with"`
	Without int    `json:"without" doc:"worlds of the arm without the act: so many weights come first"`
	With    int    `json:"with" doc:"worlds of the arm with it: so many come then"`
}

func (s *Server) beliefsRoutes(api huma.API) {
	tags := []string{"beliefs"}
	body := map[string]*huma.Response{"200": {Description: "ASBW, uint32 length, a JSON text (WordsHead), padding to a multiple of 8, then float64 weights of the worlds of the arm without the act and of the arm with it; little endian", Content: map[string]*huma.MediaType{beliefsType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}}
	huma.Register(api, huma.Operation{OperationID: "complete-beliefs", Method: http.MethodPost, Path: base + "/cases/{case}/beliefs", Summary: "What changed words make of the worlds: weights, and what becomes of every claim", Tags: tags, MaxBodyBytes: maxWords, Responses: body},
		func(ctx context.Context, in *struct {
			CaseInput
			Body WordsBody
		}) (*document, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			ch, err := changeOf(x.Case, &in.Body)
			if err != nil {
				return nil, s.unsaid(err)
			}
			ctx, stop := context.WithTimeout(ctx, beliefsDrag)
			defer stop()
			w, give, err := s.wordsAt(ctx, x)
			if err != nil {
				return nil, err
			}
			defer give()
			b, err := w.words.Complete(ctx, ch, viewOf(&in.Body), in.Body.Act, in.Body.State)
			if err != nil {
				return nil, s.unsaid(err)
			}
			without, with, err := w.words.Arms(in.Body.Act, in.Body.State)
			if err != nil {
				return nil, s.unsaid(err)
			}
			text, err := json.Marshal(WordsHead{b, w.table, len(without), len(with)})
			if err != nil {
				return nil, s.fault("writing the words", err)
			}
			return &document{Status: http.StatusOK, ContentType: beliefsType, CacheControl: "no-store", Body: packWords(text, b.Weight, without, with)}, nil
		})
	huma.Register(api, huma.Operation{OperationID: "bound-beliefs", Method: http.MethodPost, Path: base + "/cases/{case}/beliefs/bounds", Summary: "What changed words alone allow for the effects of an act, and where they contradict each other", Tags: tags, MaxBodyBytes: maxWords},
		func(ctx context.Context, in *struct {
			CaseInput
			Body BoundsBody
		}) (*struct{ Body *answer.WordsNow }, error) {
			_, x, err := s.sound(in.Case)
			if err != nil {
				return nil, err
			}
			ch, err := changeOf(x.Case, &in.Body.WordsBody)
			if err != nil {
				return nil, s.unsaid(err)
			}
			ctx, stop := context.WithTimeout(ctx, beliefsBound)
			defer stop()
			w, give, err := s.wordsAt(ctx, x)
			if err != nil {
				return nil, err
			}
			defer give()
			found, err := w.words.Bounds(ctx, ch, viewOf(&in.Body.WordsBody), in.Body.Act, in.Body.State, in.Body.Outcomes)
			if err != nil {
				return nil, s.unsaid(err)
			}
			return &struct{ Body *answer.WordsNow }{found}, nil
		})
}

func viewOf(b *WordsBody) string {
	if b.View == "" {
		return answer.ByMixture
	}
	return b.View
}

// packWords puts the text and the weights of two arms into one body.
func packWords(text []byte, weight []float64, arms ...[]int32) []byte {
	const head = 8
	size := (head + len(text) + 7) / 8 * 8
	out := make([]byte, 0, size+8*(len(arms[0])+len(arms[1])))
	out = append(out, "ASBW"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(size-head))
	out = append(out, text...)
	for len(out) < size {
		out = append(out, ' ')
	}
	for _, rows := range arms {
		for _, row := range rows {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(weight[row]))
		}
	}
	return out
}

// changeOf reads the body of a request; the error is a *[answer.ChangeError].
func changeOf(c *casefile.Case, b *WordsBody) (answer.Change, error) {
	ch := answer.Change{Lexicon: b.Lexicon, Weights: b.Experts, Claims: make(map[string]answer.ClaimChange, len(b.Claims))}
	for id, e := range b.Claims {
		x := answer.ClaimChange{Off: e.Off}
		i, err := intervalOf("claim", id, e.Low, e.High)
		if err != nil {
			return ch, err
		}
		x.Interval = i
		ch.Claims[id] = x
	}
	for i := range b.Own {
		k, err := ownClaim(c, &b.Own[i])
		if err != nil {
			return ch, err
		}
		ch.Own = append(ch.Own, k)
	}
	return ch, nil
}

func intervalOf(what, id string, low, high *float64) (*[2]float64, error) {
	switch {
	case low == nil && high == nil:
		return nil, nil
	case low == nil || high == nil:
		return nil, &answer.ChangeError{What: what, Name: id, Problem: "low and high come together"}
	}
	return &[2]float64{*low, *high}, nil
}

// ownClaim is a claim of the asker.
func ownClaim(c *casefile.Case, o *OwnClaim) (belief.Claim, error) {
	k := belief.Claim{ID: o.ID, Kind: belief.Level, Reading: belief.See}
	fail := func(format string, args ...any) (belief.Claim, error) {
		return k, &answer.ChangeError{What: "own claim", Name: o.ID, Problem: fmt.Sprintf(format, args...)}
	}
	if o.Like != "" {
		at := slices.IndexFunc(c.Claims, func(x belief.Claim) bool { return x.ID == o.Like })
		if at < 0 {
			return fail("the case has no claim %q", o.Like)
		}
		x := &c.Claims[at]
		if !x.Kind.Weighs() || len(x.Clash) > 0 || x.Kind == belief.Fact && x.Then == nil {
			return fail("the claim %q weighs no world", o.Like)
		}
		k.Kind, k.Reading, k.If, k.Then, k.Way, k.Statement, k.Compared = x.Kind, x.Reading, x.If, x.Then, x.Way, x.Statement, x.Compared
		if k.Kind == belief.Possibility || k.Kind == belief.Fact {
			k.Kind = belief.Level // with an interval of one's own
		}
	} else {
		for _, p := range []struct {
			text string
			into **formula.Prop
		}{{o.If, &k.If}, {o.Then, &k.Then}} {
			if p.text == "" {
				continue
			}
			var l diag.List
			if *p.into = c.Space.Parse(p.text, diag.Pos{}, &l); *p.into == nil || l.Failed() {
				d := l.All()[0]
				return fail("%s%s", d.Message, hint(d.Hint))
			}
		}
		if k.Then == nil {
			return fail("it says nothing: then is missing")
		}
	}
	i, err := intervalOf("own claim", o.ID, o.Low, o.High)
	if err != nil {
		return k, err
	}
	needs := k.Kind == belief.Level || k.Kind == belief.Outcome && !k.Statement.Expected
	switch {
	case needs && i == nil:
		return fail("it needs an interval: low and high")
	case !needs && i != nil:
		return fail("a claim of kind %s has no interval of probability", k.Kind)
	case needs:
		k.Interval = belief.Interval{Low: i[0], High: i[1], Known: true}
	}
	return k, nil
}

func hint(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}
