/*
 * bigrams.h - what words are found by within titles and performers.
 */
#ifndef CONCERT_BOOKING_BIGRAMS_H
#define CONCERT_BOOKING_BIGRAMS_H

#include "utils/array.h"

extern ArrayType *bigrams_of_word(const text *word);

#endif							/* CONCERT_BOOKING_BIGRAMS_H */
