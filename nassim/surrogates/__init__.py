"""Benchmarks learned from tables: XGBoost models, what they say about distributions, and why they say it.

fit               a model of each target, from some trainings of a source, under given options
training_records  what was measured of some architectures; a source is that, or a benchmark
training_data     which trainings are drawn from a source
designs           random trainings, or some of them where a first model says the best are
learn             learn(space, archs, values) -> Surrogate: from what some trainings gave
model             Surrogate: predict(archs) -> mean, noise, epistemic spread; far(archs)
ensemble          the boosters, one per fold left out, and the model of the noise; the settings in our words
scale             the transform under which a target is learned
tuning            default hyperparameters, and the search for better ones
storage           models as files beside a card, and back
audit             how good a surrogate is, where it extrapolates, and how near it is to the best that is possible
curves            the same along learning curves
scores            R2, Kendall's tau and its kin, coverage, regret of the predicted best
trees             reads boosters of one-hot features into arrays of leaves
relaxation        the exact expectation of such boosters under a mixture, and its gradient
explanation       which choices, pairs and motifs make a benchmark's architectures good
shapley           what each choice, and each two together, add to the error
motifs            patterns that good architectures have and others have not

What takes names of benchmarks, or lets strategies search, is `nassim.benchmarks.learning`.
"""
