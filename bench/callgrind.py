"""Instructions per call, counted by callgrind and therefore the same on any
machine, loaded or not.

The world is made by a running server, which is then shut down cleanly. Each
call is counted by two runs of `postgres --single` on copies of that data
directory: one executes a warm-up of every call, the other the same and then
CALLS more of the one in question. The difference, divided by CALLS, is what
one call costs in a warm backend: executor, row access, indexes, WAL and
commit. Network, system calls and waits are not in it.
"""

import collections
import concurrent.futures
import os
import re
import shutil
import subprocess

import calls as spec
from lab import BenchError, run


class Counter:
    """A shut-down data directory and the statements that run on copies of it."""

    def __init__(self, lab):
        self.lab = lab
        self.work = os.path.join(lab.parent, "callgrind")
        os.mkdir(self.work)
        os.chmod(self.work, 0o777)
        self.functions = {}

    def shut_down(self):
        """Stop the server cleanly; its data directory is the starting point."""
        self._pg_ctl("-m", "fast", "stop")

    def start_up(self):
        self._pg_ctl("-l", os.path.join(self.lab.dir, "log"), "start")

    def _pg_ctl(self, *words):
        lab = self.lab
        run(lab.run_as + [os.path.join(lab.bin, "pg_ctl"), "-D", os.path.join(lab.dir, "data"),
                          "-w", "-s", *words], cwd="/")

    def count(self, calls, names=None):
        """{name: Profile} of one call each, on average; of those named, if any are."""
        counted = [call for call in calls if not names or call.name in names]
        if not counted:
            return {}
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            base = pool.submit(self._profile, "base", script(calls, None), calls)
            more = {call: pool.submit(self._profile, call.name, script(calls, call), calls) for call in counted}
            return {call.name: more[call].result().minus(base.result(), spec.CALLS * call.per) for call in counted}

    def _profile(self, name, script, calls):
        out = os.path.join(self.work, name + ".out")
        self._run_single(name, script, ["--tool=callgrind", f"--callgrind-out-file={out}"],
                         any(call.refuses for call in calls))
        profile = Profile.read(out)
        os.unlink(out)
        return profile

    def _run_single(self, name, script, valgrind, refusing):
        lab = self.lab
        data = os.path.join(self.work, name)
        run(["cp", "-a", os.path.join(lab.dir, "data"), data])
        command = lab.run_as + ["valgrind", "--quiet", "--error-exitcode=0"] + valgrind + [
            os.path.join(lab.bin, "postgres"), "--single", "-D", data, "bench"]
        done = subprocess.run(command, input=script, cwd=self.work, text=True, env=lab.env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        shutil.rmtree(data)
        errors = re.findall(r"\b(?:ERROR|FATAL|PANIC):.*", done.stdout + done.stderr)
        if refusing:
            errors = [error for error in errors if not error.startswith("ERROR:  seat is not available")]
        if done.returncode != 0 or errors:
            raise BenchError(f"callgrind {name}: exit {done.returncode}\n" + "\n".join(errors[:5]))


def script(calls, counted):
    """Warm up every call; then, if one is counted, execute it CALLS times more."""
    lines = ["SET synchronous_commit = off", "SET jit = off"]
    for call in calls:
        lines += call.prepare
    for call in calls:
        for statements in call.executions[:spec.WARM_UPS]:
            lines += statements
    if counted:
        for statements in counted.executions[spec.WARM_UPS:]:
            lines += statements
    return "".join(line + "\n" for line in lines)


class Profile:
    """Instructions of each function itself, and of what it calls."""

    def __init__(self):
        self.own = collections.Counter()
        self.calls = collections.Counter()  # (caller, callee) -> instructions
        self.ours = set()  # functions of the extension

    @property
    def total(self):
        return sum(self.own.values())

    @classmethod
    def read(cls, path):
        profile, names = cls(), {}
        objects = {}
        function = callee = None
        ours = False
        with open(path) as lines:
            for line in lines:
                if line.startswith("ob="):
                    ours = full_name(objects, line[3:].rstrip()).endswith("/concert_booking.so")
                elif line.startswith("cob="):
                    full_name(objects, line[4:].rstrip())
                elif line.startswith("fn="):
                    function = full_name(names, line[3:].rstrip())
                    if ours:
                        profile.ours.add(function)
                elif line.startswith("cfn="):
                    callee = full_name(names, line[4:].rstrip())
                elif line[0] in "0123456789+-*":
                    cost = int(line.split()[1])
                    if callee:
                        profile.calls[function, callee] += cost
                        callee = None
                    else:
                        profile.own[function] += cost
        return profile

    def minus(self, base, calls):
        change = Profile()
        change.ours = self.ours
        for mine, less, result in ((self.own, base.own, change.own), (self.calls, base.calls, change.calls)):
            for key in mine.keys() | less.keys():
                if mine[key] != less[key]:
                    result[key] = (mine[key] - less[key]) / calls
        return change

    def inclusive(self, function):
        return self.own[function] + sum(n for (caller, _), n in self.calls.items() if caller == function)

    def tree(self, function, least, depth=0, seen=None):
        """What a function of ours spends its instructions on: [(depth, instructions, own, name)].

        It goes down through our functions to the first one of PostgreSQL. Below
        one that several of ours call stands the sum for all of its callers.
        """
        seen = set() if seen is None else seen
        if function not in self.ours or function in seen:
            return []
        seen.add(function)
        lines = []
        for cost, callee in sorted(((n, callee) for (caller, callee), n in self.calls.items()
                                    if caller == function), reverse=True):
            if cost >= least:
                lines.append((depth, cost, self.own[callee], callee))
                lines += self.tree(callee, least, depth + 1, seen)
        return lines


def full_name(names, text):
    """Callgrind writes a name once, as "(7) heap_update", and then "(7)"."""
    number, _, name = text.partition(" ")
    if name:
        names[number] = name
    return names.get(number, number)
