package answer

// Format is the version of the JSON form of an [Answer].
const Format = 2

// Number is a value that may be absent: a mean over nothing has no value. It is
// null in JSON.
type Number struct {
	V  float64
	OK bool
}

// Answer is all that astara says about a case. Every field except Run is a
// function of the case and the options.
type Answer struct {
	Format    int        `json:"format"`
	Case      CaseInfo   `json:"case"`
	First     string     `json:"first"` // the plain first sentence
	Worlds    WorldsInfo `json:"worlds"`
	Views     []View     `json:"views"`    // whose weights: the experts, all together, the reference
	Headline  string     `json:"headline"` // the view of sentences, corridors and countries
	Outcomes  []Outcome  `json:"outcomes"`
	Variables []Variable `json:"variables"`
	Questions []Question `json:"questions"`
	Acts      []Act      `json:"acts"`  // by view, the headline first
	Words     *Words     `json:"words"` // nil when no claim weighs a world
	Observed  []Observed `json:"observed"`
	Fit       FitSummary `json:"fit"`
	Corridors []Corridor `json:"corridors"` // by size in the baseline world
	Countries []Country  `json:"countries"` // the focus first
	Spread    *Spread    `json:"spread"`    // nil when draws are off
	Leverage  *Leverage  `json:"leverage"`  // nil when nobody plays
	Claims    []Claim    `json:"claims"`
	Hangs     Hangs      `json:"hangs"`
	Notes     []string   `json:"notes"` // what the reader must know: limits, not converged, defaults used
	Run       *Run       `json:"run,omitempty"`

	Agreements *Agreements `json:"agreements"` // nil when the case has none
	Decisions  []Decision  `json:"decisions"`  // acts compared as options for the focus
	Discovery  []Discovery `json:"discovery"`  // where outcomes move, in a sentence each

	Energy *Energy `json:"energy,omitempty"` // nil when the case has no power and gas

	rows    map[[2]string][]float64 // see RowWeights
	weights []ViewWeights           // see Weights
}

// CaseInfo names the case.
type CaseInfo struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Focus     string `json:"focus"`
	AsOf      string `json:"as_of"`
	BaseYear  int    `json:"base_year"`
	Horizon   int    `json:"horizon"`
	Currency  string `json:"currency"`
	PriceYear int    `json:"price_year"`
}

// WorldsInfo counts worlds.
type WorldsInfo struct {
	Worlds       int    `json:"worlds"`
	Effective    int    `json:"effective"`
	Networks     int    `json:"networks"` // period networks
	NotConverged int    `json:"not_converged"`
	TableHash    string `json:"table_hash"`
	// Engines splits the counts where there is more than one engine.
	Engines []EngineInfo `json:"engines,omitempty"`
}

// EngineInfo counts what one engine tells apart of the worlds.
type EngineInfo struct {
	Engine       string `json:"engine"`
	Effective    int    `json:"effective"`
	Networks     int    `json:"networks"`
	NotConverged int    `json:"not_converged"`
}

// Variable names a variable of the case and its states.
type Variable struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	States []string `json:"states"`
}

// View is a distribution the table is read with.
type View struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"` // reference, speaker, mixture, consensus
}

// Outcome is a named number of the case with its value in the two runs that
// need no weights, and what it hangs on.
type Outcome struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Measure      string   `json:"measure"`
	Unit         string   `json:"unit"` // of every value, the canonical unit
	Good         string   `json:"good"` // up, down, none
	Corridor     string   `json:"corridor,omitempty"`
	Materiality  float64  `json:"materiality"`
	BaseYear     Number   `json:"base_year"`
	Baseline     Number   `json:"baseline"`
	LetterC      Number   `json:"letter_c"`       // share of its tonnes in the baseline world from markets of letter c
	OurCapacity  Number   `json:"our_capacity"`   // share of them over a link or border whose capacity the makers of the case converted or estimated
	LeastInTable Number   `json:"least_in_table"` // over effective worlds, whatever their weight
	MostInTable  Number   `json:"most_in_table"`
	Source       []string `json:"source,omitempty"`
}

// Question is a question of the case with its first sentence.
type Question struct {
	ID       string   `json:"id"`
	Text     string   `json:"text"`
	Kind     string   `json:"kind"` // effects, experts
	First    string   `json:"first"`
	Acts     []string `json:"acts"`
	Outcomes []string `json:"outcomes"`
}

// Act is a comparison of the states of an act, under one view.
type Act struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	View        string   `json:"view"`
	Without     string   `json:"without"` // the state the others are compared with
	Held        []Held   `json:"held"`    // other acts and the state they are held at
	Descendants []string `json:"descendants"`
	Reaches     []string `json:"reaches"` // descendants (or the act) that some network depends on
	Arms        []Arm    `json:"arms"`
	Effects     []Effect `json:"effects"` // by state other than Without, then by outcome
}

