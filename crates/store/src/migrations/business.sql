-- Cases about the same business, by its name as written.
CREATE INDEX cases_respondent ON cases (locality, respondent, id);
