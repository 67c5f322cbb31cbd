-- insert: a new job at the end of the backlog; no row when an asset of it is being deleted. They are
-- locked in one order, or two jobs of the same assets would wait for each other
with wanted as (
  select $3::uuid as id union select unnest($14::uuid[])
), held as (
  select asset.id from asset join wanted using (id)
  where asset.status <> 'DELETING' order by asset.id for share of asset
)
insert into job (id, project_id, asset_id, preset, recipe, title, output_prefix, priority, metadata,
  retry_of, traceparent, force, share_key, inputs)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
where (select count(*) from held) = (select count(*) from wanted)
returning *;

-- get: one job
select * from job where id = $1;

-- get_many: jobs by id, in any order
select * from job where id = any($1::uuid[]);

-- page: newest first, by keyset
select * from job
where project_id = $1
  and ($2::uuid is null or id < $2)
  and ($3::uuid is null or asset_id = $3)
  and ($4::text[] is null or status = any($4))
  and ($6::bool is null or $6 = job_retried(id))
order by id desc limit $5;

-- page_of_ended: what ended last first, by keyset; a page of each state is enough for one of all
select job.* from unnest($5::text[]) wanted (status)
cross join lateral (
  select * from job
  where project_id = $1 and job.status = wanted.status and finished_at is not null
    and ($2::uuid is null or (finished_at, id) < ($3::timestamptz, $2))
    and ($4::uuid is null or asset_id = $4)
    and ($7::bool is null or $7 = job_retried(id))
  order by finished_at desc, id desc limit $6
) as job
order by job.finished_at desc, job.id desc limit $6;

-- retries: of each job the newest that was made from it again. One that was canceled stands for
-- nothing, but what was made from that one again does
with recursive made as (
  select again.retry_of as old_id, again.id, again.status
  from job again where again.retry_of = any($1::uuid[])
  union all
  select made.old_id, again.id, again.status from made join job again on again.retry_of = made.id
  where made.status = 'CANCELED'
)
select distinct on (made.old_id) made.old_id, job.*
from made join job using (id)
where made.status <> 'CANCELED'
order by made.old_id, made.id desc;

-- pages_of_assets: newest first, a page of each asset
select job.* from unnest($1::uuid[]) wanted (asset_id)
cross join lateral (
  select * from job
  where job.asset_id = wanted.asset_id and ($2::uuid is null or job.id < $2)
  order by job.id desc limit $3
) as job
order by job.id desc;

-- versions: what subscribers compare with what they have
select id, version from job where id = any($1::uuid[]);

-- claim_backlog: take jobs to start. Projects take turns, and whoever has fewer jobs running comes
-- first; within a project the most urgent. Two launchers never take the same.
with recursive waiting as (
  (select project_id from job where status in ('QUEUED', 'RETRY_WAIT') order by project_id limit 1)
  union all
  select (select job.project_id from job
          where job.status in ('QUEUED', 'RETRY_WAIT') and job.project_id > waiting.project_id
          order by job.project_id limit 1)
  from waiting where waiting.project_id is not null
), ready as (
  select job.id, job.priority,
    live.number + row_number() over (partition by waiting.project_id
                                     order by job.priority desc, job.id) as turn
  from waiting
  cross join lateral (
    select count(*) as number from job
    where job.project_id = waiting.project_id
      and job.status in ('LAUNCHING', 'WAITING', 'RUNNING', 'FINALIZING', 'CANCELING')
      and job.waits_for is null  -- for an equal job: it has no runner
  ) as live
  cross join lateral (
    select id, priority from job
    where job.project_id = waiting.project_id
      and job.status in ('QUEUED', 'RETRY_WAIT') and job.run_after <= now()
    order by priority desc, id limit $1
  ) as job
), chosen as (
  select id from ready where turn <= coalesce($2::int, turn)
  order by turn, priority desc, id limit $1
)
update job set status = 'LAUNCHING', attempt = attempt + 1, version = version + 1,
  waiting_reason = null, phase = null, progress = 0, speed = null, eta_seconds = null,
  started_at = coalesce(started_at, now())
where id in (
  select id from job
  where id in (select id from chosen)
    and status in ('QUEUED', 'RETRY_WAIT') and run_after <= now()
  for update skip locked
)
returning *;

-- wait_for_runners: the jobs of some tasks, where they stand at the attempt of these. The attempt
-- is named by its job as well: by its number alone, and before the first ANALYZE, the planner begins
-- with every attempt of every job
with given as materialized (
  select job_id, attempt_id from task where id = any($1::uuid[])
)
update job set status = $2, version = version + 1, waiting_reason = $4
from given join attempt on attempt.id = given.attempt_id and attempt.job_id = given.job_id
where job.id = attempt.job_id and job.attempt = attempt.number and job.status = any($3);

