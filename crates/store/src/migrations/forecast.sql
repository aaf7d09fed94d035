-- Forecasts of what will be late, made each working day: one row for each clock that ends soon, kept for some weeks until it is known how it
-- came out; and their sums by unit, day of ending and band of chance. Estimates: no record rests on them.
CREATE TABLE forecast (
  locality BIGINT NOT NULL,
  made_on TEXT NOT NULL,
  case_id BYTEA NOT NULL,
  clock TEXT NOT NULL,
  organ BYTEA NOT NULL,
  unit BYTEA NOT NULL,
  due_at BIGINT NOT NULL,
  due_on TEXT NOT NULL,
  chance BIGINT NOT NULL,
  band BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (locality, made_on, case_id, clock)
)/*clustered*/;
CREATE INDEX forecast_open ON forecast (locality, due_at, case_id) WHERE outcome = 'open';
CREATE INDEX forecast_day ON forecast (locality, made_on, organ, chance, case_id, clock);
CREATE INDEX forecast_unit ON forecast (locality, made_on, unit, chance, case_id, clock);
CREATE INDEX forecast_came ON forecast (locality, organ, outcome, due_at, case_id, clock, made_on);
CREATE TABLE forecast_cell (
  locality BIGINT NOT NULL,
  made_on TEXT NOT NULL,
  organ BYTEA NOT NULL,
  unit BYTEA NOT NULL,
  due_on TEXT NOT NULL,
  band BIGINT NOT NULL,
  made BIGINT NOT NULL,
  chances BIGINT NOT NULL,
  known BIGINT NOT NULL,
  known_chances BIGINT NOT NULL,
  late BIGINT NOT NULL,
  PRIMARY KEY (locality, made_on, organ, unit, due_on, band)
)/*clustered*/;
