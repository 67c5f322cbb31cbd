-- The lowest rung of a job, made first as a job of its own, which may be deleted meanwhile.

alter table job add column first_look uuid;
