-- What a project, an upload and an asset say of presets that jobs are started with: the fields of
-- MediaOptions in schema/options.py that say something.

alter table project add column options jsonb not null default '{}';
alter table upload add column options jsonb not null default '{}';
alter table asset add column options jsonb not null default '{}';

grant update (options) on project to rm_api;
