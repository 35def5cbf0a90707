#!/usr/bin/env python3
"""Writes test/fixtures/sklearn-forest.json: scikit-learn's isolation forest on a small data set.

usage: pip install scikit-learn==1.9.1; python3 test/oracle/sklearn_forest.py
The data is rounded to three decimals, so that float32 holds it alike everywhere. One column is constant. Scores are
2^(-E[h]/c(psi)), that is -score_samples.
"""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest

rng = np.random.default_rng(7)
mix = rng.normal(size=(3, 7))


def normal(rows):
    x = rng.normal(size=(rows, 3)) @ mix + 0.3 * rng.normal(size=(rows, 7))
    return np.column_stack([x, np.full(rows, 1.5)])


train = np.round(normal(600), 3)
odd = normal(40) + np.column_stack([rng.normal(scale=4, size=(40, 7)), np.zeros(40)])
judged = np.round(np.vstack([normal(260), odd]), 3)
scores = []
for seed in range(5):
    forest = IsolationForest(n_estimators=100, max_samples=256, random_state=seed).fit(train)
    scores.append([round(float(-s), 6) for s in forest.score_samples(judged)])

fixture = {
    "source": f"scikit-learn {sklearn.__version__}, 100 trees of 256 rows, random_state 0 to 4; "
    "written by test/oracle/sklearn_forest.py",
    "width": train.shape[1],
    "train": train.ravel().tolist(),
    "judged": judged.ravel().tolist(),
    "scores": scores,
}
path = Path(__file__).parent.parent / "fixtures" / "sklearn-forest.json"
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
