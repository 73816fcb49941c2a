"""Which data sets the next run trains on, and how they are split. It reads only what is listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st

from pages.components import session
from pages.components.charts import PART_COLOURS, QUIET
from pages.components.counted import counted
from pages.components.dataset_charts import split_chart, tumour_chart
from pages.components.plain_text import plain
from pages.components.refused_files import refused_files
from pages.components.still_chart import still_chart
from pages.components.training.kept_choice import box_of, keep
from pages.components.workspace import Workspace
from seg_core.data.datasets import find_datasets
from seg_core.data.index import DatasetIndex, index_dataset
from seg_core.data.split import SLICE_SPLIT_WARNING, Split, SplitSettings, make_split
from seg_core.errors import SecondReaderError

DEMO_PATIENTS, DEMO_SLICES, DEMO_SEED = 8, 12, 7
"""Of the demo data set: enough for a split with all three parts, trained on in minutes."""


def choose_datasets(workspace: Workspace) -> list[Path]:
    """Draw the choice; the data sets that were found and chosen, links resolved."""
    settings = workspace.settings
    demo = settings.home / "demo"
    found = find_datasets([*settings.data_roots, demo])
    if not found:
        st.info(
            "No data set was found. Name folders in SECOND_READER_DATA before the start of the "
            "app: a data set is a folder of patients' folders with slices and `_mask` files."
        )
    if not demo.exists() and st.button(
        "Make the demo data set",
        icon=":material/science:",
        help=f"{DEMO_PATIENTS} phantom patients in {demo}: not real brains, exact truth.",
    ):
        with st.spinner("Computing the phantoms …"):
            make_demo(demo)
        st.rerun()
    wanted = st.session_state.get(session.DATASETS, found[:1])
    say_gone(path for path in wanted if path not in found)
    st.session_state[session.DATASETS] = kept = [path for path in wanted if path in found]
    return st.multiselect(
        "Data sets",
        found,
        key=box_of(session.DATASETS, kept),
        on_change=keep,
        args=(session.DATASETS,),
        format_func=lambda path: title(path, settings.data_roots),
        placeholder="choose at least one",
        help="Several are trained on together.",
    )


def say_gone(folders: Iterable[Path]) -> None:
    """Name folders that were chosen and cannot be any more."""
    gone = ", ".join(map(str, folders))
    if gone:
        st.warning(f"No longer among the data roots: {plain(gone)}.", icon=":material/warning:")


def title(path: Path, roots: Sequence[Path]) -> str:
    """The folder as seen from its data root."""
    for root in roots:
        if path != root and path.is_relative_to(root):
            return str(Path(root.name) / path.relative_to(root))
    return path.name


def make_demo(folder: Path) -> None:
    """Write the phantom data set, whole or not at all."""
    from seg_core.data.phantom import write_phantom

    part = folder.with_name(folder.name + ".part")
    write_phantom(part, patients=DEMO_PATIENTS, slices=DEMO_SLICES, seed=DEMO_SEED)
    part.rename(folder)


def indexed(paths: Sequence[Path]) -> list[DatasetIndex]:
    """The data sets' indexes, those that cannot be read left out with a message."""
    found = []
    for path in paths:
        try:
            found.append(_index(str(path), stamp_of(path)))
        except SecondReaderError as error:
            st.error(plain(str(error)), icon=":material/error:")
    return found


@st.cache_resource(max_entries=8, show_spinner="Reading slices and masks of the data set …")
def _index(path: str, stamp: float) -> DatasetIndex:
    return index_dataset(Path(path))


def stamp_of(path: Path) -> float:
    """Of a data set's folder; changes when a file is added to or taken out of the data set."""
    return max([path.stat().st_mtime, *(child.stat().st_mtime for child in path.iterdir())])


def draw_report(indexes: Sequence[DatasetIndex], roots: Sequence[Path]) -> None:
    """What lies in the data sets, a row each, and what is wrong in them."""
    rows = [
        {
            "data set": title(index.root, roots),
            "patients": len(index.patients),
            "slices": index.slices,
            "with tumour": index.positive_slices,
            "unpaired": len(index.unpaired),
            "unreadable": len(index.unreadable),
            "substituted channels": len(index.substituted),
        }
        for index in indexes
    ]
    st.dataframe(rows, hide_index=True)
    substituted = {name: which for index in indexes for name, which in index.substituted.items()}
    if substituted:
        with st.expander(f"{counted(len(substituted), 'patient')} with a substituted channel"):
            st.dataframe(
                [{"patient": p, "FLAIR again as": ", ".join(c)} for p, c in substituted.items()],
                hide_index=True,
            )
    problems = [problem for index in indexes for problem in (*index.unpaired, *index.unreadable)]
    if problems:
        with st.expander(f"{len(problems)} files are left out", icon=":material/warning:"):
            refused_files([(problem.file, problem.reason) for problem in problems])


def split_of(indexes: Sequence[DatasetIndex], settings: SplitSettings) -> Split | None:
    """The split that the run will make, or None after a message."""
    files = {
        patient.name: [pair.file for pair in patient.slices if pair.outlined]
        for index in indexes
        for patient in index.patients
    }
    tumour = {patient.name: patient.tumour_px for index in indexes for patient in index.patients}
    files = {name: known for name, known in files.items() if known}
    try:
        return make_split(files, settings, {name: tumour[name] for name in files})
    except SecondReaderError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def draw_split(indexes: Sequence[DatasetIndex], split: Split) -> None:
    """Parts in patients, slices and tumour slices; tumour by patient, in its part's colour."""
    if split.settings.kind == "slice":
        st.warning(SLICE_SPLIT_WARNING, icon=":material/warning:")
    patients = [patient for index in indexes for patient in index.patients]
    still_chart(split_chart(part_counts(indexes, split)), key="split_chart", config=QUIET)
    areas = {patient.name: patient.tumour_px for patient in patients}
    still_chart(tumour_chart(areas, part_of(split, areas)), key="tumour_chart", config=QUIET)
    st.caption(plain_title(split))


def plain_title(split: Split) -> str:
    """What it is split by, who of its protocol is missing here, and its fingerprint."""
    absent = split.protocol.absent if split.protocol else ()
    missing = f" {counted(len(absent), 'patient')} of the protocol not in these data." * bool(
        absent
    )
    title = plain(split.title)
    return f"Split by {title}.{missing} Its fingerprint `{split.fingerprint}` is kept with the run."


def part_of(split: Split, patients: Sequence[str] | dict[str, int]) -> dict[str, str]:
    """Each patient's part; of a slice split, where all share, the largest: training."""
    if split.settings.kind == "slice":
        return dict.fromkeys(patients, "train")
    return {name: part for part in PART_COLOURS for name in split.members(part)}


def part_counts(indexes: Sequence[DatasetIndex], split: Split) -> dict[str, tuple[int, int, int]]:
    """part -> (patients, slices, slices with tumour)."""
    counts = {}
    for part in PART_COLOURS:
        held = [
            (patient.name, pair)
            for index in indexes
            for patient in index.patients
            for pair in patient.slices
            if pair.outlined and split.holds(part, patient.name, pair.file)
        ]
        positive = sum(pair.tumour_px > 0 for _, pair in held)
        counts[part] = (len({name for name, _ in held}), len(held), positive)
    return counts
