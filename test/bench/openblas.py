"""Factor and inverse of an n by n covariance by OpenBLAS in double precision, one thread: reads "n milliseconds" lines, and writes
the CPU time of one round in ms, over as many rounds as fill the time. Needs SciPy."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
import time

import numpy
from scipy.linalg import lapack

print("ready", flush=True)
for line in sys.stdin:
    n, least = int(line.split()[0]), float(line.split()[1])
    covariance = numpy.asfortranarray(numpy.full((n, n), 0.5) + 0.6 * numpy.eye(n))
    rounds = 0
    start = time.process_time()
    while (time.process_time() - start) * 1000 < least:
        factor, failed = lapack.dpotrf(covariance, lower=1)
        inverse, failed_too = lapack.dpotri(factor, lower=1, overwrite_c=1)
        assert failed == 0 and failed_too == 0
        rounds += 1
    print((time.process_time() - start) * 1000 / rounds, flush=True)
