/** Numbers, sizes and times in the viewer's language and zone. */

const KIB = 1024;
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Bytes by powers of 1024, as file managers show them: 3 digits at most. */
export function formatBytes(bytes: number, locale?: string): string {
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= KIB;
    unit += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[unit] ?? 'byte',
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: unit > 0 && value < 10 ? 1 : 0,
  }).format(value);
}

/** A fraction 0 to 1 as a whole percentage; 100 only when it is really over. */
export function formatPercent(fraction: number, locale?: string): string {
  const shown = fraction >= 1 ? 1 : Math.min(0.99, Math.max(0, fraction));
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(
    // 0.29 * 100 is a little less than 29.
    Math.floor(shown * 100 + 1e-9) / 100,
  );
}

/** A time span in its two largest units: "2 h 5 min", "1 min 20 s", "8 s". */
export function formatSpan(seconds: number, locale?: string): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), 'day'],
    [Math.floor(whole / 3600) % 24, 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ];
  const from = parts.findIndex(([value]) => value > 0);
  const shown = parts.slice(from < 0 ? parts.length - 1 : from).slice(0, 2);
  return shown
    .filter(([value], index) => value > 0 || index === 0)
    .map(([value, unit]) =>
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}

/** The length of a video on a clock: "1:02:03", "0:08". */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const rest = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  const [minutes, secs] = rest.map(String);
  if (hours === 0) return `${minutes}:${secs?.padStart(2, '0')}`;
  return `${hours}:${minutes?.padStart(2, '0')}:${secs?.padStart(2, '0')}`;
}

export function formatTime(moment: number | string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }).format(new Date(moment));
}

export function formatDateTime(moment: number | string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(moment),
  );
}

export function formatDate(moment: number | string | Date, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(moment));
}

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [60, 'second'],
  [3600, 'minute'],
  [86_400, 'hour'],
  [7 * 86_400, 'day'],
];

/** "3 minutes ago" up to a week, then the date. */
export function formatAgo(moment: string, now: number, locale?: string): string {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000);
  const step = STEPS.findIndex(([limit]) => seconds < limit);
  const unit = STEPS[step]?.[1];
  if (!unit) return formatDateTime(moment, locale);
  // The seconds of a list that is not redrawn every second would be wrong at once.
  const size = step === 0 ? seconds + 1 : (STEPS[step - 1]?.[0] ?? 1);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(
    -Math.floor(seconds / size),
    unit,
  );
}

/** A language by its name, such as German for de; its code where nobody knows a name. */
export function languageName(code: string, locale?: string): string {
  return new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' }).of(code) ?? code;
}

/** A whole number as people write it: 100,000. */
export function formatCount(count: number, locale?: string): string {
  return new Intl.NumberFormat(locale).format(count);
}
