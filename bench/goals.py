"""What the suite has to show. One row a goal; a workload fills in its key.

`at_least` is the bar, `stretch` the real aim. `better` says which way is up. A bar
is reached when every round reaches it: the verdict is that of the worst round.
"""

import collections

Goal = collections.namedtuple("Goal", "key text unit better at_least stretch why")


def goal(key, text, at_least, stretch=None, unit="×", better="higher", why=None):
    return Goal(key, text, unit, better, at_least, stretch, why)


HOLD_WHY = ("A hold changes the seat's row and writes a row of its own with its index entries; the bare UPDATE changes "
            "one row. With synchronous_commit on both wait for the same flush, and the rest is processor time that the "
            "clients share.")

UNCHECKED_WHY = ("The hold's row and its index entries. Nothing of it is hidden here by the CHECK constraints of the seats, which "
                 "a statement parses anew each time and a hold keeps compiled.")

LIMIT_WHY = ("Both are limited by processor time. The same rows and index entries written without a rule, in as many calls and "
             "flushes, are the most that any rule can leave, and stand under Flash sale beside the extension: system B writes "
             "one row a booking and no hold, this data model a row for each seat held and sold, with their indexes.")

WORD_WHY = ("A word of Latin letters that three of a hundred concerts have is frequent for its index and rare along the order.")

