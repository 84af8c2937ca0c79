/*
 * http.h - what an answer tells the caches between PostgREST and the client.
 */
#ifndef CONCERT_BOOKING_HTTP_H
#define CONCERT_BOOKING_HTTP_H

extern void http_cache_answer(const char *kind_name);
extern void http_cache_tagged_answer(const char *kind_name, const char *etag);

#endif							/* CONCERT_BOOKING_HTTP_H */
