-- find: the key and its project; who asks is checked by the caller
select k.id as key_id, k.name as key_name, k.secret_hash, k.scopes,
       p.id as project_id, p.name as project_name, p.prefix
from api_key k join project p on p.id = k.project_id
where k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

-- insert_project: the project of an installation that has none
insert into project (id, name) values ($1, 'default')
on conflict (name) do nothing;

-- default_project: its id
select id from project where name = 'default';

-- insert_first: the first key, and only the first
insert into api_key (id, project_id, name, secret_hash, scopes)
select $1, $2, 'first key', $3, array['READ', 'WRITE', 'ADMIN']
where not exists (select from api_key);

-- nested_prefixes: prefixes of other projects that lie below this one's
select prefix from project where id <> $1 and prefix <> '' and starts_with(prefix, $2);

-- insert: one more key of a project
insert into api_key (id, project_id, name, secret_hash, scopes, expires_at)
values ($1, $2, $3, $4, $5, $6)
returning id, project_id, name, scopes, created_at, expires_at, revoked_at;

-- list: every key of a project, newest first
select id, project_id, name, scopes, created_at, expires_at, revoked_at
from api_key where project_id = $1 order by created_at desc, id;

-- count: how many keys a project has, whatever became of them
select count(*) from api_key where project_id = $1;

-- revoke: once; what was revoked before keeps its time
update api_key set revoked_at = coalesce(revoked_at, now()) where project_id = $1 and id = $2
returning id, project_id, name, scopes, created_at, expires_at, revoked_at;

-- lock_project: key changes of one project go one after the other
select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 7235846320));

-- other_admins: keys that could still manage keys if this one were gone
select count(*) from api_key
where project_id = $1 and id <> $2 and 'ADMIN' = any(scopes) and revoked_at is null
  and (expires_at is null or expires_at > now());

-- valid: which of these keys may still be used
select id from api_key
where id = any($1) and revoked_at is null and (expires_at is null or expires_at > now());

-- prefix_of: where a project's objects lie in both buckets
select prefix from project where id = $1;
