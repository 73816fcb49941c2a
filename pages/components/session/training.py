"""Keys of the Training page: the runs that are looked at, and the next one."""

from __future__ import annotations

TRAINING_VIEW = "training_view"
"""Which half of the training page is shown: `Runs` or `New run`."""

ASKED_VIEW = "asked_training_view"
"""The half that a button in a fragment asked for, until the page is run as a whole. Not set as
TRAINING_VIEW itself: a refresh on its way from the browser would say the old one again."""

RUN = "chosen_run"
"""Id of the run whose curves are shown."""

ASKED_PAGE = "asked_page"
"""File of the page that a fragment asked for: it cannot go there itself, or the browser shows
an empty page. There until the page is run as a whole."""

RUN_SECTION = "run_section"
"""Which section of a run is shown, such as `Curves`."""

RUN_NOTE = "run_note:"
"""Begins the keys of the fields for a run's note and tags."""

COMPARED = "compared_runs"
"""Ids of the runs that are laid over each other."""

ALL_SETTINGS = "compare_all_settings"
"""Whether a comparison shows also the settings that are the same in all its runs."""

FOLLOWED = "followed_run"
"""What was gathered of the chosen run's events, and how far its log was read."""

DATASETS = "chosen_datasets"
"""Folders that the next run trains on. This, NEGATIVES, BEGINNING and RECIPE are kept while the
form is away; BOX after them is the key of the widget, which Streamlit forgets then."""

NEGATIVES = "chosen_negatives"
POSITIVES = "chosen_positives"
"""Folders of grey images that the next run also trains on: without tumour, and with one that nobody
outlined."""

BEGINNING = "chosen_beginning"
"""Name of the run whose network the next run begins with; "" for fresh weights."""

BOX = "_box"
"""What the key of a kept choice's widget adds to the choice's own."""

DATA_SECTION = "data_section"
"""Which picture of the chosen data sets is shown, such as `Split`."""

DEVICES = "chosen_devices"
"""Names of the devices that the next run computes on, where there are several GPUs."""

RECIPE = "chosen_recipe"
"""Name of the recipe that the next run starts from."""

DRAFT = "recipe_draft"
"""Settings of the next run by dotted name; kept while the form is not on screen."""

RECIPE_FIELD = "recipe:"
"""Begins the key of each recipe field's widget; the field's dotted name follows."""
