-- Each locality has its own lists in the search index: every text is indexed anew, in the background; until then it is read directly.
UPDATE search_text SET indexed = FALSE;
--sqlite
INSERT INTO search_index (search_index) VALUES ('delete-all');
--end
--postgres
TRUNCATE search_index;
-- What waits in the index unsorted is read through by every search.
ALTER INDEX search_index_tokens SET (fastupdate = off);
--end
