"""The workloads, in the order in which they run. To add one: a module with
TITLE and run(lab, plan, book), its pgbench scripts in ../scripts, its goals in
../goals.py, its name here."""

import collections

from . import catalogue, confirm, cycle, exact, flash_sale, hold, hot_updates, reading, refusal, sweep, wal

WORKLOADS = collections.OrderedDict(
    (module.__name__.rsplit(".", 1)[-1], module)
    for module in (hold, refusal, wal, cycle, confirm, hot_updates, sweep, flash_sale, reading, catalogue, exact))
