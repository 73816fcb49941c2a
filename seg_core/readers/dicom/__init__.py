"""DICOM series in: told apart by their headers, decoded, put in order, and made a study."""
