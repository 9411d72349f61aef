//go:build !amd64

package hierarchy

// kernels are those that this processor can run.
func kernels() []kernel { return []kernel{goKernel} }

func scalar(f func()) { f() }
