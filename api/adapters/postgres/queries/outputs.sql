-- insert_blob: published bytes
insert into blob (id, project_id, bucket, prefix) values ($1, $2, $3, $4) returning id;

-- insert: what a user sees of a blob
insert into output (id, project_id, job_id, asset_id, blob_id, position, kind, bucket, key,
  content_type, size, files, sha256, facts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- get: one output
select * from output where id = $1;

-- of_jobs: the outputs of some jobs
select * from output where job_id = any($1::uuid[]) order by job_id, position;

-- of_assets: the outputs of some assets
select * from output where asset_id = any($1::uuid[]) order by asset_id, job_id, position;

-- prefixes_of: what one job has published
select distinct blob.prefix from blob join output on output.blob_id = blob.id
where output.job_id = $1;

-- delete_of_asset: what a user sees of an asset's blobs
delete from output where asset_id = $1;

-- doom_blobs: published bytes of an asset's jobs that nothing refers to any more
update blob set doomed = true
where blob.id in (
  select blob.id from blob join output on output.blob_id = blob.id where output.asset_id = $1
) and not exists (
  select from output where output.blob_id = blob.id and output.asset_id <> $1
);

-- doomed_blobs: bytes to delete
select id, bucket, prefix from blob where doomed order by id limit $1;

-- delete_blob: its objects are gone
delete from blob where id = $1;

-- kept_below: published bytes below a prefix
select prefix from blob where project_id = $1 and bucket = $2 and starts_with(prefix, $3)
  and not doomed;
