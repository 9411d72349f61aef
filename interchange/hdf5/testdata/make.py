"""Writes the HDF5 files of the tests. Needs h5py (3.7 with HDF5 1.10.8 was used).

Every dataset holds value(i, j) = 100 i + j + 0.5 for floats and 100 i + j for
integers, so that a test needs no second copy of the numbers.
"""
import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t


def value(shape, dtype):
    i, j = np.indices(shape)
    v = 100.0 * i + j
    if np.dtype(dtype).kind == "f":
        v = v + 0.5
    return v.astype(dtype)


def kinds(g):
    """Types, byte orders, layouts and filters that every version has."""
    for name, dtype in [("f8", "<f8"), ("f4", "<f4"), ("i8", "<i8"), ("i4", "<i4"), ("i2", "<i2"), ("u2", "<u2"),
                        ("f8_big", ">f8"), ("f4_big", ">f4"), ("i4_big", ">i4"), ("u8_big", ">u8")]:
        g.create_dataset(name, data=value((3, 5), dtype))
    for name, how in [("gzip", dict(compression="gzip")), ("gzip_shuffle", dict(compression="gzip", shuffle=True)),
                      ("shuffle", dict(shuffle=True)), ("fletcher", dict(fletcher32=True)),
                      ("all", dict(compression="gzip", shuffle=True, fletcher32=True)), ("plain", dict())]:
        g.create_dataset("chunk_" + name, data=value((7, 5), "<f8"), chunks=(3, 2), **how)
    g.create_dataset("chunk_big", data=value((7, 5), ">f4"), chunks=(4, 4), compression="gzip", shuffle=True)
    g.create_dataset("chunk_three", data=np.arange(60.0).reshape(3, 4, 5), chunks=(2, 3, 2), compression="gzip")
    g.create_dataset("never", shape=(4, 4), dtype="<f8", fillvalue=7.5)
    g.create_dataset("never_chunked", shape=(4, 4), dtype="<f4", chunks=(2, 2), fillvalue=-1)
    part = g.create_dataset("part", shape=(6, 6), dtype="<f8", chunks=(2, 2), compression="gzip", fillvalue=-9)
    part[2:4, 2:4] = value((6, 6), "<f8")[2:4, 2:4]
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    d = h5d.create(g.id, b"compact", h5t.IEEE_F64LE, h5s.create_simple((3, 5)), compact)
    d.write(h5s.ALL, h5s.ALL, value((3, 5), "<f8"))
    g.create_dataset("ids", data=np.arange(101, 106, dtype="<i4"))
    g.create_dataset("flags", data=np.array([True, False, True]))
    g.create_dataset("fixed", data=np.array([b"Baku", b"Tbilisi", b"Yerevan"], dtype="S8"))
    g.create_dataset("texts", data=["Bakı", "თბილისი", "", "Երևան"], dtype=h5py.string_dtype())
    g.create_dataset("lzf", data=value((7, 5), "<f8"), chunks=(3, 2), compression="lzf")
    g.create_dataset("half", data=value((2, 2), "<f2"))
    g.create_dataset("compound", data=np.zeros(2, dtype=[("a", "<i4"), ("b", "<f8")]))
    g.create_dataset("scalar", data=4.25)
    g["soft"] = h5py.SoftLink("/data/f8")
    g["elsewhere"] = h5py.ExternalLink("other.h5", "/data/f8")


def attributes(f):
    f.attrs["OMX_VERSION"] = np.bytes_("0.2")
    f.attrs["SHAPE"] = np.array([3, 5], dtype="<i4")
    f.attrs["text"] = "Երևան"
    f.attrs["factor"] = np.float32(0.25)
    f.attrs["empty"] = h5py.Empty("S1")


def old():
    with h5py.File("old.h5", "w", libver="earliest") as f:
        attributes(f)
        g = f.create_group("data")
        kinds(g)
        f.create_dataset("many_chunks", data=value((40, 40), "<i2"), chunks=(4, 4))
        links = f.create_group("many")
        for i in range(300):
            links["name%03d" % i] = g["f8"]


