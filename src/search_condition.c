/*
 * search_condition.c - what a concert, a schedule or a price has to be to belong to
 * a list.
 *
 * Each function appends conditions to a statement. What is asked about another table
 * is a subquery of its own, and comes behind everything that the row itself tells.
 */
#include "postgres.h"

#include "search_condition.h"

/*
 * Whether a schedule can be booked, now or later; the same rule as is_offered() in
 * sql/catalogue/calendar.sql, which functions of 0.1 have not.
 */
#define OFFERED \
	"%1$s.is_booking_open AND %1$s.starts_at > $8" \
	" AND (%1$s.booking_opens_at IS NULL OR %1$s.booking_opens_at < %1$s.starts_at)" \
	" AND (%1$s.booking_closes_at IS NULL OR %1$s.booking_closes_at > $8)"

/* When it can be: long ago stands for now. */
#define OPENING \
	"CASE WHEN cs.booking_opens_at > $8 THEN cs.booking_opens_at ELSE '-infinity' END"

/* That a schedule can be booked, now or later. */
void
search_condition_offered(StringInfo sql, const char *alias)
{
	appendStringInfo(sql, OFFERED, alias);
}

/* What a schedule's own row tells. */
void
search_condition_schedule(StringInfo sql, const Search *search, const char *alias)
{
	appendStringInfo(sql, "%s.lowest_price IS NOT NULL", alias);
	if (search->has_status)
		appendStringInfo(sql, " AND %s.status <> 'cancelled'", alias);
	if (search_has(search, PARAM_DATE_FROM))
		appendStringInfo(sql, " AND %s.concert_date >= $3", alias);
	if (search_has(search, PARAM_DATE_TO))
		appendStringInfo(sql, " AND %s.concert_date <= $4", alias);
	if (search_has(search, PARAM_PRICE_TO))
		appendStringInfo(sql, " AND %s.lowest_price <= $7", alias);
	if (search->offered_only)
		appendStringInfo(sql, " AND " OFFERED, alias);
}

/* That a price is one of those asked for; begins with AND. */
void
search_condition_price(StringInfo sql, const Search *search, const char *alias)
{
	if (search_has(search, PARAM_PRICE_FROM))
		appendStringInfo(sql, " AND %s.price >= $6", alias);
	if (search_has(search, PARAM_PRICE_TO))
		appendStringInfo(sql, " AND %s.price <= $7", alias);
}

/* Where prices choose, that a schedule has one of them, and what else that has. */
void
search_condition_has_price(StringInfo sql, const Search *search, const char *alias,
						   const char *price_condition)
{
	if (!search_is_by_price(search))
		return;
	appendStringInfo(sql,
					 " AND (SELECT true FROM concert_booking.schedule_prices p"
					 " WHERE p.concert_schedule_id = %s.id AND (true",
					 alias);
	search_condition_price(sql, search, "p");
	appendStringInfo(sql, "%s) IS TRUE LIMIT 1)", price_condition);
}

/*
 * That a concert has a schedule of the list, and what else that, or a price of it, has.
 * What has to begin after $8, or to be on some days, is looked for there among the
 * concert's schedules: only one index has this order, and sorting is off.
 */
void
search_condition_has_schedule(StringInfo sql, const Search *search, const char *concert_id,
							  const char *schedule_condition, const char *price_condition)
{
	const char *along = search->offered_only ? "starts_at" :
		search_is_by_date(search)			 ? "concert_date" :
											   NULL;

	appendStringInfoString(sql,
						   "(SELECT true FROM concert_booking.concert_schedules cs WHERE ");
	if (along == NULL)
		appendStringInfo(sql, "cs.concert_id = %s", concert_id);
	else if (search->offered_only)
		appendStringInfo(sql,
						 "(cs.concert_id, cs.starts_at) > (%1$s, $8)"
						 " AND cs.concert_id <= %1$s",
						 concert_id);
	else
	{
		appendStringInfo(sql,
						 "(cs.concert_id, cs.concert_date) >= (%1$s, %2$s)"
						 " AND (cs.concert_id, cs.concert_date) <= (%1$s, %3$s)",
						 concert_id,
						 search_has(search, PARAM_DATE_FROM) ? "$3" : "'-infinity'",
						 search_has(search, PARAM_DATE_TO) ? "$4" : "'infinity'");
	}
	appendStringInfoString(sql, " AND (");
	search_condition_schedule(sql, search, "cs");
	appendStringInfoString(sql, schedule_condition);
	search_condition_has_price(sql, search, "cs", price_condition);
	appendStringInfoString(sql, ") IS TRUE");
	if (along != NULL)
		appendStringInfo(sql, " ORDER BY cs.concert_id, cs.%s", along);
	appendStringInfoString(sql, " LIMIT 1)");
}

/* By functions in place of operators, which an index would be chosen for. */
static void
append_text(StringInfo sql, const Search *search)
{
	appendStringInfo(sql, " AND (%1$s(c.title, $1%2$s) OR %1$s(c.performers, $1%2$s))",
					 search->matching == MATCH_AS_IS ? "textlike" : "texticlike",
					 search->matching == MATCH_LATIN ? " COLLATE pg_catalog.\"C\"" : "");
}

/* What a concert's own row tells, and its venue's. */
void
search_condition_concert(StringInfo sql, const Search *search)
{
	appendStringInfoString(sql, "c.is_deleted = false AND c.status = 'active'");
	if (search_has(search, PARAM_GENRE))
		appendStringInfoString(sql, " AND c.genre = $2");
	if (search_has(search, PARAM_REGION))
		appendStringInfoString(sql,
							   " AND (SELECT v.address LIKE $5 FROM concert_booking.venues v"
							   " WHERE v.id = c.venue_id)");
	if (search_has(search, PARAM_TEXT))
		append_text(sql, search);
}

/* That a concert of the list, c, has a schedule that matches. */
void
search_condition_listed(StringInfo sql, const Search *search)
{
	search_condition_concert(sql, search);
	appendStringInfoString(sql, " AND ");
	search_condition_has_schedule(sql, search, "c.id", "", "");
}

/* When the first of the schedules that match opens. */
void
search_condition_opening(StringInfo sql, const Search *search)
{
	if (search->offered_only)
		appendStringInfoString(sql, "min(" OPENING ")");
	else
		appendStringInfo(sql, "min(CASE WHEN " OFFERED " THEN " OPENING " END)", "cs");
}
