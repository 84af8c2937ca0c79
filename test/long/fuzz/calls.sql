/*
 * calls.sql - every function of the API once, with nothing of the caller's own
 * that is looked up by search_path: no operator, no cast, no function of the
 * server. All of it goes through.
 *
 * Variables: n, a digit that tells worlds apart; setup, api, owner: 1 or 0, which
 * parts to run (api: what a role with staff level may do).
 */
\set schedule '''00000000-0000-4000-a000-00000000' :n '011'''
\set other '''00000000-0000-4000-a000-00000000' :n '012'''
\set concert '''00000000-0000-4000-a000-00000000' :n '002'''
\set venue '''00000000-0000-4000-a000-00000000' :n '001'''
\set seat1 '00000000-0000-4000-c000-00000000' :n '001'
\set seat2 '00000000-0000-4000-c000-00000000' :n '002'
\set seat3 '00000000-0000-4000-c000-00000000' :n '003'
\set seats '{' :seat1 ',' :seat2 '}'
\set second '{' :seat2 '}'
\set third '{' :seat3 '}'
\set member '''00000000-0000-4000-b000-000000000001'''
\set guest '''00000000-0000-4000-b000-000000000002'''
\o /dev/null

\if :setup
/* owners' own statements fire our triggers */
INSERT INTO concert_booking.venues (id, name, address) VALUES (:venue, 'hall', 'here');
INSERT INTO concert_booking.concerts (id, venue_id, title, genre, performers)
VALUES (:concert, :venue, 'hostile', 'jazz', 'somebody');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, max_seats_per_booker)
VALUES (:schedule, :concert, '2099-01-01', '19:00', 50), (:other, :concert, '2099-01-02', '19:00', NULL);
INSERT INTO concert_booking.seats (id, concert_schedule_id, seat_number, seat_grade, price)
VALUES (:'seat1', :schedule, 'C-1', 'S', 500), (:'seat2', :schedule, 'C-2', 'S', 500), (:'seat3', :schedule, 'C-3', 'S', 500);
UPDATE concert_booking.venues SET timezone = 'UTC';
UPDATE concert_booking.seats SET price = 600;
INSERT INTO victims.users VALUES (:member) ON CONFLICT DO NOTHING;
\endif

\if :api
SELECT concert_booking.row_labels(2);
SELECT concert_booking.generate_seats(:schedule, '{A,B}', 10, 'R', 1000);
SELECT concert_booking.import_seats(:other, '[{"seat_number": "A-1", "seat_grade": "R", "price": 5}]');
SELECT concert_booking.copy_seats(:schedule, :other);
/* guests and members */
SELECT concert_booking.record_interest(:concert);
SELECT concert_booking.search_concerts('hostile', 'jazz', '2020-01-01', '2100-01-01', 'here', 1, 10000, true, 'latest');
SELECT concert_booking.search_concerts(sort_by => 'popularity');
SELECT concert_booking.search_concerts('hostile', bookable_only => true, sort_by => 'price', with_total => true);
SELECT concert_booking.concert_detail(:concert, :member);
SELECT concert_booking.schedule_detail(:schedule);
SELECT concert_booking.available_dates(:concert);
SELECT concert_booking.schedules_on(:concert, '2099-01-01');
SELECT concert_booking.seat_map(:schedule);
SELECT concert_booking.seat_map_json(:schedule);
SELECT concert_booking.seat_grades(:schedule);
SELECT concert_booking.seat_status(:schedule);
SELECT concert_booking.seat_status(:schedule, '');
SELECT concert_booking.hold_seat(:'seat1', user_id => :member);
SELECT concert_booking.hold_seats(:'seats', user_id => :member);
SELECT concert_booking.hold_best_seats(:schedule, 3, user_id => :member);
SELECT concert_booking.my_holds(user_id => :member);
SELECT concert_booking.extend_holds(:schedule, user_id => :member);
SELECT concert_booking.release_seats(:'second', user_id => :member);
SELECT booking_id FROM concert_booking.confirm_booking(:schedule, user_id => :member, idempotency_key => :'n',
	expected_total => NULL) \gset
SELECT booking_number FROM concert_booking.book_seats(:'second', session_id => :guest,
	customer_name => 'guest', customer_phone => '010-1234-5678', customer_email => 'g@example.org', idempotency_key => :'n') \gset
