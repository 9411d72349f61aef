package belief

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/astara-corridors/astara/calendar"
	"github.com/astara-corridors/astara/formula"
)

// DefaultFloor is the least probability that a possible thing has in the bounds:
// "might" excludes neither much nor little, but it does exclude never and always.
const DefaultFloor = 0.01

// Form says what shape a constraint has.
type Form uint8

// The forms. P and E are taken in one arm unless said otherwise.
const (
	Share    Form = iota // Low <= P(Then | If) <= High
	Mean                 // Low <= E[Value | If] <= High
	Between              // Low <= P(Then) in arm A - P(Then) in arm B <= High
	Bilinear             // Low <= P(Then | If) - P(Then | not If) <= High; linear once P(If) is known
)

// Constraint is a claim brought to worlds. It is kept, never worn down to a
// material implication: worlds outside If do not enter it.
type Constraint struct {
	Claim    int // index in Words.Claims
	Form     Form
	If, Then formula.Set // by world row; Then lies within If except for Between and Bilinear
	Value    []float64   // Mean: by world row
	// Low and High are the ends for bounds, SoftLow and SoftHigh for the
	// completion. They differ for claims of kind possibility only.
	Low, High, SoftLow, SoftHigh float64
	Centre                       float64
	Arms                         []int    // arms in which it binds, ascending; nil for Between
	Pairs                        [][2]int // Between: arms A and B
	// Scale is the size of 1 in a bend: 1 for probabilities, the span of Value
	// over If for means.
	Scale float64
	// IfVars and ThenVars are the variables it speaks of; AllVars says that Then
	// or Value depends on every variable, as an outcome does.
	IfVars, ThenVars []int
	AllVars          bool
	// Undefined counts worlds with If in which an outcome has no value; they do
	// not enter the claim.
	Undefined int
	// Term is the phrase of the lexicon that gave the interval, if one did, and
	// Lexicon its name.
	Term    Term
	Lexicon string
}

// Idle is a claim that weighs no world, with the reason.
type Idle struct {
	Claim int
	Why   string
}

// Words is what claims say about the worlds of a frame.
type Words struct {
	Frame       *Frame
	Claims      []Claim
	Constraints []Constraint
	Idle        []Idle
}

// Columns gives outcomes by world. NaN means that the outcome has no value in a
// world. The caller rounds changes below what the engine resolves to 0.
type Columns interface {
	// Column returns the outcome, or its change against what is named, as a share
	// of that where relative. What is kept in the same memory every time is judged
	// once.
	Column(outcome string, against Against, relative bool) (Column, error)
}

// Column is a number for each world: by world row, or by class where Of gives the
// class of each world row.
type Column struct {
	Value []float64
	Of    []int32
}

// Len is the number of worlds.
func (c *Column) Len() int {
	if c.Of != nil {
		return len(c.Of)
	}
	return len(c.Value)
}

// At returns the number of a world.
func (c *Column) At(row int) float64 {
	if c.Of != nil {
		row = int(c.Of[row])
	}
	return c.Value[row]
}

// ByRow returns the numbers by world row.
func (c *Column) ByRow() []float64 {
	if c.Of == nil {
		return c.Value
	}
	out := make([]float64, len(c.Of))
	for row, k := range c.Of {
		out[row] = c.Value[k]
	}
	return out
}

// ReadOptions steer how words become numbers.
type ReadOptions struct {
	Lexicon  *Lexicon   // what hedges mean
	Fallback []*Lexicon // asked in turn for phrases that Lexicon does not hold
	Floor    float64    // least probability of what is possible; 0 is DefaultFloor
	Columns  Columns    // needed for claims of kind outcome
	// AsOf is the date from which the worlds speak; claims whose span has ended by
	// then are idle. Zero: claims of every span count, as when the claims of one
	// [Slice] are compared.
	AsOf calendar.Date
}

// ClaimError says why a claim cannot be read.
type ClaimError struct {
	Claim, Problem, Hint string
}

