// What comes back of a price when a booking of a performance is cancelled, by the instant: the
// rule of concert_schedules.refund_ladder as docs/box-office.md has it. For reading only: what
// really comes back is what quote_cancellation() says.

// Rows {until, percent, hours: so long before the start, or null}, in order; from the
// last until on nothing can be cancelled.
export function refundRows({ starts_at: start, refund_ladder: ladder, cancellable_until: deadline }) {
  const steps = ladder === null ? [{ hours: 0, percent: 100 }] : [...ladder.steps].sort((one, other) => other.hours - one.hours)
  const rows = steps.map(({ hours, percent }) => ({ until: Date.parse(start) - hours * 3600000, percent, hours }))
    .filter(({ until }) => until < Date.parse(deadline))
  // And what counts from then on to the deadline.
  return [...rows.map((row) => ({ ...row, until: new Date(row.until).toISOString() })),
    { until: deadline, percent: steps[rows.length]?.percent ?? 0, hours: null }]
}
