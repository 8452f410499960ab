-- Statements that both engines are asked. `-- refused CODE` expects that refusal; all others are
-- compared with ClickHouse, which may refuse too. `-- everything` lifts the retention. Each ends with a semicolon and a line break.

-- Names and types of columns
SELECT count(), COUNT(*), count(1), SUM(spent_credits), avg(latency) + 1, max(time) - min(time) FROM key_verifications_v1;
SELECT spent_credits * 2, spent_credits / 2, spent_credits % 7, -spent_credits, spent_credits + 0.5, 1 - spent_credits, 7 / 2, 255 + 1, 1 - 2, 300 * 300, 5 % 3, 1.5 FROM key_verifications_v1 ORDER BY time LIMIT 5;
SELECT CAST(spent_credits AS String), spent_credits::Float64, toString(spent_credits), toInt32(time), toFloat64(spent_credits), CAST('12' AS UInt8), CAST(spent_credits AS Nullable(Int64)) FROM key_verifications_v1 ORDER BY time LIMIT 5;
SELECT CASE WHEN outcome = 'VALID' THEN 1 ELSE 0 END, CASE outcome WHEN 'VALID' THEN 'a' WHEN 'EXPIRED' THEN 'b' END, if(spent_credits > 1, 'x', 'y'), coalesce(NULL, spent_credits), coalesce(NULL, NULL) FROM key_verifications_v1 ORDER BY time LIMIT 20;
SELECT outcome = 'VALID', outcome IN ('VALID', 'EXPIRED'), outcome NOT IN ('VALID'), outcome LIKE 'V%', outcome ILIKE 'v_l%', outcome NOT LIKE '%D', NOT (time > 1), time IS NULL, time IS NOT NULL, latency BETWEEN 1 AND 2 FROM key_verifications_v1 ORDER BY time LIMIT 20;
SELECT outcome = 'VALID' AND spent_credits > 0 AND region != 'unknown', outcome = 'a' OR outcome = 'VALID', outcome || '!', true, false, NULL, 'it''s', 10000000000, 1e3, [1, 2], ['a'], tags[1], tags[-1], tags[9] FROM key_verifications_v1 ORDER BY time LIMIT 20;
SELECT sum(count), sum(count) * 2, sum(count) / 7, min(time), max(time), min(outcome), max(external_id) FROM key_verifications_per_day_v1;
SELECT kv.outcome, kv.key_id AS k FROM key_verifications_v1 kv ORDER BY kv.time LIMIT 3;
SELECT key_verifications_v1.outcome FROM key_verifications_v1 ORDER BY time LIMIT 3;
SELECT * FROM key_verifications_v1 ORDER BY request_id LIMIT 20;
SELECT * EXCEPT (latency, tags) FROM key_verifications_v1 ORDER BY request_id LIMIT 5;
SELECT kv.* FROM key_verifications_v1 AS kv ORDER BY request_id LIMIT 5;
SELECT time, outcome, tags, count, spent_credits FROM key_verifications_per_day_v1 ORDER BY time, key_id, outcome, tags LIMIT 50;
-- refused invalid_analytics_query
SELECT * FROM key_verifications_per_day_v1;
-- refused invalid_analytics_table
SELECT count() FROM default.key_verifications_raw_v2 WHERE 0;

-- Aggregates
SELECT avg(latency), min(time), max(key_id), sum(latency), quantile(latency), any(outcome), groupArray(time), count(), uniq(key_id), sum(spent_credits) FROM key_verifications_v1 WHERE 0;
SELECT outcome, avg(latency), quantile(0.5)(latency), quantile(0.99)(latency), min(latency), max(latency), sum(latency) FROM key_verifications_v1 GROUP BY outcome ORDER BY outcome;
SELECT uniq(key_id), uniqExact(key_id), count(DISTINCT key_id), count(DISTINCT key_id, outcome), uniq(key_id, outcome), uniq(tags), sum(DISTINCT spent_credits), uniq(latency) FROM key_verifications_v1;
SELECT key_id, groupArray(outcome), groupUniqArray(region) FROM key_verifications_v1 WHERE key_id LIKE 'key_19%' GROUP BY key_id ORDER BY key_id;
SELECT countIf(outcome = 'VALID'), sumIf(latency, outcome = 'VALID'), sumIf(spent_credits, 0), countIf(has(tags, 'team=data')) FROM key_verifications_v1;
SELECT min(tags), max(tags), min(outcome), max(region) FROM key_verifications_v1;
SELECT sum(outcome = 'VALID'), avg(outcome = 'VALID'), sum(1), sum(1.5), count(NULL), sum(if(outcome = 'VALID', 1, NULL)), avg(CASE WHEN spent_credits > 0 THEN latency END), min(CASE WHEN spent_credits > 1000 THEN latency END) FROM key_verifications_v1;
SELECT avg(time) FROM key_verifications_per_day_v1;
SELECT key_id, outcome, avg(time) FROM key_verifications_per_day_v1 GROUP BY key_id, outcome ORDER BY key_id, outcome;
SELECT key_id, outcome, avg(time), avg(toDateTime(time)) FROM key_verifications_per_hour_v1 GROUP BY key_id, outcome ORDER BY key_id, outcome;
SELECT key_id, outcome, avg(fromUnixTimestamp64Milli(time)) FROM key_verifications_v1 GROUP BY key_id, outcome ORDER BY key_id, outcome;
SELECT sum(time) FROM key_verifications_per_day_v1;
SELECT sum(outcome) FROM key_verifications_v1;
SELECT quantile(0.9)(count) FROM key_verifications_per_day_v1;
SELECT sum(sum(count)) FROM key_verifications_per_day_v1;
SELECT outcome, sum(count) AS count, avg(count) FROM key_verifications_per_day_v1 GROUP BY outcome;
SELECT outcome, sum(count) AS count FROM key_verifications_per_day_v1 WHERE count > 0 GROUP BY outcome;
SELECT count() FROM key_verifications_v1 GROUP BY outcome, region ORDER BY count() DESC, min(time);
SELECT count() + 1 AS c, c * 2 AS d, d - c FROM key_verifications_v1 HAVING c > 0;
SELECT region, outcome, count() AS c FROM key_verifications_v1 GROUP BY ALL ORDER BY ALL;
SELECT outcome, count() FROM key_verifications_v1 GROUP BY 1 ORDER BY 2 DESC, 1;
SELECT outcome, count() AS c FROM key_verifications_v1 GROUP BY outcome WITH TOTALS ORDER BY c DESC;
SELECT length(tags) AS n, count() FROM key_verifications_v1 GROUP BY n ORDER BY n;
SELECT tags, count() AS c FROM key_verifications_v1 GROUP BY tags HAVING c > 10 ORDER BY c DESC, tags;
SELECT 1 FROM key_verifications_v1 GROUP BY outcome;
SELECT key_space_id, count() FROM key_verifications_v1;
SELECT outcome FROM key_verifications_v1 GROUP BY region;
SELECT upper(outcome) AS u, concat(u, '!') AS v, count() FROM key_verifications_v1 GROUP BY u ORDER BY v;
SELECT outcome, count() FROM key_verifications_v1 GROUP BY outcome HAVING outcome != 'VALID' ORDER BY outcome;
SELECT count() AS c FROM key_verifications_v1 HAVING c > 100000000;

