"""The rows: one module each, whose ``measure`` gives the rows of the report."""
