-- Texts that people save are committed before they are stored: a crash in between loses none, and leaves
-- nothing in the store that no row names.

alter table blob add column unsent jsonb; -- texts by name below the prefix; null: all of it is stored
create index blob_unsent on blob (id) where unsent is not null;
