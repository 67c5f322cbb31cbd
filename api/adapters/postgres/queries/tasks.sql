-- insert_attempts: one more try of each job
insert into attempt (id, project_id, job_id, number, memory, storage)
select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::bigint[], $6::bigint[]);

-- lacked: the most that an attempt of a job had which died for want of it
select job_id, coalesce(max(memory) filter (where reason = 'OUT_OF_MEMORY'), 0) as memory,
  coalesce(max(storage) filter (where reason = 'SCRATCH_FULL'), 0) as storage
from attempt where job_id = any($1::uuid[]) group by job_id;

-- insert_tasks: the only piece of each attempt, before its process is born
insert into task (id, project_id, job_id, attempt_id, kind, index, proof_hash, lease_until)
select id, project_id, job_id, attempt_id, kind, 0, proof_hash, now() + make_interval(secs => $7)
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bytea[])
  as born(id, project_id, job_id, attempt_id, kind, proof_hash);

-- lock_jobs: before their tasks, as everybody does, and in one order: whoever writes of many would
-- else wait for another who does
select id from job where id in (select job_id from task where id = any($1::uuid[]))
order by id for update;

-- record_processes: whose processes they are, before they get their proofs
update task set pid = given.pid, pid_started = given.started, run_uid = given.uid
from unnest($1::uuid[], $2::int[], $3::bigint[], $4::uuid[]) as given(id, pid, started, uid)
where task.id = given.id and task.status = 'STARTING'
returning task.id, task.job_id;

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
