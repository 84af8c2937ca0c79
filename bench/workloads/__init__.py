"""The workloads, in the order in which they run. To add one: a module with
TITLE and run(lab, plan, book), its pgbench scripts in ../scripts, its goals in
../goals.py, its name here, and a place in docs/internals/benchmarks.md that says
"Not measured yet." PLAN in a module: fewer rounds or turns than the others, where
the sides are far apart."""

import collections

from . import (best_seats, calls, catalogue, catalogue_large, confirm, connections, cycle, endurance, exact, flash_sale, hold,
               large_hall, payment, reading, refusal, sweep, wal)

WORKLOADS = collections.OrderedDict(
    (module.__name__.rsplit(".", 1)[-1], module)
    for module in (hold, refusal, wal, exact, calls, cycle, confirm, payment, flash_sale, best_seats, reading, sweep,
                   connections, large_hall, endurance, catalogue, catalogue_large))
