"""Which slices deserve a second look: confidence, its calibration, flagged ranges."""
