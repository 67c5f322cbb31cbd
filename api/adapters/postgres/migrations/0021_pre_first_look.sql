-- Whether the job that completing the upload starts begins with a first look: the lowest rung alone.

alter table upload add column first_look boolean not null default false;
