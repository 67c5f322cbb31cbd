-- What has ended is looked for by when it did, by each final state.

create index job_by_end on job (project_id, status, finished_at desc, id desc)
  where finished_at is not null;

-- Whether another job stands for this one. One that was canceled stands for nothing, but what was
-- made from that one again does.
create function job_retried(old uuid) returns boolean
  language sql stable strict parallel safe
  return exists (
    with recursive made as (
      select again.id, again.status from job again where again.retry_of = old
      union all
      select again.id, again.status from made join job again on again.retry_of = made.id
      where made.status = 'CANCELED'
    )
    select from made where status <> 'CANCELED'
  );
