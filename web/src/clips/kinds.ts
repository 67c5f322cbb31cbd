/** What can be cut: apart from the editor, for pages that only lead to it. */
import type { AssetDetails } from '../asset/operations';

const GONE: ReadonlySet<AssetDetails['status']> = new Set(['UNREADABLE', 'MISSING', 'DELETING']);

export const canBeCut = ({ kind, status }: Pick<AssetDetails, 'kind' | 'status'>): boolean =>
  (kind === 'VIDEO' || kind === 'AUDIO') && !GONE.has(status);
