"""Data sets: index and integrity, splits, phantoms, augmentation, batches. No network."""
