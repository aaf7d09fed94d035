-- The register of businesses (经营主体名录): public facts as the registration authority gives them, one stream of events per business.
CREATE TABLE business (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  uscc TEXT NOT NULL,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL,
  address TEXT NOT NULL,
  division TEXT NOT NULL,
  kind TEXT NOT NULL,
  closed BOOLEAN NOT NULL,
  valid_from TEXT NOT NULL,
  PRIMARY KEY (locality, id)
)/*clustered*/;
CREATE UNIQUE INDEX business_uscc ON business (locality, uscc);

-- Every end of every name, folded, in bytes that both engines order alike: what stands anywhere in a name stands at the head of one of these.
CREATE TABLE business_word (
  locality BIGINT NOT NULL,
  word BYTEA NOT NULL,
  business BYTEA NOT NULL,
  PRIMARY KEY (locality, word, business)
)/*clustered*/;
