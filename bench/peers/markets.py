"""A market file as the native peers read it: bobs states, policies by state, then Alice's and the Bobs' gains by cell."""
import numpy as np


def read(path):
    """Returns the first cell of each state (and the number of cells) and the gains as players x cells."""
    numbers = np.array(open(path).read().split(), dtype=np.int64)
    bobs, states = numbers[:2]
    first = np.concatenate([[0], np.cumsum(numbers[2 : 2 + states])])
    return first, numbers[2 + states :].reshape(first[-1], bobs + 1).T.copy()
