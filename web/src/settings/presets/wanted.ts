/** What the page of one preset is about: `name` to change one, `from` to begin with a copy. */
export interface Wanted {
  name?: string;
  from?: string;
}

export function readWanted({ name, from }: Record<string, unknown>): Wanted {
  if (typeof name === 'string' && name) return { name };
  return typeof from === 'string' && from ? { from } : {};
}
