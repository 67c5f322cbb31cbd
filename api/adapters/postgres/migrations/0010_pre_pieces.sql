-- One film over several runners: its pieces wait for a place, and each is tried again by itself.

alter table task drop constraint task_status_check;
alter table task add constraint task_status_check
  check (status in ('PENDING', 'STARTING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED'));
alter table task
  add column run integer not null default 1,
  add column run_after timestamptz not null default now(),
  add column retries jsonb not null default '{}',
  add column weight double precision not null default 1,
  add column fraction double precision not null default 0,
  add column speed double precision,
  add column result jsonb,
  add column ended_at timestamptz;
create index task_pending on task (run_after) where status = 'PENDING';
create index task_ended on task (ended_at) where status in ('FAILED', 'CANCELED');

alter table attempt add column plan jsonb;
