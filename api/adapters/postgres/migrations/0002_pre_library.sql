-- Tags, kinds and words of assets; retries of jobs; scans; saved presets; keys made by tenants.

alter table asset
  add column kind text not null default 'VIDEO' check (kind in ('VIDEO', 'AUDIO')),
  add column tags text[] not null default '{}',
  add column delete_source boolean not null default false;  -- once DELETING
update asset set kind = 'AUDIO' where key ~* '\.(mp3|wav|flac|aac|ogg|m4a)$';

-- Punctuation becomes blanks, or the parser would take file names for hosts and paths.
-- array_to_string is not immutable by declaration, although it is for text.
create function asset_words(title text, key text, tags text[]) returns tsvector
  language sql immutable parallel safe
  return to_tsvector('simple',
    translate(title || ' ' || key || ' ' || array_to_string(tags, ' '),
              $$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~$$, repeat(' ', 32)));
alter table asset add column words tsvector
  generated always as (asset_words(title, key, tags)) stored;
create index asset_words on asset using gin (words);
create index asset_tags on asset using gin (tags);
create index asset_sha256 on asset (project_id, sha256) where sha256 is not null;
create index asset_md5 on asset (project_id, md5) where md5 is not null;
create index asset_deleting on asset (id) where status = 'DELETING';

alter table job add column retry_of uuid references job on delete set null;
create index job_retries on job (retry_of) where retry_of is not null;
create index job_ended on job (project_id, finished_at desc, id desc) where status = 'SUCCEEDED';

alter table upload drop constraint upload_asset_id_fkey, drop constraint upload_job_id_fkey;
alter table upload
  add foreign key (asset_id) references asset on delete set null,
  add foreign key (job_id) references job on delete set null;
create index upload_of_asset on upload (asset_id) where asset_id is not null;
create index upload_of_job on upload (job_id) where job_id is not null;
create index output_of_blob on output (blob_id);
-- Its objects are being deleted: nothing may refer to it any more.
alter table blob add column doomed boolean not null default false;
create index blob_doomed on blob (id) where doomed;

-- What deleted jobs have cost: their rows are gone, their figures stay.
create table usage_archive (
  project_id       uuid not null references project,
  day              date not null,            -- of the jobs' ends, in UTC
  jobs             bigint not null,
  succeeded        bigint not null,
  failed           bigint not null,
  canceled         bigint not null,
  media_seconds    double precision not null,
  compute_seconds  double precision not null,
  primary key (project_id, day)
);

create table scan (
  id           uuid primary key,
  project_id   uuid not null references project,
  bucket       text not null,
  prefix       text not null,            -- as the user says it, below the project's own
  status       text not null default 'RUNNING' check (status in ('RUNNING', 'SUCCEEDED', 'FAILED')),
  found        bigint not null default 0,
  registered   bigint not null default 0,
  changed      bigint not null default 0,
  missing      bigint not null default 0,
  skipped      bigint not null default 0,
  error        jsonb,
  version      bigint not null default 1,
  run          integer not null default 1,   -- rises when another process takes the scan over
  lease_until  timestamptz not null,
  created_at   timestamptz not null default now(),
  finished_at  timestamptz
);
create index scan_page on scan (project_id, id desc);
create index scan_running on scan (lease_until) where status = 'RUNNING';

-- The keys that a running scan has seen: what is registered and not among them is missing.
-- A crash of the server empties it; the scan then starts anew.
create unlogged table scan_seen (
  project_id  uuid not null,
  scan_id     uuid not null,
  run         integer not null,
  key         text not null
);
create index scan_seen_key on scan_seen (scan_id, run, key);

create table preset (
  project_id   uuid not null references project,
  name         text not null,
  version      integer not null check (version > 0),
  title        text not null,
  description  text not null,
  recipe       jsonb not null,
  created_at   timestamptz not null default now(),
  deleted_at   timestamptz,              -- uploads that began with it still use it
  primary key (project_id, name, version)
);

create index event_age on event (created_at);

do $$
declare
  name text;
begin
  foreach name in array array['scan', 'scan_seen', 'preset', 'usage_archive'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I to rm_api using '
      '(project_id = nullif(current_setting(''app.project'', true), '''')::uuid)', name);
    execute format('create policy system on %I to rm_system using (true)', name);
  end loop;
end $$;

grant select, insert, update, delete on scan, scan_seen, preset to rm_api;
grant select on usage_archive to rm_api;
-- The hash of a key's secret may be written and never read by rm_api.
grant insert, update (revoked_at) on api_key to rm_api;
grant select, insert, update, delete on scan, scan_seen, preset, usage_archive to rm_system;
