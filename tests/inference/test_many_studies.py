import threading
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from seg_core.errors import InputError, ModelError, NothingToRead
from seg_core.inference import many_studies as module
from seg_core.inference.engine import FakeEngine
from seg_core.inference.many_studies import Outcome, Request, Step, segment_input
from seg_core.settings import Settings
from tests.inference.networks import make_study
from tests.models.released import make_released


def write_patient(root: Path, name: str, slices: int = 3) -> Path:
    """A patient in the Kaggle layout, masks beside the slices."""
    study = make_study(slices, seed=len(name))
    folder = root / name
    folder.mkdir(parents=True)
    for i in range(slices):
        Image.fromarray(study.slices[i]).save(folder / f"{name}_{i + 1}.tif")
        mask = study.truth[i].astype(np.uint8) * 255
        Image.fromarray(mask).save(folder / f"{name}_{i + 1}_mask.tif")
    return folder


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    for name in ("TCGA_AA_1", "TCGA_AA_2", "TCGA_AA_3"):
        write_patient(tmp_path / "patients", name)
    return tmp_path / "patients"


@pytest.fixture(autouse=True)
def released(settings: Settings) -> None:
    make_released(settings.models)


def names(outcomes: list[Outcome]) -> list[str]:
    return [outcome.name for outcome in outcomes]


