-- The span of the request that started a job (W3C trace context): its attempts' spans go below it.
alter table job add column traceparent text;
create index job_open on job (status, created_at)
  where status not in ('SUCCEEDED', 'FAILED', 'CANCELED');
