package units

import "fmt"

// Dim is what a figure measures. Each has one canonical unit, in which all
// numbers inside the program are.
type Dim uint8

// The dimensions and their canonical units.
const (
	Dimensionless     Dim = iota // 1
	Time                         // h
	Length                       // km
	Gauge                        // mm (of a railway track)
	Mass                         // t
	Rate                         // t/yr
	MoneyPerTonne                // USD/t
	MoneyPerTonneKm              // USD/t-km
	MoneyPerTonneHour            // USD/t-h
	Money                        // USD
	MoneyRate                    // USD/yr
	MoneyPerTEU                  // USD/TEU
	Speed                        // km/h
	Share                        // 1, from 0 to 1
	Year                         // calendar year
	Power                        // MW
	Energy                       // GWh
	EnergyRate                   // GWh/yr
	MoneyPerEnergy               // USD/MWh
	Volume                       // bcm/yr (billion cubic metres of gas a year)
	VolumeStock                  // bcm
	PerTEU                       // t/TEU
	Boxes                        // TEU
	BoxRate                      // TEU/yr
	Work                         // t-km
	WorkRate                     // t-km/yr
	DayVolume                    // mcm/d (million cubic metres of gas a day)
	Days                         // d
	dims
)

// vector holds the exponents of the base units h, km, t, USD, TEU, bcm, MW.
type vector [7]int8

const (
	vTime = iota
	vLength
	vMass
	vMoney
	vBox
	vVolume
	vPower
)

// dimension is what the package knows of a Dim: name, canonical unit, its
// vector and its size in base units.
type dimension struct {
	name, unit string
	vec        vector
	size       float64
}

// HoursPerYear is the length of the year in "t/yr" and its like: 365 days.
const HoursPerYear = 365 * 24

var table = [dims]dimension{
	Dimensionless:     {"number", "", vector{}, 1},
	Time:              {"time", "h", vector{vTime: 1}, 1},
	Length:            {"length", "km", vector{vLength: 1}, 1},
	Gauge:             {"track gauge", "mm", vector{vLength: 1}, 1e-6},
	Mass:              {"mass", "t", vector{vMass: 1}, 1},
	Rate:              {"tonnes a year", "t/yr", vector{vMass: 1, vTime: -1}, 1. / HoursPerYear},
	MoneyPerTonne:     {"money per tonne", "USD/t", vector{vMoney: 1, vMass: -1}, 1},
	MoneyPerTonneKm:   {"money per tonne-kilometre", "USD/t-km", vector{vMoney: 1, vMass: -1, vLength: -1}, 1},
	MoneyPerTonneHour: {"money per tonne-hour", "USD/t-h", vector{vMoney: 1, vMass: -1, vTime: -1}, 1},
	Money:             {"money", "USD", vector{vMoney: 1}, 1},
	MoneyRate:         {"money a year", "USD/yr", vector{vMoney: 1, vTime: -1}, 1. / HoursPerYear},
	MoneyPerTEU:       {"money per box", "USD/TEU", vector{vMoney: 1, vBox: -1}, 1},
	Speed:             {"speed", "km/h", vector{vLength: 1, vTime: -1}, 1},
	Share:             {"share", "", vector{}, 1},
	Year:              {"year", "", vector{}, 1},
	Power:             {"power", "MW", vector{vPower: 1}, 1},
	Energy:            {"energy", "GWh", vector{vPower: 1, vTime: 1}, 1000},
	EnergyRate:        {"energy a year", "GWh/yr", vector{vPower: 1}, 1000. / HoursPerYear},
	MoneyPerEnergy:    {"money per energy", "USD/MWh", vector{vMoney: 1, vPower: -1, vTime: -1}, 1},
	Volume:            {"gas a year", "bcm/yr", vector{vVolume: 1, vTime: -1}, 1. / HoursPerYear},
	VolumeStock:       {"gas", "bcm", vector{vVolume: 1}, 1},
	PerTEU:            {"tonnes per box", "t/TEU", vector{vMass: 1, vBox: -1}, 1},
	Boxes:             {"boxes", "TEU", vector{vBox: 1}, 1},
	BoxRate:           {"boxes a year", "TEU/yr", vector{vBox: 1, vTime: -1}, 1. / HoursPerYear},
	Work:              {"tonne-kilometres", "t-km", vector{vMass: 1, vLength: 1}, 1},
	WorkRate:          {"tonne-kilometres a year", "t-km/yr", vector{vMass: 1, vLength: 1, vTime: -1}, 1. / HoursPerYear},
	DayVolume:         {"gas a day", "mcm/d", vector{vVolume: 1, vTime: -1}, 1e-3 / 24},
	Days:              {"days", "d", vector{vTime: 1}, 24},
}

