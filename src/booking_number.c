/*
 * booking_number.c - numbers for people and QR codes.
 *
 * Twelve Crockford base32 symbols and Crockford's check symbol (mod 37), which
 * refuses a mistyped number before any table is read. It is no secret key: the
 * check symbol can be computed by anybody. The first symbol is the number of the
 * shard (see shard.c); the 55 random bits after it are 3.6 * 10^16 numbers, so that
 * with a million live bookings a guess hits once in 3.6 * 10^10.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "booking_number.h"
#include "compat.h"
#include "random_bytes.h"
#include "shard.h"

PG_FUNCTION_INFO_V1(concert_booking_parse_booking_number);
PG_FUNCTION_INFO_V1(concert_booking_shard_of_booking_number);

#define SYMBOLS 12
#define NUMBER_BITS 60
#define FIRST_SYMBOL_SHIFT 55
#define CHECK_MODULUS 37

static int	symbol_value(char symbol);

/* The first 32 are digits; all 37 are check symbols. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

/*
 * parse_booking_number(): a booking number as it was typed, in its usual form,
 * or null.
 */
Datum
concert_booking_parse_booking_number(PG_FUNCTION_ARGS)
{
	char		number[BOOKING_NUMBER_SIZE];

	if (!booking_number_parse(PG_GETARG_TEXT_PP(0), number))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(number));
}

/* shard_of_booking_number(): what the first symbol says, null for no number. */
Datum
concert_booking_shard_of_booking_number(PG_FUNCTION_ARGS)
{
	char		number[BOOKING_NUMBER_SIZE];

	if (PG_ARGISNULL(0) || !booking_number_parse(PG_GETARG_TEXT_PP(0), number))
		PG_RETURN_NULL();
	PG_RETURN_INT32(symbol_value(number[0]));
}

/* Writes the 60 bits in groups of four, then the check symbol. */
static void
format_number(uint64 bits, char number[BOOKING_NUMBER_SIZE])
{
	int			at = 0;
	int			i;

	for (i = 0; i < SYMBOLS; i++)
	{
		number[at++] = alphabet[(bits >> (5 * (SYMBOLS - 1 - i))) & 31];
		if (i % 4 == 3)
			number[at++] = '-';
	}
	number[at++] = alphabet[bits % CHECK_MODULUS];
	number[at] = '\0';
	Assert(at == BOOKING_NUMBER_SIZE - 1);
}

/* Makes a new booking number: the shard, then random bits. */
void
booking_number_make(char number[BOOKING_NUMBER_SIZE])
{
	uint8		bytes[RANDOM_BYTES];
	uint64		bits;
	uint8		first;

	random_bytes_draw(bytes);
	memcpy(&bits, bytes, sizeof(bits));
	bits &= (UINT64CONST(1) << NUMBER_BITS) - 1;
	first = shard_mark((uint8) (bits >> FIRST_SYMBOL_SHIFT));
	bits &= (UINT64CONST(1) << FIRST_SYMBOL_SHIFT) - 1;
	format_number(bits | ((uint64) first << FIRST_SYMBOL_SHIFT), number);
}

/* A symbol's value as people type it: any case, O for 0, I and L for 1. */
static int
symbol_value(char symbol)
{
	const char *found;

	if (symbol >= 'a' && symbol <= 'z')
		symbol -= 'a' - 'A';
	if (symbol == 'O')
		symbol = '0';
	else if (symbol == 'I' || symbol == 'L')
		symbol = '1';
	found = symbol == '\0' ? NULL : strchr(alphabet, symbol);
	return found == NULL ? -1 : (int) (found - alphabet);
}

/*
 * Reads what somebody typed into the stored form. False when it is no booking
 * number: wrong length, a strange symbol or a wrong check symbol.
 */
bool
booking_number_parse(const text *typed, char number[BOOKING_NUMBER_SIZE])
{
	const char *source = VARDATA_ANY(typed);
	int			source_length = VARSIZE_ANY_EXHDR(typed);
	uint64		bits = 0;
	int			check = -1;
	int			symbols = 0;
	int			i;

	for (i = 0; i < source_length; i++)
	{
		int			value;

		if (source[i] == '-' || source[i] == ' ')
			continue;
		value = symbol_value(source[i]);
		if (value < 0 || symbols > SYMBOLS ||
			(symbols < SYMBOLS && value >= 32))
			return false;
		if (symbols < SYMBOLS)
			bits = (bits << 5) | (uint64) value;
		else
			check = value;
		symbols++;
	}
	if (check < 0 || bits % CHECK_MODULUS != (uint64) check)
		return false;
	format_number(bits, number);
	return true;
}
