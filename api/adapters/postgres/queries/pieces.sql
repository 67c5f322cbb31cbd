-- set_plan: how the film of an attempt is split
update attempt set plan = $2 where id = $1;

-- get_plan: how the film of an attempt is split
select plan from attempt where id = $1;

-- insert_piece: a piece that waits for its runner
insert into task (id, project_id, job_id, attempt_id, kind, index, weight, status, proof_hash,
  lease_until)
values ($1, $2, $3, $4, $5, $6, $7, 'PENDING', '', now());

-- ready: pieces whose runner may start, those of the most urgent jobs first. Of one film the last
-- piece first: sound and poster are that, and take longest
select task.*, attempt.number as attempt
from task join attempt on attempt.id = task.attempt_id join job on job.id = task.job_id
where task.status = 'PENDING' and task.run_after <= now()
  and job.status in ('LAUNCHING', 'WAITING', 'RUNNING', 'FINALIZING')
order by job.priority desc, job.id, task.index desc limit $1
for update of task skip locked;

-- start: a runner is about to be born
update task set status = 'STARTING', proof_hash = $2, pid = null, pid_started = null,
  run_uid = null, lease_until = now() + make_interval(secs => $3)
where id = $1 and status = 'PENDING';

-- done: a piece is made, once
update task set status = 'SUCCEEDED', result = $2, fraction = 1, speed = null, ended_at = now()
where id = $1 and status in ('STARTING', 'RUNNING') returning id;

-- again: a piece is tried once more, by a runner of its own; the class of the failure is counted
update task set status = 'PENDING', run = run + 1, fraction = 0, speed = null,
  retries = jsonb_set(retries, array[$2], to_jsonb(coalesce((retries ->> $2)::int, 0) + 1)),
  run_after = now() + make_interval(secs => $3)
where id = $1 and status in ('STARTING', 'RUNNING') returning id;

-- explain: why something of a running attempt is tried again
update attempt set reason = $2, log = $3 where id = $1 and status in ('STARTING', 'RUNNING');

-- progress: how far a piece is
update task set fraction = greatest(fraction, $2), speed = $3 where id = $1;

-- standing: how far all pieces of an attempt's picture and sound are, by how long they are
select coalesce(sum(weight * fraction) / sum(weight), 0) as fraction,
  coalesce(sum(speed) filter (where status = 'RUNNING'), 0) as speed,
  coalesce(sum(weight * (1 - fraction)), 0) as left_seconds
from task where attempt_id = $1 and kind = 'chunk';

-- unfinished: how many chunks of an attempt are not made yet
select count(*) from task where attempt_id = $1 and kind = 'chunk' and status <> 'SUCCEEDED';

-- stored: what the chunks of an attempt have stored, in order
select index, epoch, result from task
where attempt_id = $1 and kind = 'chunk' and status = 'SUCCEEDED' order by index;

-- over: chunks that ended a moment ago because another one of their attempt did
select id from task
where status in ('FAILED', 'CANCELED') and kind = 'chunk'
  and ended_at > now() - interval '5 minutes';

-- deserted: canceled jobs without a runner that could say that it has ended
select job.* from job where status = 'CANCELING' and not exists (
  select from task where task.job_id = job.id and task.status in ('STARTING', 'RUNNING'));
