-- insert: published bytes
insert into blob (id, project_id, bucket, prefix, part, names, seal, facts, cache_key, source_key,
  tracks, unsent)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- unsent: one whose texts are not stored yet; others who would store them wait
select * from blob where unsent is not null and ($1::uuid is null or id = $1)
order by id limit 1 for update;

-- sent: its texts are stored
update blob set unsent = null where id = $1;

-- ladders: the newest of a source
select * from blob
where project_id = $1 and source_key = $2 and tracks is not null and cache_key is not null
  and not doomed
order by id desc limit $3;

-- find: for each cache key the newest that lies below a prefix
select distinct on (cache_key) * from blob
where project_id = $1 and cache_key = any($2::text[]) and not doomed
  and bucket = $3 and starts_with(prefix, $4)
order by cache_key, id desc;

-- forget: its bytes are not what they were; whoever refers to them still does
update blob set cache_key = null where id = $1;

-- keep: of some blobs those that are not doomed, and that nobody dooms before we commit
select id from blob where id = any($1::uuid[]) and not doomed order by id for share;

-- hold: a job refers to a blob
insert into job_blob (project_id, job_id, part, blob_id, reused) values ($1, $2, $3, $4, $5);

-- held: what a job refers to
select job_blob.part as place, job_blob.reused, blob.*
from job_blob join blob on blob.id = job_blob.blob_id where job_blob.job_id = $1;

-- lock_of_job: what a job refers to, all of it or in some places, before it lets go of it
select blob.id from blob
where blob.id in (
  select blob_id from job_blob where job_id = $1 and ($2::text[] is null or part = any($2))
) order by blob.id for update;

-- let_go: a job refers to nothing any more, or to nothing in some places
delete from job_blob where job_id = $1 and ($2::text[] is null or part = any($2));

-- lock_of_asset: all that an asset's jobs refer to, before they let go of it
select blob.id from blob
where blob.id in (
  select blob_id from output where asset_id = $1
  union
  select job_blob.blob_id from job_blob join job on job.id = job_blob.job_id
  where job.asset_id = $1
) order by blob.id for update;

-- let_go_of_outputs: what a user sees of an asset's blobs
delete from output where asset_id = $1;

-- let_go_of_asset: its jobs refer to nothing any more
delete from job_blob using job where job.id = job_blob.job_id and job.asset_id = $1;

-- doom: those of some locked blobs that nothing refers to. A statement of its own: its snapshot sees
-- whoever began to refer to them before they were locked
update blob set doomed = true
where id = any($1::uuid[])
  and not exists (select from output where output.blob_id = blob.id)
  and not exists (select from job_blob where job_blob.blob_id = blob.id);

-- doomed: bytes to delete, which nobody is about to store
select * from blob where doomed and unsent is null order by id limit $1;

-- delete: its objects are gone
delete from blob where id = $1;

-- kept_below: published files and folders below a prefix
select distinct prefix || name as kept
from blob cross join lateral unnest(coalesce(names, array[''])) as name
where project_id = $1 and bucket = $2 and starts_with(prefix, $3) and not doomed;
