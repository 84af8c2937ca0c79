/*
 * booker.h - who is calling.
 */
#ifndef CONCERT_BOOKING_BOOKER_H
#define CONCERT_BOOKING_BOOKER_H

#include "utils/uuid.h"

/* Who holds or books: a member or a guest. */
typedef struct Booker
{
	bool		is_anybody;		/* staff that named nobody */
	bool		is_claimed;		/* came with claims: no trusted backend */
	bool		is_member;
	pg_uuid_t	id;				/* user_id or session_id */
} Booker;

extern bool booker_find(Booker *booker, const pg_uuid_t *user_id,
						const pg_uuid_t *session_id);
extern void booker_resolve(Booker *booker, const pg_uuid_t *user_id,
						   const pg_uuid_t *session_id);
extern void booker_resolve_or_staff(Booker *booker, const pg_uuid_t *user_id,
									const pg_uuid_t *session_id);
extern bool booker_acts_for_others(void);
extern bool booker_may_owe(const Booker *booker);
extern bool booker_caller(pg_uuid_t *user_id);
extern bool booker_is(const Booker *booker, const pg_uuid_t *user_id,
					  const pg_uuid_t *session_id);
extern const pg_uuid_t *booker_user_id(const Booker *booker);
extern const pg_uuid_t *booker_session_id(const Booker *booker);

#endif							/* CONCERT_BOOKING_BOOKER_H */
