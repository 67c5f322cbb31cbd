/** A library of any size for the mock: pages by cursor, filters by text, kind and status. */

const TITLES = [
  'Interview',
  'Harbour at dawn',
  'Lecture',
  'Drone flight',
  'Goal in the last minute',
];
const CODECS = ['h264', 'hevc', 'prores', 'av1'];
const MIB = 1024 * 1024;

/** Asset number `index`, always the same. */
export function numbered(index, store) {
  const id = `n${index}`;
  const isSound = index % 9 === 8;
  const poster = { __typename: 'Output', id: `${id}-POSTER`, url: `${store}/picture/${id}` };
  return {
    __typename: 'Asset',
    id,
    key: `archive/${index}.mp4`,
    title: `${TITLES[index % TITLES.length]} ${index}`,
    kind: isSound ? 'AUDIO' : 'VIDEO',
    status: index % 13 === 5 ? 'REGISTERED' : 'READY',
    size: (20 + ((index * 37) % 4000)) * MIB,
    duration: 10 + ((index * 53) % 7000),
    width: isSound ? null : 1920,
    height: isSound ? null : 1080,
    videoCodec: isSound ? null : CODECS[index % CODECS.length],
    audioCodec: 'aac',
    tags: index % 4 === 0 ? ['archive', 'to check'] : [],
    metadata: {},
    error: null,
    probe: null,
    shareLinks: [],
    createdAt: new Date(Date.UTC(2026, 9, 1) - index * 60_000).toISOString(),
    outputs: [],
    newest: ({ kind }) => (kind === 'POSTER' && !isSound ? poster : null),
    jobs: () => ({ nodes: [], edges: [], pageInfo: {} }),
  };
}

const fits = (filter) => (asset) =>
  (!filter?.text || asset.title.toLowerCase().includes(filter.text.toLowerCase())) &&
  (!filter?.kind || asset.kind === filter.kind) &&
  (!filter?.status || filter.status.includes(asset.status)) &&
  (!filter?.videoCodec || filter.videoCodec.includes(asset.videoCodec)) &&
  (!filter?.tag || asset.tags.includes(filter.tag));

/** One page of assets 0..total, made as they are asked for. */
export function pageOf(at, total, { first, after, filter }, deleted = new Set()) {
  const nodes = [];
  const wanted = fits(filter);
  let index = after ? Number(after) : 0;
  for (; index < total && nodes.length < first; index += 1) {
    const asset = at(index);
    if (wanted(asset) && !deleted.has(asset.id)) nodes.push(asset);
  }
  const pageInfo = { endCursor: String(index), hasNextPage: index < total };
  return { nodes, edges: [], pageInfo };
}
