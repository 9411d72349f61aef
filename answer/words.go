package answer

// Words is what the experts of a case said, brought to its worlds: how each claim
// is read, what becomes of an expert's distribution, and where words contradict
// each other. It is nil when no claim weighs a world.
type Words struct {
	Lexicon        string          `json:"lexicon"`  // asked first for hedges
	Lexicons       []string        `json:"lexicons"` // of the lexicon spread
	Arms           []string        `json:"arms"`     // that words are read in, as "pact=in_force"
	Speakers       []Speaker       `json:"speakers"`
	Readings       []ClaimReading  `json:"readings"` // a row for each claim of kind that weighs
	Contradictions []Contradiction `json:"contradictions"`
	// ContradictionsComplete says that every minimal contradiction is listed.
	ContradictionsComplete bool        `json:"contradictions_complete"`
	Pairs                  []ClaimPair `json:"pairs"`
	Thresholds             []Threshold `json:"thresholds"`
	Disputes               []Dispute   `json:"disputes"`
	Consensus              *Agreed     `json:"consensus,omitempty"`
}

// Speaker is one expert.
type Speaker struct {
	ID       string  `json:"id"` // of the actor, and of the view
	Name     string  `json:"name"`
	About    string  `json:"about"`
	Weight   float64 `json:"weight"` // in the mixture
	Claims   int     `json:"claims"`
	Weighing int     `json:"weighing"` // claims that constrain some world
	Idle     []Idle  `json:"idle"`     // claims that weigh nothing, with the reason
	// Aside are claims that no distribution keeps even alone, and Bend is by how
	// much every interval had to be widened so that the rest hold together; 0 when
	// they do as they are.
	Aside []string `json:"aside"`
	Bend  float64  `json:"bend"`
	// Converged says that the completion keeps every row; Residual is how far the
	// worst row is off.
	Converged bool    `json:"converged"`
	Residual  float64 `json:"residual"`
	// Divergence is the relative entropy of the completion to the reference in
	// each arm, in nats: how much the words say.
	Divergence []float64 `json:"divergence"`
	Moved      []Moved   `json:"moved"`  // conditions whose probability a claim moved
	Silent     []string  `json:"silent"` // variables nothing is said about: the reference's
	Groups     int       `json:"groups"` // groups of worlds that the words tell apart
}

// Idle is a claim that weighs no world here.
type Idle struct {
	Claim string `json:"claim"`
	Why   string `json:"why"`
}

