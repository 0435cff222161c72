-- Create, fill, index and query; every answer is ordered.
CREATE TABLE country(code TEXT PRIMARY KEY, name TEXT NOT NULL, area REAL) WITHOUT ROWID;
CREATE TABLE city(id INTEGER PRIMARY KEY, name TEXT, country TEXT REFERENCES country(code), people INTEGER);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
  INSERT INTO country SELECT printf('C%02d', i), 'Country ' || i, i * 1000.5 FROM n;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
  INSERT INTO city SELECT i, printf('city-%05d', (i * 7919) % 20011), printf('C%02d', i % 50), (i * 104729) % 1000003 FROM n;
COMMIT;
CREATE INDEX city_by_name ON city(name);
CREATE INDEX city_by_people ON city(country, people DESC);
ANALYZE;
SELECT count(*), min(people), max(people), sum(people), avg(people) FROM city;
SELECT * FROM city WHERE name = 'city-07919';
SELECT name, people FROM city WHERE country = 'C07' ORDER BY people DESC LIMIT 5;
SELECT c.name, count(*), total(people) / area FROM city JOIN country c ON c.code = city.country
  WHERE area > 0 GROUP BY c.code ORDER BY 3 DESC LIMIT 5;
SELECT name FROM city WHERE name LIKE 'city-1_9_9' ORDER BY name LIMIT 5;
SELECT country, name, rank() OVER (PARTITION BY country ORDER BY people DESC) AS r
  FROM city WHERE id <= 200 ORDER BY country, r LIMIT 10;
UPDATE city SET people = people + 1 WHERE id % 3 = 0;
DELETE FROM city WHERE id % 97 = 0;
SELECT count(*), sum(people) FROM city;
BEGIN;
DELETE FROM city;
SELECT count(*) FROM city;
ROLLBACK;
SELECT count(*) FROM city;
CREATE TRIGGER logged AFTER DELETE ON country BEGIN DELETE FROM city WHERE country = old.code; END;
DELETE FROM country WHERE code = 'C11';
SELECT count(*) FROM city WHERE country = 'C11';
INSERT INTO country VALUES('C07', 'again', 0);
SELECT json_extract('{"a":[1,2,{"b":3.5}]}', '$.a[2].b'), hex(zeroblob(3)), upper('straße'), round(2.567, 2);
CREATE VIRTUAL TABLE prose USING fts4(body);
INSERT INTO prose SELECT 'the quick brown fox number ' || id || ' of ' || country FROM city WHERE id < 500;
SELECT count(*), snippet(prose) FROM prose WHERE body MATCH 'fox number 4*';
CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, y0, y1);
INSERT INTO box SELECT id, id % 100, id % 100 + 1, id / 100, id / 100 + 1 FROM city WHERE id < 5000;
SELECT count(*) FROM box WHERE x0 >= 10 AND x1 <= 20 AND y0 >= 5 AND y1 <= 9;
SELECT sqrt(2), pow(2, 0.5), sin(1), ln(10), 7 / 2, 7 % 3, 1e308 * 10, 9223372036854775807 + 1;
EXPLAIN QUERY PLAN SELECT people FROM city WHERE country = 'C01' ORDER BY people DESC;
PRAGMA integrity_check;
VACUUM;
SELECT group_concat(name, ',') FROM (SELECT name FROM city ORDER BY name DESC LIMIT 3);
.tables
.schema city
.mode csv
SELECT * FROM country WHERE code < 'C03';
