/** The presets of the server, which many components show by their titles. */
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { graphql } from '../graphql';

export const DEFAULT_PRESET = 'web';

const Presets = graphql(`
  query Presets {
    presets {
      name
      title
      description
    }
  }
`);

/** What most people want stands on top; the server's order is kept below it. */
const defaultFirst = (one: { name: string }, other: { name: string }) =>
  Number(other.name === DEFAULT_PRESET) - Number(one.name === DEFAULT_PRESET);

export function usePresets() {
  const [{ data, error }] = useQuery({ query: Presets });
  return useMemo(
    () => ({ presets: (data?.presets ?? []).toSorted(defaultFirst), failed: Boolean(error) }),
    [data, error],
  );
}

/** The title of a preset; its name while the list is not there. */
export function usePresetTitle(name: string | null | undefined): string | null {
  const { presets } = usePresets();
  if (!name) return null;
  return presets.find((preset) => preset.name === name)?.title ?? name;
}
