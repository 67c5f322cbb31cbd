-- reserve: remember a request before its side effects; no row means that it was seen before
insert into idempotency (project_id, mutation, key, input_hash, entity_id)
values ($1, $2, $3, $4, $5) on conflict do nothing returning entity_id;

-- seen: the earlier request
select input_hash, entity_id from idempotency where project_id = $1 and mutation = $2 and key = $3;

-- forget: a request that failed before it made anything
delete from idempotency where project_id = $1 and mutation = $2 and key = $3;

-- sweep: what is older than two days
delete from idempotency where created_at < now() - interval '2 days';
