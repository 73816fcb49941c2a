"""Pages of the app, one file a page. They hold no arithmetic: that is in `seg_core`."""
