/*
 * http.h - what an answer tells the caches between PostgREST and the client.
 */
#ifndef CONCERT_BOOKING_HTTP_H
#define CONCERT_BOOKING_HTTP_H

extern void http_cache_answer(const char *kind);
extern bool http_not_modified(const char *etag);

#endif							/* CONCERT_BOOKING_HTTP_H */
