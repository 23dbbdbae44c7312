"""Benchmarks learned from tables: XGBoost models, what they say about distributions, and why they say it.

learn       learn(space, archs, values) -> Surrogate: from what some trainings gave
model       Surrogate: predict(archs) -> mean, noise, epistemic spread; far(archs)
ensemble    the boosters, one per fold left out, and the model of the noise; the settings in our words
scale       the transform under which a target is learned
tuning      default hyperparameters, and the search for better ones
scores      R2, Kendall's tau and its kin, coverage, regret of the predicted best
trees       reads boosters of one-hot features into arrays of leaves
relaxation  the exact expectation of such boosters under a mixture, and its gradient
explain     what each choice, and each two together, add to the error
motifs      patterns that good architectures have and others have not
"""
