// Package quote finds the words of a claim again in the text of its source, and
// shows nothing rather than wrong words.
//
// A text is taken in Unicode normalisation form C and counted in code points, as
// the W3C Web Annotation model counts a TextPositionSelector. Two ways lead to a
// passage:
//
//   - a [belief.Locator]: start, end and the SHA-256 of the passage. It matches
//     bit for bit or not at all.
//   - a [belief.Selector]: the exact words with what stands before and after (a
//     TextQuoteSelector), for cases whose authors keep no offsets. Quotation
//     marks, dashes and spaces are folded with a map back to the text; long quotes
//     may differ by an edit or two. Context decides between repeats, a hint only
//     between what context leaves equal, and what stays equal is refused.
//
// Everything is deterministic. The package keeps no text.
package quote

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/astara-corridors/astara/belief"
)

// Text is a source's text in normalisation form C, by code point.
type Text struct {
	runes  []rune
	sha256 string
}

// NewText normalises a text. It refuses what is not UTF-8.
func NewText(data []byte) (*Text, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("quote: the text is not UTF-8")
	}
	nfc := norm.NFC.Bytes(data)
	sum := sha256.Sum256(nfc)
	return &Text{runes: []rune(string(nfc)), sha256: hex.EncodeToString(sum[:])}, nil
}

// Len returns the length in code points.
func (t *Text) Len() int { return len(t.runes) }

// SHA256 returns the hash of the whole normalised text in UTF-8, as 64
// hexadecimal digits.
func (t *Text) SHA256() string { return t.sha256 }

// Span returns code points start (included) to end (excluded).
func (t *Text) Span(start, end int) (string, error) {
	if start < 0 || end <= start || end > len(t.runes) {
		return "", fmt.Errorf("quote: the span %d to %d is not within the text of %d code points", start, end, len(t.runes))
	}
	return string(t.runes[start:end]), nil
}

// Mismatch is the error of a locator whose span holds other words.
type Mismatch struct {
	Want, Got string // hashes
}

func (e *Mismatch) Error() string {
	return fmt.Sprintf("quote: the span holds other words (SHA-256 %.12s, want %.12s)", e.Got, e.Want)
}

// Resolve returns the words that a locator points at, if they are the ones it
// was made from.
func (t *Text) Resolve(l belief.Locator) (string, error) {
	s, err := t.Span(l.Start, l.End)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(s))
	if got := hex.EncodeToString(sum[:]); got != l.SHA256 {
		return "", &Mismatch{Want: l.SHA256, Got: got}
	}
	return s, nil
}

// Shift looks for the words of a locator elsewhere in the text, and returns by how
// many code points they stand further on (less than 0: earlier), the least such
// number. It tells a reader what is wrong with a text, and is no way to resolve a
// locator. Cost: text length times span length.
func (t *Text) Shift(l belief.Locator) (by int, ok bool) {
	size := l.End - l.Start
	last := len(t.runes) - size
	if size <= 0 || last < 0 {
		return 0, false
	}
	for d := max(0, l.Start-last); l.Start-d >= 0 || l.Start+d <= last; d++ {
		for _, start := range [2]int{l.Start + d, l.Start - d} {
			if start < 0 || start > last {
				continue
			}
			sum := sha256.Sum256([]byte(string(t.runes[start : start+size])))
			if hex.EncodeToString(sum[:]) == l.SHA256 {
				return start - l.Start, true
			}
		}
	}
	return 0, false
}

// Locate returns the locator of a span.
func (t *Text) Locate(start, end int) (belief.Locator, error) {
	s, err := t.Span(start, end)
	if err != nil {
		return belief.Locator{}, err
	}
	sum := sha256.Sum256([]byte(s))
	return belief.Locator{Start: start, End: end, SHA256: hex.EncodeToString(sum[:])}, nil
}
