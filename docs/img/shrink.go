//go:build ignore

// This program writes a PNG anew with 256 colours, so that a picture of the app takes a
// third of the room.
//
//	go run docs/img/shrink.go PICTURE.png
package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"log"
	"maps"
	"os"
	"slices"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: shrink PICTURE.png")
	}
	if err := shrink(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func shrink(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	in, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return err
	}
	at, r := map[color.RGBA]int{}, in.Bounds()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			at[of(in, x, y)]++
		}
	}
	all := slices.SortedFunc(maps.Keys(at), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(at[b], at[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	palette := color.Palette{}
	for _, c := range all { // colours that are none of the others, be they rare, come first
		if len(palette) < 256 && (len(palette) == 0 || apart(c, palette.Convert(c).(color.RGBA)) > 600) {
			palette = append(palette, c)
		}
	}
	for _, c := range all { // then shades, the most frequent ones
		if len(palette) < 256 && palette.Convert(c) != c {
			palette = append(palette, c)
		}
	}
	index := map[color.RGBA]uint8{}
	for _, c := range all {
		index[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(r, palette)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			out.SetColorIndex(x, y, index[of(in, x, y)])
		}
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, out); err != nil {
		return err
	}
	return os.WriteFile(path, small.Bytes(), 0o644)
}

// apart is the square of the distance of two colours.
func apart(a, b color.RGBA) int {
	r, g, u := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return r*r + g*g + u*u
}

func of(m image.Image, x, y int) color.RGBA { return color.RGBAModel.Convert(m.At(x, y)).(color.RGBA) }
