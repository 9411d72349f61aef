package world

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"sync"
)

// cacheFormat is the version of the cache's files and of the encoding of a
// solution. See docs/formats/table.md.
const cacheFormat = 1

// Identity is everything besides the network itself that can change a bit of a
// solution. Two runs share cached solutions only if all of it is equal.
type Identity struct {
	Format   int
	Engine   string   // name of the engine
	Revision string   // version of the program, or the hash of its executable
	Options  string   // options of the engine, in canonical text
	Base     [32]byte // prepared network, demand, constants, figures
	Arch     string   // GOARCH and the instruction level built for
	Kernel   string   // probe of the floating-point kernels in use
	Go       string   // version of the Go toolchain
}

// IdentityOf returns the identity of an engine in this program on this machine.
func IdentityOf(e Engine) (Identity, error) {
	rev, err := revision()
	if err != nil {
		return Identity{}, fmt.Errorf("finding the program's revision: %w", err)
	}
	return Identity{
		Format: cacheFormat, Engine: e.Name(), Revision: rev, Options: e.Options(), Base: e.Key(),
		Arch: arch(), Kernel: kernel(), Go: runtime.Version(),
	}, nil
}

// Machine is the key of what is left of an identity without an engine: program,
// architecture, floating-point kernels and toolchain.
func Machine() ([32]byte, error) {
	rev, err := revision()
	if err != nil {
		return [32]byte{}, fmt.Errorf("finding the program's revision: %w", err)
	}
	return Identity{Format: cacheFormat, Revision: rev, Arch: arch(), Kernel: kernel(), Go: runtime.Version()}.Key(), nil
}

// Key is the SHA-256 of the canonical encoding: each field as its length and
// its bytes, in the order of the struct.
func (id Identity) Key() [32]byte {
	h := sha256.New()
	field(h, binary.LittleEndian.AppendUint64(nil, uint64(id.Format)))
	field(h, []byte(id.Engine))
	field(h, []byte(id.Revision))
	field(h, []byte(id.Options))
	field(h, id.Base[:])
	field(h, []byte(id.Arch))
	field(h, []byte(id.Kernel))
	field(h, []byte(id.Go))
	return [32]byte(h.Sum(nil))
}

// EntryKey is the key of one solution: the identity, the delta, the key of the
// solution that the solve starts from, and the draw it belongs to ("" for none).
func EntryKey(identity, delta, start [32]byte, draw string) [32]byte {
	h := sha256.New()
	field(h, identity[:])
	field(h, delta[:])
	field(h, start[:])
	field(h, []byte(draw))
	return [32]byte(h.Sum(nil))
}

func field(h hash.Hash, b []byte) {
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(b))))
	h.Write(b)
}

// release matches versions that name one source text: tags, not the
// pseudo-versions and "+dirty" marks of development builds.
var release = regexp.MustCompile(`^v\d+\.\d+\.\d+(-(alpha|beta|rc)[.\d]*)?$`)

var revision = sync.OnceValues(func() (string, error) {
	if info, ok := debug.ReadBuildInfo(); ok && release.MatchString(info.Main.Version) {
		return info.Main.Version, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
})

// Revision returns the tag of a released build, or the hash of the executable.
func Revision() (string, error) { return revision() }

// arch names the instruction set and the level the program was built for; a
// higher level lets the compiler fuse multiplication and addition.
func arch() string {
	s := runtime.GOARCH
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return s
	}
	for _, set := range info.Settings {
		switch set.Key {
		case "GOAMD64", "GOARM64", "GO386", "GOPPC64", "GORISCV64", "GOEXPERIMENT":
			s += " " + set.Key + "=" + set.Value
		}
	}
	return s
}

// probePoints is the number of arguments at which kernels are compared; kernels
// with and without fused operations differ at many of them.
const probePoints = 4096

// kernel is a fingerprint of the floating-point kernels that this process uses.
// Some functions of package math choose fused instructions at run time, by
// what the processor has; their results differ in the last bit.
var kernel = sync.OnceValue(func() string {
	h := sha256.New()
	var buf [8]byte
	put := func(x float64) {
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(x))
		h.Write(buf[:])
	}
	x := 0.5
	for range probePoints {
		x = 3.9 * x * (1 - x) // logistic map: spreads over (0, 1), depends on rounding
		put(math.Exp(8*x - 4))
		put(math.Log(x))
		put(math.Pow(x, 4.3))
		put(math.Sqrt(x)*1.1 + x)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
})
