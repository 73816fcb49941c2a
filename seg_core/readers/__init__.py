"""Files in: folders, images, DICOM, NIfTI, zips and uploads become studies."""

from seg_core.readers.find import find_studies
from seg_core.readers.source import StudySource

__all__ = ["StudySource", "find_studies"]
