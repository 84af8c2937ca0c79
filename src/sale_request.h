/*
 * sale_request.h - what a sale is asked to do: the arguments of confirm and book.
 */
#ifndef CONCERT_BOOKING_SALE_REQUEST_H
#define CONCERT_BOOKING_SALE_REQUEST_H

#include "booker.h"
#include "fmgr.h"

/* The longest phone number, in characters. */
#define SALE_REQUEST_PHONE_LIMIT 20

/* The price type of one seat, by its code. */
typedef struct SeatPriceType
{
	pg_uuid_t	seat_id;
	text	   *code;
} SeatPriceType;

/* What a sale is asked to do. */
typedef struct SaleRequest
{
	Booker		booker;
	text	   *customer_name;
	text	   *customer_phone;
	text	   *customer_email;
	text	   *idempotency_key;
	pg_uuid_t  *schedule_id;	/* NULL: the seats' */
	pg_uuid_t  *seat_ids;		/* NULL: all that the booker holds */
	int			seat_count;
	bool		has_expected_total;
	int64		expected_total;
	int			price_type_count;
	SeatPriceType *price_types;
	bool		is_walk_in;		/* at the desk, to nobody in particular */
	text	   *free_reason;	/* why it costs nothing; NULL: it costs its price */
} SaleRequest;

extern void sale_request_read(FunctionCallInfo fcinfo, int first_text,
							  SaleRequest *request);
extern int	sale_request_seat_ids(FunctionCallInfo fcinfo, int position,
								  pg_uuid_t **ids);
extern text *sale_request_price_type(const SaleRequest *request,
									 const pg_uuid_t *seat_id);
extern void sale_request_check_total(const SaleRequest *request, int64 total);

#endif							/* CONCERT_BOOKING_SALE_REQUEST_H */
