-- insert: an upload that the store has opened
insert into upload (id, project_id, bucket, key, store_id, filename, content_type, size, part_size,
  sha256, metadata, preset, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + make_interval(secs => $13))
returning *;

-- get: one upload
select * from upload where id = $1;

-- lock: one upload, held until the transaction ends
select * from upload where id = $1 for update;

-- page: newest first, by keyset
select * from upload
where project_id = $1
  and ($2::uuid is null or id < $2)
  and ($3::text[] is null or status = any($3))
order by id desc limit $4;

-- complete: its object is whole and registered
update upload set status = 'COMPLETED', asset_id = $2, job_id = $3, size = $4
where id = $1 and status = 'STARTED' returning *;

-- close: aborted or expired, once
update upload set status = $2 where id = $1 and status = 'STARTED' returning *;

-- expired: open uploads whose time is over
select * from upload where status = 'STARTED' and expires_at < now() limit $1;
