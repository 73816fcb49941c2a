"""`crossvalidate` as it is typed, on a run of one fold."""

import shutil
from pathlib import Path

from typer.testing import CliRunner

from seg_core.cli.app import build_app
from seg_core.data.phantom import write_phantom
from seg_core.settings import load_settings
from seg_core.training.recipe import recipe_named
from seg_core.training.worker import train
from tests.evaluation.made_grey import make_grey_set

TINY = {
    "frame.name": "brain", "network.channels": 1,
    "network.size": 32, "network.filters": 2, "network.depth": 1,
    "epochs": 1, "steps_per_epoch": 1, "batch_size": 2, "pictures": 0,
    "split.kind": "folds", "split.folds": 2, "split.validation": 0.25,
}  # fmt: skip


def test_patients_that_are_lacking_and_images_that_were_refused_are_said(tmp_path: Path) -> None:
    write_phantom(tmp_path / "data", 6, 2, seed=0)
    run = train([tmp_path / "data"], recipe_named("paper").changed(TINY), load_settings(), "one")
    gone, damaged, *_ = sorted(member.split("/")[0] for member in run.split().test)
    shutil.rmtree(tmp_path / "data" / gone)
    (tmp_path / "data" / damaged / f"{damaged}_1.tif").write_bytes(b"")
    grey = make_grey_set(tmp_path / "grey", 1)
    (grey / "glioma" / "bad.jpg").write_bytes(b"\xff\xd8\xff broken")
    words = ["crossvalidate", "one", "--data", tmp_path / "data", "--grey", grey]

    result = CliRunner().invoke(build_app(), [*map(str, words), "--out", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    said = [line for line in result.stderr.splitlines() if line.startswith("left out")]
    assert said == [
        f"left out 1 patients of the protocol: {gone}; see {out / 'figures.json'}",
        f"left out 1 images of patients: {damaged}/{damaged}_1.tif; see {out / 'figures.json'}",
        f"left out 1 images by class: glioma/bad.jpg; see {out / 'grey' / 'grey.json'}",
    ]
