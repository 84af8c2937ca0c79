"""What is called of a whole schedule, in the order of a hall's life: made, sold, held,
called off, put away. See hall.py and sql/hall.sql.
"""

import collections

# before: what is done unmeasured; later: by how much the clock of the call is ahead.
Call = collections.namedtuple("Call", "name statement before later", defaults=("", ""))


def function(name, arguments="hall.schedule(1)"):
    return f"SELECT * FROM concert_booking.{name}({arguments})"


def refused(name, arguments):
    return f"CALL hall.refused($$SELECT concert_booking.{name}({arguments})$$)"


def best(booker, more=""):
    return f"hall.schedule(1), 8, user_id => hall.booker({booker}){more}"


ONE_PLACE = ("INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, section)"
             " SELECT hall.schedule({}), s.seat_number, s.seat_grade, s.price, {} FROM concert_booking.seats s"
             " WHERE s.concert_schedule_id = hall.schedule(1) ORDER BY s.ordinal")

READS = ["seat_map", "seat_map_json", "seat_status", "seat_grades"]

CALLS = [
    Call("generate_seats", "CALL hall.generate(1)"),
    Call("import_seats: a new plan", function("import_seats", "hall.schedule(2), hall.plan(false)"),
         before="CALL hall.keep_plan(1)"),
    Call("import_seats: the same plan again", function("import_seats", "hall.schedule(2), hall.plan(false)")),
    Call("import_seats: backwards and dearer", function("import_seats", "hall.schedule(2), hall.plan(true)")),
    Call("copy_seats", function("copy_seats", "hall.schedule(1), hall.schedule(3)")),
    Call("import_seats: an empty plan", function("import_seats", "hall.schedule(3), '[]'")),
    Call("seats inserted by hand, with row and number", ONE_PLACE.format(4, "NULL")),
    Call("seats inserted by hand, one after the other", ONE_PLACE.format(5, "'floor'")),
    Call("prices changed by hand",
         "UPDATE concert_booking.seats SET price = price + 1 WHERE concert_schedule_id = hall.schedule(4)"),
    Call("seats deleted by hand", "DELETE FROM concert_booking.seats WHERE concert_schedule_id = hall.schedule(5)"),
    Call("schedule deleted by hand", "DELETE FROM concert_booking.concert_schedules WHERE id = hall.schedule(4)"),
    Call("block_seats: all", function("block_seats", "hall.ids(1)")),
    Call("unblock_seats: all", function("unblock_seats", "hall.ids(1)")),
    *(Call(f"{name}: all free", function(name)) for name in READS),
    Call("hold_best_seats: 8 together, all free", function("hold_best_seats", best(1))),
    Call("hold_best_seats: 8 apart, all free", function("hold_best_seats", best(2, ", adjacent => false"))),
    Call("hold_best_seats: 8 of one grade, all free", function("hold_best_seats", best(3, ", seat_grade => 'G3'"))),
    Call("hold_best_seats: 8 together, all but 20 sold", function("hold_best_seats", best(1000001)),
         before="SELECT concert_booking.release_seats(user_id => hall.booker(b)) FROM generate_series(1, 3) b;"
                " CALL hall.sell(1, hall.seats() - 20)"),
    Call("hold_best_seats: 8 apart, all but 12 sold", function("hold_best_seats", best(1000002, ", adjacent => false"))),
    Call("hold_best_seats: refused, all but 4 sold", refused("hold_best_seats", best(1000003))),
    *(Call(f"{name}: all but 4 sold", function(name)) for name in READS),
    Call("block_seats: refused for all", refused("block_seats", "hall.ids(1)")),
    Call("import_seats: refused for all", refused("import_seats", "hall.schedule(1), '[]'")),
    Call("import_seats: backwards and dearer, sold", function("import_seats", "hall.schedule(1), hall.plan(true)")),
    Call("concert_detail", function("concert_detail", "hall.schedule(0)")),
    Call("schedule_detail", function("schedule_detail")),
    Call("search_concerts", function("search_concerts", "")),
    Call("available_dates", function("available_dates", "hall.schedule(0)")),
    Call("schedules_on", function("schedules_on", "hall.schedule(0), hall.day(1)")),
    Call("price_types", function("price_types")),
    Call("metrics", function("metrics", "")),
    Call("sales_report", function("sales_report")),
    Call("schedule_report", function("schedule_report")),
    Call("door_list: all", function("door_list", "hall.schedule(1), 100000")),
    Call("schedule_log: a page", function("schedule_log")),
    Call("check_integrity", function("check_integrity", "")),
    Call("reconcile_availability", function("reconcile_availability")),
    Call("fold_pending_availability", function("fold_pending_availability", "")),
    Call("run_upkeep", "CALL concert_booking.run_upkeep()"),
    Call("reconcile_check_ins: all",
         "SELECT r.* FROM hall.scans s, concert_booking.reconcile_check_ins(hall.schedule(1), s.scans) r"
         " WHERE s.small = hall.is_small()", before="CALL hall.keep_scans(1)"),
    Call("postpone_schedule", function("postpone_schedule", "hall.schedule(1), hall.day(30), '19:00'")),
    Call("affected_bookings: the first page", function("affected_bookings")),
    Call("affected_bookings: a late page", function("affected_bookings", "hall.schedule(1), 100, hall.seats() / 10 - 100")),
    Call("cancel_schedule: dry run", function("cancel_schedule", "hall.schedule(1), dry_run => true")),
    Call("cancel_schedule", function("cancel_schedule")),
    Call("cancel_schedule: again", function("cancel_schedule")),
    Call("affected_bookings: cancelled", function("affected_bookings")),
    Call("reinstate_schedule", function("reinstate_schedule")),
    Call("purge_cancelled_bookings", function("purge_cancelled_bookings", "clock_timestamp(), 100000")),
    Call("expire_bookings: all", function("expire_bookings", "100000"), "CALL hall.sell(2, hall.seats(), 'begin')", "1 day"),
    Call("expire_holds: all", function("expire_holds", "1000000"), later="1 day"),
    *(Call(f"cancel_schedule: all {state}", function("cancel_schedule", f"hall.schedule({h})"),
           before=f"SELECT concert_booking.copy_seats(hall.schedule(1), hall.schedule({h})); CALL hall.sell({h}, hall.seats(), '{how}')")
      for h, how, state in ((6, "begin", "kept for payments"), (7, "pay", "paid"))),
    # One schedule alone: it is moved before the others.
    Call("archive_past_schedules: one, sold out", function("archive_past_schedules", "hall.day(1)::timestamptz, 100"),
         "UPDATE concert_booking.concert_schedules SET concert_date = hall.day(0) WHERE id = hall.schedule(8);"
         " SELECT concert_booking.copy_seats(hall.schedule(1), hall.schedule(8)); CALL hall.sell(8, hall.seats())", "400 days"),
    Call("sales_report: of the archive", function("sales_report", "hall.schedule(8)")),
    Call("schedule_report: of the archive", function("schedule_report", "hall.schedule(8)")),
]

# The public functions that no call above is about: what they read and write is one booker's,
# one booking's, one call's of at most max_seats_per_call seats, or no schedule's at all.
OTHERS = """hold_seat hold_seats extend_holds release_seats confirm_booking book_seats begin_payment cancel_payment
    quote_cancellation cancel_booking cancel_seats cancel_guest_booking my_holds my_bookings booking_detail
    find_guest_booking find_bookings add_wishlist remove_wishlist my_wishlist confirm_payment payment_status
    due_refunds record_refund check_in undo_check_in renew_tickets booking_log row_labels normalize_phone acts_for_others
    create_tables grant_access link_users schedule_jobs unschedule_jobs sweep_holds record_interest refresh_popularity run_popularity
    create_event_partitions purge_events forget_booker uuid_v7 bigrams shard_of shard_of_booking_number""".split()
