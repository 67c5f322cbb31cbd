/** Where an element lies in the page, for lists that show only what is near the window. */
import { useLayoutEffect, useRef, useState } from 'react';

/** The element, its width, and how far from the top of the page it begins. */
export function useBox<E extends HTMLElement>() {
  const box = useRef<E>(null);
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      const place = element.getBoundingClientRect();
      const next = { width: element.clientWidth, top: Math.round(place.top + scrollY) };
      setPlace((now) => (now.width === next.width && now.top === next.top ? now : next));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    // What stands above it may grow: filters, notices, and lists while others shrink.
    observer.observe(document.body);
    for (const one of before(element)) observer.observe(one);
    return () => observer.disconnect();
  }, []);
  return { box, width, top };
}

/** Everything that stands before an element, from its own siblings upwards. */
function* before(element: Element): Generator<Element> {
  for (let up: Element | null = element; up; up = up.parentElement)
    for (let one = up.previousElementSibling; one; one = one.previousElementSibling) yield one;
}
