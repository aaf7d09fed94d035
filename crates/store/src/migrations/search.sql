-- The text of each case, folded, for search. Plain, hence erasable: `search` alone writes it.
-- `doc` grows with each new case; a case keeps its own. `indexed` says whether the engine's index knows the text already.
CREATE TABLE search_text (
  locality BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  doc BIGINT NOT NULL,
  indexed BOOLEAN NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (locality, case_id)
)/*clustered*/;
CREATE UNIQUE INDEX search_text_doc ON search_text (locality, doc);
CREATE INDEX search_text_pending ON search_text (locality, doc) WHERE NOT indexed;

-- The index itself, and where `doc` comes from: the one place where the engines differ.
--sqlite
CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', columnsize=0, detail=none, tokenize='ascii');
INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1);
CREATE TABLE search_doc (one BIGINT PRIMARY KEY, last BIGINT NOT NULL);
INSERT INTO search_doc (one, last) VALUES (1, 0);
--end
--postgres
CREATE TABLE search_index (
  locality BIGINT NOT NULL,
  doc BIGINT NOT NULL,
  tokens TSVECTOR NOT NULL,
  PRIMARY KEY (locality, doc)
);
CREATE INDEX search_index_tokens ON search_index USING gin (tokens);
CREATE SEQUENCE search_doc;
--end
