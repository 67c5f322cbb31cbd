import { useQuery } from 'urql';
import { session } from '../../app/session';
import { useStore } from '../../app/store';
import { useWhenBack } from '../../app/useWhenBack';
import { graphql, type ResultOf } from '../../graphql';
import type { Stretch } from './stretch';

const ProjectUsage = graphql(`
  query ProjectUsage($from: DateTime, $to: DateTime) {
    usage(from: $from, to: $to) {
      assets
      outputs
      sourceBytes
      outputBytes
      jobs
      succeeded
      failed
      canceled
      mediaSeconds
      computeSeconds
    }
  }
`);

export type Usage = ResultOf<typeof ProjectUsage>['usage'];

export function useUsage({ from, to }: Stretch) {
  const pause = useStore(session).state !== 'active';
  const [{ data, error, fetching }, execute] = useQuery({
    query: ProjectUsage,
    variables: { from, to },
    requestPolicy: 'cache-and-network',
    pause,
  });
  const failed = Boolean(error) && !data && !fetching;
  const refresh = () => execute({ requestPolicy: 'network-only' });
  useWhenBack(failed, refresh);
  return {
    usage: data?.usage,
    failed,
    refresh,
  };
}