-- Times
SELECT toStartOfHour(fromUnixTimestamp64Milli(time)) AS h, count() FROM key_verifications_v1 GROUP BY h ORDER BY h;
SELECT toDate(toDateTime(time / 1000)) AS d, count() FROM key_verifications_v1 GROUP BY d ORDER BY d;
SELECT toStartOfMonth(toDateTime(time / 1000)) AS m, toStartOfYear(toDateTime(time / 1000)) AS y, count() FROM key_verifications_v1 GROUP BY m, y ORDER BY m;
SELECT toDate(time) AS d, toDateTime(time) AS t, count() FROM key_verifications_v1 GROUP BY d, t ORDER BY d;
SELECT time, toStartOfWeek(time), toStartOfWeek(time, 1), toStartOfMonth(time), toStartOfQuarter(time), toStartOfYear(time), toStartOfDay(time), sum(count) FROM key_verifications_per_day_v1 GROUP BY time ORDER BY time;
SELECT time, toStartOfHour(time), toStartOfMinute(time), toStartOfDay(time), toDate(time), toInt64(time), toString(time), time + 1, time - 3600, time + INTERVAL 1 MONTH, time - INTERVAL 90 MINUTE FROM key_verifications_per_minute_v1 ORDER BY time LIMIT 10;
SELECT time, time + 1, time - INTERVAL 1 MONTH, time + INTERVAL 1 HOUR, time + INTERVAL 1 WEEK, time - INTERVAL 1 QUARTER, time + INTERVAL 1 YEAR, toInt64(time), toString(time), toDateTime(time) FROM key_verifications_per_day_v1 ORDER BY time LIMIT 5;
SELECT date_trunc('hour', time), date_trunc('day', time), date_trunc('week', time), date_trunc('month', time), date_trunc('quarter', time), date_trunc('year', time), date_trunc('minute', time), count() FROM key_verifications_per_hour_v1 GROUP BY ALL ORDER BY 1;
SELECT formatDateTime(time, '%Y-%m-%d %H:%i:%S %y %e %j %a %b %M %W %u %w %Q %D %F %T %R %p %I %%') AS f, count() FROM key_verifications_per_minute_v1 GROUP BY f ORDER BY f LIMIT 30;
SELECT formatDateTime(toDateTime('2026-12-03 00:01:02'), '%C %c %e|%h|%l|%k|%r|%I|%V|%G|%g|%z|%n|%t|%M') AS f FROM key_verifications_v1 LIMIT 1;
SELECT formatDateTime(toDateTime('2026-12-03 00:01:02'), '100%') AS f FROM key_verifications_v1 LIMIT 1;
SELECT formatDateTime(time, '%Y-%m') AS f, sum(count) FROM key_verifications_per_day_v1 GROUP BY f ORDER BY f;
SELECT fromUnixTimestamp64Milli(time) AS t, toUnixTimestamp64Milli(t), toDateTime64(time / 1000, 3), toDateTime64(time, 0), t + INTERVAL 1 DAY, t - INTERVAL 5 MILLISECOND, toString(t), toInt64(t) FROM key_verifications_v1 ORDER BY request_id LIMIT 10;
SELECT count() FROM key_verifications_v1 WHERE time >= toUnixTimestamp64Milli(now64() - INTERVAL 3 DAY);
SELECT count() FROM key_verifications_v1 WHERE fromUnixTimestamp64Milli(time) >= now() - INTERVAL 3 DAY;
SELECT count() FROM key_verifications_v1 WHERE toDateTime(time / 1000) >= today() - 3 AND toDateTime(time / 1000) < today();
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time = today();
-- everything
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time >= '2026-01-15' AND time < '2100-01-01';
-- everything
SELECT sum(count) FROM key_verifications_per_hour_v1 WHERE time >= '2026-01-15 10:00:00';
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time IN (today(), today() - 1);
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE toStartOfMonth(time) = toStartOfMonth(now());
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time > now() - toIntervalDay(3) AND time < now();
SELECT sum(count) FROM key_verifications_per_hour_v1 WHERE time BETWEEN now() - INTERVAL 5 DAY AND now() - INTERVAL 2 DAY;
-- everything
SELECT sum(count) FROM key_verifications_per_hour_v1 WHERE time >= 1700000000;
-- everything
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time >= 20000;
-- everything
SELECT count() FROM key_verifications_v1 WHERE time >= '2026-01-15';
SELECT toStartOfHour(time) FROM key_verifications_v1;
SELECT toStartOfHour(time) FROM key_verifications_per_day_v1;
SELECT toStartOfDay(time) AS d, sum(count) AS n FROM key_verifications_per_hour_v1 WHERE d >= today() - 5 GROUP BY d ORDER BY d;
SELECT max(time) - min(time), today() - min(time) FROM key_verifications_per_day_v1;
SELECT max(time) - min(time) FROM key_verifications_per_hour_v1;
SELECT toDate(now()) = today(), toStartOfMonth(today()) <= today(), toDateTime(today()) <= now(), toDate('2026-02-03'), toDateTime('2026-02-03 04:05:06'), toDateTime64('2026-02-03 04:05:06.789', 3) FROM key_verifications_v1 LIMIT 1;
SELECT toDate('2026-01-31') + INTERVAL 1 MONTH, toDate('2024-02-29') + INTERVAL 1 YEAR, toDate('2026-03-31') - INTERVAL 1 MONTH, toDateTime('2026-01-31 10:00:00') + INTERVAL 1 MONTH, toDate(1795248000), toDate(20000), toDateTime(20000), toDate('1999-12-31') FROM key_verifications_v1 LIMIT 1;