// Moved is a condition whose probability the completion changed.
type Moved struct {
	Claim  string  `json:"claim"`
	Arm    string  `json:"arm"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// ClaimReading is a claim as it bears on worlds.
type ClaimReading struct {
	Claim   string `json:"claim"`
	Speaker string `json:"speaker"`
	Form    string `json:"form"` // share, mean, between, bilinear
	// Low and High are the ends that bounds use, SoftLow and SoftHigh those of the
	// completion; they differ for what is only possible.
	Low      Number `json:"low"`
	High     Number `json:"high"`
	SoftLow  Number `json:"soft_low"`
	SoftHigh Number `json:"soft_high"`
	Centre   Number `json:"centre"`
	Lexicon  string `json:"lexicon,omitempty"` // "" where the case gives the interval
	Phrase   string `json:"phrase,omitempty"`
	// Arms says in each arm where it binds what the speaker's completion and the
	// reference make of it.
	Arms []ClaimArm `json:"arms"`
	// Without is what the speaker's effects become when the claim is dropped, for
	// outcomes that questions ask for, where they change.
	Without []Dropped `json:"without"`
}

// ClaimArm is a claim in one arm: P(then | if), or the mean it speaks of.
type ClaimArm struct {
	Arm       string `json:"arm"`
	If        Number `json:"if"` // probability of the condition under the completion
	Completed Number `json:"completed"`
	Reference Number `json:"reference"`
}

// Dropped is an effect with and without a claim, under its speaker's view.
type Dropped struct {
	Act     string  `json:"act"`
	State   string  `json:"state"`
	Outcome string  `json:"outcome"`
	Effect  float64 `json:"effect"`
	Without float64 `json:"without"`
}

// Contradiction is a minimal set of claims that do not hold together: each of
// them fits once any one is left out.
type Contradiction struct {
	Claims   []string `json:"claims"`
	Speakers []string `json:"speakers"` // one: the speaker's own words
	// From and Until are the days that all of them speak of; "" for no end.
	From  string `json:"from"`
	Until string `json:"until"`
	Bend  Number `json:"bend"` // by which all must be widened to fit
	// Horizon says that the claims speak of the worlds of the horizon, and so bear
	// on the distributions; the others contradict each other in an earlier time.
	Horizon bool `json:"horizon"`
}

// ClaimPair holds two claims of different speakers against each other.
type ClaimPair struct {
	A        string        `json:"a"`
	B        string        `json:"b"`
	From     string        `json:"from"` // days that both speak of
	Until    string        `json:"until"`
	Apart    bool          `json:"apart"` // there are no such days
	Verdicts []PairVerdict `json:"verdicts"`
}

// PairVerdict is whether two claims contradict each other under one lexicon, as
// though both spoke of the same days.
type PairVerdict struct {
	Lexicon  string  `json:"lexicon"`
	Conflict bool    `json:"conflict"`
	Bend     float64 `json:"bend"`
	Unread   string  `json:"unread,omitempty"`
}

// Threshold says for which threshold of its statement a claim fits with another:
// from From to below To. An absent end never conflicts. Only those are listed that
// the other claim narrows.
type Threshold struct {
	Claim   string `json:"claim"`
	Against string `json:"against"`
	Stated  Number `json:"stated"` // the threshold the case gives it
	From    Number `json:"from"`
	To      Number `json:"to"`
	Always  bool   `json:"always"` // they conflict whatever the threshold
	// Relative says that thresholds are shares of what the change is against;
	// otherwise they are in the unit of the outcome.
	Relative bool `json:"relative"`
}

// Dispute is how far the experts stand apart on the effect of an act, and what
// would settle it.
type Dispute struct {
	Act     string `json:"act"`
	State   string `json:"state"`
	Outcome string `json:"outcome"`
	// Low and High are the hull of the bounds that words alone allow; Gap is the
	// largest distance between two experts' bounds that do not meet.
	Low  Number `json:"low"`
	High Number `json:"high"`
	Gap  Number `json:"gap"`
	// Between are the claims that hold the two bounds furthest apart.
	Between []string `json:"between"`
	// Apart is the standard deviation of the experts' expected changes, weighted.
	Apart Number `json:"apart"`
	// Speaker is the share of the variance of the change under the mixture that
	// knowing which expert is right explains.
	Speaker Number `json:"speaker"`
	// JensenShannon is the divergence of the experts' distributions with the act
	// in that state, in nats.
	JensenShannon Number         `json:"jensen_shannon"`
	Settles       []DisputeAfter `json:"settles"` // largest fall first
}

// DisputeAfter is what is left of a dispute after learning a variable, on the
// average over what may be learnt.
type DisputeAfter struct {
	Variable string  `json:"variable"`
	After    float64 `json:"after"`
	Fall     float64 `json:"fall"` // share of Apart that goes
}

// Agreed is the consensus: how it came about.
type Agreed struct {
	Rounds    int     `json:"rounds"`
	Converged bool    `json:"converged"`
	Change    float64 `json:"change"`
}

// Bounds is the least and the largest value of an effect over all distributions
// that fit an expert's words, whatever the reference says.
type Bounds struct {
	Status string `json:"status"` // found, inconsistent, impossible condition, undefined
	Low    Number `json:"low"`
	High   Number `json:"high"`
	// Exact says that both are proved in rational numbers.
	Exact     bool       `json:"exact"`
	Outer     bool       `json:"outer"` // directions were followed only so far
	HoldsLow  []HoldsEnd `json:"holds_low"`
	HoldsHigh []HoldsEnd `json:"holds_high"`
	Groups    int        `json:"groups"`
}

// HoldsEnd is a claim that holds a bound in its place: were its end one unit
// higher, the bound would move by Moves.
type HoldsEnd struct {
	Claim string  `json:"claim"`
	Side  string  `json:"side"`
	Moves float64 `json:"moves"`
}

// Span is a low and a high value.
type Span struct {
	Low  Number `json:"low"`
	High Number `json:"high"`
}

// The kinds of view.
const (
	ByReference = "reference"
	BySpeaker   = "speaker"
	ByMixture   = "mixture"
	ByConsensus = "consensus"
)

// In returns the acts as read under a view.
func (a *Answer) In(view string) []*Act {
	var out []*Act
	for i := range a.Acts {
		if a.Acts[i].View == view {
			out = append(out, &a.Acts[i])
		}
	}
	return out
}

// Headlines returns the acts under the view that sentences speak of.
func (a *Answer) Headlines() []*Act { return a.In(a.Headline) }
