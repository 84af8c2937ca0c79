/* EXECUTE is the only gate: nobody has it until grant_access() gives it. */
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA concert_booking FROM PUBLIC;
