"""Real training of architectures, in torch. Nothing outside this package imports torch."""
