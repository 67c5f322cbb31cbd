-- append: the next event of a project; the last step of its transaction, so that commits and numbers agree
with counter as (
  update project set event_seq = event_seq + 1 where id = $1 returning event_seq
)
insert into event (project_id, seq, type, entity_id, payload)
select $1, event_seq, $2, $3, $4 from counter returning seq;

-- append_each: the next events of a project, one for each entity; else like append
with counter as (
  update project set event_seq = event_seq + cardinality($3::uuid[]) where id = $1
  returning event_seq - cardinality($3::uuid[]) as before
)
insert into event (project_id, seq, type, entity_id)
select $1, counter.before + given.place, $2, given.id
from counter, unnest($3::uuid[]) with ordinality as given(id, place);

-- after: the next events of a project
select * from event where project_id = $1 and seq > $2 order by seq limit $3;

-- bounds: the newest number, and the oldest that is kept
select event_seq as newest, (select min(seq) from event where project_id = $1) as oldest
from project where id = $1;

-- sweep: events older than some days, from the oldest on and without a hole
delete from event using (
  select project_id, min(seq) filter (where created_at >= now() - make_interval(days => $1)) as kept,
    max(seq) as newest
  from event group by project_id
) as bound
where event.project_id = bound.project_id and event.seq < coalesce(bound.kept, bound.newest + 1);
