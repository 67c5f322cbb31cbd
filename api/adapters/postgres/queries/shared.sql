-- lock: who starts or frees equal jobs does so one after the other, until the transaction ends
select pg_advisory_xact_lock(hashtextextended($1::text, 0));

-- awaited: the equal job that is under way or comes no later, and itself waits for nobody
select id from job
where project_id = $1 and share_key = $2 and id <> $3 and waits_for is null
  and finished_at is null and status <> 'CANCELING'
  and (status not in ('QUEUED', 'RETRY_WAIT') or priority >= $4)
order by id limit 1;

-- wait: for another job instead of running
update job set status = 'WAITING', waits_for = $2, waiting_reason = $3, version = version + 1
where id = $1 and status = any($4) returning *;

-- look: go on behind a first look
update job set status = 'WAITING', waits_for = $2, first_look = $2, waiting_reason = $3,
  version = version + 1
where id = $1 and status = any($4) returning *;

-- freed: jobs of which the one they wait for has ended or is gone, and whether it was an equal one
-- that has succeeded; oldest first
select job.*,
  coalesce(awaited.status = 'SUCCEEDED' and awaited.share_key = job.share_key, false) as made
from job left join job awaited on awaited.id = job.waits_for
where job.waits_for is not null and job.finished_at is null and job.status = 'WAITING'
  and (awaited.id is null or awaited.finished_at is not null)
order by job.id limit $1;

-- release: it waits for nobody any more
update job set status = 'QUEUED', waits_for = null, waiting_reason = null, version = version + 1
where id = $1 and waits_for = $2 and status = any($3) returning *;
