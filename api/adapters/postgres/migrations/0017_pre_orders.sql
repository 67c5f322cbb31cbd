-- A library is filtered and sorted by what a probe has found, by title and by size. These are columns
-- and no expressions in an index: under row security a comparison is looked up in an index only
-- where nothing in it could tell of rows of others, and of a function the planner does not know that.

-- The stream that Probe.video and Probe.audio in schema/probe.py choose.
create function asset_codec(probe jsonb, wanted text) returns text
  language sql immutable strict parallel safe
  return (
    select stream ->> 'codec'
    from jsonb_array_elements(probe -> 'streams') with ordinality each (stream, place)
    where stream ->> 'kind' = wanted
      and not coalesce((stream -> 'attached_picture')::boolean, false)
    order by coalesce((stream -> 'default')::boolean, false) desc, place
    limit 1
  );

alter table asset
  add column title_key text collate "C" generated always as (lower(title)) stored,
  add column duration double precision
    generated always as ((probe ->> 'duration')::double precision) stored,
  add column video_codec text generated always as (asset_codec(probe, 'VIDEO')) stored,
  add column audio_codec text generated always as (asset_codec(probe, 'AUDIO')) stored;

create index asset_by_title on asset (project_id, title_key, id);
create index asset_by_size on asset (project_id, size, id);
-- What was not read yet stands behind all others, and costs a scan nothing here.
create index asset_by_duration on asset (project_id, duration, id) where duration is not null;
