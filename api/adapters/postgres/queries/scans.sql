-- insert: a scan that begins
insert into scan (id, project_id, bucket, prefix, lease_until)
values ($1, $2, $3, $4, now() + make_interval(secs => $5))
returning *;

-- get_many: scans by id, in any order
select * from scan where id = any($1::uuid[]);

-- versions: what subscribers compare with what they have
select id, version from scan where id = any($1::uuid[]);

-- page: newest first, by keyset
select * from scan where project_id = $1 and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- adopt: a scan whose process is gone begins anew; what it has registered stays registered
update scan set run = run + 1, lease_until = now() + make_interval(secs => $1),
  found = 0, skipped = 0, missing = 0, version = version + 1
where id = (
  select id from scan where status = 'RUNNING' and lease_until < now()
  order by id limit 1 for update skip locked
)
returning *;

-- stage: a stretch of a listing lands here first, since COPY does not go into a table with row security
create temporary table staged (
  id uuid, key text, etag text, size bigint, title text, kind text, media boolean
) on commit drop;

-- merge: register what is new, mark what has changed; what is the same is not written.
-- Assets of other types, which somebody has named by key, are looked after too.
-- `offset 0` here and below: one look into an index a row. Nobody has counted a table that was
-- filled a moment ago, so the planner would take it for small and read it again for every row.
with known as materialized (
  select staged.*, asset.etag as known_etag, asset.status
  from staged left join lateral (
    select asset.etag, asset.status from asset
    where project_id = $1 and bucket = $2 and asset.key = staged.key offset 0
  ) asset on true
), seen as (
  -- What is registered by this scan is too young to be marked as missing.
  insert into scan_seen (project_id, scan_id, run, key)
  select $1, $3, $4, key from known where status is not null
), merged as (
  insert into asset (id, project_id, bucket, key, etag, size, title, kind)
  select distinct on (key) id, $1, $2, key, etag, size, title, kind
  from known
  where case when status is null then media
    -- Even an update that its condition refuses locks the row, which is a write.
    else known_etag is distinct from etag or status = 'MISSING' end
  order by key
  on conflict (project_id, bucket, key) do update set
    etag = excluded.etag, size = excluded.size, status = 'REGISTERED',
    probe = null, sha256 = null, md5 = null, error = null, probe_tries = 0, probe_batch = null,
    updated_at = now()
  where (asset.etag is distinct from excluded.etag or asset.status = 'MISSING')
    and asset.status <> 'DELETING'
  returning key, id
)
select
  (array_agg(merged.key order by merged.key) filter (where staged.id is not null))[1:$5::integer]
    as new_keys,
  count(staged.id) as registered,
  count(*) - count(staged.id) as changed
from merged left join staged using (id);

-- advance: the newest counts; no row when another process has taken the scan over
update scan set found = found + $3, registered = registered + $4, changed = changed + $5,
  skipped = skipped + $6, version = version + 1, lease_until = now() + make_interval(secs => $7)
where id = $1 and run = $2 and status = 'RUNNING' returning *;

-- mark_missing: registered objects that the whole listing does not show
update asset set status = 'MISSING', updated_at = now()
from scan
where scan.id = $1 and asset.project_id = scan.project_id and asset.bucket = scan.bucket
  and starts_with(asset.key, $2)
  and asset.status in ('REGISTERED', 'READY', 'UNREADABLE')
  -- What came or changed while the scan was running may stand behind its back.
  and asset.updated_at < scan.created_at
  and not exists (
    select from scan_seen seen
    where seen.scan_id = scan.id and seen.run = scan.run and seen.key = asset.key
    offset 0
  );

-- release: its process ends in good order; another one may take it up at once
update scan set lease_until = now() where id = $1 and run = $2 and status = 'RUNNING';

-- forget_seen: the keys of a scan that has ended
delete from scan_seen where scan_id = $1;

-- finish: a final state, once
update scan set status = $3, error = $4, missing = $5, version = version + 1, finished_at = now()
where id = $1 and run = $2 and status = 'RUNNING' returning *;