SELECT concert_booking.my_bookings(user_id => :member, search_text => 'hostile');
SELECT concert_booking.booking_detail(:'booking_id', user_id => :member);
SELECT concert_booking.find_guest_booking(:'booking_number', '010-1234-5678');
SELECT concert_booking.find_bookings(:'booking_number', NULL, NULL);
SELECT concert_booking.find_bookings(customer_email => 'g@example.org');
SELECT concert_booking.find_bookings(customer_name => 'guest', concert_schedule_id => :schedule);
SELECT concert_booking.cancel_booking(:'booking_id', 'why', user_id => :member);
/* payment */
SELECT concert_booking.price_types(:schedule);
SELECT concert_booking.hold_best_seats(:schedule, 1, user_id => :member);
SELECT seat_id AS paid_seat FROM concert_booking.hold_best_seats(:schedule, 1, user_id => :member) \gset
\set paid_seats '{' :paid_seat '}'
SELECT booking_id AS paid_id, total_price AS paid_total
FROM concert_booking.begin_payment(:schedule, user_id => :member) \gset
SELECT concert_booking.confirm_payment(:'paid_id', :'paid_total', 'bank', :'paid_id');
SELECT concert_booking.payment_status(:'paid_id');
SELECT concert_booking.quote_cancellation(:'paid_id', :'paid_seats', user_id => :member);
SELECT concert_booking.cancel_seats(:'paid_id', :'paid_seats', 'why', user_id => :member);
SELECT concert_booking.due_refunds();
SELECT concert_booking.record_refund(:'paid_id', '1', 'bank', :'paid_id');
SELECT concert_booking.hold_best_seats(:schedule, 1, user_id => :member);
SELECT booking_id AS pending_id FROM concert_booking.begin_payment(:schedule, user_id => :member) \gset
SELECT concert_booking.cancel_payment(:'pending_id', user_id => :member);
SELECT concert_booking.expire_bookings();
SELECT concert_booking.cancel_guest_booking(:'booking_number', '01012345678', 'why');
SELECT concert_booking.add_wishlist(:concert, :member);
SELECT concert_booking.my_wishlist(:member);
SELECT concert_booking.remove_wishlist(:concert, :member);

/* the door */
SELECT booking_id AS shown_id, booking_number AS shown FROM concert_booking.book_seats(:'second', user_id => :member, customer_name => 'hostile') \gset
SELECT concert_booking.check_in(:'shown', :'second', 'north', concert_schedule_id => :schedule);
SELECT concert_booking.undo_check_in(:'shown', :'second', reason => 'why');
SELECT concert_booking.check_in(:'shown', NULL, 'south');
SELECT concert_booking.undo_check_in(:'shown');
SELECT ticket_code AS shown_code FROM concert_booking.renew_tickets(:'shown_id', :'second') \gset
SELECT concert_booking.check_in(ticket_code => :'shown_code', gate => 'north');
SELECT concert_booking.undo_check_in(ticket_code => :'shown_code');
\set scans '[{"ticket_code": "' :shown_code '", "gate": "west", "at": "2030-06-01T10:05:00Z"}]'
SELECT concert_booking.reconcile_check_ins(:schedule, :'scans');
SELECT concert_booking.door_list(:schedule, 10, 0);
SELECT concert_booking.booking_log(:'shown_id', 10, 0);
SELECT concert_booking.schedule_log(:schedule, 10, 0);
SELECT concert_booking.cancel_booking(:'shown_id', 'why', user_id => :member, override => true);

/* reports */
SELECT concert_booking.sales_report(:schedule);
SELECT concert_booking.sales_report(concert_id => :concert);
SELECT concert_booking.schedule_report(:schedule);
SELECT concert_booking.schedule_report(concert_id => :concert);

/* upkeep */
SELECT concert_booking.uuid_v7();
SELECT concert_booking.bigrams('%', NULL);
SELECT concert_booking.shard_of(:schedule);
SELECT concert_booking.shard_of_booking_number('o000-0000-0000-0');
SELECT concert_booking.normalize_phone('+82 10 1234 5678');
SELECT concert_booking.block_seats(:'third', 'why');
SELECT concert_booking.unblock_seats(:'third');
SELECT concert_booking.expire_holds();
SELECT concert_booking.acts_for_others();
SELECT concert_booking.fold_pending_availability();
SELECT concert_booking.check_integrity();
SELECT concert_booking.reconcile_availability();
SELECT concert_booking.refresh_popularity('1 day');
SELECT concert_booking.postpone_schedule(:other, '2099-01-03', '19:00', 'why');
SELECT concert_booking.affected_bookings(:other, 10, 0);
SELECT concert_booking.cancel_schedule(:other, 'why', true);
SELECT concert_booking.cancel_schedule(:other, 'why', false);
SELECT concert_booking.reinstate_schedule(:other, 'why');
SELECT concert_booking.purge_cancelled_bookings('2020-01-01');
SELECT concert_booking.archive_past_schedules('2020-01-01');
SELECT concert_booking.purge_events('10 years');
SELECT concert_booking.metrics();
SELECT concert_booking.forget_booker(:member);
\endif

\if :owner
UPDATE concert_booking.concert_schedules SET available_seats = 1;
SELECT concert_booking.reconcile_availability();
SELECT concert_booking.create_event_partitions(3);
SELECT concert_booking.create_tables();
CALL concert_booking.sweep_holds();
SELECT concert_booking.schedule_jobs();
CALL concert_booking.run_upkeep();
CALL concert_booking.run_popularity('1 day');
SELECT concert_booking.unschedule_jobs();
SELECT concert_booking.grant_access('attacker', 'manager');
SELECT concert_booking.grant_access('attacker', 'staff');
SELECT concert_booking.link_users('victims.users');
\endif
\o
