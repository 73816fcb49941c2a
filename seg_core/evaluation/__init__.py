"""The reported numbers, in NumPy: what was measured, on whom, and how sure it is."""
