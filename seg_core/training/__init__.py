"""Training: recipes, the run folder, the worker that trains, and release of what it made."""
