-- FindFlights: what is on in a week
\set day random(30, 1000)
SELECT * FROM concert_booking.search_concerts(date_from => current_date + :day::int, date_to => current_date + :day::int + 7);
