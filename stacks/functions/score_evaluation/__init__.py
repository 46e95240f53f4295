"""Measures a customized model on the workload's own metric before it gets its final hosting."""
