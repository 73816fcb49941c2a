"""Keys of the Evaluation page: what is shown of evaluations, and the next one."""

from __future__ import annotations

EVALUATION_VIEW = "evaluation_view"
"""Which view of the evaluation page is shown, such as `Finished` or `New evaluation`."""

EVALUATED = "chosen_evaluation"
"""Folder of the evaluation that is shown."""

EVALUATIONS_WATCHED = "evaluations_watched"
"""Ids of the evaluations' jobs that were under way when this session last looked."""

EVALUATION_SECTION = "evaluation_section"
"""Which section of an evaluation is shown, such as `Groups`."""

EVALUATION_PICTURES = "evaluation_pictures"
"""Which of the chosen slices are shown, such as `best`."""

TO_EVALUATE = "to_evaluate"
"""Run or model that the next evaluation measures."""

EVALUATION_DATA = "evaluation_data"
"""Folders of the data sets that the next evaluation measures on."""

GREY_SECTION = "grey_section"
"""Which section of an evaluation of images by class is shown, such as `Gallery`."""

GREY_EVALUATED = "chosen_grey_evaluation"
"""Folder of the evaluation of images by class that is shown."""

GREY_LEAST = "grey_least_px"
"""Pixels of the smallest mask that counts on images by class."""

GREY_THRESHOLD = "grey_threshold"
"""Pixel threshold at which shares of images by class are shown."""

GREY_SUBJECT = "grey_subject"
"""Run or model that is measured next on images by class."""

GREY_DATA = "grey_data"
"""Folders of images by class that are measured next."""

TUNED = "tuned_subject"
"""Run or model whose thresholds are looked at."""

TUNING_DATA = "tuning_data"
"""Folders of the data sets that hold a model's validation patients."""

OPERATING_POINT = "operating_point"
"""(model, pixel threshold, confidence threshold) that wait for a name and a note."""

OPERATING_POINT_AUTHOR = "operating_point_author"
"""Name that was typed beside the last operating point of this session."""

OPERATING_POINT_SAVED = "operating_point_saved"
"""`name/version` of the model that the last operating point became."""
