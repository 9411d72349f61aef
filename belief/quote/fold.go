package quote

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded is a text with look-alike signs made one, and for each of its runes the
// code point it came from.
type folded struct {
	runes []rune
	from  []int // one more than runes: the end
}

// fold maps quotation marks, dashes and spaces to one sign each, runs of spaces
// to one space, and drops soft hyphens and signs of no width. Letters and their
// case stay.
func fold(rs []rune) folded {
	var f folded
	for i, r := range rs {
		switch r {
		case '\u2018', '\u2019', '\u201A', '\u201B', '\u2032', '\u02BC', '`', '\u00B4':
			r = '\''
		case '\u201C', '\u201D', '\u201E', '\u201F', '\u00AB', '\u00BB', '\u2033':
			r = '"'
		case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212':
			r = '-'
		case '\u00AD', '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF':
			continue
		}
		if unicode.IsSpace(r) {
			if n := len(f.runes); n == 0 || f.runes[n-1] == ' ' {
				continue
			}
			r = ' '
		}
		f.runes, f.from = append(f.runes, r), append(f.from, i)
	}
	f.from = append(f.from, len(rs))
	return f
}

// foldString folds words given by a user, without spaces at the ends.
func foldString(s string) []rune {
	f := fold([]rune(norm.NFC.String(s)))
	rs := f.runes
	for len(rs) > 0 && rs[len(rs)-1] == ' ' {
		rs = rs[:len(rs)-1]
	}
	return rs
}
