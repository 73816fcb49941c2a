"""The parts of the evaluation page. They measure nothing; a job does."""