-- set_reasons: why runners have not started yet, in new words. Jobs are locked in one order, or two
-- that write of many would wait for each other. The attempt is named by its job as well, as above
with given as materialized (
  select task.job_id, task.attempt_id, given.reason
  from unnest($1::uuid[], $2::text[]) as given(task_id, reason)
    join task on task.id = given.task_id
), held as (
  select job.id, given.reason
  from given
    join attempt on attempt.id = given.attempt_id and attempt.job_id = given.job_id
    join job on job.id = attempt.job_id
  where job.attempt = attempt.number and job.status = 'WAITING'
    and job.waiting_reason is distinct from given.reason
  order by job.id for update of job
)
update job set waiting_reason = held.reason, version = version + 1
from held where job.id = held.id
returning job.id;

-- move: a guarded step from one of the states in $4
update job set status = $3, version = version + 1, waiting_reason = $5
where id = $1 and attempt = $2 and status = any($4)
returning *;

-- progress: the newest values of a running job; never falls within an attempt
update job set phase = $3, progress = greatest(progress, $4), speed = $5, eta_seconds = $6,
  version = version + 1
where id = $1 and attempt = $2 and status in ('RUNNING', 'FINALIZING')
returning *;

-- finish: a terminal state, once
update job set status = $3, version = version + 1, waiting_reason = null, error = $5,
  progress = case when $3 = 'SUCCEEDED' then 1 else progress end,
  phase = null, speed = null, eta_seconds = null, finished_at = now()
where id = $1 and attempt = $2 and status = any($4)
returning *;

-- retry: try again later; the class of the failure is counted
update job set status = 'RETRY_WAIT', version = version + 1, waiting_reason = $4,
  retries = jsonb_set(retries, array[$3], to_jsonb(coalesce((retries ->> $3)::int, 0) + 1)),
  run_after = now() + make_interval(secs => $5),
  phase = null, speed = null, eta_seconds = null
where id = $1 and attempt = $2 and status in ('LAUNCHING', 'WAITING', 'RUNNING', 'FINALIZING')
returning *;

-- lock: one job, held until the transaction ends
select * from job where id = $1 for update;

-- unclean: ended jobs whose unpublished objects may still lie in the store
(select * from job where not cleaned and status in ('SUCCEEDED', 'FAILED', 'CANCELED')
 order by finished_at limit $1)
union all
(select * from job where clean_at < now() order by clean_at limit $1)
limit $1;

-- set_cleaned: nothing unpublished is left. Once more when the last credentials of runners that
-- were given up have ended; keys without an end belong to runners that stop within the hour
update job set cleaned = true, clean_at = case when clean_at is null then (
  select max(coalesce(credentials_until, now() + interval '1 hour')) + interval '1 minute'
  from task where task.job_id = job.id and task.token_hash is not null
    and (task.status <> 'SUCCEEDED' or task.epoch > 1)) end
where id = $1;

-- set_priority: of a job that has not ended
update job set priority = $2, version = version + 1
where id = $1 and status not in ('SUCCEEDED', 'FAILED', 'CANCELED') returning *;

-- of_asset: every job of an asset
select * from job where asset_id = $1 order by id;

-- archive_usage: what the jobs of an asset have cost, before their rows go
insert into usage_archive as kept
select job.project_id, (job.finished_at at time zone 'utc')::date, count(*),
  count(*) filter (where job.status = 'SUCCEEDED'), count(*) filter (where job.status = 'FAILED'),
  count(*) filter (where job.status = 'CANCELED'),
  coalesce(sum((asset.probe ->> 'duration')::double precision)
           filter (where job.status = 'SUCCEEDED'), 0),
  coalesce(sum((select sum(extract(epoch from attempt.finished_at - attempt.started_at))
                from attempt where attempt.job_id = job.id)), 0)
from job join asset on asset.id = job.asset_id
where job.asset_id = $1 and job.finished_at is not null
group by 1, 2
on conflict (project_id, day) do update set
  jobs = kept.jobs + excluded.jobs, succeeded = kept.succeeded + excluded.succeeded,
  failed = kept.failed + excluded.failed, canceled = kept.canceled + excluded.canceled,
  media_seconds = kept.media_seconds + excluded.media_seconds,
  compute_seconds = kept.compute_seconds + excluded.compute_seconds;

-- delete_of_asset: every job of an asset, with its attempts and tasks
delete from job where asset_id = $1;

-- newest_succeeded: what the gallery shows
select * from job where project_id = $1 and status = 'SUCCEEDED'
order by finished_at desc, id desc limit $2;

-- backlog: how many jobs are in each state that is not final, and since when the oldest one waits
select status, count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest
from job where status not in ('SUCCEEDED', 'FAILED', 'CANCELED') group by status;