-- Filling
SELECT time, sum(count) AS n FROM key_verifications_per_day_v1 WHERE external_id = 'user_3' GROUP BY time ORDER BY time WITH FILL;
SELECT time, sum(count) AS n FROM key_verifications_per_day_v1 GROUP BY time ORDER BY time WITH FILL FROM today() - 40 TO today() + 3;
SELECT time, sum(count) AS n, max(outcome) FROM key_verifications_per_day_v1 WHERE external_id = 'user_3' GROUP BY time ORDER BY time DESC WITH FILL FROM today() TO today() - 10 STEP INTERVAL -1 DAY;
SELECT time, sum(count) AS n FROM key_verifications_per_hour_v1 WHERE external_id = 'user_3' AND time >= toStartOfDay(now() - INTERVAL 2 DAY) GROUP BY time ORDER BY time WITH FILL FROM toStartOfDay(now() - INTERVAL 2 DAY) TO toStartOfHour(now()) STEP INTERVAL 1 HOUR;
SELECT time, sum(count) AS n FROM key_verifications_per_hour_v1 WHERE external_id = 'user_3' GROUP BY time ORDER BY time WITH FILL STEP 3600 LIMIT 60;
SELECT toStartOfMonth(time) AS m, sum(count) AS n FROM key_verifications_per_day_v1 GROUP BY m ORDER BY m WITH FILL FROM toStartOfMonth(today() - 20) TO toStartOfMonth(today()) + INTERVAL 3 MONTH STEP INTERVAL 1 MONTH;
SELECT toStartOfHour(fromUnixTimestamp64Milli(time)) AS h, count() FROM key_verifications_v1 WHERE key_id = 'key_7' GROUP BY h ORDER BY h WITH FILL STEP INTERVAL 1 HOUR LIMIT 50;
SELECT spent_credits AS c, count() FROM key_verifications_v1 GROUP BY c ORDER BY c WITH FILL FROM 0 TO 10 STEP 2;
SELECT spent_credits AS c, count() FROM key_verifications_v1 GROUP BY c ORDER BY c DESC WITH FILL FROM 10 TO 0 STEP -1;
SELECT time, sum(count) FROM key_verifications_per_day_v1 WHERE 0 GROUP BY time ORDER BY time WITH FILL FROM today() - 3 TO today();
SELECT time, sum(count) AS n FROM key_verifications_per_day_v1 WHERE external_id = 'user_3' GROUP BY time ORDER BY time WITH FILL FROM today() - 25 TO today() STEP INTERVAL 1 WEEK;

-- Text and numbers
SELECT DISTINCT outcome, lower(outcome), upper(outcome), length(outcome), substring(outcome, 2), substring(outcome, -3, 2), substring(outcome, 2, 100), concat(outcome, '-', toString(length(outcome))), startsWith(outcome, 'V'), endsWith(outcome, 'ED'), trim('  x '), trim(outcome) FROM key_verifications_v1 ORDER BY outcome;
SELECT DISTINCT spent_credits, round(spent_credits / 3, 2), round(spent_credits / 3), floor(spent_credits / 3), ceil(spent_credits / 3), round(spent_credits, -1), floor(spent_credits, -2), ceil(spent_credits / 7, 1), abs(-spent_credits), abs(spent_credits - 3.5) FROM key_verifications_v1 ORDER BY spent_credits;
SELECT round(2.5), round(3.5), round(-2.5), round(1.005, 2), floor(-1.5), ceil(-1.5), round(15, -1), round(25, -1), 1 / 3, 10 / 4, 7 % 4.5, toString(0.1 + 0.2), toString(1 / 3), toString(100.0) FROM key_verifications_v1 LIMIT 1;
SELECT 1 / 0, 0 / 0, -1 / 0 FROM key_verifications_v1 LIMIT 1;
SELECT spent_credits % 0 FROM key_verifications_v1;
SELECT sum(spent_credits) / (count() - count()) FROM key_verifications_v1;
SELECT concat(1, '-', 2.5, '-', today()), toString([1, 2]), toString(tags) FROM key_verifications_v1 ORDER BY request_id LIMIT 5;
SELECT toInt64('12') + 1, toFloat64('1.5'), toInt32(1.9), toInt64(-1.9), toInt32(3000000000), toInt64(true), toString(true), CAST(300 AS UInt8), CAST(-1 AS UInt16), CAST(1 AS Bool) FROM key_verifications_v1 LIMIT 1;
SELECT toInt64('x') FROM key_verifications_v1;
SELECT key_id > 5 FROM key_verifications_v1;
SELECT spent_credits = '1', '1' = spent_credits, count() FROM key_verifications_v1 GROUP BY ALL ORDER BY 1;
SELECT upper(time) FROM key_verifications_v1;
SELECT outcome + 1 FROM key_verifications_v1;
SELECT if(outcome = 'VALID', spent_credits, -1), if(spent_credits > 1, 1, -300), if(1, 1, NULL) FROM key_verifications_v1 ORDER BY request_id LIMIT 10;
SELECT if(outcome, 1, 2) FROM key_verifications_v1;

