-- Rungs of a ladder are found one by one: by their source and engine, and by what makes their bytes.

alter table blob
  add column source_key text,
  add column tracks jsonb;              -- folder of each rung below the prefix, and its key
create index blob_tracks on blob (project_id, source_key, id) where tracks is not null;
