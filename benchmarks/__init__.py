"""Programs that time parts of Second Reader on this machine. They judge no accuracy."""
