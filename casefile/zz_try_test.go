package casefile

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/astara-corridors/astara/diag"
)

func TestTry(t *testing.T) {
	dir := os.Getenv("TRY")
	if dir == "" {
		t.Skip()
	}
	var l diag.List
	t0 := time.Now()
	c := Load(os.DirFS(dir), &l)
	fmt.Println(time.Since(t0))
	l.Print(os.Stdout, func(f string) []byte { b, _ := os.ReadFile(dir + "/" + f); return b }, false)
	fmt.Println(l.Count(diag.Error), l.Count(diag.Warning), l.Count(diag.Note), c.WorldCount, len(c.Effects), len(c.Claims), len(c.Freight.Links))
}
