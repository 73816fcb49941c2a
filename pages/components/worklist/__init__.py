"""The sections of the worklist page, one file each. The page itself is `pages/worklist.py`."""
