"""Benchmarks, run by hand; their tests only show that they run."""
