/** The presets of the server, which many components show by their titles. */
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { useWhenBack } from '../app/useWhenBack';
import { graphql } from '../graphql';
import type { SizedRecipe } from './estimate';

export const DEFAULT_PRESET = 'web';

const Presets = graphql(`
  query Presets {
    presets {
      name
      title
      description
      recipe
    }
  }
`);

/** What most people want stands on top; the server's order is kept below it. */
const defaultFirst = (one: { name: string }, other: { name: string }) =>
  Number(other.name === DEFAULT_PRESET) - Number(one.name === DEFAULT_PRESET);

export function usePresets() {
  const [{ data, error }, execute] = useQuery({ query: Presets });
  useWhenBack(Boolean(error) && !data, () => execute({ requestPolicy: 'network-only' }));
  return useMemo(
    () => ({ presets: (data?.presets ?? []).toSorted(defaultFirst), failed: Boolean(error) }),
    [data, error],
  );
}

/** What a preset is to make; undefined while the list is not there. */
export function useRecipe(name: string): SizedRecipe | undefined {
  const { presets } = usePresets();
  return presets.find((preset) => preset.name === name)?.recipe as SizedRecipe | undefined;
}

/** The title of a preset; its name while the list is not there. */
export function usePresetTitle(name: string | null | undefined): string | null {
  const { presets } = usePresets();
  if (!name) return null;
  return presets.find((preset) => preset.name === name)?.title ?? name;
}
