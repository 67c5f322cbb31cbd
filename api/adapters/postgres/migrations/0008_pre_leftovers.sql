-- A runner that was given up may live on where nobody reaches it, and write until its credentials
-- end. Its job is then cleaned once more.
alter table job add column clean_at timestamptz;
create index job_clean_at on job (clean_at) where clean_at is not null;
