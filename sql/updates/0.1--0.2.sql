\echo Use "ALTER EXTENSION concert_booking UPDATE" to load this file. \quit

/*
 * From 0.1 to 0.2: what CREATE OR REPLACE cannot do. The functions themselves
 * follow from the modules; see scripts/update-script.
 */
