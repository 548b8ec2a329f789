"""The search of src/market/search in numpy: envelopes, weights, suffix tables and levels are vectorised over states,
deficits and candidates; the depth-first search is a Python loop. Tie rule `strict`, the committee of all Bobs.
usage: search.py FILE RUNS     prints {"found": deficit, "scheme": [...], "trials": n, "seconds": [...]}"""
import json
import math
import sys
import time

import numpy as np

import markets

ROWS_BYTES = 2**28


class Market:
    def __init__(self, path):
        self.first, gains = markets.read(path)
        self.states = len(self.first) - 1
        sizes = np.diff(self.first)
        # States as rows of cells, padded with cells that are never used.
        self.cells = np.minimum(self.first[:-1, None] + np.arange(sizes.max()), self.first[-1] - 1)
        self.real = np.arange(sizes.max()) < sizes[:, None]
        self.state_of = np.repeat(np.arange(self.states), sizes)
        best = np.maximum.reduceat(gains[0], self.first[:-1])
        self.loss = (best[self.state_of] - gains[0]).astype(float)
        self.gains = gains[1:].astype(float)
        self.most = np.maximum.reduceat(self.gains, self.first[:-1], axis=1).sum(axis=1)

    def pick(self, *keys):
        """By state, the cell with the largest of the first key, then the second, ..."""
        kept = self.real
        for key in keys:
            own = np.where(kept, key[self.cells], -np.inf)
            kept = kept & (own == own.max(axis=1)[:, None])
        return self.cells[np.arange(self.states), kept.argmax(axis=1)]


class Envelope:
    def __init__(self, market, value):
        cells, real, loss = market.cells, market.real, market.loss
        at = self.start = market.pick(-loss, value)
        steps = []
        while True:
            run = np.where(real, loss[cells] - loss[at][:, None], 0)
            rise = np.where(real, value[cells] - value[at][:, None], 0)
            slope = np.where((run > 0) & (rise > 0), rise / np.where(run > 0, run, 1), -1)
            steepest = slope.max(axis=1)
            on = np.flatnonzero(steepest > 0)
            if len(on) == 0:
                break
            # Of equally steep edges the longest.
            choice = np.where(slope[on] == steepest[on][:, None], run[on], -1).argmax(axis=1)
            to = at.copy()
            to[on] = cells[on, choice]
            steps.append((steepest[on], at[on], to[on]))
            at = to
        slope, frm, to = (np.concatenate(part) for part in zip(*steps)) if steps else (np.zeros(0), *2 * [np.zeros(0, int)])
        order = np.argsort(-slope, kind="stable")
        self.frm, self.to = frm[order], to[order]
        self.deficit = np.concatenate([[0], np.cumsum(loss[self.to] - loss[self.frm])])
        self.value = np.concatenate([[0], np.cumsum(value[self.to] - value[self.frm])]) + value[self.start].sum()

    def at(self, d):
        return np.interp(d, self.deficit, self.value)

    def along(self, market, d):
        after = np.searchsorted(self.deficit, d, "right")
        steps = market.gains[:, self.to] - market.gains[:, self.frm]
        totals = market.gains[:, self.start].sum(axis=1) + steps[:, : after - 1].sum(axis=1)
        if after < len(self.deficit):
            share = (d - self.deficit[after - 1]) / (self.deficit[after] - self.deficit[after - 1])
            totals = totals + share * steps[:, after - 1]
        return totals


def learn_weights(market, d, threshold):
    scale = np.maximum(1, market.most)
    share = np.full(len(scale), 1 / len(scale))
    best, best_margin = None, math.inf
    for step in range(1, 61):
        weights = np.rint(share * 2.0**50 / scale)
        value = weights @ market.gains
        line = Envelope(market, value)
        margins = (line.along(market, d) - threshold) / scale
        margin = share @ margins
        if margin < best_margin:
            best, best_margin = (weights, value, line), margin
        largest = np.abs(margins).max()
        if largest == 0:
            break
        share = share * np.exp(-2 * margins / (largest * math.sqrt(step)))
        share /= share.sum()
    return best


def window(market):
    """Every stable scheme has at most this deficit."""
    lines = [Envelope(market, gain) for gain in market.gains]
    reach = min(market.loss[market.pick(gain, market.loss)].sum() for gain in market.gains)
    ends = np.unique(np.concatenate([line.deficit for line in lines]))[::-1]

    def proved(d):
        return np.array([line.value[np.maximum(0, np.searchsorted(line.deficit, d) - 1)] for line in lines])

    def excludes(direction, d):
        weights, _, line = direction
        reached = line.at(d)
        return reached + 1e-9 * np.abs(reached) < weights @ proved(d)

    directions = []
    while reach > 0 and len(directions) < 16:
        directions.append(learn_weights(market, reach, proved(reach)))
        if not excludes(directions[-1], reach):
            break
        below = ends[ends < reach]
        open_ = ~np.any([excludes(direction, below) for direction in directions], axis=0)
        reach = below[open_.argmax()] if open_.any() else 0
    return reach


