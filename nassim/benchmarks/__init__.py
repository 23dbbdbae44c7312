"""What answers a strategy's questions: tables of real trainings, and what is built on them."""
