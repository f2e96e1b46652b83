-- Up Migration

-- A text as it is searched in: small letters without accents, however they were typed or stored (NFC, NFD), plain apostrophes and
-- hyphens, nothing that cannot be seen. "Café" and "cafe" are the same, and so are "St Ethelbun’s" and "st ethelbun's". Needs no
-- extension. What is ASCII already is only made small, because that is most of it.
CREATE FUNCTION searchable(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(given) = char_length(given) THEN lower(given) ELSE
    lower(replace(replace(replace(replace(replace(replace(replace(translate(
      regexp_replace(normalize(given, NFKD), '[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', 'g'),
      '‘’ʼ`‐‒–—−ØøŁłĐđÐðıĦħŦŧ', '''''''''-----OoLlDdDdiHhTt'),
      'ß', 'ss'), 'ẞ', 'ss'), 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'þ', 'th')) END
$$;

-- When a school opens and closes, and what becomes of it: as the register says.
ALTER TABLE schools
  ADD COLUMN opened_on date,
  ADD COLUMN closed_on date,                -- that of a school proposed to close lies ahead
  ADD COLUMN closed_because text;           -- "Academy Converter", "Result of Amalgamation/Merger"
CREATE INDEX schools_by_postcode ON schools (postcode) WHERE postcode IS NOT NULL;

-- Down Migration

DROP INDEX schools_by_postcode;
ALTER TABLE schools DROP COLUMN opened_on, DROP COLUMN closed_on, DROP COLUMN closed_because;
DROP FUNCTION searchable;
