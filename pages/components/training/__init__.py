"""The parts of the training page: its list of runs, one run's panel, and the form of a new run."""
