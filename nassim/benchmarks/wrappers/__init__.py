"""One file is one wrapper over any benchmark: a difficulty, another judge, or shared weights."""