def test_each_patient_of_a_folder_gets_a_folder(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    outcomes = list(segment_input(patients, tmp_path / "out", settings, engine=FakeEngine()))

    assert names(outcomes) == ["TCGA_AA_1", "TCGA_AA_2", "TCGA_AA_3"]
    for outcome in outcomes:
        assert outcome.folder == tmp_path / "out" / outcome.name
        assert (outcome.folder / "summary.json").is_file()
        assert len(list((outcome.folder / "masks").iterdir())) == 3


def test_truth_beside_the_slices_is_scored(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    (outcome,) = segment_input(
        patients / "TCGA_AA_1", tmp_path / "out", settings, engine=FakeEngine()
    )

    assert outcome.summary is not None
    assert outcome.summary.truth is not None
    assert outcome.summary.truth.dice > 0.9


def test_a_model_is_loaded_once_for_all_studies(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    engine = FakeEngine()

    list(segment_input(patients, tmp_path / "out", settings, engine=engine))

    assert engine.loads == ["paper-unet/1"]


def test_a_bad_study_is_reported_and_the_others_are_written(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    for path in (patients / "TCGA_AA_2").iterdir():
        path.write_bytes(b"no image")

    outcomes = list(segment_input(patients, tmp_path / "out", settings, engine=FakeEngine()))

    assert names(outcomes) == ["TCGA_AA_1", "TCGA_AA_2", "TCGA_AA_3"]
    assert isinstance(outcomes[1].error, NothingToRead)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["TCGA_AA_1", "TCGA_AA_3"]


def test_a_bad_slice_is_in_the_summary_and_the_others_are_written(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    (patients / "TCGA_AA_1" / "TCGA_AA_1_2.tif").write_bytes(b"no image")

    (outcome,) = segment_input(
        patients / "TCGA_AA_1", tmp_path / "out", settings, engine=FakeEngine()
    )

    assert outcome.summary is not None
    assert outcome.summary.slices == 2
    assert "TCGA_AA_1_2.tif" in [skipped.file for skipped in outcome.summary.skipped]


def test_an_input_without_any_image_is_an_error(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(NothingToRead):
        list(segment_input(tmp_path / "empty", tmp_path / "out", settings, engine=FakeEngine()))


def test_the_next_study_is_opened_while_one_is_written_and_not_while_it_is_inferred(
    patients: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_is_open = threading.Event()
    really_open, really_write = module._open, module.write_reading
    written, open_while_inferred = [], []

    def watched(source):
        opened = really_open(source)
        if source.name == "TCGA_AA_2":
            second_is_open.set()
        return opened

    def write(*given, **settings):
        assert second_is_open.wait(30)  # the first study's results wait for it
        written.append(given[0].name)
        return really_write(*given, **settings)

    def answer(batch: np.ndarray) -> np.ndarray:
        if not written:
            open_while_inferred.append(second_is_open.is_set())
        return batch.mean(axis=-1)

    monkeypatch.setattr(module, "_open", watched)
    monkeypatch.setattr(module, "write_reading", write)

    list(segment_input(patients, tmp_path / "out", settings, engine=FakeEngine(answer)))

    assert written == ["TCGA_AA_1", "TCGA_AA_2", "TCGA_AA_3"]
    assert open_while_inferred
    assert not any(open_while_inferred)


def test_no_study_is_opened_further_ahead_than_the_next(
    patients: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    really_open = module._open
    monkeypatch.setattr(module, "_open", lambda s: opened.append(s.name) or really_open(s))

    first = next(segment_input(patients, tmp_path / "out", settings, engine=FakeEngine()))

    assert first.name == "TCGA_AA_1"
    assert "TCGA_AA_3" not in opened


def test_only_two_studies_are_ever_in_memory(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        write_patient(tmp_path / "patients", f"TCGA_AA_{number}")
    alive = weakref.WeakSet()
    most = []
    really_open = module._open

    def watched(source):
        opened = really_open(source)
        alive.add(opened.study)
        most.append(len(alive))
        return opened

    monkeypatch.setattr(module, "_open", watched)

    list(segment_input(tmp_path / "patients", tmp_path / "out", settings, engine=FakeEngine()))

    assert len(most) == 6
    assert max(most) <= 2


def test_steps_tell_study_and_slices(patients: Path, tmp_path: Path, settings: Settings) -> None:
    steps: list[Step] = []

    segmented = segment_input(
        patients, tmp_path / "out", settings, engine=FakeEngine(), on_step=steps.append
    )
    next(segmented)

    assert steps == [Step("TCGA_AA_1", 1, 3, 0, 3), Step("TCGA_AA_1", 1, 3, 3, 3)]


def test_what_was_finished_stays_when_the_user_stops(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    def stop_at_second(step: Step) -> None:
        if step.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(
            segment_input(
                patients,
                tmp_path / "out",
                settings,
                engine=FakeEngine(),
                on_step=stop_at_second,
            )
        )

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["TCGA_AA_1"]


def test_thresholds_of_the_request_go_before_the_cards(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    request = Request(pixel_threshold=0.9, confidence_threshold=0.5)

    outcome = next(
        segment_input(patients, tmp_path / "out", settings, request, engine=FakeEngine())
    )

    assert outcome.summary is not None
    assert outcome.summary.pixel_threshold == 0.9
    assert outcome.summary.confidence_threshold == 0.5


def test_the_originals_are_never_written_over(patients: Path, settings: Settings) -> None:
    before = sorted(path.name for path in (patients / "TCGA_AA_1").iterdir())

    with pytest.raises(InputError, match="Give another --out"):
        list(segment_input(patients, patients, settings, engine=FakeEngine()))

    assert sorted(path.name for path in (patients / "TCGA_AA_1").iterdir()) == before


def test_results_inside_the_input_are_not_read_as_studies(
    patients: Path, settings: Settings
) -> None:
    out = patients / "out"
    first = list(segment_input(patients, out, settings, engine=FakeEngine()))

    again = list(segment_input(patients, out, settings, engine=FakeEngine()))

    assert names(again) == names(first) == ["TCGA_AA_1", "TCGA_AA_2", "TCGA_AA_3"]


@pytest.mark.parametrize("inside", ["", "readings"])
def test_results_among_the_slices_of_a_study_are_refused_before_anything_is_written(
    patients: Path, settings: Settings, inside: str
) -> None:
    study = patients / "TCGA_AA_1"
    before = sorted(path.name for path in study.iterdir())

    with pytest.raises(InputError, match="expected a folder outside of the studies"):
        list(segment_input(study, study / inside, settings, engine=FakeEngine()))

    assert sorted(path.name for path in study.iterdir()) == before


def test_studies_of_one_name_get_folders_of_their_own(tmp_path: Path, settings: Settings) -> None:
    for slices, site in ((3, "a"), (4, "b")):
        write_patient(tmp_path / "sites" / site, "TCGA_AA_1", slices)

    outcomes = list(
        segment_input(tmp_path / "sites", tmp_path / "out", settings, engine=FakeEngine())
    )

    folders = {outcome.folder for outcome in outcomes}
    assert len(folders) == 2


def test_an_unknown_model_is_an_error_before_anything_is_read(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(ModelError, match="model other: expected one of paper-unet/1"):
        list(segment_input(patients, tmp_path / "out", settings, Request(model="other")))

    assert not (tmp_path / "out").exists()


def test_without_any_model_the_error_says_how_to_make_one(
    patients: Path, tmp_path: Path, settings: Settings
) -> None:
    nothing = Settings(home=tmp_path / "new", shipped_models=tmp_path / "none")

    with pytest.raises(ModelError, match="python -m seg_core train"):
        list(segment_input(patients, tmp_path / "out", nothing))
