-- newest: the last version of one name
select * from preset where project_id = $1 and name = $2 and ($3 or deleted_at is null)
order by version desc limit 1;

-- listed: the last version of every name
select distinct on (name) * from preset
where project_id = $1 and deleted_at is null order by name, version desc;

-- lock: presets of one project are saved one after the other
select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 7235846321));

-- insert: the next version of a name; numbers go on after a deletion
insert into preset (project_id, name, version, title, description, recipe)
select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5
from preset where project_id = $1 and name = $2
returning *;

-- delete: every version of a name
update preset set deleted_at = now()
where project_id = $1 and name = $2 and deleted_at is null;
