-- The first schema. Every table with a project_id is under FORCE ROW LEVEL SECURITY:
-- rm_api sees the rows of the project named by the setting app.project, rm_system sees all.

create table project (
  id          uuid primary key,
  name        text not null unique,
  prefix      text not null default '' unique,   -- key prefix in both buckets; ends with '/' unless empty
  event_seq   bigint not null default 0,
  created_at  timestamptz not null default now()
);

create table api_key (
  id           text primary key,
  project_id   uuid not null references project,
  name         text not null,
  secret_hash  bytea not null,
  scopes       text[] not null,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  revoked_at   timestamptz
);

create table asset (
  id          uuid primary key,
  project_id  uuid not null references project,
  bucket      text not null,
  key         text not null,
  etag        text,
  size        bigint not null check (size >= 0),
  sha256      text,
  md5         text,
  title       text not null,
  status      text not null default 'REGISTERED'
              check (status in ('REGISTERED', 'READY', 'UNREADABLE', 'MISSING', 'DELETING')),
  probe       jsonb,
  metadata    jsonb not null default '{}',
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (project_id, bucket, key)
);
create index asset_page on asset (project_id, id desc);

create table job (
  id              uuid primary key,
  project_id      uuid not null references project,
  asset_id        uuid not null references asset,
  preset          text,
  recipe          jsonb not null,
  title           text not null,
  output_prefix   text not null,
  priority        integer not null default 0 check (priority between -100 and 100),
  metadata        jsonb not null default '{}',
  status          text not null default 'QUEUED'
                  check (status in ('QUEUED', 'LAUNCHING', 'WAITING', 'RUNNING', 'FINALIZING',
                                    'RETRY_WAIT', 'CANCELING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
  waiting_reason  text,
  phase           text,
  progress        double precision not null default 0,
  speed           double precision,
  eta_seconds     double precision,
  attempt         integer not null default 0,
  retries         jsonb not null default '{}',
  error           jsonb,
  version         bigint not null default 1,
  run_after       timestamptz not null default now(),
  cleaned         boolean not null default false,
  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  finished_at     timestamptz
);
create index job_page on job (project_id, id desc);
create index job_of_asset on job (asset_id, id desc);
create index job_backlog on job (priority desc, id) where status in ('QUEUED', 'RETRY_WAIT');
create index job_unclean on job (finished_at) where not cleaned
  and status in ('SUCCEEDED', 'FAILED', 'CANCELED');

create table attempt (
  id           uuid primary key,
  project_id   uuid not null references project,
  job_id       uuid not null references job on delete cascade,
  number       integer not null,
  status       text not null default 'STARTING'
               check (status in ('STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
  reason       text,
  log          text,
  created_at   timestamptz not null default now(),
  started_at   timestamptz,
  finished_at  timestamptz,
  unique (job_id, number)
);

create table task (
  id                 uuid primary key,
  project_id         uuid not null references project,
  job_id             uuid not null references job on delete cascade,
  attempt_id         uuid not null references attempt on delete cascade,
  kind               text not null,
  index              integer not null default 0,
  status             text not null default 'STARTING'
                     check (status in ('STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED')),
  epoch              integer not null default 0,
  proof_hash         bytea not null,
  token_hash         bytea,
  lease_until        timestamptz not null,
  credentials_until  timestamptz,
  sequence           bigint not null default -1,
  pid                integer,
  pid_started        bigint,
  unique (attempt_id, kind, index)
);
create index task_live on task (lease_until) where status in ('STARTING', 'RUNNING');

create table upload (
  id            uuid primary key,
  project_id    uuid not null references project,
  bucket        text not null,
  key           text not null,
  store_id      text not null,
  filename      text not null,
  content_type  text,
  size          bigint check (size > 0),
  part_size     bigint not null check (part_size > 0),
  sha256        text,
  metadata      jsonb not null default '{}',
  preset        text,
  status        text not null default 'STARTED'
                check (status in ('STARTED', 'COMPLETED', 'ABORTED', 'EXPIRED')),
  asset_id      uuid references asset,
  job_id        uuid references job,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null
);
create index upload_page on upload (project_id, id desc);
create index upload_open on upload (expires_at) where status = 'STARTED';

-- Published bytes. Without an output that refers to it, a blob is deleted.
create table blob (
  id          uuid primary key,
  project_id  uuid not null references project,
  bucket      text not null,
  prefix      text not null,
  cache_key   text,
  created_at  timestamptz not null default now(),
  unique (project_id, bucket, prefix)
);

create table output (
  id            uuid primary key,
  project_id    uuid not null references project,
  job_id        uuid not null references job,
  asset_id      uuid not null references asset,
  blob_id       uuid not null references blob,
  position      integer not null,        -- the order in which the runner names them
  kind          text not null,
  bucket        text not null,
  key           text not null,
  content_type  text not null,
  size          bigint not null,
  files         integer not null,
  sha256        text not null,
  facts         jsonb not null,
  created_at    timestamptz not null default now(),
  unique (job_id, key)
);
create index output_of_asset on output (asset_id, id);

-- The gap-free log: seq comes from project.event_seq in the last step of a transaction.
create table event (
  project_id  uuid not null references project,
  seq         bigint not null,
  type        text not null,
  entity_id   uuid not null,
  payload     jsonb not null default '{}',
  created_at  timestamptz not null default now(),
  primary key (project_id, seq)
);

create table idempotency (
  project_id  uuid not null references project,
  mutation    text not null,
  key         text not null,
  input_hash  bytea not null,
  entity_id   uuid not null,
  created_at  timestamptz not null default now(),
  primary key (project_id, mutation, key)
);

do $$
declare
  name text;
begin
  foreach name in array array['asset', 'job', 'attempt', 'task', 'upload', 'blob', 'output',
                              'event', 'idempotency', 'api_key'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant on %I to rm_api using '
      '(project_id = nullif(current_setting(''app.project'', true), '''')::uuid)', name);
    execute format('create policy system on %I to rm_system using (true)', name);
  end loop;
end $$;

alter table project enable row level security;
alter table project force row level security;
create policy tenant on project to rm_api
  using (id = nullif(current_setting('app.project', true), '')::uuid);
create policy system on project to rm_system using (true);

grant select on project to rm_api;
grant update (event_seq) on project to rm_api;
grant select, insert, update, delete on asset, job, attempt, upload, blob, output, idempotency
  to rm_api;
grant select on task to rm_api;
grant select, insert on event to rm_api;
grant select (id, project_id, name, scopes, created_at, expires_at, revoked_at) on api_key to rm_api;

grant select, insert, update, delete on all tables in schema public to rm_system;
