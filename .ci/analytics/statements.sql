SELECT count() FROM key_verifications_v1;
SELECT count(*), COUNT(), sum(spent_credits), avg(latency) + 1, max(time) - min(time) FROM key_verifications_v1
