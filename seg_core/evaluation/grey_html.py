"""Images by class as one page of HTML that holds everything it shows. It asks no other address."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape

from seg_core.evaluation.grey_charts import shares_svg
from seg_core.evaluation.grey_figures import LEAST_PX, shares
from seg_core.evaluation.grey_files import expects_tumour
from seg_core.evaluation.grey_pictures import FALSE, SAMPLE, SEEN
from seg_core.evaluation.grey_set import MeasuredImage
from seg_core.evaluation.grey_stored import GreyEvaluation, GreyPicture, StoredGrey
from seg_core.evaluation.grey_words import (
    BY_RESULT,
    BY_SEED,
    COPY_HEAD,
    COPY_NOTE,
    HOW_COUNTED,
    LIMITS,
    OUTLINE,
    copy_rows,
    false_positive_words,
    least_words,
    seen_words,
    table_head,
    table_rows,
)
from seg_core.evaluation.html_parts import section, table
from seg_core.evaluation.html_report import DASH, STYLE
from seg_core.evaluation.panels import as_webp
from seg_core.notice import NOTICE


def grey_html(stored: StoredGrey) -> str:
    """The whole report; pictures are read from their files, one at a time."""
    one = stored.evaluation
    sections = (
        _head(one, stored.images),
        section("Masks where no tumour is to be found", _false_positives(stored)),
        section("Share of images with a mask", _shares(stored)),
        section("Copies of a picture", _copies(stored)),
        section("Samples of each class", _samples(stored)),
        section("What the network saw", _gallery(stored)),
        section("Strongest false positives", _strongest(stored.pictures)),
        section("Files that could not be read", _refused(one)),
        f'<p class="notice">{NOTICE}</p>',
    )
    title = escape(f"{one.subject}: images by class")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}'
        f"</title><style>{STYLE}</style></head><body>{''.join(sections)}</body></html>\n"
    )


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
        f"<p>Images without outlines, sorted by class</p>{caution}{table((), facts)}"
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
        parts.append(f"<h3>{title}</h3>{table(table_head(one), rows)}<figure>{chart}</figure>")
    return "".join(parts)


def _copies(stored: StoredGrey) -> str:
    return f'{table(COPY_HEAD, copy_rows(stored))}<p class="note">{COPY_NOTE}</p>'


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
    return table(("file", "why"), ((lost.file, lost.reason) for lost in one.refused))
