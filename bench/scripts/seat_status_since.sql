SELECT version AS since, layout_version, seat_count, statuses, changed_positions, changed_statuses
FROM concert_booking.seat_status('00000000-0000-7000-9000-100000000000', :since) \gset
