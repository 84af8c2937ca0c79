# test-async        twenty crashes under load with concert_booking.async_holds

test-async: all
	KILLS=20 scripts/test async

.PHONY: test-async
