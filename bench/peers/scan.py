"""Enumeration in numpy: thresholds by dynamic programming over Alice's totals, then all schemes in blocks that stay in
the cache: per Bob an addition, a gather of his thresholds at Alice's totals, a comparison. Tie rule `strict`.
usage: scan.py FILE RUNS     prints {"entries": [[mask, count, least, rank] ...], "seconds": [...]}"""
import json
import sys
import time

import numpy as np

import markets

BLOCK = 2**16


def thresholds(first, alice, bob):
    """max{U_bob : U_A > t} by t, -1 where nobody gives Alice more."""
    best = np.zeros(1, dtype=np.int64)
    for begin, end in zip(first, first[1:]):
        into = np.full(len(best) + alice[begin:end].max(), -(2**40))
        for cell in range(begin, end):
            part = into[alice[cell] : alice[cell] + len(best)]
            np.maximum(part, best + bob[cell], out=part)
        best = into
    running = np.maximum.accumulate(best[::-1])[::-1]
    return np.append(running[1:], -1).astype(np.int32)


def sums(first, states, gain):
    """Totals of every combination of some states, by rank."""
    total = np.zeros(1, dtype=np.int32)
    for s in states:
        total = (total[:, None] + gain[first[s] : first[s + 1]].astype(np.int32)[None, :]).ravel()
    return total


def scan(first, gains, needed, split):
    states, bobs = len(first) - 1, len(gains) - 1
    low = [sums(first, range(split, states), gain) for gain in gains]
    high = [sums(first, range(split), gain) for gain in gains]
    count = np.zeros(2**bobs, dtype=np.int64)
    least = np.full(2**bobs, 2**62, dtype=np.int64)
    rank = np.zeros(2**bobs, dtype=np.int64)
    mask = np.empty(len(low[0]), dtype=np.int32)
    for h in range(len(high[0])):
        alice = low[0] + high[0][h]
        mask[:] = 0
        for j in range(bobs):
            mask |= (low[j + 1] + high[j + 1][h] >= needed[j][alice]).astype(np.int32) << j
        open_ = np.flatnonzero(mask)
        if len(open_) == 0:
            continue
        own = mask[open_]
        count += np.bincount(own, minlength=2**bobs)
        # By mask, then Alice's total, then rank: the first of each mask.
        order = np.lexsort((open_, alice[open_], own))
        masks, where = np.unique(own[order], return_index=True)
        lowest = open_[order[where]]
        better = alice[lowest] < least[masks]
        least[masks[better]] = alice[lowest[better]]
        rank[masks[better]] = h * len(mask) + lowest[better]
    return [[int(m), int(count[m]), int(least[m]), int(rank[m])] for m in range(1, 2**bobs) if count[m]]


first, gains = markets.read(sys.argv[1])
needed = [thresholds(first, gains[0], bob) for bob in gains[1:]]
split = len(first) - 1
size = 1
while split > 0 and size * (first[split] - first[split - 1]) <= BLOCK:
    split -= 1
    size *= first[split + 1] - first[split]
seconds = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    entries = scan(first, gains, needed, split)
    seconds.append(time.perf_counter() - began)
print(json.dumps({"entries": entries, "seconds": seconds}))
