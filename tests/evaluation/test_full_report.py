"""The whole evaluation on disk, and read back."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest

from seg_core.data.batches import labelled
from seg_core.data.phantom import phantom_study
from seg_core.errors import InputError
from seg_core.evaluation import full_report
from seg_core.evaluation.full_report import Judged, write_full_report
from seg_core.evaluation.html_report import cautions
from seg_core.evaluation.measure import measure
from seg_core.evaluation.report import evaluate_patients
from seg_core.evaluation.stored import read_evaluation
from seg_core.frames import ResizeFrame
from seg_core.models.card import Calibration

FIT = Calibration(
    method="logistic",
    slope=1.0,
    intercept=0.0,
    split="validation",
    patients=1,
    slices=2,
    source="x",
)


def bright(batch):
    """A network of one threshold: bright in FLAIR is tumour."""
    return np.clip(batch[..., 1] * 1.2, 0, 1).astype(np.float32)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    data = tmp_path_factory.mktemp("set")
    groups = [labelled(phantom_study(seed, 5, 64), ResizeFrame(32)) for seed in (1, 2)]
    name = groups[0].patient
    (data / "data.csv").write_text(
        f"Patient,histological_type,neoplasm_histologic_grade\n{name},2,1\n"
    )
    measured = list(measure(groups, bright, 0.5))
    evaluation = evaluate_patients(
        measured, subject="<run>", part="test", split_kind="patient", split_fingerprint="0123",
        threshold=0.5, weights="best epoch, 3 of 9", data=[data.name],
    )  # fmt: skip
    return Judged(evaluation, measured, lambda: iter(groups), bright, [data])


@pytest.fixture(scope="module")
def folder(judged, tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluation") / "test"
    (folder / "panels").mkdir(parents=True)
    (folder / "panels" / "of an earlier one.png").touch()
    write_full_report(folder, judged)
    return folder


def test_everything_that_was_measured_is_read_back(folder, judged):
    stored = read_evaluation(folder)

    assert stored.evaluation == judged.evaluation
    assert [p.patient for p in stored.patients] == [p.patient for p in judged.measured]
    assert [p.dice for p in stored.patients] == [p.dice for p in judged.measured]
    assert stored.traits[judged.measured[0].patient].histological_type == "2"
    assert stored.traits[judged.measured[0].patient].noise > 0


def test_a_report_that_is_cut_off_does_not_stand_as_the_one_before(judged, tmp_path, monkeypatch):
    write_full_report(tmp_path, judged)
    monkeypatch.setattr(full_report, "html_report", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        write_full_report(tmp_path, judged)

    assert not (tmp_path / "figures.json").exists()


def test_every_wrong_slice_has_its_picture(folder, judged):
    stored, empty = read_evaluation(folder), judged.evaluation.empty
    kinds = [panel.chosen.kind for panel in stored.panels]

    assert kinds.count("false alarm") == empty.false_alarms
    assert kinds.count("missed") == empty.missed_tumour_slices
    pictures = {panel.picture for panel in stored.panels}
    assert pictures == set((folder / "panels").iterdir())


def test_the_page_holds_all_and_asks_no_other_address(folder):
    page = (folder / "report.html").read_text()

    assert "Research use only. Not for diagnosis." in page
    assert "0.8498" in page
    assert "random slice split" in page
    assert "right empties" in page
    assert "FROC of findings" in page
    assert "lesions are found, with" in page
    assert "&lt;run&gt;" in page
    assert "<run>" not in page
    assert not re.findall(r"https?://|<script|@import|url\(", page)
    assert set(re.findall(r'(?:src|href)="([a-z]+:)', page)) == {"data:"}


def test_figures_that_flatter_say_so(judged):
    def said(**changed):
        return " ".join(cautions(replace(judged.evaluation, **changed)))

    assert said() == ""
    assert "stopped the training" in said(part="validation")
    assert "they leak" in said(split_kind="slice")


def test_an_older_folder_is_read_with_the_cards_calibration(folder, tmp_path):
    for name in ("figures.json", "patients.csv", "slices.csv"):
        shutil.copy(folder / name, tmp_path)

    stored = read_evaluation(tmp_path, FIT)

    assert (stored.panels, stored.report) == ((), None)
    one = stored.patients[0].slices[0]
    assert one.confidence == pytest.approx(one.score, abs=1e-4)  # slope 1, intercept 0


def test_a_folder_that_is_not_whole_is_refused_with_its_name(tmp_path):
    with pytest.raises(InputError, match=r"expected an evaluation with figures\.json"):
        read_evaluation(tmp_path)