// Held is an act held at a state.
type Held struct {
	Act   string `json:"act"`
	State string `json:"state"`
}

// Arm is what is expected with the act in one state.
type Arm struct {
	State    string       `json:"state"`
	Worlds   int          `json:"worlds"` // with weight above 0
	Expected []Expected   `json:"expected"`
	Drivers  []OutcomeWhy `json:"drivers"`
}

// Expected is an outcome in an arm. Low and High are the 5 % and 95 % points of
// weighted worlds: a spread of politics, no statement of confidence.
type Expected struct {
	Outcome string `json:"outcome"`
	Mean    Number `json:"mean"`
	Low     Number `json:"low"`
	High    Number `json:"high"`
	// Defined is the share of weight where the outcome has a value at all.
	Defined float64 `json:"defined"`
}

// OutcomeWhy says which variables make an outcome vary inside an arm.
type OutcomeWhy struct {
	Outcome  string   `json:"outcome"`
	Variance float64  `json:"variance"`
	Drivers  []Driver `json:"drivers"` // by Alone, largest first; variables that explain nothing left out
}

// Driver is a variable and its part in the variance of an outcome. The parts of
// several variables do not add up to 1.
type Driver struct {
	Variable string  `json:"variable"`
	Alone    float64 `json:"alone"` // Var(E[Y|X])/Var(Y): the expected fall of variance after learning X
	Only     float64 `json:"only"`  // E[Var(Y|others)]/Var(Y)
}

// Effect is what a state of an act does to an outcome.
type Effect struct {
	State   string `json:"state"`
	Outcome string `json:"outcome"`
	With    Number `json:"with"`
	Without Number `json:"without"`
	Effect  Number `json:"effect"`
	// The two parts of the effect: from the words of the view, and from the case's
	// reference where the words are silent. The reference's own view has no words.
	Words     Number `json:"words"`
	Reference Number `json:"reference"`
	// Bounds are what words alone allow; of a mixture the hull of its experts', of
	// the consensus those of all words together. Nil where none were asked for.
	Bounds *Bounds `json:"bounds,omitempty"`
	// Lexicons is the range of the effect as hedges are read by other lexicons.
	Lexicons *Span `json:"lexicons,omitempty"`
	Material bool  `json:"material"` // |Effect| at or above the outcome's materiality
	// The change against no pact, world by world, in this arm.
	ChangeLow    Number `json:"change_low"` // 5 % point of weighted worlds
	ChangeHigh   Number `json:"change_high"`
	More         Number `json:"more"` // share of weight where the change is at least materiality up
	Less         Number `json:"less"`
	SignHolds    Number `json:"sign_holds"`    // share where the change has the sign of the effect (or stays below materiality, as it)
	AgainstStart Number `json:"against_start"` // expected change against the baseline world
	// Settles lists variables by the expected fall of the variance of the change
	// after learning them, largest first.
	Settles []Settle `json:"settles"`
	// Sways lists the reference weights whose range moves the effect most, each
	// alone, largest first; for outcomes that questions ask for.
	Sways []Sway `json:"sways"`
}

// Sway is a reference weight and what the effect is at the ends of its range,
// the other states of its row moving in proportion.
type Sway struct {
	Variable   string  `json:"variable"`
	When       string  `json:"when"` // condition of the row, "" for always
	State      string  `json:"state"`
	Letter     string  `json:"letter"`
	LowWeight  float64 `json:"low_weight"`
	HighWeight float64 `json:"high_weight"`
	AtLow      Number  `json:"at_low"`
	AtHigh     Number  `json:"at_high"`
}

// Settle is a variable and what learning it would settle: the expected fall of
// the variance of a change, as a share of that variance.
type Settle struct {
	Variable string  `json:"variable"`
	Fall     float64 `json:"fall"`
}

// Observed compares the base-year run with a published figure.
type Observed struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Outcome  string   `json:"outcome"`
	Unit     string   `json:"unit"`
	Period   string   `json:"period"`
	Use      string   `json:"use"`
	BackCast bool     `json:"back_cast"` // a year before the base year, held against the base-year run
	Model    Number   `json:"model"`
	Value    float64  `json:"value"`
	Low      float64  `json:"low"`
	High     float64  `json:"high"`
	Miss     Number   `json:"miss"`   // (model - value) / value
	Inside   bool     `json:"inside"` // model within low..high
	Reason   string   `json:"reason"`
	Group    string   `json:"group"`
	Letter   string   `json:"letter"`
	Source   []string `json:"source"`
}

// FitSummary sums up Observed, back-casts apart.
type FitSummary struct {
	Fit     UseSummary `json:"fit"`
	Holdout UseSummary `json:"holdout"`
	Back    UseSummary `json:"back_cast"`
}

