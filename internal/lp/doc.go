// Package lp solves linear programmes and convex quadratic programmes
//
//	min or max  c'x + x'Qx/2 + offset
//	subject to  RowLower <= A x <= RowUpper,  Lower <= x <= Upper
//
// with HiGHS (https://highs.dev, MIT licence), compiled to WebAssembly (npm
// package highs) and run inside the process by wazero; there is no cgo and no
// outside program. Method: Huangfu and Hall, "Parallelizing the dual revised
// simplex method", Math. Prog. Comp. 10 (2018), run with one thread; quadratic
// programmes by HiGHS' active-set method.
//
// What a programme can turn out to be is a [Status], not an error: optimal,
// infeasible (with a Farkas certificate on request), unbounded, or stopped at an
// iteration limit. Errors are faults: a malformed problem ([ErrProblem]), a
// missing solver ([ErrMissing]), an interrupted context, a failure inside HiGHS.
//
// Determinism. Every option is fixed, there are no time limits, and the module
// sees a clock that only counts its own calls, so the same problem with the same
// options and start basis gives the same bits on every run, whatever was solved
// before and on however many goroutines. WebAssembly fixes floating-point results
// but for the payload of NaN, so this holds across machines too.
//
// Concurrency. [Solve] and [Open] may be called from any goroutine; each borrows
// an instance of the module (its own memory, at most 2 GiB) from a pool. A
// [Model] belongs to one goroutine at a time.
//
// Cost. The module is compiled once a process; the result is kept in the user's
// cache folder, see [Notice]. A [Model] keeps its basis between solves: changing
// costs or bounds and solving again starts from the last optimum.
package lp
