"""Benchmarks: each prints what it measured on this machine, with the ratios that hold on others. None is a test."""
