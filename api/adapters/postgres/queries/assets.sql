-- get: one asset
select * from asset where id = $1;

-- get_many: assets by id
select * from asset where id = any($1::uuid[]);

-- find: by bucket and key
select * from asset where project_id = $1 and bucket = $2 and key = $3;

-- upsert: register one object, or note that its bytes have changed; no row while it is deleted
insert into asset (id, project_id, bucket, key, etag, size, title, kind, metadata, sha256,
  options)
values ($1, $2, $3, $4, $5, $6, coalesce($10, $7), $8, $9, $11, coalesce($12::jsonb, '{}'))
on conflict (project_id, bucket, key) do update set
  etag = excluded.etag, size = excluded.size,
  metadata = asset.metadata || excluded.metadata,
  title = coalesce($10, asset.title),
  options = coalesce($12, asset.options),
  status = case when asset.etag is distinct from excluded.etag or asset.status = 'MISSING'
                then 'REGISTERED' else asset.status end,
  probe = case when asset.etag is distinct from excluded.etag then null else asset.probe end,
  sha256 = coalesce(excluded.sha256, case
    when asset.etag is distinct from excluded.etag then null else asset.sha256 end),
  md5 = case when asset.etag is distinct from excluded.etag then null else asset.md5 end,
  error = case when asset.etag is distinct from excluded.etag or asset.status = 'MISSING'
               then null else asset.error end,
  probe_tries = case when asset.etag is distinct from excluded.etag or asset.status = 'MISSING'
                     then 0 else asset.probe_tries end,
  probe_batch = case when asset.etag is distinct from excluded.etag
                     then null else asset.probe_batch end,
  updated_at = now()
where asset.status <> 'DELETING'
returning *;

-- set_facts: what a runner learned; only while the object is the one that it read
update asset set sha256 = coalesce($3, sha256), md5 = coalesce($4, md5), probe = $5,
  status = $6, kind = coalesce($7, kind), error = $8, updated_at = now()
where id = $1 and etag is not distinct from $2 and status <> 'DELETING';

-- lock: one asset, held until the transaction ends; nobody can start a job of it meanwhile
select * from asset where id = $1 for update;

-- edit: what a person says of it; null leaves a field as it is
update asset set title = coalesce($2, title), tags = coalesce($3, tags),
  metadata = coalesce($4, metadata), options = coalesce($5, options), updated_at = now()
where id = $1 and status <> 'DELETING' returning *;

-- busy: a job that reads it and has not ended
select id from job
where asset_id = $1 and status not in ('SUCCEEDED', 'FAILED', 'CANCELED')
union all
select id from job
where inputs <> '{}' and inputs @> array[$1::uuid]
  and status not in ('SUCCEEDED', 'FAILED', 'CANCELED')
limit 1;

-- doom: from now on it is being deleted
update asset set status = 'DELETING', delete_source = delete_source or $2, updated_at = now()
where id = $1 returning *;

-- doomed: assets that are being deleted
select * from asset where status = 'DELETING' order by id limit $1;

-- delete_source: whether its object goes too
select delete_source from asset where id = $1;

-- delete: the row itself
delete from asset where id = $1;
