"""Lambda functions that the stacks ship as assets; each folder is one function, without dependencies."""