func (e *ClaimError) Error() string {
	s := "claim " + e.Claim + ": " + e.Problem
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Read brings claims to the worlds of the frame. The error joins a *[ClaimError]
// for each claim that cannot be read. Deterministic; cost: one pass over the
// worlds a proposition.
func (f *Frame) Read(claims []Claim, o ReadOptions) (*Words, error) {
	r := &Words{Frame: f, Claims: claims}
	if o.Floor == 0 {
		o.Floor = DefaultFloor
	}
	var errs []error
	for i := range claims {
		if err := r.claim(i, &o); err != nil {
			errs = append(errs, err)
		}
	}
	return r, errors.Join(errs...)
}

func (r *Words) idle(i int, format string, args ...any) error {
	r.Idle = append(r.Idle, Idle{i, fmt.Sprintf(format, args...)})
	return nil
}

func (r *Words) claim(i int, o *ReadOptions) error {
	c := &r.Claims[i]
	fail := func(hint, format string, args ...any) error {
		return &ClaimError{c.ID, fmt.Sprintf(format, args...), hint}
	}
	switch {
	case !c.Kind.Weighs():
		return r.idle(i, "a claim of kind %s weighs no world", c.Kind)
	case len(c.Clash) > 0:
		return r.idle(i, "whether duties clash follows from the clauses")
	case !o.AsOf.IsZero() && !c.Until.IsZero() && !o.AsOf.First().Before(c.Until.Last()):
		return r.idle(i, "it speaks of the time to %v, and worlds of the time after %v", c.Until, o.AsOf)
	case c.Kind == Comparison && c.Compared != nil && c.Compared.More == nil:
		return r.idle(i, "it compares the weight of agreements, which no world holds")
	case c.Kind == Fact && c.Then == nil:
		return r.idle(i, "it states something outside the variables")
	}
	if c.Reading == Do {
		if err := r.doable(c); err != nil {
			return err
		}
	}
	k := Constraint{Claim: i, Scale: 1, If: r.all(), Low: 0, High: 1, Centre: math.NaN()}
	if c.If != nil {
		k.If, k.IfVars = r.Frame.Worlds.Select(c.If), c.If.Vars()
	}
	if c.Then != nil {
		k.ThenVars = c.Then.Vars()
	}
	switch c.Kind {
	case Level, Possibility:
		if c.Then == nil {
			return fail("", "there is no then")
		}
		if err := r.interval(c, &k, o); err != nil {
			return err
		}
		k.Then = r.Frame.Worlds.Select(c.Then).And(k.If)
	case Fact:
		k.Low, k.High, k.SoftLow, k.SoftHigh, k.Centre = 1, 1, 1, 1, 1
		k.Then = r.Frame.Worlds.Select(c.Then).And(k.If)
	case Comparison:
		if c.Compared == nil || c.Compared.Less == nil {
			return fail("", "a comparison of propositions needs more and less")
		}
		k.Form, k.Low, k.High = Mean, 0, 1
		k.SoftLow, k.SoftHigh = k.Low, k.High
		more, less := r.Frame.Worlds.Select(c.Compared.More), r.Frame.Worlds.Select(c.Compared.Less)
		k.Value = make([]float64, len(r.Frame.ArmOf))
		for row := range k.Value {
			k.Value[row] = indicator(more.Has(row)) - indicator(less.Has(row))
		}
		k.ThenVars = union(c.Compared.More.Vars(), c.Compared.Less.Vars())
	case Direction:
		if c.If == nil || c.Then == nil {
			return fail("", "a direction needs if and then")
		}
		return r.direction(i, c, k)
	case Outcome:
		if c.Statement == nil {
			return fail("", "there is no statement about outcomes")
		}
		if err := r.outcome(c, &k, o); err != nil {
			return err
		}
	default:
		return fail("", "kind %q is unknown", c.Kind)
	}
	k.Arms = r.armsWith(k.If)
	if len(k.Arms) == 0 {
		return r.idle(i, "its condition holds in no world of these arms")
	}
	r.Constraints = append(r.Constraints, k)
	return nil
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func union(a, b []int) []int {
	u := append(slices.Clone(a), b...)
	slices.Sort(u)
	return slices.Compact(u)
}

func (r *Words) all() formula.Set {
	return r.Frame.Worlds.Select(r.Frame.Space.True())
}

// armsWith lists the arms in which some world is in the set.
func (r *Words) armsWith(s formula.Set) []int {
	in := make([]bool, len(r.Frame.Arms))
	for row := range s.Rows() {
		if a := r.Frame.ArmOf[row]; a >= 0 {
			in[a] = true
		}
	}
	var out []int
	for a, ok := range in {
		if ok {
			out = append(out, a)
		}
	}
	return out
}

// doable checks that the condition of a do claim is about acts alone.
func (r *Words) doable(c *Claim) error {
	if c.If == nil {
		return &ClaimError{c.ID, "reading do without a condition", "write the act under if, or use reading: see"}
	}
	for _, v := range c.If.Vars() {
		if x := r.Frame.Space.Vars()[v]; x.Kind != "act" {
			return &ClaimError{c.ID, fmt.Sprintf("reading do on %q, which is no act: nobody chooses it", x.ID), "condition on an act, or use reading: see"}
		}
	}
	return nil
}

// interval fills in the ends of a claim from its own interval or its hedge.
func (r *Words) interval(c *Claim, k *Constraint, o *ReadOptions) error {
	switch {
	case c.Interval.Known:
		k.Low, k.High = c.Interval.Low, c.Interval.High
		if c.Interval.HasCentre {
			k.Centre = c.Interval.Centre
		}
	case c.Hedge == "":
		return &ClaimError{c.ID, "neither a hedge nor an interval", "hedge: the speaker's words, or interval: [low, high]"}
	case o.Lexicon == nil:
		return &ClaimError{c.ID, "a hedge and no lexicon to read it by", ""}
	default:
		t, name, ok := o.find(c.Hedge)
		if !ok && c.Kind != Possibility {
			return &ClaimError{c.ID, fmt.Sprintf("no lexicon holds a phrase of %q", c.Hedge), "give an interval"}
		}
		if !ok {
			t, name = Term{Low: o.Floor, High: 1 - o.Floor, Centre: math.NaN()}, ""
		}
		k.Low, k.High, k.Centre, k.Term, k.Lexicon = t.Low, t.High, t.Centre, t, name
	}
	if !(k.Low >= 0 && k.Low <= k.High && k.High <= 1) {
		return &ClaimError{c.ID, fmt.Sprintf("the interval %v to %v is not within 0 to 1 in rising order", k.Low, k.High), ""}
	}
	k.SoftLow, k.SoftHigh = k.Low, k.High
	if c.Kind == Possibility {
		// What might be may be anything but never and always; the completion stays
		// within that, unless the speaker's own interval lies outside it.
		k.Low, k.High = min(o.Floor, k.SoftHigh), max(1-o.Floor, k.SoftLow)
		k.SoftLow, k.SoftHigh = max(k.Low, k.SoftLow), min(k.High, k.SoftHigh)
	}
	return nil
}

// find asks the lexicon and then the others in turn.
func (o *ReadOptions) find(hedge string) (Term, string, bool) {
	for _, l := range append([]*Lexicon{o.Lexicon}, o.Fallback...) {
		if t, ok := l.Find(hedge); ok {
			return t, l.Name, true
		}
	}
	return Term{}, "", false
}

// direction makes one constraint between arms for each pair that differ in the
// acts of the condition alone, and one inside each arm that the condition cuts.
func (r *Words) direction(i int, c *Claim, k Constraint) error {
	switch c.Way {
	case Raises:
		k.Low, k.High = 0, 1
	case Lowers:
		k.Low, k.High = -1, 0
	case Leaves:
		k.Low, k.High = 0, 0
	default:
		return &ClaimError{c.ID, fmt.Sprintf("the way %q is unknown", c.Way), "raises, lowers or leaves"}
	}
	k.SoftLow, k.SoftHigh = k.Low, k.High
	k.Then = r.Frame.Worlds.Select(c.Then)
	f := r.Frame
	const cut, always, never = 0, 1, 2
	state := make([]int, len(f.Arms))
	yes, no := make([]bool, len(f.Arms)), make([]bool, len(f.Arms))
	for row, a := range f.ArmOf {
		if a >= 0 {
			yes[a] = yes[a] || k.If.Has(row)
			no[a] = no[a] || !k.If.Has(row)
		}
	}
	for a := range f.Arms {
		switch {
		case yes[a] && no[a]:
			state[a] = cut
			k.Arms = append(k.Arms, a)
		case yes[a]:
			state[a] = always
		default:
			state[a] = never
		}
	}
	between := k
	between.Form, between.Arms = Between, nil
	for a := range f.Arms {
		for b := range f.Arms {
			if state[a] == always && state[b] == never && r.sameBut(a, b, k.IfVars) {
				between.Pairs = append(between.Pairs, [2]int{a, b})
			}
		}
	}
	if len(between.Pairs) > 0 {
		r.Constraints = append(r.Constraints, between)
	}
	if len(k.Arms) > 0 {
		k.Form = Bilinear
		r.Constraints = append(r.Constraints, k)
	}
	if len(k.Arms)+len(between.Pairs) == 0 {
		return r.idle(i, "no two of these arms, and no worlds of one arm, differ in its condition")
	}
	return nil
}

// sameBut reports whether two arms fix the same states but for the variables
// given.
func (r *Words) sameBut(a, b int, vars []int) bool {
	for v := range r.Frame.Space.Vars() {
		if !slices.Contains(vars, v) && r.Frame.Arms[a].Fixed[v] != r.Frame.Arms[b].Fixed[v] {
			return false
		}
	}
	return true
}
