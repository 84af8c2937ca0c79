/*
 * tables.h - our relations: where they are, how they look.
 */
#ifndef CONCERT_BOOKING_TABLES_H
#define CONCERT_BOOKING_TABLES_H

#include "tables_shape.h"

extern void tables_watch(void);
extern void tables_enter(void);
extern void tables_leave(void);
extern Relation tables_open(TableId id, LOCKMODE mode, TableShape **shape);
extern TableShape *tables_partition_shape(Relation partition);

#endif							/* CONCERT_BOOKING_TABLES_H */
