-- the same on a table without CHECK constraints
\set n 100000000000 + :client_id * :slice + :i
\set i :i + 1
UPDATE bench.unchecked_seats SET status = 'temp_reserved', hold_expires_at = now() + interval '10 minutes', updated_at = now() WHERE id = ('00000000-0000-7000-8000-' || :n)::uuid;
