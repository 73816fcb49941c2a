import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np

from seg_core.readers.upload import sources_from_upload
from tests.readers.made import dicom_bytes, patient, pixels, tiff_bytes, zip_of

MASK = tiff_bytes(np.eye(16, dtype=np.uint8) * 255)


def test_slices_and_masks_uploaded_loose_are_one_study(tmp_path: Path) -> None:
    files = [(f"TCGA_X_{i}.tif", tiff_bytes(pixels(i))) for i in (10, 9)]

    sources, skipped = sources_from_upload([*files, ("TCGA_X_9_mask.tif", MASK)], tmp_path)
    study = sources[0].open()

    assert (study.name, study.source, study.files) == (
        "TCGA_X",
        "upload",
        ("TCGA_X_9.tif", "TCGA_X_10.tif"),
    )
    assert study.truth_known is not None
    assert study.truth_known.tolist() == [True, False]
    assert skipped == []


def test_a_folder_upload_is_a_study_a_folder(tmp_path: Path) -> None:
    files = [("set/p/1.tif", tiff_bytes(pixels(1))), ("set/q/1.tif", tiff_bytes(pixels(2)))]

    sources, _ = sources_from_upload(files, tmp_path)

    assert [source.name for source in sources] == ["p", "q"]


def test_names_from_the_browser_are_never_paths(tmp_path: Path) -> None:
    staging = tmp_path / "staging"
    names = ["../../evil.tif", "/etc/cron.d/evil.tif", "C:\\evil.tif", "..\\..\\e\x00vil.png"]

    sources_from_upload([(n, tiff_bytes(pixels(i))) for i, n in enumerate(names)], staging)

    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 4
    assert all(path.parent == staging and len(path.stem) == 64 for path in written)


def test_a_zip_upload_opens_like_the_folder(tmp_path: Path) -> None:
    packed = zip_of(patient(tmp_path / "p"), tmp_path / "p.zip").read_bytes()

    sources, skipped = sources_from_upload([("scan.zip", packed)], tmp_path / "staging")

    assert skipped == []
    assert sources[0].open().files == ("p_1.tif", "p_2.tif", "p_3.tif")


def test_an_unsafe_zip_is_named_and_the_images_beside_it_come_through(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("../evil.tif", b"")

    sources, skipped = sources_from_upload(
        [("bad.zip", out.getvalue()), ("a.tif", tiff_bytes(pixels()))], tmp_path
    )

    assert [source.name for source in sources] == ["a"]
    assert skipped[0].file == "bad.zip"
    assert "a path that leads out of the folder" in skipped[0].reason


def test_a_zip_without_images_is_named(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("readme.txt", b"hello")

    sources, skipped = sources_from_upload([("notes.zip", out.getvalue())], tmp_path)

    assert sources == []
    assert "found no image in it" in skipped[0].reason


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    _, skipped = sources_from_upload([("table.csv", b"a,b")], tmp_path)

    assert skipped[0].file == "table.csv"
    assert "found another ending" in skipped[0].reason


def test_a_bad_slice_is_named_and_the_good_ones_come_through(tmp_path: Path) -> None:
    files = [("p_1.tif", tiff_bytes(pixels(1))), ("p_2.tif", b"just text")]

    study = sources_from_upload(files, tmp_path)[0][0].open()

    assert study.files == ("p_1.tif",)
    assert [lost.file for lost in study.skipped] == ["p_2.tif"]


def test_a_name_given_twice_is_named(tmp_path: Path) -> None:
    files = [("p_1.tif", tiff_bytes(pixels(1))), ("p_1.tif", tiff_bytes(pixels(2)))]

    sources, skipped = sources_from_upload(files, tmp_path)

    np.testing.assert_array_equal(sources[0].open().slices[0], pixels(1))
    assert "a second time" in skipped[0].reason


def test_series_whose_files_have_the_same_names_are_told_apart_by_their_headers(
    tmp_path: Path,
) -> None:
    def slices(series: str, bright: int) -> list[tuple[str, bytes]]:
        image = np.full((4, 4), bright, np.uint16)
        places = [(0.0, 0.0, 5.0 * k) for k in range(2)]
        return [
            (f"IM{k}", dicom_bytes(image, position=place, series=series, SOPInstanceUID=series))
            for k, place in enumerate(places)
        ]

    files = [*slices("1.1", 7), *slices("1.2", 9), slices("1.1", 7)[0]]
    sources, skipped = sources_from_upload(files, tmp_path)
    studies = [source.open() for source in sources]

    assert [study.files for study in studies] == [("IM0", "IM1"), ("IM0 (2)", "IM1 (2)")]
    assert [int(study.slices.max()) for study in studies] == [7, 9]
    assert [lost.file for lost in skipped] == ["IM0"]


def test_what_segment_wrote_is_no_study_when_its_folder_is_uploaded(tmp_path: Path) -> None:
    files = [(f"set/out/p/{name}", b"{}") for name in ("summary.json", "triage.csv")]
    files += [("set/p/1.tif", tiff_bytes(pixels(1))), ("set/out/p/masks/1.tif", MASK)]

    sources, skipped = sources_from_upload(files, tmp_path)

    assert [source.name for source in sources] == ["p"]
    assert skipped == []
