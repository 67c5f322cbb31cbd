/** What a viewer would stumble over, and what the API would refuse. Pure. */
import { withoutTags } from './text';
import type { Cue } from './vtt';

export type Warning = 'overlap' | 'short' | 'fast' | 'wide' | 'high' | 'open';
export type Refusal = 'backwards' | 'empty' | 'late';
export type Issue = Warning | Refusal;

/** Usual limits of broadcasters; nobody is kept from saving by them. */
export const SHORTEST = 700;
export const MOST_A_SECOND = 21;
export const MOST_IN_LINE = 42;
export const MOST_LINES = 2;

/** What schema/webvtt.py refuses. */
const LATEST = 7 * 24 * 3_600_000;
export const MOST_CUES = 20_000;
/** The whole request has 1 MiB at most; some of it is not the text. */
export const MOST_BYTES = 1024 * 1024 - 4096;

const REFUSALS = new Set<Issue>(['backwards', 'empty', 'late']);
export const isRefusal = (issue: Issue): boolean => REFUSALS.has(issue);

const NONE: Issue[] = [];

/** By the id of the cue; those without any are missing. */
export function issuesOf(cues: Cue[]): Map<number, Issue[]> {
  const found = new Map<number, Issue[]>();
  let latest = 0;
  for (const cue of cues) {
    const issues = issuesOfOne(cue);
    if (cue.start < latest) issues.push('overlap');
    if (issues.length) found.set(cue.id, issues);
    latest = Math.max(latest, cue.end);
  }
  return found;
}

export const issuesIn = (all: Map<number, Issue[]>, id: number): Issue[] => all.get(id) ?? NONE;

function issuesOfOne({ start, end, text }: Cue): Issue[] {
  const said = withoutTags(text).trim();
  const lines = said.split('\n').filter((line) => line.trim());
  const long = end - start;
  const characters = said.replaceAll('\n', ' ').length;
  const checks: [Issue, boolean][] = [
    ['empty', text.trim() === ''],
    ['backwards', long <= 0],
    ['late', end > LATEST],
    ['short', long > 0 && long < SHORTEST],
    ['fast', long > 0 && (1000 * characters) / long > MOST_A_SECOND],
    ['wide', lines.some((line) => line.length > MOST_IN_LINE)],
    ['high', lines.length > MOST_LINES],
    ['open', hasOpenTag(text)],
  ];
  return checks.filter(([, holds]) => holds).map(([issue]) => issue);
}

/** A tag that is not closed goes on to the end of the cue, which is rarely meant. */
function hasOpenTag(text: string): boolean {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/<[biu](?:[. \t][^<>\n]*)?>/g) !== count(/<\/[biu]>/g);
}

/** Whether the API would take a text of this size. */
export const fits = (vtt: string): boolean =>
  new TextEncoder().encode(JSON.stringify(vtt)).length <= MOST_BYTES;
