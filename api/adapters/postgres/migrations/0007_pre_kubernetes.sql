-- Runners as Kubernetes Jobs: which Job it is, and what it may use.

alter table task add column run_uid uuid;
alter table probe_batch add column run_uid uuid;

-- Bytes that the runner of this try may use; null where it had the whole machine.
alter table attempt add column memory bigint, add column storage bigint;

-- Whose jobs wait, and how many of each project run: projects take turns.
create index job_backlog_of_project on job (project_id, priority desc, id)
  where status in ('QUEUED', 'RETRY_WAIT');
create index job_live_of_project on job (project_id)
  where status in ('LAUNCHING', 'WAITING', 'RUNNING', 'FINALIZING', 'CANCELING');
