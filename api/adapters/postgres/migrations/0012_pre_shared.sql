-- Of equal jobs that nobody has forced one runs; the others wait for it.

alter table job
  add column share_key text,            -- of source, recipe and folder; null: it shares with nobody
  add column waits_for uuid;            -- an equal job, which may be deleted meanwhile
create index job_shared on job (project_id, share_key)
  where share_key is not null and finished_at is null;
create index job_waiting on job (waits_for) where waits_for is not null and finished_at is null;
