-- Few films of a large library have a rare codec. What was not read yet costs nothing here.
create index asset_by_video_codec on asset (project_id, video_codec) where video_codec is not null;
create index asset_by_audio_codec on asset (project_id, audio_codec) where audio_codec is not null;
