"""
The life of one seat, and the search for an order of its events.

A seat is free, held by a booker until a deadline, sold as part of a booking,
blocked, or of a cancelled schedule: then nothing can be had of it, blocked or not. A hold ends by itself at its deadline; whoever comes later finds the
seat free. `linearize` decides whether the events of one seat, each of which took
effect at some instant between `inv` and `ret`, can be put in an order in which
every one of them is right.

Time is part of what must be right. A step carries the interval [li, lr] in which
the server read its clock. A lower bound of the present, `now`, grows along the
order: a writer waits for the one before, so it read its clock after that one
began to commit, and whoever took over a lapsed seat did so after the deadline.
Where the server itself told the instant (a fresh term ends exactly one term
after it), that instant is used.

A step is a tuple (function, li, lr, arguments...); the function maps a state
and the interval [a, z] of possible instants to the possible next (state, now).
No next state: the step cannot have happened then.
"""

FREE, HELD, SOLD, BLOCKED, CLOSED, SHUT = range(6)
NAMES = ('free', 'held', 'sold', 'blocked', 'closed', 'closed and blocked')

START = (FREE,)

# ---- steps that change the seat ----


# A state is (FREE,), (BLOCKED,), (CLOSED,), (SHUT,), (SOLD, booking) or (HELD, booker or pending booking,
# earliest and latest deadline, span in which the hold began); the deadline is one instant
# unless nobody was told, the span is None then.


def hold(state, a, z, booker, expires, term):
    """A hold was granted, or the booker's own one kept its term."""
    out = []
    if state[0] == HELD and state[1] == booker \
            and state[2] <= expires <= state[3] and a < expires:
        out.append(((HELD, booker, expires, expires, state[4]), a))
    if state[0] in (FREE, HELD):
        # the instant of a fresh term, exactly unless it was cut short
        first, last = a, z
        if expires == term.cap:
            first = max(first, expires - term.length)
        else:
            first, last = max(first, expires - term.length), min(last, expires - term.length)
        last = min(last, term.cap - 1)
        if state[0] == HELD:
            first = max(first, state[2])        # the hold before must be over
        if first <= last:
            out.append(((HELD, booker, expires, expires, (first, z)), first))
    return out


def hold_unseen(state, a, z, booker, term):
    """A hold whose reply was lost."""
    out = [(state, a)]
    if state[0] == FREE or state[0] == HELD and state[2] <= z:
        out.append(((HELD, booker, min(a + term.length, term.cap),
                     min(z + term.length, term.cap), None), a))
    return out


def extend(state, a, z, booker, expires, term):
    if state[0] != HELD or state[1] != booker or a >= state[3] or expires < state[2]:
        return []
    since = state[4]
    if expires > state[3]:
        if expires > min(z + term.length, term.cap):
            return []
        if since is not None and expires > since[1] + term.longest:
            return []
    if since is not None and expires < min(a + term.length, since[0] + term.longest, term.cap):
        return []
    return [((HELD, booker, expires, expires, since), a)]


def extend_unseen(state, a, z, booker, term):
    if state[0] != HELD or state[1] != booker or a >= state[3]:
        return [(state, a)]
    return [((HELD, booker, state[2], max(state[3], z + term.length), state[4]), a)]


def release(state, a, z, booker):
    if state[0] == HELD and state[1] == booker and a < state[3]:
        return [(START, a)]
    return []


def release_if_held(state, a, z, booker, counted=None):
    """Release of whatever the booker holds: this seat too, if it is one. counted: whether it was, where that is known."""
    out = release(state, a, z, booker) if counted is not False else []
    if counted is not True and (state[0] != HELD or state[1] != booker or z >= state[2]):
        out = out + [(state, a)]
    return out


def confirm(state, a, z, booker, booking, instant):
    # instant: when the booking says it was made, its clock being read under
    # the seat's lock; a live hold is one that ends later
    if state[0] == HELD and state[1] == booker and a < state[3] and instant < state[3]:
        return [((SOLD, booking), a)]
    return []


def book(state, a, z, booker, booking, instant):
    if state[0] == FREE:
        return [((SOLD, booking), a)]
    if state[0] == HELD:
        if state[1] == booker and a < state[3]:
            return [((SOLD, booking), a)]
        if min(z, instant) >= state[2]:
            return [((SOLD, booking), max(a, state[2]))]
    return []


def cancel(state, a, z, booking):
    return [(START, a)] if state == (SOLD, booking) else []


