-- insert: what a user sees of a blob
insert into output (id, project_id, job_id, asset_id, blob_id, position, kind, bucket, key,
  content_type, size, files, sha256, facts, reused)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- next_position: behind what a job shows
select coalesce(max(position) + 1, 0) from output where job_id = $1;

-- forget: a job shows nothing of this blob any more
delete from output where job_id = $1 and blob_id = $2;

-- get: one output
select * from output where id = $1;

-- of_jobs: the outputs of some jobs
select * from output where job_id = any($1::uuid[]) order by job_id, position;

-- newest: of some assets, the newest output of each of these kinds
select distinct on (asset_id, kind) * from output
where asset_id = any($1::uuid[]) and kind = any($2::text[])
order by asset_id, kind, id desc;

-- of_assets: the outputs of some assets
select * from output where asset_id = any($1::uuid[]) order by asset_id, job_id, position;
