import { messages } from '../messages';

/** Which keys do what, folded away. */
export function Keys() {
  const texts = messages.subtitles;
  return (
    <details className="mt-2 text-small text-muted">
      <summary className="cursor-pointer">{texts.keys}</summary>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {texts.keyList.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="font-medium">{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
