/** The tabs that somebody sees who opens GraphiQL for the first time. */

interface Example {
  query: string;
  variables?: string;
}

const scan = `# Finds the media files that are in the bucket already.
mutation ScanMediaFolder {
  scanMediaFolder {
    found
    registered
    skipped
    files
  }
}
`;

const upload = `# Starts an upload. PUT each part of the file to its url, then
# call completeMultipartUpload with the upload's id: the preset begins.
mutation StartUpload($input: StartMultipartUploadInput!) {
  startMultipartUpload(input: $input) {
    upload {
      id
      partSize
      partCount
    }
    parts {
      number
      url
      expiresAt
    }
    userErrors {
      code
      message
      field
    }
  }
}
`;

const transcode = `# Starts a job for a file in the bucket, named by its key.
mutation StartTranscode($input: StartTranscodeInput!) {
  startTranscode(input: $input) {
    job {
      id
      status
    }
    userErrors {
      code
      message
      field
    }
  }
}
`;

const assets = `# The library, newest first, with what was made of each file.
query Assets {
  assets(first: 20) {
    nodes {
      id
      key
      size
      status
      duration
      width
      height
      outputs {
        kind
        size
        url
        playbackUrl
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

const watch = `# Put in the id of a job: first comes its state, then every change.
subscription JobUpdated($id: ID!) {
  jobUpdated(id: $id) {
    status
    phase
    progress
    speed
    etaSeconds
    error {
      code
      message
      hint
    }
    outputs {
      kind
      playbackUrl
    }
  }
}
`;

const json = (value: unknown) => JSON.stringify(value, null, 2);

export const examples: Example[] = [
  { query: scan },
  {
    query: upload,
    variables: json({
      input: { filename: 'video.mp4', size: 52428800, preset: 'web', signParts: 4 },
    }),
  },
  {
    query: transcode,
    variables: json({ input: { sourceKey: 'video.mp4', preset: 'web' } }),
  },
  { query: assets },
  { query: watch, variables: json({ id: '' }) },
];
