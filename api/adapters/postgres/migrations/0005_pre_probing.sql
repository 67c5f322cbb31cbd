-- Probing of the library: runners that read the headers of assets which nobody has read yet.

-- One row a living runner: it goes when the runner is done or dead.
create table probe_batch (
  id           uuid primary key,
  project_id   uuid not null references project,
  epoch        integer not null default 0,
  proof_hash   bytea not null,
  token_hash   bytea,
  taken        integer not null default 0,   -- assets that were handed out, one by one or several
  lease_until  timestamptz not null,
  pid          integer,
  pid_started  bigint,
  created_at   timestamptz not null default now()
);

alter table asset
  -- Why it is UNREADABLE, or why it is still REGISTERED after it was looked at.
  add column error jsonb,
  -- The batch whose runner has it now. No foreign key: the end of a batch would lock every asset.
  add column probe_batch uuid,
  -- How often these bytes were handed out without coming back; counted before a runner begins.
  add column probe_tries smallint not null default 0;
create index asset_unprobed on asset (project_id, probe_tries, id)
  where status = 'REGISTERED' and probe_batch is null and probe_tries < 2;
create index asset_in_batch on asset (probe_batch) where probe_batch is not null;

alter table probe_batch enable row level security;
alter table probe_batch force row level security;
create policy tenant on probe_batch to rm_api
  using (project_id = nullif(current_setting('app.project', true), '')::uuid);
create policy system on probe_batch to rm_system using (true);
-- The hashes of proofs and tokens are nothing for rm_api.
grant select (id, project_id, created_at) on probe_batch to rm_api;
grant select, insert, update, delete on probe_batch to rm_system;