// UseSummary counts rows of one use.
type UseSummary struct {
	Rows       int    `json:"rows"`
	Inside     int    `json:"inside"`
	MedianMiss Number `json:"median_miss"` // median of |miss|
}

// Corridor is a corridor of the case.
type Corridor struct {
	ID          string           `json:"id"`
	Name        string           `json:"name"`
	Exclusive   bool             `json:"exclusive"`
	BaseYear    CorridorNumbers  `json:"base_year"`
	Baseline    CorridorNumbers  `json:"baseline"`
	LetterC     Number           `json:"letter_c"`
	OurCapacity Number           `json:"our_capacity"`
	Effects     []CorridorEffect `json:"effects"`
}

// CorridorNumbers are the numbers of a corridor in one world.
type CorridorNumbers struct {
	Tonnes Number `json:"tonnes"` // t/yr
	TEU    Number `json:"teu"`    // TEU/yr
	Hours  Number `json:"hours"`  // mean of the paths
	Money  Number `json:"money"`  // USD/t, mean of the paths
	Spread Number `json:"spread"` // h, standard deviation
}

// CorridorEffect is what a state of an act does to a corridor's expected numbers.
type CorridorEffect struct {
	Act     string          `json:"act"`
	State   string          `json:"state"`
	With    CorridorNumbers `json:"with"`
	Without CorridorNumbers `json:"without"`
}

// Country is a state's page.
type Country struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Focus      bool            `json:"focus"`
	Rows       []CountryRow    `json:"rows"`
	Payers     []Payer         `json:"payers"`
	Neighbours []Neighbour     `json:"neighbours"`
	Corridors  []CountryAcross `json:"corridors"`
	Ways       WaysOut         `json:"ways"`
	Energy     *CountryEnergy  `json:"energy,omitempty"` // nil when the case has no power and gas of it
}

// CountryRow is one measure of a state.
type CountryRow struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Unit     string          `json:"unit"`
	BaseYear Number          `json:"base_year"`
	Baseline Number          `json:"baseline"`
	Effects  []CountryEffect `json:"effects"`
}

// CountryEffect is the expectation of a measure with a state of an act and
// without it.
type CountryEffect struct {
	Act     string `json:"act"`
	State   string `json:"state"`
	With    Number `json:"with"`
	Without Number `json:"without"`
}

// Payer is what a state's infrastructure earns on the cargo of another.
type Payer struct {
	ID       string          `json:"id"` // ISO country of the cargo's origin or destination
	Name     string          `json:"name"`
	BaseYear Number          `json:"base_year"`
	Baseline Number          `json:"baseline"`
	Effects  []CountryEffect `json:"effects"` // of the focus; of other states two runs are read, not the table
}

// CountryAcross is the transit of a state on one corridor.
type CountryAcross struct {
	Corridor string          `json:"corridor"`
	Tonnes   Number          `json:"tonnes"` // t/yr in the baseline world
	TEU      Number          `json:"teu"`
	Revenue  Number          `json:"revenue"` // USD/yr
	Effects  []CountryEffect `json:"effects"` // of the tonnes
}

// Neighbour is a state's dependence on another one: exposure is what passes
// their common borders, loss what goes when these are shut.
type Neighbour struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Exposure Number `json:"exposure"` // share of own imports and exports by tonnes, baseline world
	Tonnes   Number `json:"tonnes"`   // t/yr of them
	Lost     Number `json:"lost"`     // t/yr of own trade no longer served
	LostPart Number `json:"lost_part"`
	Cost     Number `json:"cost"`    // rise of own mean trade cost, USD/t
	Benefit  Number `json:"benefit"` // change of own user benefit, USD/yr
	Transit  Number `json:"transit"` // change of transit tonnes, t/yr
	Revenue  Number `json:"revenue"` // change of revenue from transit, USD/yr
}

// WaysOut counts independent ways from a state to the open sea over what is
// open in the baseline.
type WaysOut struct {
	Landlocked bool     `json:"landlocked"`  // false: it has a port on the open sea of its own
	Countries  int      `json:"countries"`   // ways that share no foreign country
	Crossings  int      `json:"crossings"`   // ways that share no border crossing and no foreign port
	Through    []string `json:"through"`     // foreign countries at whose ports the ways that share no country end
	CutBorders []string `json:"cut_borders"` // a smallest set of crossings whose loss parts it from the sea
}

// Spread splits the spread of outcomes into politics (which world), numbers
// (where figures lie in their ranges) and what both do together, on key worlds.
type Spread struct {
	Method     string        `json:"method"`
	Draws      int           `json:"draws"`
	GroupDraws int           `json:"group_draws"`
	Seed       uint64        `json:"seed"`
	Figures    int           `json:"figures"`   // with a range
	FiguresC   int           `json:"figures_c"` // of letter c
	Acts       []SpreadAct   `json:"acts"`
	Ranks      []FigureRanks `json:"ranks"`
	Groups     []GroupShares `json:"groups"`
}

