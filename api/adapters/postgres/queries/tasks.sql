-- insert_attempt: one more try
insert into attempt (id, project_id, job_id, number, memory, storage)
values ($1, $2, $3, $4, $5, $6);

-- insert_task: a piece of an attempt, before its process is born
insert into task (id, project_id, job_id, attempt_id, kind, index, proof_hash, lease_until)
values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8));

-- record_process: whose process it is, before it gets its proof
update task set pid = $2, pid_started = $3, run_uid = $4
where id = $1 and status = 'STARTING'
returning job_id;

-- find: one task with its attempt's number
select task.*, attempt.number as attempt from task join attempt on attempt.id = task.attempt_id
where task.id = $1;

-- find_place: one task by attempt, kind and index, with its attempt's number
select task.*, attempt.number as attempt from task join attempt on attempt.id = task.attempt_id
where task.attempt_id = $1 and task.kind = $2 and task.index = $3;

-- claim: the next epoch, if nobody was faster
update task set status = 'RUNNING', epoch = epoch + 1, token_hash = $3, sequence = -1,
  lease_until = now() + make_interval(secs => $4),
  credentials_until = now() + make_interval(secs => $5)
where id = $1 and epoch = $2 and status in ('STARTING', 'RUNNING')
returning epoch;

-- start_attempt: its first claim
update attempt set status = 'RUNNING', started_at = coalesce(started_at, now())
where id = $1 and status in ('STARTING', 'RUNNING');

-- renew: a report of the newest epoch arrived; an older sequence number changes nothing
update task set sequence = $3, lease_until = now() + make_interval(secs => $4)
where id = $1 and epoch = $2 and status = 'RUNNING' and sequence < $3
returning coalesce(credentials_until < now() + make_interval(secs => $5), false) as due;

-- set_credentials: new ones were handed out
update task set credentials_until = now() + make_interval(secs => $2) where id = $1;

-- end_task: a final state, once
update task set status = $2, ended_at = now(), speed = null
where id = $1 and status in ('STARTING', 'RUNNING') returning id;

-- withdraw: nothing of an attempt will be started any more
update task set status = $2, ended_at = now(), speed = null
where attempt_id = $1 and status in ('PENDING', 'STARTING', 'RUNNING');

-- end_attempt: a final state, once
update attempt set status = $2, reason = $3, log = $4, finished_at = now()
where id = $1 and status in ('STARTING', 'RUNNING');

-- attempt_of: one try by its number
select id from attempt where job_id = $1 and number = $2;

-- live: every task that may have a process
select task.*, attempt.number as attempt from task join attempt on attempt.id = task.attempt_id
where task.status in ('STARTING', 'RUNNING');

-- extend_leases: nobody could report while this service was down
update task set lease_until = greatest(lease_until, now() + make_interval(secs => $1))
where status in ('STARTING', 'RUNNING');

-- clock: by which leases end
select now();

-- unwanted: tasks that have been silent for longer than their lease, or whose job was canceled
select task.*, attempt.number as attempt
from task join attempt on attempt.id = task.attempt_id join job on job.id = task.job_id
where task.status in ('STARTING', 'RUNNING')
  and (task.lease_until < now() or job.status = 'CANCELING');

-- attempts_of: the tries at some jobs, oldest first
select * from attempt where job_id = any($1::uuid[]) order by job_id, number;

-- epochs_of: every place where a task of this job may have written
select attempt.number as attempt, task.kind, task.index, task.epoch
from task join attempt on attempt.id = task.attempt_id where task.job_id = $1;
