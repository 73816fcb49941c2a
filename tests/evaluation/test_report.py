"""An evaluation on disk."""

import csv
import json

from seg_core.evaluation.report import as_table, evaluate_patients, write_evaluation

from .test_figures import BAD, GOOD


def evaluation():
    return evaluate_patients(
        [GOOD, BAD], subject="run", part="test", split_kind="patient",
        split_fingerprint="0123", threshold=0.5,
    )  # fmt: skip


def test_the_files_hold_figures_patients_and_slices(tmp_path):
    write_evaluation(tmp_path, evaluation(), [GOOD, BAD])

    figures = json.loads((tmp_path / "figures.json").read_text())
    patients = list(csv.DictReader((tmp_path / "patients.csv").open()))
    slices = list(csv.DictReader((tmp_path / "slices.csv").open()))
    assert figures["notice"] == "Research use only. Not for diagnosis."
    assert (figures["patients"], figures["slices"]) == (2, 4)
    assert [row["patient"] for row in patients] == ["good", "bad"]
    assert float(patients[0]["dice"]) == 0.8
    assert [row["dice"] for row in slices] == ["0.8", "", "0.166667", "0"]


def test_the_papers_table_is_a_table_too_with_the_empty_slices_counted_apart(tmp_path):
    write_evaluation(tmp_path, evaluation(), [GOOD, BAD])

    rows = {row["figure"]: row for row in csv.DictReader((tmp_path / "figures.csv").open())}
    f1 = rows["F1 over all pixels"]
    assert (f1["value"], f1["paper_on_random_slice_split"]) == ("0.5", "0.8498")
    assert (f1["measured_on"], f1["split_by"], f1["pixel_threshold"]) == ("test", "patient", "0.5")
    assert rows["Slices: right empties"]["value"] == "1"
    assert rows["Slices: false alarms"]["value"] == "1"


def test_the_table_puts_the_papers_figures_beside_and_a_dash_where_there_is_none():
    rows = {name: (value, span, paper) for name, value, span, paper in as_table(evaluation())}

    assert rows["F1 over all pixels"] == ("0.5000", "-", "0.8498")
    assert rows["Recall over all pixels"] == ("0.4500", "-", "-")


def test_a_name_that_a_spreadsheet_would_take_for_a_formula_is_quoted(tmp_path):
    from seg_core.evaluation.measure import MeasuredPatient

    wicked = MeasuredPatient("=cmd()", GOOD.slices)
    write_evaluation(tmp_path, evaluation(), [wicked])

    assert next(csv.DictReader((tmp_path / "patients.csv").open()))["patient"] == "'=cmd()"
