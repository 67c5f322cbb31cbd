import type { PointerEvent } from 'react';

/** A press and every move of the pointer until it is let go; nothing below it hears of the press. */
export function useDrag(move: (event: PointerEvent<HTMLElement>) => void) {
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      event.currentTarget.setPointerCapture(event.pointerId);
      move(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event);
    },
  };
}