-- Arrays
SELECT arrayJoin(tags) AS tag, count() AS c FROM key_verifications_v1 GROUP BY tag ORDER BY c DESC, tag;
SELECT arrayJoin(arrayFilter(x -> startsWith(x, 'path='), tags)) AS path, count() AS c, uniq(key_id) FROM key_verifications_v1 GROUP BY path ORDER BY path;
SELECT arrayFilter(x -> x LIKE 'team%' OR x = 'path=/health', tags) AS f, count() FROM key_verifications_v1 GROUP BY f ORDER BY f;
SELECT arrayFilter(x -> x = concat('team=', 'data') AND spent_credits > 0, tags) AS f, count() FROM key_verifications_v1 GROUP BY f ORDER BY f;
SELECT length(arrayFilter(x -> x > 1, [1, 2, 3])), has([1, 2], 2), hasAny(['a', 'b'], tags), hasAll(tags, []), [1, -1, 300], [1.5, 2], has([1, NULL], NULL), ['a', outcome] FROM key_verifications_v1 ORDER BY request_id LIMIT 3;
SELECT request_id, arrayJoin(tags) AS tag FROM key_verifications_v1 ORDER BY request_id, tag LIMIT 30;
SELECT request_id, t FROM key_verifications_v1 ARRAY JOIN tags AS t ORDER BY request_id, t LIMIT 30;
SELECT tags, count() FROM key_verifications_v1 ARRAY JOIN tags GROUP BY tags ORDER BY tags;
SELECT request_id, t FROM key_verifications_v1 LEFT ARRAY JOIN tags AS t ORDER BY request_id, t LIMIT 30;
SELECT arrayJoin(tags) AS a, arrayJoin(tags) AS b, count() FROM key_verifications_v1 GROUP BY a, b ORDER BY a, b;
SELECT arrayJoin([1, 2]) AS a, arrayJoin(['x', 'y']) AS b, count() FROM key_verifications_v1 GROUP BY a, b ORDER BY a, b;
SELECT count() FROM key_verifications_v1 WHERE arrayJoin(tags) LIKE 'path=%';
SELECT arrayJoin(tags) AS tag, count() FROM key_verifications_v1 WHERE tag LIKE 'team=%' GROUP BY tag ORDER BY tag;
SELECT substring(arrayJoin(tags), 1, 4) AS kind, sum(count) FROM key_verifications_per_day_v1 GROUP BY kind ORDER BY kind;
SELECT arrayJoin(groupUniqArray(outcome)) AS o FROM key_verifications_v1 ORDER BY o;
SELECT count() FROM key_verifications_v1 WHERE has(tags, 'path=/it\'s') OR has(tags, 'path=/π');
SELECT arrayJoin(outcome) FROM key_verifications_v1;
SELECT tags = [], tags = ['path=/health'], count() FROM key_verifications_v1 GROUP BY ALL ORDER BY 1, 2;

