import { use } from 'react';
import { useStore } from '../app/store';
import { messages } from '../messages';
import { usePresets } from './presets';
import { UploadsContext } from './uploads';

/** What the next files become, each choice with its description. */
export function PresetChooser() {
  const { preset } = use(UploadsContext);
  const chosen = useStore(preset);
  const { presets, failed } = usePresets();
  const texts = messages.upload;

  return (
    <fieldset className="presets">
      <legend>{texts.preset}</legend>
      {failed && presets.length === 0 && <p className="muted">{texts.presetsFailed}</p>}
      {presets.map(({ name, title, description }) => (
        // eslint-disable-next-line jsx-a11y/label-has-associated-control -- its text is in the spans
        <label key={name} className="preset">
          <input
            type="radio"
            name="preset"
            value={name}
            checked={chosen === name}
            onChange={() => preset.set(name)}
          />
          <span className="preset__text">
            <span className="preset__title">{title}</span>
            <span className="preset__description">{description}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
