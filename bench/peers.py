# The work of bench/kernels.ts in scikit-learn: reads lines "NAME TIMES", does it, answers with a line.
import sys

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.neural_network import MLPRegressor

hidden, batch, features, rows, trees, subsample = (
    [int(width) for width in value.split(",")] if "," in value else int(value) for value in sys.argv[1:]
)
data = np.random.default_rng(5).standard_normal((rows, features)).astype(np.float32)
network = MLPRegressor(hidden_layer_sizes=hidden, batch_size=batch, solver="adam", learning_rate_init=1e-3, alpha=0)
forest = IsolationForest(n_estimators=trees, max_samples=subsample, random_state=1).fit(data)
turn = 0


def step():
    at = turn * batch % (rows - batch)
    network.partial_fit(data[at : at + batch], data[at : at + batch])


def grow():
    IsolationForest(n_estimators=trees, max_samples=subsample, random_state=turn).fit(data)


def score():
    forest.score_samples(data[turn % rows : turn % rows + 1])


print("ready", flush=True)
for line in sys.stdin:
    name, times = line.split()
    for _ in range(int(times)):
        {"step": step, "grow": grow, "score": score}[name]()
        turn += 1
    print("done", flush=True)
