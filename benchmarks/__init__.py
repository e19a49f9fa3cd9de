"""What is fast, and how it is measured: `make bench`. See `__main__` for what stands in the table."""
