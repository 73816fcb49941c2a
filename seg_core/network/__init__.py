"""Networks, losses and metrics in Keras. Nothing outside this package needs to know a layer."""
