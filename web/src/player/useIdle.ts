/** Whether nobody has moved or pressed anything for a while, so that the bar may go. */
import { type RefObject, useEffect, useState } from 'react';

const IDLE_MS = 2500;
const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

export function useIdle(element: RefObject<HTMLElement | null>, watching: boolean): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const watched = element.current;
    if (!watching || !watched) return;
    let timer = setTimeout(setIdle, IDLE_MS, true);
    const wake = () => {
      clearTimeout(timer);
      setIdle(false);
      timer = setTimeout(setIdle, IDLE_MS, true);
    };
    for (const sign of SIGNS) watched.addEventListener(sign, wake);
    return () => {
      clearTimeout(timer);
      setIdle(false);
      for (const sign of SIGNS) watched.removeEventListener(sign, wake);
    };
  }, [element, watching]);
  return idle;
}