# A seat that is kept for a pending booking is held, the booking being its holder: nobody else
# has that name, and it is over at pay_by like any hold.


def keep(state, a, z, booker, booking, instant, pay_by):
    if state[0] == HELD and state[1] == booker and a < state[3] and instant < state[3]:
        return [((HELD, booking, pay_by, pay_by, None), a)]
    return []


def pay(state, a, z, booker, booking, instant, pay_by):
    """
    In time the seat is the booking's; late it is had again if nobody else has it.
    instant: when the payment was taken; the seat is locked later than that.
    """
    if state[0] == HELD and state[1] == booking and instant < state[3]:
        return [((SOLD, booking), a)]
    if z < pay_by:
        return []
    if state[0] == FREE:
        return [((SOLD, booking), a)]
    if state[0] == HELD and z >= state[2]:
        return [((SOLD, booking), max(a, state[2]))]
    return []


def give_up(state, a, z, booking, pay_by):
    """A pending booking is cancelled; it was pending when its row was locked."""
    if state[0] == HELD and state[1] == booking:
        return [(START, a)]
    return [(state, a)] if z >= pay_by else []


def give_back(state, a, z, booking):
    """A seat of a booking is cancelled, by this call or one before."""
    return [(START if state == (SOLD, booking) else state, a)]


def block(state, a, z, counted=None):
    """counted: whether the seat was one of those that this call has blocked, where that is known."""
    if state[0] in (BLOCKED, SHUT):
        return [] if counted else [(state, a)]
    if counted is False:
        return []
    if state[0] in (FREE, CLOSED):
        return [((BLOCKED if state[0] == FREE else SHUT,), a)]
    if state[0] == HELD and z >= state[2]:
        return [((BLOCKED,), max(a, state[2]))]
    return []


def unblock(state, a, z, counted=None):
    if state[0] in (BLOCKED, SHUT):
        return [] if counted is False else [(START if state[0] == BLOCKED else (CLOSED,), a)]
    return [] if counted else [(state, a)]


def close(state, a, z):
    """The whole schedule is cancelled: its seats keep what they were, and none can be had."""
    return [((SHUT if state[0] in (BLOCKED, SHUT) else CLOSED,), a)]


# ---- steps that only look ----


def is_of(state, booking):
    """Whether the seat is the booking's, sold or kept for it."""
    return booking is not None and state[0] in (HELD, SOLD) and state[1] == booking


def refused(state, a, z, reason, booker, own):
    """
    Not available, and why. booker None: an operator, stopped by any hold. own:
    the booking of the call's key, which is an answer and no reason to refuse.
    """
    if is_of(state, own):
        return []
    if reason == 'held':
        good = state[0] == HELD and state[1] != booker and a < state[3]
    else:
        good = state[0] in {'reserved': (SOLD,), 'blocked': (BLOCKED, SHUT)}.get(reason, ())
    return [(state, a)] if good else []


def not_held(state, a, z, booker, own):
    if is_of(state, own):
        return []
    good = state[0] != HELD or state[1] != booker or z >= state[2]
    return [(state, a)] if good else []


def seen(state, a, z, letter):
    """The letter of seat_status(): a hold that is over shows as free, swept or not."""
    if state[0] == HELD:
        good = letter == 't' and a < state[3] or letter == 'a' and z >= state[2]
    else:
        good = letter == {FREE: 'a', CLOSED: 'a', SOLD: 'r', BLOCKED: 'u', SHUT: 'u'}[state[0]]
    return [(state, a)] if good else []


def final(state, a, z, kind, owner, expires):
    """The seat as the database has it at the end."""
    if kind == FREE:
        good = state[0] in (FREE, CLOSED) or state[0] == HELD and state[2] <= z
    elif kind == HELD:
        good = state[0] == HELD and state[1] == owner and state[2] <= expires <= state[3]
    else:
        good = state[0] in (BLOCKED, SHUT) if kind == BLOCKED else state[0] == kind and state[1] == owner
    return [(state, a)] if good else []


LOOKS = frozenset((refused, not_held, seen, final))
KEEPERS = frozenset((hold_unseen, extend_unseen, release_if_held, unblock))

# ---- a program: steps of one transaction on the seat, with savepoints ----

MARK, UNDO = 'mark', 'undo'


class Event:
    """What one call or one transaction did to the seat, or saw of it."""

    __slots__ = ('inv', 'ret', 'program', 'looks', 'optional', 'ops', 'losable')

    def __init__(self, inv, ret, program, ops, looks=False, optional=False, losable=0):
        self.inv, self.ret, self.program, self.ops = inv, ret, program, ops
        self.looks = looks              # leaves the seat as it was
        self.optional = optional        # nobody knows whether it happened
        self.losable = losable          # instant of the crash that may have taken it back, or 0


