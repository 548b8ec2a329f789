"""scipy's nnls, every fit from scratch, as the paper's script would: the fits of some orders, each order timed alone.

Usage: nnls.py <input> <orders>. The input is hull.cpp's; prints JSON with the seconds of each order's fits over all
folds and prefixes, the mean test MSE by prefix, scipy's version and the kernel that its OpenBLAS chose.
"""
import ctypes
import json
import sys
import time

import numpy as np
import scipy
import scipy.linalg
from scipy.optimize import nnls


def blas():
    """What the loaded OpenBLAS builds say that they run on."""
    with open('/proc/self/maps') as maps:
        files = sorted({line.split()[-1] for line in maps if 'openblas' in line})
    cores = []
    for file in files:
        library = ctypes.CDLL(file)
        for name in ('openblas_get_corename', 'scipy_openblas_get_corename', 'scipy_openblas_get_corename64_'):
            if hasattr(library, name):
                getattr(library, name).restype = ctypes.c_char_p
                cores.append(getattr(library, name)().decode())
                break
    return sorted(set(cores))


with open(sys.argv[1], 'rb') as file:
    items, bobs, folds, count = np.fromfile(file, np.int32, 4)
    data = np.fromfile(file, np.float64, items * (bobs + 1)).reshape(items, bobs + 1)
    fold_of = np.fromfile(file, np.int32, items)
    orders = np.fromfile(file, np.int32, count * bobs).reshape(count, bobs)
seconds, means = [], []
for order in orders[: int(sys.argv[2])]:
    began = time.perf_counter()
    errors = np.zeros(bobs)
    for fold in range(folds):
        test = fold_of == fold
        x, y = data[~test][:, order], data[~test, bobs]
        u, v = data[test][:, order], data[test, bobs]
        for k in range(1, bobs + 1):
            w, _ = nnls(x[:, :k], y, maxiter=10 * bobs)
            errors[k - 1] += np.mean((u[:, :k] @ w - v) ** 2) / folds
    seconds.append(time.perf_counter() - began)
    means.append(errors.tolist())
print(json.dumps({'seconds': seconds, 'means': means, 'version': scipy.__version__, 'blas': blas()}))
