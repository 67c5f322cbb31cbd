-- What was made once is not made again: a part of a recipe is a blob that many jobs may refer to.

alter table blob
  add column part text,                 -- of the recipe; null: all that a job has made
  add column names text[],              -- its files, and folders with a slash; null: the whole prefix
  add column seal text,                 -- of all that the store said of them when they were published
  add column facts jsonb,               -- of its outputs, with keys below the prefix
  drop constraint blob_project_id_bucket_prefix_key;
create index blob_cache on blob (project_id, cache_key, id) where cache_key is not null;
create index blob_prefix on blob (project_id, bucket, prefix text_pattern_ops);

-- Two parts of a job may be the same bytes.
alter table output
  add column reused boolean not null default false,
  drop constraint output_job_id_key_key;
create index output_of_job on output (job_id, position);

alter table job add column force boolean not null default false;

-- What a job holds, from the moment at which its runner is told that it need not be made.
create table job_blob (
  project_id  uuid not null references project,
  job_id      uuid not null references job on delete cascade,
  part        text not null,            -- its place in the job's links too
  blob_id     uuid not null references blob,
  reused      boolean not null,
  primary key (job_id, part)
);
create index job_blob_of_blob on job_blob (blob_id);

alter table job_blob enable row level security;
alter table job_blob force row level security;
create policy tenant on job_blob to rm_api
  using (project_id = nullif(current_setting('app.project', true), '')::uuid);
create policy system on job_blob to rm_system using (true);
grant select, insert, update, delete on job_blob to rm_api, rm_system;
