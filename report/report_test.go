package report

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/astara-corridors/astara/answer"
	"github.com/astara-corridors/astara/casefile"
	"github.com/astara-corridors/astara/internal/atlas"
	"github.com/astara-corridors/astara/internal/testdata"
)

// write renders the synthetic report; without the base map it is skipped, or
// fails where everything is required.
func write(t *testing.T) []byte {
	t.Helper()
	if _, err := atlas.Load(); errors.Is(err, atlas.ErrMissing) {
		testdata.Need(t, err)
	}
	var b bytes.Buffer
	if err := Write(&b, synthetic()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameInputSameBytes(t *testing.T) {
	if !bytes.Equal(write(t), write(t)) {
		t.Error("two writes of one input differ")
	}
}

func TestEmptyInput(t *testing.T) {
	if err := Write(&bytes.Buffer{}, Input{}); !errors.Is(err, ErrEmpty) {
		t.Errorf("error %v, want ErrEmpty", err)
	}
}

// A case with nothing in it but a title is still a page.
func TestBareCase(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, Input{Case: &casefile.Case{ID: "bare", Title: "Bare"}, Answer: &answer.Answer{First: "Nothing to see."}}); err != nil {
		t.Fatal(err)
	}
	if problems := check(b.String()); len(problems) > 0 {
		t.Error(problems)
	}
	if !strings.Contains(b.String(), "Nothing to see.") {
		t.Error("the first sentence is missing")
	}
}

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWriterFails(t *testing.T) {
	write(t)
	if err := Write(&failing{left: 5000}, synthetic()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v, want disk full", err)
	}
}

var (
	tagPattern  = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?)>`)
	idPattern   = regexp.MustCompile(`\sid="?([^"\s>]+)`)
	hrefPattern = regexp.MustCompile(`\s(?:href|aria-labelledby)="?([^">]+)`)
	void        = map[string]bool{"meta": true, "link": true, "br": true}
	raw         = regexp.MustCompile(`(?s)<(style|script)>.*?</(style|script)>`)
)

// check reads the page as far as this package writes HTML: every tag closed in
// order, ids unique, every anchor and label resolved, nothing fetched.
func check(page string) []string {
	var problems []string
	page = raw.ReplaceAllString(page, "")
	var open []string
	ids := map[string]bool{}
	var wanted []string
	for _, m := range tagPattern.FindAllStringSubmatch(page, -1) {
		name, attributes := m[2], m[3]
		switch {
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != name {
				return append(problems, fmt.Sprintf("</%s> closes %v", name, open))
			}
			open = open[:len(open)-1]
		case !void[name] && !strings.HasSuffix(attributes, "/"):
			open = append(open, name)
		}
		for _, id := range idPattern.FindAllStringSubmatch(attributes, -1) {
			if ids[id[1]] {
				problems = append(problems, "two elements have the id "+id[1])
			}
			ids[id[1]] = true
		}
		for _, h := range hrefPattern.FindAllStringSubmatch(attributes, -1) {
			if strings.HasPrefix(h[1], "#") {
				wanted = append(wanted, h[1][1:])
			} else if strings.Contains(h[0], "labelledby") {
				wanted = append(wanted, strings.Fields(h[1])...)
			}
		}
		if strings.Contains(attributes, " src=") {
			problems = append(problems, "something is fetched: "+m[0])
		}
	}
	if len(open) > 0 {
		problems = append(problems, fmt.Sprintf("left open: %v", open))
	}
	for _, w := range wanted {
		if !ids[w] {
			problems = append(problems, "no element has the id "+w)
		}
	}
	return problems
}

func TestCheckSeesFaults(t *testing.T) {
	for _, bad := range []string{"<p><b></p>", "<p>", `<p id="a"></p><p id="a"></p>`, `<a href="#x"></a>`, `<p><img src="x"/></p>`, `<svg aria-labelledby="t"></svg>`} {
		if len(check(bad)) == 0 {
			t.Errorf("no fault seen in %s", bad)
		}
	}
}

func TestPageIsSound(t *testing.T) {
	page := string(write(t))
	for i, p := range check(page) {
		if i < 20 {
			t.Error(p)
		}
	}
	for _, want := range []string{"<!doctype html>", `<html lang="en">`, `class="skip"`, "Report &lt;no. 1&gt;", "invented by a test &amp; mean nothing", "code points 1200 to 1300", `id="in-link-L04"`, `href="#source-S004"`, `href="#event-tl-1"`, `href="#in-given-rail-1"`, `href="#observed-obs-0"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, `="javascript:`) || strings.Contains(page, "ZgotmplZ") {
		t.Error("an address that runs script got through")
	}
	if strings.Contains(page, "NaN") || strings.Contains(page, "%!") {
		t.Error("a number or a format went wrong")
	}
}

