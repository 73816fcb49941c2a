"""What report, page and command say alike of images by class, in words and cells of tables.

It lays nothing out.
"""

from __future__ import annotations

from collections.abc import Sequence

from seg_core.evaluation.grey_figures import (
    Share,
    copies_of,
    mean_of_tumour_classes,
    share_of,
    shares,
    thresholds_of_table,
)
from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_set import MeasuredImage
from seg_core.evaluation.grey_stored import GreyEvaluation, StoredGrey
from seg_core.evaluation.html_report import DASH

NOT_CALIBRATED = (
    "Confidence is not calibrated for these images: no number here is a chance of tumour."
)

LIMITS = (
    NOT_CALIBRATED,
    "These images have no outlines. A mask somewhere in an image is not a tumour found: nobody "
    "has checked where it lies, and no Dice, sensitivity or specificity of pixels can be given.",
    "Whether an image shows a tumour is taken from the name of its folder, and an image without "
    "tumour need not be normal. Classes may come from different sources, planes and contrasts: a "
    "difference between them may be that of the sources.",
    "Intervals are Wilson's over different pictures: images that repeat one, mirrored, of other "
    "size or other contrast, say nothing new. Several pictures may be of one patient, which the "
    "files do not say: the true intervals are wider.",
)
"""What must be known to read the figures; page and report say the same."""

BY_SEED = "Drawn by a fixed seed, not by result."
OUTLINE = "Orange: the outline of the mask."
BY_RESULT = (
    "Chosen by result: of the images without tumour those whose mask has most pixels at the "
    "network's own threshold."
)

MEAN = "mean of the classes with tumour"

HOW_COUNTED = (
    "Pixels of the image's own size, at or above the pixel threshold. In brackets and as bands: "
    "95 % intervals. Dashed: no tumour is to be found. The mean counts each class with tumour "
    "alike; its interval is put together from theirs (MOVER)."
)

COPY_HEAD = ("class", "images", "different pictures", "more than once", "of these at odds")

COPY_NOTE = (
    "More than once: a picture that occurs again, mirrored, of other size or other contrast, or a "
    "neighbouring slice that looks the same. At odds: it gets a mask in one copy and none in "
    "another, at the network's own threshold, though the same is shown."
)


def seen_words(one: GreyEvaluation) -> str:
    """Why these figures flatter; "" where nothing is known to."""
    if not one.seen:
        return ""
    return (
        f"The training looked at {one.seen:,} of these images, or at copies of them: the figures "
        "flatter."
    )


def percent(share: Share) -> str:
    """`29.3 %`, or a dash where there is no image."""
    return DASH if share.value is None else f"{share.value:.1%}".replace("%", " %")


def percent_span(share: Share) -> str:
    """`24.5 to 34.7`, the 95 % interval in per cent, or a dash."""
    if share.low is None or share.high is None:
        return DASH
    return f"{100 * share.low:.1f} to {100 * share.high:.1f}"


def false_positive_words(stored: StoredGrey) -> list[str]:
    """A sentence a class without tumour; at the network's own threshold."""
    one, said = stored.evaluation, []
    for name in one.classes:
        if expects_tumour(name):
            continue
        some = [image for image in stored.images if image.class_name == name]
        alarms = [image for image in some if image.mask_px]
        share = share_of(len(alarms), [image.picture for image in some])
        said.append(
            f"Of {len(some):,} images of {name} ({share.pictures:,} different pictures), where "
            f"no tumour is to be found, {len(alarms):,} "
            f"{'gets' if len(alarms) == 1 else 'get'} a mask at the pixel threshold "
            f"{one.threshold:g}: {percent(share)} false positives (95 %: {percent_span(share)})."
        )
    return said or ["No class here is said to be without tumour: false positives are not known."]


def table_rows(
    images: Sequence[MeasuredImage], one: GreyEvaluation, least_px: int
) -> list[tuple[str, ...]]:
    """(class, images, pictures, a share a threshold), then the mean of classes with tumour."""
    thresholds = thresholds_of_table(one.threshold)
    found = shares(images, one.classes, least_px, thresholds)
    rows = []
    for name in one.classes:
        row = [each.share for each in found if each.class_name == name]
        rows.append((name, *_numbers(row[0]), *map(_cell, row)))
    if sum(map(expects_tumour, one.classes)) > 1:
        means = [mean_of_tumour_classes([e for e in found if e.threshold == t]) for t in thresholds]
        rows.append((MEAN, *_numbers(means[0]), *map(_cell, means)))
    return rows


def table_head(one: GreyEvaluation) -> tuple[str, ...]:
    """Names of the columns of `table_rows`."""
    return (
        "class",
        "images",
        "different",
        *(f"at {t:g}" for t in thresholds_of_table(one.threshold)),
    )


def copy_rows(stored: StoredGrey) -> list[tuple[str, ...]]:
    """A row a class, as COPY_HEAD names its cells."""
    return [
        (one.class_name, *(f"{n:,}" for n in (one.images, one.pictures, one.repeated, one.at_odds)))
        for one in copies_of(stored.images, stored.evaluation.classes)
    ]


def least_words(least_px: int) -> str:
    """Which masks count."""
    return "Any pixel" if least_px == 1 else f"At least {least_px} pixels"


def _numbers(share: Share) -> tuple[str, str]:
    return f"{share.images:,}", f"{share.pictures:,}"


def _cell(share: Share) -> str:
    return DASH if share.value is None else f"{percent(share)} ({percent_span(share)})"
