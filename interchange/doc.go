// Package interchange reads and writes the file formats of the field: TNTP (the
// text tables of the Transportation Networks collection), GMNS (General Modeling
// Network Specification), origin-destination matrices as CSV and as OMX (Open
// Matrix, in HDF5), MATPOWER cases, matgas files and the CSV folders of PyPSA.
//
// Readers report every problem of a file to a [diag.List] with file, line and
// column, go on after each, and return what they could read; a caller must look
// at [diag.List.Failed] before use. They never panic, whatever the input, and
// hold no reference to the bytes. Writers are deterministic: same value, same
// bytes, numbers in the shortest form that reads back exactly.
//
// Nothing is converted silently: units stay as declared, and where a file's
// declaration disagrees with its coordinates (see [GMNS.Check]) that is reported.
// Each format is described in docs/formats.
package interchange
