"""scipy's nnls, every fit from scratch, as the paper's script would: a sample of the fits, timed one by one.

Usage: nnls.py <input> <orders>. The input is hull.cpp's; prints JSON with the seconds of each order's fits over all
folds and prefixes, and the mean test MSE by prefix.
"""
import json
import sys
import time

import numpy as np
from scipy.optimize import nnls

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
print(json.dumps({'seconds': seconds, 'means': means}))