-- Subqueries, joins, unions
WITH top AS (SELECT external_id, sum(count) AS n FROM key_verifications_per_day_v1 WHERE external_id != '' GROUP BY external_id ORDER BY n DESC, external_id LIMIT 5) SELECT external_id, n FROM top ORDER BY n, external_id;
WITH a AS (SELECT outcome, count() AS n FROM key_verifications_v1 GROUP BY outcome), b AS (SELECT sum(n) AS total FROM a) SELECT outcome, n, total, n / total FROM a CROSS JOIN b ORDER BY outcome;
SELECT outcome, n, m FROM (SELECT outcome, count() AS n FROM key_verifications_v1 GROUP BY outcome) x JOIN (SELECT outcome, sum(spent_credits) AS m FROM key_verifications_v1 GROUP BY outcome) y USING (outcome) ORDER BY outcome;
SELECT x.outcome, y.outcome, n, m FROM (SELECT outcome, count() AS n FROM key_verifications_v1 GROUP BY outcome) AS x LEFT JOIN (SELECT outcome, sum(spent_credits) AS m FROM key_verifications_v1 WHERE outcome != 'VALID' GROUP BY outcome) AS y ON x.outcome = y.outcome ORDER BY x.outcome;
SELECT * FROM (SELECT outcome, count() AS n FROM key_verifications_v1 WHERE outcome != 'EXPIRED' GROUP BY outcome) AS x FULL JOIN (SELECT outcome, sum(spent_credits) AS m FROM key_verifications_v1 WHERE outcome != 'VALID' GROUP BY outcome) AS y ON x.outcome = y.outcome ORDER BY x.outcome, y.outcome;
SELECT x.n, y.m FROM (SELECT outcome, count() AS n FROM key_verifications_v1 WHERE outcome != 'EXPIRED' GROUP BY outcome) AS x RIGHT JOIN (SELECT outcome, sum(spent_credits) AS m FROM key_verifications_v1 WHERE outcome != 'VALID' GROUP BY outcome) AS y ON x.outcome = y.outcome ORDER BY y.outcome;
SELECT d.time, sum(d.count) AS days, any(h.n) AS hours FROM key_verifications_per_day_v1 d JOIN (SELECT toDate(time) AS day, sum(count) AS n FROM key_verifications_per_hour_v1 GROUP BY day) h ON d.time = h.day GROUP BY d.time ORDER BY d.time;
SELECT a.key_id, count() FROM key_verifications_v1 a JOIN key_verifications_per_month_v1 b ON a.key_id = b.key_id AND a.outcome = b.outcome WHERE b.count > 3 GROUP BY a.key_id ORDER BY a.key_id;
SELECT count() FROM (SELECT key_id FROM key_verifications_v1 GROUP BY key_id) a JOIN (SELECT key_id FROM key_verifications_v1 GROUP BY key_id) b ON a.key_id = b.key_id AND a.key_id < 'key_2';
SELECT avg(n), max(n) FROM (SELECT external_id, count() AS n FROM key_verifications_v1 GROUP BY external_id);
SELECT s.o, s.n FROM (SELECT outcome AS o, count() AS n FROM key_verifications_v1 GROUP BY o) AS s WHERE s.n > 100 ORDER BY s.o;
SELECT outcome, (SELECT count() FROM key_verifications_v1) AS total, count() / total AS share FROM key_verifications_v1 GROUP BY outcome ORDER BY outcome;
SELECT count() FROM key_verifications_v1 WHERE key_id IN (SELECT key_id FROM key_verifications_v1 WHERE outcome = 'EXPIRED') AND (key_id, outcome) IN (SELECT key_id, outcome FROM key_verifications_per_day_v1);
SELECT count() FROM key_verifications_v1 WHERE (outcome, region) IN (('VALID', 'unknown'), ('EXPIRED', 'us-east-1'));
SELECT count() FROM key_verifications_v1 WHERE EXISTS (SELECT 1 FROM key_verifications_v1 WHERE outcome = 'NONE');
SELECT outcome AS x FROM key_verifications_v1 UNION DISTINCT SELECT region FROM key_verifications_v1;
SELECT 'raw' AS t, count() AS n FROM key_verifications_v1 UNION ALL SELECT 'day', sum(count) FROM key_verifications_per_day_v1 UNION ALL SELECT 'month', sum(count) FROM key_verifications_per_month_v1;
SELECT spent_credits FROM key_verifications_v1 WHERE spent_credits > 4 UNION ALL SELECT 0.5 FROM key_verifications_v1 LIMIT 3;
SELECT outcome FROM key_verifications_v1 INTERSECT SELECT outcome FROM key_verifications_v1 WHERE spent_credits > 0;
SELECT DISTINCT outcome FROM key_verifications_v1 EXCEPT SELECT outcome FROM key_verifications_v1 WHERE spent_credits > 0;
SELECT outcome FROM key_verifications_v1 UNION SELECT region FROM key_verifications_v1;
SELECT * FROM (SELECT outcome, region FROM key_verifications_v1 UNION ALL SELECT key_id, external_id FROM key_verifications_per_month_v1) ORDER BY 1, 2 LIMIT 20;

