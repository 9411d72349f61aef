package units_test

import (
	"fmt"

	"github.com/astara-corridors/astara/units"
)

func ExampleParse() {
	opt := units.Options{PriceYear: 2024, TonnesPerTEU: 12}
	for _, q := range []struct {
		text string
		dim  units.Dim
	}{
		{"15 Mt/yr", units.Rate},
		{"10-14 d", units.Time},
		{"2400 USD/FEU", units.MoneyPerTonne},
		{"1,200 km", units.Length},
		{"20 USD2017/t", units.MoneyPerTonne},
	} {
		f, err := units.Parse(q.text, q.dim, opt)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(f)
	}
	// Output:
	// 15 Mt/yr
	// 288 h (240 h to 336 h)
	// 100 USD/t
	// thousands separators are not allowed; expected digits without separators (write "1200")
	// money of 2017 cannot be restated without a deflator; expected USD of 2024, the price year of the case (restate it in USD2024 or give the case a deflator)
}