class Table:
    """Suffix tables of one direction: a value a deficit, or staircases (deficits and values)."""

    def __init__(self, market, value, reach, stairs):
        self.value, self.stairs = value, stairs
        deficits, values = np.zeros(1), np.zeros(1)
        self.rows = [(deficits, values)]
        for begin, end in zip(market.first[-2::-1], market.first[:0:-1]):
            loss, gain = market.loss[begin:end], value[begin:end]
            if stairs:
                all_d = (deficits[:, None] + loss).ravel()
                all_v = (values[:, None] + gain).ravel()
                kept = all_d <= reach
                all_d, all_v = all_d[kept], all_v[kept]
                order = np.lexsort((-all_v, all_d))
                all_d, all_v = all_d[order], all_v[order]
                kept = np.diff(all_d, prepend=-1) > 0
                all_d, all_v = all_d[kept], all_v[kept]
                kept = all_v >= np.maximum.accumulate(all_v)
                deficits, values = all_d[kept], all_v[kept]
            else:
                into = np.full(int(min(reach + 1, len(values) + loss.max())), -np.inf)
                for by, add in zip(loss.astype(int), gain):
                    part = into[by : by + len(values)]
                    np.maximum(part, values[: len(part)] + add, out=part)
                values = into
            self.rows.append((deficits, values))
        self.rows.reverse()
        self.deficits = self.rows[0][0] if stairs else np.arange(len(values), dtype=float)
        self.values = values
        self.highest = np.append(np.maximum.accumulate(values), -np.inf)

    def at_most(self, d):
        return self.highest[np.searchsorted(self.deficits, d, "right") - 1]

    def exactly(self, d):
        at = np.searchsorted(self.deficits, d, "right") - 1
        return np.where(self.deficits[at] == d, self.values[at], -np.inf)

    def bound(self, d):
        return self.at_most(d) if self.stairs else self.exactly(d)

    def rest(self, s, d, exact):
        deficits, values = self.rows[s]
        if not self.stairs:
            return values[int(d)] if d < len(values) else -np.inf
        at = np.searchsorted(deficits, d, "right") - 1
        return -np.inf if at < 0 or (exact and deficits[at] != d) else values[at]


def depth_first(market, tables, bobs, d, thresholds, budget):
    """The scheme on level d of lowest rank, None where there is none or the budget ran out; and the trials left."""
    first, loss, states = market.first, market.loss, market.states
    choice, left, have = [0] * states, [d] * (states + 1), [[0.0] * len(tables)] * (states + 1)
    s, cell = 0, 0
    while True:
        if cell == first[s + 1]:
            if s == 0:
                return None, budget
            s -= 1
            cell = choice[s] + 1
            continue
        if budget == 0:
            return None, -1
        budget -= 1
        rest = left[s] - loss[cell]
        sums = []
        if rest >= 0:
            for k, table in enumerate(tables):
                sums.append(have[s][k] + table.value[cell])
                if sums[k] + table.rest(s + 1, rest, k < bobs) < thresholds[k]:
                    sums = None
                    break
            if sums:
                choice[s] = cell
                if s + 1 == states:
                    return list(choice), budget
                s += 1
                left[s], have[s] = rest, sums
                cell = first[s]
                continue
        cell += 1


def worst(market):
    optimal = market.pick(-market.loss)
    reach = window(market)
    if reach <= 0:
        return 0, optimal, 0
    suffix = np.cumsum(np.maximum.reduceat(market.loss, market.first[:-1])[::-1])
    stairs = 8 * (np.minimum(suffix, reach) + 1).sum() > ROWS_BYTES
    own = [Table(market, gain, reach, stairs) for gain in market.gains]
    bobs = len(own)
    candidates = own[0].deficits[(own[0].deficits > 0) & (own[0].deficits <= reach)][::-1]
    thresholds = np.array([table.at_most(candidates - 1) for table in own])
    open_ = np.all([table.exactly(candidates) >= thresholds[j] for j, table in enumerate(own)], axis=0)
    candidates, thresholds = candidates[open_], thresholds[:, open_]
    tables, trials = list(own), 0

    def learn():
        nonlocal candidates, thresholds
        weights, value, _ = learn_weights(market, candidates[0], thresholds[:bobs, 0])
        tables.append(Table(market, value, reach, stairs))
        thresholds = np.vstack([thresholds, weights @ thresholds[:bobs]])
        kept = tables[-1].bound(candidates) >= thresholds[-1]
        candidates, thresholds = candidates[kept], thresholds[:, kept]

    if len(candidates) > 32:
        learn()
    budget, found = 4096, (0, optimal)
    while len(candidates) > 0:
        undecided = []
        for i, d in enumerate(candidates):
            scheme, unused = depth_first(market, tables, bobs, d, thresholds[:, i], budget)
            trials += budget - max(0, unused)
            if unused < 0:
                undecided.append(i)
            if scheme is not None:
                found = d, scheme
                break
        candidates, thresholds = candidates[undecided], thresholds[:, undecided]
        if len(candidates) > 0 and len(tables) < bobs + 8:
            learn()
        budget *= 4
    return (*found, trials)


market = Market(sys.argv[1])
seconds = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    found, scheme, trials = worst(market)
    seconds.append(time.perf_counter() - began)
policies = [int(cell - start) for cell, start in zip(scheme, market.first)]
print(json.dumps({"found": int(found), "scheme": policies, "trials": int(trials), "seconds": seconds}))
