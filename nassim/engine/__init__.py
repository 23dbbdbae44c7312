"""One batch of runs: who asks, who answers, on what clock, and what is kept. It takes classes and objects, no names."""
