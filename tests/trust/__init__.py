"""What nassim promises of code that others wrote: SECURITY.md."""
