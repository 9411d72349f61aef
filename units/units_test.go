package units

import (
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	_ "github.com/astara-corridors/astara/internal/seed"
)

// near is the relative error allowed for products of a few rounded factors.
const near = 1e-12

func close(a, b float64) bool { return math.Abs(a-b) <= near*max(math.Abs(a), math.Abs(b)) }

// caseOptions are those of a case in USD of 2024 with 12 t in a TEU, that knows
// 2017 (times 1.25) and the euro of 2024 (1.08 USD). The numbers are made up.
var caseOptions = Options{
	PriceYear: 2024, TonnesPerTEU: 12,
	Deflate: func(year int) (float64, bool) { return 1.25, year == 2017 },
	Rates:   func(c string, year int) (float64, bool) { return 1.08, c == "EUR" && year == 2024 },
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text               string
		dim                Dim
		low, central, high float64
	}{
		{"15 Mt/yr", Rate, 15e6, 15e6, 15e6},
		{"15Mt/yr", Rate, 15e6, 15e6, 15e6},
		{"1.5 million t/yr", Rate, 1.5e6, 1.5e6, 1.5e6},
		{"1.5 mln tonnes a year", Rate, 1.5e6, 1.5e6, 1.5e6},
		{"500 t/d", Rate, 500 * 365, 500 * 365, 500 * 365},
		{"100 kTEU/yr", Rate, 1.2e6, 1.2e6, 1.2e6},
		{"100 k TEU per year", Rate, 1.2e6, 1.2e6, 1.2e6},
		{"50 thousand FEU/yr", Rate, 1.2e6, 1.2e6, 1.2e6},
		{"2 FEU", Boxes, 4, 4, 4},
		{"100 kTEU/yr", BoxRate, 1e5, 1e5, 1e5},
		{"1.2 Mt/yr", BoxRate, 1e5, 1e5, 1e5},
		{"26 h", Time, 26, 26, 26},
		{"2.5 d", Time, 60, 60, 60},
		{"10-14 d", Time, 240, 288, 336},
		{"10–14 days", Time, 240, 288, 336},
		{"10 - 14 days", Time, 240, 288, 336},
		{"10..14 d", Time, 240, 288, 336},
		{"12..20..26 h", Time, 12, 20, 26},
		{"90 min", Time, 1.5, 1.5, 1.5},
		{"-5..-3 h", Time, -5, -4, -3},
		{"-5--3 h", Time, -5, -4, -3},
		{"1 yr", Time, 8760, 8760, 8760},
		{"308.2 km", Length, 308.2, 308.2, 308.2},
		{"10 nmi", Length, 18.52, 18.52, 18.52}, // BIPM: 1852 m
		{"1520 mm", Gauge, 1520, 1520, 1520},
		{"1.52 m", Gauge, 1520, 1520, 1520},
		{"60 km/h", Speed, 60, 60, 60},
		{"10 knots", Speed, 18.52, 18.52, 18.52},
		{"5 kt", Mass, 5000, 5000, 5000},
		{"20 USD/t", MoneyPerTonne, 20, 20, 20},
		{"20 USD2024/t", MoneyPerTonne, 20, 20, 20},
		{"20 USD2017/t", MoneyPerTonne, 25, 25, 25},
		{"3133 USD2017/TEU", MoneyPerTonne, 3133 * 1.25 / 12, 3133 * 1.25 / 12, 3133 * 1.25 / 12},
		{"2400 USD/FEU", MoneyPerTEU, 1200, 1200, 1200},
		{"2400 USD/FEU", MoneyPerTonne, 100, 100, 100},
		{"0.02 USD/t-km", MoneyPerTonneKm, 0.02, 0.02, 0.02},
		{"0.02 USD/tkm", MoneyPerTonneKm, 0.02, 0.02, 0.02},
		{"0.02 USD/(t km)", MoneyPerTonneKm, 0.02, 0.02, 0.02},
		{"0.02 USD/t/km", MoneyPerTonneKm, 0.02, 0.02, 0.02},
		{"0.02 USD/t·km", MoneyPerTonneKm, 0.02, 0.02, 0.02},
		{"0.02 USD per t-km", MoneyPerTonneKm, 0.02, 0.02, 0.02},
		{"0.6 USD/TEU-km", MoneyPerTonneKm, 0.05, 0.05, 0.05},
		{"1.2 USD/t-h", MoneyPerTonneHour, 1.2, 1.2, 1.2},
		{"24 USD/t-d", MoneyPerTonneHour, 1, 1, 1},
		{"1.2 bn USD", Money, 1.2e9, 1.2e9, 1.2e9},
		{"1.2 bn USD2017", Money, 1.5e9, 1.5e9, 1.5e9},
		{"3 m USD", Money, 3e6, 3e6, 3e6},
		{"3 mUSD", Money, 3e6, 3e6, 3e6},
		{"3 k USD", Money, 3e3, 3e3, 3e3},
		{"100 EUR", Money, 108, 108, 108},
		{"100 EUR/t", MoneyPerTonne, 108, 108, 108},
		{"2 bn USD/yr", MoneyRate, 2e9, 2e9, 2e9},
		{"30 %", Share, 0.3, 0.3, 0.3},
		{"10..20..30%", Share, 0.1, 0.2, 0.3},
		{"0.3", Share, 0.3, 0.3, 0.3},
		{"1.05..1.15..1.3", Dimensionless, 1.05, 1.15, 1.3},
		{"115 %", Dimensionless, 1.15, 1.15, 1.15},
		{"1e-3", Dimensionless, 1e-3, 1e-3, 1e-3},
		{"2030", Year, 2030, 2030, 2030},
		{"2027..2028..2031", Year, 2027, 2028, 2031},
		{"1.5 GW", Power, 1500, 1500, 1500},
		{"2 TWh", Energy, 2000, 2000, 2000},
		{"2 TWh/yr", EnergyRate, 2000, 2000, 2000},
		{"1 GW", EnergyRate, 8760, 8760, 8760},
		{"50 USD/MWh", MoneyPerEnergy, 50, 50, 50},
		{"10 bcm/yr", Volume, 10, 10, 10},
		{"20 mcm/d", Volume, 7.3, 7.3, 7.3},
		{"3 bcm", VolumeStock, 3, 3, 3},
		{"14 t/TEU", PerTEU, 14, 14, 14},
		{"28 t/FEU", PerTEU, 14, 14, 14},
		{"2 bn t-km/yr", WorkRate, 2e9, 2e9, 2e9},
		{" 26  h ", Time, 26, 26, 26},
	} {
		t.Run(c.text, func(t *testing.T) {
			f, err := Parse(c.text, c.dim, caseOptions)
			if err != nil {
				t.Fatal(err)
			}
			if !close(f.Low, c.low) || !close(f.Central, c.central) || !close(f.High, c.high) {
				t.Errorf("got %v..%v..%v, want %v..%v..%v", f.Low, f.Central, f.High, c.low, c.central, c.high)
			}
			wantYear := 0
			if c.dim.IsMoney() {
				wantYear = 2024
			}
			if f.Dim != c.dim || !f.Known || f.PriceYear != wantYear {
				t.Errorf("dim %v, known %v, price year %d", f.Dim, f.Known, f.PriceYear)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct {
		text   string
		dim    Dim
		offset int
		part   string // offending text
		says   string // part of the whole message
	}{
		{"", Time, 0, "", "no quantity"},
		{"  ", Time, 0, "  ", "no quantity"},
		{"h", Time, 0, "h", "no number"},
		{"about 5 h", Time, 0, "about", "no number"},
		{"26", Time, 0, "26", "the unit is missing"},
		{"26 x", Time, 3, "x", `unknown unit "x"`},
		{"26 hous", Time, 3, "hous", `did you mean "hour"?`},
		{"26 km", Time, 3, "km", `"km" is not a unit of time`},
		{"15 Mt", Rate, 3, "Mt", "is not a unit of tonnes a year"},
		{"15 Mt/", Rate, 6, "", "breaks off"},
		{"15 Mt/yr extra", Rate, 9, "extra", `unknown unit "extra"`},
		{"15 Mt/5", Rate, 6, "5", "is no unit"},
		{"1,200 h", Time, 0, "1,200", `write "1200"`},
		{"1 200 h", Time, 0, "1 200", `write "1200"`},
		{"1'200.5 h", Time, 0, "1'200.5", `write "1200.5"`},
		{"1,5 h", Time, 0, "1,5", `write "1.5"`},
		{"12..", Time, 4, "", "no number"},
		{"12..10 h", Time, 0, "12..10", "not in order"},
		{"12..30..20 h", Time, 0, "12..30..20", "not in order"},
		{"1..2..3..4 h", Time, 7, "..", "at most three"},
		{"10 h..12 h", Time, 4, "..12", "text after the quantity"},
		{"1e400 h", Time, 0, "1e400", "too large"},
		{"8e200 t/yr", Rate, 0, "8e200", "too large"},
		{"20 $/t", MoneyPerTonne, 3, "$", `write money as "USD"`},
		{"20 USD", MoneyPerTonne, 3, "USD", "not a unit of money per tonne"},
		{"20 USD2019/t", MoneyPerTonne, 3, "USD2019/t", "does not know 2019"},
		{"20 USD19/t", MoneyPerTonne, 6, "19", "four digits"},
		{"20 USD9999/t", MoneyPerTonne, 6, "9999", "four digits"},
		{"20 USD USD/t", MoneyPerTonne, 7, "USD", "money stands twice"},
		{"20 RUB/t", MoneyPerTonne, 3, "RUB", "no exchange rate for RUB of 2024"},
		{"20 EUR2019/t", MoneyPerTonne, 3, "EUR2019", "no exchange rate for EUR of 2019"},
		{"20 USD/(t km", MoneyPerTonneKm, 7, "(t km", "not closed"},
		{"30", Share, 0, "30", `a percentage needs its sign`},
		{"120 %", Share, 0, "120", "between 0 and 1"},
		{"-1 %", Share, 0, "-1", "between 0 and 1"},
		{"30 % h", Time, 5, "h", "stands alone"},
		{"30 % USD", Money, 5, "USD", "stands alone"},
		{"20 %", Time, 3, "%", "is not a unit of time"},
		{"5 h %", Time, 4, "%", "stands alone"},
		{"20300", Year, 0, "20300", "no such year"},
		{"50 %", Year, 3, "%", "no percentage"},
		{"12 h", Dimensionless, 3, "h", "is not a unit of number"},
		{"5 m", Money, 2, "m", "not a unit of money"},
		{"5 bn", Money, 2, "bn", `goes before a unit`},
		{"ü5 h", Time, 0, "ü5", "no number"},
		{"5 hü", Time, 2, "hü", "unknown unit"},
	} {
		t.Run(c.text, func(t *testing.T) {
			f, err := Parse(c.text, c.dim, caseOptions)
			var pe *ParseError
			if !errors.As(err, &pe) {
				t.Fatalf("got %+v, %v", f, err)
			}
			if pe.Offset != c.offset || pe.Text != c.part || !strings.Contains(err.Error(), c.says) {
				t.Errorf("at %d %q: %s\nwant at %d %q: ...%s...", pe.Offset, pe.Text, err, c.offset, c.part, c.says)
			}
		})
	}
}

func TestMoneyOfAnotherYearNeedsADeflator(t *testing.T) {
	_, err := Parse("20 USD2017/t", MoneyPerTonne, Options{PriceYear: 2024})
	if err == nil || !strings.Contains(err.Error(), "deflator") || !strings.Contains(err.Error(), "2017") {
		t.Errorf("got %v", err)
	}
	f, err := Parse("20 USD2017/t", MoneyPerTonne, Options{})
	if err != nil || f.PriceYear != 2017 || f.Central != 20 {
		t.Errorf("without a price year: %+v, %v", f, err)
	}
	f, err = Parse("20 USD/t", MoneyPerTonne, Options{})
	if err != nil || f.PriceYear != 0 {
		t.Errorf("without any year: %+v, %v", f, err)
	}
}

func TestBoxesNeedTheirTonnes(t *testing.T) {
	_, err := Parse("100 USD/TEU", MoneyPerTonne, Options{})
	if err == nil || !strings.Contains(err.Error(), "tonnes per TEU") {
		t.Errorf("got %v", err)
	}
}

func TestBareNumbers(t *testing.T) {
	f, err := Parse("4..5..6", Rate, Options{Bare: "Mt/yr"})
	if err != nil || f.Low != 4e6 || f.Central != 5e6 || f.High != 6e6 {
		t.Errorf("got %+v, %v", f, err)
	}
	if f, err = Parse("4 kt/yr", Rate, Options{Bare: "Mt/yr"}); err != nil || f.Central != 4e3 {
		t.Errorf("a written unit: %+v, %v", f, err)
	}
	if _, err = Parse("4", Rate, Options{Bare: "h"}); err == nil {
		t.Error("a default unit that does not fit was taken")
	}
	if f, err = Parse("0.5", Share, Options{Bare: "h"}); err != nil || f.Central != 0.5 {
		t.Errorf("a dimension without a unit: %+v, %v", f, err)
	}
}

// Every dimension reads its own canonical unit as 1.
func TestCanonicalUnits(t *testing.T) {
	for d := range dims {
		if d == Year {
			continue // 1 is no year
		}
		f, err := Parse("1 "+d.Unit(), d, Options{PriceYear: 2024})
		if err != nil {
			t.Errorf("%s: %v", d, err)
		} else if !close(f.Central, 1) {
			t.Errorf("1 %s = %v", d.Unit(), f.Central)
		}
	}
}

func TestParseIsExactOnPlainNumbers(t *testing.T) {
	for _, c := range []struct {
		text string
		dim  Dim
		want float64
	}{{"0.1 Mt/yr", Rate, 0.1e6}, {"15 Mt/yr", Rate, 15e6}, {"0.3", Share, 0.3}, {"26 h", Time, 26}, {"2.5 d", Time, 60}, {"7 t/yr", Rate, 7},
		{"90 min", Time, 1.5}, {"1520 mm", Gauge, 1520}, {"3 kt/yr", Rate, 3000}, {"1 t/d", Rate, 365}, {"2.5 bn USD/yr", MoneyRate, 2.5e9},
		{"5 bcm/yr", Volume, 5}, {"5 GWh", Energy, 5}, {"12 TWh/yr", EnergyRate, 12000}, {"50 USD/MWh", MoneyPerEnergy, 50}, {"25 %", Share, 0.25},
		{"8 mcm/d", DayVolume, 8}, {"2 bcm/yr", DayVolume, 2000. / 365}, {"3 mcm/d", Volume, 1.095}, {"2 week", Days, 14}, {"36 h", Days, 1.5},
	} {
		if f, err := Parse(c.text, c.dim, Options{}); err != nil || f.Central != c.want {
			t.Errorf("%s = %v, %v, want %v exactly", c.text, f.Central, err, c.want)
		}
	}
}

func TestAt(t *testing.T) {
	f := Between(12, 20, 26, Time)
	for _, c := range []struct{ u, want float64 }{{-1, 12}, {0, 12}, {0.25, 16}, {0.5, 20}, {0.75, 23}, {1, 26}, {2, 26}, {math.NaN(), 12}} {
		if got := f.At(c.u); got != c.want {
			t.Errorf("At(%v) = %v, want %v", c.u, got, c.want)
		}
	}
	if got := Exactly(7, Time).At(0.9); got != 7 {
		t.Errorf("exact figure at 0.9: %v", got)
	}
}

func TestAtRisesAndStaysInside(t *testing.T) {
	num := rapid.Float64Range(-1e9, 1e9)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := num.Draw(t, "a"), num.Draw(t, "b"), num.Draw(t, "c")
		low, high := min(a, b, c), max(a, b, c)
		f := Between(low, a+b+c-low-high, high, Time)
		f.Central = min(max(f.Central, low), high)
		u, v := rapid.Float64Range(0, 1).Draw(t, "u"), rapid.Float64Range(0, 1).Draw(t, "v")
		if u > v {
			u, v = v, u
		}
		if x, y := f.At(u), f.At(v); x > y || x < low || y > high {
			t.Fatalf("At(%v) = %v, At(%v) = %v of %v..%v..%v", u, x, v, y, low, f.Central, high)
		}
	})
}

func TestFigure(t *testing.T) {
	f := Between(1, 2, 4, Time).Scale(-2)
	if f.Low != -8 || f.Central != -4 || f.High != -2 {
		t.Errorf("scaled %+v", f)
	}
	for _, bad := range []Figure{Between(2, 1, 3, Time), Between(1, 3, 2, Time), Between(1, math.NaN(), 2, Time), Exactly(math.Inf(1), Time)} {
		if bad.Check() == nil {
			t.Errorf("%v passed", bad)
		}
	}
	if err := Between(1, 1, 2, Time).Check(); err != nil {
		t.Error(err)
	}
	for text, f := range map[string]Figure{"20 h (12 h to 26 h)": Between(12, 20, 26, Time), "26 h": Exactly(26, Time), "unknown": {}} {
		if got := f.String(); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
}

func TestLetters(t *testing.T) {
	for _, text := range []string{"a", "m", "b", "c"} {
		l, ok := ParseLetter(text)
		if !ok || l.String() != text || l.About() == "unknown" {
			t.Errorf("%q: %v, %v", text, l, ok)
		}
	}
	for _, text := range []string{"", "d", "A", "ab"} {
		if l, ok := ParseLetter(text); ok || l.String() != "" || l.About() != "unknown" {
			t.Errorf("%q: %v, %v", text, l, ok)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		v    float64
		dim  Dim
		want string
	}{
		{0.81e6, Rate, "0.81 Mt/yr"}, {8.14e6, Rate, "8.14 Mt/yr"}, {95_400, Rate, "95.4 kt/yr"}, {950, Rate, "950 t/yr"}, {0, Rate, "0 t/yr"},
		{99_960, Rate, "0.1 Mt/yr"}, {-1.5e6, Rate, "-1.5 Mt/yr"}, {123_456_789, Rate, "123 Mt/yr"},
		{26, Time, "26 h"}, {26.04, Time, "26 h"}, {1234, Time, "1230 h"}, {0.0123, Time, "0.0123 h"},
		{1.2e9, Money, "1.2 bn USD"}, {999_600_000, Money, "1 bn USD"}, {3.25e6, Money, "3.25 m USD"}, {12_000, Money, "12 k USD"}, {950, Money, "950 USD"},
		{1.2e9, MoneyRate, "1.2 bn USD/yr"}, {0.02, MoneyPerTonneKm, "0.02 USD/t-km"}, {24.5, MoneyPerTonne, "24.5 USD/t"},
		{12_345, Length, "12,300 km"}, {1_234_567, Length, "1,230,000 km"}, {1520, Gauge, "1520 mm"},
		{0.3, Share, "30 %"}, {0.1234, Share, "12.3 %"}, {0, Share, "0 %"}, {1, Share, "100 %"},
		{1.15, Dimensionless, "1.15"}, {2030, Year, "2030"}, {2027.6, Year, "2028"},
		{1500, Power, "1.5 GW"}, {340, Power, "340 MW"}, {2500, Energy, "2.5 TWh"}, {10.4, Volume, "10.4 bcm/yr"}, {0.05, Volume, "50 mcm/yr"},
		{math.NaN(), Time, "unknown"}, {math.Inf(1), Rate, "unlimited"}, {math.Inf(-1), Rate, "-unlimited"}, {math.Copysign(0, -1), Rate, "0 t/yr"},
		{57_000, BoxRate, "57 k TEU/yr"},
	} {
		if got := Format(c.v, c.dim); got != c.want {
			t.Errorf("Format(%v, %s) = %q, want %q", c.v, c.dim, got, c.want)
		}
	}
}

// What Format writes, Parse reads back to three digits (once the commas that
// are for people only are gone).
func TestFormatParsesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Dim(rapid.IntRange(0, int(dims)-1).Draw(t, "dim"))
		v := math.Exp(rapid.Float64Range(-9, 25).Draw(t, "log"))
		switch d {
		case Share:
			v = rapid.Float64Range(0, 1).Draw(t, "share")
		case Year:
			v = float64(rapid.IntRange(minYear, maxYear).Draw(t, "year"))
		}
		text := strings.ReplaceAll(Format(v, d), ",", "")
		f, err := Parse(text, d, caseOptions)
		if err != nil {
			t.Fatalf("%v -> %q: %v", v, text, err)
		}
		if math.Abs(f.Central-v) > 0.0051*v { // half a unit of the third digit
			t.Fatalf("%v -> %q -> %v", v, text, f.Central)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"15 Mt/yr", "10-14 d", "12..20..26 h", "3133 USD2017/TEU", "0.02 USD/(t km)", "1,200 h", "30 %", "1.2 bn USD", "-5--3 h", "2 FEU", "m", "1 m m m USD", "1 (((", "٣ h"} {
		for _, d := range []Dim{Time, Rate, MoneyPerTonne, Share} {
			f.Add(s, byte(d))
		}
	}
	f.Fuzz(func(t *testing.T, text string, dim byte) {
		d := Dim(dim) % dims
		q, err := Parse(text, d, caseOptions)
		if err == nil {
			if e := q.Check(); e != nil || !q.Known || q.Dim != d {
				t.Fatalf("%q: %+v, %v", text, q, e)
			}
			return
		}
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Fatalf("%q: error of type %T", text, err)
		}
		if pe.Message == "" || pe.Offset < 0 || pe.Offset+utf8.RuneCountInString(pe.Text) > utf8.RuneCountInString(text) {
			t.Fatalf("%q: %+v", text, pe)
		}
		if !strings.Contains(text, pe.Text) {
			t.Fatalf("%q: offending text %q", text, pe.Text)
		}
	})
}