def new():
    with h5py.File("new.h5", "w", libver="latest") as f:
        attributes(f)
        for i in range(20):
            f.attrs["more%02d" % i] = i
        g = f.create_group("data")
        kinds(g)
        links = f.create_group("many", track_order=True)
        for i in range(300):
            links["name%03d" % i] = g["f8"]
        few = f.create_group("few")
        few["a"] = g["f8"]
        few["b"] = g["f4"]
        for name, how in [("", dict()), ("_gzip", dict(compression="gzip", shuffle=True))]:
            g.create_dataset("single" + name, data=value((3, 5), "<f8"), chunks=(3, 5), **how)
            g.create_dataset("fixed_array" + name, data=value((7, 5), "<f8"), chunks=(3, 2), maxshape=(9, 11), **how)
            g.create_dataset("extensible" + name, data=value((7, 5), "<f8"), chunks=(1, 2), maxshape=(None, 9), **how)
            g.create_dataset("extensible_last" + name, data=value((7, 60), "<f8"), chunks=(2, 2), maxshape=(9, None), **how)
            g.create_dataset("tree2" + name, data=value((7, 5), "<f8"), chunks=(3, 2), maxshape=(None, None), **how)
        g.create_dataset("fixed_pages", data=value((40, 40), "<i2"), chunks=(1, 1))
        few_pages = g.create_dataset("fixed_pages_few", shape=(60, 60), dtype="<i2", chunks=(1, 1), fillvalue=-9)
        few_pages[55, 3] = 5503
        g.create_dataset("tree2_deep", data=value((40, 40), "<i2"), chunks=(2, 2), maxshape=(None, None))
        early = h5p.create(h5p.DATASET_CREATE)
        early.set_chunk((3, 2))
        early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        d = h5d.create(g.id, b"implicit", h5t.IEEE_F64LE, h5s.create_simple((7, 5)), early)
        d.write(h5s.ALL, h5s.ALL, value((7, 5), "<f8"))
        edge = h5p.create(h5p.DATASET_CREATE)
        edge.set_chunk((3, 2))
        edge.set_deflate(4)
        if hasattr(edge, "set_chunk_opts"):
            edge.set_chunk_opts(2)
        d = h5d.create(g.id, b"edge", h5t.IEEE_F64LE, h5s.create_simple((7, 5)), edge)
        d.write(h5s.ALL, h5s.ALL, value((7, 5), "<f8"))


def userblock():
    with h5py.File("userblock.h5", "w", libver=("v110", "v110"), userblock_size=1024) as f:
        f.create_dataset("a", data=value((3, 5), "<f8"), chunks=(2, 2), compression="gzip")


def small():
    """One of each newer structure, small enough to start a fuzzer from."""
    with h5py.File("small.h5", "w", libver="latest") as f:
        for i in range(9):
            f.attrs["a%d" % i] = np.int8(i)
        f.create_dataset("e", data=value((3, 2), "<f4"), chunks=(1, 2), maxshape=(None, 2), compression="gzip", fletcher32=True)
        f.create_dataset("t", data=value((3, 2), "<i2"), chunks=(2, 1), maxshape=(None, None))
        f.create_dataset("a", data=value((2, 2), "<i2"), chunks=(1, 2))
        f.create_dataset("s", data=["x", "yz"], dtype=h5py.string_dtype())
        for i in range(6):
            f["n%d" % i] = f["a"]


def pages():
    """One chunk far out, in the second page of the fourth paged block of an extensible array."""
    with h5py.File("pages.h5", "w", libver="latest") as f:
        d = f.create_dataset("far", shape=(1300, 110), dtype="<f4", chunks=(1, 1), maxshape=(None, 110), fillvalue=-9)
        d[1260, 104] = 126104.5


old()
new()
small()
pages()
userblock()
