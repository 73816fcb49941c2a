"""The pages of the app, one file each. Nothing here computes: pages call seg_core."""