GOALS = [
    goal("hold_8_on", "hold ÷ bare one-row UPDATE, 8 clients, synchronous_commit on", 0.90, 1.0,
         why=HOLD_WHY),
    goal("hold_32_on", "hold ÷ bare one-row UPDATE, 32 clients, synchronous_commit on", 0.90, 1.0,
         why=HOLD_WHY),
    goal("hold_8_off", "hold ÷ bare one-row UPDATE, 8 clients, synchronous_commit off", 0.80, 1.0,
         why=HOLD_WHY),
    goal("hold_32_off", "hold ÷ bare one-row UPDATE, 32 clients, synchronous_commit off", 0.80, 1.0,
         why=HOLD_WHY),
    goal("hold_8_on_unchecked", "hold ÷ bare UPDATE without CHECK constraints, 8 clients, synchronous_commit on",
         0.80, 0.9, why=UNCHECKED_WHY),
    goal("hold_32_on_unchecked", "hold ÷ bare UPDATE without CHECK constraints, 32 clients, synchronous_commit on",
         0.80, 0.9, why=UNCHECKED_WHY),
    goal("hold_8_off_unchecked", "hold ÷ bare UPDATE without CHECK constraints, 8 clients, synchronous_commit off",
         0.65, 0.8, why=UNCHECKED_WHY),
    goal("hold_32_off_unchecked", "hold ÷ bare UPDATE without CHECK constraints, 32 clients, synchronous_commit off",
         0.65, 0.8, why=UNCHECKED_WHY),
    goal("hold_cpu", "processor time of a hold in one backend", 20, unit="µs", better="lower"),
    goal("hold_cpu_twin", "processor time of a hold ÷ PL/pgSQL on system A's tables", 0.2, better="lower",
         why="By instructions, which do not vary from round to round, it is 0.30: PL/pgSQL pays for four planned "
             "statements, and both for the same rows and index entries."),
    goal("hold_instructions", "instructions of a hold ÷ bare UPDATE", 1.3, 1.0, better="lower",
         why="The insert of the hold's row and its index entries; the bare UPDATE has none."),
    goal("hold_instructions_unchecked", "instructions of a hold ÷ bare UPDATE without CHECK constraints", 1.6, 1.3,
         better="lower", why="The insert of the hold's row and its index entries; the bare UPDATE has none."),
    goal("eight_seats_instructions", "8 seats in one call, instructions a seat ÷ a one-seat call",
         0.35, 0.2, better="lower",
         why="What each seat needs is not shared: its id as text in and out, the update of its row, its hold's row and "
             "two index entries. These alone are more than a third of a one-seat call."),
    goal("hold_wal", "WAL of a hold", 700, unit="bytes", better="lower"),
    goal("hold_wal_bare", "WAL of a hold ÷ bare HOT update + commit", 2.5, 1.8, better="lower",
         why="The row of the hold and its index entries are logged beside the seat's row: it is they that survive a "
             "crash. The bare UPDATE logs one HOT update, its pruning and the commit."),
    goal("refusal", "refusal of a taken seat ÷ SELECT 1", 0.5, 0.7,
         why="A refusal is an error: most of its work is PostgreSQL's raising, unwinding and reporting of one, not the "
             "look at the seat."),
    goal("refusal_wal", "WAL of a refusal", 0, unit="bytes", better="lower"),
    goal("refusal_xids", "transaction ids used by 1,000 refusals", 0, unit="", better="lower"),
    goal("cycle_seed", "hold + confirm + cancel, one hot schedule, 30 clients ÷ system A's statements", 5),
    goal("cycle_twin", "hold + confirm + cancel, one hot schedule, 30 clients ÷ PL/pgSQL on system A's tables", 2),
    goal("confirm_fast", "confirms on one schedule ÷ counter row, the disk's own flush", 3,
         why="The quicker the flush, the shorter the counter row stays locked, and the less there is to gain from not "
             "having it."),
    goal("confirm_slow", "confirms on one schedule with a 2 ms flush ÷ counter row", 15, 30,
         why="The counter row waits for one flush a sale, the extension for one flush a group of sales; what is left is "
             "the work of a confirm on two cores."),
    goal("hot_schedule", "one hot schedule ÷ 1,000 schedules, 64 clients", 0.95, 0.99,
         why="Confirms of one schedule share its row of counts; who finds it locked looks for a slot of "
             "availability_changes in its place, which is more work."),
    goal("payment", "hold + begin_payment + confirm_payment ÷ hold + confirm_booking, one schedule, 64 clients", 0.6,
         why="Three commits in place of two, and more rows: the charge in the ledger, and a second version of the booking, its "
             "lines and its hold."),
    goal("best_rows", "rows of seats read for each seat that hold_best_seats grants, 64 clients", 3, unit="rows",
         better="lower", why="A caller looks at whole rows, and reads each seat again before it takes it; what it has "
                             "looked at and not sold when the run ends is read for nothing."),
    goal("operations", "operations of one run with check_integrity() empty afterwards", 1000000, unit=""),
    goal("hot_updates", "HOT share of seat updates over a million operations", 0.99, unit="share"),
    goal("flash_seed", "flash sale ÷ system A's statements", 8, 15,
         why="With 64 clients on the two cores that the server has as well, the extension is limited by processor time; "
             "system A waits for the flush of the row that every sale changes, which is short on this disk."),
    goal("flash_redis", "flash sale ÷ Redis + SQL (system B's way)", 1.5,
         why=f"{LIMIT_WHY} Redis forgets its locks in a crash; a hold of ours is on disk before it is told."),
    goal("flash_redis_async", "flash sale with async_holds ÷ Redis + SQL (system B's way)", 2.5,
         why=f"{LIMIT_WHY} Holds that do not wait for the disk are written all the same."),
    goal("flash_null", "flash sale ÷ the same rows, written without a rule", 0.75, 0.9,
         why="Whose seat it is, whether it is free, in time, within the limit and at which price, and what goes wrong: all of "
             "that is asked in this part of the time."),
    goal("flash_null_async", "flash sale with async_holds ÷ the same rows, written without a rule, holds asynchronous",
         0.75, 0.9, why="As above; what waits less for the disk shows more of its work."),
    goal("flash_seats", "flash sale, seats confirmed a second, client included", 2600, 5000, unit="seats/s",
         why="One flush for the hold and one for the confirm, and 64 clients that share two cores with the server."),
    goal("seat_status", "status of 50,000 seats ÷ system A's map as JSON, speed", 30, 60,
         why="Both sides read every seat of the schedule; the answer is shorter, the look at the rows is not."),
    goal("seat_status_since", "what changed among 50,000 seats ÷ system A's map as JSON, speed", 60),
    goal("poll_nothing", "processor time of a poll that finds nothing new, 50,000 seats", 50, unit="µs", better="lower",
         why="Two thirds of it is any statement's: receiving, parsing, planning and answering one. SELECT 1 alone, measured "
             "in the same way and minute, took 54 µs where such a poll took 82."),
    goal("poll_changes", "processor time of a poll that finds 100 seats changed, 50,000 seats", 200, unit="µs",
         better="lower"),
    goal("pollers", "hold p99 with pollers by version at half the processor ÷ without", 1.5, 1.2, better="lower",
         why="PostgreSQL has no priorities: a hold that is woken takes its turn among the pollers, up to three times "
             "(statement, flush, answer), however short their statements are."),
    goal("pollers_exact", "hold p99 with pollers of all letters at half the processor ÷ without", 4, 1.5, better="lower",
         why="A poll of 50,000 seats is some three milliseconds of a core's work. It gives way twenty times in a "
             "millisecond, but PostgreSQL has no priorities: a hold that is woken meanwhile still takes its turn among the "
             "pollers, up to three times (statement, flush, answer). A poll with since costs less."),
    goal("search_none", "search without filter, a million seats ÷ system A's statement, speed", 100),
    goal("search_popularity", "search by popularity ÷ system A's statement, speed", 100),
    goal("search_price_order", "search by price ÷ system A's statement, speed", 100),
    goal("search_text", "search for a word ÷ system A's statement, speed", 100),
    goal("search_genre", "search in a genre ÷ system A's statement, speed", 100),
    goal("search_dates", "search in a month ÷ system A's statement, speed", 100),
    goal("search_region", "search in a region ÷ system A's statement, speed", 100,
         why="System A's statement reads the seats of one region only, and is its quickest; the page takes half a millisecond."),
    goal("search_prices", "search between prices ÷ system A's statement, speed", 100),
    goal("search_tenfold", "searches with ten times the seats ÷ before, time", 1.2, better="lower"),
    goal("large_list", "slowest list of 100,000 concerts: every filter, order, first page and cursor", 5, 2, unit="ms",
         better="lower", why=f"{WORD_WHY} How many of all searches reach the goal stands under A large catalogue."),
    goal("large_word", "the same for a word of two Korean syllables", 10, 3, unit="ms", better="lower"),
    goal("large_total", "slowest total count of a list of 100,000 concerts", 5, unit="ms", better="lower",
         why="To count a thousand concerts by their prices, two thousand prices are looked at, each with its schedule and "
             "its concert."),
    goal("large_never_analyzed", "slowest list of 100,000 concerts, tables never analyzed", 5, 2, unit="ms", better="lower",
         why="Nor were they vacuumed: what an index alone could tell is looked up in the table until then, and words that were "
             "added last are looked for one by one."),
    goal("large_while_selling", "slowest list by price or date while 1,000 bookings/s are made", 5, 2, unit="ms",
         better="lower", why=WORD_WHY),
    goal("large_beside_snapshot", "the same beside a snapshot that sleeps", 5, 2, unit="ms", better="lower",
         why=f"{WORD_WHY} Sales share the two cores, and no old version of a row may go."),
    goal("large_popularity", "job of popularity, 1,000 concerts sold since", 200, unit="ms", better="lower",
         why="A concert whose popularity changes is written into all of its indexes again, three of which are on words."),
    goal("large_popularity_wait", "slowest edit of a concert while that job runs", 20, unit="ms", better="lower",
         why="Fifty concerts are locked at a time; the editor shares two cores with the job."),
    goal("large_upkeep", "daily upkeep after sales in 2,000 schedules", 1, unit="s", better="lower"),
    goal("seat_map", "seat_map rows of 50,000 seats ÷ system A's map as JSON, speed", 2),
    goal("seat_status_server", "seat_status of 50,000 seats ÷ system A's map as JSON, inside the server, speed", 20, 60),
    goal("hall_growth", "100,000 seats ÷ 50,000 in one schedule, processor time of each call that goes through all of them",
         2.5, 2.1, better="lower"),
    goal("available_dates", "available_dates", 5, unit="ms", better="lower"),
    goal("schedules_on", "schedules_on", 5, unit="ms", better="lower"),
    goal("my_bookings", "my_bookings of a member with 1,000 bookings", 5, unit="ms", better="lower"),
    goal("pgbouncer", "pgbench -C through PgBouncer ÷ persistent connections to PgBouncer", 0.8, 0.9,
         why="pgbench opens its connections one after the other in each of its two threads, and the client's own "
             "start-up messages are part of its time."),
    goal("pgbouncer_direct", "pgbench -C through PgBouncer ÷ persistent connections without PgBouncer", 0.8, 0.9,
         why="PgBouncer is one more process on the same two cores, which copies every message; that is the larger "
             "part of the difference. The row above leaves it out."),
    goal("crowd_direct", "300 connections ÷ 64, prepared statements", 0.8,
         why="More backends than cores: each is woken for less work, with colder caches."),
    goal("crowd_pool", "1,000 connections through PgBouncer ÷ 64 direct, prepared statements", 0.8,
         why="PgBouncer is one more process on the same two cores, which copies every message, and so is the client that "
             "plays a thousand."),
    goal("backend_memory", "memory of a backend after 100,000 calls", 12, unit="MB", better="lower"),
    goal("backend_growth", "memory of a backend after 100,000 calls ÷ after 10,000", 1.05, 1, better="lower"),
]


def worst(goal, measured):
    """The round that is furthest from the bar, of {median, low, high}."""
    return measured["low" if goal.better == "higher" else "high"]


def verdict(goal, measured):
    """measured: {median, low, high} of the rounds, or None."""
    if measured is None:
        return "not measured"
    value = worst(goal, measured)
    reached = (lambda bar: value >= bar) if goal.better == "higher" else (lambda bar: value <= bar)
    if goal.stretch is not None and reached(goal.stretch):
        return "stretch"
    return "pass" if reached(goal.at_least) else "MISS"
