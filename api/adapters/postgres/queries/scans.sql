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

-- plan_for_many: until the transaction ends, plan with the size that tables have now, and as if
-- every join and every look-up had thousands of rows, as here they have. Nobody has counted a table
-- that was filled a moment ago, nor the rows of a new project: the planner would take both for small
-- and read them again for every row.
set local plan_cache_mode = force_custom_plan;
set local enable_nestloop = off;
set local enable_seqscan = off;

-- known: which places of a stretch are registered, and which of those are another object now.
-- Assets of other types, which somebody has named by key, are looked after too.
with known as materialized (
  select wanted.place, wanted.key,
    asset.etag is distinct from wanted.etag or asset.status = 'MISSING' as changed
  from unnest($5::text[], $6::text[]) with ordinality wanted (key, etag, place)
  -- All at once: whatever index is taken, it is read once and not for every key.
  join (
    select key, etag, status from asset
    where project_id = $1 and bucket = $2 and key = any($5::text[]) offset 0
  ) asset using (key)
), seen as (
  -- What is registered by this scan is too young to be marked as missing.
  insert into scan_seen (project_id, scan_id, run, key) select $1, $3, $4, key from known
)
select coalesce(array_agg(place::integer), '{}') as places,
  coalesce(array_agg(place::integer) filter (where changed), '{}') as changed
from known;

-- register: objects that nobody knew a moment ago. Without ON CONFLICT, whose care for two who
-- register the same costs a third more; they are told by an error, and use `refresh`.
insert into asset (id, project_id, bucket, key, etag, size, title, kind)
select id, $1, $2, key, etag, size, title, kind
from unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[])
  object (id, key, etag, size, title, kind);

-- refresh: note that objects are there, whatever is known of them; the rows that it wrote
insert into asset (id, project_id, bucket, key, etag, size, title, kind)
select distinct on (key) id, $1, $2, key, etag, size, title, kind
from unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[])
  object (id, key, etag, size, title, kind)
order by key
on conflict (project_id, bucket, key) do update set
  etag = excluded.etag, size = excluded.size, status = 'REGISTERED',
  probe = null, sha256 = null, md5 = null, error = null, probe_tries = 0, probe_batch = null,
  updated_at = now()
where (asset.etag is distinct from excluded.etag or asset.status = 'MISSING')
  and asset.status <> 'DELETING'
returning id, key;

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
    -- One look into the index a row: nobody has counted this table either.
    offset 0
  );

-- release: its process ends in good order; another one may take it up at once
update scan set lease_until = now() where id = $1 and run = $2 and status = 'RUNNING';

-- forget_seen: the keys of a scan that has ended
delete from scan_seen where scan_id = $1;

-- finish: a final state, once
update scan set status = $3, error = $4, missing = $5, version = version + 1, finished_at = now()
where id = $1 and run = $2 and status = 'RUNNING' returning *;
