"""Second Reader's core: reads MRI slices, trains and runs U-Nets. It never imports Streamlit."""

__version__ = "0.1.0"
