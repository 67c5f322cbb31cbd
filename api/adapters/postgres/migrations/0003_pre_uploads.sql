-- Uploads by one PUT or with credentials; what is left of them at the store is looked for again.

alter table upload alter column store_id drop not null;  -- MULTIPART has none until its first link
alter table upload
  add column method text not null default 'MULTIPART'
             check (method in ('MULTIPART', 'PUT', 'CREDENTIALS')),
  add column title text,
  add column part_checksum text not null default 'NONE' check (part_checksum in ('NONE', 'SHA256')),
  add column etag text,          -- of the object that was registered
  add column refusal text,       -- the code with which completing it was refused for good
  -- Until then somebody may hold a link or credentials that write. Links lived an hour before.
  add column access_until timestamptz not null default now() + interval '1 hour',
  add column sweep_at timestamptz;  -- when to look at the store again; null: nothing is left there
create index upload_sweep on upload (sweep_at) where sweep_at is not null;