CRASH = 'crash'                         # the only step of a crash that may take something back


def surviving(program):
    """The steps that no rollback to a savepoint takes back."""
    steps, mark = [], 0
    for step in program:
        if step is MARK:
            mark = len(steps)
        elif step is UNDO:
            del steps[mark:]
        else:
            steps.append(step)
    return steps


def run(event, state, now):
    """All possible (state, now) after the event."""
    branches = [(state, now, ())]
    for step in event.program:
        after = []
        for state_, now_, marks in branches:
            if step is MARK:
                after.append((state_, now_, marks + (state_,)))
            elif step is UNDO:
                after.append((marks[-1], now_, marks))
            elif step[0] in LOOKS:
                after += [(s, now_, marks) for s, _ in step[0](state_, step[1], step[2], *step[3:])]
            else:
                a = max(step[1], now_)
                if a <= step[2]:
                    after += [(s, max(n, now_), marks)
                              for s, n in step[0](state_, a, step[2], *step[3:])]
        branches = after
        if not branches:
            return []
    if event.looks:
        return [(state, now)]
    # what left the seat as it was has waited for nobody, and nobody for it
    return [(s, max(n, event.inv)) if s != state else (state, now) for s, n, _ in branches]


# ---- the search ----

MOST_CONFIGURATIONS = 20000


class TooMany(Exception):
    pass


def _see(state, now, done, looks):
    """Looks that this state answers need not wait for another state."""
    seen = [e for e in looks if e not in done and run(e, state, now)]
    return done.union(seen) if seen else done


def _apply(event, state, now, past):
    """
    All possible (state, now, past) after the event. past: what the seat was
    before commits that a crash may take back; one that it may not take back is
    flushed, and all before with it.
    """
    if event.program[0] is CRASH:
        return [(s, max(now, event.inv), frozenset()) for s in past | {state}]
    out = []
    for state_, now_ in run(event, state, now):
        if state_ == state:
            out.append((state_, now_, past))
        else:
            out.append((state_, now_, past | {state} if event.losable else frozenset()))
    return out


def _explore(config, forced, writers, looks):
    """Configurations in which `forced` has happened, as late as possible."""
    found, frontier, known = set(), [config], {config}
    while frontier:
        state, now, done, past = frontier.pop()
        for event in writers:
            if event in done:
                continue
            for state_, now_, past_ in _apply(event, state, now, past):
                done_ = _see(state_, now_, done.union((event,)), looks)
                after = (state_, now_, done_, past_)
                if after in known:
                    continue
                known.add(after)
                if len(known) > MOST_CONFIGURATIONS:
                    raise TooMany()
                if forced in done_:
                    found.add(after)
                else:
                    frontier.append(after)
    return found


def linearize(events, known=None):
    """
    None if the events of a seat have an order; else the first event that has no
    place in any. An event is put in place only when it must be, that is when
    its reply comes; until then it is pending. Looks are put in place as soon as
    a state answers them, which never harms: they change nothing.

    known is a list to fill: (instant, states that the seat can have from then on;
    None while something is under way that may change it).
    """
    points = []
    for number, event in enumerate(events):
        points.append((event.inv, 0, number, event))
        points.append((event.ret, 1, number, event))
    points.sort(key=lambda p: p[:3])

    configs = {(START, 0, frozenset(), frozenset())}
    writers, looks = [], []
    if known is not None:
        known.append((0, {START}))
    for time, returns, _, event in points:
        if not returns:
            if known is not None and not event.looks and not writers:
                known.append((time, None))
            (looks if event.looks else writers).append(event)
            if event.looks:
                configs = {(s, n, _see(s, n, d, [event]), p) for s, n, d, p in configs}
            continue
        after = set()
        for config in configs:
            if event in config[2]:
                after.add((config[0], config[1], config[2] - {event}, config[3]))
                continue
            if event.optional:
                after.add(config)
            after.update((s, n, d - {event}, p) for s, n, d, p in _explore(config, event, writers, looks))
        (looks if event.looks else writers).remove(event)
        if not after:
            if known is not None:
                known.append((time, None))
            return event
        if len(after) > MOST_CONFIGURATIONS:
            raise TooMany()
        configs = after
        if known is not None and not event.looks and not writers:
            known.append((time, {config[0] for config in configs}))
    return None
