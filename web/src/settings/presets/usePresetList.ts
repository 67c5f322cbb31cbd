import { useQuery } from 'urql';
import { session } from '../../app/session';
import { useStore } from '../../app/store';
import { AllPresets } from './operations';

/** Every preset, as the server has it now. */
export function usePresetList() {
  const pause = useStore(session).state !== 'active';
  const [{ data, error, fetching }, execute] = useQuery({
    query: AllPresets,
    requestPolicy: 'cache-and-network',
    pause,
  });
  return {
    presets: data?.presets,
    failed: Boolean(error) && !data && !fetching,
    refresh: () => execute({ requestPolicy: 'network-only' }),
  };
}
