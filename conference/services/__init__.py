"""The verbs, one transaction each, then the reads that pages need."""