// Shares read as per cent and points, an index in points of 10,000, never as
// decimals of 1; the first sentence stands once at the top; a bad miss says why.
func TestNumbersAreForPeople(t *testing.T) {
	page := string(write(t))
	for _, want := range []string{"20.4\u00a0%", "points</td>", "3720"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{">0.17", ">0.31<", ">0.204"} {
		if strings.Contains(page, never) {
			t.Errorf("the page shows %q", never)
		}
	}
	top, _, _ := strings.Cut(page, `<nav class="toc"`)
	if n := strings.Count(top, synthetic().Answer.Questions[0].First) + strings.Count(top, synthetic().Answer.First); n != 1 {
		t.Errorf("the first sentence stands %d times at the top", n)
	}
	if !strings.Contains(page, "Why:</b> The case gives no reason for this miss.") || !strings.Contains(page, "Why:</b> The markets hold a part only.") {
		t.Error("a bad miss does not say why, or that no reason is given")
	}
}

// Every chart that is a picture has words for those who cannot see it.
func TestPicturesHaveWords(t *testing.T) {
	page := string(write(t))
	pictures := regexp.MustCompile(`<svg [^>]*>`).FindAllString(page, -1)
	if len(pictures) < 20 {
		t.Fatalf("only %d pictures", len(pictures))
	}
	for _, p := range pictures {
		if !strings.Contains(p, "aria-label") && !strings.Contains(p, `aria-hidden="true"`) {
			t.Errorf("no words for %s", p)
		}
	}
}

// Text must have a contrast of 4.5 to 1 and graphics of 3 to 1 with the paper
// (WCAG 2.2, 1.4.3 and 1.4.11), in light and in dark.
func TestContrast(t *testing.T) {
	blocks := regexp.MustCompile(`:root\{([^}]*)\}`).FindAllStringSubmatch(style, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d palettes, want light, dark and print", len(blocks))
	}
	for i, block := range blocks {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+):#([0-9a-f]{3,6})`).FindAllStringSubmatch(block[1], -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for name, least := range map[string]float64{"ink": 7, "soft": 4.5, "link": 4.5, "more": 4.5, "less": 4.5, "act": 3, "none": 3, "rail": 3, "road": 3, "ship": 3} {
			for _, on := range []string{"paper", "land"} {
				if c := contrast(colour[name], colour[on]); c < least {
					t.Errorf("palette %d: %s on %s has contrast %.2f, want %v", i, name, on, c, least)
				}
			}
		}
	}
}

func contrast(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return (a + 0.05) / (b + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, w := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(v>>(16-8*i)&0xff) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += w * c
	}
	return sum
}

// The report in a real browser: nothing leaves the file, nothing is said on the
// console, a screenshot shows something in light, dark and on a phone, nothing
// sticks out sideways, and the page works without script.
func TestInBrowser(t *testing.T) {
	page := write(t)
	b := startBrowser(t)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	url := "file://" + file
	for _, view := range []struct {
		name          string
		width, height int
		scheme        string
	}{{"light", 1100, 1400, "light"}, {"dark", 1100, 1400, "dark"}, {"phone", 390, 844, "light"}} {
		b.size(view.width, view.height, view.scheme)
		b.open(url)
		var wide int
		b.eval(`new Promise(r=>requestAnimationFrame(()=>setTimeout(()=>r(document.documentElement.scrollWidth),200)))`, &wide)
		if wide > view.width {
			t.Errorf("%s: the page is %d wide in a window of %d", view.name, wide, view.width)
		}
		for _, c := range b.complaints(url) {
			t.Errorf("%s: %s", view.name, c)
		}
		for _, at := range []string{"body", "#maps", "#profiles"} {
			b.eval(fmt.Sprintf(`(document.querySelector(%q).scrollIntoView({behavior:"instant"}),1)`, at), new(int))
			shot := b.screenshot()
			if n := colours(t, shot); n < 12 {
				t.Errorf("%s: the screenshot at %s has only %d colours", view.name, at, n)
			}
			keep(t, view.name+"-"+strings.TrimPrefix(at, "#"), shot)
		}
	}
	var opened bool
	b.eval(`new Promise(r=>{location.hash="in-link-L04";setTimeout(()=>r(document.querySelector("#in-link-L04").closest("details").open),300)})`, &opened)
	if !opened {
		t.Error("a link into a fold does not open it")
	}
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	b.open(url)
	if n := colours(t, b.screenshot()); n < 12 {
		t.Errorf("without script the page has only %d colours", n)
	}
}

// The page must be caught when it does leave the file.
func TestBrowserSeesRequests(t *testing.T) {
	b := startBrowser(t)
	file := filepath.Join(t.TempDir(), "bad.html")
	if err := os.WriteFile(file, []byte(`<!doctype html><img src="http://127.0.0.1:9/x.png"><script>console.error("no")</script>`), 0o600); err != nil {
		t.Fatal(err)
	}
	b.open("file://" + file)
	got := strings.Join(b.complaints("file://"+file), "\n")
	if !strings.Contains(got, "request: http://127.0.0.1:9/x.png") || !strings.Contains(got, "console:") {
		t.Errorf("complaints %q", got)
	}
}

// colours counts different colours on a sample of the picture.
func colours(t *testing.T, data []byte) int {
	t.Helper()
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[3]uint32]bool{}
	box := im.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y += 2 {
		for x := box.Min.X; x < box.Max.X; x += 2 {
			r, g, b, _ := im.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}

// keep writes a screenshot where ASTARA_SCREENSHOTS says, for people to look at.
func keep(t *testing.T, name string, data []byte) {
	t.Helper()
	dir := os.Getenv("ASTARA_SCREENSHOTS")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), data, 0o600); err != nil {
		t.Error(err)
	}
}
