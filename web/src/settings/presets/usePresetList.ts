import { useQuery } from 'urql';
import { session } from '../../app/session';
import { useStore } from '../../app/store';
import { useWhenBack } from '../../app/useWhenBack';
import { AllPresets } from './operations';

/** Every preset, as the server has it now. */
export function usePresetList() {
  const pause = useStore(session).state !== 'active';
  const [{ data, error, fetching }, execute] = useQuery({
    query: AllPresets,
    requestPolicy: 'cache-and-network',
    pause,
  });
  const failed = Boolean(error) && !data && !fetching;
  const refresh = () => execute({ requestPolicy: 'network-only' });
  useWhenBack(failed, refresh);
  return {
    presets: data?.presets,
    failed,
    refresh,
  };
}
