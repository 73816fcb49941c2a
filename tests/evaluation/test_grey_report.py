"""Images by class on disk: measured, written, read back, and as one page."""

import csv
import json
import re
from dataclasses import replace

import pytest

from seg_core.errors import InputError, NothingToRead
from seg_core.evaluation.grey_files import list_grey_files
from seg_core.evaluation.grey_html import grey_html
from seg_core.evaluation.grey_report import seen_among, write_grey_report
from seg_core.evaluation.grey_set import measure_images
from seg_core.evaluation.grey_set import read_grey as read_grey_image
from seg_core.evaluation.grey_stored import read_grey
from seg_core.evaluation.grey_words import seen_words
from seg_core.models.seen import Seen
from seg_core.models.slice_digests import slice_digests
from tests.evaluation.made_grey import bright_subject, make_grey_set, measured_image, picture, save


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = make_grey_set(tmp_path_factory.mktemp("data") / "grey", 5)
    (root / "glioma" / "<bad>.jpg").write_bytes(b"\xff\xd8\xff broken")
    return root


@pytest.fixture(scope="module")
def stored(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "grey"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "of an earlier one.png").touch()
    return write_grey_report(folder, list_grey_files([root]), bright_subject(), [root])


def test_everything_is_read_back_as_it_was_measured(stored):
    again = read_grey(stored.folder)

    assert again.evaluation == stored.evaluation
    assert again.images == stored.images
    assert again.pictures == stored.pictures


def test_the_table_has_a_line_an_image(stored):
    with (stored.folder / "images.csv").open() as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 10
    assert rows[0]["class"] == "glioma"
    assert rows[0]["file"] == "glioma/glioma_0.jpg"
    assert int(rows[0]["mask_px"]) > 150
    assert float(rows[0]["strongest_probability"]) > 0.9


def test_names_that_begin_a_formula_are_quoted_in_the_table(tmp_path, root):
    data = make_grey_set(tmp_path / "data", 1, ("=glioma", "notumor"))
    stored = write_grey_report(tmp_path / "out", list_grey_files([data]), bright_subject(), [data])

    assert "'=glioma/=glioma_0.jpg" in (stored.folder / "images.csv").read_text()
    assert read_grey(stored.folder).images == stored.images


def test_the_page_holds_all_and_asks_no_other_address(stored):
    page = (stored.folder / "report.html").read_text()

    assert "Research use only. Not for diagnosis." in page
    assert "not calibrated" in page
    assert "False positives" in page or "false positives" in page
    assert "glioma/&lt;bad&gt;.jpg" in page
    assert "<bad>" not in page
    assert page.count("<svg") == 2
    assert not re.findall(r"https?://|<script|@import|url\(", page)
    assert set(re.findall(r'(?:src|href)="([a-z]+:)', page)) == {"data:"}


def test_pictures_are_of_samples_gallery_and_false_positives(stored):
    kinds = [(one.kind, one.class_name) for one in stored.pictures]

    assert kinds.count(("sample", "glioma")) == 1
    assert kinds.count(("gallery", "glioma")) == 4
    assert kinds.count(("false positive", "notumor")) == 1
    assert {one.path for one in stored.pictures} == set((stored.folder / "pictures").iterdir())


def test_the_last_file_says_that_all_is_whole(stored):
    content = json.loads((stored.folder / "grey.json").read_text())

    assert content["notice"] == "Research use only. Not for diagnosis."
    assert [one["file"] for one in content["refused"]] == ["glioma/<bad>.jpg"]


def test_a_measure_that_fails_leaves_nothing_that_looks_whole(stored, root, tmp_path):
    folder = tmp_path / "out"
    write_grey_report(folder, list_grey_files([root]), bright_subject(), [root])
    broken = replace(bright_subject(), predict=lambda batch: batch[..., 0] + 9)

    with pytest.raises(Exception, match="expected probabilities"):
        write_grey_report(folder, list_grey_files([root]), broken, [root])
    with pytest.raises(InputError, match="Evaluate anew"):
        read_grey(folder)


def test_a_models_own_evaluation_needs_no_pictures(stored, tmp_path):
    for name in ("grey.json", "images.csv"):
        (tmp_path / name).write_bytes((stored.folder / name).read_bytes())

    again = read_grey(tmp_path)

    assert (again.pictures, again.report) == ((), None)
    assert "<p>None.</p>" in grey_html(again)


def test_images_that_training_looked_at_are_counted_with_their_copies():
    images = [
        replace(measured_image("notumor", 0.9, picture=1), seen=True),
        measured_image("notumor", 0.8, picture=1),
        replace(measured_image("notumor", 0.7, picture=2), seen=True),
        measured_image("notumor", 0.6, picture=3),
    ]

    assert seen_among(images) == 3
    assert seen_among(images[3:]) == 0


def test_an_image_is_known_by_its_path_its_file_name_its_stem_or_its_pixels(root):
    files = [one for one in list_grey_files([root]).files if one.class_name == "notumor"]
    digests = slice_digests(read_grey_image(files[3]))
    subject = replace(
        bright_subject(),
        seen=Seen(
            frozenset({"notumor/notumor_0.jpg", "notumor_1.jpg", "notumor_2"}),
            dict.fromkeys(digests, "other/name.png"),
        ),
    )

    images = measure_images(files, subject).images

    assert [one.seen for one in images] == [True, True, True, True, False]


def test_figures_that_flatter_say_so(root, tmp_path):
    subject = replace(bright_subject(), seen=Seen(frozenset({"notumor_1"})))
    stored = write_grey_report(tmp_path / "out", list_grey_files([root]), subject, [root])

    said = "The training looked at 1 of these images, or at copies of them: the figures flatter."
    assert seen_words(stored.evaluation) == said
    assert said in (stored.folder / "report.html").read_text()


def test_nothing_readable_is_refused_with_the_first_reason(tmp_path):
    for name in ("glioma", "notumor"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_text("no image")

    with pytest.raises(NothingToRead, match=r"none among 2 \(glioma/a\.jpg: expected"):
        write_grey_report(tmp_path / "out", list_grey_files([tmp_path]), bright_subject(), [])


def test_pictures_that_only_differ_in_size_go_into_one_report(tmp_path):
    save(tmp_path / "d" / "glioma" / "a.png", picture(1, 300, 20))
    save(tmp_path / "d" / "notumor" / "b.png", picture(2, 7, 7))

    stored = write_grey_report(
        tmp_path / "out", list_grey_files([tmp_path / "d"]), bright_subject(), [tmp_path / "d"]
    )

    assert len(stored.pictures) == 4
