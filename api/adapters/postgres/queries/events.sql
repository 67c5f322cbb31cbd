-- append: the next event of a project; the last step of its transaction, so that commits and numbers agree
with counter as (
  update project set event_seq = event_seq + 1 where id = $1 returning event_seq
)
insert into event (project_id, seq, type, entity_id, payload)
select $1, event_seq, $2, $3, $4 from counter returning seq;
