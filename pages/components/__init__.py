"""What pages share: workspace, session keys, charts, the slice viewer."""
