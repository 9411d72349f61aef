package answer

// Energy is what the answer says of power and gas. Runs are the base year, the
// baseline world, and worlds that differ from it in one variable, or in two that
// together do what neither does alone.
type Energy struct {
	First  []string      `json:"first"` // plain sentences
	Blocks []EnergyBlock `json:"blocks"`
	Runs   []EnergyRun   `json:"runs"`
	// NotAnswered says in sentences what the model does not consider.
	NotAnswered []string `json:"not_answered"`
}

// EnergyBlock is a part of the year with one load.
type EnergyBlock struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Hours float64 `json:"hours"`
	Peak  bool    `json:"peak"`
}

// EnergyRun is one run opened up. Where effects last a part of the year, flows,
// losses and limits are those of the part in which all of them hold; the numbers of
// countries are of the year.
type EnergyRun struct {
	ID        string          `json:"id"` // base_year, baseline, or the world
	Name      string          `json:"name"`
	Changed   []EnergyChanged `json:"changed"` // what differs from the baseline world
	Share     float64         `json:"share"`   // of the year that flows are of
	Countries []EnergyCountry `json:"countries"`
	Areas     []string        `json:"areas"` // synchronous areas
	Ties      []EnergyTie     `json:"ties"`
	Pipes     []EnergyPipe    `json:"pipes"`
	Shortages []EnergyShort   `json:"shortages"`
	// Dependence is by consumer and origin, Contingencies the losses of one element
	// that leave somebody short, by state, the worst of each first; Binding the limits that cost most.
	Dependence    []EnergyDependence  `json:"dependence"`
	Contingencies []EnergyContingency `json:"contingencies"`
	Binding       []EnergyBinding     `json:"binding"`
	Stopped       []string            `json:"stopped"` // contracts out because their partner of a swap is
}

// EnergyChanged is a variable off its baseline.
type EnergyChanged struct {
	Variable string `json:"variable"`
	State    string `json:"state"`
	Text     string `json:"text"` // for people
}

// EnergyCountry is the position of a state in one run.
type EnergyCountry struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Numbers []EnergyNumber `json:"numbers"`
}

// EnergyNumber is one measure of a state: the rows of its page.
type EnergyNumber struct {
	ID    string `json:"id"`
	Value Number `json:"value"`
}

// EnergyTie is a power line or corridor. Flows are from From to To.
type EnergyTie struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	From         string   `json:"from"`
	To           string   `json:"to"`
	Coupling     string   `json:"coupling"`
	InService    bool     `json:"in_service"`
	Energy       Number   `json:"energy"` // GWh/yr net
	Blocks       []Number `json:"blocks"` // MW
	Capacity     Number   `json:"capacity"`
	CapacityBack Number   `json:"capacity_back"`
	Bridge       bool     `json:"bridge"` // its loss splits a synchronous area
}

// EnergyPipe is a gas pipeline. Flows are from From to To.
type EnergyPipe struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	From         string        `json:"from"`
	To           string        `json:"to"`
	InService    bool          `json:"in_service"`
	Volume       Number        `json:"volume"` // bcm/yr net
	Blocks       []Number      `json:"blocks"` // mcm/d
	Capacity     Number        `json:"capacity"`
	CapacityBack Number        `json:"capacity_back"`
	Origins      []EnergyShare `json:"origins"`
}

// EnergyShare is a part of a flow by who sells it.
type EnergyShare struct {
	Origin string `json:"origin"`
	Amount Number `json:"amount"`
	Share  Number `json:"share"`
}

// EnergyShort is unserved load of a country in a block and what holds it, in words.
type EnergyShort struct {
	Country string `json:"country"`
	Block   string `json:"block"`
	Carrier string `json:"carrier"`
	Amount  Number `json:"amount"` // MW or mcm/d
	Words   string `json:"words"`
}

// EnergyDependence is what a consumer owes to an origin.
type EnergyDependence struct {
	Carrier   string `json:"carrier"`
	Consumer  string `json:"consumer"`
	Origin    string `json:"origin"`
	Delivered Number `json:"delivered"`  // bcm/yr or GWh/yr
	Share     Number `json:"share"`      // of what the consumer used
	Shed      Number `json:"shed"`       // further unserved load once the origin is gone, bcm/yr or GWh/yr
	ShedShare Number `json:"shed_share"` // of the load
	PowerShed Number `json:"power_shed"` // GWh/yr of power lost with gas
	Cost      Number `json:"cost"`       // USD/yr more
}

// EnergyContingency is the loss of one element in a peak block, and what it leaves one
// state short of: a loss that several states feel stands once for each.
type EnergyContingency struct {
	Kind      string `json:"kind"`
	Element   string `json:"element"`
	Name      string `json:"name"`
	Block     string `json:"block"`
	Country   string `json:"country"`    // the state that is short
	PowerShed Number `json:"power_shed"` // MW of its own beyond what was shed before
	GasShed   Number `json:"gas_shed"`   // mcm/d beyond
	Reason    string `json:"reason"`     // bridge, overload, deficit, none
	Loading   Number `json:"loading"`    // largest of a tie before anything is dispatched anew, share of its rating
	Words     string `json:"words"`
}

// EnergyBinding is a limit that costs.
type EnergyBinding struct {
	Kind      string  `json:"kind"`
	Element   string  `json:"element"`
	Name      string  `json:"name"`
	Block     string  `json:"block"`
	Direction string  `json:"direction"`
	Limit     Number  `json:"limit"`
	Unit      string  `json:"unit"`
	Worth     float64 `json:"worth"` // USD/yr for one unit more
}

// CountryEnergy is the power and gas of a state's page.
type CountryEnergy struct {
	Rows       []CountryRow        `json:"rows"`
	Dependence []EnergyDependence  `json:"dependence"` // baseline world
	Worst      []EnergyContingency `json:"worst"`      // losses of one element that leave it short, worst first
}
