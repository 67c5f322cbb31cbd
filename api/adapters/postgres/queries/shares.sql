-- insert: a link to be
insert into share (id, project_id, asset_id, output_id, title, token_hash, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
returning id, project_id, asset_id, output_id, title, created_at, expires_at, revoked_at;

-- get_many: links by id, in any order
select id, project_id, asset_id, output_id, title, created_at, expires_at, revoked_at
from share where id = any($1::uuid[]);

-- of_assets: the newest hundred links of each of these assets
select share.* from unnest($1::uuid[]) wanted (asset_id), lateral (
  select id, project_id, asset_id, output_id, title, created_at, expires_at, revoked_at
  from share where share.asset_id = wanted.asset_id order by id desc limit 100
) share
order by share.asset_id, share.id desc;

-- live: how many links of an asset have not ended
select count(*) from share where asset_id = $1 and revoked_at is null and expires_at > now();

-- revoke: once; no row where it has ended so before
update share set revoked_at = now() where id = $1 and revoked_at is null
returning id, project_id, asset_id, output_id, title, created_at, expires_at, revoked_at;

-- find: whose link it is, by what is kept of its token
select id, project_id, asset_id, output_id, title, created_at, expires_at, revoked_at
from share where token_hash = $1;

-- shown: blobs of a job that a link shows while it has not ended. $3: kinds that a link to an asset
-- shows; $4: kinds that stand beside one output
select distinct output.blob_id from share
join output on output.asset_id = share.asset_id and output.job_id = $2
where share.id = $1 and share.revoked_at is null and share.expires_at > now()
  and (case when share.output_id is null then output.kind = any($3::text[])
            else output.id = share.output_id or output.kind = any($4::text[]) end);
