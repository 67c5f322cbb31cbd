-- project: whose assets come next; projects take turns, whatever each of them has
select project_id from asset
where status = 'REGISTERED' and probe_batch is null and probe_tries < 2
  and kind in ('VIDEO', 'AUDIO')
  and project_id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
order by project_id limit 1;

-- insert: a batch, before its process is born
insert into probe_batch (id, project_id, proof_hash, lease_until)
values ($1, $2, $3, now() + make_interval(secs => $4));

-- record_process: whose process it is, before it gets its proof
update probe_batch set pid = $2, pid_started = $3, run_uid = $4 where id = $1 and epoch = 0;

-- find: one batch
select * from probe_batch where id = $1;

-- lock: one batch, held until the transaction ends
select * from probe_batch where id = $1 for update;

-- claim: the next epoch, if nobody was faster
update probe_batch set epoch = epoch + 1, token_hash = $3,
  lease_until = now() + make_interval(secs => $4)
where id = $1 and epoch = $2 returning epoch;

-- renew: its runner has reported
update probe_batch set lease_until = now() + make_interval(secs => $2) where id = $1;

-- live: every batch that may have a process
select * from probe_batch;

-- extend_leases: nobody could report while this service was down
update probe_batch set lease_until = greatest(lease_until, now() + make_interval(secs => $1));

-- silent: batches whose runner has said nothing for longer than its lease
select * from probe_batch where lease_until < now();

-- outstanding: what a runner has and has not told of yet
select * from asset where probe_batch = $1 and status = 'REGISTERED' order by id;

-- take: hand out assets. The try is counted before the runner begins: it may die of one.
-- A row that somebody else is changing is left for later, here and below: waiting for several rows
-- in an order of our own could end in a deadlock with a scan.
with chosen as (
  select id from asset
  where project_id = $2 and status = 'REGISTERED' and probe_batch is null and probe_tries = $3
    and kind in ('VIDEO', 'AUDIO')
    -- Who is suspected to have ended a runner is read alone.
    and not exists (
      select from asset given
      where given.probe_batch = $1 and given.status = 'REGISTERED' and given.probe_tries >= 2
    )
  order by id limit $4 for update skip locked
), counted as (
  update probe_batch set taken = taken + (select count(*) from chosen) where id = $1
)
update asset set probe_batch = $1, probe_tries = probe_tries + 1
from chosen where asset.id = chosen.id
returning asset.*;

-- settle: what a runner says of one asset, if it is still the object that it was given.
-- Whatever is not REGISTERED was read by a job meanwhile, or is gone.
with mine as (
  select id from asset
  where id = $1 and probe_batch = $2 and etag is not distinct from $3 and status = 'REGISTERED'
  for update skip locked
)
update asset set probe = coalesce($4, probe), status = $5, kind = coalesce($6, kind), error = $7,
  probe_tries = $8, probe_batch = null, updated_at = now()
from mine where asset.id = mine.id
returning asset.id;

-- replaced: the object has other bytes than those that are registered
with mine as (
  select id from asset
  where id = $1 and probe_batch = $2 and etag is not distinct from $3 and status = 'REGISTERED'
  for update skip locked
)
update asset set etag = $4, size = $5, probe = null, sha256 = null, md5 = null, error = null,
  probe_tries = 0, probe_batch = null, updated_at = now()
from mine where asset.id = mine.id
returning asset.id;

-- forgive: nobody can blame these assets for the end of their runner
update asset set probe_batch = null, probe_tries = greatest(0, probe_tries - 1)
where id in (select id from asset where probe_batch = $1 for update skip locked);

-- blame: one of these has ended the runner. Who is alone and does it again is given up.
update asset set probe_batch = null,
  status = case when status = 'REGISTERED' and probe_tries >= 2 then 'UNREADABLE' else status end,
  error = case when status = 'REGISTERED' and probe_tries >= 2 then $2 else error end,
  updated_at = case when probe_tries >= 2 then now() else updated_at end
where id in (select id from asset where probe_batch = $1 for update skip locked)
returning *;

-- delete: the batch is over, once
delete from probe_batch where id = $1 returning id;

-- orphans: assets of batches that are over, which somebody was changing in that moment
update asset set probe_batch = null
where id in (
  select id from asset
  where probe_batch is not null and probe_batch not in (select id from probe_batch)
  for update skip locked
);
