-- Jobs may read more assets than their source; and images and texts are assets too.

alter table job add column inputs uuid[] not null default '{}';  -- assets, in the recipe's order
create index job_inputs on job using gin (inputs) where inputs <> '{}';

alter table asset
  drop constraint asset_kind_check,
  add constraint asset_kind_check check (kind in ('VIDEO', 'AUDIO', 'IMAGE', 'TEXT')) not valid;

-- Runners that probe the library read films and sound.
drop index asset_unprobed;
create index asset_unprobed on asset (project_id, probe_tries, id)
  where status = 'REGISTERED' and probe_batch is null and probe_tries < 2
    and kind in ('VIDEO', 'AUDIO');
