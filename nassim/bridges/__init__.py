"""Bridges: any benchmark as what other libraries optimise, learn from or play with.

function       f(X) -> errors, for scipy, scikit-learn and all that takes arrays
optuna         an objective for an Optuna study, of one value or several, with constraints
pymoo          a problem of pymoo, with n_obj objectives and n_ieq_constr limits
gymnasium      an environment: a step chooses the next gene; one at a time, or many at once
configspace    a ConfigurationSpace, and architectures of its configurations
syne_tune      a blackbox for Syne Tune's simulator

Each but the first needs the library it is named after: pip install 'nassim[optuna]', and so on.
"""
