-- insert: an upload whose parts the store will learn of later
insert into upload (id, project_id, bucket, key, method, filename, title, content_type, size,
  part_size, sha256, metadata, options, preset, expires_at, access_until, first_look)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
  now() + make_interval(secs => $15), now(), $16)
returning *;

-- get: one upload
select * from upload where id = $1;

-- get_many: uploads by id, in any order
select * from upload where id = any($1::uuid[]);

-- lock: one upload, held until the transaction ends
select * from upload where id = $1 for update;

-- page: newest first, by keyset
select * from upload
where project_id = $1
  and ($2::uuid is null or id < $2)
  and ($3::text[] is null or status = any($3))
order by id desc limit $4;

-- open: what the store calls it; only the first to open it may say so
update upload set store_id = $2, part_checksum = $3
where id = $1 and status = 'STARTED' and store_id is null returning *;

-- hand_out: links or credentials are given away that live until then
update upload set access_until = greatest(access_until, $2)
where id = $1 and status = 'STARTED' and expires_at > now() returning *;

-- complete: its object is whole and registered
update upload set status = 'COMPLETED', asset_id = $2, job_id = $3, size = $4, etag = $5,
  sweep_at = now()
where id = $1 and status = 'STARTED' returning *;

-- close: aborted, once
update upload set status = 'ABORTED', refusal = $2, sweep_at = now()
where id = $1 and status = 'STARTED' returning *;

-- expire: close those whose time is over, each once however many look
update upload set status = 'EXPIRED', sweep_at = now()
where id in (
  select id from upload where status = 'STARTED' and expires_at < now()
  order by expires_at limit $1 for update skip locked
) returning *;

-- claim_sweep: those of which something may be left at the store; who dies over it gives them back
-- after five minutes. `last`: nobody can have written since.
update upload set sweep_at = now() + interval '5 minutes'
where id in (
  select id from upload where sweep_at <= now() order by sweep_at limit $1 for update skip locked
) returning *, access_until + interval '1 hour' < now() as last;

-- swept: a request that began while its link was valid may end an hour later: look once more
update upload set sweep_at = case when $2 then null else access_until + interval '1 hour' end
where id = $1;

-- declared: what the client said of the bytes that an asset still has
select sha256 from upload
where asset_id = $1 and etag is not distinct from $2 and status = 'COMPLETED' and sha256 is not null
order by id desc limit 1;

-- unfinished: which of these uploads have not become assets
select id from upload where id = any($1::uuid[]) and status <> 'COMPLETED';
