/** Encrypted streams: hls.js takes their key by the stream's own link. */
import type Hls from 'hls.js';
import type { HlsConfig, LoaderCallbacks, LoaderConfiguration, LoaderContext } from 'hls.js';

const CLEAR_KEY = 'org.w3.clearkey';
const KEY_FORMAT = `KEYFORMAT="${CLEAR_KEY}"`;

/**
 * What hls.js needs to be told. Our playlists name the key as HLS does, `identity`; hls.js hands
 * segments to the browser's own decryption only where it stands under the name that browsers have.
 */
export function clearKey(Library: typeof Hls, source: string): Partial<HlsConfig> {
  class PlaylistLoader extends Library.DefaultConfig.loader {
    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ) {
      const onSuccess: typeof callbacks.onSuccess = (response, ...more) => {
        const text = String(response.data).replaceAll('KEYFORMAT="identity"', KEY_FORMAT);
        callbacks.onSuccess({ ...response, data: text }, ...more);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  }
  return {
    pLoader: PlaylistLoader as NonNullable<HlsConfig['pLoader']>,
    emeEnabled: true,
    drmSystems: {
      [CLEAR_KEY]: { licenseUrl: new URL('key', new URL(source, location.href)).href },
    },
  };
}
