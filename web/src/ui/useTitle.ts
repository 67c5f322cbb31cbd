import { useEffect } from 'react';
import { messages } from '../messages';

/** The title of the tab; while it is not known, that of the product. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? messages.page.titled(title) : messages.product;
  }, [title]);
}
