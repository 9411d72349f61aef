package report_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/report"
)

// A report of a case without a network has no maps and still says what the
// answer says.
func ExampleWrite() {
	in := report.Input{
		Case:   &casefile.Case{ID: "demo", Title: "A demonstration"},
		Answer: &answer.Answer{First: "Nothing to see: the pact reaches no network."},
	}
	var page bytes.Buffer
	if err := report.Write(&page, in); err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range strings.Split(page.String(), "\n") {
		if strings.Contains(line, `class="lead first"`) {
			fmt.Println(line)
		}
	}
	// Output: <p class="lead first"><b>Nothing to see: the pact reaches no network.</b></p>
}
