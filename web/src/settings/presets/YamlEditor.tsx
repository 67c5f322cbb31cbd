/** The recipe as text, and what is wrong in it, line by line. */
import { useId, useRef } from 'react';
import { messages } from '../../messages';
import type { LineProblem } from './recipe';

const texts = messages.presets;

interface Props {
  text: string;
  problems: LineProblem[];
  fixed: boolean;
  onChange: (text: string) => void;
}

export function YamlEditor({ text, problems, fixed, onChange }: Props) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const go = (line: number) => {
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };
  return (
    <section className="card card--padded grid gap-3" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{texts.yaml}</h2>
      <textarea
        ref={area}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-hint ${id}-problems`}
        aria-invalid={problems.length > 0}
        className={
          'min-h-80 w-full resize-y rounded-control border border-line-strong bg-surface p-3 ' +
          'font-mono text-tiny text-text aria-invalid:border-bad'
        }
        rows={Math.min(40, text.split('\n').length + 2)}
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        readOnly={fixed}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <div id={`${id}-problems`} role="status" className="grid gap-1 text-small">
        {problems.length === 0 && !fixed && <p className="text-good">{texts.good}</p>}
        {problems.length > 0 && (
          <ul aria-label={texts.problems} className="grid gap-1">
            {problems.map(({ path, line, text: why }) => (
              <li key={`${path.join('.')} ${why}`} className="breakable text-bad">
                {line > 0 && (
                  <button
                    type="button"
                    className="mr-2 cursor-pointer text-inherit underline"
                    onClick={() => go(line)}
                  >
                    {texts.line(line)}
                  </button>
                )}
                {path.length > 0 && <code>{path.join('.')} </code>}
                {why}
              </li>
            ))}
          </ul>
        )}
      </div>
      <p id={`${id}-hint`} className="text-tiny text-muted">
        {texts.yamlHint}
      </p>
    </section>
  );
}
