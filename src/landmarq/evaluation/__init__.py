"""Measuring: offline tests, comparisons, calibration and the public benchmarks, the same scorer for every system."""
