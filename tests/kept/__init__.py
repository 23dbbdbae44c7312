"""Files of earlier versions, and tests that each is read."""