// SpreadAct is the split for one act.
type SpreadAct struct {
	Act      string          `json:"act"`
	Keys     []KeyWorld      `json:"keys"`
	Outcomes []SpreadOutcome `json:"outcomes"` // by engine, state and outcome
	Effects  []SpreadEffect  `json:"effects"`  // by engine, state other than the one without, and outcome
}

// KeyWorld is a world whose row is solved with drawn figures.
type KeyWorld struct {
	Engine string  `json:"engine,omitempty"` // whose figures are drawn, where it is not freight
	State  string  `json:"state"`            // of the act
	World  string  `json:"world"`            // its variables off the baseline
	Row    int     `json:"row"`
	Weight float64 `json:"weight"` // of its row in the arm
	Stands float64 `json:"stands"` // weight of all rows it stands for: those whose outcomes are nearest to its own
}

// SpreadOutcome splits the variance of an outcome in an arm. Politics, Numbers
// and Interaction are shares of Total and sum to 1.
type SpreadOutcome struct {
	State       string `json:"state"`
	Outcome     string `json:"outcome"`
	Total       Number `json:"total"` // variance over key worlds and draws
	Politics    Number `json:"politics"`
	Numbers     Number `json:"numbers"`
	Interaction Number `json:"interaction"`
	// Captured is the variance over key worlds with figures at their centres,
	// as a share of that over all worlds of the arm.
	Captured Number `json:"captured"`
	Mean     Number `json:"mean"` // over draws of the arm's mean over key worlds
	Low      Number `json:"low"`  // 5 % point over draws of that mean
	High     Number `json:"high"`
}

// SpreadEffect is how the effect of an act depends on the figures alone.
type SpreadEffect struct {
	State     string `json:"state"`
	Outcome   string `json:"outcome"`
	Centre    Number `json:"centre"` // with every figure at its centre, over key worlds
	Low       Number `json:"low"`    // 5 % point over draws
	High      Number `json:"high"`
	SignHolds Number `json:"sign_holds"` // share of draws with the sign of the centre
}

// FigureRanks lists the figures whose place in their range goes with an outcome.
type FigureRanks struct {
	Outcome string `json:"outcome"`
	// Noise is the rank correlation that the largest of all figures passes by
	// chance once in twenty times.
	Noise   float64      `json:"noise"`
	Figures []FigureRank `json:"figures"` // largest first
}

// FigureRank is a figure with its rank correlation (Spearman) with an outcome.
type FigureRank struct {
	Name   string  `json:"name"`
	Table  string  `json:"table"`
	Letter string  `json:"letter"`
	Rank   float64 `json:"rank"`
}

// GroupShares says how much of the variance from figures is left when only one
// group of them is drawn. Shares of groups do not add up to 1.
type GroupShares struct {
	Outcome string       `json:"outcome"`
	LetterC Number       `json:"letter_c"` // only figures of letter c
	Groups  []GroupShare `json:"groups"`   // by table and letter, largest first
}

// GroupShare is one group of figures.
type GroupShare struct {
	Table   string `json:"table"`
	Letter  string `json:"letter"`
	Figures int    `json:"figures"`
	Share   Number `json:"share"`
}

// Hangs says what the answer rests on.
type Hangs struct {
	Markets        int    `json:"markets"`
	MarketsC       int    `json:"markets_c"`
	TonnesC        Number `json:"tonnes_c"`        // share of base-year demand from markets of letter c
	CorridorLinks  int    `json:"corridor_links"`  // links with a corridor tag
	WithCapacity   int    `json:"with_capacity"`   // of these with a capacity
	OurConversions int    `json:"our_conversions"` // of these converted by us
}

// Claim is a claim of the ledger as listed.
type Claim struct {
	ID         string   `json:"id"`
	Speaker    string   `json:"speaker"`
	Paragraph  string   `json:"paragraph"`
	Kind       string   `json:"kind"`
	Reading    string   `json:"reading"`
	Hedge      string   `json:"hedge"`
	Paraphrase string   `json:"paraphrase"`
	Weighs     bool     `json:"weighs"`  // whether its kind bears on weights once they are computed
	Verdict    string   `json:"verdict"` // open where nothing settles it
	Settled    string   `json:"settled"` // date
	Evidence   []string `json:"evidence"`
	Letter     string   `json:"letter"`
}

// Run says how the numbers were made. It is outside the identity of an answer.
type Run struct {
	Solved    int     `json:"solved"`
	Cached    int     `json:"cached"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	Workers   int     `json:"workers"`
}
