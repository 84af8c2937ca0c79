# make test-rest     the web clients: PostgREST, PgBouncer, supabase-js, Supabase
# make bench-notify  what concert_booking.notify_seat_changes costs

test-rest:
	$(MAKE) -s test SUITES=rest

bench-notify: all
	test/rest/notify-cost

.PHONY: test-rest bench-notify
