/*
 * http.h - what an answer tells the caches between PostgREST and the client.
 */
#ifndef CONCERT_BOOKING_HTTP_H
#define CONCERT_BOOKING_HTTP_H

#include "datatype/timestamp.h"

extern bool http_may_keep_answer(void);
extern void http_cache_answer(const char *kind_name, TimestampTz next_change);
extern void http_cache_tagged_answer(const char *kind_name, TimestampTz next_change,
									 const char *etag);

#endif							/* CONCERT_BOOKING_HTTP_H */
