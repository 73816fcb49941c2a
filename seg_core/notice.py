"""What every output says of its use."""

NOTICE = "Research use only. Not for diagnosis."