-- Windows
SELECT time, sum(count) AS n, sum(n) OVER (ORDER BY time) AS running, avg(n) OVER (ORDER BY time ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving, max(n) OVER () AS highest, count() OVER (ORDER BY time DESC) AS place FROM key_verifications_per_day_v1 GROUP BY time ORDER BY time;
SELECT outcome, day, n, n / sum(n) OVER (PARTITION BY outcome) AS share, min(n) OVER w, sum(n) OVER (PARTITION BY outcome ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM (SELECT outcome, time AS day, sum(count) AS n FROM key_verifications_per_day_v1 GROUP BY outcome, day) WINDOW w AS (PARTITION BY outcome ORDER BY day ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY outcome, day;
SELECT key_id, n FROM (SELECT key_id, count() AS n, count() OVER (ORDER BY n DESC, key_id) AS place FROM key_verifications_v1 GROUP BY key_id) WHERE place <= 3 ORDER BY n DESC, key_id;
SELECT outcome, count() AS n, sum(count()) OVER () AS total FROM key_verifications_v1 GROUP BY outcome ORDER BY outcome;
SELECT spent_credits, count() OVER (ORDER BY spent_credits) AS c FROM key_verifications_v1 WHERE key_id = 'key_150' ORDER BY spent_credits;
SELECT spent_credits, sum(spent_credits) OVER (PARTITION BY outcome ORDER BY time ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS c FROM key_verifications_v1 WHERE key_id = 'key_150' ORDER BY time;

-- Distinct and limits
SELECT DISTINCT outcome, region FROM key_verifications_v1 ORDER BY outcome, region;
SELECT DISTINCT outcome FROM key_verifications_v1 ORDER BY outcome DESC LIMIT 2 OFFSET 1;
SELECT DISTINCT ON (outcome) outcome, spent_credits > 100 FROM key_verifications_v1 ORDER BY outcome;
SELECT outcome, key_id, count() AS n FROM key_verifications_v1 GROUP BY outcome, key_id ORDER BY outcome, n DESC, key_id LIMIT 2 BY outcome;
SELECT outcome, key_id, count() AS n FROM key_verifications_v1 GROUP BY outcome, key_id ORDER BY outcome, n DESC, key_id LIMIT 1, 2;
SELECT request_id FROM key_verifications_v1 ORDER BY request_id DESC LIMIT 0;
SELECT request_id, latency FROM key_verifications_v1 ORDER BY latency DESC, request_id ASC LIMIT 20;
SELECT CASE WHEN spent_credits > 4 THEN spent_credits END AS c, count() FROM key_verifications_v1 GROUP BY c ORDER BY c NULLS FIRST;
SELECT CASE WHEN spent_credits > 4 THEN spent_credits END AS c, count() FROM key_verifications_v1 GROUP BY c ORDER BY c DESC;
SELECT CASE WHEN spent_credits > 4 THEN spent_credits END AS c, c + 1, c > 5, c IN (100), coalesce(c, 0), c IS NULL, NOT c, c AND 1, c OR 1, count() FROM key_verifications_v1 GROUP BY ALL ORDER BY c;
SELECT count() FROM key_verifications_v1 WHERE CASE WHEN spent_credits > 4 THEN spent_credits END > 5;
SELECT external_id FROM key_verifications_v1 PREWHERE outcome = 'EXPIRED' WHERE spent_credits = 0 ORDER BY time LIMIT 5;

-- Aliases
SELECT lower(outcome) AS outcome, count() FROM key_verifications_v1 WHERE outcome = 'valid' GROUP BY outcome;
SELECT spent_credits + 0.5 AS x, x * 2 AS y FROM key_verifications_v1 WHERE y > 3 ORDER BY y DESC, request_id LIMIT 5;
SELECT toStartOfMonth(time) AS time, sum(count) AS count FROM key_verifications_per_day_v1 GROUP BY time ORDER BY time;
SELECT outcome AS a, a AS b, count() AS c FROM key_verifications_v1 GROUP BY b ORDER BY a;

-- Escapes
SELECT 'acb' LIKE 'a\_b', 'a_b' LIKE 'a\_b', 'a%b' LIKE 'a\%b', 'axb' LIKE 'a\%b', 'a\\b' LIKE 'a\\\\b', 'a\qb' LIKE 'a\qb', 'a\qb', 'tab\there', 'it\'s', 'it''s', '\x41\x7a', '\e[0m' = '\x1B[0m', '\/\=\N!' FROM key_verifications_v1 LIMIT 1;
SELECT external_id LIKE 'user\_1%' AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT 'a' LIKE 'a\\' FROM key_verifications_v1 LIMIT 1;
SELECT 'a\%b' AS `odd\qname`, 1 AS "other\qname" FROM key_verifications_v1 LIMIT 1;
SELECT 'Ab' ILIKE 'a\B', 'A_B' ILIKE 'a\_b', 'AxB' NOT ILIKE 'a\_b', length('\0\a\b\f\v') FROM key_verifications_v1 LIMIT 1;
SELECT startsWith('a\_b', 'a\_'), concat('\z', '\%'), has(['\d+'], '\d+'), 'x\d' IN ('x\d', 'y') FROM key_verifications_v1 LIMIT 1;

-- Filling within what stands before
SELECT k, n FROM (SELECT 'a' AS k, 1 AS n UNION ALL SELECT 'a' AS k, 4 AS n UNION ALL SELECT 'b' AS k, 2 AS n) ORDER BY k, n WITH FILL;
SELECT k, m, n FROM (SELECT 'a' AS k, 'x' AS m, 1 AS n UNION ALL SELECT 'a', 'x', 3 UNION ALL SELECT 'a', 'y', 5 UNION ALL SELECT 'a', 'y', 7) ORDER BY k DESC, m, n WITH FILL;
SELECT outcome, time, sum(count) AS n FROM key_verifications_per_day_v1 WHERE outcome IN ('EXPIRED', 'DISABLED') GROUP BY outcome, time ORDER BY outcome, time WITH FILL;
SELECT outcome, time, sum(count) AS n FROM key_verifications_per_day_v1 WHERE outcome IN ('EXPIRED', 'DISABLED') GROUP BY outcome, time ORDER BY outcome DESC, time WITH FILL FROM today() - 6 TO today() + 1;
SELECT time, outcome, sum(count) AS n FROM key_verifications_per_day_v1 WHERE outcome IN ('EXPIRED', 'DISABLED') GROUP BY outcome, time ORDER BY outcome, time DESC WITH FILL STEP INTERVAL -1 DAY LIMIT 20;
SELECT key_space_id, outcome, spent_credits AS c, count() FROM key_verifications_v1 WHERE key_space_id != 'ks_9' AND spent_credits < 10 GROUP BY key_space_id, outcome, c ORDER BY key_space_id, outcome, c WITH FILL FROM 0 TO 4;
SELECT outcome, time, sum(count) AS n FROM key_verifications_per_day_v1 WHERE 0 GROUP BY outcome, time ORDER BY outcome, time WITH FILL FROM today() - 3 TO today();

-- Parts of a second
SELECT formatDateTime(toDateTime64('2026-03-05 10:11:12.345', 3), '%f'), formatDateTime(toDateTime64('2026-03-05 10:11:12.345678', 6), '%f'), formatDateTime(toDateTime64('2026-03-05 10:11:12.345678912', 9), '%f'), formatDateTime(toDateTime64('2026-03-05 10:11:12.3', 1), '%f'), formatDateTime(toDateTime64('2026-03-05 10:11:12.34', 0), '%f'), formatDateTime(toDateTime('2026-03-05 10:11:12'), '%f|%S') FROM key_verifications_v1 LIMIT 1;
SELECT formatDateTime(toDate('2026-03-05'), '%F %T %f %s') FROM key_verifications_v1 LIMIT 1;

-- Other ways to write the same
SELECT outcome, key_id, count() AS n FROM key_verifications_v1 GROUP BY outcome, key_id ORDER BY outcome, n DESC, key_id LIMIT 1 BY outcome LIMIT 3;
SELECT outcome, key_id, count() AS n FROM key_verifications_v1 GROUP BY outcome, key_id ORDER BY outcome, n DESC, key_id LIMIT 2 BY outcome LIMIT 4 OFFSET 1;
SELECT o, n FROM (SELECT outcome AS o, key_id, count() AS n FROM key_verifications_v1 GROUP BY o, key_id ORDER BY n DESC, o, key_id LIMIT 1 BY o LIMIT 2) ORDER BY o;
SELECT CAST(spent_credits, 'Float64') / 2 AS half, CAST(spent_credits, 'String') AS text, CAST(time, 'DateTime64(3)') AS t, CAST('7', 'UInt8') + 1, CAST(concat('1', '2'), 'Int64') FROM key_verifications_v1 ORDER BY request_id LIMIT 4;
SELECT 0x1F, 0xff + 1, 0XA, x'41' FROM key_verifications_v1 LIMIT 1;
SELECT count() FROM key_verifications_v1 WHERE key_id = ANY (SELECT key_id FROM key_verifications_v1 WHERE outcome = 'EXPIRED');
SELECT count() FROM key_verifications_v1 WHERE key_id != ALL (SELECT key_id FROM key_verifications_v1 WHERE outcome = 'EXPIRED');
SELECT count() AS n, countIf(b.o != '') AS found FROM key_verifications_v1 a ANY LEFT JOIN (SELECT key_id, outcome AS o FROM key_verifications_v1 WHERE outcome = 'EXPIRED') b ON a.key_id = b.key_id;
SELECT count() AS n FROM key_verifications_v1 a LEFT ANY JOIN (SELECT key_id, outcome AS o FROM key_verifications_v1 WHERE outcome = 'EXPIRED') b USING (key_id);
SELECT count() AS n FROM key_verifications_v1 a ANY INNER JOIN (SELECT key_id, outcome AS o FROM key_verifications_v1 WHERE outcome = 'EXPIRED') b ON a.key_id = b.key_id;
SELECT JSONExtractString('{"a": {"b": "c"}, "n": 1}', 'a', 'b') AS deep, JSONExtractString('{"a": 1}', 'a') AS number, JSONExtractString('no', 'a') AS none FROM key_verifications_v1 LIMIT 1;

-- Refusals
-- refused invalid_analytics_query
SELECT api_id FROM key_verifications_v1;
-- refused invalid_analytics_query
SELECT SUM(valid_count) FROM key_verifications_per_day_v1;
-- refused invalid_analytics_query
SELECT now();
-- refused invalid_analytics_query
SELECT outcome key_id count() FROM key_verifications_v1;
-- refused invalid_analytics_query
SELCT 1 FROM key_verifications_v1;
-- refused invalid_analytics_query
UPDATE key_verifications_v1 SET outcome = 'VALID';
-- refused invalid_analytics_query
EXPLAIN SELECT 1 FROM key_verifications_v1;
-- refused invalid_analytics_query
SELECT outcome FROM key_verifications_v1 WHERE key_id = 'x;
-- refused invalid_analytics_query_type
DROP TABLE key_verifications_v1;
-- refused invalid_analytics_query_type
DELETE FROM key_verifications_v1 WHERE 1;
-- refused invalid_analytics_query_type
SHOW TABLES;
-- refused invalid_analytics_query_type
TRUNCATE TABLE key_verifications_v1;
-- refused invalid_analytics_query_type
CREATE TABLE x (a Int64);
-- refused invalid_analytics_query_type
SET max_threads = 1;
-- refused invalid_analytics_table
SELECT 1 FROM system.tables;
-- refused invalid_analytics_table
SELECT 1 FROM key_verifications;
-- refused invalid_analytics_table
SELECT 1 FROM KEY_VERIFICATIONS_V1;
-- refused invalid_analytics_table
SELECT 1 FROM key_verifications_raw_v2;
-- refused invalid_analytics_table
SELECT 1 FROM default.key_verifications_v1;
-- refused invalid_analytics_table
SELECT count() FROM key_verifications_v1 WHERE key_id IN (SELECT name FROM system.tables);
-- refused invalid_analytics_table
SELECT 1 FROM key_verifications_v1 JOIN secrets ON 1 = 1;
-- refused invalid_analytics_table
SELECT 1 FROM analytics_recent;
-- refused invalid_analytics_function
SELECT multiIf(1, 2, 3) FROM key_verifications_v1;
-- refused invalid_analytics_function
SELECT yesterday() FROM key_verifications_v1;
-- refused invalid_analytics_function
SELECT load_extension('x') FROM key_verifications_v1;
-- refused invalid_analytics_function
SELECT position('a', 'b') FROM key_verifications_v1;
-- refused invalid_analytics_function
SELECT count() FROM key_verifications_v1 WHERE sleep(3) = 0;
-- refused invalid_analytics_function
SELECT outcome FROM key_verifications_v1 ORDER BY rand();
-- refused invalid_analytics_function
SELECT 1 FROM url('http://example.com');
-- refused invalid_analytics_function
SELECT 1 FROM numbers(10);
-- refused query_range_exceeds_retention
SELECT count() FROM key_verifications_v1 WHERE time >= 1234567890000;
-- refused query_range_exceeds_retention
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time >= now() - INTERVAL 31 DAY;
-- refused query_range_exceeds_retention
SELECT sum(count) FROM key_verifications_per_day_v1 WHERE time BETWEEN '2020-01-01' AND '2020-02-01';

-- What only some rows come to, and what no row may
SELECT if(spent_credits > 0, toInt64(latency / spent_credits), -1) AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT CASE WHEN spent_credits = 0 THEN 7 WHEN latency > 0 THEN toInt64(latency / spent_credits) ELSE toInt64(1 / (latency + 1)) END AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT CASE WHEN spent_credits > 0 THEN toInt64(latency / spent_credits) END AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT if(spent_credits > 0, toInt64(7 % spent_credits), -1) AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT count() FROM key_verifications_v1 WHERE spent_credits = 0 OR toInt64(latency / spent_credits) > 1;
SELECT countIf(spent_credits != 0 AND toInt64(latency / spent_credits) > 1) FROM key_verifications_v1;
SELECT arrayFilter(x -> x != '' AND toInt64(1 / length(x)) = 0, tags) FROM key_verifications_v1 ORDER BY request_id LIMIT 3;
SELECT (if(spent_credits = 1, NULL, spent_credits) > 0) AND (toInt64(latency / spent_credits) > 1) AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT (if(spent_credits = 1, NULL, spent_credits) = 0) OR (toInt64(latency / spent_credits) > 1) AS x, count() FROM key_verifications_v1 WHERE spent_credits < 3 GROUP BY x ORDER BY x;
SELECT CASE WHEN if(spent_credits = 1, NULL, spent_credits) > 0 THEN toInt64(latency / spent_credits) WHEN spent_credits = 0 THEN -1 ELSE -2 END AS x, count() FROM key_verifications_v1 GROUP BY x ORDER BY x;
SELECT toInt64(latency / 0) FROM key_verifications_v1;
SELECT toDate(0 / 0) FROM key_verifications_v1;
SELECT toDateTime(latency / 0) FROM key_verifications_v1;
SELECT quantile(1.5)(latency) FROM key_verifications_v1;
SELECT quantile(-1)(latency) FROM key_verifications_v1;
SELECT tags[0] FROM key_verifications_v1;
SELECT 1 AS a, 2 AS a FROM key_verifications_v1;
SELECT key_id AS a, key_id AS a FROM key_verifications_v1 ORDER BY a LIMIT 3;
SELECT outcome FROM key_verifications_v1 LIMIT 18446744073709551616;
SELECT outcome FROM key_verifications_v1 LIMIT 18446744073709551615 OFFSET 18446744073709551615;
SELECT outcome FROM key_verifications_v1 LIMIT length(outcome);
SELECT quantile(0.95)(time), quantile(time) FROM key_verifications_per_day_v1;
SELECT quantile(0.95)(time), quantile(time) FROM key_verifications_per_hour_v1;
SELECT quantile(0.3)(fromUnixTimestamp64Milli(time)), quantile(time) FROM key_verifications_v1;
SELECT quantile(0.3)(time) FROM key_verifications_per_day_v1 WHERE 0;
SELECT toDate('9999-12-31'), toDateTime('9999-12-31 23:59:59'), toDate('0001-01-01'), toDateTime('1900-01-01 00:00:00') FROM key_verifications_v1 LIMIT 1;
SELECT count() FROM key_verifications_per_day_v1 WHERE time < '9999-12-31';

-- Tables joined by commas
SELECT count() FROM key_verifications_v1 a, key_verifications_v1 b WHERE a.request_id = b.request_id;
SELECT count() FROM key_verifications_v1 a, key_verifications_v1 b, key_verifications_v1 AS c WHERE a.request_id = b.request_id AND c.request_id = b.request_id;
SELECT count() FROM key_verifications_v1 a CROSS JOIN key_verifications_v1 b WHERE a.request_id = b.request_id AND b.outcome = 'VALID';
SELECT count() FROM key_verifications_v1 a, (SELECT key_id, count() AS n FROM key_verifications_v1 GROUP BY key_id) b WHERE a.key_id = b.key_id AND b.n > 3;
SELECT count() FROM key_verifications_v1 a, key_verifications_v1 b WHERE a.request_id = b.spent_credits;
SELECT count() FROM (SELECT time FROM key_verifications_v1 LIMIT 10) a, (SELECT time FROM key_verifications_per_hour_v1 LIMIT 10) d WHERE a.time = d.time;
SELECT c.k, a.k, b.k FROM (SELECT 1 AS k, 5 AS x FROM key_verifications_v1 LIMIT 1) a CROSS JOIN (SELECT 1 AS k, 6 AS x FROM key_verifications_v1 LIMIT 1) b RIGHT JOIN (SELECT 1 AS k FROM key_verifications_v1 LIMIT 1) c ON b.k = c.k WHERE a.x = b.x;
SELECT c.k FROM (SELECT 1 AS k, 5 AS x FROM key_verifications_v1 LIMIT 1) a CROSS JOIN (SELECT 1 AS k, 6 AS x FROM key_verifications_v1 LIMIT 1) b FULL JOIN (SELECT 1 AS k FROM key_verifications_v1 LIMIT 1) c ON b.k = c.k WHERE a.x = b.x;

-- Whole numbers of rows, constants that no row comes to, and spellings of one function
SELECT request_id FROM key_verifications_v1 ORDER BY request_id LIMIT 1e1;
SELECT request_id FROM key_verifications_v1 ORDER BY request_id LIMIT 10 / 2 OFFSET 1.0;
SELECT if(1, 2, toInt64(1 / 0)) AS x, CASE WHEN 1 THEN 3 ELSE 5 % 0 END AS y FROM key_verifications_v1 LIMIT 1;
SELECT COUNT() AS n, count() AS n FROM key_verifications_v1;
SELECT CAST(latency / 0 AS Bool), CAST(latency - latency AS Bool) FROM key_verifications_v1 LIMIT 3;
SELECT tags[toInt64(0)], [1, 2, 3][0] FROM key_verifications_v1 LIMIT 1;
SELECT avg(toDateTime64(time / 1000, 9)) > toDateTime('2026-01-01 00:00:00') AS x FROM key_verifications_v1;
