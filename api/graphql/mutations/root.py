"""All mutations of the contract in one type."""

from __future__ import annotations

import strawberry

from api.graphql.mutations import (
    assets,
    bulk,
    captions,
    jobs,
    keys,
    presets,
    projects,
    scan_media_folder,
    shares,
    transcodes,
    upload_credentials,
    uploads,
)


@strawberry.type
class Mutation:
    """Everything that changes something."""

    scan_media_folder = strawberry.mutation(
        resolver=scan_media_folder.scan_media_folder,
        description="Register the media that any S3 tool has put into the bucket",
    )
    start_multipart_upload = strawberry.mutation(
        resolver=uploads.start_multipart_upload,
        description="Open an upload whose parts go straight to the store",
    )
    sign_upload_parts = strawberry.mutation(
        resolver=uploads.sign_upload_parts, description="Links for parts; again when expired"
    )
    create_upload_credentials = strawberry.mutation(
        resolver=upload_credentials.create_upload_credentials,
        description="Credentials with which any S3 client sends one file by itself",
    )
    complete_multipart_upload = strawberry.mutation(
        resolver=uploads.complete_multipart_upload,
        description="Join the parts; also takes over what an S3 client has completed itself",
    )
    abort_multipart_upload = strawberry.mutation(
        resolver=uploads.abort_multipart_upload, description="Throw the parts away"
    )
    start_transcode = strawberry.mutation(
        resolver=transcodes.start_transcode, description="Queue a job"
    )
    cancel_job = strawberry.mutation(
        resolver=jobs.cancel_job, description="Stop a job in any state"
    )
    retry_job = strawberry.mutation(
        resolver=jobs.retry_job, description="A new job like one that FAILED or was CANCELED"
    )
    set_job_priority = strawberry.mutation(
        resolver=jobs.set_job_priority, description="Move a job in the backlog"
    )
    update_asset = strawberry.mutation(
        resolver=assets.update_asset, description="Change title, tags, metadata or options"
    )
    delete_asset = strawberry.mutation(
        resolver=assets.delete_asset,
        description="Delete an asset, its jobs, and the outputs that only they refer to",
    )
    update_assets = strawberry.mutation(
        resolver=bulk.update_assets, description="Add tags to many assets, or take them away"
    )
    delete_assets = strawberry.mutation(
        resolver=bulk.delete_assets, description="deleteAsset, for up to a hundred"
    )
    cancel_jobs = strawberry.mutation(
        resolver=bulk.cancel_jobs, description="cancelJob, for up to a hundred"
    )
    retry_jobs = strawberry.mutation(
        resolver=bulk.retry_jobs, description="retryJob, for up to a hundred"
    )
    save_subtitles = strawberry.mutation(
        resolver=captions.save_subtitles,
        description="Store subtitles that somebody has written, beside a job's outputs",
    )
    create_share_link = strawberry.mutation(
        resolver=shares.create_share_link,
        description="Make a link under which anybody may see a film, until it ends",
    )
    revoke_share_link = strawberry.mutation(
        resolver=shares.revoke_share_link, description="End a share link at once"
    )
    save_preset = strawberry.mutation(
        resolver=presets.save_preset, description="Keep a recipe under a name"
    )
    delete_preset = strawberry.mutation(
        resolver=presets.delete_preset, description="Forget a saved preset"
    )
    update_project = strawberry.mutation(
        resolver=projects.update_project,
        description="Set what jobs by preset inherit; needs ADMIN",
    )
    create_api_key = strawberry.mutation(
        resolver=keys.create_api_key, description="Make an API key; needs ADMIN"
    )
    revoke_api_key = strawberry.mutation(
        resolver=keys.revoke_api_key,
        description="End an API key and close its open connections; needs ADMIN",
    )
