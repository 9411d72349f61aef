// Package hdf5 reads and writes the part of HDF5 that matrices of the field are
// kept in (see docs/formats/omx.md): groups, datasets of integers, floats and
// strings, and attributes. It is written from the HDF5 File Format Specification,
// version 3 (The HDF Group), and needs no library.
//
// # What is read
//
//   - superblocks 0 to 3, also behind a user block; files are read as they lie,
//     never as one part of a family
//   - object headers 1 and 2; groups as symbol tables, as links in the header and
//     as dense links (fractal heap and B-tree 2)
//   - datasets compact, contiguous, and in chunks under every index: B-tree 1,
//     single chunk, implicit, fixed array, extensible array, B-tree 2
//   - filters deflate, shuffle and fletcher32
//   - integers of 1, 2, 4 and 8 bytes (also as the base of an enumeration, which is
//     how booleans are kept), IEEE floats of 4 and 8 bytes, either byte order;
//     strings of fixed and of variable length
//
// Everything else (soft and external links, committed datatypes, compounds, other
// filters) is refused with an [*Error] that wraps [ErrUnsupported] and names it.
//
// # Limits
//
// A file is not trusted. Every structure is read within the bounds of the file;
// one operation reads at most [readFactor] times the file's size, which ends
// cycles and overlaps; the checksums of newer structures are verified; and a
// dataset is refused before memory is taken when it has more than [MaxElements]
// elements or, beyond [freeBytes], is more than [mostRatio] times as large as the
// file. Nothing panics, whatever the bytes.
package hdf5
