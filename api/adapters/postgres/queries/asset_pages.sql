-- page: the newest of a list; asset_pages.py puts another place and another order for the comments
select * from asset
where project_id = $1
  and ($2::text is null or key = $2)
  and ($3::text is null or starts_with(key, $3))
  and ($4::text[] is null or status = any($4))
  and ($5::text is null or sha256 = $5)
  and ($6::text is null or md5 = $6)
  and ($7::text is null or kind = $7)
  and ($8::text is null or tags @> array[$8])
  and ($9::text is null or words @@ to_tsquery('simple', $9))
  and ($10::text[] is null or video_codec = any($10))
  and ($11::text[] is null or audio_codec = any($11))
  and ($12::float8 is null or duration >= $12)
  and ($13::float8 is null or duration <= $13)
  and ($14::bigint is null or size >= $14)
  and ($15::bigint is null or size <= $15)
  /* behind a row */
order by /* sorted by */ id desc limit $16;
