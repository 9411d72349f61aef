package treaty_test

import (
	"fmt"

	"github.com/astara-corridors/astara/treaty"
)

func ExampleName() {
	fmt.Println(treaty.Name("ru-ir-2025", "21"))
	// Output: ru-ir-2025/21
}
