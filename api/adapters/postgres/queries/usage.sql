-- held: what a project keeps now
select
  (select count(*) from asset where project_id = $1) as assets,
  (select coalesce(sum(size), 0)::bigint from asset where project_id = $1) as source_bytes,
  (select count(*) from output where project_id = $1) as outputs,
  -- What several jobs show lies in the store once.
  (select coalesce(sum(size), 0)::bigint from (
     select distinct on (bucket, key) size from output where project_id = $1
   ) as shown) as output_bytes;

-- spent: what jobs that ended in a stretch of time have cost; deleted ones count by whole days
select coalesce(sum(jobs), 0)::bigint as jobs, coalesce(sum(succeeded), 0)::bigint as succeeded,
  coalesce(sum(failed), 0)::bigint as failed, coalesce(sum(canceled), 0)::bigint as canceled,
  coalesce(sum(media_seconds), 0) as media_seconds,
  coalesce(sum(compute_seconds), 0) as compute_seconds
from (
  select 1 as jobs, (job.status = 'SUCCEEDED')::int as succeeded,
    (job.status = 'FAILED')::int as failed, (job.status = 'CANCELED')::int as canceled,
    case when job.status = 'SUCCEEDED'
      then coalesce((asset.probe ->> 'duration')::double precision, 0) else 0 end as media_seconds,
    coalesce((select sum(extract(epoch from attempt.finished_at - attempt.started_at))
              from attempt where attempt.job_id = job.id), 0)::double precision as compute_seconds
  from job join asset on asset.id = job.asset_id
  where job.project_id = $1 and job.finished_at is not null
    and ($2::timestamptz is null or job.finished_at >= $2) and job.finished_at < $3
  union all
  select jobs, succeeded, failed, canceled, media_seconds, compute_seconds from usage_archive
  where project_id = $1 and ($2::timestamptz is null or day >= ($2 at time zone 'utc')::date)
    and day <= ($3::timestamptz at time zone 'utc')::date
) as ended;
