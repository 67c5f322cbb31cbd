-- folders: where the published bytes of these jobs are; all outputs of a job lie in one blob
select distinct o.job_id, b.bucket, b.prefix
from output o join blob b on b.id = o.blob_id
where o.job_id = any($1::uuid[]);
