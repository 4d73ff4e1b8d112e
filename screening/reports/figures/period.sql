-- What stood when the period opened and when it closed, and what happened between: one row a case, one row an event.
-- A case's cell is (street, sector). Sectors are the run's that stood on the day; where that run knows no such entity, the other day's run is asked, so
-- that a firm that joined the list this month does not seem to have moved.

CREATE OR REPLACE VIEW entities_then AS SELECT s.* FROM snapshots s, period WHERE s.closes = period.before AND s.is_monitored;
CREATE OR REPLACE VIEW entities_now AS SELECT s.* FROM snapshots s, period WHERE s.closes = period.closes AND s.is_monitored;

CREATE OR REPLACE TABLE known AS
SELECT coalesce(n.entity_id, t.entity_id) AS entity_id, coalesce(n.name, t.name) AS name,
       coalesce(t.sector, n.sector) AS sector_then, coalesce(n.sector, t.sector) AS sector_now,
       coalesce(n.street_code, t.street_code) AS street_code
FROM (SELECT s.* FROM snapshots s, period WHERE s.closes = period.closes) n
FULL JOIN (SELECT s.* FROM snapshots s, period WHERE s.closes = period.before) t USING (entity_id);

CREATE OR REPLACE TABLE opening AS
SELECT s.*, k.sector_then AS sector
FROM (SELECT * FROM steps, period WHERE moment < opens QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY seq DESC) = 1) s
LEFT JOIN known k USING (entity_id);

CREATE OR REPLACE TABLE closing AS
SELECT s.*, k.sector_now AS sector
FROM (SELECT * FROM steps, period WHERE moment < until QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY seq DESC) = 1) s
LEFT JOIN known k USING (entity_id);

-- Every event of the period, in the cell its case closes the period in.
CREATE OR REPLACE TABLE flows AS
SELECT s.seq, s.case_id, s.kind, s.role, s.from_state, s.to_state, s.moment, s.was_open, s.is_open, s.grade, s.conclusion, s.feedback,
       c.street_code, c.sector, c.entity_id
FROM steps s JOIN closing c USING (case_id), period
WHERE s.moment >= period.opens AND s.moment < period.until;
