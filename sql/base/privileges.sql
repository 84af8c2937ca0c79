/*
 * EXECUTE is the only gate: nobody has it until grant_access() gives it. The
 * tables of create_tables() carry no privilege for PUBLIC to begin with.
 */
REVOKE ALL ON ALL ROUTINES IN SCHEMA concert_booking FROM PUBLIC;
REVOKE ALL ON TYPE concert_booking.seat_hold, concert_booking.booking_receipt,
	concert_booking.concert_listing, concert_booking.seat_map_entry, concert_booking.seat_statuses,
	concert_booking.booking_summary, concert_booking.booking_details, concert_booking.wishlist_entry,
	concert_booking.layout_seat, concert_booking.payment_outcome, concert_booking.cancellation_quote,
	concert_booking.checked_in_seat, concert_booking.log_entry,
	concert_booking.sales_report_row, concert_booking.schedule_report_row
	FROM PUBLIC;
