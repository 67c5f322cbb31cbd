/** What most people change of a recipe, as fields. */
import { useId } from 'react';
import { messages } from '../../messages';
import { Field } from './Field';
import type { Path, Problem } from './problems';
import { valueAt } from './recipe';
import { isWanted, type Section, SECTIONS, TIER } from './sections';

const texts = messages.presets;

interface Props {
  /** Null while the text cannot be read. */
  recipe: Record<string, unknown> | null;
  problems: Problem[];
  fixed: boolean;
  onChange: (path: Path, value: unknown) => void;
}

export function RecipeForm({ recipe, problems, fixed, onChange }: Props) {
  const id = useId();
  const shared = { recipe, problems, onChange };
  return (
    <section className="card card--padded grid gap-4" aria-labelledby={id}>
      <h2 id={id}>{texts.form}</h2>
      {recipe === null && <p className="text-small text-warn">{texts.formStuck}</p>}
      <fieldset disabled={fixed || recipe === null} className="grid min-w-0 gap-4 border-0">
        <legend className="visually-hidden">{texts.form}</legend>
        <Field field={TIER} {...shared} />
        {SECTIONS.map((section) => (
          <Part key={section.name} section={section} {...shared} />
        ))}
      </fieldset>
      <p className="text-tiny text-muted">{texts.more}</p>
    </section>
  );
}

type PartProps = Omit<Props, 'fixed'> & { section: Section };

function Part({ section, ...shared }: PartProps) {
  const wanted = isWanted(valueAt(shared.recipe, section.path));
  const [label, hint] = texts.sections[section.name] ?? [section.name, ''];
  return (
    <div className="grid gap-3 border-t border-line pt-4">
      {/* eslint-disable-next-line jsx-a11y/label-has-associated-control -- its text is in the spans */}
      <label className="flex items-start gap-2 text-small">
        <input
          type="checkbox"
          className="mt-1 size-4 accent-accent"
          checked={wanted}
          onChange={(event) =>
            shared.onChange(section.path, event.target.checked ? section.value : undefined)
          }
        />
        <span className="grid">
          <span className="font-medium">{label}</span>
          <span className="text-tiny text-muted">{hint}</span>
        </span>
      </label>
      {wanted && section.fields.length > 0 && (
        <div
          role="group"
          aria-label={label}
          className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-3 pl-6"
        >
          {section.fields.map((field) => (
            <Field key={field.path.join('.')} field={field} {...shared} />
          ))}
        </div>
      )}
    </div>
  );
}
