/** Small pieces that several pages use. */
import type { ReactNode } from 'react';
import { formatPercent } from '../format';
import { AlertIcon } from './icons';
import logo from './logo.svg';

export function Logo() {
  return <img className="logo" src={logo} alt="" width="28" height="28" />;
}

/** A bar from 0 to 1; `null` when nobody knows how far it is. */
export function Progress({ value, label }: { value: number | null; label: string }) {
  const known = value !== null;
  return (
    <div
      className={known ? 'progress' : 'progress progress--unknown'}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(known && {
        'aria-valuenow': Math.floor(value * 100),
        'aria-valuetext': formatPercent(value),
      })}
    >
      <div className="progress__bar" style={{ transform: `scaleX(${known ? value : 1})` }} />
    </div>
  );
}

type Tone = 'error' | 'warning' | 'info';

export function Notice({
  tone,
  title,
  heading = false,
  children,
}: {
  tone: Tone;
  title?: string;
  /** It stands in place of all that the page is about. */
  heading?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={`notice notice--${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      <AlertIcon />
      <div className="notice__body">
        {title && (heading ? <h1 className="text-base">{title}</h1> : <strong>{title}</strong>)}
        {children}
      </div>
    </div>
  );
}
