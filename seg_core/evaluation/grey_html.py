"""Images by class as one page of HTML that holds everything it shows. It asks no other address."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from seg_core.evaluation.grey_charts import shares_svg
from seg_core.evaluation.grey_figures import (
    LEAST_PX,
    Share,
    mean_of_tumour_classes,
    share_of,
    shares,
    thresholds_of_table,
)
from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_pictures import FALSE, SAMPLE, SEEN
from seg_core.evaluation.grey_set import MeasuredImage
from seg_core.evaluation.grey_stored import GreyEvaluation, GreyPicture, StoredGrey
from seg_core.evaluation.html_report import DASH, STYLE
from seg_core.evaluation.panels import as_webp
from seg_core.evaluation.report import NOTICE

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


def grey_html(stored: StoredGrey) -> str:
    """The whole report; pictures are read from their files, one at a time."""
    one = stored.evaluation
    sections = (
        _head(one, stored.images),
        _section("Masks where no tumour is to be found", _false_positives(stored)),
        _section("Share of images with a mask", _shares(stored)),
        _section("Samples of each class", _samples(stored)),
        _section("What the network saw", _gallery(stored)),
        _section("Strongest false positives", _strongest(stored.pictures)),
        _section("Files that could not be read", _refused(one)),
        f'<p class="notice">{NOTICE}</p>',
    )
    title = escape(f"{one.subject}: images by class")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}'
        f"</title><style>{STYLE}</style></head><body>{''.join(sections)}</body></html>\n"
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


def least_words(least_px: int) -> str:
    """Which masks count."""
    return "Any pixel" if least_px == 1 else f"At least {least_px} pixels"


def _numbers(share: Share) -> tuple[str, str]:
    return f"{share.images:,}", f"{share.pictures:,}"


def _cell(share: Share) -> str:
    return DASH if share.value is None else f"{percent(share)} ({percent_span(share)})"


def _head(one: GreyEvaluation, images: Sequence[MeasuredImage]) -> str:
    counts = ", ".join(
        f"{name} {sum(image.class_name == name for image in images):,}" for name in one.classes
    )
    facts = (
        ("images", f"{len(images):,} ({counts})"),
        ("could not be read", f"{len(one.refused):,}"),
        ("pixel threshold of the network", f"{one.threshold:g}"),
        ("weights", one.weights or DASH),
        ("engine", one.engine or DASH),
        ("data sets", ", ".join(one.data) or DASH),
        ("made (UTC)", one.made or DASH),
    )
    limits = "".join(f"<li>{escape(limit)}</li>" for limit in LIMITS)
    caution = f'<p class="notice">{seen_words(one)}</p>' if one.seen else ""
    return (
        f'<p class="notice">{NOTICE}</p><h1>{escape(one.subject)}</h1>'
        f"<p>Images without outlines, sorted by class</p>{caution}{_table((), facts)}"
        f"<ul>{limits}</ul>"
    )


def _false_positives(stored: StoredGrey) -> str:
    return "".join(f"<p><b>{escape(one)}</b></p>" for one in false_positive_words(stored))


def _shares(stored: StoredGrey) -> str:
    one = stored.evaluation
    without = [name for name in one.classes if not expects_tumour(name)]
    parts = [f'<p class="note">{HOW_COUNTED}</p>']
    for least in LEAST_PX:
        found = shares(stored.images, one.classes, least)
        curves = [[c for c in found if c.class_name == name] for name in one.classes]
        title, rows = least_words(least), table_rows(stored.images, one, least)
        chart = shares_svg(curves, without, f"{title}: share of images over the pixel threshold")
        parts.append(f"<h3>{title}</h3>{_table(table_head(one), rows)}<figure>{chart}</figure>")
    return "".join(parts)


def _samples(stored: StoredGrey) -> str:
    return f'<p class="note">{BY_SEED}</p>{_by_class(stored, SAMPLE)}'


def _gallery(stored: StoredGrey) -> str:
    return f'<p class="note">{BY_SEED} {OUTLINE}</p>{_by_class(stored, SEEN)}'


def _strongest(pictures: Sequence[GreyPicture]) -> str:
    return f'<p class="note">{BY_RESULT} {OUTLINE}</p>{_pictures(pictures, FALSE)}'


def _by_class(stored: StoredGrey, kind: str) -> str:
    parts = []
    for name in stored.evaluation.classes:
        some = [one for one in stored.pictures if one.class_name == name]
        parts.append(f"<h3>{escape(name)}</h3>{_pictures(some, kind)}")
    return "".join(parts)


def _pictures(pictures: Iterable[GreyPicture], kind: str) -> str:
    return "".join(_picture(one) for one in pictures if one.kind == kind) or "<p>None.</p>"


def _picture(picture: GreyPicture) -> str:
    data = base64.b64encode(as_webp(picture.path.read_bytes())).decode()
    alt = escape(f"{picture.kind}: {picture.words}", quote=True)
    return f'<figure><img alt="{alt}" src="data:image/webp;base64,{data}"></figure>'


def _refused(one: GreyEvaluation) -> str:
    if not one.refused:
        return "<p>None: every image was read.</p>"
    return _table(("file", "why"), ((lost.file, lost.reason) for lost in one.refused))


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table>{f'<tr>{top}</tr>' if top else ''}{body}</table>"
