"""What a study says: tables of study.toml, read, checked and written out."""
