"""What an input may claim before it is refused, and why so much. It reads nothing."""

from __future__ import annotations

from seg_core.errors import ImageRefused

MIB = 2**20

MAX_FILE_BYTES = 256 * MIB
"""One image file. A slice of 4096 x 4096 x 3 at 16 bits, uncompressed, is 96 MiB."""

MAX_SIDE = 4096
"""Pixels of a slice's side: four times the largest brain matrix in clinical use (1024). The side,
not the area: a network sees a square around a slice, however narrow it is."""

MAX_STUDY_BYTES = 2048 * MIB
"""Decoded pixels of one study: 10,000 slices of 256 x 256 x 3 at 8 bits."""

MAX_ENTRIES = 20_000
"""Entries of a zip. The LGG set as Kaggle packs it has 15,938."""

MAX_DIRECTORY_BYTES = 8 * MIB
"""Central directory of a zip, parsed whole by zipfile: about 400 bytes an allowed entry."""

MAX_UNPACKED_BYTES = 4096 * MIB
"""Everything in a zip unpacked. The LGG set as Kaggle packs it, twice in one zip: 2.1 GB."""

MAX_RATIO = 200
"""Unpacked to packed size of one entry above RATIO_FREE_BYTES. Deflate ends at 1032."""

RATIO_FREE_BYTES = 16 * MIB
"""Smaller entries may have any ratio: an empty mask packs 800 to 1 and is harmless. So may NIfTI
volumes: an outline of 240 x 240 x 155 voxels at 16 bits has 18 MB, nearly all of them 0."""

SAVE_AGAIN = (
    "Save it again in grey or RGB, 8 or 16 bits a channel: an uncompressed TIFF, a PNG or a JPEG."
)


def check_declared(name: str, width: int, height: int) -> None:
    """Refuse a size that the header claims, before anything is decoded. Raises ImageRefused."""
    if width < 1 or height < 1:
        raise ImageRefused(
            name,
            expected="at least one pixel",
            found=f"a header that claims {width} x {height} pixels",
            do=SAVE_AGAIN,
        )
    if max(width, height) > MAX_SIDE:
        raise ImageRefused(
            name,
            expected=f"at most {MAX_SIDE:,} pixels a side",
            found=f"a header that claims {width:,} x {height:,}; nothing was decoded",
            do="Scale the slice down, or check where the file comes from.",
        )
