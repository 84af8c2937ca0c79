"""
judge.py - what the buyers were told, beside what the databases say.

judge(lines, rows) answers a list of findings, (kind, sentence); none is how it should be.
lines are those of all ledgers (buyer.py) at an instant when no call is under way: each
call was repeated until it was answered, so that ledger and database must be the same,
booking for booking. rows are those of BOOKINGS, of all shards.
"""

from collections import Counter, defaultdict

# a row: [shard, booking, status, session, key, number, total, seats, those that it still owns]
BOOKINGS = """
SELECT json_build_array(:shard, b.id, b.status, b.session_id, b.idempotency_key, b.booking_number, b.total_price,
		array(SELECT s.seat_id FROM concert_booking.booking_seats s WHERE s.booking_id = b.id ORDER BY s.seat_id),
		array(SELECT s.seat_id FROM concert_booking.booking_seats s WHERE s.booking_id = b.id AND s.active ORDER BY s.seat_id))
FROM concert_booking.bookings b"""

HOLD_SECONDS = 240              # a hold lasts at least so long


def judge(lines, rows):
    findings = []
    told = {line['booking']: line for line in lines if line['k'] == 'book'}
    cancelled = {line['booking']: line for line in lines if line['k'] == 'cancel'}
    given_up = {line['booking']: line['t'] for line in lines if line['k'] == 'cancelling'}
    there = {row[1]: row for row in rows}

    def find(kind, sentence):
        findings.append((kind, sentence))

    if len(told) != sum(line['k'] == 'book' for line in lines):
        find('twice', 'two calls with different keys were told of the same booking')
    for booking, line in told.items():
        row = there.get(booking)
        if row is None:
            find('lost', f'booking {booking} was acknowledged at {line["t"]} and is not there')
            continue
        shard, _, status, session, key, number, total, seats, owned = row
        said = [line['shard'], line['session'], line['key'], line['number'], line['total'], line['seats']]
        if said != [shard, session, key, number, total, sorted(seats)]:
            find('other', f'booking {booking} was acknowledged as {said} and is {row}')
        if booking in cancelled and (status != 'cancelled' or owned):
            find('lost', f'the cancellation of {booking} was acknowledged; it is {status}')
        if booking not in cancelled and (status != 'confirmed' or sorted(owned) != line['seats']):
            find('lost', f'booking {booking} was acknowledged, and nobody cancelled it; it is {status}')
    for booking, line in cancelled.items():
        if booking not in told or line['status'] != 'cancelled':
            find('other', f'the cancellation of {booking} was answered with {line}')
    for booking, row in there.items():
        if booking not in told:
            find('unknown', f'booking {booking} is there, and no call was told of it: {row}')

    for key, count in Counter((row[3], row[4]) for row in rows).items():
        if count > 1:
            find('twice', f'{count} bookings of session and key {key}')
    for seat, count in Counter(seat for row in rows for seat in row[8]).items():
        if count > 1:
            find('sold twice', f'seat {seat} belongs to {count} bookings')
    # also in between: owned from the answer to the moment at which it is given up
    owners = defaultdict(list)
    for booking, line in told.items():
        for seat in line['seats']:
            owners[seat].append((line['t'], given_up.get(booking, float('inf')), booking))
    for seat, spans in owners.items():
        spans.sort()
        for (_, end, first), (begin, _, second) in zip(spans, spans[1:]):
            if begin < end:
                find('sold twice', f'seat {seat} was told to {first} until {end} and to {second} from {begin}')

    held = {line['session']: line['t'] for line in lines if line['k'] == 'hold'}
    for line in lines:
        if line['k'] == 'replay' and line['got'] != line['booking']:
            find('replay', f'the key of {line["booking"]} answers with {line["got"]}')
        elif line['k'] == 'read' and line['got'] != 'confirmed':
            find('stale', f'a GET of {line["booking"]} right after its answer says {line["got"]} (at {line["t"]})')
        elif line['k'] == 'wrong':
            find('refused', f'{line}')
        elif line['k'] == 'refused' and line['how'] == 'confirm_booking':
            if line['t'] - held[line['session']] < HOLD_SECONDS:
                find('lost', f'a hold was acknowledged at {held[line["session"]]}, its confirmation says {line["code"]}')
        elif line['k'] == 'refused' and line['code'] != 'PT409':
            find('refused', f'{line}')
    return findings
