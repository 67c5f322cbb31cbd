-- Links to a film for people who have no key. Of the token only a hash is kept.

create table share (
  id          uuid primary key,
  project_id  uuid not null references project,
  asset_id    uuid not null references asset on delete cascade,
  output_id   uuid references output on delete cascade,  -- null: whatever of the asset plays best
  title       text,
  token_hash  bytea not null unique,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  revoked_at  timestamptz
);
create index share_of_asset on share (asset_id, id desc);
create index share_of_output on share (output_id) where output_id is not null;

alter table share enable row level security;
alter table share force row level security;
create policy tenant on share to rm_api
  using (project_id = nullif(current_setting('app.project', true), '')::uuid);
create policy system on share to rm_system using (true);
-- The hash may be written and never read by rm_api.
grant select (id, project_id, asset_id, output_id, title, created_at, expires_at, revoked_at)
  on share to rm_api;
grant insert, update (revoked_at) on share to rm_api;
grant select, insert, update, delete on share to rm_system;
