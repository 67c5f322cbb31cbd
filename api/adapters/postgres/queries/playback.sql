-- folders: where the published bytes of these jobs are; those of earlier versions all lie in one place
select held.job_id, held.part, blob.id as blob_id, blob.bucket, blob.prefix, blob.names,
  blob.facts -> 0 ->> 'key_id' as key_id
from job_blob held join blob on blob.id = held.blob_id
where held.job_id = any($1::uuid[])
  and exists (select from output where output.job_id = held.job_id)
union all
select distinct output.job_id, '', blob.id, blob.bucket, blob.prefix, null::text[], null
from output join blob on blob.id = output.blob_id
where output.job_id = any($1::uuid[])
  and not exists (
    select from job_blob
    where job_blob.job_id = output.job_id and job_blob.blob_id = output.blob_id
  );
