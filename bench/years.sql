-- A registry of ten years, made of hashes of running numbers: the same on every machine. Run by bench/years.py.

CREATE FUNCTION one_of(list text[], n int) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE sql
AS 'SELECT list[1 + abs(hashint4(n)) %% array_length(list, 1)]';

CREATE TABLE load_place AS
SELECT i, gen_random_uuid() AS site, gen_random_uuid() AS organisation,
       'Công ty TNHH ' || one_of(%(second)s, i) || ' ' || one_of(%(first)s, i * 7 + 3) || ' ' || i AS name,
       'cong ty tnhh ' || one_of(%(second_key)s, i) || ' ' || one_of(%(first_key)s, i * 7 + 3) || ' ' || i AS key,
       one_of(%(sectors)s, i * 11 + 5) AS sector
FROM generate_series(1, %(sites)s) i;

-- Two sites to an organisation.
UPDATE load_place p SET organisation = q.organisation FROM load_place q WHERE p.i %% 2 = 0 AND q.i = p.i - 1;

INSERT INTO organisation (id, name, tax_code, household, representative, phone, address, invented, search_key, created_at)
SELECT organisation, name, lpad((7000000000 + i)::text, 10, '0'), false, '', '', 'Tổ 1', true,
       key || ' ' || (7000000000 + i), now()
FROM load_place WHERE i %% 2 = 1;

INSERT INTO site (id, kind, name, address, commune_code, zone_id, sector, organisation_id, lat, lon, workers, contacts,
                  search_key, created_at)
SELECT p.site, 'establishment', p.name, 'Tổ 1', x.code,
       CASE WHEN p.sector = 'KCN' THEN one_of(z.ids, i * 17) END, p.sector, p.organisation,
       x.lat + (hashint4(i * 29) %% 1000) * 0.00003, x.lon + (hashint4(i * 31) %% 1000) * 0.00003, 50, '[]', p.key, now()
FROM load_place p
CROSS JOIN (SELECT array_agg(code::text ORDER BY code) AS codes FROM commune) c
CROSS JOIN (SELECT array_agg(id::text ORDER BY id) AS ids FROM zone) z
JOIN commune x ON x.code = one_of(c.codes, i * 13 + 1);

CREATE INDEX ON load_place (i);

CREATE TABLE load_visit AS
SELECT v.i, gen_random_uuid() AS id, p.site, p.organisation, p.sector, p.key, s.commune_code, s.zone_id,
       one_of(%(agencies)s, v.i * 19 + 7) AS agency, current_date - (v.i::bigint * 3650 / %(visits)s)::int AS day,
       %(person)s::uuid AS person
FROM generate_series(1, %(visits)s) v (i)
JOIN load_place p ON p.i = 1 + abs(hashint4(v.i * 23)) %% %(sites)s
JOIN site s ON s.id = p.site;

INSERT INTO inspection (id, agency_id, number, site_id, organisation_id, kind, planned, ground, ground_note,
                        overlap_ground, decision_no, window_start, window_end, state, visited_on, answered, failing,
                        conflicts, held, photos, photos_missing, created_by, created_at, submitted_at, approved_at)
SELECT id, agency, 'Y-' || i, site, organisation, 'kiem-tra', true, 'thematic-plan', '', '', '', day, day, 'approved',
       day, 40, 8, 0, 0, 0, 0, person, day, day, day
FROM load_visit;

-- Two and a half years ago nearly everything is closed.
INSERT INTO violation (agency_id, id, code, inspection_id, item, checklist, kind, severity, title, observed, value,
                       basis, penalties, in_conflict, site_id, organisation_id, commune_code, zone_id, sector, found_on,
                       deadline, remedy_status, sanction_status, stop_status, author_id, owner_id, search_key, version,
                       recorded_at)
SELECT v.agency, gen_random_uuid(), 'Y-' || v.i || '/' || it.item, v.id, it.item, split_part(it.item, '-', 1),
       CASE WHEN it.place < 6 THEN 'violation' ELSE 'shortcoming' END, 1 + (v.i + it.place) %% 4, it.title,
       'Đã nhắc nhở tại chỗ, yêu cầu khắc phục.', '{"heads": [{"value": "fail"}]}',
       '[{"label": "NĐ 283/2026", "at": "Điều 33", "title": "", "confidence": "verified"}]', '["283-33.9"]', false,
       v.site, v.organisation, v.commune_code, v.zone_id, v.sector, v.day,
       CASE WHEN (v.i + it.place) %% 31 > 0 THEN v.day + 3 + abs(hashint4(v.i * 8 + it.place::int)) %% 60 END,
       CASE WHEN v.day < current_date - 900 AND v.i %% 40 > 0 THEN 'closed'
            ELSE one_of(%(remedies)s, v.i * 8 + it.place::int) END,
       one_of(%(sanctions)s, v.i * 8 + it.place::int + 1), one_of(%(stops)s, v.i * 8 + it.place::int + 2),
       v.person, v.person, 'y-' || v.i || '/' || lower(it.item) || ' ' || v.key || ' ' || it.key, 1,
       v.day + interval '10 hours' + it.place * interval '1 second'
FROM load_visit v
CROSS JOIN unnest(%(items)s::text[], %(titles)s::text[], %(keys)s::text[]) WITH ORDINALITY AS it (item, title, key, place);

INSERT INTO violation_step (violation_id, number, agency_id, track, step, before, after, actor_id, at, note, facts)
SELECT id, 1, agency_id, 'remedy', 'request-remedy', 'recorded', 'remedy-requested', author_id,
       recorded_at + interval '2 days', '', json_build_object('document', '12/CV', 'date', found_on + 2)
FROM violation WHERE remedy_status <> 'recorded';

-- What is closed, or waits for being closed, was remedied some weeks after it was found.
INSERT INTO violation_step (violation_id, number, agency_id, track, step, before, after, actor_id, at, note, facts)
SELECT id, 2, agency_id, 'remedy', 'accept-report', 'reported', 'remedied', author_id,
       least(recorded_at + (5 + abs(hashint4(hashtext(id::text))) %% 40) * interval '1 day', now()), '', '{}'
FROM violation WHERE remedy_status IN ('closed', 'remedied');

-- Whoever is late was told up the chain, as the worker does.
INSERT INTO reminder (violation_id, deadline, mark, agency_id, rank, people, at)
SELECT v.id, v.deadline, m.mark, v.agency_id, m.rank, '[]', now()
FROM violation v
JOIN (VALUES ('over-1', 1, 1), ('over-3', 3, 2), ('over-7', 7, 3), ('over-14', 14, 4)) AS m (mark, days, rank)
  ON v.deadline <= current_date - m.days
WHERE v.remedy_status NOT IN ('closed', 'cancelled');

DROP TABLE load_visit, load_place;

DROP FUNCTION one_of(text[], int)
