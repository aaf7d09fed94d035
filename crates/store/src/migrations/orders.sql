-- The intake's queue by what came last or first and by amount: open work only, so that what is over costs nothing. Letters kept for the
-- record have no intake; PostgreSQL takes their order from an index only where the index itself says so.
CREATE INDEX cases_open_arrived ON cases (locality, intake_organ, stage, registered_at, id) WHERE done = FALSE;
CREATE INDEX cases_open_amount ON cases (locality, intake_organ, stage, (COALESCE(amount, -1)), id) WHERE done = FALSE;
CREATE INDEX cases_letters_arrived ON cases (locality, stage, registered_at, id) WHERE done = FALSE AND intake_organ IS NULL;
CREATE INDEX cases_letters_amount ON cases (locality, stage, (COALESCE(amount, -1)), id) WHERE done = FALSE AND intake_organ IS NULL;
-- Submissions that were erased: their files are looked for at start and after an erasure, without reading through all files.
CREATE INDEX event_erased ON event (locality, stream) WHERE family = 'submission' AND type = 'Erased';
