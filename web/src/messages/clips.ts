import type { ClipMode } from '../clips/draft';

const modes: Record<ClipMode, { name: string; hint: string }> = {
  EXACT: {
    name: 'Exact',
    hint: 'Begins and ends at the very frames you chose. Everything is encoded again, which takes time and costs a little quality.',
  },
  SMART: {
    name: 'Smart',
    hint: 'Begins and ends at the very frames you chose. Only a second or two at each end is encoded again, the rest is kept as it is. Works with H.264; anything else is cut exactly instead.',
  },
  COPY: {
    name: 'Copy',
    hint: 'Nothing is encoded: done at once, without any loss. It may begin up to a few seconds earlier than you chose, at the nearest keyframe before.',
  },
};

export const clips = {
  open: 'Cut clips',
  title: (asset: string) => `Clips of ${asset}`,
  back: 'Asset',
  loading: 'Loading the film…',
  missingTitle: 'There is no such asset',
  missingHint: 'It may have been deleted, belong to another project, or the link is incomplete.',
  failedTitle: 'The asset could not be read',
  editor: 'Clip editor',
  film: (title: string) => `Film: ${title}`,
  position: 'Position',
  positionOf: (now: string, whole: string) => `${now} of ${whole}`,
  frame: (frame: string) => `frame ${frame}`,

  play: 'Play',
  pause: 'Pause',
  back1: 'Frame back',
  on1: 'Frame on',
  setIn: 'Set in',
  setOut: 'Set out',
  add: 'New clip',
  preview: 'Play clip',
  loop: 'Loop',
  undo: 'Undo removal',
  keys: {
    play: 'Space',
    back1: ',',
    on1: '.',
    setIn: 'I',
    setOut: 'O',
    add: 'N',
    preview: 'P',
    undo: 'Ctrl+Z',
  },
  withKey: (text: string, key: string) => `${text} (${key})`,

  timeline: 'Timeline',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomWhole: 'Whole film',
  scroll: 'Part of the film that is shown',
  part: (from: string, to: string) => `${from} to ${to}`,
  inOf: (clip: string) => `In point of ${clip}`,
  outOf: (clip: string) => `Out point of ${clip}`,

  list: 'Clips',
  none: 'No clips yet. Go to where one begins and press I, then to where it ends and press O.',
  noneUnseen: 'No clips yet. Add one, and type when it begins and ends.',
  clip: (place: number) => `Clip ${place}`,
  named: (place: number, title: string) => `Clip ${place}: ${title}`,
  start: 'In',
  end: 'Out',
  toTheEnd: 'End of the film',
  lasts: (time: string) => `lasts ${time}`,
  clipTitle: 'Title',
  titleHint: 'Players show it',
  mode: 'How it is cut',
  modes,
  remove: 'Remove',
  removeOf: (clip: string) => `Remove ${clip}`,
  previewOf: (clip: string) => `Play ${clip}`,
  full: (most: string) => `One job makes ${most} clips at most.`,
  saidRemoved: (clip: string) => `${clip} was removed. Ctrl+Z brings it back.`,
  saidBack: 'It is back.',
  saidIn: (time: string) => `In at ${time}`,
  saidOut: (time: string) => `Out at ${time}`,

  problem: {
    unread: 'Write a time such as 00:01:02.500, or a count of frames such as 1562f.',
    unreadWithoutFrames: 'Write a time such as 00:01:02.500.',
    startBeyond: (duration: string) =>
      `It begins where the film is over: that is ${duration} long. Write an earlier time.`,
    endBeyond: (duration: string) =>
      `It ends behind the end of the film, which is ${duration} long. Write an earlier time, or none for the end.`,
    startBehind: (end: string) =>
      `It would begin behind its end. Write a time before ${end}, or move Out on first.`,
    endBefore: (start: string) =>
      `It would end before it begins. Write a time after ${start}, or move In back first.`,
  },

  job: 'Name of the job',
  jobHint: 'Files are named after it',
  startJob: (count: number) => (count === 1 ? 'Make 1 clip' : `Make ${count} clips`),
  starting: 'Starting…',
  throwAway: 'Throw all away',
  saidThrownAway: 'All clips were thrown away. Ctrl+Z brings them back.',
  refused: (why: string) => `It could not be started: ${why}`,
  mend: 'Some clips cannot be made as they are. What is wrong stands beside them.',
  elsewhere:
    'The clips were changed in another window of this browser; this one shows them as they are now.',
  kept: 'Your clips are kept in this browser until you start them.',

  unseenTitle: 'There is nothing to watch yet',
  unseenHint:
    'Make a quick preview to choose by eye and ear, or type times right away: they need no preview.',
  undecodableTitle: 'This browser cannot show the film',
  undecodableHint: (codec: string | null) =>
    `${codec ? `What was made of it is in ${codec}, which` : 'What was made of it is in a format that'} this browser cannot decode. Make a quick preview to choose by eye and ear, or type times right away: clips are made all the same.`,
  typedAnyway: 'Times can be typed all the same, and clips be started.',
  makePreview: 'Make a preview',
  plainTitle: 'Without pictures or waveform',
  plainHint: 'The timeline can show what is where. This is made once and stays.',
  makePictures: 'Make pictures and waveform',
  making: (title: string) => `Being made: ${title}`,
  makingFailed: 'This could not be made',
};
