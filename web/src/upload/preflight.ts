/** What a film or a sound holds, read in the browser out of a few slices of the file. */
import type { InputVideoTrack } from 'mediabunny';

export interface Findings {
  /** Of the container, such as `MP4`. */
  container: string;
  /** Seconds. */
  duration: number | null;
  video: VideoFindings | null;
  audio: AudioFindings | null;
}

export interface VideoFindings {
  codec: string;
  /** Pixels, as it is shown: turned, and with square pixels. */
  width: number;
  height: number;
  /** Frames a second. */
  frameRate: number | null;
  hdr: boolean;
}

export interface AudioFindings {
  codec: string;
  channels: number;
}

/** So many frames tell how many come in a second. */
const FRAMES = 60;

/**
 * Null when the browser cannot look inside: another container, or no media at all. The library
 * comes when the first file is chosen, and reads only the pieces that it needs.
 */
export async function look(file: Blob): Promise<Findings | null> {
  const { BlobSource, Input, FORMATS } = await import('./containers');
  const input = new Input({ source: new BlobSource(file), formats: FORMATS });
  try {
    const format = await input.getFormat();
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    return {
      container: format.name,
      duration: await input.getDurationFromMetadata(),
      video: video && (await videoOf(video)),
      audio: audio && {
        codec: (await audio.getCodec()) ?? UNKNOWN,
        channels: await audio.getNumberOfChannels(),
      },
    };
  } catch {
    return null;
  } finally {
    input.dispose();
  }
}

const UNKNOWN = 'unknown';

async function videoOf(track: InputVideoTrack): Promise<VideoFindings> {
  const { averagePacketRate } = await track.computePacketStats(FRAMES);
  return {
    codec: (await track.getCodec()) ?? UNKNOWN,
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    frameRate: averagePacketRate > 0 ? averagePacketRate : null,
    hdr: await track.hasHighDynamicRange(),
  };
}
