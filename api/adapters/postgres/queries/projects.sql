-- options: what its jobs by preset inherit
select options from project where id = $1;

-- set_options: all of them, in place of the earlier ones
update project set options = $2 where id = $1;
