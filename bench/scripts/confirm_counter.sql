-- the same confirm, and one row that every sale of the schedule updates
\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
SELECT bench.confirm_with_counter('00000000-0000-7000-9000-100000000000', ('00000000-0000-4000-8000-' || :n)::uuid);
