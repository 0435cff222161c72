-- A sandbox has no folder for temporary files unless it is granted one: large sorts stay in memory, natively too.
PRAGMA temp_store = memory;
CREATE TABLE item(id INTEGER PRIMARY KEY, kind INT, name TEXT, price REAL);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
  INSERT INTO item SELECT i, i % 97, printf('item-%06d', (i * 7919) % 120011), (i * 104729 % 100003) / 100.0 FROM n;
COMMIT;
CREATE INDEX by_name ON item(name);
CREATE INDEX by_kind ON item(kind, price);
SELECT count(*), round(sum(price), 2) FROM item WHERE name BETWEEN 'item-010000' AND 'item-050000';
SELECT kind, count(*), round(avg(price), 3) FROM item GROUP BY kind ORDER BY 3 DESC LIMIT 3;
SELECT count(*) FROM item a JOIN item b ON a.name = b.name AND a.kind < 20;
SELECT count(*) FROM item WHERE name LIKE '%77%' AND price > 100;
UPDATE item SET price = price * 1.01 WHERE kind % 5 = 0;
SELECT name FROM item ORDER BY price DESC, name LIMIT 3;
DELETE FROM item WHERE kind < 10;
SELECT count(*), round(total(price), 2) FROM item;
