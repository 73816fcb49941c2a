"""Files in: folders, images, zips and uploads become studies. It reads no DICOM and no NIfTI."""

from seg_core.readers.find import find_studies
from seg_core.readers.source import StudySource

__all__ = ["StudySource", "find_studies"]
