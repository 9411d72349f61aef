package diag

import (
	"strings"
	"unicode/utf8"
)

// minPrefix is the least number of letters of a word that may stand for a
// longer one ("astara" for "astara_rail").
const minPrefix = 4

// Nearest returns the option that word most likely means, or "" when nothing
// is near. Letter case does not count. Near is a Damerau-Levenshtein distance
// (insert, delete, replace, swap neighbours) of at most a third of the word's
// length, and at least 1; failing that, the only option that starts with word.
// Of equally near options the first wins.
//
// The distance is the restricted one (no letter is edited twice), of
// L. Boytsov, "Indexing methods for approximate dictionary searching" (2011),
// section 2.1. Cost: length of word times the total length of the options.
func Nearest(word string, options []string) string {
	w := []rune(strings.ToLower(word))
	if len(w) == 0 {
		return ""
	}
	best, bestDist := "", max(1, len(w)/3)+1
	for _, o := range options {
		// Lengths that differ by more than the best distance cannot win.
		if diff := utf8.RuneCountInString(o) - len(w); diff >= bestDist || -diff >= bestDist {
			continue
		}
		r := []rune(strings.ToLower(o))
		if d := distance(w, r); d < bestDist && d < max(len(w), len(r)) {
			best, bestDist = o, d
		}
	}
	if best != "" || len(w) < minPrefix {
		return best
	}
	for _, o := range options {
		if strings.HasPrefix(strings.ToLower(o), string(w)) {
			if best != "" {
				return ""
			}
			best = o
		}
	}
	return best
}

// distance is the restricted Damerau-Levenshtein distance of a and b, by three
// rows of the usual table.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differ := 1
			if a[i-1] == b[j-1] {
				differ = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
