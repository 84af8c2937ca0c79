-- seat n is booked by booker n already; the look-up of the booking is part of the figure
\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
SELECT concert_booking.cancel_booking((SELECT bs.booking_id FROM concert_booking.booking_seats bs WHERE bs.seat_id = ('00000000-0000-7000-8000-' || :n)::uuid AND bs.active), NULL, ('00000000-0000-4000-8000-' || :n)::uuid);