// String returns the name of the dimension in words.
func (d Dim) String() string {
	if d < dims {
		return table[d].name
	}
	return fmt.Sprintf("dim(%d)", uint8(d))
}

// Unit returns the canonical unit, "" for plain numbers.
func (d Dim) Unit() string {
	if d < dims {
		return table[d].unit
	}
	return "?"
}

// IsMoney reports whether figures of the dimension have a price year.
func (d Dim) IsMoney() bool { return d < dims && table[d].vec[vMoney] != 0 }

// atom is a unit by name: its size in base units and its vector. Currencies are
// none, for their size depends on the price year.
type atom struct {
	size float64
	vec  vector
	pure bool // percent: a plain number, only alone
}

// atoms are the units people may write. Letter case counts, as mm and Mm or m
// and M differ; see aliases for what is forgiven.
var atoms = map[string]atom{
	"min": {size: 1. / 60, vec: vector{vTime: 1}}, "h": {size: 1, vec: vector{vTime: 1}},
	"d": {size: 24, vec: vector{vTime: 1}}, "week": {size: 7 * 24, vec: vector{vTime: 1}},
	"month": {size: HoursPerYear / 12., vec: vector{vTime: 1}}, "yr": {size: HoursPerYear, vec: vector{vTime: 1}},
	"mm": {size: 1e-6, vec: vector{vLength: 1}}, "m": {size: 1e-3, vec: vector{vLength: 1}},
	"km": {size: 1, vec: vector{vLength: 1}}, "nmi": {size: 1.852, vec: vector{vLength: 1}},
	"knot": {size: 1.852, vec: vector{vLength: 1, vTime: -1}},
	"kg":   {size: 1e-3, vec: vector{vMass: 1}}, "t": {size: 1, vec: vector{vMass: 1}},
	"kt": {size: 1e3, vec: vector{vMass: 1}}, "Mt": {size: 1e6, vec: vector{vMass: 1}},
	"tkm": {size: 1, vec: vector{vMass: 1, vLength: 1}},
	"TEU": {size: 1, vec: vector{vBox: 1}}, "FEU": {size: 2, vec: vector{vBox: 1}},
	"kTEU": {size: 1e3, vec: vector{vBox: 1}}, "MTEU": {size: 1e6, vec: vector{vBox: 1}},
	"mcm": {size: 1e-3, vec: vector{vVolume: 1}}, "bcm": {size: 1, vec: vector{vVolume: 1}},
	"kW": {size: 1e-3, vec: vector{vPower: 1}}, "MW": {size: 1, vec: vector{vPower: 1}}, "GW": {size: 1e3, vec: vector{vPower: 1}},
	"kWh": {size: 1e-3, vec: vector{vPower: 1, vTime: 1}}, "MWh": {size: 1, vec: vector{vPower: 1, vTime: 1}},
	"GWh": {size: 1e3, vec: vector{vPower: 1, vTime: 1}}, "TWh": {size: 1e6, vec: vector{vPower: 1, vTime: 1}},
	"%": {size: 0.01, pure: true}, "‰": {size: 0.001, pure: true},
}

// aliases are other spellings of atoms that mean the same without doubt.
var aliases = map[string]string{
	"hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "mins": "min", "minute": "min", "minutes": "min",
	"weeks": "week", "months": "month", "year": "yr", "years": "yr", "y": "yr", "a": "yr", "annum": "yr",
	"tonne": "t", "tonnes": "t", "ton": "t", "tons": "t", "tonne-km": "tkm", "nm": "nmi", "knots": "knot", "kn": "knot",
	"teu": "TEU", "TEUs": "TEU", "feu": "FEU", "FEUs": "FEU", "percent": "%", "pct": "%", "Bcm": "bcm", "BCM": "bcm",
}

// prefixes multiply the unit that follows them after a space: "1.2 bn USD".
// The short ones go with money and boxes only, where the field uses them.
var prefixes = map[string]float64{
	"thousand": 1e3, "million": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "k": 1e3, "m": 1e6, "M": 1e6,
}
